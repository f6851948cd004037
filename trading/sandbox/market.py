"""One symbol as the exchange sees it: the present market, the orders waiting for it, and what was taken from it.

Waiting orders are found by price, never by scan. What an account took from a level is gone for that account until the
next market update brings new depth; other accounts meet the market as if alone (accounts are independent).
"""

from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush
from typing import TypeVar

from markets.instruments import Instrument
from markets.updates import MarketUpdate
from quant.fills import shifted_level
from trading.sandbox.events import StopsTrailed
from trading.sandbox.extremes import Extremes
from trading.sandbox.orders import ACCEPTED, BUY, FOK, IOC, PENDING, Order
from trading.sandbox.price_queues import PriceQueue
from trading.sandbox.queue_history import QueueHistory
from trading.sandbox.trailing import TrailingStops, Watermarks

Decided = TypeVar("Decided")

MIN_PRICES_BEFORE_COMPACTION = 1_024
"""Below this many prices the empty ones are not worth sweeping out."""

PRINT, ALL_LEVELS = 0, -1
"""What is noted as taken besides levels, by prices that no level has: of a step's trade, and in all."""

MAX_WOUNDS = 10_000
"""Levels that are remembered as not whole; beyond that the oldest count as healed."""


class WaitingOrders:
    """Orders by price, the nearest to the market first.

    A heap of prices and, for each, the orders in time priority. A price whose orders are gone stays until it comes to the
    top or the empty ones outnumber the others.
    """

    __slots__ = ("_heap", "_levels", "_sign", "count")

    def __init__(self, *, highest_first: bool) -> None:
        self._sign = -1 if highest_first else 1
        self._heap: list[int] = []
        self._levels: dict[int, dict[str, Order]] = {}
        self.count = 0
        """How many wait."""

    def __len__(self) -> int:
        return self.count

    def add(self, price_ticks: int, order: Order) -> None:
        """Let `order` wait at a price, behind those already there."""
        level = self._levels.get(price_ticks)
        if level is None:
            self._levels[price_ticks] = {order.id: order}
            heappush(self._heap, self._sign * price_ticks)
        else:
            level[order.id] = order
        self.count += 1

    def remove(self, price_ticks: int, order: Order) -> None:
        """Take `order` away from the price it waits at; it must be there."""
        level = self._levels[price_ticks]
        del level[order.id]
        self.count -= 1
        if not level and len(self._levels) > MIN_PRICES_BEFORE_COMPACTION and len(self._levels) > 2 * self.count:
            self._compact()

    def best(self) -> int | None:
        """The price nearest to the market at which an order waits, or None."""
        heap, levels = self._heap, self._levels
        while heap:
            price_ticks = self._sign * heap[0]
            if levels[price_ticks]:
                return price_ticks
            heappop(heap)
            del levels[price_ticks]
        return None

    def reached(self, price_ticks: int) -> list[tuple[int, Order]]:
        """Every order waiting at `price_ticks` or nearer to the market, with its price."""
        bound = self._sign * price_ticks
        best = self.best()
        if best is None or self._sign * best > bound:
            return []
        return [(price, order) for price, level in self._levels_within(bound) for order in level.values()]

    def levels_reached(self, price_ticks: int) -> list[tuple[int, dict[str, Order]]]:
        """Every price from `price_ticks` on towards the market at which orders wait, and those orders by their id."""
        return [(price, level) for price, level in self._levels_within(self._sign * price_ticks) if level]

    def _levels_within(self, bound: int) -> Iterator[tuple[int, dict[str, Order]]]:
        """Walk the heap as the tree it is, leaving out every branch that lies beyond `bound`."""
        heap = self._heap
        stack = [0]
        while stack:
            index = stack.pop()
            if index < len(heap) and heap[index] <= bound:
                price_ticks = self._sign * heap[index]
                yield price_ticks, self._levels[price_ticks]
                stack.append(2 * index + 1)
                stack.append(2 * index + 2)

    def _compact(self) -> None:
        self._levels = {price: level for price, level in self._levels.items() if level}
        self._heap = [self._sign * price for price in self._levels]
        heapify(self._heap)


