"""Strategies, runs and signals as clients see them, over REST and on the stream alike."""

from typing import Any

import msgspec

from kit.clock import iso_ms_from_ns
from quant.strategies.conditions import check_values, read_conditions
from quant.strategies.specs import spec_values
from trading.numbers import time_text
from trading.strategies.live import LiveRun
from trading.strategies.records import Gap, Progress, Run, Signal, StrategyRecord, StrategySpec, Version
from trading.strategies.templates import Template


class VersionAnswer(msgspec.Struct, frozen=True):
    """A version; `warm_up_bars` is how much history its conditions ask for."""

    version: int
    note: str
    created_at: str
    symbols: tuple[str, ...]
    interval: str
    strategy: dict[str, Any] | None
    program: dict[str, Any] | None
    bounds: dict[str, Any]
    allow_short: bool
    leverage: int
    max_open_positions: int | None
    max_share_percent: str | None
    warm_up_bars: int


class GapAnswer(msgspec.Struct, frozen=True):
    """Bars that a run missed."""

    symbol: str
    from_time: str | None
    to_time: str | None
    reason: str


class RunAnswer(msgspec.Struct, frozen=True):
    """A run. What is counted is since this process took it up."""

    id: str
    strategy_id: str
    strategy: str
    version: int
    account: str
    own_account: bool
    symbols: tuple[str, ...]
    interval: str
    parameters: dict[str, int | float]
    state: str
    reason: str
    started_at: str
    ended_at: str | None
    waiting_for: str | None
    bars: int
    signals: int
    ordered: int
    refused: int
    slowest_ms: float
    last_bars: dict[str, str]
    gaps: list[GapAnswer]


class StrategyAnswer(msgspec.Struct, frozen=True):
    """A strategy with its newest version and the runs that go on."""

    id: str
    account: str
    name: str
    notes: str
    template: str | None
    created_at: str
    updated_at: str
    version: VersionAnswer
    runs: list[RunAnswer]


class SignalAnswer(msgspec.Struct, frozen=True):
    """What a run said at the close of a bar, and what came of it."""

    id: str
    run_id: str
    symbol: str
    bar_time: str
    time: str
    said: tuple[str, ...]
    values: dict[str, float | None]
    outcome: str
    reason: str
    text: str
    order_ids: tuple[str, ...]


class TemplateAnswer(msgspec.Struct, frozen=True):
    """A template, and the spec that it begins with."""

    name: str
    title: str
    description: str
    spec: dict[str, Any]


class RunEvent(msgspec.Struct, frozen=True):
    """What the stream tells of a run: `event` is `run`."""

    event: str
    run: RunAnswer


class SignalEvent(msgspec.Struct, frozen=True):
    """What the stream tells of a signal: `event` is `signal`."""

    event: str
    strategy_id: str
    signal: SignalAnswer


def version_answer(version: Version) -> VersionAnswer:
    """A version as clients see it."""
    spec = version.spec
    plain = spec_values(spec)
    return VersionAnswer(
        version=version.number,
        note=version.note,
        created_at=iso_ms_from_ns(version.created_ns),
        symbols=spec.symbols,
        interval=spec.interval,
        strategy=plain["strategy"] if spec.program is None else None,
        program=plain["program"],
        bounds=plain["bounds"],
        allow_short=spec.allow_short,
        leverage=spec.leverage,
        max_open_positions=spec.max_open_positions,
        max_share_percent=plain["max_share_percent"],
        warm_up_bars=_warm_up_bars(spec),
    )


def _warm_up_bars(spec: StrategySpec) -> int:
    if spec.program is not None:
        return 0
    return check_values(read_conditions(spec.strategy), spec.strategy.parameters)


def strategy_answer(record: StrategyRecord, runs: list[RunAnswer]) -> StrategyAnswer:
    """A strategy as clients see it."""
    return StrategyAnswer(
        id=record.id,
        account=record.account,
        name=record.name,
        notes=record.notes,
        template=record.template,
        created_at=iso_ms_from_ns(record.created_ns),
        updated_at=iso_ms_from_ns(record.updated_ns),
        version=version_answer(record.version),
        runs=runs,
    )


def live_answer(live: LiveRun, waiting_for: str | None) -> RunAnswer:
    """A run that goes on."""
    answer = run_answer(live.run, live.progress)
    counts = live.counts
    return msgspec.structs.replace(
        answer,
        waiting_for=waiting_for,
        bars=counts.bars,
        signals=counts.signals,
        ordered=counts.ordered,
        refused=counts.refused,
        slowest_ms=round(counts.slowest_s * 1e3, 3),
    )


def run_answer(run: Run, progress: Progress) -> RunAnswer:
    """A run as it was written down."""
    return RunAnswer(
        id=run.id,
        strategy_id=run.strategy_id,
        strategy=run.strategy_name,
        version=run.version,
        account=run.account,
        own_account=run.has_own_account,
        symbols=run.spec.symbols,
        interval=run.spec.interval,
        parameters=run.parameters,
        state=run.state,
        reason=run.reason,
        started_at=iso_ms_from_ns(run.started_ns),
        ended_at=None if run.ended_ns is None else iso_ms_from_ns(run.ended_ns),
        waiting_for=None,
        bars=0,
        signals=0,
        ordered=0,
        refused=0,
        slowest_ms=0.0,
        last_bars={symbol: time_text(time_ns) for symbol, time_ns in progress.last_ns.items()},
        gaps=[gap_answer(gap) for gap in progress.gaps],
    )


def gap_answer(gap: Gap) -> GapAnswer:
    """A gap as clients see it."""
    from_time, to_time = (None if each is None else time_text(each) for each in (gap.from_ns, gap.to_ns))
    return GapAnswer(gap.symbol, from_time, to_time, gap.reason)


def signal_answer(signal: Signal) -> SignalAnswer:
    """A signal as clients see it."""
    return SignalAnswer(
        id=signal.id,
        run_id=signal.run_id,
        symbol=signal.symbol,
        bar_time=time_text(signal.bar_ns),
        time=time_text(signal.time_ns),
        said=signal.said,
        values=signal.values,
        outcome=signal.outcome,
        reason=signal.reason,
        text=signal.text,
        order_ids=signal.order_ids,
    )


def template_answer(template: Template) -> TemplateAnswer:
    """A template as clients see it."""
    return TemplateAnswer(template.name, template.title, template.description, template.spec)
