"""The sets of factors that Sandbar brings along. A factor of one is written with the set before it: `alpha158.KMID`."""

from functools import cache
from typing import Final

import msgspec

from analytics.factors.alpha158 import alpha158
from kit.errors import NotFound


class FactorSet(msgspec.Struct, frozen=True):
    """A set: its name, what it is, where it comes from, and its expressions by their names."""

    name: str
    description: str
    source: str
    expressions: dict[str, str]


@cache
def built_in() -> dict[str, FactorSet]:
    """Every set by its name."""
    found = (
        FactorSet(
            "alpha158",
            "Figures of the bar, and of prices and volumes over 5 to 60 bars.",
            "Qlib 0.9.7, Alpha158DL",
            alpha158(),
        ),
    )
    return {each.name: each for each in found}


SEPARATOR: Final = "."
"""Between a set and its factor; no factor of an account has it in its name."""


def expression_of(name: str) -> str:
    """The expression of a factor written as `set.factor`; raises NotFound."""
    set_name, _, factor = name.partition(SEPARATOR)
    found = built_in().get(set_name)
    if found is None or factor not in found.expressions:
        raise NotFound(f"There is no built-in factor {name[:64]!r}; `factors/sets/` lists them.")
    return found.expressions[factor]
