"""Analyses for the rest of Sandbar: ask for them, find them, read them, delete them.

What is not async uses the database and files: call it in a thread. A result is kept when its job has ended.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from analytics.backtests.services import Chosen, data_hash_of
from analytics.tasks.kinds.specs import (
    DEMANDS,
    KINDS,
    Correlation,
    Demand,
    Kind,
    Options,
    Regime,
    Seasonality,
    Volatility,
    kind_of,
)
from analytics.tasks.models import AnalysisRow
from analytics.tasks.records import AnalysisWork
from api.pagination import Page, decode_cursor, encode_cursor
from jobs import registry
from jobs.registry import JobKind
from kit.clock import SYSTEM_CLOCK, Clock
from kit.errors import Conflict, Invalid, NotFound, invalid_field
from kit.trace import new_id
from markets.bars import services as bars
from markets.bars.references import BarsReference
from markets.calendars import DAY_NS

RUN_JOB: Final = "analysis.run"

MAX_KEPT: Final = 5_000
"""Analyses of one account, each of up to a quarter of a megabyte; the next one asks for some to be deleted."""


def register_jobs() -> None:
    """Make the kind of job known; called in `AppConfig.ready()`."""
    registry.register(JobKind(RUN_JOB, "analytics.tasks.work:run", on_success=store_analysis, subject=_subject_of))


def _subject_of(spec: Mapping[str, Any]) -> str:
    """The name that somebody gave it, or what is looked at."""
    symbols = ", ".join(each["instrument"]["symbol"] for each in spec["bars"])
    return spec["name"] or f"{spec['options']['kind'].replace('_', ' ')} of {symbols}"


# Asking ------------------------------------------------------------------------------------------------------------------


def stage_analysis(
    kind: Kind, sent: dict[str, Any], chosen: Chosen, *, interval: str, account: str, name: str = ""
) -> dict[str, Any]:
    """The spec of a job; what can be refused without the bars' content is refused here.

    `sent` are the options of that kind, those left out being as `kinds.specs` has them. Raises Invalid naming the field,
    NotFound for symbols and data sets, Conflict when too many are kept.
    """
    options = msgspec.convert({**sent, "kind": kind}, Options)
    demand = DEMANDS[kind]
    _require_symbols(kind, demand, chosen)
    _require_room(account)
    references = bars.stage_bars(
        symbols=chosen.symbols,
        dataset_ids=chosen.dataset_ids,
        interval=interval,
        from_ns=chosen.from_ns,
        to_ns=chosen.to_ns,
    )
    _require_different(references)
    for each in references:
        _require_bars(demand, each)
    _require_sense(options, references)
    work = AnalysisWork(options=options, bars=references)
    return {**msgspec.to_builtins(work), "id": new_id(), "account": account, "name": name}


def _require_symbols(kind: Kind, demand: Demand, chosen: Chosen) -> None:
    """Raise Invalid unless there are as many symbols and data sets as the kind takes."""
    count = len(chosen.symbols) + len(chosen.dataset_ids)
    least, most = demand.least_symbols, demand.most_symbols
    if least <= count <= most:
        return
    wanted = f"{least} to {most}" if least < most else str(least)
    plural = "" if wanted == "1" else "s"
    message = f"Name {wanted} symbol{plural} (or data set{plural} in `datasets`) for {kind}; {count} were named."
    raise invalid_field("symbols", message)


def _require_room(account: str) -> None:
    if AnalysisRow.objects.filter(account=account).count() >= MAX_KEPT:
        raise Conflict(f"The account keeps {MAX_KEPT} analyses already; delete some.", code="TOO_MANY_ANALYSES")


def _require_different(references: list[BarsReference]) -> None:
    symbols = [each.symbol for each in references]
    twice = sorted({symbol for symbol in symbols if symbols.count(symbol) > 1})
    if twice:
        raise invalid_field("symbols", f"{', '.join(twice)} was named more than once; name each symbol once.")


def _require_bars(demand: Demand, reference: BarsReference) -> None:
    """Raise Invalid for fewer or more bars than an analysis takes."""
    if reference.rows < demand.least_bars:
        rule = f"{reference.symbol} has {reference.rows} bars in this time; {demand.least_bars} are needed."
        raise Invalid(rule, code="TOO_FEW_BARS", details={"from": [f"{rule} Choose more time, or shorter bars."]})
    if reference.rows > demand.most_bars:
        rule = f"{reference.symbol} has {reference.rows} bars; at most {demand.most_bars} can be looked at."
        raise Invalid(rule, code="TOO_MANY_BARS", details={"interval": [f"{rule} Choose longer bars, or less time."]})


def _require_sense(options: Options, references: list[BarsReference]) -> None:
    """Raise Invalid for options that do not go with these symbols and bars."""
    rows = min(each.rows for each in references)
    if isinstance(options, Correlation):
        _require_window("correlation.window", options.window, rows)
        _require_pair(options.pair, [each.symbol for each in references])
    elif isinstance(options, Volatility):
        _require_window("volatility.window", options.window, rows)
    elif isinstance(options, Seasonality) and references[0].interval_ns > DAY_NS:
        raise invalid_field("interval", "Must be a day or less: longer bars have no weekday.")
    elif isinstance(options, Regime):
        _require_window("regime.trend_window", options.trend_window, rows)


def _require_window(field: str, window: int, rows: int) -> None:
    if window >= rows:
        raise invalid_field(field, f"A window of {window} bars does not fit into {rows}; choose a shorter one.")


def _require_pair(pair: tuple[str, str] | None, symbols: list[str]) -> None:
    if pair is None:
        return
    if pair[0] == pair[1] or not set(pair) <= set(symbols):
        raise invalid_field("correlation.pair", "Must be two different ones of the symbols.")


# Keeping -----------------------------------------------------------------------------------------------------------------


def store_analysis(spec: dict[str, Any], result: dict[str, Any], clock: Clock = SYSTEM_CLOCK) -> dict[str, Any]:
    """Enter an analysis that a job has carried out; the job's own result says where it is."""
    work = msgspec.convert({name: spec[name] for name in ("options", "bars")}, AnalysisWork)
    kind = kind_of(work.options)
    row = AnalysisRow(
        id=spec["id"],
        account=spec["account"],
        kind=kind,
        name=spec["name"],
        symbols=[each.symbol for each in work.bars],
        interval=work.bars[0].interval,
        data_hash=data_hash_of(work.bars),
        bars=result["bars"],
        result={**result, "options": spec["options"]},
        created_ns=clock.now_ns(),
    )
    row.save(force_insert=True)
    return {"analysis_id": row.id, "kind": kind, "bars": row.bars, "data_hash": row.data_hash}


