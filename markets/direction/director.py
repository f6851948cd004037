"""The director: changes the steps of whatever source plays by the scenarios that are on.

A step goes in as the source made it and comes out as the market is told: price, range and book moved together. Every
price of the result lies within its `low_ticks` and `high_ticks`. For bars that range stays within the candle which the
changed prices will make: the factor on the price is known ahead, so a step is given no more room than the bar will
surely visit. What begins or ends while a bar is under way therefore takes effect with the next one.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import msgspec

from kit.errors import Conflict, NotFound
from markets.direction.scenarios import Scenario, ScenarioKind, Track, track_of
from markets.sources.base import Step
from markets.updates import Level, MarketUpdate

MAX_SCENARIOS = 100
"""Kept at a time, ended ones included; the oldest ended ones make room."""

LEAST_FACTOR, GREATEST_FACTOR = 0.001, 1_000.0
"""However many scenarios overlap, a price is changed no further than this."""

PRICE_KINDS = ("crash", "gap")


class Playing(msgspec.Struct, frozen=True):
    """A scenario and its course."""

    scenario: Scenario
    track: Track


class Beat(msgspec.Struct, frozen=True):
    """The bar a step belongs to: from when to when, and whether the step is its first. None stands for single prints."""

    start_ns: int
    end_ns: int
    is_first: bool


class Change(msgspec.Struct, frozen=True):
    """What the scenarios do to one step."""

    factor: float
    least_factor: float
    greatest_factor: float
    times: float
    share: float

    @property
    def is_none(self) -> bool:
        """Whether it leaves everything as it is."""
        return self == UNCHANGED


UNCHANGED = Change(1.0, 1.0, 1.0, 1.0, 1.0)


@dataclass(slots=True)
class _Seen:
    """A symbol as its source had it at the last step, whatever became of that."""

    time_ns: int
    last_ticks: int
    was_halted: bool = False


class Director:
    """The scenarios of one feed. Everything happens on the feed's event loop."""

    def __init__(self) -> None:
        self._scenarios: dict[str, Scenario] = {}
        self._playing: dict[str, list[Playing]] = {}
        """By symbol, what may still change its steps."""
        self._seen: dict[str, _Seen] = {}
        self.is_idle = True
        """Whether there is nothing to do, so that steps need not be shown to it."""

    def list(self) -> list[Scenario]:
        """All scenarios that are kept, the newest first."""
        return list(reversed(self._scenarios.values()))

    def get(self, scenario_id: str) -> Scenario:
        """One scenario; raises NotFound."""
        if scenario_id not in self._scenarios:
            raise NotFound(f"There is no scenario {scenario_id!r}.")
        return self._scenarios[scenario_id]

    def add(self, scenario: Scenario, *, now_ns: int) -> None:
        """Put a scenario on; raises Conflict TOO_MANY_SCENARIOS."""
        if len(self._scenarios) >= MAX_SCENARIOS:
            ended = next((one.id for one in self._scenarios.values() if one.status(now_ns) == "ended"), None)
            if ended is None:
                raise Conflict(
                    f"There are {MAX_SCENARIOS} scenarios that have not ended; end one first.",
                    code="TOO_MANY_SCENARIOS",
                )
            del self._scenarios[ended]
        self._scenarios[scenario.id] = scenario
        self._arrange()

    def end(self, scenario_id: str, *, at_ns: int) -> Scenario:
        """End a scenario early; raises NotFound, or Conflict SCENARIO_ENDED."""
        scenario = self.get(scenario_id)
        if scenario.ended_ns is not None or scenario.status(at_ns) == "ended":
            raise Conflict("The scenario has ended already.", code="SCENARIO_ENDED")
        ended = self._scenarios[scenario_id] = msgspec.structs.replace(scenario, ended_ns=at_ns)
        self._arrange()
        return ended

    def begin_run(self, *, keeps_scenarios: bool) -> None:
        """Another run begins: forget what was seen of the last one and, unless they are kept, its scenarios."""
        self._seen.clear()
        if not keeps_scenarios:
            self._scenarios.clear()
        self._arrange()

    def kinds_on(self, symbol: str, time_ns: int) -> tuple[ScenarioKind, ...]:
        """What is on for a symbol at a moment, lasting changes of its price included; no kind twice."""
        states = ((playing.scenario.kind, playing.scenario.status(time_ns)) for playing in self._of(symbol))
        return tuple(dict.fromkeys(kind for kind, status in states if status in ("active", "lasting")))

    def is_halted(self, symbol: str, time_ns: int) -> bool:
        """Whether the symbol is not traded at a moment."""
        return any(one.scenario.kind == "halt" and one.track.at(time_ns) for one in self._of(symbol))

    def source_ticks(self, symbol: str, shown_ticks: int) -> int:
        """The source's own last price of a symbol whose market shows `shown_ticks`."""
        seen = self._seen.get(symbol)
        return seen.last_ticks if seen else shown_ticks

    def direct(self, step: Step, before: MarketUpdate | None, beat: Beat | None) -> Step | None:
        """The step as the market takes it; None while the symbol is halted. `before` is what the market had last."""
        update = step.update
        symbol, time_ns = update.symbol, update.time_ns
        if not self._of(symbol):
            return step
        seen = self._seen.get(symbol)
        if seen is None and before is not None:
            seen = _Seen(before.time_ns, before.last_ticks)
        # A bar is halted as a whole: without the steps between, its others would promise prices that it never came to.
        is_halted = self.is_halted(symbol, beat.start_ns if beat is not None else time_ns)
        self._seen[symbol] = _Seen(time_ns, update.last_ticks, is_halted)
        if is_halted:
            return None
        change = self._change(symbol, time_ns, beat)
        jumps = seen is not None and (seen.was_halted or self._jumps(symbol, seen.time_ns, time_ns))
        last_ticks = scaled(update.last_ticks, change.factor)
        if jumps or (beat is not None and beat.is_first):
            from_ticks = last_ticks
        elif before is not None and seen is not None and seen.last_ticks == update.from_ticks:
            from_ticks = before.last_ticks
        else:
            from_ticks = scaled(update.from_ticks, change.factor)
        # What ended within a bar bounds the rest of it: it may have kept the bar from its own high or low.
        self._forget_spent(symbol, time_ns if beat is None else beat.start_ns)
        if change.is_none and from_ticks == update.from_ticks:
            return step
        return changed_step(step, change, from_ticks, last_ticks, is_bar=beat is not None)

    def _change(self, symbol: str, time_ns: int, beat: Beat | None) -> Change:
        """What all scenarios together do at a moment."""
        factor = least = greatest = times = share = 1.0
        for playing in self._of(symbol):
            kind, track = playing.scenario.kind, playing.track
            if kind in PRICE_KINDS:
                factor *= track.at(time_ns)
                if beat is not None:
                    low, high = track.bounds(beat.start_ns, beat.end_ns)
                    least, greatest = least * low, greatest * high
            elif kind == "spread":
                times *= track.at(time_ns)
            elif kind == "thin_book":
                share *= track.at(time_ns)
        if beat is None:
            least = greatest = factor
        return Change(_bounded(factor), _bounded(least), _bounded(greatest), times, share)

    def _jumps(self, symbol: str, after_ns: int, to_ns: int) -> bool:
        return any(
            playing.scenario.kind in PRICE_KINDS and playing.track.jumps_within(after_ns, to_ns)
            for playing in self._of(symbol)
        )

    def _of(self, symbol: str) -> Sequence[Playing]:
        return self._playing.get(symbol, ())

    def _forget_spent(self, symbol: str, time_ns: int) -> None:
        """Leave out what will never change a step of the symbol again."""
        playing = self._of(symbol)
        left = [one for one in playing if not one.track.is_spent(time_ns)]
        if len(left) == len(playing):
            return
        self._playing[symbol] = left
        if not left:
            # From here on the market shows what the source says, so what was seen need not be remembered.
            del self._seen[symbol]
            self._note_idleness()

    def _arrange(self) -> None:
        """Sort the scenarios by symbol."""
        self._playing = {}
        for scenario in self._scenarios.values():
            playing = Playing(scenario, track_of(scenario))
            for symbol in scenario.symbols:
                self._playing.setdefault(symbol, []).append(playing)
        self._note_idleness()

    def _note_idleness(self) -> None:
        self.is_idle = not any(self._playing.values())


