"""All figures of one equity curve."""

import math
from datetime import date
from typing import Final, Literal

import numpy as np

from quant.performance.days import NS_PER_DAY, Floats, Integers, daily_equity, returns_of
from quant.performance.figures import Benchmark, Costs, Drawdowns, Figures, PeriodReturn, Returns, Risk
from quant.performance.sharpe import minimum_track_record, probabilistic_sharpe
from quant.performance.sweeping import ROUNDING, drawdowns_nb, sample_nb, together_nb
from quant.performance.trading import Trades, trade_figures

SHORT_SAMPLE_DAYS: Final = 30
DAYS_PER_CALENDAR_YEAR: Final = 365.25
TAIL: Final = 0.05
DAY_0: Final = date(1970, 1, 1).toordinal()

DaysPerYear = Literal[252, 365]


def measure(
    time_ns: Integers,
    equity: Floats,
    starting_equity: float,
    *,
    days_per_year: DaysPerYear,
    trades: Trades | None = None,
    benchmark: tuple[Integers, Floats] | None = None,
    risk_free: float = 0.0,
    traded_value: float | None = None,
    exposure: float | None = None,
    fees: float | None = None,
) -> Figures:
    """The figures of equity (float64[T]) marked at rising UTC nanoseconds (int64[T]), from `starting_equity` on.

    `risk_free` is a rate a year. `benchmark` are times and prices of something else. `fees` left out are the trades'.
    Raises ValueError for an empty curve or one that is no finite number somewhere.
    """
    if len(time_ns) == 0 or len(time_ns) != len(equity):
        raise ValueError("an equity curve has a mark for each of its times, and at least one")
    if not (math.isfinite(starting_equity) and np.isfinite(equity.sum())):
        raise ValueError("equity must be finite")
    days, daily = daily_equity(time_ns, equity, starting_equity)
    returns = returns_of(daily)
    returns = returns[~np.isnan(returns)]
    drawdowns = _drawdowns(time_ns, equity, starting_equity, daily)
    gained = _returns(time_ns, days, daily, returns)
    costs = _costs(trades, fees, traded_value, exposure, float(daily[1:].mean()), gained.elapsed_days)
    return Figures(
        returns=gained,
        risk=_risk(returns, days_per_year, risk_free, gained.cagr, drawdowns.maximum),
        drawdowns=drawdowns,
        costs=costs,
        benchmark=None if benchmark is None else _benchmark(days, daily, benchmark, days_per_year, risk_free),
        trades=None if trades is None else trade_figures(trades),
    )


# What was gained -------------------------------------------------------------------------------------------------------


def _returns(time_ns: Integers, days: Integers, daily: Floats, returns: Floats) -> Returns:
    start, end = float(daily[0]), float(daily[-1])
    elapsed_days = float(time_ns[-1] - time_ns[0]) / NS_PER_DAY
    return Returns(
        start_equity=start,
        end_equity=end,
        profit=end - start,
        total_return=end / start - 1 if start > 0 else None,
        cagr=cagr(start, end, elapsed_days),
        days=len(days),
        elapsed_days=elapsed_days,
        is_short_sample=elapsed_days < SHORT_SAMPLE_DAYS,
        best_day=float(returns.max()) if len(returns) else None,
        worst_day=float(returns.min()) if len(returns) else None,
        positive_days=float((returns > 0).mean()) if len(returns) else None,
        months=_by_period(days, daily, "M"),
        years=_by_period(days, daily, "Y"),
    )


def cagr(start: float, end: float, elapsed_days: float) -> float | None:
    """Compound annual growth by calendar time; None under 30 days, and where a side is not above 0."""
    if elapsed_days < SHORT_SAMPLE_DAYS or start <= 0 or end <= 0:
        return None
    try:
        return float((end / start) ** (DAYS_PER_CALENDAR_YEAR / elapsed_days) - 1)
    except OverflowError:
        return None


