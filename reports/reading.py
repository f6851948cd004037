"""From the sources of a report to what its builder is given: arrays out of files and ledgers. For workers."""

import dataclasses
from typing import Any, Final

import numpy as np

from kit.errors import NotFound, invalid_field
from markets.bars.records import read_bars_file
from quant.expressions.expression import LANGUAGE
from quant.performance.days import daily_equity
from quant.performance.measuring import DAYS_PER_CALENDAR_YEAR, DaysPerYear
from reports.builders.document import DataHash
from reports.builders.sources import ARRAYS, Floats, Integers, Prices, RoundTrips, Track
from reports.records import Asked, BacktestSource, BenchmarkSource

NS_PER_DAY: Final = 86_400 * 10**9
QUANTITY_DIGITS: Final = 12
AMBIGUOUS: Final = (
    "{count} bars were ambiguous: the order of their extremes decided a fill. By the paths the equity ended between {low} "
    "and {high}."
)


def gone(what: str) -> NotFound:
    """The failure of a report whose data are not there any more."""
    return NotFound(f"{what} is not there any more; the report cannot be made.", code="DATA_GONE")


def backtest_track(source: BacktestSource, asked: Asked) -> Track:
    """A backtest as a track, of the asked period; raises NotFound DATA_GONE, and Invalid for a period without a bar."""
    arrays = _arrays(source)
    time_ns, equity = arrays["time_ns"], arrays["equity"]
    inside = _inside(time_ns, asked)
    first, end = int(inside.start), int(inside.stop)
    if end <= first:
        raise invalid_field("from", "The backtest has no bars in this period.", code="NO_DATA")
    starting = float(arrays["starting_equity"]) if first == 0 else float(equity[first - 1])
    trades = _trades(arrays, source.symbols)
    is_whole = first == 0 and end == len(time_ns)
    if not is_whole:
        trades = trades.part((trades.exit_time_ns >= time_ns[first]) & (trades.exit_time_ns <= time_ns[end - 1]))
    return Track(
        name=source.name or f"Backtest of {', '.join(source.symbols)}",
        subject=_subject(source, is_whole),
        currency=_currency(source.symbols),
        time_ns=time_ns[first:end],
        equity=equity[first:end],
        starting_equity=starting,
        days_per_year=_year(source.summary),
        trades=trades,
        data=_hashes(source),
        benchmark=_symbol_itself(source, int(time_ns[first]), int(time_ns[end - 1])),
        traded_value=_traded_value(source.summary, time_ns, equity, float(arrays["starting_equity"]))
        if is_whole
        else None,
        exposure=source.summary["figures"]["costs"]["exposure"] if is_whole else None,
        fees=source.summary["figures"]["costs"]["fees"] if is_whole else None,
        engine=source.summary["engine"],
        language=LANGUAGE,
        conventions=_conventions(source.spec),
        warnings=_warnings(source.summary),
    )


def _arrays(source: BacktestSource) -> dict[str, np.ndarray]:
    try:
        with np.load(source.arrays, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files if name != "order_rows"}
    except (OSError, ValueError, KeyError) as fault:
        raise gone(f"The curve of backtest {source.id}") from fault


def _inside(time_ns: Integers, asked: Asked) -> slice:
    """The bars of the asked period."""
    first = 0 if asked.from_ns is None else int(np.searchsorted(time_ns, asked.from_ns))
    end = len(time_ns) if asked.to_ns is None else int(np.searchsorted(time_ns, asked.to_ns))
    return slice(first, end)


def _trades(arrays: dict[str, np.ndarray], symbols: list[str]) -> RoundTrips:
    named = [symbols[place] for place in arrays["trade_symbol"].tolist()]
    columns = {name: arrays[f"trade_{name}"] for name in ARRAYS}
    # Lots times their size, of which a float has the digits of the size and noise behind them.
    columns["quantity"] = np.round(columns["quantity"], QUANTITY_DIGITS)
    return RoundTrips(named, *columns.values())


