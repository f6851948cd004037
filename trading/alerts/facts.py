"""What is known of an account that rules compare with numbers, in whole units; out of the durable state and the last prices.

Equity, exposure and leverage are those of `trading.risk`. Profit of the day and drawdown count without what was put in or
taken out, by the same rule as limits of loss: what is compared is the equity less the deposits of the epoch. The exchange
notes peaks of accounts with such limits alone, so they are followed here for all.
"""

from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

from kit.units import MONEY_DECIMALS, trimmed_text_from_units, units_from_text
from trading.sandbox.accounts import Account
from trading.sandbox.exposure import Unpriced, equity_units, exposures, share_ppm
from trading.sandbox.losses import day_of
from trading.sandbox.rates import Rates
from trading.sandbox.risk_refusals import PERCENT_DECIMALS, TIMES_DECIMALS

DECIMALS: Final = {
    "equity": MONEY_DECIMALS,
    "drawdown_percent": PERCENT_DECIMALS,
    "day_profit": MONEY_DECIMALS,
    "exposure": MONEY_DECIMALS,
    "leverage": TIMES_DECIMALS,
}
"""Digits after the point that a fact is counted in."""


class Worth(Protocol):
    """What an account was worth at a moment, and what its owner had put in by then, in its base currency."""

    @property
    def time_ns(self) -> int:
        """By the market's clock."""
        ...

    @property
    def equity_units(self) -> int:
        """The equity."""
        ...

    @property
    def deposit_units(self) -> int:
        """Deposits less withdrawals since the epoch began."""
        ...


class Marks(msgspec.Struct):
    """Where an account's profit of the day and its drawdown count from, in the base currency without deposits."""

    epoch: int
    day: int
    day_units: int
    peak_units: int

    def look(self, epoch: int, time_ns: int, profit_units: int) -> None:
        """Take in a profit (equity less deposits); another epoch begins anew, and so does another day of the market."""
        if epoch != self.epoch:
            self.epoch, self.peak_units = epoch, profit_units
            self.day = -1
        if day_of(time_ns) != self.day:
            self.day, self.day_units = day_of(time_ns), profit_units
        self.peak_units = max(self.peak_units, profit_units)


def marks_from(epoch: int, past: Sequence[Worth], time_ns: int) -> Marks | None:
    """The marks that samples of the past leave, oldest first; None without any."""
    if not past:
        return None
    first = past[0]
    marks = Marks(epoch, -1, 0, first.equity_units - first.deposit_units)
    for each in past:
        profit_units = each.equity_units - each.deposit_units
        marks.peak_units = max(marks.peak_units, profit_units)
        # What the day began with is the last worth before it, or the first one of it.
        if day_of(each.time_ns) < day_of(time_ns) or marks.day != day_of(time_ns):
            marks.day_units = profit_units
            marks.day = day_of(time_ns)
    return marks


def facts_of(
    account: Account, rates: Rates, marks: Marks, *, epoch: int, deposit_units: int, time_ns: int
) -> dict[str, int]:
    """The facts that are known, by name, in units of `DECIMALS`; `marks` take in the present profit."""
    try:
        equity = equity_units(account, rates)
    except Unpriced:
        return {}
    profit_units = equity - deposit_units
    marks.look(epoch, time_ns, profit_units)
    facts = {"equity": equity, "day_profit": profit_units - marks.day_units}
    peak = marks.peak_units + deposit_units
    if peak > 0:
        facts["drawdown_percent"] = share_ppm(peak - equity, peak)
    try:
        gross = sum(abs(each.worth_units) for each in exposures(account, rates))
    except Unpriced:
        return facts
    facts["exposure"] = gross
    if equity > 0:
        facts["leverage"] = share_ppm(gross, equity)
    return facts


def fact_text(fact: str, units: int) -> str:
    """A fact as plain decimal text."""
    return trimmed_text_from_units(units, DECIMALS[fact])


def fact_units(fact: str, text: str) -> int | None:
    """Plain decimal text in the units of a fact; None where it is finer than those."""
    negative = text.startswith("-")
    units = units_from_text(text.removeprefix("-"), DECIMALS[fact])
    return None if units is None else -units if negative else units
