"""Orders and fills as clients see them, over REST and on the streams alike."""

from typing import Any

import msgspec

from markets.instruments import Instrument
from trading.numbers import money_text, percent_from_ppm, time_text
from trading.sandbox.events import OrderFilled
from trading.sandbox.exchange import Preview
from trading.sandbox.orders import Order, Side, Terms

PLAIN_TERMS = (None, None, None, None, None, False, None)
"""What a plain order says in place of `_term_values`."""


class AssetAmount(msgspec.Struct, frozen=True):
    """So much of an asset."""

    asset: str
    amount: str


class FillAnswer(msgspec.Struct, frozen=True):
    """One trade of an order."""

    id: str
    order_id: str
    account: str
    symbol: str
    side: str
    price: str
    quantity: str
    fee: str
    fee_asset: str
    liquidity: str
    time: str


class OrderAnswer(msgspec.Struct, frozen=True):
    """An order as it stands."""

    id: str
    account: str
    symbol: str
    side: str
    type: str
    status: str
    status_reason: str | None
    quantity: str
    notional: str | None
    filled_quantity: str
    remaining_quantity: str
    price: str | None
    stop_price: str | None
    average_price: str | None
    time_in_force: str
    post_only: bool
    client_order_id: str | None
    fees: list[AssetAmount]
    order_list_id: str | None
    fill_policy: str
    created_at: str
    updated_at: str
    replaced_at: str | None
    expires_at: str | None
    trail_amount: str | None
    trail_percent: str | None
    limit_offset: str | None
    watermark: str | None
    reduce_only: bool
    display_quantity: str | None


class PlacedOrderAnswer(OrderAnswer, frozen=True):
    """An order right after it was placed, with the fills it had at once."""

    fills: list[FillAnswer]


class ExpectedFill(msgspec.Struct, frozen=True):
    """A fill that an order would have now."""

    price: str
    quantity: str
    fee: str
    fee_asset: str
    reference_price: str
    spread_cost: str
    slippage: str


class BalanceAfter(msgspec.Struct, frozen=True):
    """A balance as it would be."""

    asset: str
    total: str


class PreviewAnswer(msgspec.Struct, frozen=True):
    """What an order would do at this moment."""

    accepted: bool
    code: str | None
    reason: str | None
    quantity: str
    fills: list[ExpectedFill]
    filled_quantity: str
    resting_quantity: str
    expired_quantity: str
    average_price: str | None
    reference_price: str | None
    slippage: str | None
    fees: list[AssetAmount]
    held: AssetAmount | None
    balances_after: list[BalanceAfter]
    fill_policy: str
    queue_ahead: str | None
    latency_ms: float


def order_answer(order: Order, instrument: Instrument) -> OrderAnswer:
    """An order in its instrument's digits."""
    return OrderAnswer(*order_values(order, instrument))


def placed_order_answer(order: Order, instrument: Instrument, fills: list[FillAnswer]) -> PlacedOrderAnswer:
    """A new order with its first fills."""
    return PlacedOrderAnswer(*(*order_values(order, instrument), fills))


def order_values(order: Order, instrument: Instrument) -> tuple[Any, ...]:
    """The values of `OrderAnswer` in its order; one place for all answers, and no keyword is looked up."""
    filled_lots = order.filled_lots
    # Of most orders that are answered nothing has filled or changed yet, and the same number is written once.
    quantity = remaining = instrument.quantity_text(order.quantity_lots)
    if filled_lots:
        remaining = instrument.quantity_text(order.quantity_lots - filled_lots)
    created_at = updated_at = time_text(order.created_ns)
    if order.updated_ns != order.created_ns:
        updated_at = time_text(order.updated_ns)
    return (
        order.id,
        order.account_id,
        order.symbol,
        order.side,
        order.type,
        order.status,
        order.status_reason if order.policy is None else _reason_under_latency(order),
        quantity,
        None if order.notional_units is None else money_text(order.notional_units),
        instrument.quantity_text(filled_lots),
        remaining,
        None if order.price_ticks is None else instrument.price_text(order.price_ticks),
        None if order.stop_ticks is None else instrument.price_text(order.stop_ticks),
        average_price_text(order.filled_value, filled_lots, instrument) if filled_lots else None,
        order.time_in_force,
        order.post_only,
        order.client_order_id,
        [AssetAmount(instrument.quote, money_text(order.fee_units))] if filled_lots else [],
        None if order.link is None else order.link.list_id,
        order.fill_policy,
        created_at,
        updated_at,
        None if order.replaced_ns is None else time_text(order.replaced_ns),
        *(PLAIN_TERMS if order.terms is None else _term_values(order, order.terms, instrument)),
    )


