"""The simulated source: seeded random markets that need no network and no data.

Prices, spreads, sizes and sides are a function of the seed and the number of the step alone: not of wall time, of the
speed they are taken at, or of the other symbols. Only the times follow the given start.

The model, each part as simple as it can be and still look like a market: log price is a random walk with a weak pull to
its starting level (half-life three days); its volatility is itself a slow random process (log-AR(1) by the minute, as in
Taylor 1986); volume follows a U over the simulated day and rises with volatility; spread and the gaps of the ladder widen
with volatility while its sizes thin out. One round of ticks, one tick a symbol, every 250 ms of market time.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from random import Random

import msgspec

from kit.clock import NS_PER_MS, NS_PER_SECOND
from kit.units import Step as UnitStep
from markets.books import ladder, ladder_sizes
from markets.instruments import Instrument
from markets.sources.base import Past, Step
from markets.updates import Candle, MarketUpdate

DEFAULT_SEED = 1
HISTORY_MINUTES = 1_500
"""A day and an hour of past bars: charts are not empty and the 24-hour figures cover 24 hours from the start."""

ROUND_NS = 250 * NS_PER_MS
ROUNDS_PER_MINUTE = 240
MINUTE_NS = 60 * NS_PER_SECOND
MINUTES_PER_YEAR = 525_600
MINUTES_PER_DAY = 1_440
PULL_PER_MINUTE = math.log(2) / (3 * MINUTES_PER_DAY)
VOLATILITY_PERSISTENCE = 0.97
VOLATILITY_SPREAD = 0.4
"""Standard deviation of the log of volatility over the long run."""

PRINT_SPREAD = 1.0
"""Standard deviation of the log of a print's size: many small ones, a few large."""


class Profile(msgspec.Struct, frozen=True):
    """What a simulated market is like on an average minute; prices and volumes in the instrument's own units."""

    symbol: str
    price: str
    annual_volatility: float
    spread_bps: float
    minute_volume: float


PROFILES = (
    Profile("BTC-USDT", "64000", 0.55, 0.10, 12.0),
    Profile("ETH-USDT", "3100", 0.70, 0.20, 180.0),
    Profile("SOL-USDT", "150", 0.90, 0.80, 3_000.0),
    Profile("AAPL-USD", "190", 0.28, 1.00, 30_000.0),
    Profile("EUR-USD", "1.085", 0.08, 0.50, 2_000_000.0),
)
"""The default universe at round figures of 2024 and 2025: levels, volatilities and volumes of the usual venues."""


class _Walk:
    """One symbol's random market: its state between ticks. All randomness comes from its own generator, in order."""

    def __init__(self, profile: Profile, instrument: Instrument, seed: int | str, last_ticks: int | None) -> None:
        self._instrument = instrument
        # A text seed is hashed by SHA-512, so it does not depend on PYTHONHASHSEED.
        self._random = Random(f"{seed}:{profile.symbol}")  # noqa: S311 (prices, not secrets)
        self._tick_value = _value_of(instrument.tick)
        self._anchor = self._log_price = math.log(float(profile.price) / self._tick_value)
        self._minute_deviation = profile.annual_volatility / math.sqrt(MINUTES_PER_YEAR)
        self._minute_lots = profile.minute_volume / _value_of(instrument.lot)
        self._spread_share = profile.spread_bps / 10_000
        self._minute = 0
        self._log_factor = 0.0
        self._factor = 1.0
        self._volume_lots = self._minute_lots
        self.last_ticks = last_ticks or 0
        if last_ticks:
            self._log_price = math.log(last_ticks)

    def begin_minute(self) -> None:
        """Let volatility and expected volume take their values for the next minute."""
        noise = math.sqrt(1 - VOLATILITY_PERSISTENCE**2) * VOLATILITY_SPREAD
        self._log_factor = VOLATILITY_PERSISTENCE * self._log_factor + self._random.gauss(0.0, noise)
        self._factor = math.exp(self._log_factor - VOLATILITY_SPREAD**2 / 2)
        day_share = self._minute % MINUTES_PER_DAY / MINUTES_PER_DAY
        self._volume_lots = self._minute_lots * (0.6 + 1.2 * (2 * day_share - 1) ** 2) * self._factor
        self._minute += 1

    def past_bar(self, time_ns: int) -> Candle:
        """One whole minute at once. The extremes are drawn exactly, as those of a Brownian bridge from open to close."""
        self.begin_minute()
        deviation = self._minute_deviation * self._factor
        start = self._log_price
        self._move(deviation, minutes=1.0)
        span, variance = self._log_price - start, deviation * deviation
        reach_up = math.sqrt(span * span - 2 * variance * math.log(1.0 - self._random.random()))
        reach_down = math.sqrt(span * span - 2 * variance * math.log(1.0 - self._random.random()))
        middle = (start + self._log_price) / 2
        open_ticks = self.last_ticks or _ticks(start)
        close_ticks = self.last_ticks = _ticks(self._log_price)
        high_ticks = max(open_ticks, close_ticks, _ticks(middle + reach_up / 2))
        low_ticks = min(open_ticks, close_ticks, _ticks(middle - reach_down / 2))
        volume_lots = max(1, round(self._volume_lots * self._random.lognormvariate(-0.08, 0.4)))
        return Candle(time_ns, open_ticks, high_ticks, low_ticks, close_ticks, volume_lots)

    def tick(self, time_ns: int, *, ends_beat: bool) -> Step:
        """The next step: a small move of the price, a print at it, and the book around it."""
        deviation = self._minute_deviation * self._factor / math.sqrt(ROUNDS_PER_MINUTE)
        self._move(deviation, minutes=1 / ROUNDS_PER_MINUTE)
        price_ticks = _ticks(self._log_price)
        from_ticks = self.last_ticks or price_ticks
        self.last_ticks = price_ticks
        print_lots = self._volume_lots / ROUNDS_PER_MINUTE
        volume_lots = max(1, round(print_lots * self._random.lognormvariate(-(PRINT_SPREAD**2) / 2, PRINT_SPREAD)))
        is_even = price_ticks == from_ticks
        is_buy = self._random.random() < 0.5 if is_even else price_ticks > from_ticks
        side = "buy" if is_buy else "sell"
        update = self._update(time_ns, from_ticks, price_ticks, volume_lots, side)
        return Step(update, volume_lots, side, ends_beat)

    def _move(self, deviation: float, *, minutes: float) -> None:
        pull = PULL_PER_MINUTE * minutes * (self._anchor - self._log_price)
        self._log_price += pull + self._random.gauss(0.0, deviation)

    def _update(self, time_ns: int, from_ticks: int, price_ticks: int, traded_lots: int, side: str) -> MarketUpdate:
        spread_ticks = max(1, round(price_ticks * self._spread_share * self._factor))
        depth_lots = self._minute_lots / 2 / max(self._factor, 0.25) * (0.75 + self._random.random() / 2)
        sizes = ladder_sizes(max(1, round(depth_lots)))
        bids, asks = ladder(
            price_ticks,
            spread_ticks=spread_ticks,
            gap_ticks=spread_ticks,
            sizes=sizes,
            low_ticks=1,
            high_ticks=price_ticks + spread_ticks * (len(sizes) + 1),
        )
        low_ticks = min(from_ticks, bids[-1][0])
        high_ticks = max(from_ticks, asks[-1][0])
        symbol = self._instrument.symbol
        return MarketUpdate(
            symbol, time_ns, from_ticks, price_ticks, low_ticks, high_ticks, bids, asks, False, traded_lots, side
        )


