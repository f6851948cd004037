"""What stops and sizes of a strategy are measured with, over the bars of one symbol."""

from collections import deque
from typing import TYPE_CHECKING

import msgspec

from kit.clock import NS_PER_SECOND
from markets.instruments import Instrument
from markets.updates import INTERVALS, Candle
from quant.fills import PPM
from quant.strategies.distances import (
    NO_DISTANCE,
    UNKNOWN,
    AverageRange,
    DistancePlan,
    StepsOf,
    VolatilityShare,
    distance_plan,
)
from quant.strategies.sizing import SizePlan, size_plan
from trading.strategies.program_specs import Pairs, Vwap
from trading.strategies.records import StrategySpec

if TYPE_CHECKING:
    from markets.services import Candles  # workers measure without Django

DAY_S = 86_400
SETTLING_BARS = 18
"""How many times its window an average true range goes on depending on where it began (docs/expressions.md)."""


class Plans(msgspec.Struct, frozen=True):
    """A strategy's size and distances in the steps of one instrument."""

    size: SizePlan
    stop: DistancePlan = NO_DISTANCE
    target: DistancePlan = NO_DISTANCE
    trailing: DistancePlan = NO_DISTANCE
    day_bars: int = 0
    """How many bars a day has, where their volumes by the time of the day are asked for."""
    kept_closes: int = 0
    """How many closes a spread asks for."""

    @property
    def distances(self) -> tuple[DistancePlan, DistancePlan, DistancePlan]:
        """All three."""
        return self.stop, self.target, self.trailing

    @property
    def range_bars(self) -> frozenset[int]:
        """The windows of the average true ranges that are asked for."""
        return frozenset(each.bars for each in self.distances if each.multiple_ppm)

    @property
    def warm_up_bars(self) -> int:
        """How much history the measures ask for."""
        volatility = 0 if self.size.volatility is None else self.size.volatility.bars + 1
        return max([volatility, self.day_bars, self.kept_closes, *(SETTLING_BARS * bars for bars in self.range_bars)])


def plans_of(spec: StrategySpec, instrument: Instrument) -> Plans:
    """The plans of a strategy on a symbol; raises Invalid for what is no whole number of its ticks or lots."""
    ticks_of = StepsOf(instrument.symbol, instrument.tick.count_from_text)
    lots_of = StepsOf(instrument.symbol, instrument.lot.count_from_text)
    strategy = spec.strategy
    if isinstance(spec.program, Vwap):
        return Plans(SizePlan(), day_bars=max(DAY_S // INTERVALS[spec.interval], 1))
    if isinstance(spec.program, Pairs):
        return Plans(SizePlan(), kept_closes=spec.program.bars)
    return Plans(
        size_plan(strategy, lots_of, spec.leverage),
        distance_plan("strategy.stop", strategy.stop, ticks_of),
        distance_plan("strategy.target", strategy.target, ticks_of),
        distance_plan("strategy.trailing", strategy.trailing, ticks_of),
    )


class VolumeProfile:
    """The average volume of the bars at each time of the day, over all bars that were seen."""

    def __init__(self, day_bars: int) -> None:
        self._day_bars = day_bars
        self._interval_ns = DAY_S * NS_PER_SECOND // day_bars
        self._lots, self._days = [0] * day_bars, [0] * day_bars

    def add(self, candle: Candle) -> None:
        """Take in one bar."""
        slot = self._slot(candle.time_ns)
        self._lots[slot] += candle.volume_lots
        self._days[slot] += 1

    def expected(self, bar_ns: int) -> float:
        """What a bar that opens then may have, in lots: the average of its time, or of all bars where that is not known."""
        slot = self._slot(bar_ns)
        if self._days[slot]:
            return self._lots[slot] / self._days[slot]
        return sum(self._lots) / max(sum(self._days), 1)

    def _slot(self, time_ns: int) -> int:
        return time_ns // self._interval_ns % self._day_bars


class Measures:
    """The average true ranges, the volatility and the volumes that plans ask for, bar by bar."""

    def __init__(self, plans: Plans, leverage: int) -> None:
        self._ranges = {bars: AverageRange(bars) for bars in sorted(plans.range_bars)}
        volatility = plans.size.volatility
        self._volatility = None if volatility is None else VolatilityShare(volatility, leverage * PPM)
        self.closes: deque[tuple[int, int]] = deque(maxlen=plans.kept_closes)
        """When the last bars opened, and their closes in ticks; none unless they are asked for."""
        self.profile = VolumeProfile(plans.day_bars) if plans.day_bars else None

    def add(self, candle: Candle) -> None:
        """Take in one bar, in ticks."""
        for each in self._ranges.values():
            each.add(candle.high_ticks, candle.low_ticks, candle.close_ticks)
        if self._volatility is not None:
            self._volatility.add(candle.close_ticks)
        if self.profile is not None:
            self.profile.add(candle)
        self.closes.append((candle.time_ns, candle.close_ticks))

    def distance_ticks(self, plan: DistancePlan, price_ticks: int) -> int:
        """A distance at a price; 0 for none, `UNKNOWN` while it cannot be known."""
        return plan.ticks_from(price_ticks, self._ranges[plan.bars].range_ppm if plan.multiple_ppm else 0)

    @property
    def volatility_ppm(self) -> int:
        """The share of equity of the volatility target; `UNKNOWN` while it cannot be known."""
        return UNKNOWN if self._volatility is None else self._volatility.share_ppm


def candles_in_ticks(history: "Candles", instrument: Instrument) -> list[Candle]:
    """Candles of research as whole ticks and lots."""
    tick, lot = float(str(instrument.tick)), float(str(instrument.lot))
    rows = zip(history.time_ns, history.open, history.high, history.low, history.close, history.volume, strict=True)
    return [
        Candle(
            time_ns,
            round(opened / tick),
            round(high / tick),
            round(low / tick),
            round(close / tick),
            round(volume / lot),
        )
        for time_ns, opened, high, low, close, volume in rows
    ]
