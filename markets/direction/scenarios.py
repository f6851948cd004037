"""Scenarios: what can happen to a market on top of its source, as plain values and functions of market time.

A scenario does not know what came before: how it changes a price is a function of the time and its own seed alone. So the
same source with the same scenarios gives the same steps, at any speed, and also after a seek into their middle.
"""

from bisect import bisect_right
from collections.abc import Sequence
from random import Random
from typing import Literal

import msgspec

from kit.clock import NS_PER_SECOND
from kit.errors import Invalid

ScenarioKind = Literal["crash", "gap", "spread", "thin_book", "halt"]
ScenarioStatus = Literal["scheduled", "active", "lasting", "ended"]

KINDS: tuple[ScenarioKind, ...] = ("crash", "gap", "spread", "thin_book", "halt")

MAX_DURATION_S = 31 * 86_400
MAX_CRASH_PERCENT = 99.0
MAX_GAP_PERCENT = 1_000.0
MAX_TIMES = 1_000.0
"""Bounds that keep a price a price: a crash leaves a hundredth of it, a gap makes eleven times of it at most."""

KNOTS = 64
"""A crash is drawn through so many points; between two of them it is a straight line."""

RAGGEDNESS = 0.35
"""How far the points of a crash stray from the straight fall, as a share of the whole."""

FLICKER = 0.3
"""A wider spread and a thinner book breathe: at times they are this share milder."""


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """What happens, to which symbols, from `start_ns` of market time on.

    `duration_ns` is how long a crash falls and how long the others last; None for a gap that stays. `percent`: of a crash
    how far it falls, of a gap how far it jumps (signed), of a thin book how much of the depth is gone. `times`: how much
    wider the spread is. A crash wins `recovery_percent` of its fall back within `recovery_ns` after it.
    `ended_ns` is when somebody ended it early.
    """

    id: str
    kind: ScenarioKind
    symbols: tuple[str, ...]
    start_ns: int
    duration_ns: int | None
    percent: float | None = None
    times: float | None = None
    recovery_ns: int = 0
    recovery_percent: float = 0.0
    seed: int = 1
    ended_ns: int | None = None

    @property
    def end_ns(self) -> int | None:
        """When it has run its course; None for a gap that stays."""
        if self.ended_ns is not None:
            return self.ended_ns
        return None if self.duration_ns is None else self.start_ns + self.duration_ns + self.recovery_ns

    @property
    def leaves_a_mark(self) -> bool:
        """Whether the price stays changed when it has run its course, as after a crash that does not recover."""
        return self.kind == "crash" and self.recovery_percent < 100

    def status(self, now_ns: int) -> ScenarioStatus:
        """How it stands at a moment of market time. `lasting`: it is over, and the price stays changed."""
        if self.ended_ns is not None and self.ended_ns <= now_ns:
            return "ended"
        if now_ns < self.start_ns:
            return "scheduled"
        if self.end_ns is None:
            return "lasting"
        if now_ns < self.end_ns:
            return "active"
        return "lasting" if self.leaves_a_mark else "ended"


class Track:
    """A value over time: straight lines between points, jumps where two points share a time.

    Before the first point it is `neutral`, after the last one what that says.
    """

    __slots__ = ("_edges", "_times", "_values", "neutral")

    def __init__(self, neutral: float, points: Sequence[tuple[int, float]]) -> None:
        self.neutral = neutral
        self._times = [time_ns for time_ns, _ in points]
        self._values = [value for _, value in points]
        self._edges = [
            time_ns
            for index, (time_ns, value) in enumerate(points[1:], 1)
            if time_ns == self._times[index - 1] and value != self._values[index - 1]
        ]

    def at(self, time_ns: int) -> float:
        """The value at a moment; at a jump the one after it."""
        index = bisect_right(self._times, time_ns)
        if index == 0:
            return self.neutral
        value = self._values[index - 1]
        if index == len(self._times):
            return value
        begin_ns, end_ns = self._times[index - 1], self._times[index]
        return value + (self._values[index] - value) * ((time_ns - begin_ns) / (end_ns - begin_ns))

    def bounds(self, from_ns: int, to_ns: int) -> tuple[float, float]:
        """The least and the greatest value between two moments, both included."""
        inner = self._values[bisect_right(self._times, from_ns - 1) : bisect_right(self._times, to_ns)]
        values = [self.at(from_ns), *inner, self.at(to_ns)]
        return min(values), max(values)

    def jumps_within(self, after_ns: int, to_ns: int) -> bool:
        """Whether it jumps after the one moment and until the other."""
        return bisect_right(self._edges, after_ns) < bisect_right(self._edges, to_ns)

    def is_spent(self, time_ns: int) -> bool:
        """Whether it is neutral from before this moment on for ever."""
        return self._values[-1] == self.neutral and self._times[-1] < time_ns

    def cut(self, time_ns: int) -> "Track":
        """The same until `time_ns`, neutral from then on, by a jump."""
        kept = [(when, value) for when, value in zip(self._times, self._values, strict=True) if when < time_ns]
        last = self.at(time_ns - 1)
        return Track(self.neutral, [*kept, (time_ns, last), (time_ns, self.neutral)])


