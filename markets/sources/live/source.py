"""The live source: what a venue says, judged and turned into steps of our markets.

It takes what its followers hear (`take_print`, `take_quote`, `take_book`), drops what cannot be true, and hands the
rest to the feed in the order heard. It asks for nothing itself and never ends: a venue that falls silent leaves its
last good prices, and `silent_since` says how long ago each came.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from kit.clock import NS_PER_MS, NS_PER_SECOND, Clock
from markets.books import LADDER_LEVELS
from markets.instruments import Instrument
from markets.sources.base import Past, Step
from markets.sources.live.listings import Listing
from markets.sources.live.ticks import Drops, PriceGuard, Reason, message_fault, price_fault, touch_fault
from markets.updates import Candle, Level, MarketUpdate

MAX_WAITING_STEPS: Final = 20_000
"""Steps the feed has not taken yet; beyond, the oldest are let go of. Five seconds of two hundred busy markets."""

GATHER_S: Final = 0.004
"""What is heard within so long goes to the feed together: a turn of it costs as much as several steps."""

BOOK_HOLDS_S: Final = 2.0
"""While a market's book has changed within so long, best bid and ask of its ticker are of no use."""

ROUNDING: Final = 1e-6
"""Of a step: what a price may be off by as a float and still be that many whole steps."""

Side = tuple[Level, ...]


class _Line:
    """One market as heard: its price, its book, and when it last said anything good."""

    __slots__ = (
        "asks", "bids", "book_s", "guard", "heard_ns", "instrument", "is_after_silence", "last_ticks", "lots_scale",
        "ticks_scale", "time_ns", "venue_symbol",
    )  # fmt: skip

    def __init__(self, listing: Listing) -> None:
        self.instrument = listing.instrument
        self.venue_symbol = listing.venue_symbol
        self.ticks_scale = _scale(listing.instrument.tick)
        self.lots_scale = _scale(listing.instrument.lot)
        self.guard = PriceGuard()
        self.last_ticks = 0
        self.bids: Side = ()
        self.asks: Side = ()
        self.book_s = -math.inf
        self.heard_ns = 0
        """When it last said anything good, by our clock (UTC); 0: never."""
        self.is_after_silence = True
        """Whether the next step is the first one after nobody knew where the price went: a jump."""
        self.time_ns = 0


