"""The queue at one price: what is ahead of each order that waits there, at a cost that does not grow with their number.

A step of the market takes from the front what printed, and lets nobody have more ahead than the level then holds. It is
the same step for all, so it is written down once and not order by order: the queue counts the lots that have gone from its
front, and an order keeps what that count must come to before it is its turn. Orders whose turn comes at the same count
have a place in common for ever after. A step only makes one place of the last few, those that have more ahead than the
level holds, and one of the first, whose turn has come: every order is on its way from many places to few.

Where all leave evenly, each place shrinks by its own share, so a step goes over the places; over the orders it never goes.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import chain

from quant.fills import filled_by_print, queue_after_change, queue_after_print
from trading.sandbox.orders import Order

UNKNOWN_LOTS = 1 << 100
"""What is ahead of an order while nobody knows: more than any level holds, so that the first one shown puts it right."""

MIN_PLACES_BEFORE_COMPACTION = 64
"""Below this many places the empty ones are not worth sweeping out."""


class Place:
    """Orders with the same lots ahead of them; one that came to another place asks there."""

    __slots__ = ("into", "orders", "size", "turn_lots")

    def __init__(self, turn_lots: int) -> None:
        self.turn_lots = turn_lots
        """How many lots must have gone from the front of the queue, since it began, before it is their turn."""
        self.size = 0
        self.orders: dict[str, Order] = {}
        """Those of them that a trade at their price fills when it is their turn, and not otherwise."""
        self.into: Place | None = None


class PriceQueue:
    """The queue of all buys, or all sells, that wait at one price."""

    __slots__ = ("_even_places", "_gone_lots", "_places", "_unqueued", "place_of")

    def __init__(self, orders: Iterable[Order]) -> None:
        self._gone_lots = 0
        self._places: list[Place] = []
        self._even_places: list[Place] = []
        """Those of orders that all leave evenly, before and behind; both lists begin at the front of the queue."""
        self.place_of: dict[str, Place] = {}
        """By the id of each order that waits here, the place it came to."""
        self._unqueued: dict[str, Order] = {}
        """Those that a market at their price concerns wherever they are in the queue. One that must be traded through is
        neither here nor among the orders of its place: nothing at its price concerns it."""
        for order in orders:
            self.join(order)

    @property
    def has_even(self) -> bool:
        """Whether any order waits for which all leave evenly."""
        return bool(self._even_places)

    def join(self, order: Order) -> None:
        """Let an order wait behind the lots it found at the price."""
        policy, ahead_lots = order.policy, order.queue_lots
        places = self._places if policy is None or policy.queue_cancels != "pro_rata" else self._even_places
        turn_lots = self._gone_lots + (UNKNOWN_LOTS if ahead_lots is None else ahead_lots)
        is_last = places and places[-1].turn_lots == turn_lots  # as with most: they find what the last step left
        place = places[-1] if is_last else self._place_at(places, turn_lots)
        self.place_of[order.id] = place
        place.size += 1
        if order.link is not None:  # a leg that the market came to goes before its sibling, filled or not
            self._unqueued[order.id] = order
        elif policy is None or policy.limit_fill == "queue":
            place.orders[order.id] = order
        elif policy.limit_fill == "touch":
            self._unqueued[order.id] = order

    def leave(self, order: Order) -> int:
        """Let an order go; what the present step's trade had left for it."""
        place = self.place_of.pop(order.id)
        if place.into is not None:
            place = _whole(place)
        place.size -= 1
        if place.orders.pop(order.id, None) is None:
            self._unqueued.pop(order.id, None)
        gone_lots = self._gone_lots
        return 0 if place.turn_lots >= gone_lots else filled_by_print(place.turn_lots, gone_lots, gone_lots)

    def ahead_lots(self, order: Order) -> int | None:
        """What is ahead of an order that waits here; None while it is not known."""
        ahead_lots = queue_after_print(_whole(self.place_of[order.id]).turn_lots, self._gone_lots)
        return ahead_lots if ahead_lots < UNKNOWN_LOTS >> 1 else None

    def spare_lots(self, order: Order) -> int:
        """What the present step's trade has left for an order that waits here, after those ahead of it."""
        return filled_by_print(_whole(self.place_of[order.id]).turn_lots, self._gone_lots, self._gone_lots)

    def touched(self) -> Iterable[Order]:
        """The orders that a market which came to this price and no further can do something to."""
        gone_lots, found = self._gone_lots, [self._unqueued]
        for places in (self._places, self._even_places):
            for place in places:
                if place.turn_lots >= gone_lots:
                    break
                found.append(place.orders)
        return chain.from_iterable(each.values() for each in found)

    def step(self, printed_lots: int, before_lots: int | None, after_lots: int | None) -> None:
        """Some lots printed from the front of the level, which held so many before and after; None where it is not shown."""
        self._gone_lots += printed_lots
        if after_lots is None:
            return
        _end_at(self._places, self._gone_lots + after_lots)
        if self._even_places:
            untraded_lots = max((before_lots or 0) - printed_lots, 0)
            self._even_places = _thinned(self._even_places, self._gone_lots, untraded_lots, after_lots)

    def settle(self) -> None:
        """What the last trade had left is over; those it came to are at the front, all in one place."""
        _begin_at(self._places, self._gone_lots)
        _begin_at(self._even_places, self._gone_lots)

    def _place_at(self, places: list[Place], turn_lots: int) -> Place:
        """The place of a turn, which comes to be if there is none."""
        if len(places) > 2 * len(self.place_of) + MIN_PLACES_BEFORE_COMPACTION:
            places[:] = [place for place in places if place.size]
        index = bisect_left(places, turn_lots, key=_turn)
        if index == len(places) or places[index].turn_lots != turn_lots:
            places.insert(index, Place(turn_lots))
        return places[index]


def _turn(place: Place) -> int:
    return place.turn_lots


def _whole(place: Place) -> Place:
    """The place that one has become part of. The larger one stays, so the way is as long as the logarithm of its size."""
    while place.into is not None:
        place = place.into
    return place


def _union(one: Place, other: Place) -> Place:
    """Two places as one."""
    if one.size < other.size:
        one, other = other, one
    one.size += other.size
    one.orders.update(other.orders)
    other.orders, other.into = {}, one
    return one


def _end_at(places: list[Place], turn_lots: int) -> None:
    """Nobody is further behind than this: who was is here now."""
    if not places or places[-1].turn_lots <= turn_lots:
        return
    last = places.pop()
    while places and places[-1].turn_lots >= turn_lots:
        last = _union(last, places.pop())
    if last.size:
        last.turn_lots = turn_lots
        places.append(last)


def _begin_at(places: list[Place], turn_lots: int) -> None:
    """Nobody is further ahead than this: who was is here now."""
    if not places or places[0].turn_lots >= turn_lots:
        return
    count = bisect_right(places, turn_lots, key=_turn)
    first = places[0]
    for place in places[1:count]:
        first = _union(first, place)
    first.turn_lots = turn_lots
    places[:count] = [first] if first.size else []


def _thinned(places: list[Place], gone_lots: int, before_lots: int, after_lots: int) -> list[Place]:
    """The places after a level shrank from all of them alike. They keep their order, and some become one."""
    kept: list[Place] = []
    for place in places:
        if place.turn_lots > gone_lots:
            ahead_lots = queue_after_change(place.turn_lots - gone_lots, before_lots, after_lots, is_pro_rata=True)
            place.turn_lots = gone_lots + ahead_lots
        if kept and kept[-1].turn_lots == place.turn_lots:
            kept[-1] = _union(kept[-1], place)
        elif place.size:
            kept.append(place)
    return kept
