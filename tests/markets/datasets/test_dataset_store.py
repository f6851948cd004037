"""Content by hash: written once, whole or not at all, read in ranges."""

import polars as pl
import pytest

from markets.datasets import store

HEADER = "time,open,high,low,close,volume\n"
ROWS = [f"{1546300800 + 60 * minute},2,4,1,3,{minute}" for minute in range(10)]


class Stop(Exception):
    """What a canceled job raises from its progress."""


def test_the_same_content_from_different_files_is_stored_once(importer):
    first = importer(HEADER + "\n".join(ROWS))
    turned = importer(HEADER.upper().replace(",", ";") + "\n".join(reversed(ROWS)).replace(",", ";"))
    other = importer(HEADER + "\n".join(ROWS[:-1]))
    assert first.result.content_hash == turned.result.content_hash
    assert first.result.content_hash != other.result.content_hash
    assert len(importer.leftovers()) == 2


def test_a_trade_file_also_gets_its_minutes(importer):
    imported = importer("time,price,amount,side\n1546300800,1,0.1,buy\n1546300859,3,0.2,sell\n1546300860,2,1,buy\n")
    assert importer.minutes(imported).rows() == [
        (1546300800 * 10**9, 1.0, 3.0, 1.0, 3.0, 0.3),
        (1546300860 * 10**9, 2.0, 2.0, 2.0, 2.0, 1.0),
    ]


@pytest.mark.parametrize("stop_at", [0.1, 0.75])
def test_a_canceled_import_raises_what_progress_raised_and_leaves_nothing(importer, monkeypatch, stop_at):
    def update(fraction, message=""):
        if fraction >= stop_at:
            raise Stop

    monkeypatch.setattr(importer.progress, "update", update)
    with pytest.raises(Stop):
        importer(HEADER + "\n".join(ROWS))
    assert importer.leftovers() == []


def test_progress_never_goes_back_and_ends_at_one(importer):
    importer(HEADER + "\n".join(ROWS))
    assert importer.progress.fractions == sorted(importer.progress.fractions)
    assert importer.progress.fractions[-1] == 1.0


def test_the_hash_does_not_depend_on_how_rows_were_divided():
    frame = pl.DataFrame({name: [1.0, 2.0, 3.0] for name in store.CANDLE_SCHEMA}).cast(store.CANDLE_SCHEMA)
    whole, parts = store.ContentHash("candles"), store.ContentHash("candles")
    whole.add(frame)
    for part in frame.iter_slices(1):
        parts.add(part)
    assert whole.hexdigest() == parts.hexdigest()


def test_a_source_that_fails_while_it_is_written_raises_its_own_error(tmp_path):
    def frames():
        yield pl.DataFrame({name: [1.0] for name in store.CANDLE_SCHEMA}).cast(store.CANDLE_SCHEMA)
        raise Stop

    with pytest.raises(Stop):
        store.write_frames(tmp_path / "broken.parquet", store.CANDLE_SCHEMA, frames())


@pytest.fixture
def stored(importer, monkeypatch):
    monkeypatch.setattr(store, "ROW_GROUP_ROWS", 4)
    imported = importer(HEADER + "\n".join(ROWS))
    return store.data_path(importer.datasets_dir, imported.result.content_hash, "candles"), imported.frame


@pytest.mark.parametrize("first", [0, 1, 4, 7, 9, 10])
def test_iterating_from_a_time_gives_every_row_from_there_on(stored, first):
    path, frame = stored
    start_ns = (1546300800 + 60 * first) * 10**9
    frames = list(store.iterate_frames(path, start_ns=start_ns))
    assert [row for part in frames for row in part.rows()] == frame.rows()[first:]


def test_a_range_has_its_start_and_not_its_end(stored):
    path, frame = stored
    times = frame["time"].to_list()
    found = store.read_range(path, start_ns=times[2], end_ns=times[5], limit=100)
    assert found["time"].to_list() == times[2:5]


def test_a_limit_keeps_the_first_after_a_start_and_the_last_before_an_end(stored):
    path, frame = stored
    times = frame["time"].to_list()
    assert store.read_range(path, start_ns=times[2], end_ns=None, limit=3)["time"].to_list() == times[2:5]
    assert store.read_range(path, start_ns=None, end_ns=times[8], limit=3)["time"].to_list() == times[5:8]
