"""What a scenario is: a course over market time that its numbers and its seed alone decide."""

import pytest

from kit.clock import NS_PER_SECOND
from kit.errors import Invalid
from markets.direction.scenarios import Scenario, ScenarioWish, Track, make_scenario, track_of

S = NS_PER_SECOND


def crash(**changes):
    numbers = {"percent": 20.0, "duration_ns": 60 * S, "start_ns": 100 * S, "kind": "crash", "symbols": ("AAA-USD",)}
    return Scenario(id="x", **{**numbers, **changes})


def made(**wish):
    return make_scenario(ScenarioWish(**wish), scenario_id="x", symbols=("AAA-USD",), start_ns=100 * S)


def test_a_crash_falls_as_far_as_it_says_and_stays_there():
    track = track_of(crash())
    assert [track.at(second * S) for second in (0, 100, 160, 10_000)] == [1.0, 1.0, 0.8, 0.8]
    assert all(0.8 <= track.at(100 * S + ms * S // 1_000) <= 1.0 for ms in range(0, 60_000, 777))


def test_a_crash_recovers_as_far_and_as_slowly_as_it_says():
    track = track_of(crash(recovery_ns=600 * S, recovery_percent=50.0))
    assert (track.at(160 * S), track.at(760 * S), track.at(99_999 * S)) == (0.8, 0.9, 0.9)
    whole = track_of(crash(recovery_ns=600 * S, recovery_percent=100.0))
    assert whole.at(760 * S) == 1.0
    assert whole.is_spent(761 * S) and not whole.is_spent(760 * S)


def test_the_seed_decides_the_way_down_and_nothing_else_does():
    course = [track_of(crash(seed=seed)).at(130 * S) for seed in (1, 1, 2)]
    assert course[0] == course[1] != course[2]


def test_a_gap_is_a_jump_and_its_end_another_one():
    track = track_of(Scenario(id="x", kind="gap", symbols=(), start_ns=S, duration_ns=4 * S, percent=-10.0))
    assert [track.at(at) for at in (S - 1, S, 5 * S - 1, 5 * S)] == [1.0, 0.9, 0.9, 1.0]
    assert track.jumps_within(0, S) and not track.jumps_within(S, 5 * S - 1) and track.jumps_within(4 * S, 5 * S)


def test_the_bounds_of_a_stretch_hold_every_value_in_it():
    track = track_of(crash(recovery_ns=60 * S, recovery_percent=100.0))
    least, greatest = track.bounds(110 * S, 200 * S)
    inside = [track.at(110 * S + ms * S // 1_000) for ms in range(0, 90_000, 333)]
    assert least <= min(inside) and max(inside) <= greatest
    assert least == 0.8


def test_a_track_that_was_cut_is_neutral_from_there_on():
    track = Track(1.0, [(0, 1.0), (0, 0.5)]).cut(10)
    assert (track.at(9), track.at(10), track.jumps_within(9, 10)) == (0.5, 1.0, True)


def test_a_wide_spread_and_a_thin_book_never_go_beyond_what_was_asked():
    wide = track_of(Scenario(id="x", kind="spread", symbols=(), start_ns=0, duration_ns=100 * S, times=10.0))
    thin = track_of(Scenario(id="x", kind="thin_book", symbols=(), start_ns=0, duration_ns=100 * S, percent=90.0))
    for at in range(0, 100 * S, S // 3):
        assert 1.0 < wide.at(at) <= 10.0
        assert 0.1 - 1e-9 <= thin.at(at) < 1.0
    assert (wide.at(100 * S), thin.at(100 * S)) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("scenario", "statuses"),
    [
        (crash(), ["scheduled", "active", "lasting", "lasting"]),
        (crash(recovery_ns=10 * S, recovery_percent=100.0), ["scheduled", "active", "active", "ended"]),
        (crash(ended_ns=170 * S), ["scheduled", "active", "active", "ended"]),
        (crash(kind="gap", duration_ns=None), ["scheduled", "lasting", "lasting", "lasting"]),
        (crash(kind="halt", percent=None), ["scheduled", "active", "ended", "ended"]),
    ],
)
def test_its_status_follows_the_markets_clock(scenario, statuses):
    assert [scenario.status(second * S) for second in (99, 100, 165, 170)] == statuses


@pytest.mark.parametrize(
    ("wish", "fields"),
    [
        ({"kind": "crash"}, {"duration_seconds", "percent"}),
        ({"kind": "crash", "percent": 100.0, "duration_s": 5.0}, {"percent"}),
        ({"kind": "crash", "percent": 10.0, "duration_s": -5.0}, {"duration_seconds"}),
        ({"kind": "crash", "percent": 10.0, "duration_s": 1e9}, {"duration_seconds"}),
        ({"kind": "crash", "percent": float("nan"), "duration_s": 1.0}, {"percent"}),
        ({"kind": "crash", "percent": 10.0, "duration_s": 5.0, "times": 2.0}, {"times"}),
        ({"kind": "crash", "percent": 10.0, "duration_s": 5.0, "recovery_s": 2.0}, {"recovery_percent"}),
        ({"kind": "crash", "percent": 10.0, "duration_s": 5.0, "recovery_percent": 101.0}, {"recovery_percent"}),
        ({"kind": "gap", "percent": 0.0}, {"percent"}),
        ({"kind": "gap", "percent": -100.0}, {"percent"}),
        ({"kind": "spread", "times": 1.0, "duration_s": 5.0}, {"times"}),
        ({"kind": "spread", "times": 5.0}, {"duration_seconds"}),
        ({"kind": "thin_book", "percent": 101.0, "duration_s": 5.0}, {"percent"}),
        ({"kind": "halt", "percent": 5.0, "duration_s": 5.0}, {"percent"}),
    ],
)
def test_numbers_that_make_no_scenario_are_refused_by_name(wish, fields):
    with pytest.raises(Invalid) as refused:
        made(**wish)
    assert set(refused.value.details) == fields


def test_a_recovery_lasts_as_long_as_the_fall_unless_said_otherwise():
    assert made(kind="crash", percent=5.0, duration_s=30.0, recovery_percent=50.0).recovery_ns == 30 * S
    assert made(kind="crash", percent=5.0, duration_s=30.0).recovery_ns == 0
