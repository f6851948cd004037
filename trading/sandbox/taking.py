"""What an order gets from the levels it takes: its fills with their fees, what it holds after each, and how it ends."""

from collections.abc import Sequence

from markets.instruments import Instrument
from quant.fills import affordable_lots, fee_units
from quant.walks import Take, lots_of
from trading.sandbox import events as ev
from trading.sandbox.accounts import Account
from trading.sandbox.decision import (
    EXPIRED_DEPTH,
    EXPIRED_FOK,
    EXPIRED_IOC,
    EXPIRED_MONEY,
    EXPIRED_NO_MARKET,
    EXPIRED_POLICY,
    expired,
)
from trading.sandbox.orders import BUY, FOK, MARKET, SELL, Order
from trading.sandbox.pairs import highest_price_ticks, sibling_hold_units
from trading.sandbox.risk import buy_hold_units


def taking(
    order: Order, account: Account, instrument: Instrument, takes: list[Take], time_ns: int
) -> list[ev.AnyEvent]:
    """What an order that acts now does: takes from the book, then rests or expires. Leaves in `takes` what it used."""
    if order.time_in_force is FOK and lots_of(takes) < order.remaining_lots:
        takes.clear()
        return [expired(order, EXPIRED_FOK, time_ns)]
    offered_lots = lots_of(takes)
    fills = fills_of(order, account, instrument, takes, time_ns, is_maker=False)
    del takes[len(fills) :]
    filled_lots = 0
    for fill in fills:
        filled_lots += fill.quantity_lots
    decided: list[ev.AnyEvent] = [*fills]
    if filled_lots < order.remaining_lots and not order.rests:
        if filled_lots < offered_lots:
            reason = EXPIRED_MONEY
        elif order.price_ticks is not None:
            reason = EXPIRED_IOC
        else:
            short = EXPIRED_DEPTH if order.policy is None else EXPIRED_POLICY
            reason = short if offered_lots else EXPIRED_NO_MARKET
        decided.append(expired(order, reason, time_ns))
    return decided


def fills_of(
    order: Order, account: Account, instrument: Instrument, takes: Sequence[Take], time_ns: int, *, is_maker: bool
) -> list[ev.OrderFilled]:
    """The fills for `takes`, with fees, and what the order holds after each.

    A triggered stop, or a market order that was on its way, buys no more than the money there is. Where the rounding of
    several fees adds up to more than was held and nothing else is available, the last unit of the fee is waived rather
    than the balance overdrawn or the rest of the order left without its money.
    """
    is_cash_buy = order.side is BUY and not account.is_margin
    fee_ppm = account.maker_ppm if is_maker else account.taker_ppm
    money_units = _money_for(order, account, instrument) if is_cash_buy else 0
    limit_ticks = order.price_ticks or 0
    if order.link is not None and limit_ticks:
        limit_ticks = highest_price_ticks(account, order)
    limit_lot_units = limit_ticks * instrument.unit_value
    reference_ticks, spread_ticks = (takes[0].reference_ticks, takes[0].spread_ticks) if takes else (0, 0)
    is_bound_by_money = is_cash_buy and order.price_ticks is None
    if order.type is MARKET and order.arrives_ns is None:
        is_bound_by_money = False  # what it may cost was reckoned from the very prices that it meets
    held_units, left_lots, number = order.held_units, order.quantity_lots - order.filled_lots, order.fill_count
    fills: list[ev.OrderFilled] = []
    for take in takes:
        lots, lot_cost_units = take.lots, take.price_ticks * instrument.unit_value
        if is_bound_by_money:
            lots = min(lots, affordable_lots(money_units, lot_cost_units, fee_ppm))
            if lots == 0:
                break
        cost_units = lots * lot_cost_units
        fee = fee_units(cost_units, fee_ppm)
        left_lots -= lots
        rest_cost_units = left_lots * limit_lot_units
        if is_cash_buy:
            money_units -= cost_units
            assert money_units >= rest_cost_units, "what a buy may cost was held when it was accepted"
            fee = min(fee, money_units - rest_cost_units)
            money_units -= fee
        number += 1
        if left_lots == 0 or account.is_margin:
            held_units = 0
        else:
            held_units = max(held_units - cost_units - fee, rest_cost_units)
            held_units = _held_after(order, account, instrument, held_units, left_lots)
        fills.append(
            ev.OrderFilled(
                time_ns,
                order.account_id,
                order.id,
                number,
                take.price_ticks,
                lots,
                fee,
                is_maker,
                held_units,
                0 if reference_ticks == take.price_ticks and not spread_ticks else reference_ticks,
                spread_ticks,
            )
        )
    return fills


def held_now(order: Order, account: Account, instrument: Instrument) -> int:
    """What an order that holds something needs to hold at its present prices: never more than it did."""
    return _held_after(order, account, instrument, order.held_units, order.remaining_lots)


def _money_for(order: Order, account: Account, instrument: Instrument) -> int:
    """What the order may spend: the free balance and, once it is in the books, its own hold or that of its pair."""
    in_books = account.open_orders.get(order.id)
    held_units = 0 if in_books is None else in_books.held_units
    if order.link is not None:
        held_units += sibling_hold_units(account, order)
    return account.available_units(instrument.quote) + held_units


def _held_after(order: Order, account: Account, instrument: Instrument, rest_units: int, left_lots: int) -> int:
    """What an order holds after a fill that left `rest_units` of its hold: never more than the rest may still cost."""
    if order.side is SELL:
        return left_lots * instrument.lot_units
    price_ticks = order.price_ticks or order.stop_ticks
    if price_ticks is None:
        return rest_units
    return min(rest_units, buy_hold_units(instrument, account, price_ticks, left_lots))