def track_of(scenario: Scenario) -> Track:
    """A scenario's course: of a price the factor on it, of a spread the factor, of a thin book the share that is left,
    of a halt 1 while it holds.
    """
    start_ns = scenario.start_ns
    if scenario.kind == "crash":
        track = _crash(scenario)
    elif scenario.kind == "gap":
        assert scenario.percent is not None, "a gap has its size"
        track = _plateau(1.0, 1 + scenario.percent / 100, start_ns, scenario.duration_ns)
    elif scenario.kind == "halt":
        track = _plateau(0.0, 1.0, start_ns, scenario.duration_ns)
    else:
        track = _breathing(scenario)
    return track if scenario.ended_ns is None else track.cut(scenario.ended_ns)


def _plateau(neutral: float, level: float, start_ns: int, duration_ns: int | None) -> Track:
    points = [(start_ns, neutral), (start_ns, level)]
    if duration_ns is not None:
        points += [(start_ns + duration_ns, level), (start_ns + duration_ns, neutral)]
    return Track(neutral, points)


def _crash(scenario: Scenario) -> Track:
    """Down along a ragged line, then back along another one as far as it recovers."""
    assert scenario.percent is not None and scenario.duration_ns is not None, "a crash has its size and duration"
    depth = scenario.percent / 100
    points = _line(scenario.start_ns, scenario.duration_ns, 1.0, 1 - depth, Random(f"{scenario.seed}:fall"))  # noqa: S311
    if scenario.recovery_ns and scenario.recovery_percent:
        bottom_ns = scenario.start_ns + scenario.duration_ns
        to = 1 - depth * (1 - scenario.recovery_percent / 100) if scenario.recovery_percent < 100 else 1.0
        points += _line(bottom_ns, scenario.recovery_ns, 1 - depth, to, Random(f"{scenario.seed}:rise"))[1:]  # noqa: S311
    return Track(1.0, points)


