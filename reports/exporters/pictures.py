"""Pictures: a chart as marks on a plane, which the page draws as SVG and the PDF as its own lines.

Drawn here and not by a plotting library: its pictures carry fixed colours, where these follow the reader's light or dark
page, and the library alone takes longer to load than a whole report may take to make.

The plane is in points, its origin at the top left.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final, Literal

from reports.builders.document import Chart, Unit
from reports.exporters.formatting import short_text_of
from reports.exporters.time_axis import time_ticks

WIDTH: Final = 720.0
HEIGHT: Final = 190.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 14.0, 18.0, 24.0
TICKS: Final = 4
LEAST_SPREAD: Final = 1e-100
"""What lies closer together is drawn as one value: near the smallest numbers there is no power of ten to count by."""

SIZE: Final = 10.0
"""Of the letters."""

Tone = Literal["muted", "grid", "zero", "first", "second", "third", "fourth", "fifth", "gain", "loss"]
LINE_TONES: Final[tuple[Tone, ...]] = ("first", "second", "third", "fourth", "fifth")
MAX_LABELS: Final = 16
"""Names below bars; more of them would overlap, so every second, third, … is written."""

Points = list[tuple[float, float]]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Line:
    """A line through points."""

    points: Points
    tone: Tone
    width: float = 1.3


@dataclass(frozen=True)
class Area:
    """A filled polygon, half transparent."""

    points: Points
    tone: Tone


@dataclass(frozen=True)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    tone: Tone


@dataclass(frozen=True)
class Text:
    """A text on its base line."""

    x: float
    y: float
    text: str
    anchor: Anchor
    tone: Tone = "muted"


Mark = Line | Area | Box | Text


@dataclass(frozen=True)
class Picture:
    """Marks in the order in which they are drawn."""

    title: str
    width: float = WIDTH
    height: float = HEIGHT
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True)
class _Plane:
    """From values to places: linear on both axes."""

    x: Callable[[float], float]
    y: Callable[[float], float]


def picture_of(chart: Chart, zone: tzinfo) -> Picture | None:
    """The picture of a chart; None when there is nothing to draw."""
    drawn = {"histogram": _histogram, "bars": _bars, "line": _curves, "area": _curves}[chart.form](chart, zone)
    return None if drawn is None else Picture(chart.title, marks=drawn)


# Each form ---------------------------------------------------------------------------------------------------------------


def _curves(chart: Chart, zone: tzinfo) -> list[Mark] | None:
    values = [value for series in chart.series for value in series.values if value is not None]
    if not values or not chart.x:
        return None
    ticks = nice_ticks(values, with_zero=chart.form == "area")
    first, last = chart.x[0], chart.x[-1] if chart.x[-1] > chart.x[0] else chart.x[0] + 1
    plane = _plane(first, last, ticks[0], ticks[-1])
    marks = _value_axis(plane, ticks, chart.unit)
    for time_ns, label in time_ticks(first, last, zone):
        marks.append(Text(plane.x(time_ns), HEIGHT - 8, label, "middle"))
    for series, tone in zip(chart.series, LINE_TONES, strict=False):
        for run in _runs(chart.x, series.values):
            points = [(plane.x(time_ns), plane.y(value)) for time_ns, value in run]
            if chart.form == "area":
                marks.append(Area([(points[0][0], plane.y(0)), *points, (points[-1][0], plane.y(0))], tone))
            marks.append(Line(points, tone))
    return marks + _legend([series.label for series in chart.series])


def _histogram(chart: Chart, zone: tzinfo) -> list[Mark] | None:
    counts, edges = chart.series[0].values, [value or 0.0 for value in chart.series[1].values]
    if not counts or edges[-1] <= edges[0]:
        return None
    ticks = nice_ticks([value or 0.0 for value in counts], with_zero=True)
    plane = _plane(edges[0], edges[-1], ticks[0], ticks[-1])
    marks = _value_axis(plane, ticks, "count")
    names = nice_ticks([edges[0], edges[-1]], wanted=7)
    step = names[1] - names[0]
    for value in names:
        if edges[0] <= value <= edges[-1]:
            marks.append(Text(plane.x(value), HEIGHT - 8, short_text_of(value, chart.unit, step), "middle"))
    for count, left, right in zip(counts, edges, edges[1:], strict=False):
        if count:
            tone: Tone = "loss" if right <= 0 else "gain" if left >= 0 else "zero"
            width = max(plane.x(right) - plane.x(left) - 1, 0.5)
            marks.append(Box(plane.x(left), plane.y(count), width, plane.y(0) - plane.y(count), tone))
    return marks


def _bars(chart: Chart, zone: tzinfo) -> list[Mark] | None:
    values = [value for series in chart.series for value in series.values if value is not None]
    if not values:
        return None
    ticks = nice_ticks(values, with_zero=True)
    plane = _plane(0, len(chart.labels), ticks[0], ticks[-1])
    marks = _value_axis(plane, ticks, chart.unit)
    step = -(-len(chart.labels) // MAX_LABELS)
    for place, label in enumerate(chart.labels):
        if place % step == 0:
            marks.append(Text(plane.x(place + 0.5), HEIGHT - 8, label, "middle"))
    share = 0.76 / len(chart.series)
    for number, series in enumerate(chart.series):
        for place, value in enumerate(series.values):
            if value:
                alone: Tone = "gain" if value > 0 else "loss"
                tone = alone if len(chart.series) == 1 else LINE_TONES[number % len(LINE_TONES)]
                left, top = plane.x(place + 0.12 + number * share), plane.y(max(value, 0.0))
                width = plane.x(share) - plane.x(0) - (1 if len(chart.series) > 1 else 0)
                marks.append(Box(left, top, max(width, 0.5), abs(plane.y(0) - plane.y(value)), tone))
    return marks + _legend([series.label for series in chart.series])


# Axes ----------------------------------------------------------------------------------------------------------------------


def nice_ticks(values: Sequence[float], *, with_zero: bool = False, wanted: int = TICKS) -> list[float]:
    """Round values that reach around all given ones, evenly spaced: steps of 1, 2 or 5 times a power of ten."""
    low, high = min(values), max(values)
    if with_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= max(abs(high) * 1e-12, LEAST_SPREAD):
        room = abs(high) * 0.05 if abs(high) > LEAST_SPREAD else 1.0
        low, high = low - room, high + room
    rough = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, last + 1)]


def _plane(left: float, right: float, low: float, high: float) -> _Plane:
    wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    return _Plane(
        lambda value: LEFT + (value - left) / (right - left) * wide,
        lambda value: TOP + (high - value) / (high - low) * tall,
    )


def _value_axis(plane: _Plane, ticks: list[float], unit: Unit) -> list[Mark]:
    marks: list[Mark] = []
    for value in ticks:
        y = plane.y(value)
        tone: Tone = "zero" if value == 0 else "grid"
        marks.append(Line([(LEFT, y), (WIDTH - RIGHT, y)], tone, 0.6))
        marks.append(Text(LEFT - 6, y + SIZE * 0.35, short_text_of(value, unit, ticks[1] - ticks[0]), "end"))
    return marks


def _runs(x: Sequence[int], values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """The stretches without a gap; a place that stands alone is drawn as a short line."""
    runs: list[list[tuple[int, float]]] = [[]]
    for place, value in zip(x, values, strict=True):
        if value is not None:
            runs[-1].append((place, value))
        elif runs[-1]:
            runs.append([])
    return [run if len(run) > 1 else run * 2 for run in runs if run]


def _legend(labels: list[str]) -> list[Mark]:
    """Names of lines at the top, where there are several."""
    if len(labels) < 2:
        return []
    marks: list[Mark] = []
    x = LEFT + 6
    for label, tone in zip(labels, LINE_TONES, strict=False):
        short = label if len(label) <= 28 else f"{label[:27]}…"
        marks.append(Box(x, 2, 8, 8, tone))
        marks.append(Text(x + 12, SIZE, short, "start"))
        x += 24 + len(short) * SIZE * 0.56
    return marks
