"""What a cache can be told to do; stores in memory and in Redis carry it out."""

from typing import Any

import msgspec


class Set(msgspec.Struct, frozen=True):
    """Keep a value for `ttl_s` seconds."""

    key: str
    value: Any
    ttl_s: float


class Delete(msgspec.Struct, frozen=True):
    """Forget a key."""

    key: str


class Increment(msgspec.Struct, frozen=True):
    """Add to a counter, in one step for all who share it; a new one starts at 0 and lives `ttl_s` seconds."""

    key: str
    ttl_s: float
    delta: int = 1


Step = Set | Delete | Increment
