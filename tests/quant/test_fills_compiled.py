"""Every fill rule compiles for the back-test kernels, and the compiled form gives what the exchange gets."""

import inspect
import os
import random
import subprocess
import sys
from types import FunctionType

import numba
import pytest

from quant import compiled, compiled_fills, fills

RULES = [rule for _, rule in inspect.getmembers(fills, inspect.isfunction) if rule.__module__ == fills.__name__]
CASES = 400


def compiled_call(rule: FunctionType) -> object:
    """A kernel that does nothing but call the rule."""
    names = ", ".join(inspect.signature(rule).parameters)
    namespace = {"rule": getattr(compiled_fills, rule.__name__)}
    exec(f"def call({names}):\n    return rule({names})", namespace)
    return numba.njit(namespace["call"])


def random_argument(name: str, chance: random.Random) -> int | bool:
    """A value such as a market has for a parameter of that name."""
    if name.startswith(("is_", "has_")):
        return chance.random() < 0.5
    if name == "path":
        return chance.randrange(5)
    if name == "cap_percent":
        return chance.randrange(101)
    if name.endswith("_ppm"):
        return chance.choice([0, chance.randrange(fills.PPM + 1)])
    if name in ("share_draw", "key", "number"):
        return chance.randrange(2**32)
    if name.endswith("_us"):
        return chance.randrange(10**7)
    if name in ("leverage", "steps"):
        return chance.randrange(1, 126)
    if name in ("notional_units", "units", "money_units"):
        return chance.choice([0, 1, chance.randrange(10**6), chance.randrange(10**17)])
    return chance.choice([0, 1, chance.randrange(1, 1_000), chance.randrange(1, 10**6)])


def arguments(rule: FunctionType, chance: random.Random) -> list[int | bool]:
    names = inspect.signature(rule).parameters
    values = [random_argument(name, chance) for name in names]
    if rule is fills.affordable_lots:
        values[0] = min(values[0], 10**12)
        values[1] = max(values[1], 1)
    if rule is fills.closed_cost_units:
        values[2] = max(values[2], 1)
    return values


def test_all_rules_are_there():
    assert len(RULES) >= 25
    for rule in RULES:
        assert getattr(compiled_fills, rule.__name__) is rule


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_compiled_rule_says_what_the_rule_says(rule):
    chance = random.Random(rule.__name__)
    kernel = compiled_call(rule)
    for _ in range(CASES):
        values = arguments(rule, chance)
        said = rule(*values)
        assert kernel(*values) == said, (rule.__name__, values)
        assert isinstance(said, (int, bool))


def test_sums_in_two_parts_are_the_sums_of_whole_numbers():
    chance = random.Random(4)
    for _ in range(2_000):
        units, ppm = chance.randrange(10 ** chance.randrange(1, 22)), chance.randrange(10**6)
        cost = chance.randrange(1, 10 ** chance.randrange(1, 12))
        assert fills.fee_units(units, ppm) == -(-units * ppm // fills.PPM)
        assert fills.share_of_units(units, ppm) == units * ppm // fills.PPM
        if units // cost < 10**12:
            lots = fills.affordable_lots(units, cost, ppm)
            assert lots * cost + fills.fee_units(lots * cost, ppm) <= units
            assert (lots + 1) * cost + fills.fee_units((lots + 1) * cost, ppm) > units


RULE = "def doubled(value: int) -> int:\n    return {factor} * value\n"
KERNEL = """
from numba.extending import register_jitable
from rules_of_a_test import doubled
from quant.compiled import kernel
doubled = register_jitable(doubled)

@kernel
def twice_nb(value: int) -> int:
    return doubled(value)

print(twice_nb(21), sum(twice_nb.stats.cache_hits.values()))
"""


def test_a_kernel_on_disk_is_used_again_until_a_rule_that_it_calls_changes(tmp_path):
    (tmp_path / "kernels_of_a_test.py").write_text(KERNEL)
    paths = os.pathsep.join([str(tmp_path), str(compiled.QUANT.parent)])

    def run(factor: int) -> str:
        (tmp_path / "rules_of_a_test.py").write_text(RULE.format(factor=factor))
        environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-c", "import kernels_of_a_test"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()

    assert run(2) == "42 0"
    assert run(2) == "42 1"
    assert run(3) == "63 0"


def test_kernels_load_no_linear_algebra_and_leave_it_to_others():
    code = (
        "import sys, numpy; from quant.expressions.kernels.crossings import crossings_nb; "
        "crossings_nb(*[numpy.zeros(3)] * 2, *[numpy.zeros(3, int)] * 2); "
        "assert 'scipy.linalg' not in sys.modules; import scipy.linalg"
    )
    environment = {**os.environ, "PYTHONPATH": str(compiled.QUANT.parent)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
