"""How a venue is doing, as plain values: what is shown of it without loading what follows it."""

from typing import Final

import msgspec

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
