"""What a price source says, as plain values in ticks and lots: market updates, trades and candles."""

import msgspec

Level = tuple[int, int]
"""(price_ticks, quantity_lots)."""

INTERVALS: dict[str, int] = {"1m": 60, "5m": 300, "15m": 900, "1h": 3_600, "4h": 14_400, "1d": 86_400}
"""Candle intervals and their length in seconds; candles open at multiples of it since 1970 UTC."""


class MarketUpdate(msgspec.Struct, frozen=True, gc=False):
    """The market of one symbol after a step of its price.

    The price moved from `from_ticks` to `last_ticks`. A step is a *move* when every price between was passed (inside
    a bar), and a *jump* when it was not (the open of a bar, the first price); a jump has `from_ticks == last_ticks`.
    `low_ticks` and `high_ticks` bound every fill: the range of the bar the step belongs to, so that no order fills at
    a price the data do not hold. `bids` and `asks` are best first and lie within that range; they do not cross, and
    touch only where the range leaves no room for a spread.

    `is_real_depth` says that the levels are a venue's own, not a ladder: a resting order in them is hit at its own price by
    whoever crosses it, however far the next message shows the book to have gone.

    `traded_lots` printed at `last_ticks` with this step, and `trade_side` is who took, `buy` or `sell`; 0 where the source
    does not know, or nothing traded.
    """

    symbol: str
    time_ns: int
    from_ticks: int
    last_ticks: int
    low_ticks: int
    high_ticks: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    is_real_depth: bool = False
    traded_lots: int = 0
    trade_side: str = ""


class Trade(msgspec.Struct, frozen=True, gc=False):
    """A print on the tape; `side` is the taker's, `buy` or `sell`."""

    symbol: str
    time_ns: int
    price_ticks: int
    quantity_lots: int
    side: str


class Candle(msgspec.Struct, frozen=True, gc=False):
    """Open, high, low, close in ticks and volume in lots of one interval that opens at `time_ns`."""

    time_ns: int
    open_ticks: int
    high_ticks: int
    low_ticks: int
    close_ticks: int
    volume_lots: int