def _reason_under_latency(order: Order) -> str | None:
    """Why the order stands as it does; of a live one also what is on its way to it, which its status does not tell."""
    if order.cancel_ns is not None:
        return f"A cancel is on its way and arrives at {time_text(order.cancel_ns)}; until then the order can fill."
    if order.replacement is not None:
        return f"A change is on its way and arrives at {time_text(order.replacement.arrives_ns)}."
    return order.status_reason


def _term_values(order: Order, terms: Terms, instrument: Instrument) -> tuple[Any, ...]:
    """The last values of `OrderAnswer`: what few orders ask for."""

    def price(ticks: int | None) -> str | None:
        return None if ticks is None else instrument.price_text(ticks)

    return (
        None if terms.expires_ns is None else time_text(terms.expires_ns),
        price(terms.trail_ticks),
        None if terms.trail_ppm is None else percent_from_ppm(terms.trail_ppm),
        price(terms.limit_offset_ticks),
        price(order.watermark_ticks),
        terms.reduce_only,
        None if terms.display_lots is None else instrument.quantity_text(terms.display_lots),
    )


def fill_answer(fill: OrderFilled, side: str, instrument: Instrument) -> FillAnswer:
    """A fill of an order on that side of the instrument; its id is the order's with the fill's number."""
    return FillAnswer(
        id=f"{fill.order_id}-{fill.number}",
        order_id=fill.order_id,
        account=fill.account_id,
        symbol=instrument.symbol,
        side=side,
        price=instrument.price_text(fill.price_ticks),
        quantity=instrument.quantity_text(fill.quantity_lots),
        fee=money_text(fill.fee_units),
        fee_asset=instrument.quote,
        liquidity="maker" if fill.is_maker else "taker",
        time=time_text(fill.time_ns),
    )


def average_price_text(value: int, lots: int, instrument: Instrument) -> str:
    """The average of prices, where `value` is the sum of price_ticks * quantity_lots."""
    return instrument.average_price_text(value, lots)


def preview_answer(preview: Preview, side: Side, instrument: Instrument) -> PreviewAnswer:
    """What the exchange expects of an order, in the instrument's digits.

    `slippage` is what the fills cost more than the best price at the other side of the book, in the quote asset.
    """
    filled_lots = sum(fill.quantity_lots for fill in preview.fills)
    value = sum(fill.price_ticks * fill.quantity_lots for fill in preview.fills)
    fee_units = sum(fill.fee_units for fill in preview.fills)
    reference_ticks, refusal = preview.reference_ticks, preview.refusal
    slippage_units = None
    if reference_ticks is not None and filled_lots:
        worse = value - reference_ticks * filled_lots
        slippage_units = (worse if side is Side.BUY else -worse) * instrument.unit_value
    held_asset = instrument.quote if side is Side.BUY else instrument.base
    return PreviewAnswer(
        accepted=refusal is None,
        code=None if refusal is None else refusal.code,
        reason=None if refusal is None else refusal.reason,
        quantity=instrument.quantity_text(preview.quantity_lots),
        fills=[_expected_fill(fill, instrument) for fill in preview.fills],
        filled_quantity=instrument.quantity_text(filled_lots),
        resting_quantity=instrument.quantity_text(preview.resting_lots),
        expired_quantity=instrument.quantity_text(preview.expired_lots),
        average_price=average_price_text(value, filled_lots, instrument) if filled_lots else None,
        reference_price=None if reference_ticks is None else instrument.price_text(reference_ticks),
        slippage=None if slippage_units is None else money_text(slippage_units),
        fees=[AssetAmount(instrument.quote, money_text(fee_units))] if filled_lots else [],
        held=AssetAmount(held_asset, money_text(preview.held_units)) if preview.held_units else None,
        balances_after=[BalanceAfter(asset, money_text(units)) for asset, units in preview.balances_after.items()],
        fill_policy=preview.fill_policy,
        queue_ahead=None if preview.queue_lots is None else instrument.quantity_text(preview.queue_lots),
        latency_ms=float(preview.latency_ms),
    )


def _expected_fill(fill: OrderFilled, instrument: Instrument) -> ExpectedFill:
    reference_ticks = fill.reference_ticks or fill.price_ticks
    return ExpectedFill(
        price=instrument.price_text(fill.price_ticks),
        quantity=instrument.quantity_text(fill.quantity_lots),
        fee=money_text(fill.fee_units),
        fee_asset=instrument.quote,
        reference_price=instrument.price_text(reference_ticks),
        spread_cost=instrument.price_text(fill.spread_ticks),
        slippage=instrument.price_text(fill.price_ticks - reference_ticks - fill.spread_ticks),
    )
