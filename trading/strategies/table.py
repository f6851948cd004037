"""Strategies, runs and signals in the database, by one thread and in order: a later state never meets an earlier one."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import msgspec
from django.db import close_old_connections, transaction
from django.db.models import Count, QuerySet

from kit.errors import Conflict, NotFound
from quant.strategies.specs import spec_values
from trading.strategies.models import (
    StrategyRehearsalRow,
    StrategyRow,
    StrategyRunRow,
    StrategySignalRow,
    StrategyVersionRow,
)
from trading.strategies.records import (
    LIVE_STATES,
    Progress,
    Run,
    Signal,
    StrategyRecord,
    Version,
    strategy_spec_from,
)

MAX_STRATEGIES: Final = 1_000
"""Of one account; the next one asks for some to be deleted."""

MAX_VERSIONS: Final = 1_000
"""Of one strategy."""

KEPT_RUNS: Final = 100
"""Runs kept of a strategy, the newest and those that go on; older ones go with their signals, not with their orders."""

MAX_SIGNALS: Final = 10_000
"""Signals kept of a run; older ones go."""

SIGNALS_BEYOND: Final = 500
"""How many more may gather before the oldest are deleted together."""

Found = TypeVar("Found")
_THREAD: Final = ThreadPoolExecutor(1, thread_name_prefix="strategies-table")


async def in_table(work: Callable[..., Found], *arguments: Any) -> Found:
    """Run something that uses the database after all that was asked for before."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, _with_connection, work, arguments)


async def beside_table(work: Callable[..., Found], *arguments: Any) -> Found:
    """Run something that uses the database and takes long; others do not wait for it."""
    return await asyncio.to_thread(_with_connection, work, arguments)


def _with_connection(work: Callable[..., Found], arguments: tuple[Any, ...]) -> Found:
    close_old_connections()
    try:
        return work(*arguments)
    finally:
        close_old_connections()


# Strategies ----------------------------------------------------------------------------------------------------------


def create_strategy(record: StrategyRecord) -> None:
    """Keep a new strategy with its first version; raises Conflict TOO_MANY_STRATEGIES."""
    if StrategyRow.objects.filter(account=record.account).count() >= MAX_STRATEGIES:
        raise Conflict(
            f"The account keeps {MAX_STRATEGIES} strategies already; delete some.", code="TOO_MANY_STRATEGIES"
        )
    with transaction.atomic():
        StrategyRow.objects.create(
            id=record.id,
            account=record.account,
            name=record.name,
            notes=record.notes,
            template=record.template,
            version=record.version.number,
            created_ns=record.created_ns,
            updated_ns=record.updated_ns,
        )
        _add_version(record.id, record.version)


def update_strategy(record: StrategyRecord) -> None:
    """Keep a strategy as it is now, its newest version with it; raises NotFound, Conflict for too many versions."""
    if record.version.number > MAX_VERSIONS:
        raise Conflict(f"A strategy has at most {MAX_VERSIONS} versions.", code="TOO_MANY_VERSIONS")
    with transaction.atomic():
        row = _row(record.account, record.id)
        if row.version != record.version.number:
            if row.version != record.version.number - 1:
                raise Conflict("Somebody changed the strategy at the same time; read it again.", code="CHANGED")
            _add_version(record.id, record.version)
        row.name, row.notes, row.version = record.name, record.notes, record.version.number
        row.updated_ns = record.updated_ns
        row.save()


def delete_strategy(account: str, strategy_id: str) -> None:
    """Forget a strategy with its versions, runs, signals and rehearsals. Raises NotFound."""
    with transaction.atomic():
        _row(account, strategy_id).delete()
        StrategySignalRow.objects.filter(strategy_id=strategy_id).delete()
        StrategyRunRow.objects.filter(strategy_id=strategy_id).delete()
        StrategyRehearsalRow.objects.filter(strategy_id=strategy_id).delete()


def get_strategy(account: str, strategy_id: str) -> StrategyRecord:
    """A strategy with its newest version; raises NotFound, also for one of another account."""
    return _record(_row(account, strategy_id))


def list_strategies(account: str, limit: int, before: str | None) -> list[StrategyRecord]:
    """The account's strategies, newest first."""
    rows = StrategyRow.objects.filter(account=account)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_record(row) for row in rows[:limit]]


def get_version(strategy_id: str, number: int) -> Version:
    """One version; raises NotFound."""
    row = StrategyVersionRow.objects.filter(strategy_id=strategy_id, number=number).first()
    if row is None:
        raise NotFound(f"The strategy has no version {number}.")
    return _version(row)


