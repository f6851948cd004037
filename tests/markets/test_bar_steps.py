"""How a bar becomes steps: nothing outside of it, everything it tells inside."""

from hypothesis import given
from hypothesis import strategies as st

from kit.clock import NS_PER_SECOND
from markets.candles import CandleSeries
from markets.sources.base import bar_path, is_sound_bar, steps_of_bar
from markets.updates import Candle

MINUTE_NS = 60 * NS_PER_SECOND


@st.composite
def bars(draw):
    """Any sound bar, flat ones included."""
    low = draw(st.integers(1, 10**9))
    prices = st.integers(low, low + draw(st.one_of(st.just(0), st.integers(0, 10), st.integers(0, 10**6))))
    open_ticks, high, close = draw(prices), draw(prices), draw(prices)
    high = max(open_ticks, high, close)
    bar = Candle(draw(st.integers(0, 10**6)) * MINUTE_NS, open_ticks, high, low, close, draw(st.integers(0, 10**12)))
    assert is_sound_bar(bar)
    return bar


@given(bar=bars(), previous=st.integers(0, 10**9))
def test_steps_visit_open_high_low_and_close_and_stay_within_the_bar(bar, previous):
    steps = list(steps_of_bar("A-B", bar, MINUTE_NS, previous))
    updates = [step.update for step in steps]
    prices = [update.last_ticks for update in updates]
    assert prices[0] == bar.open_ticks
    assert prices[-1] == bar.close_ticks
    assert (min(prices), max(prices)) == (bar.low_ticks, bar.high_ticks)
    assert updates[0].from_ticks == bar.open_ticks, "the open is a jump"
    assert [update.from_ticks for update in updates[1:]] == prices[:-1], "the rest are moves"
    for update in updates:
        assert (update.low_ticks, update.high_ticks) == (bar.low_ticks, bar.high_ticks)
        assert all(bar.low_ticks <= ticks <= bar.high_ticks for ticks, _ in (*update.bids, *update.asks))
        assert update.bids[0][0] <= update.last_ticks <= update.asks[0][0]
    times = [update.time_ns for update in updates]
    assert times == sorted(times)
    assert bar.time_ns <= times[0]
    assert times[-1] < bar.time_ns + MINUTE_NS
    assert sum(step.volume_lots for step in steps) == bar.volume_lots
    assert [step.ends_beat for step in steps] == [False] * (len(steps) - 1) + [True]


@given(bar=bars())
def test_the_candle_of_its_steps_is_the_bar_itself(bar):
    series = CandleSeries()
    for step in steps_of_bar("A-B", bar, MINUTE_NS, 0):
        series.add(step.update.time_ns, step.update.last_ticks, step.volume_lots)
    assert series.forming("1m") == bar


def test_the_nearer_extreme_comes_first_and_the_low_on_a_tie():
    assert bar_path(Candle(0, 100, 103, 90, 95, 1)) == (100, 103, 90, 95)
    assert bar_path(Candle(0, 100, 110, 97, 105, 1)) == (100, 97, 110, 105)
    assert bar_path(Candle(0, 100, 105, 95, 100, 1)) == (100, 95, 105, 100)


def test_repeated_prices_are_one_step():
    assert bar_path(Candle(0, 100, 100, 100, 100, 1)) == (100,)
    assert bar_path(Candle(0, 100, 110, 100, 110, 1)) == (100, 110)


def test_a_flat_bar_has_one_level_a_side_at_its_price():
    (step,) = steps_of_bar("A-B", Candle(0, 100, 100, 100, 100, 50), MINUTE_NS, 90)
    assert step.update.bids == ((100, 10),), "a fifth of the bar's volume"
    assert step.update.asks == ((100, 10),)
    assert step.side == "buy", "it opened above the close before it"


def test_unsound_bars_are_told_apart():
    assert not is_sound_bar(Candle(0, 100, 99, 90, 95, 1))
    assert not is_sound_bar(Candle(0, 100, 110, 101, 105, 1))
    assert not is_sound_bar(Candle(0, 0, 0, 0, 0, 1))
    assert not is_sound_bar(Candle(0, 100, 110, 90, 95, -1))
