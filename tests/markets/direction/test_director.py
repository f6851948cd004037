"""Whatever plays and whatever happens to it, the market stays a market."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.clock import NS_PER_SECOND
from kit.errors import Conflict, NotFound
from markets.direction.director import MAX_SCENARIOS
from markets.direction.scenarios import Scenario
from tests.markets.conftest import MINUTE_NS, START_NS, ListSource, make_bars
from tests.markets.direction.played import (
    SYMBOL,
    bars_source,
    play,
    scenario_lists,
    simulated_source,
    sound_bars,
    sources,
    trades_source,
)

FEW = settings(max_examples=60, deadline=None)


def scenario(kind, *, minute=3, minutes=2, **numbers):
    duration_ns = None if minutes is None else minutes * MINUTE_NS
    return Scenario(
        id=f"{kind}-{minute}",
        kind=kind,
        symbols=(SYMBOL,),
        start_ns=START_NS + minute * MINUTE_NS,
        duration_ns=duration_ns,
        **numbers,
    )


def check_update(update):
    """What every step of a market promises."""
    low, high = update.low_ticks, update.high_ticks
    assert 1 <= low <= min(update.from_ticks, update.last_ticks)
    assert max(update.from_ticks, update.last_ticks) <= high
    assert update.bids and update.asks
    for levels, sign in ((update.bids, -1), (update.asks, 1)):
        prices = [price for price, _ in levels]
        assert prices == sorted(set(prices), key=lambda price: sign * price), "best first, no price twice"
        assert all(low <= price <= high for price in prices)
        assert all(lots >= 1 for _, lots in levels)
    spread = update.asks[0][0] - update.bids[0][0]
    assert spread > 0 or (spread == 0 and low == high), "they touch only where the range is a single price"


@FEW
@given(sources, scenario_lists)
def test_prices_stay_positive_books_uncrossed_and_times_in_order(make_source, scenarios):
    played = play(make_source, scenarios)
    times = [update.time_ns for update in played.updates]
    assert times == sorted(times)
    for update in played.updates:
        check_update(update)


@FEW
@given(sound_bars(), scenario_lists)
def test_no_step_has_room_beyond_the_candle_that_its_bar_becomes(bars, scenarios):
    played = play(bars_source(bars), scenarios)
    candles = {candle.time_ns: candle for candle in played.candles}
    for update in played.updates:
        candle = candles[update.time_ns // MINUTE_NS * MINUTE_NS]
        assert candle.low_ticks <= update.low_ticks
        assert update.high_ticks <= candle.high_ticks


@FEW
@given(sources, scenario_lists)
def test_the_same_source_and_scenarios_give_the_same_steps_at_any_pace(make_source, scenarios):
    played = play(make_source, scenarios)
    again = play(make_source, scenarios, at_once=False)
    assert (played.updates, played.candles) == (again.updates, again.candles)


@FEW
@given(sound_bars(), scenario_lists, st.integers(1, 11))
def test_bars_that_begin_in_the_middle_of_scenarios_go_on_as_if_played_from_the_start(bars, scenarios, minute):
    begin_ns = START_NS + minute * MINUTE_NS
    rest = [update for update in play(bars_source(bars), scenarios).updates if update.time_ns >= begin_ns]
    assert play(bars_source(bars[minute:]), scenarios).updates == rest


@FEW
@given(sources)
def test_without_a_scenario_nothing_is_changed(make_source):
    far = Scenario(id="far", kind="gap", symbols=(SYMBOL,), start_ns=START_NS + 10**17, duration_ns=None, percent=-50.0)
    assert play(make_source, [far]).updates == play(make_source).updates


def test_a_crash_on_bars_takes_the_whole_bar_down_with_it():
    bars = make_bars(8)
    played = play(bars_source(bars), [scenario("crash", percent=50.0)])
    assert played.candles[:3] == bars[:3]
    assert played.candles[6].close_ticks == round(bars[6].close_ticks * 0.5)
    assert played.candles[4].low_ticks < played.candles[3].low_ticks
    assert played.state.scenarios[0].status(played.state.time_ns) == "lasting"


def test_a_recovered_crash_leaves_no_trace():
    bars = make_bars(9)
    fall = scenario("crash", percent=50.0, recovery_ns=2 * MINUTE_NS, recovery_percent=100.0)
    played = play(bars_source(bars), [fall])
    assert played.candles[5].low_ticks < bars[5].low_ticks
    assert played.candles[7:] == bars[7:]


def test_a_gap_is_a_jump_that_no_price_lies_within():
    played = play(
        trades_source([(START_NS + n * MINUTE_NS, 10_000, 5) for n in range(6)]),
        [scenario("gap", minutes=None, percent=-10.0)],
    )
    gap = played.updates[3]
    assert (gap.from_ticks, gap.last_ticks) == (9_000, 9_000)
    assert [update.last_ticks for update in played.updates] == [10_000] * 3 + [9_000] * 3


def test_a_falling_price_of_prints_is_a_move_through_what_lies_between():
    played = play(simulated_source(1), [scenario("crash", minute=0, minutes=1, percent=50.0)])
    for before, after in zip(played.updates[1:200], played.updates[2:201], strict=True):
        assert after.from_ticks == before.last_ticks


def test_a_spread_is_as_much_wider_as_it_says_and_a_book_as_much_thinner():
    plain = play(simulated_source(1)).updates
    wide = play(simulated_source(1), [scenario("spread", minute=0, times=20.0)]).updates
    thin = play(simulated_source(1), [scenario("thin_book", minute=0, percent=90.0)]).updates
    for before, after in zip(plain[1:], wide[1:], strict=True):
        spread, plain_spread = after.asks[0][0] - after.bids[0][0], before.asks[0][0] - before.bids[0][0]
        assert 14 * plain_spread <= spread <= 20 * plain_spread + 2, "at most as asked, and the rounding of both sides"
        assert after.last_ticks == before.last_ticks
    for before, after in zip(plain[1:], thin[1:], strict=True):
        left = sum(lots for _, lots in after.bids) / sum(lots for _, lots in before.bids)
        assert left <= 0.4
        assert [price for price, _ in after.bids] == [price for price, _ in before.bids][: len(after.bids)]


def test_the_thinnest_book_has_a_lot_at_the_touch():
    plain = play(simulated_source(1)).updates[1]
    thin = play(simulated_source(1), [scenario("thin_book", minute=0, percent=100.0)]).updates[1]
    assert thin.bids[0][0] == plain.bids[0][0] and thin.asks[0][0] == plain.asks[0][0]
    first = play(bars_source(make_bars(2)), [scenario("thin_book", minute=0, percent=99.9)]).updates[0]
    assert (first.bids[0][1], first.asks[0][1]) == (1, 1)


def test_a_halt_that_begins_within_a_bar_waits_for_the_next_one():
    bars = make_bars(8)
    midway = msgspec.structs.replace(scenario("halt"), start_ns=START_NS + 3 * MINUTE_NS + 5 * NS_PER_SECOND)
    assert play(bars_source(bars), [midway]).candles == bars[:4] + bars[6:]


def test_a_halt_leaves_a_hole_in_the_candles_and_ends_with_a_jump():
    bars = make_bars(8)
    played = play(bars_source(bars), [scenario("halt")])
    assert played.candles == bars[:3] + bars[5:]
    assert played.halted == [SYMBOL]
    reopened = next(update for update in played.updates if update.time_ns >= START_NS + 5 * MINUTE_NS)
    assert reopened.from_ticks == reopened.last_ticks == bars[5].open_ticks
    assert played.state.beat == 8, "the market's clock went on"


def test_scenarios_that_overlap_multiply():
    crashes = [scenario("crash", minute=minute, minutes=1, percent=50.0) for minute in (1, 2)]
    rows = [(START_NS + minute * MINUTE_NS, 10_000, 5) for minute in range(6)]
    assert play(trades_source(rows), crashes).updates[-1].last_ticks == 2_500


async def test_a_halt_now_holds_before_the_next_step_and_says_so(bench):
    await bench.feed.switch(simulated_source(1)(), speed=1, is_paused=True)
    await bench.feed.step(2)
    bench.feed.add_scenario(halt_at(bench.feed.next_moment_ns))
    market = bench.board.get(SYMBOL)
    assert (market.is_halted, market.scenarios, bench.halted) == (True, ("halt",), [SYMBOL])
    await bench.feed.step(1)
    assert len(bench.updates) == 2 and bench.feed.state().beat == 3


def halt_at(start_ns):
    return Scenario(id="now", kind="halt", symbols=(SYMBOL,), start_ns=start_ns, duration_ns=30 * NS_PER_SECOND)


async def test_what_begins_within_a_bar_waits_for_the_next_one(bench):
    bars = make_bars(4)
    await bench.feed.switch(ListSource(bars), speed=1, is_paused=False)
    assert len(bench.updates) == 1, "the bar is under way"
    assert bench.feed.next_moment_ns == START_NS + MINUTE_NS
    bench.feed.set_pace(speed=1, is_paused=True)
    bench.feed.add_scenario(halt_at(bench.feed.next_moment_ns))
    await bench.feed.step(1)
    assert len(bench.updates) == 4


async def test_an_early_end_brings_the_sources_price_back_by_a_jump(bench):
    rows = [(START_NS + n * MINUTE_NS, 10_000, 5) for n in range(6)]
    await bench.feed.switch(trades_source(rows)(), speed=1, is_paused=True)
    await bench.feed.step(1)
    bench.feed.add_scenario(scenario("gap", minute=1, minutes=None, percent=-10.0))
    await bench.feed.step(2)
    ended = bench.feed.end_scenario("gap-1")
    await bench.feed.step(1)
    assert [update.last_ticks for update in bench.updates] == [10_000, 9_000, 9_000, 10_000]
    assert bench.updates[-1].from_ticks == 10_000, "a jump"
    assert ended.status(bench.feed.market_time_ns) == "ended"
    assert bench.board.get(SYMBOL).scenarios == ()
    with pytest.raises(Conflict) as refused:
        bench.feed.end_scenario("gap-1")
    assert refused.value.code == "SCENARIO_ENDED"
    with pytest.raises(NotFound):
        bench.feed.end_scenario("no such")


async def test_listeners_of_the_state_hear_of_what_begins_and_ends(bench):
    heard = []
    bench.feed.on_state(lambda: heard.append(bench.feed.state()))
    await bench.feed.switch(ListSource(make_bars(8)), speed=1, is_paused=True)
    bench.feed.add_scenario(scenario("halt"))
    assert [one.id for one in heard[-1].scenarios] == ["halt-3"]
    before = len(heard)
    await bench.feed.step(4)
    assert len(heard) > before
    assert bench.hub.on(f"ticker:{SYMBOL}")[-1].scenarios == ("halt",)
    await bench.feed.step(4)
    assert bench.hub.on(f"ticker:{SYMBOL}")[-1].scenarios == ()


async def test_another_source_ends_the_scenarios_and_a_seek_keeps_them(bench):
    await bench.feed.switch(ListSource(make_bars(8)), speed=1, is_paused=True)
    bench.feed.add_scenario(scenario("halt"))
    await bench.feed.switch(ListSource(make_bars(8)), speed=1, is_paused=True, keeps_scenarios=True)
    assert [one.id for one in bench.feed.state().scenarios] == ["halt-3"]
    await bench.feed.switch(ListSource(make_bars(8)), speed=1, is_paused=True)
    assert bench.feed.state().scenarios == ()


async def test_there_is_a_limit_and_ended_ones_make_room(bench):
    await bench.feed.switch(ListSource(make_bars(8)), speed=1, is_paused=True)
    for number in range(MAX_SCENARIOS):
        bench.feed.add_scenario(scenario("halt", minute=number))
    with pytest.raises(Conflict) as refused:
        bench.feed.add_scenario(scenario("crash", percent=5.0))
    assert refused.value.code == "TOO_MANY_SCENARIOS"
    await bench.feed.step(4)
    bench.feed.add_scenario(scenario("crash", percent=5.0))
    assert len(bench.feed.state().scenarios) == MAX_SCENARIOS


def test_a_feed_whose_scenarios_have_run_their_course_goes_on_as_if_there_were_none():
    rows = [(START_NS + n * MINUTE_NS, 10_000 + n, 5) for n in range(9)]
    plain = play(trades_source(rows)).updates
    played = play(trades_source(rows), [scenario("gap", minute=1, minutes=2, percent=50.0), scenario("halt", minute=5)])
    assert [update.last_ticks for update in played.updates] == [10_000, 15_002, 15_003, 10_003, 10_004, 10_007, 10_008]
    assert played.updates[-1] == plain[-1]
    assert played.is_idle