def list_versions(account: str, strategy_id: str, limit: int, below: int | None) -> list[Version]:
    """The versions of a strategy, newest first; raises NotFound."""
    _row(account, strategy_id)
    rows = StrategyVersionRow.objects.filter(strategy_id=strategy_id)
    if below is not None:
        rows = rows.filter(number__lt=below)
    return [_version(row) for row in rows[:limit]]


def _add_version(strategy_id: str, version: Version) -> None:
    StrategyVersionRow.objects.create(
        strategy_id=strategy_id,
        number=version.number,
        spec=spec_values(version.spec),
        note=version.note,
        created_ns=version.created_ns,
    )


def _row(account: str, strategy_id: str) -> StrategyRow:
    row = StrategyRow.objects.filter(account=account, id=strategy_id).first()
    if row is None:
        raise NotFound(f"There is no strategy {strategy_id!r}.")
    return row


def _record(row: StrategyRow) -> StrategyRecord:
    return StrategyRecord(
        id=row.id,
        account=row.account,
        name=row.name,
        notes=row.notes,
        template=row.template,
        version=get_version(row.id, row.version),
        created_ns=row.created_ns,
        updated_ns=row.updated_ns,
    )


def _version(row: StrategyVersionRow) -> Version:
    return Version(row.number, strategy_spec_from(row.spec), row.created_ns, row.note)


# Runs ----------------------------------------------------------------------------------------------------------------


def write_run(run: Run, progress: Progress) -> None:
    """Keep a run as it is now; nothing happens to one that was deleted meanwhile."""
    StrategyRunRow.objects.filter(id=run.id).update(**_columns(run, progress))


def _columns(run: Run, progress: Progress) -> dict[str, Any]:
    return {
        "strategy_id": run.strategy_id,
        "strategy_name": run.strategy_name,
        "version": run.version,
        "owner": run.owner,
        "account": run.account,
        "state": run.state,
        "reason": run.reason,
        "run": msgspec.to_builtins(run),
        "progress": msgspec.to_builtins(progress),
        "started_ns": run.started_ns,
        "ended_ns": run.ended_ns,
    }


def add_run(run: Run, progress: Progress) -> None:
    """Keep a new run, and no more old ones of its strategy than there may be."""
    with transaction.atomic():
        StrategyRunRow.objects.create(id=run.id, **_columns(run, progress))
        ended = StrategyRunRow.objects.filter(strategy_id=run.strategy_id).exclude(state__in=LIVE_STATES)
        for run_id in list(ended.values_list("id", flat=True)[KEPT_RUNS:]):
            StrategySignalRow.objects.filter(run_id=run_id).delete()
            ended.filter(id=run_id).delete()


def live_runs() -> list[tuple[Run, Progress]]:
    """The runs that go on, oldest first."""
    rows = StrategyRunRow.objects.filter(state__in=LIVE_STATES).order_by("id")
    return [(run_of(row), msgspec.convert(row.progress, Progress)) for row in rows]


