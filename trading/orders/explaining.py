"""Why an order filled as it did, or did not: its life in words and numbers.

Pure: from the order, its events, its fills and what the market knows of it at present.
"""

from collections.abc import Callable, Sequence

import msgspec

from kit.clock import NS_PER_MS
from markets.instruments import Instrument
from trading.numbers import money_text, percent_from_ppm, time_text
from trading.orders.answers import OrderAnswer, order_answer
from trading.sandbox import events as ev
from trading.sandbox.exchange import Watched
from trading.sandbox.orders import BUY, OPEN, PENDING, Order, OrderStatus, Terms
from trading.sandbox.policies import REALISTIC, policy_digest, policy_values
from trading.sandbox.queue_history import QueuePoint

Numbers = dict[str, str]

MAX_QUEUE_MOMENTS = 20
"""A timeline is read by people; how a queue moved a thousand times is told in as many lines."""

AFTER_QUEUE = frozenset({"filled", "refilled", "canceled", "expired", "replaced"})
"""What happens to an order after the step of the market that it happens in has moved its queue."""


class Moment(msgspec.Struct, frozen=True):
    """Something that happened to an order."""

    time: str
    event: str
    text: str
    numbers: Numbers


class FillShares(msgspec.Struct, frozen=True):
    """A fill and what its price is made of: price = reference_price + spread_cost + slippage, to the last digit.

    All are signed as prices are: what is negative made the price lower, which a seller pays.
    """

    time: str
    quantity: str
    price: str
    reference_price: str
    spread_cost: str
    slippage: str
    fee: str
    fee_asset: str
    liquidity: str
    latency_ms: float
    queue_ahead: str | None


class NotFilled(msgspec.Struct, frozen=True):
    """Why something of an order was not filled, the nearest that the market came, and how far that was from it."""

    reason: str
    nearest_price: str | None
    missing: str | None


class PolicyShown(msgspec.Struct, frozen=True):
    """The policy an order fills under, with all of its numbers; `digest` tells two forms of it apart."""

    name: str
    digest: str
    numbers: Numbers


class Explanation(msgspec.Struct, frozen=True):
    """All of it."""

    order: OrderAnswer
    policy: PolicyShown
    timeline: list[Moment]
    fills: list[FillShares]
    not_filled: NotFilled | None


def explain(
    order: Order,
    events: Sequence[ev.AnyEvent],
    fills: Sequence[ev.OrderFilled],
    watched: Watched,
    instrument: Instrument,
) -> Explanation:
    """The explanation of an order; without `events` its life is told from the order and its fills."""
    teller = _Teller(order, instrument)
    is_whole = bool(events) and isinstance(events[0], ev.OrderAccepted | ev.OrderRejected | ev.AccountForked)
    timeline = _in_time(
        [(event.time_ns, teller.moment(event)) for event in (events if is_whole else _events_from(order, fills))],
        [(point.time_ns, teller.queue_moment(point)) for point in _thinned(watched.queue_points)],
    )
    queues = teller.queue_by_fill if is_whole else {}
    return Explanation(
        order=order_answer(order, instrument),
        policy=PolicyShown(
            order.fill_policy,
            policy_digest(order.policy or REALISTIC),
            {name: str(value) for name, value in policy_values(order.policy).items()},
        ),
        timeline=timeline,
        fills=[fill_shares(fill, order, instrument, queues.get(fill.number, order.queue_lots)) for fill in fills],
        not_filled=_not_filled(order, watched, instrument),
    )


def _in_time(moments: list[tuple[int, Moment]], queue: list[tuple[int, Moment]]) -> list[Moment]:
    """Both in the order of time. At one time an order comes, then its queue moves, then it fills or ends."""
    ranked = [(time_ns, 2 if moment.event in AFTER_QUEUE else 0, moment) for time_ns, moment in moments]
    ranked += [(time_ns, 1, moment) for time_ns, moment in queue]
    return [moment for _, _, moment in sorted(ranked, key=lambda each: each[:2])]


