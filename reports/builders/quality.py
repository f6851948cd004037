"""The quality of a data set: what was found in it, how bad that is and what can be done; as its import found it."""

from collections.abc import Mapping
from typing import Any

from kit.clock import ns_from_iso
from reports.builders.document import Cell, DataHash, Figure, Provenance, Report, Section, Table, columns

SEVERITIES = ("error", "warning", "info")


def build_quality(dataset: Mapping[str, Any], quality: Mapping[str, Any], *, made_ns: int, time_zone: str) -> Report:
    """The report of a data set, from how it is listed and what is known of its quality."""
    found = sorted(quality["findings"], key=lambda each: (each["handled"], SEVERITIES.index(each["severity"])))
    return Report(
        kind="data",
        title=f"Data of {dataset['symbol']}",
        subtitle=f"Data set {dataset['id']}, {dataset['kind']} from {dataset['file_name']}",
        currency=None,
        made_ns=made_ns,
        provenance=Provenance(
            data=(DataHash(f"data set {dataset['id']}", dataset["content_hash"]),),
            conventions=(
                "error: results computed with it are wrong; warning: they may be; info: good to know.",
                "The verdict is the worst of what nothing has been done about.",
                "Gaps are missing bars while the market was open by its calendar.",
            ),
            time_zone=time_zone,
        ),
        sections=(
            _summary(dataset, quality),
            Section(name="findings", title="What was found", tables=(_findings(found), _examples(found))),
            Section(
                name="gaps",
                title="Holes",
                figures=(
                    *_gap_figures("gaps", "Gaps", quality["gaps"]),
                    *_gap_figures("breaks", "Breaks", quality["breaks"]),
                ),
                tables=(_gaps(quality["gaps"]),),
            ),
            *_done(quality),
        ),
    )


def _summary(dataset: Mapping[str, Any], quality: Mapping[str, Any]) -> Section:
    said = (
        ("verdict", "Verdict", quality["verdict"], "text"),
        ("rows", "Rows", quality["rows"], "count"),
        ("interval", "Interval", quality["interval"] or "–", "text"),
        ("from", "First row", ns_from_iso(quality["from"]), "time"),
        ("to", "Last row", ns_from_iso(quality["to"]), "time"),
        ("calendar", "Calendar", quality["calendar"], "text"),
        ("bad_rows", "Rows left out", quality["bad_rows"], "count"),
        ("duplicates", "Repeated times", quality["duplicates"], "count"),
        ("conflicting_duplicates", "Of them with other values", quality["conflicting_duplicates"], "count"),
        ("out_of_order", "Rows out of order", quality["out_of_order"], "count"),
        ("zero_volume", "Bars without volume", quality["zero_volume"], "count"),
        ("off_grid", "Bars off the grid", quality["off_grid"], "count"),
        ("size_bytes", "Bytes", dataset["size_bytes"], "count"),
    )
    figures = tuple(Figure(name, label, value, unit) for name, label, value, unit in said)  # type: ignore[arg-type]
    return Section(name="summary", title="Summary", figures=figures)


def _findings(found: list[Mapping[str, Any]]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            each["severity"],
            each["kind"].replace("_", " "),
            each["count"],
            each["text"],
            "done" if each["handled"] else each["remedy"],
        )
        for each in found
    ]
    return Table(
        name="findings",
        title="Findings",
        columns=columns(
            ("severity", "Severity", "text"),
            ("kind", "Kind", "text"),
            ("count", "Times", "count"),
            ("text", "What", "text"),
            ("remedy", "What helps", "text"),
        ),
        rows=rows,
    )


def _examples(found: list[Mapping[str, Any]]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            each["kind"].replace("_", " "),
            None if example["time"] is None else ns_from_iso(example["time"]),
            example["row"],
            example["line"],
            example["text"],
        )
        for each in found
        for example in each["examples"]
    ]
    return Table(
        name="examples",
        title="Where, for example",
        columns=columns(
            ("kind", "Kind", "text"),
            ("time", "Time", "time"),
            ("row", "Row", "count"),
            ("line", "Line of the file", "count"),
            ("text", "Text", "text"),
        ),
        rows=rows,
    )


def _gap_figures(name: str, label: str, gaps: Mapping[str, Any]) -> tuple[Figure, ...]:
    return (
        Figure(f"{name}_count", label, gaps["count"], "count"),
        Figure(f"{name}_missing", f"{label}, bars missing", gaps["missing_bars"], "count"),
        Figure(f"{name}_longest", f"{label}, longest", gaps["longest_seconds"] / 3_600, "hours"),
    )


def _gaps(gaps: Mapping[str, Any]) -> Table:
    return Table(
        name="gaps",
        title="Longest gaps",
        columns=columns(
            ("after", "After the bar of", "time"),
            ("before", "Before the bar of", "time"),
            ("missing", "Bars missing", "count"),
        ),
        rows=[
            (ns_from_iso(each["after"]), ns_from_iso(each["before"]), each["missing_bars"]) for each in gaps["items"]
        ],
    )


def _done(quality: Mapping[str, Any]) -> list[Section]:
    """What an import or a repair has done, and what a reader should know."""
    rows: list[tuple[Cell, ...]] = [("done", text) for text in quality["repairs"]]
    rows += [("note", text) for text in quality["notes"]]
    if quality["repair"] is not None:
        rows += [("repair", each["text"]) for each in quality["repair"]["steps"]]
    if not rows:
        return []
    said = columns(("what", "", "text"), ("text", "What", "text"))
    return [
        Section(
            name="done", title="What was done", tables=(Table(name="done", title="Notes", columns=said, rows=rows),)
        )
    ]
