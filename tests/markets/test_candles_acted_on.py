"""A feed whose candles somebody acts on stands still where one has closed, at any speed, until everybody has acted."""

import asyncio

from tests.markets.conftest import ListSource, make_bars
from tests.markets.test_feed import reach


async def test_no_step_is_taken_between_a_candle_that_is_acted_on_and_the_end_of_the_act(bench):
    bars, seen = make_bars(20), []
    waiting = []
    bench.feed.act_on_candles(lambda symbol, interval: interval == "5m")
    bench.feed.on_candle_closed(lambda symbol, interval, candle: interval == "5m" and waiting.append(candle))

    async def act():
        before = len(bench.updates)
        for _ in range(5):
            await asyncio.sleep(0)
        while waiting:
            seen.append((waiting.pop().time_ns, before, len(bench.updates), bench.updates[-1].last_ticks))

    bench.feed.flow_gate(lambda: act() if waiting else None)
    await bench.feed.switch(ListSource(bars, batch=64), speed=0, is_paused=False)
    await reach(lambda: bench.feed.state().status == "finished")
    assert len(seen) == 3, "the last candle closes with the source, and nothing is to be done any more"
    for number, (time_ns, before, after, last_ticks) in enumerate(seen):
        assert time_ns == bars[5 * number].time_ns
        assert before == after == 4 * 5 * (number + 1) + 1, "one step of the next bar, its open, and no more"
        assert last_ticks == bars[5 * (number + 1)].open_ticks


async def test_candles_that_nobody_acts_on_end_no_slice(bench):
    slices = []
    bench.feed.flow_gate(lambda: slices.append(len(bench.updates)))
    bench.feed.act_on_candles(lambda symbol, interval: False)
    await bench.feed.switch(ListSource(make_bars(20), batch=64), speed=0, is_paused=False)
    await reach(lambda: bench.feed.state().status == "finished")
    assert slices[0] == 80, "twenty bars of four steps fit into one slice"
