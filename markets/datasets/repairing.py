"""Repairs a stored data set by a plan its owner accepted: a new data set, the old one untouched.

What a worker process runs; no Django. Steps, in this order: the first of rows that differed, the zone of the times, open
for close times, outliers out, gaps filled. A step that would do harm (two bars of one time, more made-up bars than real
ones) refuses the whole plan. The result is judged like an import, by the same rules.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import numpy as np
import polars as pl

from kit.clock import NS_PER_SECOND, iso_from_ns
from kit.errors import Rejected, invalid_field
from markets.datasets import findings, store
from markets.datasets.building import block_of, examine, store_minutes
from markets.datasets.importing import MAX_ROWS, Progress, time_facts
from markets.datasets.inspecting import Inspection, ReturnSample
from markets.datasets.quality import MAX_STEPS, GapFinder, expected_between
from markets.datasets.records import (
    WORK_FOLDER,
    Dataset,
    Guess,
    ImportResult,
    Quality,
    Repair,
    RepairPlan,
    RepairSpec,
    RepairStep,
)
from markets.datasets.refusals import UNSUITABLE_DATA, unsuitable
from markets.datasets.series import MAX_ASIDE_ROWS, SeriesBuilder, last_prices
from markets.datasets.sessions import BROKER_ZONE, guess_bar_time, guess_zone, shift_to_open
from markets.datasets.store import SPREAD

MAX_OUTLIER_SHARE = 0.01
"""Of the rows; more of them are how the market is, and not what a feed broke."""
BROKER_AHEAD_NS = 7 * 3_600 * NS_PER_SECOND
_NEW_YORK = "America/New_York"
Frames = Iterator[pl.DataFrame]


class Worked(msgspec.Struct):
    """What the steps did, counted while the rows pass through."""

    replaced: int = 0
    not_existing: int = 0
    dropped: int = 0
    filled: int = 0
    filled_ns: list[np.ndarray] = msgspec.field(default_factory=list)


def run(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job `dataset.repair`: a RepairSpec as a dict in; out an ImportResult as a dict, or with `dry_run` what it
    would come to."""
    repair = msgspec.convert(spec, RepairSpec)
    result = repair_dataset(repair, progress)
    if not repair.dry_run:
        whole: dict[str, Any] = msgspec.to_builtins(result)
        return whole
    assert result.quality.repair is not None, "a repair says what it did"
    return {
        "dry_run": True,
        "dataset": repair.parent.id,
        "plan": msgspec.to_builtins(repair.plan),
        "steps": msgspec.to_builtins(result.quality.repair.steps),
        "rows_before": repair.parent.rows,
        "rows_after": result.rows,
        "content_hash": result.content_hash,
        "verdict": result.quality.verdict,
    }


def check_plan(plan: RepairPlan, dataset: Dataset, quality: Quality) -> None:
    """Raise Invalid for a plan that this kind of data set cannot have, Rejected for one that refuses its data."""
    if dataset.kind != "candles":
        for name in ("gaps", "bar_time", "duplicates", "contradictions"):
            if getattr(plan, name) != getattr(RepairPlan(), name):
                raise invalid_field(name, f"This is for candles; the data set holds {dataset.kind}.")
    if plan.time_zone is not None:
        zone_of(plan.time_zone)
    if plan.duplicates == "refuse" and quality.conflicting_duplicates:
        raise Rejected(
            f"{quality.conflicting_duplicates:,} rows of the file said something else than another of the same time, and "
            "the plan refuses such data.",
            code=UNSUITABLE_DATA,
            details={"duplicates": ["Choose first or last to accept them."]},
        )
    contradictions = sum(one.count for one in quality.findings if one.kind == "contradictions")
    if plan.contradictions == "refuse" and contradictions:
        raise Rejected(
            f"{contradictions:,} rows of the file contradicted themselves and were left out; the plan refuses such data.",
            code=UNSUITABLE_DATA,
            details={"contradictions": ["Choose drop to accept that they were left out."]},
        )


def zone_of(name: str) -> tuple[str, int]:
    """The IANA zone of a name, and by how many nanoseconds its clock is ahead of that zone's; raises Invalid."""
    if name == BROKER_ZONE:
        return _NEW_YORK, BROKER_AHEAD_NS
    try:
        ZoneInfo(name)
        pl.select(_in_zone(pl.lit(0, pl.Int64), name, 0))  # knows fewer zones than the system has files
    except (ZoneInfoNotFoundError, ValueError, OSError, pl.exceptions.PolarsError) as fault:
        message = f"There is no time zone {name[:60]!r}; write it such as America/New_York."
        raise invalid_field("time_zone", message) from fault
    return name, 0


