"""The fill rules, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quant import fills
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


# ---- what policies add

amounts = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("rule", "arguments", "expected"),
    [
        (fills.percent_slippage_ticks, (6_400_000, 100), 640),
        (fills.percent_slippage_ticks, (6_400_001, 100), 641),
        (fills.volume_share_slippage_ticks, (10_000, 50, 100, 100_000), 250),
        (fills.volume_share_slippage_ticks, (10_000, 500, 100, 100_000), 1_000),
        (fills.volume_share_slippage_ticks, (10_000, 50, 0, 100_000), 0),
        (fills.root_impact_slippage_ticks, (10_000, 25, 100, 10_000), 50),
        (fills.root_impact_slippage_ticks, (10_000, 100, 100, 10_000), 100),
        (fills.slipped_price, (True, 100, 5, 110), 105),
        (fills.slipped_price, (True, 100, 50, 110), 110),
        (fills.slipped_price, (True, 100, 5, 90), 100),
        (fills.slipped_price, (False, 100, 5, 98), 98),
        (fills.protected_limit, (True, 10_000, 20_000), 10_200),
        (fills.protected_limit, (False, 10_000, 20_000), 9_800),
        (fills.protected_limit, (False, 1, 1_000_000), 1),
        (fills.left_of_level, (100, 60, 0, 1_000), 40),
        (fills.left_of_level, (100, 60, 500, 1_000), 70),
        (fills.left_of_level, (100, 60, 1_000, 1_000), 100),
        (fills.left_of_level, (100, 60, 0, 0), 100),
        (fills.volume_capped_lots, (80, 500, 10, 0), 50),
        (fills.volume_capped_lots, (80, 500, 10, 30), 20),
        (fills.volume_capped_lots, (80, 500, 10, 60), 0),
        (fills.volume_capped_lots, (80, 500, 0, 60), 80),
        (fills.queue_after_print, (100, 30), 70),
        (fills.queue_after_print, (100, 130), 0),
        (fills.filled_by_print, (100, 130, 50), 30),
        (fills.filled_by_print, (100, 190, 50), 50),
        (fills.filled_by_print, (100, 100, 50), 0),
        (fills.queue_after_change, (50, 100, 80, False), 50),
        (fills.queue_after_change, (50, 100, 80, True), 40),
        (fills.queue_after_change, (50, 100, 30, False), 30),
        (fills.queue_after_change, (50, 100, 500, True), 50),
        (fills.is_price_reached, (True, 100, 100, False), True),
        (fills.is_price_reached, (True, 100, 100, True), False),
        (fills.is_price_reached, (False, 100, 101, True), True),
        (fills.latency_us, (1_000, 0, 77), 1_000),
        (fills.latency_us, (1_000, 500, 2**32 - 1), 1_000),
        (fills.latency_us, (1_000, 500, 0), 6_000),
        (fills.is_high_first, (fills.NEARER_FIRST, 100, 104, 97, True), False),
        (fills.is_high_first, (fills.NEARER_FIRST, 100, 102, 97, True), True),
        (fills.is_high_first, (fills.HIGH_FIRST, 100, 104, 97, True), True),
        (fills.is_high_first, (fills.LOW_FIRST, 100, 102, 97, True), False),
        (fills.is_high_first, (fills.ADVERSE_FIRST, 100, 102, 97, True), False),
        (fills.is_high_first, (fills.ADVERSE_FIRST, 100, 104, 97, False), True),
    ],
)
def test_rule_by_hand(rule, arguments, expected):
    assert rule(*arguments) == expected


@given(value=st.integers(0, 10**18))
def test_root_is_the_largest_whole_number_whose_square_fits(value):
    root = fills.integer_root(value)
    assert root * root <= value < (root + 1) * (root + 1)


@given(ahead=amounts, before=amounts, after=amounts, printed=amounts, is_pro_rata=st.booleans())
def test_a_queue_never_grows_and_never_holds_more_than_its_level(ahead, before, after, printed, is_pro_rata):
    assert 0 <= fills.queue_after_print(ahead, printed) <= ahead
    assert 0 <= fills.queue_after_change(ahead, before, after, is_pro_rata) <= min(ahead, after)


@given(lots=st.integers(1, 10**12), share_draw=st.integers(0, 2**32 - 1))
def test_a_part_is_at_least_a_lot_and_at_most_all(lots, share_draw):
    assert 1 <= fills.partial_lots(lots, share_draw) <= lots


def test_draws_are_the_same_again_differ_by_what_they_are_for_and_spread_evenly():
    draws = [fills.draw(7, key, 1) for key in range(20_000)]
    assert draws == [fills.draw(7, key, 1) for key in range(20_000)]
    assert len(set(draws)) > 19_990
    assert abs(sum(draws) / len(draws) / 2**32 - 0.5) < 0.01
    assert sum(fills.is_drawn(each, 100_000) for each in draws) == pytest.approx(2_000, abs=150)
    assert fills.draw(7, 5, 1) != fills.draw(7, 5, 2) != fills.draw(8, 5, 1)


def test_latency_has_the_mean_it_is_given_and_an_end():
    taken = [fills.latency_us(0, 1_000, fills.draw(1, key, 2)) for key in range(20_000)]
    assert sum(taken) / len(taken) == pytest.approx(1_000, rel=0.06)
    assert max(taken) <= 10_000
    assert min(taken) >= 0
