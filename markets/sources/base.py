"""What every price source is to the feed: a stream of steps in market time, and how one bar becomes steps.

A source knows nothing of wall time, speed or subscribers. It yields the same steps however fast they are taken.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from kit.clock import NS_PER_MS
from markets.books import ladder, ladder_sizes
from markets.updates import Candle, MarketUpdate
from quant.fills import NEARER_FIRST, bar_depth_lots, bar_spread_ticks, bar_step_lots, is_high_first


class Step(msgspec.Struct, frozen=True, gc=False):
    """One step of a market: the update, and what was printed with it at the update's last price.

    `is_stale` says that the source has lost the market's book: the update has no levels until it has it back. `is_quote`
    that its price is the middle of a quote, which counts for candles though nothing printed. `side` is the taker's.
    `ends_beat` marks the last step of a bar, a print, a quote or a round of the simulation: what the feed counts, and where
    a single-stepped feed stops.
    """

    update: MarketUpdate
    volume_lots: int
    side: str
    ends_beat: bool
    is_stale: bool = False
    is_quote: bool = False


class Past(msgspec.Struct, frozen=True, gc=False):
    """A bar before the source's first step, for charts and the 24-hour figures; it is never traded on."""

    symbol: str
    candle: Candle


class SourceFailed(Exception):
    """The source cannot go on; the text says why, for the operator."""


class Source(Protocol):
    """A price source, as the feed uses it."""

    @property
    def name(self) -> str:
        """`simulated`, `replay`: what answers show as their `source`."""
        ...

    @property
    def symbols(self) -> tuple[str, ...]:
        """What it feeds."""
        ...

    @property
    def dataset(self) -> str | None:
        """The data set it reads, if it does."""
        ...

    @property
    def start_ns(self) -> int:
        """Market time before the first step."""
        ...

    @property
    def bar_s(self) -> int:
        """Length of the bars that the steps are made of, which bounds the candles they can build; 0: single prints."""
        ...

    @property
    def total_beats(self) -> int | None:
        """How many beats there are; None where there is no end."""
        ...

    @property
    def longest_wait_ns(self) -> int:
        """Market time without a step beyond this is skipped rather than waited for: nights, weekends, holes in data."""
        ...

    def history(self) -> Iterable[Past]:
        """Bars before the start, oldest first for each symbol."""
        ...

    async def next_steps(self) -> Iterator[Step] | None:
        """The next steps in order of time, made as they are taken; None when there are no more.

        Raises SourceFailed.
        """
        ...


def bar_path(bar: Candle) -> tuple[int, ...]:
    """The prices a bar visits in order: the open, the nearer extreme (the low on a tie), the other one, the close.

    The data do not tell the order; nearer first is what back-testing platforms assume (TradingView's broker emulator,
    MetaTrader's OHLC model). A price that repeats its predecessor is left out.
    """
    if is_high_first(NEARER_FIRST, bar.open_ticks, bar.high_ticks, bar.low_ticks, True):
        middle = (bar.high_ticks, bar.low_ticks)
    else:
        middle = (bar.low_ticks, bar.high_ticks)
    path = [bar.open_ticks]
    for price_ticks in (*middle, bar.close_ticks):
        if price_ticks != path[-1]:
            path.append(price_ticks)
    return tuple(path)


def steps_of_bar(symbol: str, bar: Candle, length_ns: int, previous_close_ticks: int) -> Iterator[Step]:
    """The steps of one bar: its open as a jump, then moves along `bar_path`, spread over `length_ns`.

    The bar's volume is printed in equal parts, the rest with the last one; each step's ladder is clamped to the bar.
    """
    low_ticks, high_ticks = bar.low_ticks, bar.high_ticks
    path = bar_path(bar)
    spread_ticks = bar_spread_ticks(bar.open_ticks, low_ticks, high_ticks)
    sizes = ladder_sizes(bar_depth_lots(bar.volume_lots))
    quarter_ns, last_index = length_ns // 4, len(path) - 1
    from_ticks = path[0]
    side = "buy" if from_ticks >= previous_close_ticks else "sell"
    for index, price_ticks in enumerate(path):
        if index:
            side = "buy" if price_ticks > from_ticks else "sell"
        bids, asks = ladder(
            price_ticks,
            spread_ticks=spread_ticks,
            gap_ticks=spread_ticks,
            sizes=sizes,
            low_ticks=low_ticks,
            high_ticks=high_ticks,
        )
        is_last = index == last_index
        time_ns = bar.time_ns + index * quarter_ns
        if is_last and index:
            time_ns = bar.time_ns + max(index * quarter_ns, length_ns - NS_PER_MS)
        lots = bar_step_lots(bar.volume_lots, len(path), is_last)
        update = MarketUpdate(
            symbol, time_ns, from_ticks, price_ticks, low_ticks, high_ticks, bids, asks, False, lots, side
        )
        yield Step(update, lots, side, is_last)
        from_ticks = price_ticks


def is_sound_bar(bar: Candle) -> bool:
    """Whether a bar can be true: positive prices, low and high around open and close, no negative volume."""
    inner_low, inner_high = min(bar.open_ticks, bar.close_ticks), max(bar.open_ticks, bar.close_ticks)
    return 0 < bar.low_ticks <= inner_low and inner_high <= bar.high_ticks and bar.volume_lots >= 0
