"""What a rehearsal of a strategy is, as data that travel and are kept. Times are UTC nanoseconds."""

from typing import Any, Final

import msgspec

from trading.sessions.services import Session
from trading.strategies.performance import PerformanceAnswer

RUNNING: Final = "running"
FINISHED: Final = "finished"
FAILED: Final = "failed"
CANCELED: Final = "canceled"
INTERRUPTED: Final = "interrupted"
REHEARSAL_STATES: Final = (RUNNING, FINISHED, FAILED, CANCELED, INTERRUPTED)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a rehearsal was asked to be: the part of the data set, and the account of its own, None as everybody's."""

    start_ns: int | None = None
    end_ns: int | None = None
    cash: str | None = None
    fees: dict[str, float] | None = None
    fill_policy: Any = None


class EquityAt(msgspec.Struct, frozen=True, array_like=True):
    """What the account was worth when a bar closed."""

    time_ns: int
    units: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a rehearsal, whole or broken off.

    `equity` has at most `curves.MAX_POINTS` points; `max_drawdown_ppm` is of all bars, in millionths of the highest before,
    None where there was nothing to lose. `orders` counts what filled or was refused; None: more than are kept.
    """

    performance: PerformanceAnswer
    max_drawdown_ppm: int | None
    equity: list[EquityAt]
    from_ns: int
    to_ns: int
    bars: int
    signals: int
    ordered: int
    refused: int
    orders: int | None


class Kept(msgspec.Struct, frozen=True):
    """The fills and refusals of a rehearsal, and by order what it was for (`entry`, `stop`, `part`, …)."""

    session: Session
    reasons: dict[str, str]


class StrategyRehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """One rehearsal of a version of a strategy. `rehearsal_id` is the market that it goes on in, for X-Rehearsal.

    `dataset` is that of the first symbol, `more_datasets` those of the others, in the order of `symbols`.
    """

    id: str
    strategy_id: str
    strategy_name: str
    version: int
    owner: str
    parameters: dict[str, int | float]
    symbols: tuple[str, ...]
    interval: str
    dataset: str
    asked: Asked
    state: str
    started_ns: int
    rehearsal_id: str | None
    run_id: str
    reason: str = ""
    ended_ns: int | None = None
    outcome: Outcome | None = None
    more_datasets: tuple[str, ...] = ()
