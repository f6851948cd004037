"""All figures of one equity curve."""

import math
from typing import Final, Literal

import numpy as np

from quant.performance.days import NS_PER_DAY, Floats, Integers, daily_equity, returns_of
from quant.performance.figures import Benchmark, Costs, Drawdowns, Figures, PeriodReturn, Returns, Risk
from quant.performance.sharpe import minimum_track_record, probabilistic_sharpe
from quant.performance.sweeping import ROUNDING, drawdowns_nb
from quant.performance.trading import Trades, trade_figures

SHORT_SAMPLE_DAYS: Final = 30
DAYS_PER_CALENDAR_YEAR: Final = 365.25
TAIL: Final = 5.0

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
    periods = days.astype("datetime64[D]").astype(f"datetime64[{unit}]")
    ends = np.append(np.flatnonzero(np.diff(periods.astype(np.int64))), len(days) - 1)
    befores = np.concatenate(([0], ends[:-1] + 1))
    return [
        PeriodReturn(str(periods[end]), float(daily[end + 1] / daily[before] - 1))
        for before, end in zip(befores.tolist(), ends.tolist(), strict=True)
        if daily[before] > 0
    ]


# How it was gained -----------------------------------------------------------------------------------------------------


def _risk(returns: Floats, days_per_year: int, risk_free: float, growth: float | None, deepest: float) -> Risk:
    count, year = len(returns), math.sqrt(days_per_year)
    daily_rate = (1 + risk_free) ** (1 / days_per_year) - 1
    excess = returns - daily_rate
    deviation = _deviation(returns)
    down = float(np.sqrt(np.mean(np.minimum(excess, 0) ** 2))) if count else 0.0
    sharpe = float(excess.mean()) / deviation if deviation else None
    skew, kurtosis = moments(returns)
    plain_kurtosis, plain_skew = _plain_moments(returns)
    proof = {"skew": plain_skew, "kurtosis": plain_kurtosis}
    losses = float(-excess[excess < 0].sum())
    tail = float(np.percentile(returns, TAIL)) if count else None
    top = float(np.percentile(returns, 100 - TAIL)) if count else None
    needed = minimum_track_record(sharpe, **proof) if sharpe is not None else None
    return Risk(
        days_per_year=days_per_year,
        volatility=None if deviation is None else deviation * year,
        downside_deviation=down * year if count else None,
        sharpe=None if sharpe is None else sharpe * year,
        sortino=float(excess.mean()) / down * year if count > 1 and down > ROUNDING else None,
        calmar=growth / -deepest if growth is not None and deepest < 0 else None,
        omega=float(excess[excess > 0].sum()) / losses if losses > ROUNDING else None,
        value_at_risk_95=tail,
        expected_shortfall_95=float(returns[returns <= tail].mean()) if tail is not None else None,
        skew=skew,
        kurtosis=kurtosis,
        tail_ratio=top / -tail
        if tail is not None and top is not None and tail < -ROUNDING and top > ROUNDING
        else None,
        probabilistic_sharpe=None if sharpe is None else probabilistic_sharpe(sharpe, count, **proof),
        minimum_track_record_days=needed,
    )


def _deviation(values: Floats) -> float | None:
    """The sample deviation; None below two values, 0 where it is one of roundings."""
    if len(values) < 2:
        return None
    deviation = float(np.std(values, ddof=1))
    return deviation if deviation > ROUNDING else 0.0


def moments(values: Floats) -> tuple[float | None, float | None]:
    """Skewness and excess kurtosis, bias corrected (G1 and G2 of Joanes and Gill 1998)."""
    n = len(values)
    deviation = _deviation(values)
    if not deviation:
        return None, None
    z = (values - values.mean()) / deviation
    skew = n / ((n - 1) * (n - 2)) * float((z**3).sum()) if n > 2 else None
    if n <= 3:
        return skew, None
    scale = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3))
    return skew, scale * float((z**4).sum()) - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))


def _plain_moments(values: Floats) -> tuple[float, float]:
    """Kurtosis (3 of a normal distribution) and skewness as the moments of the sample, as the Sharpe papers take them."""
    deviation = float(np.std(values)) if len(values) else 0.0
    if deviation <= ROUNDING:
        return 3.0, 0.0
    z = (values - values.mean()) / deviation
    return float((z**4).mean()), float((z**3).mean())


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
    _, ours, theirs = np.intersect1d(days, other_days, return_indices=True)
    own, other = returns_of(daily[1:][ours]), returns_of(prices[1:][theirs])
    known = ~(np.isnan(own) | np.isnan(other))
    own, other = own[known], other[known]
    held = prices[1:][theirs]
    total = float(held[-1] / held[0] - 1) if len(held) > 1 and held[0] > 0 else None
    if len(own) < 2:
        return Benchmark(total, None, None, None, None, None, None, None)
    year, rate = math.sqrt(days_per_year), (1 + risk_free) ** (1 / days_per_year) - 1
    deviations = _deviation(own) or 0.0, _deviation(other) or 0.0
    covariance = float(np.cov(own, other, ddof=1)[0, 1])
    beta = covariance / deviations[1] ** 2 if deviations[1] > 0 else None
    error = _deviation(own - other) or 0.0
    return Benchmark(
        total_return=total,
        alpha=None if beta is None else float(own.mean() - rate - beta * (other.mean() - rate)) * days_per_year,
        beta=beta,
        correlation=covariance / (deviations[0] * deviations[1]) if min(deviations) > 0 else None,
        tracking_error=error * year,
        information_ratio=float((own - other).mean()) / error * year if error > 0 else None,
        up_capture=_capture(own, other, other > 0),
        down_capture=_capture(own, other, other < 0),
    )


def _capture(own: Floats, other: Floats, chosen: np.ndarray) -> float | None:
    """The mean return on the days on which the benchmark rose (fell), over the benchmark's own."""
    return float(own[chosen].mean() / other[chosen].mean()) if chosen.any() else None
