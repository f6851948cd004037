"""The simulated source: the seed decides everything but the times."""

import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

import msgspec

from kit.clock import NS_PER_MS, NS_PER_SECOND
from markets.instruments import DEFAULT_INSTRUMENTS
from markets.sources.base import is_sound_bar
from markets.sources.simulated import MINUTE_NS, PROFILES, SimulatedSource

ROOT = Path(__file__).resolve().parents[2]
START_NS = 1_767_225_600 * NS_PER_SECOND

DIGEST = """
import asyncio, hashlib, itertools, msgspec
from markets.instruments import DEFAULT_INSTRUMENTS
from markets.sources.simulated import SimulatedSource
source = SimulatedSource(DEFAULT_INSTRUMENTS, start_ns=0, seed=7, history_minutes=50)
history = list(source.history())
steps = list(itertools.islice(asyncio.run(source.next_steps()), 2_000))
print(hashlib.sha256(msgspec.json.encode([history, steps])).hexdigest())
"""


def source(**kwargs):
    return SimulatedSource(DEFAULT_INSTRUMENTS, **{"start_ns": START_NS, "history_minutes": 60, **kwargs})


async def first(count, **kwargs):
    simulated = source(**kwargs)
    history = list(simulated.history())
    return history, list(islice(await simulated.next_steps(), count))


def without_time(steps):
    return [msgspec.structs.replace(step, update=msgspec.structs.replace(step.update, time_ns=0)) for step in steps]


def test_two_processes_with_different_hash_seeds_make_the_same_markets():
    path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4711")
    }
    assert len(digests) == 1
    assert len(digests.pop().strip()) == 64


async def test_the_start_moves_the_times_and_nothing_else():
    _, steps = await first(3_000)
    _, later = await first(3_000, start_ns=START_NS + 12_345_678 * NS_PER_MS)
    assert without_time(steps) == without_time(later)
    assert later[0].update.time_ns - steps[0].update.time_ns == 12_345_678 * NS_PER_MS


async def test_another_seed_makes_other_prices():
    _, steps = await first(50)
    _, others = await first(50, seed=2)
    assert [step.update.last_ticks for step in steps] != [step.update.last_ticks for step in others]


async def test_a_symbol_does_not_depend_on_the_others():
    _, all_steps = await first(500)
    alone = SimulatedSource(DEFAULT_INSTRUMENTS[:1], start_ns=START_NS, history_minutes=60)
    list(alone.history())
    alone_steps = list(islice(await alone.next_steps(), 100))
    among = [step.update.last_ticks for step in all_steps if step.update.symbol == "BTC-USDT"]
    assert [step.update.last_ticks for step in alone_steps] == among


async def test_every_symbol_has_a_price_after_the_first_round_and_ticks_four_times_a_second():
    _, steps = await first(5 * 4 * 10)
    assert {step.update.symbol for step in steps[:5]} == {profile.symbol for profile in PROFILES}
    assert {step.update.time_ns for step in steps[:5]} == {START_NS}
    assert steps[-1].update.time_ns - START_NS < 10 * NS_PER_SECOND
    times = [step.update.time_ns for step in steps]
    assert times == sorted(times)
    assert [step.ends_beat for step in steps[:10]] == [False, False, False, False, True] * 2


async def test_books_are_whole_and_bound_by_the_step():
    _, steps = await first(5_000)
    for step in steps:
        update = step.update
        levels = (*update.bids, *update.asks)
        assert all(update.low_ticks <= ticks <= update.high_ticks and lots >= 1 for ticks, lots in levels)
        assert all(ticks >= 1 for ticks, _ in levels)
        assert update.bids[0][0] < update.asks[0][0]
        assert update.bids[0][0] <= update.last_ticks <= update.asks[0][0]
        assert update.low_ticks <= update.from_ticks <= update.high_ticks
        assert step.volume_lots >= 1
        assert step.side in ("buy", "sell")


async def test_spreads_widen_and_sizes_thin_out_when_volatility_rises():
    simulated = source(history_minutes=0)
    by_minute = {}
    for step in islice(await simulated.next_steps(), 5 * 240 * 200):
        update = step.update
        if update.symbol == "BTC-USDT":
            minute = by_minute.setdefault(update.time_ns // MINUTE_NS, [])
            spread = update.asks[0][0] - update.bids[0][0]
            minute.append((abs(update.last_ticks - update.from_ticks), spread, update.bids[0][1]))
    figures = [[sum(column) / len(column) for column in zip(*minute, strict=True)] for minute in by_minute.values()]
    figures.sort(key=lambda figure: figure[0])
    calm, wild = figures[: len(figures) // 4], figures[-len(figures) // 4 :]
    assert sum(spread for _, spread, _ in wild) > 1.5 * sum(spread for _, spread, _ in calm)
    assert sum(size for _, _, size in wild) < 0.8 * sum(size for _, _, size in calm)


async def test_history_is_sound_bars_that_lead_up_to_the_first_step():
    history, steps = await first(5)
    for symbol in (profile.symbol for profile in PROFILES):
        bars = [past.candle for past in history if past.symbol == symbol]
        assert len(bars) == 60
        assert all(is_sound_bar(bar) for bar in bars)
        assert [bar.time_ns for bar in bars] == [START_NS - minute * MINUTE_NS for minute in range(60, 0, -1)]
        assert [bar.open_ticks for bar in bars[1:]] == [bar.close_ticks for bar in bars[:-1]]
        opening = next(step.update for step in steps if step.update.symbol == symbol)
        assert opening.from_ticks == bars[-1].close_ticks


async def test_prices_stay_near_where_they_began_for_a_month():
    simulated = source(history_minutes=30 * 1_440)
    for past in simulated.history():
        if past.symbol == "BTC-USDT":
            assert past.candle.low_ticks > 6_400_000 * 0.6
            assert past.candle.high_ticks < 6_400_000 * 1.6
