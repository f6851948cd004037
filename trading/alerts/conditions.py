"""What an alert waits for: an expression over the closed bars of a symbol, a fact of its account, or an occurrence.

Pure: what is true at a moment is found out elsewhere.
"""

import operator
from collections.abc import Callable
from typing import Final

import msgspec

EXPRESSION: Final = "expression"
ACCOUNT: Final = "account"
OCCURRENCE: Final = "occurrence"
KINDS: Final = (EXPRESSION, ACCOUNT, OCCURRENCE)

FACTS: Final = {
    "equity": "what the account is worth, in its base currency",
    "drawdown_percent": "how far the equity is below its highest of the epoch, deposits told apart",
    "day_profit": "profit since the UTC day began, in the base currency, negative for a loss, deposits told apart",
    "exposure": "what is held through trading, longs and shorts added up, in the base currency",
    "leverage": "the exposure as a multiple of the equity",
}
"""What can be compared with a number, by name."""

OCCURRENCES: Final = {
    "order_rejected": "The exchange refused an order.",
    "strategy_stopped": "A running strategy has ended: by itself, by a fault, or because somebody stopped it.",
    "feed_stale": "The source of a symbol has fallen silent.",
    "risk_state_changed": "Trading of the account, or of every account, was halted, restricted or resumed.",
}
"""What other parts tell of by `services.tell`, by name."""

COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Condition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One condition; which fields it has depends on its kind, all others are None.

    `expression`: `expression`, `symbol` and `interval`. `account`: `fact`, `comparison` and `value`, a plain decimal.
    `occurrence`: `occurrence`, and `symbol` where only that symbol's count.
    """

    kind: str
    expression: str | None = None
    symbol: str | None = None
    interval: str | None = None
    fact: str | None = None
    comparison: str | None = None
    value: str | None = None
    occurrence: str | None = None

    @property
    def text(self) -> str:
        """The condition as a person reads it."""
        if self.kind == EXPRESSION:
            return f"{self.expression} on {self.symbol} {self.interval}"
        if self.kind == ACCOUNT:
            return f"{self.fact} {self.comparison} {self.value}"
        return f"{self.occurrence} of {self.symbol}" if self.symbol else str(self.occurrence)


FIELDS_OF: Final = {
    EXPRESSION: (("expression", "symbol", "interval"), ()),
    ACCOUNT: (("fact", "comparison", "value"), ()),
    OCCURRENCE: (("occurrence",), ("symbol",)),
}
"""By kind, the fields that it needs and those that it may have."""


def faults_of(condition: Condition) -> dict[str, list[str]]:
    """What is missing and what is too much, by field; empty for a condition that is whole."""
    needed, allowed = FIELDS_OF[condition.kind]
    given = {name for name in condition.__struct_fields__[1:] if getattr(condition, name) is not None}
    faults = {name: [f"A condition of the kind {condition.kind} needs it."] for name in needed if name not in given}
    for name in given - {*needed, *allowed}:
        faults[name] = [f"A condition of the kind {condition.kind} has no such field."]
    return faults


def compares(comparison: str, left: float, right: float) -> bool:
    """Whether the comparison holds."""
    return COMPARISONS[comparison](left, right)


def is_back_over(comparison: str, left: float, level: float) -> bool:
    """Whether a value has come back to the other side of a level: at or above it after `<`, at or below it after `>`."""
    return left >= level if comparison in ("<", "<=") else left <= level


def is_behind(comparison: str, level: float, threshold: float) -> bool:
    """Whether a level lies where the comparison does not hold, so that coming back over it means something."""
    return level >= threshold if comparison in ("<", "<=") else level <= threshold
