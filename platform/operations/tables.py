"""Counters and histograms for the hot paths: tables of plain numbers that become text only when somebody scrapes.

prometheus_client takes a lock and two look-ups for each increment, and some microseconds for each line of a scrape. Here an
increment is a fifth of a microsecond and a line half of one. Written on the event loop alone, so nothing is locked.

The number of rows is bounded: what comes beyond it is counted in one row whose labels all say `other`.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

MAX_ROWS: Final = 500
"""Label sets of one table. Those that exist are a few dozen; more are a bug or an attack."""

OVERFLOW: Final = "other"

Labels = tuple[str, ...]


class CounterTable:
    """A counter: one number for each set of label values. `name` is without `_total`."""

    def __init__(self, name: str, documentation: str, labels: Labels, max_rows: int = MAX_ROWS) -> None:
        self.name = name
        self.documentation = documentation
        self.labels = labels
        self._max_rows = max_rows
        self._rows: dict[Labels, float] = {}

    def add(self, values: Labels, amount: float = 1) -> None:
        """Count; `values` are in the order of `labels`."""
        rows = self._rows
        if values in rows:
            rows[values] += amount
        else:
            self._add_row(values, amount)

    def _add_row(self, values: Labels, amount: float) -> None:
        assert len(values) == len(self.labels), f"{self.name} has the labels {self.labels}, not {values}"
        if len(self._rows) >= self._max_rows:
            values = (OVERFLOW,) * len(values)
        self._rows[values] = self._rows.get(values, 0) + amount

    def value(self, *values: str) -> float:
        """What was counted for these label values."""
        return self._rows.get(values, 0)

    def lines(self) -> Iterator[str]:
        """The table in Prometheus' text format."""
        yield from heading(f"{self.name}_total", self.documentation, "counter")
        for values, count in self._rows.items():
            yield f"{self.name}_total{label_text(self.labels, values)} {float(count)}"


class HistogramRow:
    """How many, how much in all, how many in each bucket."""

    __slots__ = ("buckets", "count", "total")

    def __init__(self, bucket_count: int) -> None:
        self.count = 0
        self.total = 0.0
        self.buckets = [0] * bucket_count


class HistogramTable:
    """A histogram: one row of buckets for each set of label values; `bounds` are the buckets' upper bounds, rising."""

    def __init__(
        self, name: str, documentation: str, labels: Labels, bounds: Sequence[float], max_rows: int = MAX_ROWS
    ) -> None:
        self.name = name
        self.documentation = documentation
        self.labels = labels
        self.bounds = tuple(bounds)
        self.rows: dict[Labels, HistogramRow] = {}
        self._max_rows = max_rows
        self._bucket_labels = [*(f'le="{float(bound)}"' for bound in bounds), 'le="+Inf"']

    def observe(self, values: Labels, amount: float) -> None:
        """Count one observation; `values` are in the order of `labels`."""
        row = self.rows.get(values) or self._new_row(values)
        row.count += 1
        row.total += amount
        row.buckets[bisect_left(self.bounds, amount)] += 1

    def _new_row(self, values: Labels) -> HistogramRow:
        assert len(values) == len(self.labels), f"{self.name} has the labels {self.labels}, not {values}"
        if len(self.rows) >= self._max_rows:
            values = (OVERFLOW,) * len(values)
        return self.rows.setdefault(values, HistogramRow(len(self.bounds) + 1))

    def lines(self) -> Iterator[str]:
        """The table in Prometheus' text format; buckets hold all that is below their bound."""
        yield from heading(self.name, self.documentation, "histogram")
        for values, row in self.rows.items():
            shown = label_text(self.labels, values)
            prefix = f"{self.name}_bucket{{{shown[1:-1]}," if shown else f"{self.name}_bucket{{"
            below = 0
            for bucket_label, count in zip(self._bucket_labels, row.buckets, strict=True):
                below += count
                yield f"{prefix}{bucket_label}}} {below}.0"
            yield f"{self.name}_count{shown} {row.count}.0"
            yield f"{self.name}_sum{shown} {row.total}"


def heading(name: str, documentation: str, kind: str) -> Iterator[str]:
    """The two lines before a family."""
    yield f"# HELP {name} {documentation}"
    yield f"# TYPE {name} {kind}"


def label_text(labels: Labels, values: Sequence[str]) -> str:
    """`{name="value",…}`, sorted by name as prometheus_client has it; nothing without labels."""
    if not labels:
        return ""
    pairs = sorted(zip(labels, values, strict=True))
    return "{" + ",".join(f'{label}="{_escaped(value)}"' for label, value in pairs) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