def _thinned(points: Sequence[QueuePoint]) -> list[QueuePoint]:
    """At most `MAX_QUEUE_MOMENTS` of them, evenly chosen and with the last; what printed between counts to the next."""
    step = -(-len(points) // MAX_QUEUE_MOMENTS) or 1
    groups = [points[max(end - step, 0) : end] for end in range(len(points), 0, -step)]
    return [
        msgspec.structs.replace(group[-1], printed_lots=sum(each.printed_lots for each in group))
        for group in reversed(groups)
    ]


def fill_shares(fill: ev.OrderFilled, order: Order, instrument: Instrument, queue_lots: int | None) -> FillShares:
    """A fill and its shares. `queue_lots` is what was ahead of a resting order when it came to its price."""
    reference_ticks = fill.reference_ticks or fill.price_ticks
    slippage_ticks = fill.price_ticks - reference_ticks - fill.spread_ticks
    return FillShares(
        time=time_text(fill.time_ns),
        quantity=instrument.quantity_text(fill.quantity_lots),
        price=instrument.price_text(fill.price_ticks),
        reference_price=instrument.price_text(reference_ticks),
        spread_cost=instrument.price_text(fill.spread_ticks),
        slippage=instrument.price_text(slippage_ticks),
        fee=money_text(fill.fee_units),
        fee_asset=instrument.quote,
        liquidity="maker" if fill.is_maker else "taker",
        latency_ms=latency_ms(order),
        queue_ahead=instrument.quantity_text(queue_lots) if fill.is_maker and queue_lots is not None else None,
    )


def latency_ms(order: Order) -> float:
    """How long the order was on its way."""
    return 0.0 if order.arrives_ns is None else (order.arrives_ns - order.created_ns) / NS_PER_MS


def _events_from(order: Order, fills: Sequence[ev.OrderFilled]) -> list[ev.AnyEvent]:
    """What an order's own state says of its life, where the journal has nothing of it any more."""
    begun = ev.OrderAccepted(
        order.created_ns,
        order.account_id,
        order.id,
        order.symbol,
        order.side,
        order.type,
        order.time_in_force,
        order.quantity_lots,
        order.sequence,
        order.price_ticks,
        order.stop_ticks,
        order.post_only,
        order.client_order_id,
        order.notional_units,
        order.fill_policy,
        0,
        order.terms,
        None,  # watermark_ticks
        order.link,
        order.policy,
        order.queue_lots,
        order.arrives_ns,
    )
    found: list[ev.AnyEvent] = [begun, *fills]
    reason = order.status_reason or ""
    if order.status is OrderStatus.REJECTED:
        return [_rejected_from(order)]
    if order.status is OrderStatus.CANCELED:
        found.append(ev.OrderCanceled(order.updated_ns, order.account_id, order.id, reason))
    elif order.status is OrderStatus.EXPIRED:
        found.append(
            ev.OrderExpired(time_ns=order.updated_ns, account_id=order.account_id, order_id=order.id, reason=reason)
        )
    return found


def _rejected_from(order: Order) -> ev.OrderRejected:
    return ev.OrderRejected(
        time_ns=order.created_ns,
        account_id=order.account_id,
        order_id=order.id,
        symbol=order.symbol,
        side=order.side,
        type=order.type,
        time_in_force=order.time_in_force,
        sequence=order.sequence,
        code="",
        reason=order.status_reason or "",
        quantity_lots=order.quantity_lots,
        price_ticks=order.price_ticks,
        stop_ticks=order.stop_ticks,
    )


class _Teller:
    """Puts the events of one order into words, in their order; it remembers the queue that each fill waited in."""

    def __init__(self, order: Order, instrument: Instrument) -> None:
        self._order = order
        self._instrument = instrument
        self._queue_lots: int | None = None
        self.queue_by_fill: dict[int, int | None] = {}
        self._tellers: dict[type, Callable[..., tuple[str, str, Numbers]]] = {
            ev.AccountForked: self._forked,
            ev.OrderAccepted: self._accepted,
            ev.OrderRejected: self._rejected,
            ev.OrderArrived: self._arrived,
            ev.OrderTriggered: self._triggered,
            ev.OrderFilled: self._filled,
            ev.ReplaceRequested: self._replace_requested,
            ev.OrderReplaced: self._replaced,
            ev.ReplaceRefused: self._replace_refused,
            ev.CancelRequested: self._cancel_requested,
            ev.OrderReduced: self._reduced,
            ev.OrderRefilled: self._refilled,
            ev.OrderResized: self._resized,
            ev.OrderCanceled: self._ended,
            ev.OrderExpired: self._ended,
        }

    def moment(self, event: ev.AnyEvent) -> Moment:
        """One event in words; one that this version has no words for is told by its name."""
        teller = self._tellers.get(type(event))
        name = type(event).__struct_config__.tag
        word, text, numbers = (
            (str(name), f"{str(name).replace('_', ' ').capitalize()}.", {}) if teller is None else teller(event)
        )
        return Moment(time_text(event.time_ns), word, text, numbers)

    def queue_moment(self, point: QueuePoint) -> Moment:
        """A step by which its turn came nearer."""
        instrument = self._instrument
        numbers = {"queue_ahead": instrument.quantity_text(point.ahead_lots)}
        text = "Orders ahead of it were canceled"
        if point.is_first_shown:
            text = "The book shows its price for the first time"
        elif point.printed_lots:
            numbers["traded"] = instrument.quantity_text(point.printed_lots)
            text = f"{numbers['traded']} {instrument.base} traded at its price"
        is_first = point.ahead_lots == 0
        text += (
            ": it is first in the queue."
            if is_first
            else f": {numbers['queue_ahead']} {instrument.base} are ahead of it."
        )
        return Moment(time_text(point.time_ns), "queue", text, numbers)

    # ---- one event each: its name, its words, its numbers

    def _forked(self, event: ev.AccountForked) -> tuple[str, str, Numbers]:
        instrument = self._instrument
        copied = next(order for order in event.orders if order.id == self._order.id)
        self._queue_lots = copied.queue_lots
        numbers: Numbers = {"quantity": instrument.quantity_text(copied.quantity_lots)}
        text = f"Copied from the account {event.source_id} with all that it had open: {copied.side}"
        text += f" {numbers['quantity']} {instrument.base}, {copied.type.replace('_', ' ')}"
        text += self._price_words(copied, numbers)
        if copied.filled_lots:
            numbers["filled_quantity"] = instrument.quantity_text(copied.filled_lots)
            text += f", of which {numbers['filled_quantity']} had been filled there"
        return "forked", f"{text}.", numbers

    def _accepted(self, event: ev.OrderAccepted) -> tuple[str, str, Numbers]:
        instrument, order = self._instrument, self._order
        self._queue_lots = event.queue_lots
        numbers: Numbers = {"quantity": instrument.quantity_text(event.quantity_lots)}
        text = f"Placed: {event.side} {numbers['quantity']} {instrument.base}, {event.type.replace('_', ' ')}"
        text += self._price_words(event, numbers)
        numbers.update(self._terms(event.terms))
        if event.reason is None:
            text += f". It passed every check{self._checks(event, numbers)}."
        else:
            text += f", by the exchange itself. {_as_sentence(event.reason)}"
        if event.held_units:
            asset = instrument.quote if order.side is BUY else instrument.base
            numbers["held"] = money_text(event.held_units)
            text += f" {numbers['held']} {asset} are held for it."
        if event.arrives_ns is not None:
            numbers["latency_ms"] = _ms_text(event.arrives_ns - event.time_ns)
            text += f" It is on its way to the market for {numbers['latency_ms']} ms."
        if event.link is not None and event.link.parent_id is not None:
            text += f" It begins when order {event.link.parent_id} fills."
        return "accepted", text + self._queue_words(event.queue_lots, numbers), numbers

    def _price_words(self, priced: ev.OrderAccepted | Order, numbers: Numbers) -> str:
        text = ""
        if priced.price_ticks is not None:
            numbers["price"] = self._instrument.price_text(priced.price_ticks)
            text += f" at {numbers['price']}"
        if priced.stop_ticks is not None:
            numbers["stop_price"] = self._instrument.price_text(priced.stop_ticks)
            text += f", stop at {numbers['stop_price']}"
        return text

    def _checks(self, event: ev.OrderAccepted, numbers: Numbers) -> str:
        """The venue's rules beside what the order had, as far as it had a price of its own."""
        instrument = self._instrument
        price_ticks = event.price_ticks or event.stop_ticks
        if price_ticks is None:
            return ""
        numbers["notional"] = money_text(instrument.notional_units(price_ticks, event.quantity_lots))
        numbers["min_notional"] = money_text(instrument.min_notional_units)
        return (
            f": it is worth {numbers['notional']} {instrument.quote}, and the smallest order is "
            f"{numbers['min_notional']} {instrument.quote}"
        )

    def _queue_words(self, queue_lots: int | None, numbers: Numbers) -> str:
        if queue_lots is None:
            return ""
        numbers["queue_ahead"] = self._instrument.quantity_text(queue_lots)
        return f" At its price {numbers['queue_ahead']} {self._instrument.base} were ahead of it."

    def _rejected(self, event: ev.OrderRejected) -> tuple[str, str, Numbers]:
        return "rejected", event.reason, dict(event.details)

    def _arrived(self, event: ev.OrderArrived) -> tuple[str, str, Numbers]:
        self._queue_lots = event.queue_lots
        numbers: Numbers = {"latency_ms": _ms_text((self._order.arrives_ns or event.time_ns) - self._order.created_ns)}
        text = f"It arrived at the market after {numbers['latency_ms']} ms."
        if event.stop_ticks is not None:
            numbers["stop_price"] = self._instrument.price_text(event.stop_ticks)
            text += f" Its stop follows the price from {numbers['stop_price']} on."
        return "arrived", text + self._queue_words(event.queue_lots, numbers), numbers

    def _triggered(self, event: ev.OrderTriggered) -> tuple[str, str, Numbers]:
        numbers = {"trigger_price": self._instrument.price_text(event.trigger_ticks)}
        text = f"The market reached its stop: it triggered at {numbers['trigger_price']}."
        if event.stop_ticks is not None:
            numbers["stop_price"] = self._instrument.price_text(event.stop_ticks)
            text = f"The market came back to its stop, which had followed the price to {numbers['stop_price']}."
        return "triggered", text, numbers

    def _filled(self, event: ev.OrderFilled) -> tuple[str, str, Numbers]:
        self.queue_by_fill[event.number] = self._queue_lots
        instrument = self._instrument
        shares = fill_shares(event, self._order, instrument, self._queue_lots)
        numbers = {
            "price": shares.price,
            "quantity": shares.quantity,
            "reference_price": shares.reference_price,
            "spread_cost": shares.spread_cost,
            "slippage": shares.slippage,
            "fee": shares.fee,
        }
        text = f"{shares.quantity} {instrument.base} filled at {shares.price} as {shares.liquidity}; "
        if event.is_maker:
            text += "the market came to its price"
        else:
            text += (
                f"the middle of the book was {shares.reference_price}, the spread made {shares.spread_cost} of the price "
                f"and slippage {shares.slippage}"
            )
        return "filled", f"{text}. The fee is {shares.fee} {instrument.quote}.", numbers

    def _replace_requested(self, event: ev.ReplaceRequested) -> tuple[str, str, Numbers]:
        numbers = self._values(event.quantity_lots, event.price_ticks, event.stop_ticks) | self._terms(event.terms)
        numbers["latency_ms"] = _ms_text(event.arrives_ns - event.time_ns)
        return "replace_requested", f"A change is on its way for {numbers['latency_ms']} ms.", numbers

    def _replaced(self, event: ev.OrderReplaced) -> tuple[str, str, Numbers]:
        self._queue_lots = event.queue_lots
        numbers = self._values(event.quantity_lots, event.price_ticks, event.stop_ticks) | self._terms(event.terms)
        values = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in numbers.items())
        text = f"Changed to {values}."
        return "replaced", text + self._queue_words(event.queue_lots, numbers), numbers

    def _replace_refused(self, event: ev.ReplaceRefused) -> tuple[str, str, Numbers]:
        return "replace_refused", f"The change was refused when it arrived: {event.reason}", {}

    def _cancel_requested(self, event: ev.CancelRequested) -> tuple[str, str, Numbers]:
        numbers = {"latency_ms": _ms_text(event.arrives_ns - event.time_ns)}
        text = f"A cancel is on its way for {numbers['latency_ms']} ms; until it arrives the order can fill."
        return "cancel_requested", text, numbers

    def _reduced(self, event: ev.OrderReduced) -> tuple[str, str, Numbers]:
        return "reduced", event.reason, {"quantity": self._instrument.quantity_text(event.quantity_lots)}

    def _refilled(self, event: ev.OrderRefilled) -> tuple[str, str, Numbers]:
        self._queue_lots = event.queue_lots
        numbers = {"shown": self._instrument.quantity_text(event.shown_lots)}
        text = (
            f"What it showed was hit: it shows the next {numbers['shown']} {self._instrument.base}, behind the others."
        )
        return "refilled", text + self._queue_words(event.queue_lots, numbers), numbers

    def _resized(self, event: ev.OrderResized) -> tuple[str, str, Numbers]:
        """What its list did to it: it began, or its quantity follows the order beside it."""
        if event.queue_lots is not None:
            self._queue_lots = event.queue_lots
        numbers = self._values(event.quantity_lots, event.price_ticks, event.stop_ticks)
        quantity = f"{numbers['quantity']} {self._instrument.base}"
        word, text = "resized", f"An order of its list filled or changed: it is for {quantity} now."
        if event.is_released:
            word, text = "begun", f"The order that it waited for filled: it begins, for {quantity}."
            if event.stop_ticks is not None:
                text += f" Its stop follows the price from {numbers['stop_price']} on."
        return word, text + self._queue_words(event.queue_lots, numbers), numbers

    def _ended(self, event: ev.OrderCanceled | ev.OrderExpired) -> tuple[str, str, Numbers]:
        word = "canceled" if isinstance(event, ev.OrderCanceled) else "expired"
        return word, event.reason, {}

    def _values(self, lots: int | None, price_ticks: int | None, stop_ticks: int | None) -> Numbers:
        instrument = self._instrument
        values = {
            "quantity": None if lots is None else instrument.quantity_text(lots),
            "price": None if price_ticks is None else instrument.price_text(price_ticks),
            "stop_price": None if stop_ticks is None else instrument.price_text(stop_ticks),
        }
        return {name: value for name, value in values.items() if value is not None}

    def _terms(self, terms: Terms | None) -> Numbers:
        """What few orders ask for, under the names that requests have for it."""
        if terms is None:
            return {}
        instrument = self._instrument
        values = {
            "expires_at": None if terms.expires_ns is None else time_text(terms.expires_ns),
            "trail_amount": None if terms.trail_ticks is None else instrument.price_text(terms.trail_ticks),
            "trail_percent": None if terms.trail_ppm is None else percent_from_ppm(terms.trail_ppm),
            "limit_offset": (
                None if terms.limit_offset_ticks is None else instrument.price_text(terms.limit_offset_ticks)
            ),
            "display_quantity": None if terms.display_lots is None else instrument.quantity_text(terms.display_lots),
        }
        return {name: value for name, value in values.items() if value is not None}