class SymbolMarket:
    """The market of one symbol, and the orders of all accounts that wait for it."""

    __slots__ = (
        "_taken",
        "buy_limits",
        "buy_queues",
        "extremes",
        "falling_stops",
        "instrument",
        "is_halted",
        "mark_ticks",
        "queue_history",
        "rising_stops",
        "sell_limits",
        "sell_queues",
        "spare",
        "stale",
        "stale_since_ns",
        "trailing_buys",
        "trailing_sells",
        "unsettled",
        "update",
        "watermarks",
        "wounds",
    )

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.update: MarketUpdate | None = None
        self.is_halted = False
        """Whether trading was stopped for a time, so that there is no market until the next update."""
        self.stale: MarketUpdate | None = None
        """The last market of a source that has fallen silent; nothing fills at it but for accounts that allow it."""
        self.stale_since_ns = 0
        """When the source was last heard of (UTC, by the machine's clock)."""
        self.mark_ticks: int | None = None
        """The last price known, also after the market closed; what positions are valued at."""
        self.buy_limits = WaitingOrders(highest_first=True)
        self.sell_limits = WaitingOrders(highest_first=False)
        self.rising_stops = WaitingOrders(highest_first=False)
        """Triggers above the market: stops of buys, take-profits of sells."""
        self.falling_stops = WaitingOrders(highest_first=True)
        self.trailing_buys = TrailingStops(follows_highs=False)
        self.trailing_sells = TrailingStops(follows_highs=True)
        self.watermarks = Watermarks()
        self._taken: dict[tuple[str, bool, int], int] = {}
        self.buy_queues: dict[int, PriceQueue] = {}
        self.sell_queues: dict[int, PriceQueue] = {}
        """The queues of limits by their price, where a step of the market may have moved them."""
        self.queue_history = QueueHistory()
        self.unsettled: list[PriceQueue] = []
        """Those from which the present step's trade took."""
        self.spare: dict[str, int] = {}
        """What the present step's trade had left for orders that have left their place in a queue since, by their id."""
        self.wounds: dict[tuple[str, bool, int], tuple[int, int]] = {}
        """Levels that orders took from under a policy by which they heal slowly: (lots, time_ns)."""
        self.extremes = Extremes()

    def advance(self, update: MarketUpdate) -> None:
        """Replace the present market; new depth replaces what was taken."""
        self.update = update
        self.is_halted = False
        self.stale = None
        self.mark_ticks = update.last_ticks
        if self._taken:
            self._taken.clear()

    def close(self, *, is_halted: bool = False) -> None:
        """There is no market until the next update; orders go on waiting."""
        self.update = self.stale = None
        self.is_halted = is_halted
        self._taken.clear()

    def at_stale_price(self, decide: Callable[[], Decided]) -> Decided:
        """What is decided as if the last market of a silent source still stood, for an account that wants it so."""
        stale = self.stale
        self.update, self.stale = stale, None
        try:
            return decide()
        finally:
            self.update, self.stale = None, stale

    def grow_stale(self, since_ns: int) -> None:
        """The source has fallen silent: there is no market until the next update, but a memory of one.

        What was taken from its depth stays taken: nobody is there to put new depth in its place.
        """
        if self.update is not None:
            self.update, self.stale, self.stale_since_ns = None, self.update, since_ns

    @property
    def has_waiting(self) -> bool:
        """Whether any order waits for a price."""
        return bool(
            self.buy_limits.count
            or self.sell_limits.count
            or self.rising_stops.count
            or self.falling_stops.count
            or self.trailing_buys
            or self.trailing_sells
        )

    def best_opposite(self, is_buy: bool) -> int | None:
        """The best price a taker would meet: the best ask for a buy, the best bid for a sell; None without a market."""
        update = self.update
        if update is None:
            return None
        levels = update.asks if is_buy else update.bids
        return levels[0][0] if levels else None

    def start_waiting(self, order: Order) -> None:
        """Let an order wait for its trigger, or at its limit; one that acts at once, or is on its way, waits for nothing."""
        status, price_ticks = order.status, order.price_ticks
        if status is PENDING:
            if order.is_dormant:
                return
            if order.watermark_ticks is not None:
                self._trailing(order).add(order)
            else:
                assert order.stop_ticks is not None, "a pending order waits for its stop"
                self._stops(order).add(order.stop_ticks, order)
        elif status is ACCEPTED:
            return
        elif price_ticks is not None and order.time_in_force is not IOC and order.time_in_force is not FOK:
            if order.side is BUY:
                limits, queues = self.buy_limits, self.buy_queues
            else:
                limits, queues = self.sell_limits, self.sell_queues
            limits.add(price_ticks, order)
            if queues and (queue := queues.get(price_ticks)) is not None:
                queue.join(order)

    def stop_waiting(self, order: Order) -> None:
        """Take an order away from where it waits; it must not have changed since it began to."""
        status, price_ticks = order.status, order.price_ticks
        if status is PENDING:
            if order.is_dormant:
                return
            if order.watermark_ticks is not None:
                self._stop_trailing(order)
            else:
                assert order.stop_ticks is not None, "a pending order waits for its stop"
                self._stops(order).remove(order.stop_ticks, order)
        elif status is ACCEPTED:
            return
        elif price_ticks is not None and order.time_in_force is not IOC and order.time_in_force is not FOK:
            if order.side is BUY:
                limits, queues = self.buy_limits, self.buy_queues
            else:
                limits, queues = self.sell_limits, self.sell_queues
            limits.remove(price_ticks, order)
            if queues and (queue := queues.get(price_ticks)) is not None:
                spare_lots = queue.leave(order)
                if spare_lots:  # should it come back within the step, what the trade left for it is still its own
                    self.spare[order.id] = spare_lots
                if not queue.place_of:
                    del queues[price_ticks]

    def price_queue_of(self, order: Order) -> PriceQueue | None:
        """The queue that an order is in, if a step of the market may have moved it."""
        queue = None
        if order.price_ticks is not None:
            queue = (self.buy_queues if order.side is BUY else self.sell_queues).get(order.price_ticks)
        return queue if queue is not None and order.id in queue.place_of else None

    def spare_lots(self, order: Order) -> int:
        """What the present step's trade left for a waiting order after those ahead of it."""
        spare_lots = self.spare.get(order.id)
        if spare_lots is None:
            queue = self.price_queue_of(order)
            spare_lots = 0 if queue is None else queue.spare_lots(order)
        return spare_lots

    def trailed_by(self, update: MarketUpdate, sequence: int) -> StopsTrailed | None:
        """The new extremes that an update brings to trailing stops, or None: it began at `from_ticks`, which counts too."""
        sells, buys = self.trailing_sells, self.trailing_buys
        if not (sells or buys):
            return None
        high_ticks, low_ticks = update.from_ticks, update.last_ticks
        if high_ticks < low_ticks:
            high_ticks, low_ticks = low_ticks, high_ticks
        is_high, is_low = sells.would_follow(high_ticks), buys.would_follow(low_ticks)
        if not (is_high or is_low):
            return None
        return StopsTrailed(
            time_ns=update.time_ns,
            account_id="",
            symbol=update.symbol,
            sequence=sequence,
            oldest_sequence=min(filter(None, (sells.oldest_sequence, buys.oldest_sequence))),
            high_ticks=high_ticks if is_high else None,
            low_ticks=low_ticks if is_low else None,
        )

    def trail(self, event: StopsTrailed) -> None:
        """Let the trailing stops follow."""
        self.watermarks.note(event)
        if event.high_ticks is not None:
            self.trailing_sells.follow(event.high_ticks)
        if event.low_ticks is not None:
            self.trailing_buys.follow(event.low_ticks)

    def _stops(self, order: Order) -> WaitingOrders:
        return self.rising_stops if order.waits_for_rise else self.falling_stops

    def _trailing(self, order: Order) -> TrailingStops:
        return self.trailing_buys if order.side is BUY else self.trailing_sells

    def _stop_trailing(self, order: Order) -> None:
        """Take a trailing order away; what nobody has seen any more is forgotten."""
        self._trailing(order).remove(order, self.watermarks.of(order))
        if not self.trailing_sells:
            self.watermarks.highs.clear()
        if not self.trailing_buys:
            self.watermarks.lows.clear()

    def depth(self, account_id: str, *, is_buy: bool, shift_ticks: int = 0) -> Iterator[tuple[int, int, int]]:
        """What is left for this account to take: (price_ticks, lots, level_ticks), best first.

        `price_ticks` is the level's price when the market stood `shift_ticks` away from where it is now.
        """
        update = self.update
        if update is None:
            return
        taken = self._taken
        for level_ticks, lots in update.asks if is_buy else update.bids:
            left_lots = lots - taken.get((account_id, is_buy, level_ticks), 0) if taken else lots
            if left_lots > 0:
                price_ticks = level_ticks
                if shift_ticks:
                    price_ticks = shifted_level(level_ticks, shift_ticks, update.low_ticks, update.high_ticks)
                yield price_ticks, left_lots, level_ticks

    def first_level(self, account_id: str, is_buy: bool, lots: int) -> int | None:
        """The best level's price when what is left of it for the account holds `lots`: the usual case, said quickly."""
        update = self.update
        levels = () if update is None else update.asks if is_buy else update.bids
        if not levels:
            return None
        level_ticks, level_lots = levels[0]
        if self._taken:
            level_lots -= self._taken.get((account_id, is_buy, level_ticks), 0)
        return level_ticks if level_lots >= lots else None

    def take(self, account_id: str, *, is_buy: bool, level_ticks: int, lots: int) -> None:
        """Note that the account took `lots` from a level."""
        key = (account_id, is_buy, level_ticks)
        self._taken[key] = self._taken.get(key, 0) + lots

    def taken(self, account_id: str, is_buy: bool, level_ticks: int) -> int:
        """What the account took from a level since the last update."""
        return self._taken.get((account_id, is_buy, level_ticks), 0) if self._taken else 0

    def note_wound(self, key: tuple[str, bool, int], lots: int, time_ns: int) -> None:
        """Remember that `lots` of a level are missing for an account from `time_ns` on."""
        self.wounds.pop(key, None)
        self.wounds[key] = (lots, time_ns)
        if len(self.wounds) > MAX_WOUNDS:
            del self.wounds[next(iter(self.wounds))]

    def reference(self, is_buy: bool, shift_ticks: int = 0) -> tuple[int, int]:
        """What a taker's prices are measured against, and how far the best one is from there.

        The middle of the book, rounded away from the order so that the spread never favours it; the best price itself while
        the other side is empty. There must be a level to take.
        """
        update = self.update
        assert update is not None, "somebody takes from it"
        bids, asks = update.bids, update.asks
        best_ticks = asks[0][0] if is_buy else bids[0][0]
        if not bids or not asks:
            middle_ticks = best_ticks
        elif is_buy:
            middle_ticks = (bids[0][0] + asks[0][0]) // 2
        else:
            middle_ticks = -(-(bids[0][0] + asks[0][0]) // 2)
        if shift_ticks:
            low_ticks, high_ticks = update.low_ticks, update.high_ticks
            best_ticks = shifted_level(best_ticks, shift_ticks, low_ticks, high_ticks)
            middle_ticks = shifted_level(middle_ticks, shift_ticks, low_ticks, high_ticks)
        return middle_ticks, best_ticks - middle_ticks
