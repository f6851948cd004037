"""What a worker does for analyses: a function of a spec, without Django. Bars are mapped from files.

Modules of the kinds are loaded by the one that is asked for: statsmodels and scipy take a second, and most need neither.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np

from analytics.tasks.kinds import specs
from analytics.tasks.kinds.results import Result
from analytics.tasks.kinds.series import Floats, Integers, is_constant
from analytics.tasks.kinds.specs import DEMANDS, Demand, Options, kind_of
from analytics.tasks.records import ENGINE, Analysis, AnalysisWork, DataUsed
from jobs.progress import Progress
from kit.errors import Invalid
from markets import calendars
from markets.bars.records import StoredBars, read_bars
from markets.bars.references import BarsReference, days_per_year

MAX_MISSING_SHARE: Final = 0.1
"""Of the bars that a calendar expects. Windows and lags count bars: beyond this they no longer mean a length of time."""


class Series(msgspec.Struct, frozen=True):
    """The bars of one symbol, and which they are."""

    reference: BarsReference
    bars: StoredBars
    missing_bars: int | None


Answered = tuple[Result, Sequence[str]]
"""What came of it, and the conventions it follows."""


def run(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """An analysis as `records.Analysis`, in plain values.

    Raises Invalid: TOO_FEW_BARS, CONSTANT_PRICES, PRICES_NOT_POSITIVE, TOO_MANY_GAPS, and what the kinds raise.
    """
    work = msgspec.convert(spec, AnalysisWork)
    progress.update(0.05, "Reading bars")
    demand = DEMANDS[kind_of(work.options)]
    found = [_read(each, demand) for each in work.bars]
    progress.update(0.2, "Computing")
    result, conventions = _KINDS[type(work.options)](work.options, found)
    progress.update(0.95, "Writing down")
    analysis = Analysis(
        engine=ENGINE,
        bars=sum(each.reference.rows for each in found),
        conventions=list(conventions),
        data=[_used(each) for each in found],
        result=result,
    )
    plain: dict[str, Any] = msgspec.to_builtins(analysis)
    return plain


# Reading -----------------------------------------------------------------------------------------------------------------


def _read(reference: BarsReference, demand: Demand) -> Series:
    """The bars of a reference, when they are what an analysis needs."""
    bars = read_bars(reference)
    symbol = reference.symbol
    if len(bars.time_ns) < demand.least_bars:
        raise _unsuited(
            symbol, "TOO_FEW_BARS", f"{symbol} has {len(bars.time_ns)} bars; {demand.least_bars} are needed."
        )
    if not all(float(column.min()) > 0 for column in (bars.open, bars.high, bars.low, bars.close)):
        raise _unsuited(
            symbol, "PRICES_NOT_POSITIVE", f"{symbol} has prices of 0 or below; choose a time without them."
        )
    if is_constant(np.log(bars.close)):
        raise _unsuited(
            symbol, "CONSTANT_PRICES", f"{symbol} never closes at another price; there is nothing to measure."
        )
    missing = missing_bars(bars.time_ns, reference)
    if demand.is_evenly_spaced and missing is not None and missing > MAX_MISSING_SHARE * (missing + reference.rows):
        reason = f"{symbol} lacks {missing} of the {missing + reference.rows} bars that its calendar expects."
        raise _unsuited(symbol, "TOO_MANY_GAPS", f"{reason} Choose longer bars, or a time without the gaps.")
    return Series(reference, bars, missing)


def _unsuited(symbol: str, code: str, message: str) -> Invalid:
    return Invalid(message, code=code, details={"symbols": [message], "symbol": symbol})


def missing_bars(time_ns: Integers, reference: BarsReference) -> int | None:
    """How many bars the market's calendar expects between these and were not there; None where it expects none so long."""
    try:
        runs = calendars.missing_runs(time_ns, reference.interval_ns, reference.instrument.calendar)
    except ValueError:
        return None
    return int(runs.missing_bars.sum())


