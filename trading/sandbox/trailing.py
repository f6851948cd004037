"""Trailing stops: found without a scan, however many wait and however different their distances are.

A sell's stop follows the highest price since it was placed (its watermark) at a distance, a buy's the lowest; it never goes
back. All orders of a side that have the same watermark move together, whatever their distances, so they are kept in one
group: a tick without a new extreme touches nothing, and one with it joins the groups it overtakes, each for the last time.
Where a stop stands is derived from its group and written nowhere. The same idea as in LEAN's and NautilusTrader's trailing
stops (the best price since placement, a distance in price or in basis points of it), which look at each order each tick.

What is journaled is the extreme alone, one event for all orders of a symbol, and only when it moves some stop. So after a
restart every stop is where it was, without any market data.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any

import msgspec

from quant.fills import share_ticks, trailed_stop
from trading.sandbox.events import StopsTrailed
from trading.sandbox.orders import BUY, Order, Side, Terms

SPARE = 64
"""How many dead entries more than living ones are let be, before they are swept out."""

_Item = tuple[int, int, int, Order]
"""Distance, sequence, a number that makes it unique, and the order."""


def stop_of(side: Side, watermark_ticks: int, terms: Terms) -> int:
    """Where a trailing stop stands that has seen `watermark_ticks`; a share of it is rounded down, to a tick at least."""
    return trailed_stop(side is BUY, watermark_ticks, terms.trail_ticks or 0, terms.trail_ppm or 0)


def limit_of(side: Side, stop_ticks: int, terms: Terms) -> int | None:
    """The limit of a trailing stop with one: beyond the stop, so that it can fill; None for one without."""
    offset_ticks = terms.limit_offset_ticks
    if offset_ticks is None:
        return None
    return stop_ticks + offset_ticks if side is BUY else stop_ticks - offset_ticks


class Extremes:
    """The highest price (of prices with a sign: the lowest) that an order has seen which was placed at some sequence.

    Of what was noted only what can still be asked for stays: later and higher hides earlier and lower.
    """

    __slots__ = ("_sequences", "_values")

    def __init__(self) -> None:
        self._sequences: list[int] = []
        self._values: list[int] = []

    def note(self, sequence: int, value: int, oldest_sequence: int) -> None:
        """All orders placed by `sequence` have seen `value`; of those before `oldest_sequence` none is asked for."""
        sequences, values = self._sequences, self._values
        while values and values[-1] <= value:
            values.pop()
            sequences.pop()
        if not sequences or sequences[-1] < sequence:
            sequences.append(sequence)
            values.append(value)
        if sequences[0] < oldest_sequence:
            gone = bisect_left(sequences, oldest_sequence)
            del sequences[:gone], values[:gone]

    def since(self, sequence: int) -> int | None:
        """The highest that an order placed at `sequence` has seen, or None."""
        place = bisect_left(self._sequences, sequence)
        return self._values[place] if place < len(self._values) else None

    def copy(self) -> "Extremes":
        """As it is now."""
        copied = Extremes()
        copied._sequences, copied._values = self._sequences.copy(), self._values.copy()
        return copied

    def clear(self) -> None:
        """Nobody asks any more."""
        self._sequences.clear()
        self._values.clear()


class Watermarks:
    """How far the stops of one symbol have followed its price."""

    __slots__ = ("highs", "lows")

    def __init__(self) -> None:
        self.highs = Extremes()
        self.lows = Extremes()
        """With the sign turned."""

    def note(self, event: StopsTrailed) -> None:
        """Take in new extremes."""
        if event.high_ticks is not None:
            self.highs.note(event.sequence, event.high_ticks, event.oldest_sequence)
        if event.low_ticks is not None:
            self.lows.note(event.sequence, -event.low_ticks, event.oldest_sequence)

    def copy(self) -> "Watermarks":
        """As they are now."""
        copied = Watermarks()
        copied.highs, copied.lows = self.highs.copy(), self.lows.copy()
        return copied

    def of(self, order: Order) -> int:
        """The watermark of a trailing order now."""
        own_ticks = order.watermark_ticks
        assert own_ticks is not None, "only a trailing order has a watermark"
        if order.side is BUY:
            lowest = self.lows.since(order.sequence)
            return own_ticks if lowest is None else min(own_ticks, -lowest)
        highest = self.highs.since(order.sequence)
        return own_ticks if highest is None else max(own_ticks, highest)

    def bring(self, order: Order) -> None:
        """Write into a trailing order where its stop is now."""
        terms = order.terms
        assert terms is not None, "a trailing order says at which distance"
        order.watermark_ticks = self.of(order)
        order.stop_ticks = stop_of(order.side, order.watermark_ticks, terms)
        order.price_ticks = limit_of(order.side, order.stop_ticks, terms)

    def present(self, order: Order) -> Order:
        """The order with its stop where it is now: a copy of one whose stop follows the price, else itself."""
        if not order.is_trailing:
            return order
        copied: Order = msgspec.structs.replace(order)
        self.bring(copied)
        return copied


class _Group:
    """Orders of one watermark (signed: a higher one is further on), the nearest stop first by either kind of distance."""

    __slots__ = ("alarm", "by_share", "by_ticks", "living", "watermark")

    def __init__(self, watermark: int) -> None:
        self.watermark = watermark
        self.by_ticks: list[_Item] = []
        self.by_share: list[_Item] = []
        self.living = 0
        self.alarm: tuple[int, int, Any] | None = None
        """The entry that says when the first stop is reached."""

    def share(self, ppm: int) -> int:
        """A share of the watermark as a distance."""
        return share_ticks(abs(self.watermark), ppm)

    def first_stop(self) -> int:
        """The nearest stop, signed; the heaps begin with living orders."""
        distances = [self.by_ticks[0][0]] if self.by_ticks else []
        if self.by_share:
            distances.append(self.share(self.by_share[0][0]))
        return self.watermark - min(distances)


class TrailingStops:
    """The trailing stops of one side of one symbol."""

    __slots__ = ("_alarms", "_arrivals", "_groups", "_items", "_negated", "_numbers", "_sign")

    def __init__(self, *, follows_highs: bool) -> None:
        self._sign = 1 if follows_highs else -1
        self._groups: list[_Group] = []
        """The one furthest on first; `_negated` has the negated watermarks beside it, to be looked up in order."""
        self._negated: list[int] = []
        self._items: dict[str, _Item] = {}
        self._alarms: list[tuple[int, int, _Group]] = []
        self._arrivals: deque[_Item] = deque()
        self._numbers = count()

    def __len__(self) -> int:
        return len(self._items)

    @property
    def oldest_sequence(self) -> int:
        """The lowest sequence of those that wait, or 0."""
        arrivals = self._arrivals
        while arrivals and not self._lives(arrivals[0]):
            arrivals.popleft()
        return arrivals[0][1] if arrivals else 0

    def add(self, order: Order) -> None:
        """Let `order` follow the price from its watermark on."""
        assert order.terms is not None and order.watermark_ticks is not None, "a trailing order says from where"
        watermark = self._sign * order.watermark_ticks
        group = self._group_at(watermark)
        trail_ticks = order.terms.trail_ticks
        distance = trail_ticks if trail_ticks is not None else order.terms.trail_ppm or 0
        item = (distance, order.sequence, next(self._numbers), order)
        heappush(group.by_share if trail_ticks is None else group.by_ticks, item)
        group.living += 1
        self._items[order.id] = item
        self._arrivals.append(item)
        if len(self._arrivals) > 2 * len(self._items) + SPARE:
            self._arrivals = deque(filter(self._lives, self._arrivals))
        self._set_alarm(group)

    def remove(self, order: Order, watermark_ticks: int) -> None:
        """Take `order` away, whose watermark has come to `watermark_ticks`."""
        del self._items[order.id]
        place = bisect_left(self._negated, -self._sign * watermark_ticks)
        group = self._groups[place]
        assert group.watermark == self._sign * watermark_ticks, "an order waits in the group of its watermark"
        group.living -= 1
        if group.living == 0:
            del self._groups[place], self._negated[place]
            group.alarm = None
        else:
            self._sweep(group)
            self._set_alarm(group)

    def would_follow(self, price_ticks: int) -> bool:
        """Whether a price is a new extreme for any of them."""
        return bool(self._negated) and -self._negated[-1] < self._sign * price_ticks

    def follow(self, price_ticks: int) -> None:
        """Let all that have not seen a price as good as this one follow to it."""
        if not self.would_follow(price_ticks):
            return
        watermark = self._sign * price_ticks
        moved = self._pop_last()
        while self._negated and -self._negated[-1] <= watermark:
            moved = self._joined(moved, self._pop_last())
        moved.watermark = watermark
        self._groups.append(moved)
        self._negated.append(-watermark)
        self._set_alarm(moved)

    def reached(self, price_ticks: int) -> list[tuple[int, Order]]:
        """Every order whose stop `price_ticks` has come to, with the stop."""
        price = self._sign * price_ticks
        alarms = self._alarms
        while alarms and alarms[0][2].alarm is not alarms[0]:
            heappop(alarms)
        if not alarms or -alarms[0][0] < price:
            return []
        return [
            (self._sign * stop, order)
            for alarm in _walk(alarms, lambda negated_stop: -negated_stop >= price)
            if alarm[2].alarm is alarm
            for stop, order in self._reached_in(alarm[2], price)
        ]

    def _reached_in(self, group: _Group, price: int) -> Iterator[tuple[int, Order]]:
        most = group.watermark - price
        for item in _walk(group.by_ticks, lambda ticks: ticks <= most):
            if self._lives(item):
                yield group.watermark - item[0], item[3]
        for item in _walk(group.by_share, lambda ppm: group.share(ppm) <= most):
            if self._lives(item):
                yield group.watermark - group.share(item[0]), item[3]

    def _lives(self, item: _Item) -> bool:
        return self._items.get(item[3].id) is item

    def _group_at(self, watermark: int) -> _Group:
        place = bisect_left(self._negated, -watermark)
        if place < len(self._negated) and self._negated[place] == -watermark:
            return self._groups[place]
        group = _Group(watermark)
        self._groups.insert(place, group)
        self._negated.insert(place, -watermark)
        return group

    def _pop_last(self) -> _Group:
        self._negated.pop()
        return self._groups.pop()

    def _joined(self, one: _Group, other: _Group) -> _Group:
        """Both in one; the smaller is put into the larger, so that no order is moved often."""
        small, large = (one, other) if one.living <= other.living else (other, one)
        for heap, target in ((small.by_ticks, large.by_ticks), (small.by_share, large.by_share)):
            for item in heap:
                if self._lives(item):
                    heappush(target, item)
        large.living += small.living
        small.alarm = None
        return large

    def _sweep(self, group: _Group) -> None:
        """Have both heaps begin with a living order, and hold not many more than the living."""
        if len(group.by_ticks) + len(group.by_share) > 2 * group.living + SPARE:
            for heap in (group.by_ticks, group.by_share):
                heap[:] = filter(self._lives, heap)
                heapify(heap)
        for heap in (group.by_ticks, group.by_share):
            while heap and not self._lives(heap[0]):
                heappop(heap)

    def _set_alarm(self, group: _Group) -> None:
        """Note when the group's first stop is reached."""
        negated_stop = -group.first_stop()
        if group.alarm is not None and group.alarm[0] == negated_stop:
            return
        group.alarm = (negated_stop, next(self._numbers), group)
        heappush(self._alarms, group.alarm)
        if len(self._alarms) > 2 * len(self._groups) + SPARE:
            self._alarms = [each.alarm for each in self._groups if each.alarm is not None]
            heapify(self._alarms)


def _walk(heap: list[Any], is_within: Callable[[int], bool]) -> Iterator[Any]:
    """Walk a heap as the tree it is, leaving out every branch whose first number is not within."""
    stack = [0]
    while stack:
        index = stack.pop()
        if index < len(heap) and is_within(heap[index][0]):
            yield heap[index]
            stack.append(2 * index + 1)
            stack.append(2 * index + 2)