class SimulatedSource:
    """All simulated markets, ticking in turns. Endless."""

    name = "simulated"
    dataset = None
    bar_s = 0
    total_beats = None
    longest_wait_ns = MINUTE_NS

    def __init__(
        self,
        instruments: Sequence[Instrument],
        *,
        start_ns: int,
        seed: int | str = DEFAULT_SEED,
        profiles: Sequence[Profile] = PROFILES,
        history_minutes: int = HISTORY_MINUTES,
        last_ticks: Mapping[str, int] | None = None,
        past: Sequence[Past] = (),
    ) -> None:
        """`start_ns` is cut to the millisecond; profiles without an instrument are left out.

        `last_ticks` are prices to go on from, instead of those of the profiles; `past` is shown before the history.
        """
        by_symbol = {instrument.symbol: instrument for instrument in instruments}
        known = [profile for profile in profiles if profile.symbol in by_symbol]
        self.seed = seed
        self.start_ns = start_ns // NS_PER_MS * NS_PER_MS
        self.symbols = tuple(profile.symbol for profile in known)
        last_ticks = last_ticks or {}
        self._walks = [
            _Walk(profile, by_symbol[profile.symbol], seed, last_ticks.get(profile.symbol)) for profile in known
        ]
        self._past = past
        self._history_minutes = history_minutes
        self._steps = self._run()

    def history(self) -> Iterator[Past]:
        """The minutes before the start; to be taken once, before the steps, which go on from its last prices."""
        yield from self._past
        first_ns = self.start_ns // MINUTE_NS * MINUTE_NS - self._history_minutes * MINUTE_NS
        for walk, symbol in zip(self._walks, self.symbols, strict=True):
            for minute in range(self._history_minutes):
                yield Past(symbol, walk.past_bar(first_ns + minute * MINUTE_NS))

    async def next_steps(self) -> Iterator[Step]:
        """All steps there will ever be."""
        return self._steps

    def _run(self) -> Iterator[Step]:
        """Rounds for ever. In the first, all symbols tick at the start, so that each has a price at once."""
        last_index = len(self._walks) - 1
        spacing_ns = ROUND_NS // len(self._walks) if self._walks else 0
        round_number = 0
        while self._walks:
            if round_number % ROUNDS_PER_MINUTE == 0:
                for walk in self._walks:
                    walk.begin_minute()
            round_ns = self.start_ns + round_number * ROUND_NS
            for index, walk in enumerate(self._walks):
                time_ns = round_ns + index * spacing_ns if round_number else round_ns
                yield walk.tick(time_ns, ends_beat=index == last_index)
            round_number += 1


def _ticks(log_price: float) -> int:
    return max(1, round(math.exp(log_price)))


def _value_of(step: UnitStep) -> float:
    """A step's size as a number."""
    return float(step.units / 10**step.decimals)
