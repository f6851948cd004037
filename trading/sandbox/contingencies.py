"""What an order's fill, change or end means for the other orders of its list.

Worked out from the state alone, right after the events of the cause were folded, and decided as events like any other: a
replay needs no rule of this file. Carried out one decision at a time, so that each sees what the one before did.

- A pair (oco, or the legs of a bracket) has one quantity: what one leg fills, the other loses; when one ends, so does the
  other. What the two hold is held once.
- What follows an entry begins when the entry first fills, for what is filled, and grows with it. When one of the
  followers has ended, what is left of the entry ends too: nothing is opened that nothing would close.
- An entry that ends without a fill ends the list.
"""

from collections.abc import Callable, Iterator

import msgspec

from markets.updates import MarketUpdate
from trading.sandbox import events as ev
from trading.sandbox.accounts import Account
from trading.sandbox.checks import Checks
from trading.sandbox.decision import Decision, canceled, expired
from trading.sandbox.links import Link, Role
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import BUY, EXPIRED, FILLED, PENDING, Order
from trading.sandbox.pairs import bears, money_units, needed_units, sibling_of
from trading.sandbox.queues import size_ahead
from trading.sandbox.risk import money_text
from trading.sandbox.state import State
from trading.sandbox.terms import is_trailing_type
from trading.sandbox.trailing import limit_of, stop_of

CAUSES = (
    ev.OrderFilled,
    ev.OrderCanceled,
    ev.OrderExpired,
    ev.OrderReplaced,
    ev.OrderReduced,
    ev.OrderArrived,  # so does one that begins to trail
    ev.OrderTriggered,  # a trailing stop that triggers holds what it needs there, and its pair may need more
)

Begin = Callable[[Order, SymbolMarket, int], Decision]
Reach = Callable[[Order, SymbolMarket, MarketUpdate], Decision | None]


