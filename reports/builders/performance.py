"""The tear sheet: what an account or a backtest gained, how, at which risk, by which trades and at what cost.

The figures are those of `quant.performance` (docs/metrics.md); nothing is worked out a second time here.
"""

from datetime import UTC
from typing import Final

import numpy as np

from quant.performance.days import NS_PER_DAY, daily_equity, returns_of
from quant.performance.figures import Figures, PeriodReturn
from quant.performance.measuring import measure
from reports.builders.amounts import day_of
from reports.builders.document import Chart, Figure, Provenance, Report, Section, Series, Table, Unit, columns
from reports.builders.drawdowns import drawdown_table
from reports.builders.round_trips import by_symbol, trade_charts, trade_table, trades_figures
from reports.builders.showing import Said, figures_from, lowest_of, thinned, values_of
from reports.builders.sources import Floats, Integers, Track

ROLLING_DAYS: Final = 63
"""A quarter of a year of trading: long enough for a ratio, short enough to show that it changes."""

HISTOGRAM_BARS: Final = 41
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

RETURNS: Final[tuple[Said, ...]] = (
    ("total_return", "Total return", "share"),
    ("cagr", "Growth a year (CAGR)", "share"),
    ("start_equity", "Equity at the start", "money"),
    ("end_equity", "Equity at the end", "money"),
    ("profit", "Profit", "money"),
    ("best_day", "Best day", "share"),
    ("worst_day", "Worst day", "share"),
    ("positive_days", "Days with a gain", "share"),
    ("days", "Days", "count"),
    ("elapsed_days", "Calendar time", "days"),
)
RISK: Final[tuple[Said, ...]] = (
    ("volatility", "Volatility a year", "share"),
    ("downside_deviation", "Downside deviation a year", "share"),
    ("sharpe", "Sharpe ratio", "number"),
    ("sortino", "Sortino ratio", "number"),
    ("calmar", "Calmar ratio", "number"),
    ("omega", "Omega ratio", "number"),
    ("value_at_risk_95", "Value at risk, 95 %, a day", "share"),
    ("expected_shortfall_95", "Expected shortfall, 95 %, a day", "share"),
    ("skew", "Skewness", "number"),
    ("kurtosis", "Excess kurtosis", "number"),
    ("tail_ratio", "Tail ratio", "number"),
    ("probabilistic_sharpe", "Probability that the ratio is above 0", "share"),
    ("minimum_track_record_days", "Days needed to prove it", "days"),
)
DRAWDOWNS: Final[tuple[Said, ...]] = (
    ("maximum", "Deepest drawdown", "share"),
    ("average", "Average drawdown", "share"),
    ("count", "Drawdowns", "count"),
    ("longest_days", "Longest drawdown", "days"),
    ("current", "Drawdown now", "share"),
    ("ulcer_index", "Ulcer index", "share"),
    ("recovery_factor", "Recovery factor", "number"),
)
COSTS: Final[tuple[Said, ...]] = (
    ("fees", "Fees", "money"),
    ("fees_of_gross_profit", "Fees of gross profit", "share"),
    ("turnover", "Turnover a year, times equity", "number"),
    ("exposure", "Time with a position", "share"),
)
BENCHMARK: Final[tuple[Said, ...]] = (
    ("total_return", "Return of the benchmark", "share"),
    ("alpha", "Alpha a year", "share"),
    ("beta", "Beta", "number"),
    ("correlation", "Correlation", "number"),
    ("tracking_error", "Tracking error a year", "share"),
    ("information_ratio", "Information ratio", "number"),
    ("up_capture", "Capture of rises", "share"),
    ("down_capture", "Capture of falls", "share"),
)
HEADLINE: Final = ("total_return", "cagr", "sharpe", "maximum", "volatility", "count")

