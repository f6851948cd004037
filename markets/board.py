"""What is known of each market at this moment: last update, candles, tape and the figures of the last 24 hours.

Pure and bounded; the feed writes it, everyone else reads.
"""

from collections import deque

import msgspec

from kit.clock import NS_PER_MS, NS_PER_SECOND, SYSTEM_CLOCK, Clock
from markets.candles import CandleSeries, ClosedCandle
from markets.encoded import CandleRows, LatestAnswers
from markets.instruments import Instrument
from markets.sources.base import Step
from markets.updates import Candle, MarketUpdate, Trade

TRADES_KEPT = 1_000
"""Prints kept for each symbol: one full page."""

DAY_NS = 86_400 * NS_PER_SECOND


class DayFigures(msgspec.Struct, frozen=True, gc=False):
    """A market over the last 24 hours of market time, to the minute (or to the bar, where bars are longer)."""

    open_ticks: int
    high_ticks: int
    low_ticks: int
    volume_lots: int


class DayWindow:
    """Open, high, low and volume over 24 hours, at a constant cost a bar: a sum and two monotonic queues."""

    def __init__(self) -> None:
        self._bars: deque[Candle] = deque()
        self._highs: deque[Candle] = deque()
        self._lows: deque[Candle] = deque()
        self._volume_lots = 0

    def absorb(self, bar: Candle) -> None:
        """Take in a closed bar, and let go of those a day older."""
        self._bars.append(bar)
        self._volume_lots += bar.volume_lots
        while self._highs and self._highs[-1].high_ticks <= bar.high_ticks:
            self._highs.pop()
        self._highs.append(bar)
        while self._lows and self._lows[-1].low_ticks >= bar.low_ticks:
            self._lows.pop()
        self._lows.append(bar)
        self._forget_until(bar.time_ns - DAY_NS)

    def figures(self, now_ns: int, forming: Candle) -> DayFigures:
        """The figures at `now_ns`, the bar that is still forming included."""
        self._forget_until(now_ns - DAY_NS)
        if not self._bars:
            return DayFigures(forming.open_ticks, forming.high_ticks, forming.low_ticks, forming.volume_lots)
        return DayFigures(
            self._bars[0].open_ticks,
            max(self._highs[0].high_ticks, forming.high_ticks),
            min(self._lows[0].low_ticks, forming.low_ticks),
            self._volume_lots + forming.volume_lots,
        )

    def _forget_until(self, time_ns: int) -> None:
        """Drop the bars that opened at or before `time_ns`."""
        while self._bars and self._bars[0].time_ns <= time_ns:
            self._volume_lots -= self._bars.popleft().volume_lots
        for queue in (self._highs, self._lows):
            while queue and queue[0].time_ns <= time_ns:
                queue.popleft()


class Market:
    """One symbol's market as one source made it.

    `is_stale` is set when that source feeds it no more, is silent for too long, or has lost the book. `is_closed` when,
    besides, nobody may trade on it: a recording that was played to its end leaves its last prices to trade on, a source that
    failed or was replaced does not.
    """

    __slots__ = (
        "_clock",
        "candles",
        "day",
        "good_ns",
        "instrument",
        "is_closed",
        "is_halted",
        "is_stale",
        "last_update",
        "latest_answers",
        "rows",
        "scenarios",
        "source",
        "trade_count",
        "trades",
    )

    def __init__(self, instrument: Instrument, source: str, bar_s: int, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self.instrument = instrument
        self.source = source
        self.is_closed = False
        self.is_stale = False
        self.good_ns = 0
        """While stale: when its last good price came, by the machine's clock (UTC)."""
        self.is_halted = False
        """Whether a scenario has stopped trading in it for a time."""
        self.scenarios: tuple[str, ...] = ()
        """The kinds of scenarios that change it now."""
        self.candles = CandleSeries(bar_s, calendar=instrument.calendar)
        self.rows = CandleRows(self.candles)
        self.latest_answers = LatestAnswers()
        self.day = DayWindow()
        self.last_update: MarketUpdate | None = None
        self.trades: deque[Trade] = deque(maxlen=TRADES_KEPT)
        self.trade_count = 0
        """Prints since the market was made, those no longer kept included."""

    def begin_with(self, bar: Candle) -> None:
        """Take in a bar from before the source's start."""
        self._absorb(self.candles.add_candle(bar))
        self.latest_answers.forget()

    def apply(self, step: Step) -> list[ClosedCandle] | None:
        """Take in a step; returns the candles it closed, if any. Raises ValueError when it is out of order."""
        update = step.update
        closed = None
        if step.volume_lots or step.is_quote or not update.is_real_depth:
            # A change of a venue's book is no trade: candles are made of what printed, or of quotes where that is all.
            closed = self.candles.add(update.time_ns, update.last_ticks, step.volume_lots)
        self.last_update = update
        if step.is_stale:
            self.grow_stale()
        else:
            self.is_stale = False
        self.latest_answers.forget()
        if step.volume_lots:
            self.trades.append(Trade(update.symbol, update.time_ns, update.last_ticks, step.volume_lots, step.side))
            self.trade_count += 1
        if closed:
            self._absorb(closed)
        return closed

    @property
    def age_ms(self) -> int | None:
        """How old the last price is while it is stale, by the machine's clock; None while it is not, or never had one."""
        if not self.is_stale or self.last_update is None:
            return None
        return max(0, self._clock.now_ns() - self.good_ns) // NS_PER_MS

    def grow_stale(self, good_ns: int | None = None) -> None:
        """Nothing feeds it any more since `good_ns` (None: now)."""
        if not self.is_stale:
            self.is_stale = True
            self.good_ns = self._clock.now_ns() if good_ns is None else good_ns
            self.latest_answers.forget()

    def finish(self) -> list[ClosedCandle]:
        """Close the forming candles: the source has ended, and its prices grow old from now on."""
        self.grow_stale()
        closed = self.candles.finish()
        self._absorb(closed)
        self.latest_answers.forget()
        return closed

    def day_figures(self) -> DayFigures | None:
        """The last 24 hours of market time; None before the first step."""
        update = self.last_update
        if update is None:
            return None
        last_ticks = update.last_ticks
        intervals = self.candles.intervals
        forming = self.candles.forming(intervals[0]) if intervals else None
        if forming is None:
            forming = Candle(update.time_ns, last_ticks, last_ticks, last_ticks, last_ticks, 0)
        return self.day.figures(update.time_ns, forming)

    def _absorb(self, closed: list[ClosedCandle] | None) -> None:
        if closed:
            # The shortest interval comes first.
            self.day.absorb(closed[0].candle)


class Board:
    """The markets by symbol: those being fed, and what is left of those that were."""

    def __init__(self) -> None:
        self._markets: dict[str, Market] = {}

    def get(self, symbol: str) -> Market | None:
        """The market of a symbol; None when it never had one."""
        return self._markets.get(symbol)

    def put(self, market: Market) -> None:
        """Show `market` as its symbol's market from now on."""
        self._markets[market.instrument.symbol] = market

    def symbols(self) -> list[str]:
        """All symbols that have or had a market."""
        return list(self._markets)
