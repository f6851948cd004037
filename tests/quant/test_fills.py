"""The fill rules, one by one."""

from hypothesis import given
from hypothesis import strategies as st

from quant.fills import (
    PPM,
    affordable_lots,
    buy_fills_at,
    closed_cost_units,
    fee_units,
    is_stop_reached,
    sell_fills_at,
    shifted_level,
    trigger_price,
)

prices = st.integers(1, 10**9)


def test_fee_is_rounded_up_to_the_next_unit():
    assert fee_units(1, 200) == 1
    assert fee_units(5_000, 200) == 1
    assert fee_units(5_001, 200) == 2
    assert fee_units(10**9, 0) == 0


def test_resting_buy_is_hit_at_its_limit_when_the_market_moves_through_it():
    assert buy_fills_at(level_ticks=90, limit_ticks=95, from_ticks=100) == 95


def test_resting_buy_gets_the_open_when_the_market_gaps_past_it():
    assert buy_fills_at(level_ticks=91, limit_ticks=95, from_ticks=90) == 91


@given(level=prices, limit=prices, came_from=prices)
def test_resting_order_never_trades_beyond_its_limit(level, limit, came_from):
    if level <= limit:
        assert level <= buy_fills_at(level, limit, came_from) <= limit
    if level >= limit:
        assert limit <= sell_fills_at(level, limit, came_from) <= level


@given(level=prices, limit=prices, came_from=prices)
def test_selling_mirrors_buying(level, limit, came_from):
    assert sell_fills_at(level, limit, came_from) == -buy_fills_at(-level, -limit, -came_from)


def test_stop_is_reached_at_its_own_price():
    assert is_stop_reached(True, 100, 100)
    assert not is_stop_reached(True, 100, 99)
    assert is_stop_reached(False, 100, 100)
    assert not is_stop_reached(False, 100, 101)


def test_stop_triggers_at_its_price_on_a_move_and_at_the_open_after_a_gap():
    assert trigger_price(True, stop_ticks=100, from_ticks=90) == 100
    assert trigger_price(True, stop_ticks=100, from_ticks=110) == 110
    assert trigger_price(False, stop_ticks=100, from_ticks=110) == 100
    assert trigger_price(False, stop_ticks=100, from_ticks=90) == 90


def test_shifted_level_stays_in_the_range_that_traded():
    assert shifted_level(100, 5, 90, 110) == 105
    assert shifted_level(100, 50, 90, 110) == 110
    assert shifted_level(100, -50, 90, 110) == 90


@given(cost=st.integers(0, 10**15), parts=st.lists(st.integers(1, 1_000), min_size=1, max_size=20))
def test_cost_of_the_closed_parts_adds_up_to_the_whole(cost, parts):
    left_cost, left_lots = cost, sum(parts)
    for lots in parts:
        left_cost -= closed_cost_units(left_cost, lots, left_lots)
        left_lots -= lots
    assert left_cost == 0


@given(money=st.integers(-5, 10**12), lot_cost=st.integers(1, 10**7), fee_ppm=st.integers(0, PPM))
def test_affordable_lots_is_the_largest_that_the_money_pays_for(money, lot_cost, fee_ppm):
    lots = affordable_lots(money, lot_cost, fee_ppm)

    def price_of(count: int) -> int:
        return count * lot_cost + fee_units(count * lot_cost, fee_ppm)

    assert lots == 0 or price_of(lots) <= money
    assert price_of(lots + 1) > money
