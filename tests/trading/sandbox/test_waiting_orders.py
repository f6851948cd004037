"""Waiting orders are found by price exactly as a scan over all of them would find them."""

from hypothesis import given
from hypothesis import strategies as st

from trading.sandbox import market as market_module
from trading.sandbox.market import WaitingOrders
from trading.sandbox.orders import Order, OrderType, Side, TimeInForce

steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 12)),
        st.tuples(st.just("remove"), st.integers(0, 30)),
        st.tuples(st.just("reached"), st.integers(0, 13)),
    ),
    max_size=80,
)


def make_order(number: int) -> Order:
    return Order(
        id=f"o{number}",
        account_id="a",
        symbol="X-Y",
        side=Side.BUY,
        type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        quantity_lots=1,
        sequence=number,
    )


@given(steps=steps, highest_first=st.booleans())
def test_reached_orders_equal_a_scan(steps, highest_first):
    waiting = WaitingOrders(highest_first=highest_first)
    present: list[tuple[int, Order]] = []
    for number, (kind, value) in enumerate(steps):
        if kind == "add":
            present.append((value, make_order(number)))
            waiting.add(*present[-1])
        elif kind == "remove" and present:
            waiting.remove(*present.pop(value % len(present)))
        elif kind == "reached":
            expected = {(price, o.id) for price, o in present if (price >= value if highest_first else price <= value)}
            assert {(price, order.id) for price, order in waiting.reached(value)} == expected
        prices = [price for price, _ in present]
        nearest = (max if highest_first else min)(prices) if prices else None
        assert waiting.best() == nearest
        assert len(waiting) == len(present)


def test_empty_prices_are_swept_out(monkeypatch):
    monkeypatch.setattr(market_module, "MIN_PRICES_BEFORE_COMPACTION", 8)
    waiting = WaitingOrders(highest_first=True)
    kept = make_order(0)
    waiting.add(1_000_000, kept)
    for number in range(1, 1_000):
        order = make_order(number)
        waiting.add(number, order)
        waiting.remove(number, order)
    assert len(waiting._levels) == len(waiting._heap) <= 9
    assert waiting.reached(1) == [(1_000_000, kept)]
