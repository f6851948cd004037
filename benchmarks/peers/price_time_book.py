"""The bare limit of an exchange in pure Python: a price-time book and nothing else.

Slots objects, int ticks, a heap of prices and an ordered dict a price. No accounts, no money, no risk, no events: what
any exchange in Python pays at least. The mix is that of `benchmarks.ours.engine`, with orders against orders; what the
market's moves fill there, two large orders fill here.
"""

import time
from heapq import heappop, heappush

MIDDLE_TICKS = 5_000_000
FAR_PRICES = 10_000
LOTS = 10_000
ROUNDS_PER_SWEEP = 50
ROUNDS_PER_CHUNK = 1_000
COMMANDS_PER_ROUND = 9
Command = tuple[int, int, int, int]
"""(order id, +1 to buy or -1 to sell, price in ticks, lots); 0 lots cancels."""


class BookOrder:
    """One order in the book; `way` is +1 for a buy, -1 for a sell."""

    __slots__ = ("id", "left", "price", "way")

    def __init__(self, order_id: int, way: int, price: int, left: int) -> None:
        self.id = order_id
        self.way = way
        self.price = price
        self.left = left


class BookSide:
    """The orders of one side; the heap's top is the best price, times -1 for buys."""

    __slots__ = ("heap", "levels")

    def __init__(self) -> None:
        self.heap: list[int] = []
        self.levels: dict[int, dict[int, BookOrder]] = {}


class Book:
    """Orders of both sides by price and time."""

    def __init__(self) -> None:
        self.orders: dict[int, BookOrder] = {}
        self._buys, self._sells = BookSide(), BookSide()

    def place(self, order_id: int, way: int, price: int, lots: int) -> None:
        """Match, then rest what is left."""
        opposite = self._sells if way > 0 else self._buys
        heap, levels = opposite.heap, opposite.levels
        while lots and heap and heap[0] <= way * price:
            level = levels[way * heap[0]]
            if not level:
                del levels[way * heappop(heap)]
                continue
            resting = next(iter(level.values()))
            taken = lots if lots < resting.left else resting.left
            lots -= taken
            resting.left -= taken
            if not resting.left:
                del level[resting.id], self.orders[resting.id]
        if lots:
            self._rest(BookOrder(order_id, way, price, lots))

    def cancel(self, order_id: int) -> None:
        """Take an order out; its price stays until it comes to the top."""
        order = self.orders.pop(order_id)
        del (self._buys if order.way > 0 else self._sells).levels[order.price][order_id]

    def _rest(self, order: BookOrder) -> None:
        own = self._buys if order.way > 0 else self._sells
        level = own.levels.get(order.price)
        if level is None:
            level = own.levels[order.price] = {}
            heappush(own.heap, -order.way * order.price)
        level[order.id] = order
        self.orders[order.id] = order


def measure(*, seconds: float, open_orders: int) -> dict[str, float]:
    """Commands a second over `seconds`, with that many more orders resting far away."""
    book = Book()
    for number in range(open_orders):
        way = 1 if number % 2 else -1
        book.place(-1 - number, way, MIDDLE_TICKS - way * (100_000 + number % FAR_PRICES), LOTS)
    spent_ns = commands = 0
    first_id = 1
    while spent_ns < seconds * 1e9:
        chunk = [_round_of(first_id + number * COMMANDS_PER_ROUND) for number in range(ROUNDS_PER_CHUNK)]
        first_id += ROUNDS_PER_CHUNK * COMMANDS_PER_ROUND
        spent_ns += _apply(book, chunk)
        commands += ROUNDS_PER_CHUNK * COMMANDS_PER_ROUND
    assert len(book.orders) == open_orders, f"{len(book.orders)} orders are open, and {open_orders} should be"
    return {"per_s": commands / (spent_ns / 1e9)}


def _round_of(first_id: int) -> list[Command]:
    """Three far orders and their cancels, two near ones, and one that crosses."""
    away = MIDDLE_TICKS - 50_000 - first_id % FAR_PRICES
    way = 1 if first_id % 2 else -1
    return [
        (first_id, 1, away, LOTS),
        (first_id + 1, 1, away - 1, LOTS),
        (first_id + 2, 1, away - 2, LOTS),
        (first_id + 3, 1, MIDDLE_TICKS - 5, LOTS),
        (first_id + 4, -1, MIDDLE_TICKS + 5, LOTS),
        (first_id + 5, way, MIDDLE_TICKS + way * 5, LOTS),
        (first_id, 0, 0, 0),
        (first_id + 1, 0, 0, 0),
        (first_id + 2, 0, 0, 0),
    ]


def _apply(book: Book, chunk: list[list[Command]]) -> int:
    """Carry out a chunk of rounds; the nanoseconds it took."""
    place, cancel = book.place, book.cancel
    started_ns = time.perf_counter_ns()
    for number, commands in enumerate(chunk, start=1):
        for order_id, way, price, lots in commands:
            if lots:
                place(order_id, way, price, lots)
            else:
                cancel(order_id)
        if number % ROUNDS_PER_SWEEP == 0:
            # every crossing order took from one of the sides; what is left of both is taken here
            left_lots = ROUNDS_PER_SWEEP * LOTS // 2
            place(0, -1, MIDDLE_TICKS - 5, left_lots)
            place(0, 1, MIDDLE_TICKS + 5, left_lots)
    return time.perf_counter_ns() - started_ns