def _bounded(factor: float) -> float:
    return min(max(factor, LEAST_FACTOR), GREATEST_FACTOR)


def scaled(price_ticks: int, factor: float) -> int:
    """A price times a factor, to the nearest tick, at least one."""
    return price_ticks if factor == 1.0 else max(1, round(price_ticks * factor))


def changed_step(step: Step, change: Change, from_ticks: int, last_ticks: int, *, is_bar: bool) -> Step:
    """A step moved to other prices, its book widened and thinned, all of it within its new range."""
    update = step.update
    low_ticks = min(from_ticks, last_ticks, scaled(update.low_ticks, change.greatest_factor))
    high_ticks = max(from_ticks, last_ticks, scaled(update.high_ticks, change.least_factor))
    bids, asks = _widened(_moved(update.bids, change.factor), _moved(update.asks, change.factor), change.times)
    if not is_bar:
        # A print has no bar to stay in: its range is as wide as its book.
        low_ticks = min([low_ticks, *(max(1, price) for price, _ in bids[-1:])])
        high_ticks = max([high_ticks, *(price for price, _ in asks[-1:])])
        if bids and asks and asks[0][0] <= bids[0][0]:
            high_ticks = max(high_ticks, bids[0][0] + 1)
    bids, asks = _arranged(bids, asks, low_ticks, high_ticks)
    side = step.side if from_ticks == last_ticks else "buy" if last_ticks > from_ticks else "sell"
    moved = msgspec.structs.replace(
        update,
        from_ticks=from_ticks,
        last_ticks=last_ticks,
        low_ticks=low_ticks,
        high_ticks=high_ticks,
        bids=_thinned(bids, change.share),
        asks=_thinned(asks, change.share),
        trade_side=side if update.traded_lots else "",
    )
    return msgspec.structs.replace(step, update=moved, side=side)


