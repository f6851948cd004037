"""Pictures: round values around the data, round moments of the zone, and nothing outside of the frame."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.builders.document import Chart, Series
from reports.exporters.pictures import BROAD, NARROW, SIZE, Area, Box, Line, Text, nice_ticks, picture_of
from reports.exporters.svg import svg_of
from reports.exporters.time_axis import MOST_TICKS, time_ticks

DAY_NS = 86_400 * 10**9
YEAR_2024_NS = 1_704_067_200 * 10**9


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=20), st.booleans())
def test_ticks_reach_around_the_values_evenly(values, with_zero):
    ticks = nice_ticks(values, with_zero=with_zero)
    room = max(abs(ticks[0]), abs(ticks[-1])) * 1e-9
    assert ticks[0] <= min(values) + room
    assert ticks[-1] >= max(values) - room
    assert 2 <= len(ticks) <= 9
    if with_zero:
        assert any(abs(each) <= room for each in ticks)


@pytest.mark.parametrize(
    ("days", "zone", "names"),
    [
        (5, UTC, ["1 Jan", "2 Jan", "3 Jan", "4 Jan", "5 Jan", "6 Jan"]),
        (0.25, UTC, ["1 Jan", "01:00", "02:00", "03:00", "04:00", "05:00", "06:00"]),
        (0.0001, UTC, ["1 Jan", "00:00:05"]),
        (700, UTC, ["2024", "Apr", "Jul", "Oct", "2025", "Apr", "Jul", "Oct"]),
        (4_000, UTC, ["2024", "2026", "2028", "2030", "2032", "2034"]),
        (1, ZoneInfo("Asia/Tokyo"), ["09:00", "12:00", "15:00", "18:00", "21:00", "2 Jan", "03:00", "06:00", "09:00"]),
    ],
)
def test_an_axis_of_time_has_round_moments(days, zone, names):
    found = time_ticks(YEAR_2024_NS, YEAR_2024_NS + int(days * DAY_NS), zone)
    assert [name for _, name in found] == names


@given(st.integers(0, 2**61), st.integers(1, 2**60))
def test_no_axis_is_crowded(start_ns, length_ns):
    found = time_ticks(start_ns, start_ns + length_ns, UTC)
    assert len(found) <= 2 * MOST_TICKS
    assert [each for each, _ in found] == sorted(each for each, _ in found)


def curve(values, form="line"):
    x = [YEAR_2024_NS + place * DAY_NS for place in range(len(values))]
    return Chart(name="c", title="A <curve>", form=form, unit="money", x=x, series=(Series("One", values),))


def places(mark):
    if isinstance(mark, Line | Area):
        return mark.points
    if isinstance(mark, Box):
        return [(mark.x, mark.y), (mark.x + mark.width, mark.y + mark.height)]
    assert isinstance(mark, Text)
    return [(mark.x, mark.y)]


@given(
    st.lists(st.none() | st.floats(-1e9, 1e9), max_size=60),
    st.sampled_from(["line", "area"]),
    st.sampled_from([BROAD, NARROW]),
)
def test_nothing_is_drawn_outside(values, form, frame):
    picture = picture_of(curve(values, form), UTC, frame)
    assert (picture is None) == all(each is None for each in values)
    for mark in picture.marks if picture else ():
        for x, y in places(mark):
            assert -1 <= x <= frame.width + 1
            assert -1 <= y <= frame.height + 1


def test_a_gap_is_no_line():
    lines = [each for each in picture_of(curve([1.0, 2.0, None, 3.0, 4.0]), UTC).marks if isinstance(each, Line)]
    assert [len(each.points) for each in lines if each.tone == "first"] == [2, 2]


def test_bars_stand_on_zero_and_go_both_ways():
    chart = Chart(
        name="b",
        title="Bars",
        form="bars",
        unit="share",
        labels=["a", "b", "c"],
        series=(Series("x", [0.5, -0.25, 0.0]),),
    )
    up, down = [each for each in picture_of(chart, UTC).marks if isinstance(each, Box)]
    assert (up.tone, down.tone) == ("gain", "loss")
    assert up.y + up.height == pytest.approx(down.y)
    assert up.height == pytest.approx(2 * down.height)


def test_a_picture_has_a_name_and_no_markup_of_others():
    svg = svg_of(picture_of(curve([1.0, 2.0]), UTC))
    assert 'aria-label="A &lt;curve&gt;"' in svg
    assert "style=" not in svg


def many(count, form="line"):
    lines = tuple(Series(f"The account of number {place}", [1.0, float(place)]) for place in range(count))
    x = [] if form == "bars" else [YEAR_2024_NS, YEAR_2024_NS + DAY_NS]
    return Chart(name="m", title="Many", form=form, unit="number", x=x, labels=["a", "b"], series=lines)


def look(line):
    return line.tone, line.dash


@pytest.mark.parametrize("frame", [BROAD, NARROW])
def test_each_of_twelve_lines_is_drawn_by_a_look_of_its_own_and_named(frame):
    picture = picture_of(many(12), UTC, frame)
    swatches = [each for each in picture.marks if isinstance(each, Line) and each.width == 2.4]
    lines = [each for each in picture.marks if isinstance(each, Line) and each.width == 1.3]
    assert [look(each) for each in lines] == [look(each) for each in swatches]
    assert len({look(each) for each in lines}) == 12
    names = [each for each in picture.marks if isinstance(each, Text) and each.text.startswith("The account")]
    assert [each.text for each in names] == [f"The account of number {place}" for place in range(12)]
    assert all(each.x + len(each.text) * SIZE * 0.5 <= frame.width for each in names)
    assert max(each.y for each in names) < min(y for line in lines for _, y in line.points)
    assert 'stroke-dasharray="5 2.5"' in svg_of(picture)


@pytest.mark.parametrize("frame", [BROAD, NARROW])
@pytest.mark.parametrize("days", [1, 5, 40, 97, 400, 3_650])
def test_names_of_times_do_not_touch_each_other(frame, days):
    picture = picture_of(curve([float(place) for place in range(days + 1)]), UTC, frame)
    names = [each for each in picture.marks if isinstance(each, Text) and each.anchor == "middle"]
    halves = [len(each.text) * SIZE * 0.3 for each in names]
    assert len(names) > 1
    for place in range(1, len(names)):
        assert names[place].x - names[place - 1].x > halves[place] + halves[place - 1]


def test_how_long_something_took_is_neither_gain_nor_loss_and_says_its_unit():
    waits = Chart(
        name="waits",
        title="Waits",
        form="histogram",
        unit="hours",
        series=(Series("Count", [3.0, 1.0]), Series("Edges", [0.0, 5.0, 10.0])),
    )
    marks = picture_of(waits, UTC).marks
    assert {each.tone for each in marks if isinstance(each, Box)} == {"first"}
    assert "10 h" in [each.text for each in marks if isinstance(each, Text)]