def bars_per_year(reference: BarsReference) -> float:
    """The days of a year times the bars of a day: those of a market's hours, by its calendar over the time of the bars."""
    year, calendar, length_ns = days_per_year([reference]), reference.instrument.calendar, reference.interval_ns
    if calendar == calendars.ALWAYS or length_ns >= calendars.DAY_NS:
        return year * calendars.DAY_NS / length_ns
    start_ns = reference.from_ns // calendars.DAY_NS * calendars.DAY_NS
    end_ns = min(reference.to_ns, start_ns + 366 * calendars.DAY_NS) // calendars.DAY_NS * calendars.DAY_NS
    end_ns += calendars.DAY_NS
    sessions = len(calendars.expected_times(calendar, calendars.DAY_NS, start_ns, end_ns))
    bars = len(calendars.expected_times(calendar, length_ns, start_ns, end_ns))
    return year * bars / sessions if sessions and bars else year * calendars.DAY_NS / length_ns


def _used(series: Series) -> DataUsed:
    reference = series.reference
    return DataUsed(
        symbol=reference.symbol,
        interval=reference.interval,
        source=reference.source,
        rows=reference.rows,
        missing_bars=series.missing_bars,
        from_ns=reference.from_ns,
        to_ns=reference.to_ns,
        content_hash=reference.content_hash,
    )


# Kinds -------------------------------------------------------------------------------------------------------------------


def _volatility(options: specs.Volatility, found: list[Series]) -> Answered:
    from analytics.tasks.kinds import volatility

    (only,) = found
    bars = only.bars
    prices = (bars.open, bars.high, bars.low, bars.close)
    year = bars_per_year(only.reference)
    return volatility.volatility_of(options, bars.time_ns, prices, bars_per_year=year), volatility.CONVENTIONS


def _correlation(options: specs.Correlation, found: list[Series]) -> Answered:
    from analytics.tasks.kinds import correlation

    symbols, times, closes = _columns(found)
    return correlation.correlation_of(options, symbols, times, closes), correlation.CONVENTIONS


def _drawdowns(options: specs.Drawdowns, found: list[Series]) -> Answered:
    from analytics.tasks.kinds import drawdowns

    (only,) = found
    return drawdowns.drawdowns_of(options, only.bars.time_ns, only.bars.close), drawdowns.CONVENTIONS


def _seasonality(options: specs.Seasonality, found: list[Series]) -> Answered:
    from analytics.tasks.kinds import seasonality

    (only,) = found
    calendar = only.reference.instrument.calendar if options.zone == "calendar" else calendars.ALWAYS
    is_daily = only.reference.interval_ns >= calendars.DAY_NS
    result = seasonality.seasonality_of(
        only.bars.time_ns,
        only.bars.close,
        days=days_of(only.bars.time_ns, calendar, is_daily=is_daily),
        zone=calendars.zone_of(calendar),
        is_daily=is_daily,
    )
    return result, seasonality.CONVENTIONS


def days_of(time_ns: Integers, calendar: str, *, is_daily: bool) -> Integers:
    """The date of the session that each bar belongs to, in days since 1970, int64.

    A session of the currency market begins on the evening before, and bars of it may be stamped then or at midnight: the
    middle of the day is in the right date either way.
    """
    if calendar == calendars.ALWAYS and not is_daily:
        return time_ns // calendars.DAY_NS
    labels = time_ns if is_daily else calendars.session_times(calendar, time_ns)
    return (labels + calendars.DAY_NS // 2) // calendars.DAY_NS


def _cointegration(options: specs.Cointegration, found: list[Series]) -> Answered:
    from analytics.tasks.kinds import cointegration

    symbols, times, closes = _columns(found)
    return cointegration.cointegration_of(options, symbols, times, closes), cointegration.CONVENTIONS


def _regime(options: specs.Regime, found: list[Series]) -> Answered:
    from analytics.tasks.kinds import regimes

    (only,) = found
    year = bars_per_year(only.reference)
    result = regimes.regime_of(options, only.bars.time_ns, only.bars.close, bars_per_year=year)
    return result, regimes.CONVENTIONS


def _columns(found: list[Series]) -> tuple[list[str], list[Integers], list[Floats]]:
    """Symbols, times and closes."""
    return (
        [each.reference.symbol for each in found],
        [each.bars.time_ns for each in found],
        [each.bars.close for each in found],
    )


_KINDS: Final[dict[type[Options], Any]] = {
    specs.Correlation: _correlation,
    specs.Seasonality: _seasonality,
    specs.Drawdowns: _drawdowns,
    specs.Cointegration: _cointegration,
    specs.Regime: _regime,
    specs.Volatility: _volatility,
}
