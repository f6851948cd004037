"""The nearest that a market came to its orders, against every price that came since each of them began."""

from hypothesis import given
from hypothesis import strategies as st

from trading.sandbox.extremes import Extremes
from trading.sandbox.orders import BUY, GTC, LIMIT, SELL, Order

PRICES = st.tuples(st.integers(1, 30), st.integers(1, 30))


def order_at(moment: int, side_of: int) -> Order:
    return Order(
        id=f"order-{moment}-{side_of}",
        account_id="a",
        symbol="BTC-USDT",
        side=(BUY, SELL)[side_of],
        type=LIMIT,
        time_in_force=GTC,
        quantity_lots=1,
        price_ticks=15,
        sequence=moment,
    )


@given(st.lists(PRICES | st.none(), max_size=40))
def test_an_order_finds_the_best_of_all_prices_since_it_began(steps):
    """None is a new order: it begins a new moment. All others are prices, several of one moment too."""
    extremes, moment = Extremes(), 0
    since: dict[int, list[tuple[int, int]]] = {}
    for step in steps:
        if step is None:
            moment += 1
            since[moment] = []
        else:
            extremes.note(moment, *step)
            for seen in since.values():
                seen.append(step)
        for began, seen in since.items():
            lowest = min((low for low, _ in seen), default=None)
            highest = max((high for _, high in seen), default=None)
            assert extremes.nearest(order_at(began, 0)) == lowest
            assert extremes.nearest(order_at(began, 1)) == highest


def test_however_many_prices_come_in_one_moment_those_of_older_orders_are_not_thinned_out():
    extremes = Extremes()
    extremes.note(1, 10, 10)
    extremes.note(2, 11, 9)
    for ticks in range(12, 10_000):  # ever higher, so that none of them is a lower low
        extremes.note(3, ticks, 9)

    assert [extremes.nearest(order_at(moment, 0)) for moment in (1, 2, 3)] == [10, 11, 12]
