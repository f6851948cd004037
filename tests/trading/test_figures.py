"""What is counted of durable changes: the time to a first fill, for as many waiting orders as are remembered."""

import pytest

from kit.clock import NS_PER_SECOND, ManualClock
from operations import metrics
from trading import figures
from trading.published import Change
from trading.sandbox.events import OrderAccepted, OrderFilled
from trading.sandbox.orders import Order, OrderStatus, OrderType, Side, TimeInForce


def accepted(order_id: str) -> Change:
    event = OrderAccepted(
        1, "default", order_id, "BTC-USDT", Side.BUY, OrderType.LIMIT, TimeInForce.GTC, 100, 1, price_ticks=100
    )
    return Change(events=(event,), orders=(order(order_id, OrderStatus.OPEN),))


def filled(order_id: str) -> Change:
    fill = OrderFilled(
        time_ns=2, account_id="default", order_id=order_id, number=1, price_ticks=100, quantity_lots=100, fee_units=0,
        is_maker=True, held_units=0,
    )  # fmt: skip
    return Change(events=(fill,), orders=(order(order_id, OrderStatus.FILLED),), fills=(fill,))


def order(order_id: str, status: OrderStatus) -> Order:
    return Order(
        order_id, "default", "BTC-USDT", Side.BUY, OrderType.LIMIT, TimeInForce.GTC, 100, status=status, created_ns=1
    )


def test_beyond_the_limit_the_order_accepted_first_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "MAX_WAITING", 2)
    monkeypatch.setattr(metrics.FILL_WALL, "rows", {})
    clock = ManualClock()
    counted = figures.TradingFigures(clock)
    for order_id in ("first", "second", "third"):
        counted.count(accepted(order_id))
    clock.advance_ns(3 * NS_PER_SECOND)
    for order_id in ("first", "third"):
        counted.count(filled(order_id))
    row = metrics.FILL_WALL.rows["limit",]
    assert (row.count, row.total) == (1, 3.0)