Levels = list[Level]


def _moved(levels: Sequence[Level], factor: float) -> Levels:
    return [(scaled(price_ticks, factor), lots) for price_ticks, lots in levels]


def _widened(bids: Levels, asks: Levels, times: float) -> tuple[Levels, Levels]:
    """Every level `times` as far from the middle; a book with one side alone has no middle and stays as it is."""
    if times == 1.0 or not bids or not asks:
        return bids, asks
    doubled_middle = bids[0][0] + asks[0][0]
    return (
        [(math.floor((doubled_middle - (doubled_middle - 2 * price) * times) / 2), lots) for price, lots in bids],
        [(math.ceil((doubled_middle + (2 * price - doubled_middle) * times) / 2), lots) for price, lots in asks],
    )


def _arranged(bids: Levels, asks: Levels, low_ticks: int, high_ticks: int) -> tuple[Levels, Levels]:
    """Both sides within the range and apart: rounding may have brought them together, and clamping too."""
    if bids and asks:
        best_ask_ticks = min(max(asks[0][0], low_ticks), high_ticks)
        if min(max(bids[0][0], low_ticks), high_ticks) >= best_ask_ticks:
            if best_ask_ticks > low_ticks:
                bids = [(min(price, best_ask_ticks - 1), lots) for price, lots in bids]
            elif high_ticks > low_ticks:
                asks = [(max(price, low_ticks + 1), lots) for price, lots in asks]
    return list(_clamped(bids, low_ticks, high_ticks)), list(_clamped(asks, low_ticks, high_ticks))


def _clamped(levels: Levels, low_ticks: int, high_ticks: int) -> Iterator[Level]:
    """Levels within the range; those that come to lie on one price are one level."""
    inside = ((min(max(price, low_ticks), high_ticks), lots) for price, lots in levels)
    for price_ticks, same in groupby(inside, key=itemgetter(0)):
        yield price_ticks, sum(lots for _, lots in same)


def _thinned(levels: Levels, share: float) -> tuple[Level, ...]:
    """What is left of each level; the best one keeps a lot."""
    if share == 1.0 or not levels:
        return tuple(levels)
    left = [(price_ticks, int(lots * share)) for price_ticks, lots in levels]
    left[0] = (left[0][0], max(1, left[0][1]))
    return tuple(level for level in left if level[1])
