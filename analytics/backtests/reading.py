"""The arrays of a backtest as clients read them."""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from analytics.backtests.engine import layout
from analytics.backtests.engine.reasons import REASON_NAMES, STATUS_NAMES
from analytics.backtests.records import TRADE_COLUMNS, Combination, combination_from
from analytics.backtests.search import Space
from markets.instruments import Instrument

LINE_COLUMNS: Final = ("symbol", "side", "entry_time_ns", "exit_time_ns", "entry_price", "exit_price", "profit")
"""Of a round trip, what a line on a chart shows."""


def equity_points(arrays: Any, points: int) -> dict[str, Any]:
    """At most so many points: the last bar of every part, and the deepest drawdown in it."""
    times, equity, drawdown = arrays["time_ns"], arrays["equity"], arrays["drawdown"]
    starts = np.unique(np.linspace(0, len(times), min(points, len(times)), endpoint=False).astype(np.int64))
    ends = np.append(starts[1:], len(times)) - 1
    deepest = np.fmin.reduceat(drawdown, starts)
    return {
        "bars": len(times),
        "points": [
            {"time": time_ns, "equity": value, "drawdown": None if math.isnan(depth) else depth}
            for time_ns, value, depth in zip(times[ends].tolist(), equity[ends].tolist(), deepest.tolist(), strict=True)
        ],
    }


def orders_of(rows: np.ndarray, times: np.ndarray, instruments: Sequence[Instrument]) -> list[dict[str, Any]]:
    """Some orders, in the order in which they acted."""
    return [_order(each, times, instruments) for each in rows]


def trades_of(arrays: Any, symbols: list[str], cut: slice) -> list[dict[str, Any]]:
    """Some round trips."""
    columns = {name: arrays[f"trade_{name}"][cut].tolist() for name in TRADE_COLUMNS}
    return [
        {
            "symbol": symbols[row["symbol"]],
            "side": "long" if row["side"] > 0 else "short",
            "entry_time": row["entry_time_ns"],
            "exit_time": row["exit_time_ns"],
            **{name: row[name] for name in ("quantity", "entry_price", "exit_price", "fees", "profit", "mae", "mfe")},
            "risk": None if math.isnan(row["risk"]) else row["risk"],
            "is_ambiguous": row["is_ambiguous"],
        }
        for row in (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))
    ]


def trade_lines(arrays: Any, most: int) -> dict[str, Any]:
    """From where to where round trips went, as columns: of more than `most` every second, third and so on."""
    count = len(arrays["trade_profit"])
    every = max(1, -(-count // most))
    columns = {name: arrays[f"trade_{name}"][::every].tolist() for name in LINE_COLUMNS}
    return {
        "count": count,
        "every": every,
        "symbols": columns["symbol"],
        "sides": ["long" if side > 0 else "short" for side in columns["side"]],
        "entry_times": columns["entry_time_ns"],
        "exit_times": columns["exit_time_ns"],
        "entry_prices": columns["entry_price"],
        "exit_prices": columns["exit_price"],
        "profits": columns["profit"],
    }


def combinations_of(arrays: Any, space: Space, cut: slice) -> list[Combination]:
    """Some combinations of a sweep, in the order in which they were tried."""
    numbers, figures = arrays["numbers"][cut].tolist(), arrays["figures"][cut].tolist()
    return [
        combination_from(number, space.parameters_of(number), row) for number, row in zip(numbers, figures, strict=True)
    ]


def _order(row: np.ndarray, times: np.ndarray, instruments: Sequence[Instrument]) -> dict[str, Any]:
    instrument = instruments[int(row[layout.SYMBOL])]
    filled = int(row[layout.FILLED_LOTS])
    return {
        "symbol": instrument.symbol,
        "side": "buy" if row[layout.SIDE] > 0 else "sell",
        "time": int(times[row[layout.BAR]]),
        "signal_time": int(times[row[layout.SOURCE]]),
        "quantity": instrument.quantity_text(int(row[layout.ORDERED_LOTS])),
        "filled_quantity": instrument.quantity_text(filled),
        "price": instrument.price_text(int(row[layout.PRICE])) if filled else None,
        "reason": REASON_NAMES[int(row[layout.REASON])],
        "status": STATUS_NAMES[int(row[layout.STATUS])],
        "is_entry": bool(row[layout.IS_ENTRY]),
        "liquidity": "maker" if row[layout.IS_MAKER] else "taker",
        "is_ambiguous": bool(row[layout.IS_AMBIGUOUS]),
    }
