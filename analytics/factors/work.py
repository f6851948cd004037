"""What workers do for factors: functions of a spec, without Django. Bars are mapped from files, values go into some."""

import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from analytics.factors.judging import judge
from analytics.factors.panels import Columns, read_columns
from analytics.factors.records import ComputeWork, EvaluateWork, Factor, FactorSummary, Truncation
from analytics.factors.values import (
    CUTS,
    CUTS_OF_MANY,
    FEW_FACTORS,
    Computed,
    check_truncation,
    compute,
    make_room,
)
from jobs.progress import Progress
from kit.clock import iso_from_ns
from kit.errors import DomainError

COMPUTING_SHARE = 0.6
"""Of the whole work; the rest is for the comparison with bars that were cut off."""


def run_compute(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Compute factors, keep their values, and say what they look like."""
    work = msgspec.convert(spec, ComputeWork)
    progress.update(0.01, "Reading bars")
    columns = read_columns(work.bars)
    fresh, summaries = [], []
    for done, each in enumerate(compute(work.factors, columns, Path(work.folder)), 1):
        summaries.append(_summary(each, columns))
        if not each.was_cached:
            # Values that were kept were compared when they were computed.
            fresh.append(each)
        progress.update(COMPUTING_SHARE * done / len(work.factors), f"{done} of {len(work.factors)} factors")
    cuts = CUTS if len(fresh) <= FEW_FACTORS else CUTS_OF_MANY
    checks = check_truncation(
        [msgspec.structs.replace(each, values=_mapped(work.folder, each)) for each in fresh],
        columns,
        cuts=cuts,
        told=lambda share: progress.update(COMPUTING_SHARE + (1 - COMPUTING_SHARE) * share, "Cutting bars off"),
    )
    _require_honest(checks, work.factors, fresh)
    make_room(Path(work.folder).parent, now_s=time.time())
    return {
        **_data(columns, work.data_hash),
        "factors": msgspec.to_builtins(summaries),
        "truncation": {"passed": True, "cuts": cuts if fresh else 0, "factors": len(fresh)},
    }


def run_evaluate(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Judge one factor."""
    work = msgspec.convert(spec, EvaluateWork)
    progress.update(0.01, "Reading bars")
    columns = read_columns(work.bars)
    (computed,) = compute([work.factor], columns, Path(work.folder))
    progress.update(0.3, "Cutting bars off")
    checks = check_truncation([computed], columns)
    _require_honest(checks, [work.factor], [computed])
    progress.update(0.6, "Judging")
    found = judge(computed.values, columns, horizons=work.horizons, quantiles=work.quantiles, entry=work.entry)
    make_room(Path(work.folder).parent, now_s=time.time())
    return {
        **_data(columns, work.data_hash),
        "factor": msgspec.to_builtins(_summary(computed, columns)),
        "truncation": msgspec.to_builtins(checks.get(computed.key)),
        **msgspec.to_builtins(found),
    }


def _mapped(folder: str, computed: Computed) -> np.ndarray:
    """Values from their file, so that many factors need not be in memory together."""
    rows = np.load(Path(folder) / f"{computed.key}.npy", mmap_mode="r", allow_pickle=False)
    values: np.ndarray = rows.T
    return values


def _require_honest(checks: dict[str, Truncation], factors: list[Factor], computed: list[Computed]) -> None:
    """Raise for a factor that knew of later bars: it is no mistake of its author, for the language cannot say it."""
    for each in computed:
        check = checks.get(each.key)
        if check is not None and not check.passed:
            raise DomainError(
                f"{each.factor.name} changes when later bars are cut off; its values cannot be used.",
                code="LOOK_AHEAD",
                details={"factor": each.factor.name, **(check.first_difference or {})},
            )


def _data(columns: Columns, data_hash: str) -> dict[str, Any]:
    """Which bars a result was computed from."""
    return {
        "data_hash": data_hash,
        "symbols": list(columns.symbols),
        "bars": len(columns.time_ns),
        "from": iso_from_ns(int(columns.time_ns[0])),
        "to": iso_from_ns(int(columns.time_ns[-1])),
    }


def _summary(computed: Computed, columns: Columns) -> FactorSummary:
    known = computed.values[~np.isnan(computed.values)]
    bars = int(columns.has_bar.sum())
    has_any = len(known) > 0
    return FactorSummary(
        name=computed.factor.name,
        expression=computed.factor.expression,
        parameters=computed.factor.parameters,
        key=computed.key,
        warm_up_bars=computed.warm_up_bars,
        was_cached=computed.was_cached,
        coverage=len(known) / max(bars, 1),
        mean=float(known.mean()) if has_any else None,
        std=float(known.std(ddof=1)) if len(known) > 1 else None,
        minimum=float(known.min()) if has_any else None,
        maximum=float(known.max()) if has_any else None,
    )