CONVENTIONS: Final = (
    "Equity is marked at the close of every bar or at every sample, after fees.",
    "Ratios go by daily equity, the last mark of each UTC day; samples divide by n - 1; the riskless rate is 0.",
    "Growth a year goes by calendar time and is not given under 30 days.",
    "What is undefined is left empty, never 0.",
)


def build_performance(track: Track, *, made_ns: int, time_zone: str) -> Report:
    """The tear sheet of a track."""
    figures = figures_of(track)
    days, daily = daily_equity(track.time_ns, track.equity, track.starting_equity)
    sections = [
        _summary(track, figures),
        _equity(track),
        _returns(figures, daily),
        _risk(track, figures, days, daily),
        *_trades(track, figures),
        _costs(track, figures),
        *_benchmark(track, figures),
    ]
    return Report(
        kind="performance",
        title=track.name,
        subtitle=track.subject,
        currency=track.currency,
        made_ns=made_ns,
        provenance=provenance_of(track, time_zone),
        sections=tuple(sections),
        warnings=(*track.warnings, *short_sample(figures), *lost_whole(days, daily), *late_benchmark(track)),
    )


def figures_of(track: Track) -> Figures:
    """All figures of a track, with its benchmark where it has one."""
    prices = track.benchmark
    return measure(
        track.time_ns,
        track.equity,
        track.starting_equity,
        days_per_year=track.days_per_year,
        trades=track.trades,
        benchmark=None if prices is None else (prices.time_ns, prices.price),
        traded_value=track.traded_value,
        exposure=track.exposure,
        fees=track.fees,
    )


def provenance_of(track: Track, time_zone: str) -> Provenance:
    """Where a track's report came from."""
    year = f"A year has {track.days_per_year} days."
    return Provenance(
        data=track.data,
        engine=track.engine,
        language=track.language,
        conventions=(*CONVENTIONS, year, *track.conventions),
        time_zone=time_zone,
    )


def short_sample(figures: Figures) -> tuple[str, ...]:
    """A warning where there are too few days."""
    short = "It covers less than 30 days: annual figures and ratios say little."
    return (short,) if figures.returns.is_short_sample else ()


def lost_whole(days: Integers, daily: Floats) -> tuple[str, ...]:
    """A warning where equity ended a day at nothing or below: a day that begins so has no return."""
    lost = np.flatnonzero(daily[1:] <= 0)
    if not len(lost):
        return ()
    day, count = day_of(int(days[lost[0]]) * NS_PER_DAY, UTC), int((daily[:-1] > 0).sum())
    of_days = "day" if count == 1 else "days"
    return (f"Equity was lost whole on {day}: returns and ratios are of the {count} {of_days} that began with some.",)


def late_benchmark(track: Track) -> tuple[str, ...]:
    """A warning where the prices of the benchmark begin a day or more after the track."""
    prices = track.benchmark
    if prices is None or prices.time_ns[0] < track.time_ns[0] + NS_PER_DAY:
        return ()
    day = day_of(int(prices.time_ns[0]), UTC)
    return (
        f"Prices of {prices.name} begin on {day} only: it is bought then, and compared on the days that both have.",
    )


def _summary(track: Track, figures: Figures) -> Section:
    """The few figures that are looked at first."""
    found = {
        figure.name: figure
        for figure in (
            *figures_from(figures.returns, RETURNS),
            *figures_from(figures.risk, RISK),
            *figures_from(figures.drawdowns, DRAWDOWNS),
        )
    }
    trades = figures.trades
    found["count"] = Figure("count", "Round trips", 0 if trades is None else trades.count, "count")
    return Section(name="summary", title="Summary", figures=tuple(found[name] for name in HEADLINE))