def _by_period(days: Integers, daily: Floats, unit: Literal["M", "Y"]) -> list[PeriodReturn]:
    """The return of every calendar month or year; none of one that begins at 0 or below."""
    found: list[PeriodReturn] = []
    place = 0
    while place < len(days):
        name, first_after = _period_of(int(days[place]), unit)
        end = int(days.searchsorted(first_after))
        if daily[place] > 0:
            found.append(PeriodReturn(name, float(daily[end] / daily[place] - 1)))
        place = end
    return found


def _period_of(day: int, unit: Literal["M", "Y"]) -> tuple[str, int]:
    """The name of the month or year of a day since 1970, and the first day after it."""
    on = date.fromordinal(DAY_0 + day)
    if unit == "Y":
        return f"{on.year:04}", _ordinal(on.year + 1, 1) - DAY_0
    return f"{on.year:04}-{on.month:02}", _ordinal(on.year + on.month // 12, on.month % 12 + 1) - DAY_0


def _ordinal(year: int, month: int) -> int:
    return date(year, month, 1).toordinal()


# How it was gained -----------------------------------------------------------------------------------------------------


def _risk(returns: Floats, days_per_year: int, risk_free: float, growth: float | None, deepest: float) -> Risk:
    count, year = len(returns), math.sqrt(days_per_year)
    daily_rate = (1 + risk_free) ** (1 / days_per_year) - 1
    mean, deviation, cubes, fourths, gains, losses, downs = sample_nb(returns, daily_rate)
    down = math.sqrt(downs / count) if count else 0.0
    sharpe = (mean - daily_rate) / deviation if deviation > 0 else None
    skew, kurtosis = _corrected(cubes, fourths, count) if deviation > 0 else (None, None)
    proof = _plain(cubes, fourths, count) if deviation > 0 else {"skew": 0.0, "kurtosis": 3.0}
    ordered = np.sort(returns)
    tail = quantile_of(ordered, TAIL) if count else None
    top = quantile_of(ordered, 1 - TAIL) if count else None
    needed = minimum_track_record(sharpe, **proof) if sharpe is not None else None
    return Risk(
        days_per_year=days_per_year,
        volatility=deviation * year if count > 1 else None,
        downside_deviation=down * year if count else None,
        sharpe=None if sharpe is None else sharpe * year,
        sortino=(mean - daily_rate) / down * year if count > 1 and down > ROUNDING else None,
        calmar=growth / -deepest if growth is not None and deepest < 0 else None,
        omega=gains / losses if losses > ROUNDING else None,
        value_at_risk_95=tail,
        expected_shortfall_95=float(ordered[: ordered.searchsorted(tail, side="right")].mean())
        if tail is not None
        else None,
        skew=skew,
        kurtosis=kurtosis,
        tail_ratio=top / -tail
        if tail is not None and top is not None and tail < -ROUNDING and top > ROUNDING
        else None,
        probabilistic_sharpe=None if sharpe is None else probabilistic_sharpe(sharpe, count, **proof),
        minimum_track_record_days=needed,
    )


def _corrected(cubes: float, fourths: float, n: int) -> tuple[float | None, float | None]:
    """Skewness and excess kurtosis, bias corrected (G1 and G2 of Joanes and Gill 1998)."""
    skew = n / ((n - 1) * (n - 2)) * cubes if n > 2 else None
    if n <= 3:
        return skew, None
    scale = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3))
    return skew, scale * fourths - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))


def _plain(cubes: float, fourths: float, n: int) -> dict[str, float]:
    """Skewness and kurtosis (3 of a normal distribution) as the moments of the sample, as the Sharpe papers take them."""
    wider = n / (n - 1)  # squares of distances in deviations by n, over those in deviations by n - 1
    return {"skew": cubes / n * wider**1.5, "kurtosis": fourths / n * wider**2}


