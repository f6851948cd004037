"""The feed: pace, pause, steps, switches and failures, on a clock that only moves when told."""

import asyncio

import pytest

from kit.errors import Conflict, Unavailable
from markets.paging import MAX_TIME_NS, Window
from tests.markets.conftest import MINUTE_NS, START_NS, ListSource, make_bars

DEADLINE_S = 10.0


async def reach(condition):
    """Let the loop run until `condition` holds; fails when it does not within the deadline."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110 (the feed has no event for each of its states)
            await asyncio.sleep(0)


def candles(bench, interval="1m", symbol="AAA-USD"):
    return bench.board.get(symbol).candles.read(interval, Window(0, MAX_TIME_NS, 100_000, True))


async def test_full_speed_plays_everything_and_rebuilds_the_bars_exactly(bench):
    bars = make_bars(500)
    await bench.feed.switch(ListSource(bars, batch=64), speed=0, is_paused=False)
    await reach(lambda: bench.feed.state().status == "finished")
    assert candles(bench) == bars
    state = bench.feed.state()
    assert (state.beat, state.total_beats) == (500, 500)
    assert state.time_ns == bench.updates[-1].time_ns
    assert [update.time_ns for update in bench.updates] == sorted(update.time_ns for update in bench.updates)


async def test_subscribers_hear_an_update_before_streams_do(bench):
    seen = []
    bench.feed.subscribe(lambda update: seen.append((len(bench.hub.published), update.time_ns)))
    await bench.feed.switch(ListSource(make_bars(1)), speed=0, is_paused=False)
    await reach(lambda: bench.feed.state().status == "finished")
    assert len(seen) == 4
    assert {published for published, _ in seen} == {0}
    assert bench.hub.on("ticker:AAA-USD")


async def test_speed_one_is_real_time(bench):
    await bench.feed.switch(ListSource(make_bars(3)), speed=1, is_paused=False)
    assert [update.last_ticks for update in bench.updates] == [10_000], "only the open is due at once"
    assert bench.feed.market_time_ns == START_NS
    bench.clock.advance_ns(14_900_000_000)
    bench.feed.set_pace(speed=1, is_paused=False)
    await asyncio.sleep(0)
    assert len(bench.updates) == 1, "the next step is due a quarter of a minute in"


@pytest.mark.parametrize(("speed", "elapsed_ns"), [(1, 120_000_000_000), (60, 2_000_000_000), (1_000, 120_000_000)])
async def test_n_times_the_speed_takes_an_nth_of_the_time(bench, speed, elapsed_ns):
    await bench.feed.switch(ListSource(make_bars(5), batch=10), speed=speed, is_paused=True)
    bench.clock.advance_ns(3_000_000_000_000)
    bench.feed.set_pace(speed=speed, is_paused=False)
    bench.clock.advance_ns(elapsed_ns)
    await reach(lambda: len(bench.updates) >= 9)
    assert bench.feed.state().beat == 2
    assert bench.feed.market_time_ns == START_NS + 2 * MINUTE_NS, "the third bar's open is due exactly now"


async def test_a_paused_feed_gives_no_prices_until_it_is_stepped(bench):
    await bench.feed.switch(ListSource(make_bars(10)), speed=1, is_paused=True)
    assert bench.updates == []
    assert bench.feed.state().status == "paused"
    assert await bench.feed.step(2) == 2
    assert len(bench.updates) == 8
    assert bench.feed.state().beat == 2
    assert candles(bench) == make_bars(2)
    assert bench.hub.on("ticker:AAA-USD"), "what was stepped is published by the time the step is answered"


async def test_steps_asked_for_together_all_happen(bench):
    await bench.feed.switch(ListSource(make_bars(10)), speed=1, is_paused=True)
    await asyncio.gather(bench.feed.step(2), bench.feed.step(3))
    assert bench.feed.state().beat == 5


async def test_steps_beyond_the_end_answer_with_what_there_was(bench):
    await bench.feed.switch(ListSource(make_bars(4)), speed=1, is_paused=True)
    assert await bench.feed.step(100) == 4
    assert bench.feed.state().status == "finished"
    with pytest.raises(Conflict) as refused:
        await bench.feed.step(1)
    assert refused.value.code == "FEED_NOT_RUNNING"


async def test_a_running_feed_is_not_stepped(bench):
    await bench.feed.switch(ListSource(make_bars(4)), speed=1, is_paused=False)
    with pytest.raises(Conflict) as refused:
        await bench.feed.step(1)
    assert refused.value.code == "FEED_NOT_PAUSED"


async def test_a_night_without_bars_is_not_waited_for(bench):
    morning = make_bars(2, start_ns=START_NS + 600 * MINUTE_NS)
    await bench.feed.switch(ListSource(make_bars(1) + morning), speed=1, is_paused=True)
    bench.feed.set_pace(speed=1, is_paused=False)
    bench.clock.advance_ns(2 * MINUTE_NS)
    await reach(lambda: len(bench.updates) >= 5)
    assert bench.feed.market_time_ns >= morning[0].time_ns


async def test_the_clock_of_the_market_is_that_of_its_last_step(bench):
    bench.clock.set_ns(START_NS + 999)
    assert bench.feed.market_time_ns == START_NS, "wall time, to the millisecond, while there is no source"
    await bench.feed.switch(ListSource(make_bars(2, start_ns=MINUTE_NS)), speed=1, is_paused=True)
    assert bench.feed.market_time_ns == MINUTE_NS
    await bench.feed.step(1)
    assert bench.feed.market_time_ns == bench.updates[-1].time_ns < 2 * MINUTE_NS


async def test_a_switch_closes_the_markets_of_the_source_before(bench):
    await bench.feed.switch(ListSource(make_bars(3)), speed=0, is_paused=False)
    await reach(lambda: bench.feed.state().status == "finished")
    last = bench.board.get("AAA-USD").last_update
    await bench.feed.switch(ListSource(make_bars(3), symbol="BBB-USD"), speed=0, is_paused=False)
    assert bench.closed == ["AAA-USD"]
    assert bench.board.get("AAA-USD").is_closed
    assert bench.board.get("AAA-USD").last_update == last
    assert not bench.board.get("BBB-USD").is_closed
    assert bench.hub.on("ticker:AAA-USD")[-1].stale


async def test_a_recording_that_was_played_to_its_end_is_stale_and_not_closed(bench):
    await bench.feed.switch(ListSource(make_bars(3)), speed=1, is_paused=True)
    await bench.feed.step(2)
    market = bench.board.get("AAA-USD")
    assert not market.is_stale
    bench.feed.set_pace(speed=0, is_paused=False)
    await reach(lambda: bench.feed.state().status == "finished")
    assert (market.is_stale, market.is_closed) == (True, False)
    assert bench.closed == [], "its last book stands, to trade on"
    assert bench.hub.on("ticker:AAA-USD")[-1].stale
    await bench.feed.switch(None, speed=1, is_paused=False)
    assert bench.closed == ["AAA-USD"]


async def test_a_symbol_fed_by_both_sources_is_closed_until_the_new_one_gives_a_price(bench):
    await bench.feed.switch(ListSource(make_bars(3)), speed=0, is_paused=False)
    await bench.feed.switch(ListSource(make_bars(3, price=500)), speed=1, is_paused=True)
    assert bench.closed == ["AAA-USD"]
    assert bench.board.get("AAA-USD").is_stale
    await bench.feed.step(1)
    assert not bench.board.get("AAA-USD").is_stale
    assert bench.updates[-1].last_ticks == 510
    assert candles(bench) == make_bars(1, price=500), "the old candles are gone with the old market"


async def test_a_source_that_fails_stops_the_feed_and_closes_its_markets(bench):
    await bench.feed.switch(ListSource(make_bars(3), fault="the file is torn"), speed=0, is_paused=False)
    await reach(lambda: bench.feed.state().status == "failed")
    assert bench.feed.state().error == "the file is torn"
    assert bench.closed == ["AAA-USD"]
    assert bench.board.get("AAA-USD").is_stale
    await bench.feed.switch(ListSource(make_bars(3)), speed=0, is_paused=False)
    await reach(lambda: bench.feed.state().status == "finished")
    assert bench.feed.state().error is None, "another source makes it whole again"


async def test_a_step_that_ends_in_a_failure_says_so(bench):
    await bench.feed.switch(ListSource(make_bars(3), fault="the file is torn"), speed=1, is_paused=True)
    with pytest.raises(Unavailable, match="the file is torn"):
        await bench.feed.step(10)


async def test_prices_that_go_back_in_time_are_a_failure_of_the_source(bench):
    await bench.feed.switch(ListSource(make_bars(2) + make_bars(1), batch=10), speed=0, is_paused=False)
    await reach(lambda: bench.feed.state().status == "failed")
    assert "out of order" in bench.feed.state().error


async def test_a_fault_of_a_subscriber_stops_the_feed_without_its_text(bench, caplog):
    def refuse(update):
        raise RuntimeError("secret")

    bench.feed.subscribe(refuse)
    await bench.feed.switch(ListSource(make_bars(2)), speed=0, is_paused=False)
    await reach(lambda: bench.feed.state().status == "failed")
    assert "RuntimeError" in bench.feed.state().error
    assert "secret" not in bench.feed.state().error
    assert "secret" in caplog.text, "the log has it"


async def test_the_feed_waits_at_its_gates(bench):
    gate, asked = asyncio.Event(), []

    def hold():
        asked.append(len(bench.updates))
        return gate.wait()

    bench.feed.flow_gate(lambda: None)
    bench.feed.flow_gate(hold)
    switching = asyncio.ensure_future(
        bench.feed.switch(ListSource(make_bars(2_000), batch=5_000), speed=0, is_paused=False)
    )
    await reach(lambda: asked)
    before = len(bench.updates)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(bench.updates) == before < 8_000
    gate.set()
    await switching
    await reach(lambda: bench.feed.state().status == "finished")
    assert len(bench.updates) == 8_000


async def test_a_full_speed_replay_lets_others_run(bench):
    turns = 0
    await bench.feed.switch(ListSource(make_bars(2_000), batch=5_000), speed=0, is_paused=False)
    while bench.feed.state().status == "running":
        turns += 1
        await asyncio.sleep(0)
    assert turns >= 10


async def test_history_fills_candles_and_day_figures_but_is_not_traded_on(bench):
    past = make_bars(30, start_ns=START_NS - 30 * MINUTE_NS, price=5_000)
    await bench.feed.switch(ListSource(make_bars(1), history=past), speed=1, is_paused=False)
    assert len(bench.updates) == 1
    assert candles(bench)[:30] == past
    assert bench.board.get("AAA-USD").day_figures().low_ticks == 4_960


async def test_the_rate_of_updates_is_known(bench):
    await bench.feed.switch(ListSource(make_bars(50), batch=50), speed=60, is_paused=False)
    for second in range(1, 4):
        bench.clock.advance_ns(1_000_000_000)
        bench.feed._run.wake.set()
        await reach(lambda wanted=4 * second + 1: len(bench.updates) >= wanted)
    assert bench.feed.state().updates_per_s == pytest.approx(4, abs=1)


async def test_its_load_is_the_share_of_the_time_that_its_updates_take(bench):
    bench.feed.subscribe(lambda update: bench.clock.advance_ns(50_000_000))
    await bench.feed.switch(ListSource(make_bars(50), batch=50), speed=60, is_paused=False)
    for second in range(1, 5):
        bench.clock.advance_ns(1_000_000_000)
        bench.feed._run.wake.set()
        await reach(lambda wanted=4 * second + 1: len(bench.updates) >= wanted)
    assert bench.feed.state().load == pytest.approx(0.2, abs=0.1)
    bench.clock.advance_ns(5_000_000_000)
    assert bench.feed.state().load == 0, "nothing came for a while"


async def test_a_caller_that_gives_up_a_switch_leaves_a_whole_feed(bench):
    await bench.feed.switch(ListSource(make_bars(3)), speed=1, is_paused=False)
    gate = asyncio.Event()
    bench.feed.flow_gate(gate.wait)
    switching = asyncio.ensure_future(
        bench.feed.switch(ListSource(make_bars(2), symbol="BBB-USD"), speed=0, is_paused=False)
    )
    await reach(lambda: bench.closed)
    switching.cancel()
    gate.set()
    await reach(lambda: bench.feed.state().status == "finished")
    assert candles(bench, symbol="BBB-USD") == make_bars(2)
    assert bench.board.get("AAA-USD").is_stale


async def test_closed_candles_are_told_of_in_order_each_once_and_history_is_not(bench):
    told = []
    bench.feed.on_candle_closed(lambda symbol, interval, candle: told.append((symbol, interval, candle)))
    past, bars = make_bars(5, start_ns=START_NS - 5 * MINUTE_NS), make_bars(7)
    await bench.feed.switch(ListSource(bars, history=past), speed=0, is_paused=False)
    await reach(lambda: bench.feed.state().status == "finished")
    assert [candle for _, interval, candle in told if interval == "1m"] == [past[-1], *bars]
    assert {symbol for symbol, _, _ in told} == {"AAA-USD"}
    hours = [candle.time_ns for _, interval, candle in told if interval == "1h"]
    assert hours == [START_NS - 60 * MINUTE_NS, START_NS]  # the forming ones close when the source ends
