"""Sorting more rows than fit at once: the same as sorting them in memory, in bounded frames."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.errors import Rejected
from markets.datasets import sorting
from markets.datasets.sorting import TimeSorter

SMALL = {"PART_ROWS": 20, "RANGE_ROWS": 10, "SAMPLE_EVERY": 2, "SLICE_ROWS": 4}


@pytest.fixture
def small_parts(monkeypatch):
    for name, value in SMALL.items():
        monkeypatch.setattr(sorting, name, value)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    times=st.lists(st.integers(0, 60), min_size=1, max_size=150),
    batch=st.integers(1, 40),
    newest_first=st.booleans(),
)
def test_rows_come_back_sorted_with_equal_times_whole_and_in_order(
    small_parts, tmp_path_factory, times, batch, newest_first
):
    sorter = TimeSorter(tmp_path_factory.mktemp("parts"))
    frame = pl.DataFrame({"time": times, "row": range(len(times))}, schema={"time": pl.Int64, "row": pl.Int64})
    for part in frame.iter_slices(batch):
        sorter.add(part)
    ranges = list(sorter.ranges(newest_first=newest_first))
    expected = sorted(
        zip(times, range(len(times)), strict=True), key=lambda row: (row[0], -row[1] if newest_first else row[1])
    )
    assert pl.concat(ranges).rows() == expected
    seen = [set(part["time"].unique()) for part in ranges]
    assert sum(map(len, seen)) == len(set.union(*seen))


def test_a_sorted_series_is_never_held_whole(small_parts, tmp_path):
    sorter = TimeSorter(tmp_path)
    for start in range(0, 1_000, 10):
        sorter.add(pl.DataFrame({"time": range(start, start + 10), "row": range(start, start + 10)}))
    heights = [part.height for part in sorter.ranges(newest_first=False)]
    assert sum(heights) == 1_000
    assert max(heights) <= SMALL["PART_ROWS"] + 10


def test_too_many_rows_of_one_time_are_refused(small_parts, monkeypatch, tmp_path):
    monkeypatch.setattr(sorting, "MAX_ROWS_AT_ONE_TIME", 50)
    sorter = TimeSorter(tmp_path)
    sorter.add(pl.DataFrame({"time": [7] * 100, "row": range(100)}))
    with pytest.raises(Rejected, match="More than 50 rows have the same time"):
        list(sorter.ranges(newest_first=False))
