"""What is on its way to the market under latency: orders that have not arrived, changes and cancels that follow them.

A sender's message takes the time that the order's policy draws for it. Money is held from the moment it is sent, for it was
promised; what the market is like is met on arrival. An order cannot be overtaken by a message about it.
"""

from collections.abc import Callable

import msgspec

from kit.clock import NS_PER_US
from kit.errors import DomainError
from quant.fills import is_drawn, is_stop_reached, latency_us
from trading.sandbox import events as ev
from trading.sandbox.accounts import Account
from trading.sandbox.book import chance_of, walk
from trading.sandbox.decision import CANCELED_BY_OWNER, EXPIRED_STALE, Decision, canceled, expired, triggered
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import ACCEPTED, BUY, Order, PlaceOrder, Replacement, ReplaceOrder, Terms
from trading.sandbox.pairs import bears, money_units, needed_units, sibling_of
from trading.sandbox.policies import FillPolicy
from trading.sandbox.policy_walks import CANCEL_LATENCY, PLACE_LATENCY, REJECTION, REPLACE_LATENCY, drawn
from trading.sandbox.queues import size_ahead
from trading.sandbox.refusals import crossed_ticks
from trading.sandbox.risk import Refusal, money_text
from trading.sandbox.state import State
from trading.sandbox.taking import taking
from trading.sandbox.timers import Timer
from trading.sandbox.trailing import limit_of, stop_of
from trading.sandbox.transit_folds import ARRIVAL, CANCEL, REPLACE

US_PER_MS = 1_000


def place_delay_ns(policy: FillPolicy, order_id: str) -> int:
    """How long a new order is on its way; 0 without latency."""
    return _delay_ns(policy, policy.place_latency_ms, drawn(policy, order_id, PLACE_LATENCY))


def replace_delay_ns(policy: FillPolicy, order_id: str, time_ns: int) -> int:
    """How long a change is on its way."""
    return _delay_ns(policy, policy.replace_latency_ms, drawn(policy, order_id, REPLACE_LATENCY, time_ns))


def cancel_delay_ns(policy: FillPolicy, order_id: str) -> int:
    """How long a cancel is on its way."""
    return _delay_ns(policy, policy.cancel_latency_ms, drawn(policy, order_id, CANCEL_LATENCY))


def _delay_ns(policy: FillPolicy, base_ms: int, share_draw: int) -> int:
    if not base_ms and not policy.latency_jitter_ms:
        return 0
    return latency_us(base_ms * US_PER_MS, policy.latency_jitter_ms * US_PER_MS, share_draw) * NS_PER_US


def chance_refusal(policy: FillPolicy, command: PlaceOrder) -> Refusal | None:
    """The refusal that chance has for a new order, if it has one."""
    chance_ppm = policy.rejection_ppm
    if not chance_ppm or not is_drawn(drawn(policy, command.order_id, REJECTION), chance_ppm):
        return None
    reason = (
        f"The account's fill policy refuses {chance_ppm} of a million orders by chance, as a venue does under load, and "
        f"this is one of them. Place it again."
    )
    return Refusal("REFUSED_BY_CHANCE", reason, {"rejection_ppm": str(chance_ppm)})


