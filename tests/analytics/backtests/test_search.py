"""The combinations of a sweep, the windows of a walk forward, and the neighbours of the best."""

import math
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.backtests.robustness import Robustness, best_of, robustness_of
from analytics.backtests.search import Axis, draw, grid, space_of
from analytics.backtests.windows import Schedule, windows_of
from kit.errors import Invalid

SPACE = space_of({"fast": Axis(5, 15, 5), "slow": Axis(values=[20, 10])}, [("fast", "slow")])


def refusal(call) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        call()
    return caught.value.details


def test_axes_read_as_a_request_writes_them():
    axes = msgspec.json.decode(b'{"a": {"from": 1, "to": 3}, "b": {"values": [0.5]}}', type=dict[str, Axis])
    assert space_of(axes).values == ((1, 2, 3), (0.5,))


def test_a_range_of_fractions_has_the_values_that_a_person_would_write():
    assert space_of({"x": Axis(0.1, 0.7, 0.1)}).values == ((0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7),)
    assert space_of({"x": Axis(1, 2, 0.3)}).values == ((1.0, 1.3, 1.6, 1.9),)


def test_a_grid_has_every_combination_that_rises_the_last_axis_fastest():
    assert [SPACE.values_of(number) for number in grid(SPACE)] == [(5, 10), (5, 20), (10, 20), (15, 20)]
    assert SPACE.parameters_of(grid(SPACE)[0]) == {"fast": 5, "slow": 10}


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_numbers_and_places_are_one_to_one(lengths):
    space = space_of({f"p{place}": Axis(1, length) for place, length in enumerate(lengths)})
    places = [space.digits_of(number) for number in range(space.size)]
    assert places == list(product(*(range(length) for length in lengths)))
    assert [space.number_of(digits) for digits in places] == list(range(space.size))


def test_a_draw_has_different_combinations_and_is_the_same_for_a_seed():
    space = space_of({"a": Axis(1, 1000), "b": Axis(1, 1000)}, [("a", "b")])
    drawn = draw(space, 200, seed=3)
    assert drawn == draw(space, 200, seed=3) != draw(space, 200, seed=4)
    assert len(set(drawn)) == 200
    assert all(a < b for a, b in map(space.values_of, drawn))
    assert draw(SPACE, 50, seed=1) == grid(SPACE)


@pytest.mark.parametrize(
    ("axes", "rising", "field"),
    [
        ({}, [], "parameters"),
        ({f"p{number}": Axis(values=[1]) for number in range(9)}, [], "parameters"),
        ({"a": Axis(3, 1)}, [], "parameters.a"),
        ({"a": Axis(1, 3, 0)}, [], "parameters.a"),
        ({"a": Axis(1, 3, -1)}, [], "parameters.a"),
        ({"a": Axis(values=[])}, [], "parameters.a"),
        ({"a": Axis(1, 1_001)}, [], "parameters.a"),
        ({"a": Axis(first=1)}, [], "parameters.a"),
        ({"a": Axis(first=1, values=[1])}, [], "parameters.a"),
        ({"a": Axis(0, 1, 1e-300)}, [], "parameters.a"),
        ({name: Axis(1, 300) for name in "abc"}, [], "parameters"),
        ({"a": Axis(values=[1])}, [("a", "b")], "rising"),
        ({"a": Axis(values=[1])}, [("a",)], "rising"),
    ],
)
def test_a_space_that_makes_no_sense_is_refused_by_its_field(axes, rising, field):
    assert list(refusal(lambda: space_of(axes, rising))) == [field]


def test_a_sweep_of_too_many_or_no_combinations_is_refused():
    assert list(refusal(lambda: grid(space_of({"a": Axis(1, 500), "b": Axis(1, 500)})))) == ["parameters"]
    assert list(refusal(lambda: grid(space_of({"a": Axis(values=[5]), "b": Axis(values=[5])}, [("a", "b")])))) == [
        "rising"
    ]
    assert list(refusal(lambda: draw(SPACE, 0, seed=1))) == ["samples"]


def test_rolling_windows_keep_their_length_and_the_tests_cover_the_rest_once():
    windows = windows_of(Schedule(train_bars=50, test_bars=20, gap_bars=5), 120)
    assert [(each.train_from, each.train_until, each.test_from, each.test_until) for each in windows] == [
        (0, 50, 55, 75),
        (20, 70, 75, 95),
        (40, 90, 95, 115),
        (60, 110, 115, 120),
    ]


@given(st.integers(10, 80), st.integers(1, 40), st.integers(0, 20), st.booleans(), st.integers(0, 400))
def test_no_window_trains_on_what_it_tests_or_on_what_comes_after(train, test, gap, is_anchored, bars):
    schedule = Schedule(train, test, gap, is_anchored)
    if train + gap >= bars:
        assert list(refusal(lambda: windows_of(schedule, bars))) == ["train_bars"]
        return
    windows = windows_of(schedule, bars)
    tested = [bar for each in windows for bar in range(each.test_from, each.test_until)]
    assert tested == list(range(train + gap, bars))
    for each in windows:
        assert each.train_until + gap == each.test_from
        assert each.train_until - each.train_from == (each.train_until if is_anchored else train)


@pytest.mark.parametrize(
    ("schedule", "field"),
    [
        (Schedule(9, 5), "train_bars"),
        (Schedule(10, 0), "test_bars"),
        (Schedule(10, 5, -1), "gap_bars"),
        (Schedule(10, 1), "test_bars"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused_by_its_field(schedule, field):
    assert list(refusal(lambda: windows_of(schedule, 10_000))) == [field]


def test_neighbours_are_one_step_away_on_any_axis_and_rise_like_the_others():
    assert [SPACE.values_of(number) for number in SPACE.neighbours_of(SPACE.number_of((1, 1)))] == [
        (5, 10),
        (5, 20),
        (15, 20),
    ]


def test_a_plateau_and_a_peak_are_told_apart():
    space = space_of({"a": Axis(1, 5)})
    plateau = {0: 0.1, 1: 0.9, 2: 1.0, 3: 0.8, 4: -1.0}
    assert best_of(plateau) == 2
    assert robustness_of(space, plateau, 2) == Robustness(2, pytest.approx(0.85), 0.8, pytest.approx(0.85), 1.0)
    peak = plateau | {1: -0.5, 3: math.nan}
    assert robustness_of(space, peak, 2) == Robustness(2, -0.5, -0.5, -0.5, 0.0)
    assert robustness_of(space, {2: 1.0}, 2) == Robustness(0, None, None, None, None)
    assert best_of({1: math.nan}) is None
    assert best_of({4: 2.0, 3: 2.0}) == 3