def repair_dataset(spec: RepairSpec, progress: Progress) -> ImportResult:
    """Apply the plan; raises Rejected when it cannot be. With `dry_run` the content is thrown away again."""
    check_plan(spec.plan, spec.parent, spec.quality)
    datasets_dir, parent = Path(spec.datasets_dir), spec.parent
    source = store.data_path(datasets_dir, parent.content_hash, parent.kind)
    work_root = datasets_dir / WORK_FOLDER
    work_root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work_root) as folder:
        has_spread = SPREAD in pl.read_parquet_schema(source)
        series = SeriesBuilder(parent.kind, expected_rows=parent.rows, has_spread=has_spread)
        stored, worked = Path(folder) / "stored.parquet", Worked()
        frames = series.clean(_checked(_repaired(spec, source, worked), parent.kind))
        store.write_frames(stored, series.schema, _with_progress(frames, progress, total=parent.rows))
        if not series.rows:
            raise unsuitable("Nothing would be left of the data set.")
        result = _result(spec, series, worked, stored)
        if not spec.dry_run:
            _publish(datasets_dir, Path(folder), stored, result)
    progress.update(1.0, f"{result.rows:,} {result.kind} stored")
    return result


def _publish(datasets_dir: Path, folder: Path, stored: Path, result: ImportResult) -> None:
    if result.kind != "candles":
        minutes = folder / "minutes.parquet"
        store_minutes(stored, minutes, kind=result.kind, volume_decimals=result.volume_decimals)
        store.publish(minutes, store.minute_path(datasets_dir, result.content_hash, result.kind))
    store.publish(stored, store.data_path(datasets_dir, result.content_hash, result.kind))


def _with_progress(frames: Frames, progress: Progress, *, total: int) -> Frames:
    done = 0
    for frame in frames:
        yield frame
        done += frame.height
        progress.update(0.9 * min(1.0, done / total), f"{done:,} rows repaired")


# Steps


def _repaired(spec: RepairSpec, source: Path, worked: Worked) -> Frames:
    plan, parent = spec.plan, spec.parent
    frames: Frames = store.iterate_frames(source)
    if plan.duplicates == "first":
        frames = _with_first_rows(spec, frames, worked)
    frames = _at_true_times(spec, frames, worked)
    if plan.outliers == "drop":
        outliers = _outliers(parent, _at_true_times(spec, store.iterate_frames(source), Worked()))
        frames = _without(frames, outliers, worked)
    if plan.gaps == "fill":
        frames = _filled(frames, parent, spec.quality.calendar, worked)
    return frames


def _with_first_rows(spec: RepairSpec, frames: Frames, worked: Worked) -> Frames:
    """Where rows of one time differed, the first one of the file instead of the last."""
    aside = store.aside_path(Path(spec.datasets_dir), spec.parent.content_hash)
    if not aside.exists():
        yield from frames
        return
    first = pl.read_parquet(aside)
    if first.height >= MAX_ASIDE_ROWS:
        raise unsuitable(f"More than {MAX_ASIDE_ROWS:,} rows differed; their first ones were not kept.")
    for frame in frames:
        changed = first.filter(pl.col("time").is_in(frame["time"].implode()))
        worked.replaced += changed.height
        kept = frame.filter(~pl.col("time").is_in(changed["time"].implode()))
        yield pl.concat([kept, changed.select(frame.columns)]).sort("time") if changed.height else frame


def _at_true_times(spec: RepairSpec, frames: Frames, worked: Worked) -> Frames:
    """Times read again in their zone, and bars at their open times."""
    zone = None if spec.plan.time_zone is None else zone_of(spec.plan.time_zone)
    interval_ns = (spec.parent.interval_s or 0) * NS_PER_SECOND
    for arrived in frames:
        frame = arrived
        if zone is not None:
            frame = frame.with_columns(_in_zone(pl.col("time"), *zone)).filter(pl.col("time").is_not_null())
            worked.not_existing += arrived.height - frame.height
        if spec.plan.bar_time == "close":
            shifted = shift_to_open(frame["time"].to_numpy(), interval_ns)
            frame = frame.with_columns(pl.Series("time", shifted, dtype=pl.Int64))
        if frame.height:
            yield frame


def _in_zone(times: pl.Expr, zone: str, ahead_ns: int) -> pl.Expr:
    """UTC of local times; an hour that comes twice is taken as the first, one that does not exist as null."""
    local = (times - ahead_ns).cast(pl.Datetime("ns"))
    placed = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return placed.dt.convert_time_zone("UTC").dt.replace_time_zone(None).cast(pl.Int64).alias("time")


