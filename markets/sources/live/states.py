"""How a venue is doing, as plain values: what is shown of it without loading what follows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from markets.instruments import Instrument
from markets.updates import Candle

PREFIX: Final = "live:"
"""A live source is called by this and its exchange."""


class SessionState(msgspec.Struct, frozen=True):
    """How a venue is doing. `breaker` is the worse of its two; `age_ms` is of the newest good price."""

    source: str
    is_ready: bool
    is_streaming: bool
    breaker: str
    age_ms: int | None
    latency_ms: float | None
    symbols: tuple[str, ...]
    missing: dict[str, str]
    notes: dict[str, tuple[str, ...]]
    dropped: dict[str, int]
    last_drop: str | None
    reconnects: int
    retries: int
    error: str | None


@dataclass(frozen=True, slots=True)
class CandleShelf:
    """Where candles are kept. Both are called in a thread: they read and write files."""

    newest_ns: Callable[[str, str, str], int | None]
    """By source, symbol and interval: the open time of the newest candle, None without one."""
    append: Callable[[str, Instrument, Sequence[Candle]], object]
    """Keeps closed minutes of a source."""
