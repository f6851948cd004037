"""Replay of recorded quotes: each is a step with a book of one level a side, the bid and the ask as they were.

Quotes say no trades: nothing prints, and the price of a step is the middle of the quote, which candles are made of. A
quote is a jump: nothing says that the prices between two of them were passed.
"""

import asyncio
from collections.abc import Iterator

from kit.clock import iso_from_ns
from markets.datasets.records import Quotes
from markets.instruments import Instrument
from markets.sources.base import Past, SourceFailed, Step
from markets.sources.replay import TRADES_LONGEST_WAIT_NS, Recording, counted_in_steps
from markets.updates import MarketUpdate

UNKNOWN_LOTS = 1
"""A quote without a size holds one lot a side, as a live one does: how much more could be had, nobody knows."""


def steps_of_quotes(rows: Quotes, instrument: Instrument) -> list[Step]:
    """Rows of a data set of quotes as steps. Raises SourceFailed naming a quote that cannot be true."""
    sides = [counted_in_steps(column, instrument.tick) for column in (rows.bid, rows.ask)]
    sizes = [counted_in_steps(column, instrument.lot) for column in (rows.bid_size, rows.ask_size)]
    steps: list[Step] = []
    for time_ns, bid, ask, bid_lots, ask_lots in zip(rows.time_ns, *sides, *sizes, strict=True):
        if not 0 < bid <= ask or bid_lots < 0 or ask_lots < 0:
            raise SourceFailed(f"the quote of {iso_from_ns(time_ns)} contradicts itself or has no positive price")
        middle = (bid + ask) // 2
        bids, asks = ((bid, bid_lots or UNKNOWN_LOTS),), ((ask, ask_lots or UNKNOWN_LOTS),)
        update = MarketUpdate(instrument.symbol, time_ns, middle, middle, bid, ask, bids, asks, is_real_depth=True)
        steps.append(Step(update, 0, "buy", ends_beat=True, is_quote=True))
    return steps


class QuoteSource:
    """The steps of one recording of quotes, from where it was opened to its last row."""

    name = "replay"
    bar_s = 0
    longest_wait_ns = TRADES_LONGEST_WAIT_NS

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self.symbols = (recording.instrument.symbol,)
        self.dataset = recording.dataset
        self.dataset_hash = recording.content_hash
        self.first_beat = recording.first_row
        self.start_ns = recording.start_ns
        self.total_beats = recording.rows

    def history(self) -> Iterator[Past]:
        """The candles before the moment it was opened at; none at its first row."""
        return (Past(self.symbols[0], candle) for candle in self._recording.past)

    async def next_steps(self) -> Iterator[Step] | None:
        """The steps of the next rows; None at the end. Raises SourceFailed."""
        return await asyncio.to_thread(self._read)

    def _read(self) -> Iterator[Step] | None:
        rows = next(self._recording.batches, None)
        if rows is None:
            return None
        assert isinstance(rows, Quotes), "a recording of quotes holds quotes"
        return iter(steps_of_quotes(rows, self._recording.instrument))