def _equity(track: Track) -> Section:
    """Equity and drawdown over time, the benchmark beside it as if the same money had been put into it."""
    places = thinned(len(track.time_ns))
    times = track.time_ns[places]
    lines = [Series("Equity", values_of(track.equity[places]))]
    if track.benchmark is not None:
        lines.append(Series(f"{track.benchmark.name}, held", values_of(_held(track, times))))
    axis = times.tolist()
    return Section(
        name="equity",
        title="Equity",
        charts=(
            Chart(name="equity", title="Equity", form="line", unit="money", x=axis, series=tuple(lines)),
            drawdown_chart(track),
        ),
        tables=(drawdown_table(track.time_ns, track.equity, track.starting_equity),),
    )


def _held(track: Track, times: Integers) -> Floats:
    """What the starting equity would have become in the benchmark; NaN before its first price."""
    prices = track.benchmark
    assert prices is not None, "the caller has looked"
    last = np.searchsorted(prices.time_ns, times, side="right") - 1
    held: Floats = np.where(last >= 0, prices.price[last] / prices.price[0] * track.starting_equity, np.nan)
    return held


def drawdown_chart(track: Track) -> Chart:
    """How far equity was below its highest before; of every part of the curve the deepest."""
    places = thinned(len(track.time_ns))
    falls = _falls(track.equity, track.starting_equity)
    return Chart(
        name="drawdown",
        title="Drawdown",
        form="area",
        unit="share",
        x=track.time_ns[places].tolist(),
        series=(Series("Drawdown", values_of(lowest_of(falls, places))),),
    )


def _falls(equity: Floats, start: float) -> Floats:
    peaks = np.maximum(np.maximum.accumulate(equity), start)
    with np.errstate(divide="ignore", invalid="ignore"):
        falls: Floats = np.where(peaks > 0, equity / peaks - 1.0, 0.0)
    return falls


def _returns(figures: Figures, daily: Floats) -> Section:
    """What was gained by month and year, and how the days are distributed."""
    returns = returns_of(daily)
    returns = returns[np.isfinite(returns)]
    years = figures.returns.years
    charts = []
    if len(returns) > 1:
        charts.append(distribution("distribution", "Daily returns", returns, "share"))
    if len(years) > 1:
        charts.append(
            Chart(
                name="years",
                title="Return by year",
                form="bars",
                unit="share",
                labels=[each.period for each in years],
                series=(Series("Return", [each.value for each in years]),),
            )
        )
    return Section(
        name="returns",
        title="Returns",
        figures=figures_from(figures.returns, RETURNS),
        charts=tuple(charts),
        tables=(monthly_table(figures.returns.months, years),),
    )


def distribution(name: str, title: str, values: Floats, unit: Unit) -> Chart:
    """How often values lie where, over equal bars from the lowest to the highest."""
    counts, edges = np.histogram(values, bins=HISTOGRAM_BARS if len(values) > HISTOGRAM_BARS else max(len(values), 1))
    return Chart(
        name=name,
        title=title,
        form="histogram",
        unit=unit,
        series=(Series("Count", [float(each) for each in counts]), Series("Edges", values_of(edges))),
    )


def monthly_table(months: list[PeriodReturn], years: list[PeriodReturn]) -> Table:
    """A row for each year, a column for each month, and the whole year at the end."""
    by_month = {each.period: each.value for each in months}
    rows = [
        (year.period, *(by_month.get(f"{year.period}-{month:02d}") for month in range(1, 13)), year.value)
        for year in years
    ]
    said = [(label.lower(), label, "share") for label in MONTHS]
    return Table(
        name="months",
        title="Return by month",
        columns=columns(("year", "Year", "text"), *said, ("whole", "Year", "share")),  # type: ignore[arg-type]
        rows=rows,
        is_shaded=True,
    )


def _risk(track: Track, figures: Figures, days: Integers, daily: Floats) -> Section:
    """Ratios and drawdowns, and how the ratio and the volatility went over time."""
    return Section(
        name="risk",
        title="Risk",
        figures=(*figures_from(figures.risk, RISK), *figures_from(figures.drawdowns, DRAWDOWNS)),
        charts=rolling_charts(days, daily, track.days_per_year),
    )


