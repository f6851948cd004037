"""The rows of the benchmark table: what was measured, against what, and whether the target is met."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

Better = Literal["higher", "lower"]
Passes = Mapping[str, Sequence[float]]
"""The figure of each contender, pass by pass."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table.

    `value` is what the target is about: mostly a ratio of medians, else a figure in `unit`. `target` is None where the
    row only informs. `ours` and `peer` are medians in `unit`, `spread` is (largest - smallest) / median of ours over
    the passes. `skipped` says why there is no value.
    """

    name: str
    value: float | None = None
    target: float | None = None
    better: Better = "higher"
    ours: float | None = None
    peer: float | None = None
    unit: str = ""
    spread: float | None = None
    note: str = ""
    skipped: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the value reaches the target; None where there is nothing to judge."""
        if self.value is None or self.target is None:
            return None
        return self.value >= self.target if self.better == "higher" else self.value <= self.target


def ratio_row(
    name: str,
    passes: Passes,
    *,
    ours: str,
    peer: str,
    unit: str,
    target: float | None = None,
    better: Better = "higher",
    note: str = "",
) -> Row:
    """The row of a ratio: the median of contender `ours` over the median of contender `peer`."""
    our_median, peer_median = statistics.median(passes[ours]), statistics.median(passes[peer])
    return Row(
        name=name,
        value=our_median / peer_median,
        target=target,
        better=better,
        ours=our_median,
        peer=peer_median,
        unit=unit,
        spread=spread_of(passes[ours]),
        note=note,
    )


def figure_row(
    name: str,
    figures: Sequence[float],
    *,
    unit: str,
    target: float | None = None,
    better: Better = "higher",
    note: str = "",
) -> Row:
    """The row of a figure that is judged by itself: the median over the passes."""
    value = statistics.median(figures)
    return Row(
        name=name,
        value=value,
        target=target,
        better=better,
        ours=value,
        unit=unit,
        spread=spread_of(figures),
        note=note,
    )


def spread_of(figures: Sequence[float]) -> float | None:
    """(largest - smallest) / median; None for a single pass."""
    if len(figures) < 2:
        return None
    return (max(figures) - min(figures)) / statistics.median(figures)


def as_json(rows: Iterable[Row]) -> str:
    """The judged rows as a JSON list of name, value, target and better; a row that was skipped has no value there."""
    shown: list[dict[str, Any]] = [
        {"name": row.name, "value": None if row.value is None else round(row.value, 4), "target": row.target}
        | {"better": row.better}
        for row in rows
        if row.target is not None
    ]
    return msgspec.json.format(msgspec.json.encode(shown), indent=1).decode()


def as_table(rows: Sequence[Row]) -> str:
    """The table as text, its notes beneath."""
    heads = ("what", "ours", "peer", "unit", "value", "target", "met", "spread")
    lines = [heads, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    text = [_line(line, widths) for line in lines]
    text.insert(1, "  ".join("-" * width for width in widths))
    notes = [f"  {row.name}: {row.skipped or row.note}" for row in rows if row.skipped or row.note]
    return "\n".join([*text, *(["", "Notes", *notes] if notes else [])])


def _cells(row: Row) -> tuple[str, ...]:
    sign = "≥" if row.better == "higher" else "≤"
    return (
        row.name,
        _number(row.ours),
        _number(row.peer),
        row.unit,
        _number(row.value),
        "" if row.target is None else f"{sign} {_number(row.target)}",
        "skipped" if row.skipped else {True: "yes", False: "NO", None: ""}[row.is_met],
        "" if row.spread is None else f"±{row.spread / 2:.0%}",
    )


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """The first column and the unit to the left, numbers to the right."""
    left = {0, 3}
    shown = [
        cell.ljust(width) if column in left else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(shown).rstrip()