def _not_filled(order: Order, watched: Watched, instrument: Instrument) -> NotFilled | None:
    """Why something is left; None when nothing is."""
    if order.remaining_lots <= 0 or order.status is OrderStatus.FILLED:
        return None
    nearest_ticks = watched.nearest_ticks if order.is_live else order.nearest_ticks
    waits_for_stop = order.stop_ticks is not None and not order.triggered
    wanted_ticks = order.stop_ticks if waits_for_stop else order.price_ticks
    missing_ticks = None
    if nearest_ticks is not None and wanted_ticks is not None:
        wants_lower = not order.waits_for_rise if waits_for_stop else order.side is BUY
        missing_ticks = max(nearest_ticks - wanted_ticks if wants_lower else wanted_ticks - nearest_ticks, 0)
    return NotFilled(
        reason=order.status_reason or _why_it_waits(order, watched, missing_ticks, instrument),
        nearest_price=None if nearest_ticks is None else instrument.price_text(nearest_ticks),
        missing=None if missing_ticks is None else instrument.price_text(missing_ticks),
    )


def _why_it_waits(order: Order, watched: Watched, missing_ticks: int | None, instrument: Instrument) -> str:
    """What a live order waits for, in words."""
    if order.status is OrderStatus.ACCEPTED and order.arrives_ns is not None:
        return f"It is on its way to the market, and arrives at {time_text(order.arrives_ns)} of the market's clock."
    if order.status is PENDING and order.stop_ticks is not None:
        stop = instrument.price_text(order.stop_ticks)
        if order.is_trailing:
            turn = "rise" if order.waits_for_rise else "fall"
            return f"It waits for the market to {turn} to {stop}; until then its stop follows the price."
        return f"It waits for the market to reach {stop}.{_apart(missing_ticks, instrument)}"
    if order.price_ticks is None:
        return "It waits for a market."
    price = instrument.price_text(order.price_ticks)
    text = f"It waits at {price}." if order.status is OPEN else f"The rest of it waits at {price}."
    if watched.best_ticks is not None:
        text += f" The best price to take is {instrument.price_text(watched.best_ticks)}."
    if watched.queue_lots:
        text += f" {instrument.quantity_text(watched.queue_lots)} {instrument.base} are ahead of it there."
    return text + _apart(missing_ticks, instrument)


def _apart(missing_ticks: int | None, instrument: Instrument) -> str:
    if missing_ticks is None:
        return " The market has not moved since."
    if missing_ticks == 0:
        return " The market came to its price, but did not trade enough there."
    return f" The market was {instrument.price_text(missing_ticks)} short of it at the nearest."


def _as_sentence(reason: str) -> str:
    """A reason in a person's own words, so that more can follow it."""
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


def _ms_text(duration_ns: int) -> str:
    whole, rest = divmod(duration_ns, NS_PER_MS)
    return f"{whole}.{rest // 1_000:03d}".rstrip("0").rstrip(".")
