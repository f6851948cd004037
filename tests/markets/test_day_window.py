"""The figures of 24 hours against a search through all bars."""

from hypothesis import given
from hypothesis import strategies as st

from markets.board import DAY_NS, DayWindow
from markets.updates import Candle
from tests.markets.conftest import MINUTE_NS


@st.composite
def bar_lists(draw):
    minute, bars = 0, []
    for pause in draw(st.lists(st.one_of(st.integers(1, 30), st.integers(600, 1_500)), min_size=1, max_size=40)):
        minute += pause
        low = draw(st.integers(1, 50))
        open_ticks = low + draw(st.integers(0, 9))
        high = open_ticks + draw(st.integers(0, 9))
        bars.append(Candle(minute * MINUTE_NS, open_ticks, high, low, open_ticks, draw(st.integers(0, 100))))
    return bars


@given(bars=bar_lists(), elapsed=st.integers(0, 1_600))
def test_figures_equal_those_of_all_bars_of_the_day(bars, elapsed):
    window = DayWindow()
    for bar in bars:
        window.absorb(bar)
    now_ns = bars[-1].time_ns + elapsed * MINUTE_NS
    forming = Candle(now_ns, 25, 26, 24, 25, 7)
    figures = window.figures(now_ns, forming)
    within = [bar for bar in bars if bar.time_ns > now_ns - DAY_NS] + [forming]
    assert figures.open_ticks == within[0].open_ticks
    assert figures.high_ticks == max(bar.high_ticks for bar in within)
    assert figures.low_ticks == min(bar.low_ticks for bar in within)
    assert figures.volume_lots == sum(bar.volume_lots for bar in within)


def test_the_window_holds_a_day_and_no_more():
    window = DayWindow()
    for minute in range(10_000):
        window.absorb(Candle(minute * MINUTE_NS, 10, 10, 10, 10, 1))
    assert window.figures(9_999 * MINUTE_NS, Candle(0, 10, 10, 10, 10, 0)).volume_lots == 1_440
    assert len(window._bars) == 1_440
