"""What was found in a file and in the series made of it, one finding a kind: how bad, how often, where, what to do.

Severity: `error` for what makes results wrong, `warning` for what may, `info` for what is good to know. The verdict of a
data set is the worst of what nothing has been done about: `doubtful` with an error, `usable` with a warning.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from kit.clock import iso_from_ns
from markets.datasets.inspecting import ENDED_BARS, JUMP_SCORE, SPIKE_SCORE, STUCK_BARS, Inspection
from markets.datasets.records import BadRow, Example, Finding, Gaps, Guess, RepairPlan, Severity
from markets.datasets.rows import CONTRADICTIONS, CROSSED
from markets.datasets.series import SeriesBuilder

MAX_EXAMPLES = 5
MANY_GAPS_SHARE = 0.01
"""Of the bars there should be; more missing ones are a warning for any use."""
MANY_SILENT_SHARE = 0.05
"""Of the bars, this many without volume are more than a quiet night."""
LONG_SILENCE_BARS = 100
_CONTRADICTING = frozenset({*CONTRADICTIONS, CROSSED})
Verdict = Literal["good", "usable", "doubtful"]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """All that findings are made of. `bad_examples` are rows that were left out; `ends_early_s` is how much earlier the
    series ends than the newest one of the same import."""

    series: SeriesBuilder
    inspection: Inspection
    gaps: Gaps
    out_of_order: int
    order_examples: tuple[Example, ...] = ()
    bad_by_reason: dict[str, int]
    bad_examples: tuple[BadRow, ...]
    off_grid: int
    is_closes: bool
    bar_time: Guess | None
    zone: Guess
    filled: int = 0
    ends_early_days: int = 0


def find(evidence: Evidence) -> tuple[Finding, ...]:
    """Every finding, the worst first."""
    found = [
        *_of_rows(evidence),
        *_of_order(evidence),
        *_of_gaps(evidence),
        *_of_prices(evidence),
        *_of_volume(evidence),
        *_of_times(evidence),
        *_of_end(evidence),
    ]
    return tuple(sorted(found, key=lambda finding: _RANK[finding.severity]))


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """The worst of what is not handled."""
    open_ones = {finding.severity for finding in findings if not finding.handled}
    return "doubtful" if "error" in open_ones else "usable" if "warning" in open_ones else "good"


def propose(findings: Iterable[Finding], bar_time: Guess | None, zone: Guess | None) -> RepairPlan | None:
    """The repair that the findings suggest, for the owner to accept or to change; None when there is nothing to do.

    Outliers are never proposed to be dropped: which of them are real only a person can tell.
    """
    kinds = {finding.kind for finding in findings}
    plan = RepairPlan(
        gaps="fill" if "gaps" in kinds else "leave",
        bar_time="close" if bar_time and bar_time.value == "close" and bar_time.confidence != "low" else "open",
        time_zone=zone.value if zone and "time_zone" in kinds else None,
    )
    return None if plan == RepairPlan() else plan


_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


def _of_rows(evidence: Evidence) -> Iterator[Finding]:
    """Rows that were left out, those whose prices contradict each other apart."""
    reasons = evidence.bad_by_reason
    contradicting = {reason: count for reason, count in reasons.items() if reason in _CONTRADICTING}
    others = {reason: count for reason, count in reasons.items() if reason not in _CONTRADICTING}
    if contradicting:
        text = "rows have prices that contradict each other"
        yield _left_out(evidence, contradicting, kind="contradictions", text=text, choice="contradictions")
    if others:
        yield _left_out(evidence, others, kind="bad_rows", text="rows cannot be read as what their columns say")


def _left_out(
    evidence: Evidence, counted: dict[str, int], *, kind: str, text: str, choice: str | None = None
) -> Finding:
    total = sum(counted.values())
    examples = (
        Example(line=bad.line, text=f"{bad.reason}: {bad.text}")
        for bad in evidence.bad_examples
        if bad.reason in counted
    )
    return Finding(
        kind=kind,
        severity="warning",
        count=total,
        text=f"{total:,} {text}: " + "; ".join(f"{reason} ({count:,})" for reason, count in counted.items()) + ".",
        remedy="They were left out; none was changed to fit. Look at their lines in the file.",
        handled=True,
        choice=choice,
        examples=tuple(examples)[:MAX_EXAMPLES],
    )


def _of_order(evidence: Evidence) -> Iterator[Finding]:
    series = evidence.series
    if evidence.out_of_order:
        yield Finding(
            kind="out_of_order",
            severity="info",
            count=evidence.out_of_order,
            text=f"At {evidence.out_of_order:,} places time runs against the direction of the file.",
            remedy="The rows were sorted by time.",
            handled=True,
            examples=evidence.order_examples,
        )
    if series.exact_duplicates:
        yield Finding(
            kind="duplicates",
            severity="info",
            count=series.exact_duplicates,
            text=f"{series.exact_duplicates:,} rows were written more than once.",
            remedy="Each was kept once.",
            handled=True,
            examples=tuple(series.repeat_examples),
        )
    if series.conflicting_duplicates:
        yield Finding(
            kind="conflicting_duplicates",
            severity="warning",
            count=series.conflicting_duplicates,
            text=f"{series.conflicting_duplicates:,} rows say something else than a later row of the same time.",
            remedy="The last one was kept; a repair can take the first one, or refuse such data.",
            handled=True,
            choice="duplicates",
            examples=_first_rows_aside(series),
        )
    if series.equal_rows:
        yield Finding(
            kind="equal_rows",
            severity="info",
            count=series.equal_rows,
            text=f"{series.equal_rows:,} rows equal another of the same time; without ids nobody can tell why.",
            remedy="They were kept, as markets do print them.",
        )


def _first_rows_aside(series: SeriesBuilder) -> tuple[Example, ...]:
    rows = [row for frame in series.aside for row in frame.head(MAX_EXAMPLES).iter_rows()][:MAX_EXAMPLES]
    return tuple(
        Example(time=iso_from_ns(row[0]), text="first: " + ", ".join(f"{value:g}" for value in row[1:])) for row in rows
    )


def _of_gaps(evidence: Evidence) -> Iterator[Finding]:
    gaps = evidence.gaps
    if not gaps.count:
        return
    share = gaps.missing_bars / (gaps.missing_bars + evidence.series.rows)
    yield Finding(
        kind="gaps",
        severity="warning" if share > MANY_GAPS_SHARE else "info",
        count=gaps.count,
        text=f"{gaps.missing_bars:,} bars are missing in {gaps.count:,} runs, {share:.2%} of what the calendar expects.",
        remedy="A repair can fill them with flat bars without volume; left alone, a replay passes over them.",
        choice="gaps",
        examples=tuple(
            Example(time=gap.after, text=f"{gap.missing_bars:,} missing until {gap.before}") for gap in gaps.items
        )[:MAX_EXAMPLES],
    )


def _of_prices(evidence: Evidence) -> Iterator[Finding]:
    inspection = evidence.inspection
    if inspection.outliers.count:
        yield Finding(
            kind="outliers",
            severity="warning",
            count=inspection.outliers.count,
            text=f"{inspection.outliers.count:,} prices leave by more than {SPIKE_SCORE:g} times the usual move and come "
            f"straight back, or have a high or low more than {JUMP_SCORE:g} times away.",
            remedy="A repair can drop them; look at each first, as real markets do spike.",
            choice="outliers",
            examples=inspection.outliers.examples,
        )
    if inspection.jumps.count:
        yield Finding(
            kind="jumps",
            severity="info",
            count=inspection.jumps.count,
            text=f"{inspection.jumps.count:,} moves of more than {JUMP_SCORE:g} times the usual one that stay: news, a "
            "night, a split, or a change of unit.",
            remedy="Nothing is changed. A split belongs to the corporate actions of the symbol.",
            examples=inspection.jumps.examples,
        )
    if inspection.stuck.runs:
        yield Finding(
            kind="stuck_prices",
            severity="warning",
            count=inspection.stuck.rows,
            text=f"{inspection.stuck.rows:,} bars in {inspection.stuck.runs:,} runs of {STUCK_BARS} or more show one price; "
            f"the longest run has {inspection.stuck.longest:,}.",
            remedy="Nothing is changed: a feed that hung, or a market that nobody made. Do not trade on these hours.",
            examples=inspection.stuck.examples(),
        )
    if evidence.is_closes:
        yield Finding(
            kind="closes_only",
            severity="warning",
            count=evidence.series.rows,
            text="Only closing prices are known: open, high and low are the close.",
            remedy="Use it for what looks at closes; stops and limits within a bar fill at prices nobody knows.",
        )


def _of_volume(evidence: Evidence) -> Iterator[Finding]:
    silent, rows = evidence.inspection.zero_volume, evidence.series.rows
    if not silent.runs:
        return
    is_much = silent.rows > MANY_SILENT_SHARE * rows or silent.longest >= LONG_SILENCE_BARS
    yield Finding(
        kind="zero_volume",
        severity="warning" if is_much else "info",
        count=silent.rows,
        text=f"{silent.rows:,} bars in {silent.runs:,} runs have a volume of 0; the longest run has {silent.longest:,}.",
        remedy="Nothing is changed. An order that waits for volume does not fill there.",
        examples=silent.examples(),
    )


def _of_times(evidence: Evidence) -> Iterator[Finding]:
    guess = evidence.bar_time
    if guess is not None and guess.value == "close":
        yield Finding(
            kind="close_times",
            severity="error" if guess.confidence == "high" else "warning",
            count=evidence.series.rows,
            text=f"Bars seem to bear the time of their close ({guess.confidence}): {guess.why}",
            remedy='A repair with "bar_time": "close" moves each bar to its open time; until then each is known a bar late.',
            choice="bar_time",
        )
    if evidence.zone.value != "UTC" and evidence.zone.confidence != "low":
        yield Finding(
            kind="time_zone",
            severity="warning",
            count=evidence.series.rows,
            text=f"Times taken as UTC seem to be {evidence.zone.value} ({evidence.zone.confidence}): {evidence.zone.why}",
            remedy='A repair with "time_zone" reads them again in that zone.',
            choice="time_zone",
        )
    if evidence.off_grid and not (guess is not None and guess.value == "close"):
        yield Finding(
            kind="off_grid",
            severity="info",
            count=evidence.off_grid,
            text=f"{evidence.off_grid:,} bars do not open at a multiple of their interval.",
            remedy="Nothing is changed: sessions that begin at half past the hour are meant so.",
        )
    if evidence.filled:
        yield Finding(
            kind="filled",
            severity="info",
            count=evidence.filled,
            text=f"{evidence.filled:,} flat bars without volume were made up by a repair.",
            remedy="The parent data set is without them.",
            handled=True,
        )


def _of_end(evidence: Evidence) -> Iterator[Finding]:
    """A symbol that left its market before the data end: others go on, or its last bars only repeat a price."""
    tail = evidence.inspection.ended.last_run
    if evidence.ends_early_days:
        yield Finding(
            kind="delisting",
            severity="warning",
            count=1,
            text=f"The series ends {evidence.ends_early_days:,} days before the newest one of the same import.",
            remedy="Delisted, renamed, or a download that broke off: a test over all symbols must know that it was there.",
        )
    elif tail is not None and tail[2] >= ENDED_BARS:
        yield Finding(
            kind="delisting",
            severity="warning",
            count=tail[2],
            text=f"The last {tail[2]:,} bars repeat one price: trading seems to have ended before the data do.",
            remedy="Nothing is changed. Take the series as ended there.",
            examples=(_tail_example(tail),),
        )


def _tail_example(tail: tuple[int, int, int]) -> Example:
    row, time_ns, length = tail
    return Example(time=iso_from_ns(time_ns), row=row, text=f"{length:,} rows")
