"""The reference to bars that travels to a worker in place of them. Nothing that reads arrays is loaded for it."""

import msgspec

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
