"""What every report is made of: sections of figures, pictures and tables, and where all of it came from.

It is data alone. Exporters lay it out; none of them knows what a report is about. Times are UTC nanoseconds, shares are
fractions (0.1 is 10 %), and what is not known is None.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Literal

import msgspec

REPORT_VERSION: Final = 2
"""Rises when the same data may make another report."""

Unit = Literal[
    "text", "count", "number", "ratio", "money", "price", "quantity", "share", "fine_share", "time", "date", "days",
    "hours", "minutes", "seconds", "ms", "bps",
]  # fmt: skip
"""How a value is written: `time` and `date` are UTC nanoseconds, shown in the report's zone (a date as the day in UTC).

`ratio` and `fine_share` are numbers and shares near 0, which need more digits.
"""

DURATIONS: Final[dict[Unit, float]] = {"ms": 1.0, "seconds": 1e3, "minutes": 6e4, "hours": 3.6e6, "days": 8.64e7}
"""Lengths of time, shortest first, and the milliseconds of each."""

Cell = str | int | float | Decimal | None
"""Exact amounts are Decimals; those that were computed as floats stay floats."""

Form = Literal["line", "area", "bars", "histogram"]


class Figure(msgspec.Struct, frozen=True):
    """One number with its name; `note` says what a reader must know of it."""

    name: str
    label: str
    value: Cell
    unit: Unit
    note: str = ""


class Column(msgspec.Struct, frozen=True):
    """One column of a table."""

    name: str
    label: str
    unit: Unit


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Rows under columns. `is_shaded` colours gains and losses; a page shows `most_shown` rows, files for programs all."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    note: str = ""
    is_shaded: bool = False
    most_shown: int = 200


class Series(msgspec.Struct, frozen=True):
    """The values of one line or row of bars, one for each place on the axis."""

    label: str
    values: list[float | None]


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A picture. `x` are times (UTC nanoseconds), or `labels` stand in place of them.

    A histogram has two series: how many there are in each bar, and the edges of the bars.
    """

    name: str
    title: str
    form: Form
    unit: Unit
    series: tuple[Series, ...]
    x: list[int] = []
    labels: list[str] = []
    note: str = ""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a report with a title of its own."""

    name: str
    title: str
    text: str = ""
    figures: tuple[Figure, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()


class DataHash(msgspec.Struct, frozen=True):
    """Which data a report was made from: what they are, and the hash of their content."""

    what: str
    content_hash: str


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where a report came from, so that it can be made again: data, versions, conventions and time zone."""

    data: tuple[DataHash, ...]
    engine: int | None = None
    language: int | None = None
    report: int = REPORT_VERSION
    conventions: tuple[str, ...] = ()
    time_zone: str = "UTC"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole report. `warnings` stand on top of it: what a reader must know before the first number."""

    kind: str
    title: str
    subtitle: str
    currency: str | None
    made_ns: int
    provenance: Provenance
    sections: tuple[Section, ...]
    warnings: tuple[str, ...] = ()

    @property
    def tables(self) -> list[Table]:
        """All tables, in order."""
        return [table for section in self.sections for table in section.tables]


def columns(*said: tuple[str, str, Unit]) -> tuple[Column, ...]:
    """Columns from (name, label, unit)."""
    return tuple(Column(*each) for each in said)


def duration_unit(milliseconds: float) -> Unit:
    """The longest unit of which a length of time has at least two: 90 minutes are minutes, and three hours are hours."""
    fitting: list[Unit] = [unit for unit, length in DURATIONS.items() if abs(milliseconds) >= 2 * length]
    return fitting[-1] if fitting else "ms"
