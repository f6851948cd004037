"""Prices made comparable over splits and dividends, backwards from the newest candle, which is never changed.

Every candle before an ex-date is multiplied by the factor of what happened on it; over several ex-dates factors multiply.

- A split of r new shares for one: prices by 1/r, volumes by r.
- A dividend of D a share: prices by 1 - D / P, where P is the last close before the ex-date. Volumes stay.

That is the method of CRSP (the "factor to adjust prices", CRSP Data Descriptions Guide) and of Yahoo Finance's adjusted
close ("multipliers … based on dividend as a percentage of the price"). Amounts and prices are those of their day, as they
were paid and traded. On a day with both, the dividend is paid on the new shares, so P is first divided by r.

A split or dividend after the newest candle has not happened yet; one at or before the oldest has nothing to adjust.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter

import msgspec

from markets.corporate_actions.records import Adjust, CorporateAction
from markets.datasets.records import Candles


class Factor(msgspec.Struct, frozen=True):
    """What candles that open before `before_ns` are multiplied by, all later factors included."""

    before_ns: int
    price: float
    volume: float


def factors_of(
    actions: Sequence[CorporateAction],
    adjust: Adjust,
    *,
    newest_ns: int,
    start_ns_of: Callable[[date], int],
    close_before: Callable[[int], float | None],
) -> tuple[Factor, ...]:
    """The factors of a series, oldest first.

    `start_ns_of` says from when on candles belong to a date, `close_before` the last close before a time (None: there is no
    candle). A dividend as large as the price it is paid on, which no formula can undo, is left out.
    """
    by_day: dict[date, list[CorporateAction]] = {}
    for action in actions:
        if action.kind == "split" or adjust == "all":
            by_day.setdefault(action.ex_date, []).append(action)
    price, volume = Fraction(1), Fraction(1)
    found: list[Factor] = []
    for day in sorted(by_day, reverse=True) if adjust != "none" else ():
        start_ns = start_ns_of(day)
        close = close_before(start_ns) if start_ns <= newest_ns else None
        if close is None:
            continue
        split, dividend = _of_day(by_day[day])
        paid = dividend * split / Fraction(Decimal(repr(close)))
        price *= (1 - paid if paid < 1 else 1) / split
        volume *= split
        found.append(Factor(start_ns, float(price), float(volume)))
    return tuple(reversed(found))


def adjusted(candles: Candles, factors: Sequence[Factor]) -> Candles:
    """The candles by those factors; times stay."""
    if not factors or not len(candles):
        return candles
    price_of, volume_of = [1.0] * len(candles), [1.0] * len(candles)
    first = 0
    for factor in sorted(factors, key=attrgetter("before_ns")):
        end = bisect_left(candles.time_ns, factor.before_ns)
        price_of[first:end] = [factor.price] * (end - first) if end > first else []
        volume_of[first:end] = [factor.volume] * (end - first) if end > first else []
        first = max(first, end)
    return Candles(
        candles.time_ns,
        _product(candles.open, price_of),
        _product(candles.high, price_of),
        _product(candles.low, price_of),
        _product(candles.close, price_of),
        _product(candles.volume, volume_of),
    )


def _of_day(actions: Sequence[CorporateAction]) -> tuple[Fraction, Fraction]:
    """The split ratio and the dividend of one day; 1 and 0 where there is none."""
    split, dividend = Fraction(1), Fraction(0)
    for action in actions:
        split *= action.ratio or 1
        dividend += Fraction(action.amount or 0)
    return split, dividend


def _product(values: Sequence[float], factors: Sequence[float]) -> list[float]:
    return [value * factor for value, factor in zip(values, factors, strict=True)]
