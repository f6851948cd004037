"""Pictures: a chart as marks on a plane, which the page draws as SVG and the PDF as its own lines.

Drawn here and not by a plotting library: its pictures carry fixed colours, where these follow the reader's light or dark
page. And to load matplotlib and have it draw the ten pictures of a tear sheet, for a desk and for a phone, takes 1.8 s of
processor time (0.6 to load, 0.06 a picture), where the whole page is made in less than 0.1.

The plane is in points, its origin at the top left.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final, Literal

from reports.builders.document import DURATIONS, Chart, Unit
from reports.exporters.formatting import short_text_of
from reports.exporters.time_axis import time_ticks


@dataclass(frozen=True)
class Frame:
    """How large a picture is, and how many names fit beside and below it; left and right are what values' names take."""

    width: float
    height: float
    left: float
    right: float
    most_labels: int
    most_moments: int
    histogram_ticks: int


BROAD: Final = Frame(
    width=720.0, height=190.0, left=64.0, right=14.0, most_labels=16, most_moments=8, histogram_ticks=7
)
"""As wide as a page."""

NARROW: Final = Frame(
    width=350.0, height=190.0, left=52.0, right=14.0, most_labels=6, most_moments=4, histogram_ticks=3
)
"""As wide as a phone, with letters of the same size: the broad one would be shown at half of it."""

TOP, BOTTOM = 18.0, 24.0
TICKS: Final = 4
LEAST_SPREAD: Final = 1e-100
"""What lies closer together is drawn as one value: near the smallest numbers there is no power of ten to count by."""

SIZE: Final = 10.0
"""Of the letters."""

Tone = Literal["muted", "grid", "zero", "first", "second", "third", "fourth", "fifth", "gain", "loss"]
Dash = tuple[float, ...]
"""Lengths of strokes and gaps, empty for a whole line."""

LINE_TONES: Final[tuple[Tone, ...]] = ("first", "second", "third", "fourth", "fifth")
DASHES: Final[tuple[Dash, ...]] = ((), (5.0, 2.5), (1.5, 2.0))
"""Lines beyond the fifth have the colours again, broken: with three patterns fifteen lines can be told apart."""

LETTER_WIDTH: Final = 0.6
"""Of a letter, as a share of its size; of the fonts of pages and of the PDF no common one is wider."""

LEGEND_LINE: Final = 13.0
LONGEST_NAME: Final = 28
"""Letters of a name in a legend; a longer one is cut."""

Points = list[tuple[float, float]]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Line:
    """A line through points."""

    points: Points
    tone: Tone
    width: float = 1.3
    dash: Dash = ()


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
    width: float
    height: float
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True)
class _Plane:
    """From values to places: linear on both axes. `bottom` is where the names below it stand."""

    x: Callable[[float], float]
    y: Callable[[float], float]
    bottom: float


@dataclass(frozen=True)
class _Canvas:
    """A frame under a legend of some lines, which makes the picture higher and not its plane lower."""

    frame: Frame
    legend: list[Mark]
    legend_lines: int

    @property
    def height(self) -> float:
        """Of the whole picture."""
        return self.frame.height + max(self.legend_lines - 1, 0) * LEGEND_LINE

    def plane(self, left: float, right: float, low: float, high: float) -> _Plane:
        """The plane that shows these values."""
        frame, top = self.frame, self.height - self.frame.height + TOP
        wide, tall = frame.width - frame.left - frame.right, frame.height - TOP - BOTTOM
        return _Plane(
            lambda value: frame.left + (value - left) / (right - left) * wide,
            lambda value: top + (high - value) / (high - low) * tall,
            self.height - 8,
        )


def picture_of(chart: Chart, zone: tzinfo, frame: Frame = BROAD) -> Picture | None:
    """The picture of a chart; None when there is nothing to draw."""
    has_legend = chart.form != "histogram" and len(chart.series) > 1
    names = [series.label for series in chart.series] if has_legend else []
    canvas = _Canvas(frame, *_legend(names, frame, is_of_lines=chart.form != "bars"))
    drawn = {"histogram": _histogram, "bars": _bars, "line": _curves, "area": _curves}[chart.form](chart, zone, canvas)
    if drawn is None:
        return None
    return Picture(chart.title, frame.width, canvas.height, drawn + canvas.legend)


# Each form ---------------------------------------------------------------------------------------------------------------


def _curves(chart: Chart, zone: tzinfo, canvas: _Canvas) -> list[Mark] | None:
    values = [value for series in chart.series for value in series.values if value is not None]
    if not values or not chart.x:
        return None
    ticks = nice_ticks(values, with_zero=chart.form == "area")
    first, last = chart.x[0], chart.x[-1] if chart.x[-1] > chart.x[0] else chart.x[0] + 1
    plane = canvas.plane(first, last, ticks[0], ticks[-1])
    marks = _value_axis(plane, ticks, chart.unit, canvas.frame)
    for time_ns, label in time_ticks(first, last, zone, canvas.frame.most_moments):
        marks.append(_below(plane.x(time_ns), label, plane, canvas.frame))
    for number, series in enumerate(chart.series):
        tone, dash = _look_of_line(number)
        for run in _runs(chart.x, series.values):
            points = [(plane.x(time_ns), plane.y(value)) for time_ns, value in run]
            if chart.form == "area":
                marks.append(Area([(points[0][0], plane.y(0)), *points, (points[-1][0], plane.y(0))], tone))
            marks.append(Line(points, tone, dash=dash))
    return marks


