"""A backtest keeps up with a loop that somebody would write by hand for one strategy: a ratio, never seconds."""

import time
from collections.abc import Callable

import numba
import numpy as np

from analytics.backtests.engine import layout
from analytics.backtests.engine.bars import Bars, align
from analytics.backtests.engine.layout import Run
from analytics.backtests.engine.preparing import Measures, Signals, events_of, settings_of
from analytics.backtests.engine.walking import walk_nb
from tests.analytics.backtests.stage import COIN, MINUTE_NS, spec_of

BARS = 200_000
ROUNDS = 9
LEAST_RATIO = 0.6


@numba.njit
def by_hand(opens, closes, fast, slow, quantity, fee):
    """Long while the fast average of closes is above the slow one; the money at the end, and how often it traded."""
    fast_sum = slow_sum = 0.0
    cash, held, wanted, was_above, trades = 100_000.0, 0.0, 0, False, 0
    for bar in range(len(closes)):
        if wanted == 1 and held == 0.0:
            held = quantity
            cash -= held * opens[bar] * (1.0 + fee)
            trades += 1
        elif wanted == -1 and held > 0.0:
            cash += held * opens[bar] * (1.0 - fee)
            held = 0.0
            trades += 1
        wanted = 0
        fast_sum += closes[bar]
        slow_sum += closes[bar]
        if bar >= fast:
            fast_sum -= closes[bar - fast]
        if bar >= slow:
            slow_sum -= closes[bar - slow]
        if bar >= slow - 1:
            is_above = fast_sum / fast > slow_sum / slow
            if is_above != was_above:
                wanted = 1 if is_above else -1
            was_above = is_above
    return cash, trades


def quickest(work: Callable[[], object]) -> float:
    """The shortest of some rounds in seconds: what others did to this machine meanwhile is left out."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def test_a_walk_takes_no_longer_than_a_loop_by_hand_over_its_ratio():
    chance = np.random.default_rng(3)
    closes = 10_000 + np.cumsum(chance.integers(-3, 4, BARS)).astype(np.int64)
    opens = np.append(closes[0], closes[:-1])
    high, low = np.maximum(opens, closes) + 1, np.minimum(opens, closes) - 1
    times = np.arange(BARS, dtype=np.int64) * MINUTE_NS
    bars = Bars(COIN, MINUTE_NS, times, opens, high, low, closes, np.full(BARS, 10))
    sums = np.cumsum(np.append(0, closes))
    above = np.full(BARS, False)
    above[49:] = (sums[50:] - sums[:-50]) / 50 < (sums[50:] - sums[30:-20]) / 20
    changes = np.append(False, above[1:] != above[:-1])
    panel, spec = align([bars]), spec_of(fees={"maker_bps": "10", "taker_bps": "10"})
    measures = Measures(panel)
    settings = settings_of(spec, panel, measures)
    signals = Signals(changes & above, changes & ~above)
    events = events_of(panel, [signals], at_close=False, delisted_after_bars=100)
    orders = np.empty((2 * len(events.rows) + 64, layout.ORDER_COLUMNS), np.int64)
    run = Run(panel.prices, panel.blocks, measures.array(), events.rows, settings, orders)
    cash, trades = by_hand(opens.astype(float), closes.astype(float), 20, 50, 1.0, 0.001)
    walked = walk_nb(run, events.first)[: settings[0, layout.ORDERS]]
    assert (walked[:, layout.FILLED_LOTS] > 0).sum() == trades > 1_000
    assert abs(settings[0, layout.CASH] / 1e8 - cash) < 0.01
    floats = opens.astype(float), closes.astype(float)
    hand_s = quickest(lambda: by_hand(*floats, 20, 50, 1.0, 0.001))
    walk_s = quickest(lambda: walk_nb(run, events.first))
    assert hand_s / walk_s >= LEAST_RATIO, f"{hand_s * 1e3:.2f} ms by hand, {walk_s * 1e3:.2f} ms by the engine"
