"""What trading tells over the streams: orders, fills, positions and balances of an account.

Updates are the objects that REST gives, one a frame, in journal order and never before they are durable. A snapshot is
the durable state too, so nothing comes twice and nothing is missed between the two.
"""

from typing import Any

from streams.channels import ChannelKind, register
from streams.hub import HUB, Hub, PlacedHub
from trading.accounts.answers import balance_answer, position_of
from trading.accounts.services import balances_of, positions_of
from trading.desk import Desk
from trading.orders.answers import order_answer
from trading.orders.services import answer_fill
from trading.published import Change
from trading.risk.channel import publish_risk, register_channel
from trading.services import find_desk, get_desk

SNAPSHOT_ORDERS = 500
"""Open orders in a snapshot, the newest: half a megabyte. The rest is read page by page over REST."""

SNAPSHOT_FILLS = 100


def snapshot_orders(params: dict[str, str], account_id: str) -> Any:
    """The newest open orders."""
    desk = get_desk()
    orders = desk.published.account(account_id).present.open_orders(SNAPSHOT_ORDERS)
    present = desk.published.present
    return [order_answer(present(order), desk.instrument(order.symbol)) for order in orders]


def snapshot_fills(params: dict[str, str], account_id: str) -> Any:
    """The newest fills, as far as they are in memory."""
    desk = get_desk()
    fills = desk.published.account(account_id).present.newest_fills(SNAPSHOT_FILLS)
    return [answer_fill(desk, fill) for fill in fills]


def snapshot_positions(params: dict[str, str], account_id: str) -> Any:
    """The open positions."""
    return positions_of(get_desk(), account_id)


def snapshot_balances(params: dict[str, str], account_id: str) -> Any:
    """Every balance."""
    return balances_of(get_desk(), account_id)


def register_channels() -> None:
    """Make the channels known to the hub."""
    for name, snapshot in (
        ("orders", snapshot_orders),
        ("fills", snapshot_fills),
        ("positions", snapshot_positions),
        ("balances", snapshot_balances),
    ):
        register(ChannelKind(name=name, pattern=name, delivery="every", snapshot=snapshot, private=True, placed=True))
    register_channel()


def publish_change(change: Change) -> None:
    """Send what became durable on the main desk to those who listen."""
    desk = find_desk()
    if desk is not None:
        publish_change_of(desk, HUB, change)


def publish_change_of(desk: Desk, hub: Hub | PlacedHub, change: Change) -> None:
    """Send what became durable on a desk; what nobody hears is not even rendered."""
    if not _is_heard(hub, change):
        return
    trace_id = change.trace_id
    for order in change.orders:
        if hub.has_subscribers("orders", order.account_id):
            answer = order_answer(order, desk.instrument(order.symbol))
            hub.publish_private("orders", order.account_id, answer, trace_id=trace_id)
    for fill in change.fills:
        if hub.has_subscribers("fills", fill.account_id):
            hub.publish_private("fills", fill.account_id, answer_fill(desk, fill), trace_id=trace_id)
    for position in change.positions:
        if hub.has_subscribers("positions", position.account_id):
            account = desk.published.account(position.account_id).account
            shown = position_of(account, position.symbol, desk.mark_of)
            hub.publish_private("positions", position.account_id, shown, trace_id=trace_id)
    for balance in change.balances:
        if hub.has_subscribers("balances", balance.account_id):
            account = desk.published.account(balance.account_id).account
            answer_now = balance_answer(account, balance.asset, desk.rates)
            hub.publish_private("balances", balance.account_id, answer_now, trace_id=trace_id)
    publish_risk(desk, hub, change)


def _is_heard(hub: Hub | PlacedHub, change: Change) -> bool:
    """Whether anyone listens to an account that a change is about; a record of risk may be about all of them."""
    return bool(change.risks) or any(hub.hears(event.account_id) for event in change.events)