def list_runs(owner: str, strategy_id: str, limit: int, before: str | None) -> list[tuple[Run, Progress]]:
    """The runs of a strategy, newest first."""
    rows = StrategyRunRow.objects.filter(owner=owner, strategy_id=strategy_id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [(run_of(row), msgspec.convert(row.progress, Progress)) for row in rows[:limit]]


def get_run(owner: str, strategy_id: str, run_id: str) -> tuple[Run, Progress]:
    """One run; raises NotFound."""
    row = StrategyRunRow.objects.filter(owner=owner, strategy_id=strategy_id, id=run_id).first()
    if row is None:
        raise NotFound(f"The strategy has no run {run_id!r}.")
    return run_of(row), msgspec.convert(row.progress, Progress)


def find_run(owner: str, run_id: str) -> tuple[Run, Progress]:
    """One run of whatever strategy of an account; raises NotFound."""
    row = StrategyRunRow.objects.filter(owner=owner, id=run_id).first()
    if row is None:
        raise NotFound(f"There is no run {run_id!r}.")
    return run_of(row), msgspec.convert(row.progress, Progress)


def run_of(row: StrategyRunRow) -> Run:
    """A row as what travels."""
    return msgspec.convert(row.run, Run)


# Signals and progress ------------------------------------------------------------------------------------------------


class Batch(msgspec.Struct, frozen=True):
    """What is written together: new signals with the strategies of their runs, and runs as they are."""

    signals: Sequence[tuple[str, Signal]] = ()
    runs: Mapping[str, tuple[Run, Progress]] = {}
    progress: Mapping[str, Progress] = {}


def write_batch(batch: Batch, counts: Counter[str]) -> None:
    """Write all of it or nothing, and delete what a run has too many of; `counts` are the signals of each run.

    Of runs that were deleted meanwhile nothing is written.
    """
    with transaction.atomic():
        run_ids = {signal.run_id for _, signal in batch.signals}
        known = set(StrategyRunRow.objects.filter(id__in=run_ids).values_list("id", flat=True))
        new = [_signal_row(strategy, each) for strategy, each in batch.signals if each.run_id in known]
        StrategySignalRow.objects.bulk_create(new)
        for run, progress in batch.runs.values():
            write_run(run, progress)
        rows = [
            StrategyRunRow(id=run_id, progress=msgspec.to_builtins(each)) for run_id, each in batch.progress.items()
        ]
        StrategyRunRow.objects.bulk_update(rows, ["progress"], batch_size=100)
    for run_id, count in Counter(signal.run_id for _, signal in batch.signals).items():
        counts[run_id] += count
        if counts[run_id] > MAX_SIGNALS + SIGNALS_BEYOND:
            counts[run_id] -= _delete_oldest(run_id)


def count_signals(run_ids: Sequence[str]) -> Counter[str]:
    """How many signals some runs have."""
    rows = (
        StrategySignalRow.objects.filter(run_id__in=run_ids).order_by().values("run_id").annotate(signals=Count("id"))
    )
    return Counter({row["run_id"]: row["signals"] for row in rows})


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which signals a list has; None is no filter. `from_ns` is included, `to_ns` is not, both by the market's clock."""

    strategy_id: str
    run_id: str | None = None
    symbol: str | None = None
    outcome: str | None = None
    from_ns: int | None = None
    to_ns: int | None = None
    before: str | None = None

    def fits(self, signal: Signal) -> bool:
        """Whether a signal of the strategy is among them."""
        same = ((self.run_id, signal.run_id), (self.symbol, signal.symbol), (self.outcome, signal.outcome))
        if any(asked is not None and asked != has for asked, has in same):
            return False
        if self.before is not None and signal.id >= self.before:
            return False
        is_late = self.from_ns is None or signal.time_ns >= self.from_ns
        return is_late and (self.to_ns is None or signal.time_ns < self.to_ns)


def list_signals(owner: str, wanted: Wanted, limit: int) -> list[Signal]:
    """Signals of an account's strategy, newest first; `before` is the id after which to go on."""
    filters = {
        "run_id": wanted.run_id,
        "symbol": wanted.symbol,
        "outcome": wanted.outcome,
        "time_ns__gte": wanted.from_ns,
        "time_ns__lt": wanted.to_ns,
        "id__lt": wanted.before,
    }
    chosen = {name: value for name, value in filters.items() if value is not None}
    if not StrategyRunRow.objects.filter(owner=owner, strategy_id=wanted.strategy_id).exists():
        return []
    rows: QuerySet[StrategySignalRow] = StrategySignalRow.objects.filter(strategy_id=wanted.strategy_id, **chosen)
    return [_signal(row) for row in rows[:limit]]


def newest_signals(run_id: str, limit: int) -> list[Signal]:
    """The newest signals of a run, oldest first."""
    return [_signal(row) for row in reversed(StrategySignalRow.objects.filter(run_id=run_id)[:limit])]


def _signal_row(strategy_id: str, signal: Signal) -> StrategySignalRow:
    columns = {name: getattr(signal, name) for name in signal.__struct_fields__}
    return StrategySignalRow(strategy_id=strategy_id, **columns)


def _signal(row: StrategySignalRow) -> Signal:
    return Signal(
        id=row.id,
        run_id=row.run_id,
        symbol=row.symbol,
        bar_ns=row.bar_ns,
        time_ns=row.time_ns,
        said=tuple(row.said),
        values=row.values,
        outcome=row.outcome,
        reason=row.reason,
        text=row.text,
        order_ids=tuple(row.order_ids),
    )


def _delete_oldest(run_id: str) -> int:
    signals = StrategySignalRow.objects.filter(run_id=run_id)
    too_old = signals.order_by("-id").values_list("id", flat=True)[MAX_SIGNALS : MAX_SIGNALS + 1]
    return sum(signals.filter(id__lte=cut).delete()[0] for cut in list(too_old))
