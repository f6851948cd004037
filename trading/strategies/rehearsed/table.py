"""Rehearsals of strategies in the database; called through `trading.strategies.table.in_table`."""

import zlib
from typing import Final

import msgspec

from kit.errors import NotFound
from trading.strategies.models import StrategyRehearsalRow
from trading.strategies.rehearsed.records import INTERRUPTED, RUNNING, Kept, StrategyRehearsal

KEPT_OF_STRATEGY: Final = 20
"""Rehearsals kept of a strategy, the newest that have ended: to compare one change with the one before."""

KEPT_OF_ALL: Final = 500
"""Of all strategies: each may hold some hundred kilobytes of fills."""


def add_rehearsal(record: StrategyRehearsal) -> None:
    """Keep one that begins, and no more old ones than there may be."""
    StrategyRehearsalRow.objects.create(id=record.id, started_ns=record.started_ns, **_columns(record))
    ended = StrategyRehearsalRow.objects.exclude(state=RUNNING)
    of_strategy = ended.filter(strategy_id=record.strategy_id)
    for rows, kept in ((of_strategy, KEPT_OF_STRATEGY), (ended, KEPT_OF_ALL)):
        too_old = list(rows.values_list("id", flat=True)[kept:])
        StrategyRehearsalRow.objects.filter(id__in=too_old).delete()


def end_rehearsal(record: StrategyRehearsal, kept: Kept | None) -> None:
    """Keep how one ended; nothing happens to one that was deleted meanwhile."""
    fills = None if kept is None else zlib.compress(msgspec.json.encode(kept))
    rows = StrategyRehearsalRow.objects.filter(id=record.id)
    rows.update(ended_ns=record.ended_ns, fills=fills, **_columns(record))


def _columns(record: StrategyRehearsal) -> dict[str, object]:
    return {
        "strategy_id": record.strategy_id,
        "strategy_name": record.strategy_name,
        "owner": record.owner,
        "version": record.version,
        "dataset": record.dataset,
        "state": record.state,
        "reason": record.reason,
        "record": msgspec.to_builtins(record),
    }


def get_rehearsal(owner: str, identity: str) -> StrategyRehearsal:
    """One; raises NotFound, also for one of another account."""
    return _record(_row(owner, identity))


def get_fills(owner: str, identity: str) -> Kept | None:
    """What its orders did; None where that was not kept. Raises NotFound."""
    fills = _row(owner, identity).fills
    return None if fills is None else msgspec.json.decode(zlib.decompress(fills), type=Kept)


def list_rehearsals(owner: str, strategy_id: str, limit: int, before: str | None) -> list[StrategyRehearsal]:
    """Those of a strategy, newest first."""
    rows = StrategyRehearsalRow.objects.filter(owner=owner, strategy_id=strategy_id).defer("fills")
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_record(row) for row in rows[:limit]]


def interrupt_rehearsals(now_ns: int) -> None:
    """Those that went on when the process ended are not taken up again: say so."""
    for row in StrategyRehearsalRow.objects.filter(state=RUNNING).defer("fills"):
        record = msgspec.structs.replace(
            _record(row), state=INTERRUPTED, reason="The server stopped meanwhile.", ended_ns=now_ns, rehearsal_id=None
        )
        end_rehearsal(record, None)


def _row(owner: str, identity: str) -> StrategyRehearsalRow:
    row = StrategyRehearsalRow.objects.filter(owner=owner, id=identity).first()
    if row is None:
        raise NotFound(f"There is no rehearsal {identity!r} of a strategy.")
    return row


def _record(row: StrategyRehearsalRow) -> StrategyRehearsal:
    return msgspec.convert(row.record, StrategyRehearsal)
