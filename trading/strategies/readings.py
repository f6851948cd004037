"""What a bar came to for a strategy; plain, so that the event loop knows it without loading a compiler."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from quant.strategies.deciding import Said


class Reading(msgspec.Struct, frozen=True):
    """Which conditions are true, and the series that they compare, None where unknown."""

    said: Said
    values: dict[str, float | None]


class FollowsBars(Protocol):
    """The conditions of a strategy over the bars of one symbol."""

    bars: int

    def take(self, bar: Mapping[str, float]) -> Reading:
        """One bar more."""
        ...