def _line(start_ns: int, duration_ns: int, begin: float, end: float, random: Random) -> list[tuple[int, float]]:
    """From one value to another: a random bridge around the straight line, never beyond either of them."""
    count = min(KNOTS, duration_ns)
    walk = [0.0]
    for _ in range(count):
        walk.append(walk[-1] + (random.random() - 0.5))
    widest = max(map(abs, walk)) or 1.0
    points = []
    for index in range(count + 1):
        share = index / count
        stray = (walk[index] - share * walk[-1]) / (2 * widest) * RAGGEDNESS
        done = min(1.0, max(0.0, share + stray)) if 0 < index < count else share
        points.append((start_ns + duration_ns * index // count, begin + (end - begin) * done))
    points[-1] = (start_ns + duration_ns, end)
    return points


def _breathing(scenario: Scenario) -> Track:
    """A spread's factor or a book's share over its duration: full at the start, milder at times."""
    assert scenario.duration_ns is not None, "it lasts for a time"
    neutral = 1.0
    level = scenario.times if scenario.kind == "spread" else 1 - (scenario.percent or 0) / 100
    assert level is not None, "a spread has its size"
    random = Random(f"{scenario.seed}:{scenario.kind}")  # noqa: S311 (prices, not secrets)
    count = min(KNOTS, scenario.duration_ns)
    points = [(scenario.start_ns, neutral), (scenario.start_ns, level)]
    for index in range(1, count + 1):
        time_ns = scenario.start_ns + scenario.duration_ns * index // count
        points.append((time_ns, neutral + (level - neutral) * (1 - FLICKER * random.random())))
    points.append((points[-1][0], neutral))
    return Track(neutral, points)


class ScenarioWish(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario as somebody asks for it; durations in seconds. None: not said."""

    kind: ScenarioKind
    symbols: tuple[str, ...] | None = None
    start_ns: int | None = None
    duration_s: float | None = None
    percent: float | None = None
    times: float | None = None
    recovery_s: float | None = None
    recovery_percent: float | None = None
    seed: int = 1


def make_scenario(wish: ScenarioWish, *, scenario_id: str, symbols: tuple[str, ...], start_ns: int) -> Scenario:
    """The scenario that was asked for, with its symbols and its start settled; raises Invalid naming every bad field."""
    faults = _faults_of(wish)
    if faults:
        name, texts = next(iter(faults.items()))
        raise Invalid(f"{name}: {texts[0]}", details=faults)
    recovery_percent = wish.recovery_percent or 0.0
    recovery_s = wish.recovery_s if wish.recovery_s is not None else wish.duration_s
    return Scenario(
        id=scenario_id,
        kind=wish.kind,
        symbols=symbols,
        start_ns=start_ns,
        duration_ns=None if wish.duration_s is None else max(1, round(wish.duration_s * NS_PER_SECOND)),
        percent=wish.percent,
        times=wish.times,
        recovery_ns=max(1, round((recovery_s or 0) * NS_PER_SECOND)) if recovery_percent else 0,
        recovery_percent=recovery_percent,
        seed=wish.seed,
    )


_FIELDS: dict[ScenarioKind, tuple[str, ...]] = {
    "crash": ("duration_seconds", "percent", "recovery_seconds", "recovery_percent"),
    "gap": ("duration_seconds", "percent"),
    "spread": ("duration_seconds", "times"),
    "thin_book": ("duration_seconds", "percent"),
    "halt": ("duration_seconds",),
}
"""What each kind takes."""

_OPTIONAL: dict[ScenarioKind, tuple[str, ...]] = {
    "crash": ("recovery_seconds", "recovery_percent"),
    "gap": ("duration_seconds",),
}

_PERCENT_BOUNDS: dict[ScenarioKind, tuple[float, float]] = {
    "crash": (0.0, MAX_CRASH_PERCENT),
    "gap": (-MAX_CRASH_PERCENT, MAX_GAP_PERCENT),
    "thin_book": (0.0, 100.0),
}


def _faults_of(wish: ScenarioWish) -> dict[str, list[str]]:
    """What is wrong with the numbers of a wish, by field."""
    given = {
        "duration_seconds": wish.duration_s,
        "percent": wish.percent,
        "times": wish.times,
        "recovery_seconds": wish.recovery_s,
        "recovery_percent": wish.recovery_percent,
    }
    faults: dict[str, list[str]] = {}
    for name, value in given.items():
        if value is None:
            if name in _FIELDS[wish.kind] and name not in _OPTIONAL.get(wish.kind, ()):
                faults[name] = [f"A {wish.kind} needs it."]
        elif name not in _FIELDS[wish.kind]:
            faults[name] = [f"A {wish.kind} takes none."]
        elif text := _fault_of_number(wish.kind, name, value):
            faults[name] = [text]
    if wish.recovery_s is not None and not wish.recovery_percent and not faults:
        faults["recovery_percent"] = ["A recovery needs its size."]
    return faults


def _fault_of_number(kind: ScenarioKind, name: str, value: float) -> str | None:
    if name.endswith("_seconds"):
        return None if 0 < value <= MAX_DURATION_S else f"Must be more than 0 and at most {MAX_DURATION_S}."
    if name == "times":
        return None if 1 < value <= MAX_TIMES else f"Must be more than 1 and at most {MAX_TIMES:g}."
    if name == "recovery_percent":
        return None if 0 <= value <= 100 else "Must be between 0 and 100."
    low, high = _PERCENT_BOUNDS[kind]
    if value and low <= value <= high:
        return None
    return f"Must be between {low:g} and {high:g}, and not 0."