def _histogram(chart: Chart, zone: tzinfo, canvas: _Canvas) -> list[Mark] | None:
    counts, edges = chart.series[0].values, [value or 0.0 for value in chart.series[1].values]
    if not counts or edges[-1] <= edges[0]:
        return None
    ticks = nice_ticks([value or 0.0 for value in counts], with_zero=True)
    plane = canvas.plane(edges[0], edges[-1], ticks[0], ticks[-1])
    marks = _value_axis(plane, ticks, "count", canvas.frame)
    names = nice_ticks([edges[0], edges[-1]], wanted=canvas.frame.histogram_ticks)
    step = names[1] - names[0]
    for value in names:
        if edges[0] <= value <= edges[-1]:
            text = short_text_of(value, chart.unit, step)
            marks.append(_below(plane.x(value), text, plane, canvas.frame))
    for count, left, right in zip(counts, edges, edges[1:], strict=False):
        if count:
            width = max(plane.x(right) - plane.x(left) - 1, 0.5)
            tone = _tone_of_bar(chart.unit, left, right)
            marks.append(Box(plane.x(left), plane.y(count), width, plane.y(0) - plane.y(count), tone))
    return marks


def _tone_of_bar(unit: Unit, left: float, right: float) -> Tone:
    """Of a bar between two edges: gains and losses have colours, lengths of time are neither."""
    if unit in DURATIONS:
        return "first"
    return "loss" if right <= 0 else "gain" if left >= 0 else "zero"


def _bars(chart: Chart, zone: tzinfo, canvas: _Canvas) -> list[Mark] | None:
    values = [value for series in chart.series for value in series.values if value is not None]
    if not values:
        return None
    ticks = nice_ticks(values, with_zero=True)
    plane = canvas.plane(0, len(chart.labels), ticks[0], ticks[-1])
    marks = _value_axis(plane, ticks, chart.unit, canvas.frame)
    step = -(-len(chart.labels) // canvas.frame.most_labels)
    for place, label in enumerate(chart.labels):
        if place % step == 0:
            marks.append(_below(plane.x(place + 0.5), label, plane, canvas.frame))
    share = 0.76 / len(chart.series)
    for number, series in enumerate(chart.series):
        for place, value in enumerate(series.values):
            if value:
                alone: Tone = "gain" if value > 0 else "loss"
                tone = alone if len(chart.series) == 1 else _look_of_line(number)[0]
                left, top = plane.x(place + 0.12 + number * share), plane.y(max(value, 0.0))
                width = plane.x(share) - plane.x(0) - (1 if len(chart.series) > 1 else 0)
                marks.append(Box(left, top, max(width, 0.5), abs(plane.y(0) - plane.y(value)), tone))
    return marks


def _look_of_line(number: int) -> tuple[Tone, Dash]:
    """The colour and the pattern of a line by its place among all."""
    turn, place = divmod(number, len(LINE_TONES))
    return LINE_TONES[place], DASHES[turn % len(DASHES)]


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


def _value_axis(plane: _Plane, ticks: list[float], unit: Unit, frame: Frame) -> list[Mark]:
    marks: list[Mark] = []
    for value in ticks:
        y = plane.y(value)
        tone: Tone = "zero" if value == 0 else "grid"
        marks.append(Line([(frame.left, y), (frame.width - frame.right, y)], tone, 0.6))
        marks.append(Text(frame.left - 6, y + SIZE * 0.35, short_text_of(value, unit, ticks[1] - ticks[0]), "end"))
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


def _below(x: float, text: str, plane: _Plane, frame: Frame) -> Text:
    """A name below its place; near an edge it is moved so that none of it is cut."""
    half = len(text) * SIZE * LETTER_WIDTH / 2
    return Text(min(max(x, half), frame.width - half), plane.bottom, text, "middle")


def _legend(names: list[str], frame: Frame, *, is_of_lines: bool) -> tuple[list[Mark], int]:
    """Names of lines or bars at the top, and over how many lines they go."""
    marks: list[Mark] = []
    x, lines = frame.left, 0
    for number, name in enumerate(names):
        short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
        width = 20 + len(short) * SIZE * LETTER_WIDTH
        if not lines or x + width > frame.width:
            x, lines = frame.left, lines + 1
        y = (lines - 1) * LEGEND_LINE
        tone, dash = _look_of_line(number)
        swatch = Line([(x, y + 6), (x + 14, y + 6)], tone, 2.4, dash) if is_of_lines else Box(x + 3, y + 2, 8, 8, tone)
        marks += [swatch, Text(x + 18, y + SIZE, short, "start")]
        x += width + 10
    return marks, lines