class Contingencies:
    """The lists of one state. `begin` decides what an order that begins does to the market as it stands, `reach` what
    the rest of a step does to it (None: it does not come to it).
    """

    def __init__(self, state: State, checks: Checks, *, begin: Begin, reach: Reach) -> None:
        self._state = state
        self._checks = checks
        self._begin = begin
        self._reach = reach

    def after(self, event: ev.AnyEvent, step: MarketUpdate | None) -> Iterator[Decision]:
        """The decisions that follow an event of the present; each must be carried out before the next is asked for.

        `step` is the step of the market that is under way, None for a command.
        """
        if not isinstance(event, CAUSES):
            return
        order = self._state.orders[event.order_id]
        if order.link is None:
            return
        if order.link.role is Role.ENTRY:
            if step is not None and isinstance(event, ev.OrderFilled):
                step = msgspec.structs.replace(step, from_ticks=event.price_ticks)
            yield from self._after_entry(order, order.link, event.time_ns, step)
        else:
            yield from self._after_leg(order, order.link, event.time_ns)

    # ---- a leg

    def _after_leg(self, order: Order, link: Link, time_ns: int) -> Iterator[Decision]:
        account = self._state.accounts[order.account_id]
        if not order.is_live:
            others = (self._state.orders.get(other_id) for other_id in link.order_ids)
            ending = [other for other in others if other is not None and other.is_live]
            if ending:
                reason = f"Canceled because order {order.id} of the same list {_end_text(order)}."
                yield Decision([self._canceled(other, reason, time_ns, order.id) for other in ending])
            return
        sibling = sibling_of(account, order)
        if sibling is not None and not order.is_dormant:
            legs = [order, sibling]
            if resized := self._resized(legs, order.remaining_lots, time_ns):
                yield Decision(resized)

    # ---- an entry

    def _after_entry(self, entry: Order, link: Link, time_ns: int, step: MarketUpdate | None) -> Iterator[Decision]:
        account = self._state.accounts[entry.account_id]
        legs = [account.open_orders[leg_id] for leg_id in link.order_ids[1:] if leg_id in account.open_orders]
        if not legs:
            return
        if entry.filled_lots == 0:
            yield from self._before_a_fill(entry, legs, time_ns)
            return
        released = [leg for leg in legs if leg.is_dormant]
        legs = [self._as_begun(leg, step) for leg in legs]
        filled_lots = sum(leg.filled_lots for leg in legs)
        refusal = self._refuse(account, entry, legs, entry.filled_lots - filled_lots)
        if refusal is not None:
            if released:
                yield Decision([expired(leg, refusal, time_ns) for leg in legs])
            return
        if resized := self._resized(legs, entry.filled_lots - filled_lots, time_ns):
            yield Decision(resized)
        for leg in released:
            yield from self._begin_leg(leg, time_ns, step)
            if leg.filled_lots or not leg.is_live:
                return

    def _as_begun(self, leg: Order, step: MarketUpdate | None) -> Order:
        """A trailing stop that is to begin, at the best price since its entry filled; any other leg as it is."""
        update = step or self._state.market(leg.symbol).update
        if not leg.is_dormant or not is_trailing_type(leg.type) or leg.terms is None or update is None:
            return leg
        seen = (update.from_ticks, update.last_ticks) if step is not None else (update.last_ticks,)
        begun: Order = msgspec.structs.replace(leg, watermark_ticks=min(seen) if leg.side is BUY else max(seen))
        assert begun.watermark_ticks is not None, "it was just set"
        begun.stop_ticks = stop_of(leg.side, begun.watermark_ticks, leg.terms)
        begun.price_ticks = limit_of(leg.side, begun.stop_ticks, leg.terms)
        return begun

    def _before_a_fill(self, entry: Order, legs: list[Order], time_ns: int) -> Iterator[Decision]:
        """The entry has ended, or is for another quantity now, which those that wait for it take over."""
        if not entry.is_live:
            reason = f"Canceled because order {entry.id}, which it waited for, {_end_text(entry)} before it filled."
            yield Decision([self._canceled(leg, reason, time_ns, entry.id) for leg in legs])
        elif any(leg.quantity_lots != entry.quantity_lots for leg in legs):
            yield Decision([_resize(leg, entry.quantity_lots, 0, leg.sequence, time_ns, begins=False) for leg in legs])

    def _begin_leg(self, leg: Order, time_ns: int, step: MarketUpdate | None) -> Iterator[Decision]:
        """The leg meets the market: what is left of the step that filled its entry, or the book as it stands."""
        assert leg.link is not None, "it is of a list"
        market = self._state.market(leg.symbol)
        if step is None:
            decision: Decision | None = self._begin(leg, market, time_ns)
        else:
            decision = self._reach(leg, market, step)
        if decision is not None and decision.events:
            yield decision
            yield from self._after_leg(leg, leg.link, time_ns)

    # ---- quantity and money

    def _canceled(self, order: Order, reason: str, time_ns: int, cause: str) -> ev.OrderCanceled:
        return canceled(order, reason, time_ns, cause=cause, nearest_ticks=self._state.nearest_ticks(order))

    def _refuse(self, account: Account, entry: Order, legs: list[Order], lots: int) -> str | None:
        """Why the legs cannot have so many lots, or None. What closes a margin position is always let through."""
        market = self._state.market(entry.symbol)
        instrument = market.instrument
        leg = legs[0]
        for each in legs:
            if each.is_dormant and each.watermark_ticks is not None and _lowest_ticks(each) < 1:
                price = instrument.price_text(each.watermark_ticks)
                return (
                    f"When its turn came its distance was more than {price}, which it was to follow. Use a percentage."
                )
        if account.is_margin:
            if leg.side is not entry.side:
                return None
            refusal = self._checks.more_margin(account, market, leg, lots - _reserved_lots(legs))
            return None if refusal is None else refusal.reason
        needed = needed_units(account, instrument, legs, lots)
        there = money_units(account, instrument, legs)
        if needed <= there:
            return None
        asset = instrument.quote if leg.side is BUY else instrument.base
        return (
            f"When its turn came it needed {money_text(needed)} {asset}, and {money_text(there)} {asset} was available. "
            "Keep more of it free, or place the order again."
        )

    def _resized(self, legs: list[Order], lots: int, time_ns: int) -> list[ev.AnyEvent]:
        """The legs with `lots` left each and their hold, as far as that is new; those that shrink first."""
        account, instrument = self._state.accounts[legs[0].account_id], self._state.market(legs[0].symbol).instrument
        held_units = 0
        if not account.is_margin:
            held_units = min(needed_units(account, instrument, legs, lots), money_units(account, instrument, legs))
        sequence = self._state.sequence
        resized: list[ev.AnyEvent] = []
        for leg in sorted(legs, key=bears):
            quantity_lots = leg.filled_lots + lots
            own_units = held_units if bears(leg) else 0
            if (quantity_lots, own_units) == (leg.quantity_lots, leg.held_units) and not leg.is_dormant:
                continue
            # What waits for a trigger has no place in a queue to lose.
            moves = leg.is_dormant or (quantity_lots > leg.quantity_lots and leg.status is not PENDING)
            sequence += moves
            own_sequence = sequence if moves else leg.sequence
            event = _resize(leg, quantity_lots, own_units, own_sequence, time_ns, begins=leg.is_dormant)
            resized.append(self._queued(event, leg) if moves else event)
        return resized

    def _queued(self, event: ev.OrderResized, leg: Order) -> ev.OrderResized:
        """The same for a leg that takes a place at its price: what the book shows there is ahead of it."""
        if leg.price_ticks is None or not (leg.stop_ticks is None or leg.triggered):
            return event
        queue_lots = size_ahead(self._state.market(leg.symbol).update, leg.side is BUY, leg.price_ticks)
        return msgspec.structs.replace(event, queue_lots=queue_lots)


def _lowest_ticks(leg: Order) -> int:
    return min(ticks for ticks in (leg.stop_ticks, leg.price_ticks) if ticks is not None)


def _reserved_lots(legs: list[Order]) -> int:
    return sum(leg.remaining_lots for leg in legs if leg.reserves)


def _end_text(order: Order) -> str:
    """How an order ended, as the end of a sentence."""
    return "was filled" if order.status is FILLED else "expired" if order.status is EXPIRED else "was canceled"


def _resize(
    leg: Order, quantity_lots: int, held_units: int, sequence: int, time_ns: int, *, begins: bool
) -> ev.OrderResized:
    return ev.OrderResized(
        time_ns=time_ns,
        account_id=leg.account_id,
        order_id=leg.id,
        quantity_lots=quantity_lots,
        sequence=sequence,
        held_units=held_units,
        is_released=begins,
        watermark_ticks=leg.watermark_ticks if begins else None,
        stop_ticks=leg.stop_ticks if begins else None,
        price_ticks=leg.price_ticks if begins else None,
    )
