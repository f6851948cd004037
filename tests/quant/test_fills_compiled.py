"""Every fill rule compiles for the back-test kernels, and the compiled form gives what the exchange gets."""

import inspect
import random
from types import FunctionType

import numba
import pytest

from quant import fills

RULES = [rule for _, rule in inspect.getmembers(fills, inspect.isfunction) if rule.__module__ == fills.__name__]
CASES = 400


def compiled(rule: FunctionType) -> object:
    """A rule and the rules it calls, compiled without the interpreter."""
    namespace = dict(vars(fills))
    for name in rule.__code__.co_names:
        called = namespace.get(name)
        if inspect.isfunction(called):
            namespace[name] = compiled(called)
    return numba.njit(FunctionType(rule.__code__, namespace, rule.__name__))


def random_argument(name: str, chance: random.Random) -> int | bool:
    """A value such as a market has for a parameter of that name."""
    if name.startswith(("is_", "has_")):
        return chance.random() < 0.5
    if name == "path":
        return chance.randrange(4)
    if name == "cap_percent":
        return chance.randrange(101)
    if name.endswith("_ppm"):
        return chance.choice([0, chance.randrange(fills.PPM + 1)])
    if name in ("share_draw", "key", "number"):
        return chance.randrange(2**32)
    if name.endswith("_us"):
        return chance.randrange(10**7)
    return chance.choice([0, 1, chance.randrange(1, 1_000), chance.randrange(1, 10**6)])


def arguments(rule: FunctionType, chance: random.Random) -> list[int | bool]:
    names = inspect.signature(rule).parameters
    values = [random_argument(name, chance) for name in names]
    if rule is fills.affordable_lots:
        values[1] = max(values[1], 1)
    if rule is fills.closed_cost_units:
        values[2] = max(values[2], 1)
    return values


def test_all_rules_are_there():
    assert len(RULES) >= 25


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_compiled_rule_says_what_the_rule_says(rule):
    chance = random.Random(rule.__name__)
    kernel = compiled(rule)
    for _ in range(CASES):
        values = arguments(rule, chance)
        said = rule(*values)
        assert kernel(*values) == said, (rule.__name__, values)
        assert isinstance(said, (int, bool))