def quantile_of(ordered: Floats, share: float) -> float:
    """A quantile of values in rising order, interpolated between the two nearest (type 7 of Hyndman and Fan 1996)."""
    place = (len(ordered) - 1) * share
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def _drawdowns(time_ns: Integers, equity: Floats, start: float, daily: Floats) -> Drawdowns:
    deepest, average, count, longest_ns, current = drawdowns_nb(equity, time_ns, float(start))
    total = float(equity[-1]) / start - 1 if start > 0 else None
    peaks = np.maximum.accumulate(daily)
    falls = np.where(peaks > 0, daily / np.where(peaks > 0, peaks, 1) - 1, 0.0)
    return Drawdowns(
        maximum=float(deepest),
        average=float(average) if count else None,
        count=int(count),
        longest_days=longest_ns / NS_PER_DAY if count else None,
        current=float(current),
        is_recovered=current >= 0,
        ulcer_index=float(np.sqrt(np.mean(falls[1:] ** 2))),
        recovery_factor=total / -float(deepest) if total is not None and deepest < 0 else None,
    )


def _costs(
    trades: Trades | None,
    fees: float | None,
    traded_value: float | None,
    exposure: float | None,
    mean_equity: float,
    elapsed_days: float,
) -> Costs:
    if fees is None and trades is not None:
        fees = float(np.sum(trades.fees))
    before_fees = None if trades is None else np.asarray(trades.profit) + np.asarray(trades.fees)
    gross = None if before_fees is None else float(before_fees[before_fees > 0].sum())
    years = elapsed_days / DAYS_PER_CALENDAR_YEAR
    has_turnover = traded_value is not None and mean_equity > 0 and years > 0
    return Costs(
        fees=fees,
        fees_of_gross_profit=fees / gross if fees is not None and gross else None,
        turnover=traded_value / mean_equity / years if traded_value is not None and has_turnover else None,
        exposure=exposure,
    )


# Beside something else -------------------------------------------------------------------------------------------------


def _benchmark(
    days: Integers, daily: Floats, benchmark: tuple[Integers, Floats], days_per_year: int, risk_free: float
) -> Benchmark:
    """Returns from one common day to the next, so that both have the same ones."""
    other_days, prices = daily_equity(benchmark[0], np.asarray(benchmark[1], np.float64), float(benchmark[1][0]))
    mine, held = daily[1:], prices[1:]
    if not np.array_equal(days, other_days):
        _, ours, theirs = np.intersect1d(days, other_days, return_indices=True)
        mine, held = mine[ours], held[theirs]
    own, other = returns_of(mine), returns_of(held)
    known = ~(np.isnan(own) | np.isnan(other))
    own, other = own[known], other[known]
    total = float(held[-1] / held[0] - 1) if len(held) > 1 and held[0] > 0 else None
    if len(own) < 2:
        return Benchmark(total, None, None, None, None, None, None, None)
    year, rate = math.sqrt(days_per_year), (1 + risk_free) ** (1 / days_per_year) - 1
    own_mean, own_deviation = sample_nb(own, rate)[:2]
    other_mean, other_deviation = sample_nb(other, rate)[:2]
    apart, error = sample_nb(own - other, 0.0)[:2]
    covariance = together_nb(own, other, own_mean, other_mean) / (len(own) - 1)
    beta = covariance / other_deviation**2 if other_deviation > 0 else None
    return Benchmark(
        total_return=total,
        alpha=None if beta is None else (own_mean - rate - beta * (other_mean - rate)) * days_per_year,
        beta=beta,
        correlation=covariance / (own_deviation * other_deviation) if min(own_deviation, other_deviation) > 0 else None,
        tracking_error=error * year,
        information_ratio=apart / error * year if error > 0 else None,
        up_capture=_capture(own, other, other > 0),
        down_capture=_capture(own, other, other < 0),
    )


def _capture(own: Floats, other: Floats, chosen: np.ndarray) -> float | None:
    """The mean return on the days on which the benchmark rose (fell), over the benchmark's own."""
    return float(own[chosen].mean() / other[chosen].mean()) if chosen.any() else None