def _checked(frames: Frames, kind: str) -> Frames:
    """The frames as they are; raises Rejected when two bars of one time, or steps back, came of the plan."""
    last_ns: int | None = None
    rows = 0
    for frame in frames:
        times = frame["time"].to_numpy()
        steps = np.diff(times if last_ns is None else np.concatenate(([last_ns], times)))
        if (steps < 0).any() or (kind == "candles" and (steps == 0).any()):
            raise unsuitable("By this plan two bars would get the same time: are the times and the interval right?")
        last_ns, rows = int(times[-1]), rows + frame.height
        if rows > MAX_ROWS:
            raise unsuitable(f"The data set would have more than {MAX_ROWS:,} rows.")
        yield frame


def _outliers(parent: Dataset, frames: Frames) -> np.ndarray:
    """The times of rows that stand out, as the quality report finds them."""
    with tempfile.TemporaryFile() as kept:
        sample = ReturnSample(parent.rows)
        for frame in frames:
            sample.add(last_prices(frame, parent.kind))
            columns = ["time", *(name for name in frame.columns if name in _LOOKED_AT)]
            np.save(kept, frame.select(columns).to_numpy(structured=True), allow_pickle=False)
        end = kept.tell()
        kept.seek(0)
        inspection = Inspection(parent.kind, sample.scale(), has_volume=True)
        while kept.tell() < end:
            inspection.add(block_of(_frame_of(np.load(kept, allow_pickle=False)), parent.kind))
    inspection.finish()
    if inspection.outliers.count > MAX_OUTLIER_SHARE * parent.rows:
        raise unsuitable(
            f"{inspection.outliers.count:,} of {parent.rows:,} rows would count as outliers: so many are how the market is."
        )
    return np.concatenate(inspection.outlier_ns) if inspection.outlier_ns else np.empty(0, dtype=np.int64)


_LOOKED_AT = frozenset({"open", "high", "low", "close", "volume", "price", "bid", "ask"})