# Reading -----------------------------------------------------------------------------------------------------------------


def list_analyses(account: str, *, kind: str | None = None, limit: int, cursor: str | None = None) -> Page:
    """The account's analyses, newest first, without what came of them."""
    rows = AnalysisRow.objects.filter(account=account).defer("result")
    if kind is not None:
        rows = rows.filter(kind=kind)
    if cursor is not None:
        rows = rows.filter(id__lt=decode_cursor(cursor, str))
    found = list(rows[: limit + 1])
    following = encode_cursor(found[limit - 1].id) if len(found) > limit else None
    return Page([_outline(row) for row in found[:limit]], following)


def get_analysis(account: str, analysis_id: str) -> dict[str, Any]:
    """One analysis with what came of it under the name of its kind, the other kinds being None; raises NotFound."""
    row = _row(account, analysis_id)
    kept = row.result
    answered = dict.fromkeys(KINDS) | {row.kind: {**kept["result"], "options": kept["options"]}}
    return {**_outline(row), **{name: kept[name] for name in ("engine", "conventions", "data")}, **answered}


def delete_analysis(account: str, analysis_id: str) -> None:
    """Delete an analysis; raises NotFound."""
    _row(account, analysis_id).delete()


def _row(account: str, analysis_id: str) -> AnalysisRow:
    row = AnalysisRow.objects.filter(account=account, id=analysis_id).first()
    if row is None:
        raise NotFound(f"There is no analysis {analysis_id}.")
    return row


def _outline(row: AnalysisRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "name": row.name,
        "symbols": row.symbols,
        "interval": row.interval,
        "bars": row.bars,
        "data_hash": row.data_hash,
        "created_at": row.created_ns,
    }