def with_benchmark(track: Track, source: BenchmarkSource | None) -> Track:
    """A track beside the benchmark that was asked for; raises NotFound DATA_GONE.

    A candle's last price is of its end, so that it stands with what the track was worth then.
    """
    if source is None:
        return track
    time_ns, close = _candles(source)
    prices = Prices(source.symbol, time_ns + source.interval_ns - 1, close)
    told = DataHash(f"{source.symbol} {source.interval} from {source.source}", source.content_hash)
    return dataclasses.replace(track, benchmark=prices, data=(*track.data, told))


def _candles(source: BenchmarkSource) -> tuple[Integers, Floats]:
    """When the candles of a benchmark opened, and their last prices."""
    if source.file is None:
        return np.array(source.time_ns, np.int64), np.array(source.close, np.float64)
    try:
        bars = read_bars_file(source.file)
    except (OSError, ValueError) as fault:
        raise gone(f"The price history of {source.symbol}") from fault
    return np.array(bars.time_ns), np.array(bars.close)


def _symbol_itself(source: BacktestSource, start_ns: int, end_ns: int) -> Prices | None:
    """The only symbol itself, where its bars are still there."""
    if source.prices is None:
        return None
    try:
        bars = read_bars_file(source.prices)
    except (OSError, ValueError):
        return None
    first, end = np.searchsorted(bars.time_ns, [start_ns, end_ns + 1])
    times, close = np.array(bars.time_ns[first:end]), np.array(bars.close[first:end])
    return Prices(source.symbols[0], times, close) if len(times) else None


def _year(summary: dict[str, Any]) -> DaysPerYear:
    return 365 if summary["figures"]["risk"]["days_per_year"] == 365 else 252


def _traded_value(summary: dict[str, Any], time_ns: Integers, equity: Floats, start: float) -> float | None:
    """The sum of all fills, out of the turnover that was kept: times mean daily equity times years."""
    turnover = summary["figures"]["costs"]["turnover"]
    if turnover is None:
        return None
    years = float(time_ns[-1] - time_ns[0]) / NS_PER_DAY / DAYS_PER_CALENDAR_YEAR
    return float(turnover * daily_equity(time_ns, equity, start)[1][1:].mean() * years)


def _subject(source: BacktestSource, is_whole: bool) -> str:
    part = "" if is_whole else ", a part of it"
    return f"Backtest {source.id} of {', '.join(source.symbols)} on candles of {source.interval}{part}"


def _currency(symbols: list[str]) -> str:
    return symbols[0].partition("-")[2]


def _hashes(source: BacktestSource) -> tuple[DataHash, ...]:
    return tuple(
        DataHash(f"{each['symbol']} {each['interval']} from {each['source']}", each["content_hash"])
        for each in source.summary["data"]
    )


def _conventions(spec: dict[str, Any]) -> tuple[str, ...]:
    fills = spec["fills"]
    at = {"next_open": "at the next open", "signal_close": "at the close that gave the signal"}[fills["fill_at"]]
    return (
        f"A signal at the close of a bar fills {at}; inside a bar the path is {fills['path']}.",
        "A round trip is a position, or the part of it that one order closed; its profit is after fees.",
    )


def _warnings(summary: dict[str, Any]) -> tuple[str, ...]:
    """What the fills assumed, and what is not in the round trips."""
    warnings = []
    if summary["ambiguous_bars"]:
        ends = sorted(each["final_equity"] for each in summary["bounds"])
        low, high = f"{ends[0]:,.2f}", f"{ends[-1]:,.2f}"
        warnings.append(AMBIGUOUS.format(count=summary["ambiguous_bars"], low=low, high=high))
    if summary["positions"]:
        held = ", ".join(f"{each['quantity']} {each['symbol']}" for each in summary["positions"])
        warnings.append(f"Still open at the end and in no round trip: {held}.")
    return tuple(warnings)
