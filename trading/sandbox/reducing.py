"""Orders that may only lessen a position: what there is to lessen, and what becomes of them when it shrinks.

None of them is ever larger than the position: it is cut when it is placed, changed, or when the position shrinks, and ends
with the position. So it can be filled at any time without opening anything. Each is held to the position alone, not to
what other orders may do first: a take-profit and a stop may both stand for the whole of it. Venues do the same
(NautilusTrader updates or cancels them with the position; Binance futures answer -2022 to one with nothing to lessen).
"""

import msgspec

from markets.instruments import Instrument
from trading.sandbox import events as ev
from trading.sandbox.accounts import Account
from trading.sandbox.decision import expired
from trading.sandbox.orders import BUY, Order, Side
from trading.sandbox.risk import Refusal


def spare_lots(account: Account, symbol: str, side: Side) -> int:
    """How much of the position an order on `side` can lessen."""
    position = account.positions.get(symbol)
    if position is None:
        return 0
    return max(-position.quantity_lots if side is BUY else position.quantity_lots, 0)


def nothing_to_reduce(account: Account, instrument: Instrument, side: Side) -> Refusal:
    """Why a reduce-only order is refused."""
    position = account.positions.get(instrument.symbol)
    lots = 0 if position is None else position.quantity_lots
    held, wanted = instrument.quantity_text(lots), "short" if side is BUY else "long"
    reason = (
        f"A reduce-only {side} lessens a {wanted} position, and the account's position in {instrument.symbol} is {held} "
        f"{instrument.base}. Send it without reduce_only to open one."
    )
    return Refusal("REDUCE_ONLY", reason, {"position": held, "side": side.value})


def cut_text(instrument: Instrument, asked_lots: int, spare: int) -> str:
    """What was cut and why."""
    return (
        f"Reduce only: cut from {instrument.quantity_text(asked_lots)} to {instrument.quantity_text(spare)} "
        f"{instrument.base}, which is the whole position."
    )


def reduced_to(order: Order, reason: str, held_units: int, time_ns: int) -> ev.OrderReduced:
    """`order` was cut to its present quantity."""
    return ev.OrderReduced(
        time_ns=time_ns,
        account_id=order.account_id,
        order_id=order.id,
        quantity_lots=order.quantity_lots,
        held_units=held_units,
        reason=reason,
    )


def cuts(account: Account, instrument: Instrument, time_ns: int) -> list[ev.AnyEvent]:
    """What becomes of the reduce-only orders of a symbol whose position has changed, oldest first."""
    decided: list[ev.AnyEvent] = []
    for order in account.reducing.get(instrument.symbol, {}).values():
        spare = spare_lots(account, instrument.symbol, order.side)
        if order.remaining_lots <= spare:
            continue
        if spare == 0:
            decided.append(expired(order, _closed_text(order, instrument), time_ns))
            continue
        cut: Order = msgspec.structs.replace(order, quantity_lots=order.filled_lots + spare)
        # One of a cash account sells, for there is nothing short in it; a margin account holds nothing.
        held_units = 0 if account.is_margin else spare * instrument.lot_units
        decided.append(reduced_to(cut, cut_text(instrument, order.remaining_lots, spare), held_units, time_ns))
    return decided


def _closed_text(order: Order, instrument: Instrument) -> str:
    left = instrument.quantity_text(order.remaining_lots)
    return (
        f"Reduce only: the position in {instrument.symbol} is closed, so nothing is left to lessen by the remaining {left} "
        f"{instrument.base}."
    )
