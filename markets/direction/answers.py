"""A scenario as clients are shown it."""

import msgspec

from kit.clock import NS_PER_SECOND, iso_from_ns
from markets.direction.scenarios import Scenario


class ScenarioShown(msgspec.Struct, frozen=True, gc=False):
    """A scenario. `end` is when it has run its course, None for what stays; None too for what its kind does not have."""

    id: str
    kind: str
    symbols: tuple[str, ...]
    status: str
    start: str
    end: str | None
    duration_seconds: float | None
    percent: float | None
    times: float | None
    recovery_seconds: float | None
    recovery_percent: float | None
    seed: int


def scenario_shown(scenario: Scenario, now_ns: int) -> ScenarioShown:
    """A scenario as it stands at a moment of market time."""
    end_ns, recovers = scenario.end_ns, scenario.recovery_ns > 0
    return ScenarioShown(
        id=scenario.id,
        kind=scenario.kind,
        symbols=scenario.symbols,
        status=scenario.status(now_ns),
        start=iso_from_ns(scenario.start_ns),
        end=None if end_ns is None else iso_from_ns(end_ns),
        duration_seconds=_seconds(scenario.duration_ns),
        percent=scenario.percent,
        times=scenario.times,
        recovery_seconds=_seconds(scenario.recovery_ns) if recovers else None,
        recovery_percent=scenario.recovery_percent if recovers else None,
        seed=scenario.seed,
    )


def _seconds(duration_ns: int | None) -> float | None:
    return None if duration_ns is None else duration_ns / NS_PER_SECOND