def _frame_of(rows: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({name: np.ascontiguousarray(rows[name]) for name in rows.dtype.names or ()})


def _without(frames: Frames, times: np.ndarray, worked: Worked) -> Frames:
    for frame in frames:
        stands_out = np.isin(frame["time"].to_numpy(), times)
        dropped = int(stands_out.sum())
        worked.dropped += dropped
        kept = frame.filter(pl.Series(~stands_out)) if dropped else frame
        if kept.height:
            yield kept


def _filled(frames: Frames, parent: Dataset, calendar: str, worked: Worked) -> Frames:
    """A flat bar without volume at the close before, wherever the calendar expects a bar and none is."""
    interval_ns = (parent.interval_s or 0) * NS_PER_SECOND
    before: pl.DataFrame | None = None
    for frame in frames:
        joined = frame if before is None else pl.concat([before, frame])
        made = _bars_between(joined, interval_ns, calendar, worked, most=parent.rows)
        before = frame.tail(1)
        yield frame if made is None else pl.concat([frame, made]).sort("time")


def _bars_between(
    frame: pl.DataFrame, interval_ns: int, calendar: str, worked: Worked, *, most: int
) -> pl.DataFrame | None:
    """The bars that a frame lacks between its own; None when it lacks none."""
    finder = GapFinder(interval_ns, calendar, keeps_gaps=True)
    finder.add(frame["time"].to_numpy())
    if not finder.gap_runs:
        return None
    longest = max(run.first_ns - run.last_ns for run in finder.gap_runs)
    if longest // interval_ns > MAX_STEPS:
        raise unsuitable(f"A hole of {longest // interval_ns:,} bars is too long to fill: split the data there.")
    runs = [expected_between(run.last_ns, run.first_ns, interval_ns, calendar) for run in finder.gap_runs]
    times = np.concatenate(runs)
    worked.filled += len(times)
    if worked.filled > most:
        raise unsuitable(
            f"Filling the gaps would make up more bars than there are ({most:,}): the interval may be wrong, or the "
            "data are in pieces that do not belong together."
        )
    worked.filled_ns.append(times)
    lasts = np.repeat([run.last_ns for run in finder.gap_runs], [len(run) for run in runs])
    closes = frame.select("time", "close", *([SPREAD] if SPREAD in frame.columns else []))
    made = pl.DataFrame({"last": lasts, "made": times}).join(closes, left_on="last", right_on="time", how="left")
    prices = [pl.col("close").alias(name) for name in ("open", "high", "low", "close")]
    return made.select(
        pl.col("made").alias("time"),
        *prices,
        pl.lit(0.0).alias("volume"),
        *([SPREAD] if SPREAD in made.columns else []),
    ).select(frame.columns)


# What came of it


def _result(spec: RepairSpec, series: SeriesBuilder, worked: Worked, stored: Path) -> ImportResult:
    parent = spec.parent
    return ImportResult(
        content_hash=series.content.hexdigest(),
        symbol=parent.symbol,
        kind=parent.kind,
        interval=parent.interval,
        rows=series.rows,
        from_ns=series.first_ns,
        to_ns=series.last_ns,
        price_decimals=series.price_decimals.count,
        volume_decimals=series.volume_decimals.count,
        lowest_price=series.lowest_price,
        size_bytes=stored.stat().st_size,
        file_name=parent.file_name,
        quality=_quality(spec, series, worked, stored),
    )


def _quality(spec: RepairSpec, series: SeriesBuilder, worked: Worked, stored: Path) -> Quality:
    old, plan, parent = spec.quality, spec.plan, spec.parent
    filled_ns = np.concatenate(worked.filled_ns) if worked.filled_ns else None
    examined = examine(
        stored,
        series,
        interval=parent.interval,
        calendar=old.calendar,
        has_volume=parent.kind != "candles" or "volume" in old.columns,
        filled_ns=filled_ns,
    )
    facts = time_facts(old.time_zone, old.columns.get("time", ""), series, parent.interval, examined)
    zone = guess_zone(facts) if plan.time_zone is None else Guess("UTC", "high", f"Converted from {plan.time_zone}.")
    bar_time = guess_bar_time(facts) if plan.bar_time == "open" else Guess("open", "high", "Moved from the close.")
    found = findings.find(
        findings.Evidence(
            series=series,
            inspection=examined.inspection,
            gaps=examined.gaps,
            out_of_order=0,
            bad_by_reason={},
            bad_examples=(),
            off_grid=examined.off_grid,
            is_closes=any(one.kind == "closes_only" for one in old.findings),
            bar_time=bar_time,
            zone=zone,
            filled=worked.filled,
        )
    )
    steps = tuple(_steps(old, plan, worked))
    return msgspec.structs.replace(
        old,
        rows=series.rows,
        from_=iso_from_ns(series.first_ns),
        to=iso_from_ns(series.last_ns),
        gaps=examined.gaps,
        breaks=examined.breaks,
        calendar=examined.calendar,
        duplicates=0,
        conflicting_duplicates=0,
        out_of_order=0,
        order="oldest first",
        bad_rows=0,
        bad_row_reasons={},
        bad_row_examples=(),
        blank_lines=0,
        zero_volume=series.zero_volume,
        off_grid=examined.off_grid,
        repairs=tuple(step.text for step in steps),
        verdict=findings.verdict_of(found),
        findings=found,
        bar_time=bar_time,
        zone=zone,
        proposal=findings.propose(found, bar_time, zone) if parent.kind == "candles" else None,
        repair=Repair(parent.id, parent.content_hash, plan, steps),
    )


def _steps(old: Quality, plan: RepairPlan, worked: Worked) -> Iterator[RepairStep]:
    """What was done, the steps of the import that the plan accepts first."""
    if old.out_of_order or old.order == "newest first":
        yield RepairStep("sort", old.out_of_order, "Rows are in order of time, as the import sorted them.")
    if old.duplicates:
        kept = "first" if plan.duplicates == "first" else "last"
        text = f"{old.duplicates:,} duplicates are left out; where they differed, the {kept} one is kept."
        yield RepairStep("duplicates", worked.replaced if kept == "first" else old.duplicates, text)
    contradictions = sum(one.count for one in old.findings if one.kind == "contradictions")
    if contradictions:
        yield RepairStep(
            "contradictions", contradictions, f"{contradictions:,} rows that contradict themselves are left out."
        )
    if plan.time_zone is not None:
        text = (
            f"Times were read again in {plan.time_zone}; {worked.not_existing:,} that do not exist there were left out."
        )
        yield RepairStep("time_zone", worked.not_existing, text)
    if plan.bar_time == "close":
        yield RepairStep("bar_time", None, "Each bar was moved from its close time to its open time.")
    if plan.outliers == "drop":
        yield RepairStep("outliers", worked.dropped, f"{worked.dropped:,} outliers were dropped.")
    if plan.gaps == "fill":
        yield RepairStep("gaps", worked.filled, f"{worked.filled:,} missing bars were filled, flat and without volume.")