class Transit:
    """Decides what arrives."""

    def __init__(self, state: State, replace: Callable[[ReplaceOrder, int], Decision]) -> None:
        self._state = state
        self._replace = replace
        self.due: dict[str, Callable[[Timer], Decision]] = {
            ARRIVAL: self._arrive,
            CANCEL: self._cancel,
            REPLACE: self._change,
        }
        """By the kind of a timer, what happens when a message has arrived."""

    def cancel(self, order: Order, time_ns: int) -> Decision | None:
        """A cancel that has a way to go; None for one that is there at once."""
        policy = order.policy
        delay_ns = 0 if policy is None else cancel_delay_ns(policy, order.id)
        arrives_ns = order.cancel_ns or max(time_ns + delay_ns, order.arrives_ns or 0)
        if arrives_ns <= time_ns and order.status is not ACCEPTED:
            return None
        requested = ev.CancelRequested(
            time_ns=time_ns, account_id=order.account_id, order_id=order.id, arrives_ns=arrives_ns
        )
        return Decision([requested])

    def replace(self, order: Order, command: ReplaceOrder, time_ns: int) -> Decision | None:
        """A change that has a way to go; it takes along what is on its way already. None for one that is there at once."""
        policy = order.policy
        delay_ns = 0 if policy is None else replace_delay_ns(policy, order.id, time_ns)
        before = order.replacement or Replacement(0)
        arrives_ns = max(time_ns + delay_ns, order.arrives_ns or 0, before.arrives_ns)
        if arrives_ns <= time_ns and order.status is not ACCEPTED:
            return None
        requested = ev.ReplaceRequested(
            time_ns=time_ns,
            account_id=order.account_id,
            order_id=order.id,
            arrives_ns=arrives_ns,
            quantity_lots=_first_given(command.quantity_lots, before.quantity_lots),
            price_ticks=_first_given(command.price_ticks, before.price_ticks),
            stop_ticks=_first_given(command.stop_ticks, before.stop_ticks),
            terms=_merged(command.terms, before.terms),
        )
        return Decision([requested])

    def _arrive(self, timer: Timer) -> Decision:
        order = self._state.orders.get(timer.id)
        if order is None or order.status is not ACCEPTED:
            return Decision([])
        account, market = self._state.accounts[order.account_id], self._state.market(order.symbol)
        if market.stale is None:
            return self._arrived(order, account, market, timer.time_ns)
        if account.allow_stale_prices:
            return market.at_stale_price(lambda: self._arrived(order, account, market, timer.time_ns))
        decided = self._arrived(order, account, market, timer.time_ns)
        if isinstance(decided.events[-1], ev.OrderExpired) and order.watermark_ticks is None:
            decided.events[-1] = expired(order, EXPIRED_STALE, timer.time_ns)
        return decided

    def _arrived(self, order: Order, account: Account, market: SymbolMarket, time_ns: int) -> Decision:
        """What an order does that has come to its market."""
        if order.watermark_ticks is not None:
            return self._begin_trailing(order, time_ns)
        is_buy = order.side is BUY
        queue_lots = None
        crossed = crossed_ticks(market, is_buy, order.price_ticks)
        if order.rests and order.stop_ticks is None and crossed is None:
            queue_lots = size_ahead(market.update, is_buy, order.price_ticks or 0)
        arrived = ev.OrderArrived(
            time_ns=time_ns, account_id=order.account_id, order_id=order.id, queue_lots=queue_lots
        )
        decided: list[ev.AnyEvent] = [arrived]
        if order.post_only and crossed is not None:
            price = market.instrument.price_text(crossed)
            reason = f"Post only: when the order arrived the book had {price}, and it would have traded at once."
            return Decision([arrived, expired(order, reason, time_ns)])
        if order.stop_ticks is not None:
            if market.update is None or not is_stop_reached(
                order.waits_for_rise, order.stop_ticks, market.update.last_ticks
            ):
                return Decision(decided)
            decided.append(triggered(order, market.update.last_ticks, time_ns))
        elif order.rests and crossed is None:
            return Decision(decided)
        takes = walk(
            market,
            order.account_id,
            is_buy=is_buy,
            lots=order.remaining_lots,
            limit_ticks=order.price_ticks,
            policy=order.policy,
            chance_of=chance_of(order),
        )
        decided += taking(order, account, market.instrument, takes, time_ns)
        return Decision(decided, takes, order.id)

    def _begin_trailing(self, order: Order, time_ns: int) -> Decision:
        """A trailing stop follows the price from where it meets it; from where it was placed while there is none.

        One that can have no stop there, or not the money for it, ends.
        """
        account, market = self._state.accounts[order.account_id], self._state.market(order.symbol)
        instrument, terms = market.instrument, order.terms
        begun: Order = msgspec.structs.replace(order)
        if market.update is not None and terms is not None:
            begun.watermark_ticks = market.update.last_ticks
            begun.stop_ticks = stop_of(order.side, begun.watermark_ticks, terms)
            begun.price_ticks = limit_of(order.side, begun.stop_ticks, terms)
            if min(begun.stop_ticks, begun.price_ticks or begun.stop_ticks) < 1:
                price = instrument.price_text(begun.watermark_ticks)
                reason = (
                    f"When it arrived its distance was more than {price}, which it was to follow. Use a percentage."
                )
                return Decision([expired(order, reason, time_ns)])
        sibling = sibling_of(account, order)
        legs = [begun] if sibling is None else [begun, sibling]
        needed = needed_units(account, instrument, legs, order.remaining_lots)
        there = money_units(account, instrument, legs)
        if needed > there:
            asset = instrument.quote if order.side is BUY else instrument.base
            reason = (
                f"When it arrived it needed {money_text(needed)} {asset}, and {money_text(there)} {asset} was available. "
                "Keep more of it free, or place the order again."
            )
            return Decision([expired(order, reason, time_ns)])
        arrived = ev.OrderArrived(
            time_ns=time_ns,
            account_id=order.account_id,
            order_id=order.id,
            sequence=self._state.sequence + 1,
            watermark_ticks=begun.watermark_ticks,
            stop_ticks=begun.stop_ticks,
            price_ticks=begun.price_ticks,
            held_units=needed if bears(order) else 0,
        )
        return Decision([arrived])

    def _cancel(self, timer: Timer) -> Decision:
        order = self._state.orders.get(timer.id)
        if order is None or not order.is_live:
            return Decision([])
        nearest_ticks = self._state.nearest_ticks(order)
        return Decision([canceled(order, CANCELED_BY_OWNER, timer.time_ns, nearest_ticks=nearest_ticks)])

    def _change(self, timer: Timer) -> Decision:
        order = self._state.orders.get(timer.id)
        if order is None or not order.is_live or order.replacement is None:
            return Decision([])
        change = order.replacement
        command = ReplaceOrder(
            order_id=order.id,
            account_id=order.account_id,
            quantity_lots=change.quantity_lots,
            price_ticks=change.price_ticks,
            stop_ticks=change.stop_ticks,
            terms=change.terms,
        )
        try:
            return self._replace(command, timer.time_ns)
        except DomainError as refused:
            event = ev.ReplaceRefused(
                time_ns=timer.time_ns,
                account_id=order.account_id,
                order_id=order.id,
                code=refused.code,
                reason=refused.message,
            )
            return Decision([event])


def _merged(newer: Terms | None, older: Terms | None) -> Terms | None:
    """Both changes in one: what the newer one says holds, and of two distances the newer."""
    if newer is None or older is None:
        return newer or older
    given = {
        name: value for name in Terms.__struct_fields__ if (value := getattr(newer, name)) != getattr(Terms(), name)
    }
    if "trail_ticks" in given or "trail_ppm" in given:
        older = msgspec.structs.replace(older, trail_ticks=None, trail_ppm=None)
    merged: Terms = msgspec.structs.replace(older, **given)
    return merged


def _first_given(newer: int | None, older: int | None) -> int | None:
    return older if newer is None else newer