class LiveSource:
    """The markets of one venue. Everything here happens on the event loop."""

    dataset = None
    bar_s = 0
    total_beats = None
    longest_wait_ns = 0

    def __init__(
        self,
        name: str,
        listings: Sequence[Listing],
        *,
        clock: Clock,
        max_jump: Callable[[], float],
        history: Mapping[str, Sequence[Candle]] | None = None,
    ) -> None:
        """`max_jump` is asked for the share that a price may jump by; `history` are bars before now, by symbol."""
        self.name = name
        self.symbols = tuple(listing.instrument.symbol for listing in listings)
        self.start_ns = clock.now_ns() // NS_PER_MS * NS_PER_MS
        self.drops = Drops()
        self.overflows = 0
        """Steps that the feed was too slow for."""
        self._clock = clock
        self._max_jump = max_jump
        self._history = history or {}
        self._lines = {listing.venue_symbol: _Line(listing) for listing in listings}
        self._steps: deque[Step] = deque()
        self._has_steps = asyncio.Event()

    # ---- for the feed

    def history(self) -> Iterator[Past]:
        """The bars before the start."""
        for symbol, candles in self._history.items():
            for candle in candles:
                yield Past(symbol, candle)

    async def next_steps(self) -> Iterator[Step]:
        """What was heard since the last call, once there is anything."""
        if not self._steps:
            self._has_steps.clear()
            await self._has_steps.wait()
            await asyncio.sleep(GATHER_S)
        return self._drain()

    def _drain(self) -> Iterator[Step]:
        steps = self._steps
        while steps:
            yield steps.popleft()

    # ---- for those who watch over it

    @property
    def has_prices(self) -> bool:
        """Whether it ever heard a price."""
        return any(line.heard_ns for line in self._lines.values())

    def heard_ns(self) -> dict[str, int]:
        """When each symbol last said anything good; those that never did are left out."""
        return {line.instrument.symbol: line.heard_ns for line in self._lines.values() if line.heard_ns}

    def silent_since(self, time_ns: int) -> list[str]:
        """The venue's names of the markets that have said nothing good since a time."""
        return [venue_symbol for venue_symbol, line in self._lines.items() if line.heard_ns < time_ns]

    def fell_silent(self, symbol: str) -> None:
        """Note that nobody knows where the price of a symbol goes from here on, until it is heard of again."""
        for line in self._lines.values():
            if line.instrument.symbol == symbol:
                line.is_after_silence = True

    # ---- what is heard

    def take_print(self, trade: Mapping[str, Any]) -> None:
        """A print, in ccxt's form."""
        line = self._line_of(trade)
        if line is None:
            return
        price, time_ms, now_ns = trade.get("price"), trade.get("timestamp"), self._clock.now_ns()
        now_ms = now_ns // NS_PER_MS
        reason = line.guard.judge_print(
            price, now_ms if time_ms is None else time_ms, now_ms=now_ms, max_jump=self._max_jump()
        )
        if reason is not None:
            self._drop(line, reason, price)
            return
        amount = trade.get("amount")
        lots = 0 if price_fault(amount) else int(amount * line.lots_scale + ROUNDING)  # type: ignore[operator]
        side = "sell" if trade.get("side") == "sell" else "buy"
        self._emit(line, line.guard.last, now_ns, now_ms if time_ms is None else time_ms, lots, side)

    def take_quote(self, ticker: Mapping[str, Any]) -> None:
        """Best bid and ask with the last price, in ccxt's form. Where the book is followed they only say that it lives."""
        line = self._line_of(ticker)
        if line is None:
            return
        now_ns = self._clock.now_ns()
        bid, ask, last = ticker.get("bid"), ticker.get("ask"), ticker.get("last")
        if last is None and bid is not None and ask is not None:
            last = (bid + ask) / 2
        reason = line.guard.judge(last, now_ms=now_ns // NS_PER_MS, max_jump=self._max_jump())
        if reason is None and (bid is not None or ask is not None):
            reason = touch_fault(bid, ask)
        if reason is not None:
            self._drop(line, reason, (last, bid, ask))
            return
        if self._clock.monotonic_s() - line.book_s > BOOK_HOLDS_S:
            self._take_touch(line, ticker, bid, ask)
        price = line.guard.last
        self._emit(line, price, now_ns, ticker.get("timestamp") or now_ns // NS_PER_MS, 0, "buy")

    def take_book(self, book: Mapping[str, Any]) -> None:
        """A whole book, in ccxt's form; its levels are best first."""
        line = self._line_of(book)
        if line is None:
            return
        bids, asks = book.get("bids") or (), book.get("asks") or ()
        if not bids or not asks:
            self._drop(line, "garbage", "a book without two sides")
            return
        reason = touch_fault(bids[0][0], asks[0][0])
        if reason is not None:
            self._drop(line, reason, (bids[0][0], asks[0][0]))
            return
        now_ns = self._clock.now_ns()
        middle = (bids[0][0] + asks[0][0]) / 2
        if line.guard.last and abs(middle - line.guard.last) > self._max_jump() * line.guard.last:
            self._drop(line, "jump", middle)
            return
        line.bids = _levels(bids, line.ticks_scale, line.lots_scale, is_bid=True)
        line.asks = _levels(asks, line.ticks_scale, line.lots_scale, is_bid=False)
        line.book_s = self._clock.monotonic_s()
        if line.last_ticks:
            self._emit(line, line.guard.last, now_ns, book.get("timestamp") or now_ns // NS_PER_MS, 0, "buy")
        elif line.guard.judge(middle, now_ms=now_ns // NS_PER_MS, max_jump=self._max_jump()) is None:
            self._emit(line, middle, now_ns, book.get("timestamp") or now_ns // NS_PER_MS, 0, "buy")

    def take_garbage(self, what: object) -> None:
        """Something that could not be read at all."""
        self.drops.add(self.name, message_fault(what), what)

    # ---- inside

    def _line_of(self, said: Mapping[str, Any]) -> _Line | None:
        return self._lines.get(said.get("symbol") or "")

    def _drop(self, line: _Line, reason: Reason, what: object) -> None:
        self.drops.add(line.instrument.symbol, reason, what)

    def _take_touch(self, line: _Line, ticker: Mapping[str, Any], bid: Any, ask: Any) -> None:
        """Make a book of one level a side; without sizes it holds a lot a side, without a touch nothing."""
        if bid is None or ask is None:
            line.bids = line.asks = ()
            return
        sizes = (ticker.get("bidVolume"), ticker.get("askVolume"))
        bid_size, ask_size = (1 / line.lots_scale if price_fault(size) else size for size in sizes)
        line.bids = _levels(((bid, bid_size),), line.ticks_scale, line.lots_scale, is_bid=True)
        line.asks = _levels(((ask, ask_size),), line.ticks_scale, line.lots_scale, is_bid=False)

    def _emit(self, line: _Line, price: float, now_ns: int, time_ms: int, lots: int, side: str) -> None:
        """One step of a market: the price went there from where it was, or jumped there after a silence."""
        last_ticks = max(1, round(price * line.ticks_scale))
        from_ticks = last_ticks if line.is_after_silence else line.last_ticks
        bids, asks = line.bids, line.asks
        if bids and asks and bids[0][0] >= asks[0][0]:  # apart at the venue, and one step of ours
            bids, asks = _uncrossed(bids, asks)
        low_ticks = min(from_ticks, last_ticks, bids[-1][0] if bids else last_ticks)
        high_ticks = max(from_ticks, last_ticks, asks[-1][0] if asks else last_ticks)
        time_ns = min(time_ms * NS_PER_MS, now_ns + NS_PER_SECOND)
        line.time_ns = max(time_ns, line.time_ns, self.start_ns)
        line.last_ticks, line.heard_ns, line.is_after_silence = last_ticks, now_ns, False
        symbol, traded_side = line.instrument.symbol, side if lots else ""
        update = MarketUpdate(
            symbol,
            line.time_ns,
            from_ticks,
            last_ticks,
            low_ticks,
            high_ticks,
            bids,
            asks,
            False,
            lots,
            traded_side,
        )
        if len(self._steps) >= MAX_WAITING_STEPS:
            self._steps.popleft()
            self.overflows += 1
        self._steps.append(Step(update, lots, side, True))
        self._has_steps.set()


def past_candles(instrument: Instrument, rows: Iterable[Sequence[Any]], before_ms: int) -> list[Candle]:
    """A venue's candles as bars before a time, in our steps; those that cannot be true are left out."""
    ticks, lots = _scale(instrument.tick), _scale(instrument.lot)
    candles: list[Candle] = []
    for row in rows:
        time_ms, prices, volume = row[0], row[1:5], row[5]
        if any(price_fault(price) for price in prices) or not math.isfinite(volume) or volume < 0:
            continue
        opened, high, low, closed = (max(1, round(price * ticks)) for price in prices)
        is_sound = low <= min(opened, closed) and max(opened, closed) <= high
        if is_sound and time_ms < before_ms and (not candles or time_ms * NS_PER_MS > candles[-1].time_ns):
            candles.append(Candle(time_ms * NS_PER_MS, opened, high, low, closed, int(volume * lots + ROUNDING)))
    return candles


def _levels(side: Iterable[Sequence[Any]], ticks_scale: float, lots_scale: float, *, is_bid: bool) -> Side:
    """The best levels of a side in our steps: bids rounded down, asks up, what falls on one price together."""
    found: list[Level] = []
    for level in side:
        price, size = level[0], level[1]
        if price_fault(price) or price_fault(size):
            continue
        lots = int(size * lots_scale + ROUNDING)
        exact = price * ticks_scale
        ticks = math.floor(exact + ROUNDING) if is_bid else math.ceil(exact - ROUNDING)
        if lots < 1 or ticks < 1:
            continue
        if found and found[-1][0] == ticks:
            found[-1] = (ticks, found[-1][1] + lots)
        elif len(found) < LADDER_LEVELS:
            found.append((ticks, lots))
        else:
            break
    return tuple(found)


def _uncrossed(bids: Side, asks: Side) -> tuple[Side, Side]:
    """Two sides that our steps made meet, without what crosses."""
    return tuple(level for level in bids if level[0] < asks[0][0]), asks


def _scale(step: Any) -> float:
    """How many steps are in one."""
    return float(10**step.decimals / step.units)
