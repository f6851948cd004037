"""How messages on their way, and their arrival, change the state."""

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from trading.sandbox import events as ev
from trading.sandbox.orders import ACCEPTED, OPEN, PENDING, Order, Replacement

if TYPE_CHECKING:
    from trading.sandbox.state import Folder, State

ARRIVAL, CANCEL, REPLACE = "arrival", "cancel", "replace"
"""The kinds of timers; of one time they come in this order, which is that of their names."""


def transit_folders(state: "State") -> "dict[type, Folder]":
    """By the type of an event, what takes it into a state."""
    return {
        ev.OrderArrived: partial(_fold_arrived, state),
        ev.CancelRequested: partial(_fold_cancel_requested, state),
        ev.ReplaceRequested: partial(_fold_replace_requested, state),
        ev.ReplaceRefused: partial(_fold_replace_refused, state),
    }


def resume_transit(state: "State", order: Order) -> None:
    """Let what is on its way to a live order arrive when it is due."""
    if order.status is ACCEPTED and order.arrives_ns is not None:
        state.timers.start(ARRIVAL, order.id, order.arrives_ns)
    if order.cancel_ns is not None:
        state.timers.start(CANCEL, order.id, order.cancel_ns)
    if order.replacement is not None:
        state.timers.start(REPLACE, order.id, order.replacement.arrives_ns)


def end_transit(state: "State", order: Order) -> None:
    """The order has ended: nothing about it arrives any more."""
    for kind in (ARRIVAL, CANCEL, REPLACE):
        state.timers.end(kind, order.id)
    order.cancel_ns = order.replacement = None


def resize_replacement(order: Order, more_lots: int) -> None:
    """The order's list made it larger or smaller: what is on its way was said of the quantity before that."""
    change = order.replacement
    if change is not None and change.quantity_lots is not None:
        order.replacement = msgspec.structs.replace(change, quantity_lots=change.quantity_lots + more_lots)


def _fold_arrived(state: "State", event: ev.OrderArrived) -> None:
    order = state.orders[event.order_id]
    market = state.market(order.symbol)
    order.status = OPEN if order.stop_ticks is None else PENDING
    order.queue_lots = event.queue_lots
    order.updated_ns = event.time_ns
    if event.watermark_ticks is not None:
        order.watermark_ticks, order.stop_ticks = event.watermark_ticks, event.stop_ticks
        order.price_ticks, order.sequence = event.price_ticks, event.sequence
        state.sequence = max(state.sequence, event.sequence)
        state.accounts[order.account_id].hold(order, market.instrument, event.held_units)
    state.timers.end(ARRIVAL, order.id)
    market.start_waiting(order)


def _fold_cancel_requested(state: "State", event: ev.CancelRequested) -> None:
    order = state.orders[event.order_id]
    order.cancel_ns = event.arrives_ns
    order.updated_ns = event.time_ns
    state.timers.start(CANCEL, order.id, event.arrives_ns)


def _fold_replace_requested(state: "State", event: ev.ReplaceRequested) -> None:
    order = state.orders[event.order_id]
    order.replacement = Replacement(
        event.arrives_ns, event.quantity_lots, event.price_ticks, event.stop_ticks, event.terms
    )
    order.updated_ns = event.time_ns
    state.timers.start(REPLACE, order.id, event.arrives_ns)


def _fold_replace_refused(state: "State", event: ev.ReplaceRefused) -> None:
    order = state.orders[event.order_id]
    order.replacement = None
    order.updated_ns = event.time_ns
    state.timers.end(REPLACE, order.id)
