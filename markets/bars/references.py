"""The reference to bars that travels to a worker in place of them. Nothing that reads arrays is loaded for it."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from markets.calendars import ALWAYS
from markets.instruments import Instrument


class BarsReference(msgspec.Struct, frozen=True, kw_only=True):
    """Which bars: of what, from when to when (open times, both included), and where they are."""

    instrument: Instrument
    interval: str
    interval_ns: int
    source: str
    rows: int
    from_ns: int
    to_ns: int
    content_hash: str
    path: str

    @property
    def symbol(self) -> str:
        """BASE-QUOTE."""
        return self.instrument.symbol


def days_per_year(references: Sequence[BarsReference]) -> Literal[252, 365]:
    """365 as soon as one of the markets never closes, else 252."""
    return 365 if any(each.instrument.calendar == ALWAYS for each in references) else 252
