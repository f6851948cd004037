"""Strategies to begin with: each a spec as `POST strategies/` takes it, with bounds for its parameters.

They are well known rules, not advice: docs/strategies.md has what each of them does, and who wrote of it first.
"""

from typing import Any, Final

import msgspec


class Template(msgspec.Struct, frozen=True):
    """One template. `spec` lacks the symbols: who uses it names them."""

    name: str
    title: str
    description: str
    spec: dict[str, Any]


def _bounds(**ranges: tuple[float, float]) -> dict[str, dict[str, float]]:
    return {name: {"least": least, "most": most} for name, (least, most) in ranges.items()}


def _spec(strategy: dict[str, Any], bounds: dict[str, dict[str, float]]) -> dict[str, Any]:
    return {"interval": "1h", "strategy": strategy, "bounds": bounds}


TEMPLATES: Final = (
    Template(
        "sma-cross",
        "Crossing of simple averages",
        "Long while a fast simple average of the close is above a slow one.",
        _spec(
            {
                "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
                "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))",
                "parameters": {"fast": 20, "slow": 50},
            },
            _bounds(fast=(2, 500), slow=(3, 1000)),
        ),
    ),
    Template(
        "ema-cross",
        "Crossing of exponential averages",
        "As sma-cross with exponential averages, which turn sooner; with a trailing stop of 5 %.",
        _spec(
            {
                "long_entry": "cross_above(ema(close, p.fast), ema(close, p.slow))",
                "long_exit": "cross_below(ema(close, p.fast), ema(close, p.slow))",
                "parameters": {"fast": 12, "slow": 26},
                "trailing": {"kind": "percent", "percent": "5"},
            },
            _bounds(fast=(2, 200), slow=(3, 400)),
        ),
    ),
    Template(
        "rsi-reversion",
        "Reversion from oversold",
        "Buys when Wilder's RSI comes back over a low level, sells when it comes to a high one; with a stop of 3 %.",
        _spec(
            {
                "long_entry": "cross_above(rsi(close, p.bars), p.low)",
                "long_exit": "rsi(close, p.bars) > p.high",
                "parameters": {"bars": 14, "low": 30, "high": 60},
                "stop": {"kind": "percent", "percent": "3"},
            },
            _bounds(bars=(2, 100), low=(1, 50), high=(50, 99)),
        ),
    ),
    Template(
        "donchian-breakout",
        "Breakout from a channel",
        "Buys above the highest high of the last bars, sells below the lowest low of fewer; with a stop of two average "
        "true ranges.",
        _spec(
            {
                "long_entry": "close > delay(ts_max(high, p.enter), 1)",
                "long_exit": "close < delay(ts_min(low, p.leave), 1)",
                "parameters": {"enter": 20, "leave": 10},
                "stop": {"kind": "atr", "multiple": "2", "bars": 20},
            },
            _bounds(enter=(2, 500), leave=(2, 500)),
        ),
    ),
    Template(
        "bollinger-reversion",
        "Reversion to the middle of a band",
        "Buys when the close comes back over the lower band, sells at the average; with a stop of 3 %.",
        _spec(
            {
                "long_entry": "cross_above(close, sma(close, p.bars) - p.width * ts_std(close, p.bars))",
                "long_exit": "close > sma(close, p.bars)",
                "parameters": {"bars": 20, "width": 2.0},
                "stop": {"kind": "percent", "percent": "3"},
            },
            _bounds(bars=(3, 500), width=(0.5, 5)),
        ),
    ),
    Template(
        "macd-trend",
        "Trend by MACD",
        "Long while the difference of two exponential averages is above its own average.",
        _spec(
            {
                "long_entry": "cross_above(macd(close, p.fast, p.slow), macd_signal(close, p.fast, p.slow, p.signal))",
                "long_exit": "cross_below(macd(close, p.fast, p.slow), macd_signal(close, p.fast, p.slow, p.signal))",
                "parameters": {"fast": 12, "slow": 26, "signal": 9},
            },
            _bounds(fast=(2, 200), slow=(3, 400), signal=(2, 100)),
        ),
    ),
    Template(
        "dca",
        "Buying by the clock",
        "Buys for 100 of the quote at midnight UTC, whatever the price.",
        {"interval": "1h", "program": {"kind": "dca", "notional": "100", "every_bars": 24}},
    ),
    Template(
        "grid",
        "A grid around the price",
        "Buys at eleven lines within 5 % of the price at the start and sells each a line higher.",
        {"interval": "1m", "program": {"kind": "grid", "percent": "5", "lines": 11, "notional": "500"}},
    ),
    Template(
        "twap",
        "A quantity over time",
        "Buys one of the base asset in sixty equal parts, a minute apart.",
        {"interval": "1m", "program": {"kind": "twap", "side": "buy", "quantity": "1", "bars": 60}},
    ),
    Template(
        "vwap",
        "A quantity with the volume of the day",
        "Buys one of the base asset over four hours, in parts as large as the volume usually is at each time.",
        {"interval": "5m", "program": {"kind": "vwap", "side": "buy", "quantity": "1", "bars": 48}},
    ),
    Template(
        "iceberg",
        "An order that shows little of itself",
        "Buys one of the base asset at the price at the start by one limit order, of which a tenth is shown at a time.",
        {"interval": "1m", "program": {"kind": "iceberg", "side": "buy", "quantity": "1", "display_quantity": "0.1"}},
    ),
    Template(
        "pairs",
        "A pair back to its mean",
        "Of two symbols sells the dear and buys the cheap one when their spread is two deviations wide, and closes both "
        "near the mean.",
        {
            "interval": "1h",
            "allow_short": True,
            "program": {"kind": "pairs", "bars": 120, "notional": "1000", "enter": "2", "leave": "0.5"},
        },
    ),
)

BY_NAME: Final = {template.name: template for template in TEMPLATES}