def rolling_charts(days: Integers, daily: Floats, days_per_year: int, window: int = ROLLING_DAYS) -> tuple[Chart, ...]:
    """Volatility and Sharpe ratio of the last `window` days; none when there are not more days than that."""
    returns = returns_of(daily)
    if len(returns) <= window or not np.isfinite(returns).all():
        return ()
    windows = np.lib.stride_tricks.sliding_window_view(returns, window)
    deviation = windows.std(axis=1, ddof=1)
    year = np.sqrt(days_per_year)
    with np.errstate(divide="ignore", invalid="ignore"):
        sharpe = np.where(deviation > 0, windows.mean(axis=1) / deviation * year, np.nan)
    times = days[window - 1 :] * NS_PER_DAY
    places = thinned(len(times))
    axis, length = times[places].tolist(), f"{window} days"
    return (
        Chart(name="rolling_sharpe", title=f"Sharpe ratio of the last {length}", form="line", unit="number", x=axis,
              series=(Series("Sharpe ratio", values_of(sharpe[places])),)),
        Chart(name="rolling_volatility", title=f"Volatility a year of the last {length}", form="line", unit="share",
              x=axis, series=(Series("Volatility", values_of((deviation * year)[places])),)),
    )  # fmt: skip


def _trades(track: Track, figures: Figures) -> list[Section]:
    if not len(track.trades) or figures.trades is None:
        return []
    return [
        Section(
            name="trades",
            title="Round trips",
            figures=trades_figures(figures.trades),
            charts=trade_charts(track.trades),
            tables=(by_symbol(track.trades), trade_table(track.trades)),
        )
    ]


def _costs(track: Track, figures: Figures) -> Section:
    exposure = exposure_chart(track)
    return Section(
        name="costs",
        title="Costs and exposure",
        figures=figures_from(figures.costs, COSTS),
        charts=() if exposure is None else (exposure,),
    )


def exposure_chart(track: Track) -> Chart | None:
    """What was at work in round trips and, where that is known, in what was still held at the end, as a share of equity."""
    trades, held = track.trades, track.held or ()
    if not (len(trades) or held) or not len(track.time_ns):
        return None
    places = thinned(len(track.time_ns))
    times, value = track.time_ns[places], trades.quantity * trades.entry_price
    held_ns = np.array([opened_ns for opened_ns, _ in held], np.int64)
    held_value = np.array([worth for _, worth in held], np.float64)
    entered_ns, entered = np.concatenate((trades.entry_time_ns, held_ns)), np.concatenate((value, held_value))
    at_work = _added_up(entered_ns, entered, times) - _added_up(trades.exit_time_ns, value, times)
    equity = track.equity[places]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(equity > 0, np.maximum(at_work, 0.0) / equity, np.nan)
    return Chart(
        name="exposure",
        title="At work, of equity",
        form="area",
        unit="share",
        x=times.tolist(),
        series=(Series("At work", values_of(share)),),
        note="Long and short added up, at the prices of entry"
        + ("." if track.held is not None else "; what is still open at the end is not in it."),
    )


def _added_up(time_ns: Integers, value: Floats, until_ns: Integers) -> Floats:
    """The sum of all values with times up to each of `until_ns`, which rise."""
    order = np.argsort(time_ns, kind="stable")
    sums = np.concatenate(([0.0], np.cumsum(value[order])))
    total: Floats = sums[np.searchsorted(time_ns[order], until_ns, side="right")]
    return total


def _benchmark(track: Track, figures: Figures) -> list[Section]:
    prices = track.benchmark
    if prices is None or figures.benchmark is None:
        return []
    late = late_benchmark(track)
    text = late[0] if late else f"Beside {prices.name}, bought at the start and held."
    shown = figures_from(figures.benchmark, BENCHMARK)
    return [Section(name="benchmark", title="Benchmark", text=text, figures=shown)]
