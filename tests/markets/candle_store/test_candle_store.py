"""The store: any division into appends gives the same series, whatever happens on the way."""

import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.clock import NS_PER_SECOND, ns_from_iso
from kit.errors import Invalid
from markets.candle_store import files, places
from markets.candle_store.hashing import hash_of
from markets.candle_store.records import Appended, SeriesKey
from markets.candle_store.store import CandleStore
from markets.paging import MAX_TIME_NS, MIN_TIME_NS, Window
from tests.markets.candle_store.conftest import KEY, MINUTE_NS, START_NS, make_candles

EVERYTHING = Window(MIN_TIME_NS, MAX_TIME_NS - 1, 10**9, True)
ROOT = Path(__file__).resolve().parents[3]


def whole_hash(store: CandleStore, key: SeriesKey = KEY) -> str:
    return store.range_hash(key, from_ns=MIN_TIME_NS, to_ns=MAX_TIME_NS - 1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(data=st.data())
def test_any_division_into_appends_gives_the_same_series_and_hash(data, tmp_path_factory):
    candles = make_candles(400)
    order = data.draw(st.permutations(range(8)))
    cuts = sorted(data.draw(st.lists(st.integers(0, 400), min_size=7, max_size=7)))
    parts = [candles[first:end] for first, end in zip([0, *cuts], [*cuts, 400], strict=True)]
    overlap = data.draw(st.integers(0, 100))
    store = CandleStore(tmp_path_factory.mktemp("store"))
    for number in order:
        store.append(KEY, parts[number].sample(fraction=1.0, shuffle=True, seed=number))
    store.append(KEY, candles.tail(overlap))
    assert store.read(KEY, EVERYTHING).equals(candles)
    assert whole_hash(store) == hash_of([candles], 60)
    assert whole_hash(CandleStore(store._root)) == whole_hash(store)


def test_the_same_candle_again_changes_nothing_and_a_corrected_one_replaces(store):
    candles = make_candles(200)
    assert store.append(KEY, candles) == Appended(200, 0, 0)
    written = {path: path.stat().st_ino for path in files_of(store)}
    before = whole_hash(store)
    assert store.append(KEY, candles[50:150]) == Appended(0, 0, 100)
    assert {path: path.stat().st_ino for path in files_of(store)} == written
    corrected = candles[120:121].with_columns(pl.col("high") + 1.0)
    assert store.append(KEY, pl.concat([candles[100:120], corrected])) == Appended(0, 1, 20)
    assert store.read(KEY, EVERYTHING)["high"][120] == candles["high"][120] + 1.0
    assert whole_hash(store) != before
    store.append(KEY, candles[120:121])
    assert whole_hash(store) == before


def test_of_two_candles_of_one_time_in_one_append_the_later_given_stays(store):
    candle = make_candles(1)
    store.append(KEY, pl.concat([candle, candle.with_columns(volume=pl.lit(7.0))]))
    assert store.read(KEY, EVERYTHING)["volume"].to_list() == [7.0]


def files_of(store: CandleStore) -> list[Path]:
    return sorted(path for path in store._root.rglob("*") if path.is_file() and path.name != ".lock")


def test_a_year_of_daily_candles_is_one_file_and_a_day_of_minutes_another(store):
    daily = SeriesKey("live:test", "BTC-USDT", "1d")
    store.append(daily, make_candles(366, start_ns=ns_from_iso("2024-01-01T00:00:00Z"), interval_ns=1_440 * MINUTE_NS))
    store.append(KEY, make_candles(240))
    assert [path.name for path in files_of(store)] == ["2020s.parquet", "2024-02-28.parquet", "2024-02-29.parquet"]


@pytest.mark.parametrize(
    ("interval_s", "labels"),
    [
        (60, ["2024-02-29", "2024-03-01"]),
        (300, ["2024-02", "2024-03"]),
        (3_600, ["2024", "2025"]),
        (86_400, ["2020s", "2030s"]),
    ],
)
def test_periods_follow_each_other_without_a_hole(interval_s, labels):
    first = places.period_of(interval_s, ns_from_iso("2024-02-29T12:00:00Z"))
    second = places.period_of(interval_s, first.end_ns)
    assert [first.label, second.label] == labels
    assert second.start_ns == first.end_ns
    assert places.period_of(interval_s, first.end_ns - 1) == first
    assert places.period_of_label(interval_s, first.label) == first
    assert places.period_of_label(interval_s, "notes") is None


@pytest.mark.parametrize("is_oldest_first", [True, False])
@pytest.mark.parametrize("rows_in_memory", [1, 1_000_000])
def test_reads_over_the_borders_of_days_are_slices(tmp_path, is_oldest_first, rows_in_memory):
    store = CandleStore(tmp_path, rows_in_memory=rows_in_memory)
    candles = make_candles(4_000)
    store.append(KEY, candles)
    for first, end, limit in [(0, 3_999, 5), (100, 130, 100), (119, 121, 1), (1_000, 3_500, 2_000), (3_990, 5_000, 50)]:
        window = Window(START_NS + first * MINUTE_NS, START_NS + end * MINUTE_NS, limit, is_oldest_first)
        asked = candles[first : end + 1]
        expected = asked.head(limit) if is_oldest_first else asked.tail(limit)
        assert store.read(KEY, window).equals(expected)


def test_iterating_gives_every_candle_once_in_batches(store):
    candles = make_candles(5_000)
    store.append(KEY, candles)
    from_ns, to_ns = START_NS + 7 * MINUTE_NS, START_NS + 4_500 * MINUTE_NS
    batches = list(store.iterate(KEY, from_ns=from_ns, to_ns=to_ns, batch=1_000))
    assert [batch.height for batch in batches] == [1_000, 1_000, 1_000, 1_000, 494]
    assert pl.concat(batches).equals(candles[7:4_501])


@given(first=st.integers(0, 3_000), length=st.integers(1, 3_000))
@settings(max_examples=15, deadline=None)
def test_a_ranges_hash_is_that_of_its_candles_alone(first, length, tmp_path_factory):
    candles = make_candles(3_000)
    store = CandleStore(tmp_path_factory.mktemp("store"))
    store.append(KEY, candles)
    part = candles[first : first + length]
    found = store.range_hash(
        KEY, from_ns=START_NS + first * MINUTE_NS, to_ns=START_NS + (first + length - 1) * MINUTE_NS
    )
    assert found == hash_of(part.iter_slices(100), 60)
    if part.height > 1:
        assert found != hash_of([part[1:]], 60)


CRASH = """
    import os, sys
    from pathlib import Path
    import polars as pl
    from markets.candle_store.records import SeriesKey
    from markets.candle_store.store import CandleStore

    allowed = int(sys.argv[2])
    rename = Path.replace

    def crash(self, target):
        global allowed
        if not allowed:
            os._exit(9)
        allowed -= 1
        return rename(self, target)

    Path.replace = crash
    CandleStore(Path(sys.argv[1])).append(SeriesKey("live:test", "BTC-USDT", "1m"), pl.read_parquet(sys.argv[3]))
"""


@pytest.mark.parametrize(("renames", "kept"), [(0, 60), (1, 120), (2, 1_560)])
def test_a_crash_between_write_and_rename_leaves_a_beginning_that_the_same_append_completes(
    store, tmp_path, renames, kept
):
    candles = make_candles(2_000)
    store.append(KEY, candles.head(60))
    given = tmp_path / "given.parquet"
    candles[60:].write_parquet(given)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CRASH), str(store._root), str(renames), str(given)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")])},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 9, done.stderr
    assert [path for path in files_of(store) if path.name.startswith(".")]
    assert store.read(KEY, EVERYTHING).equals(candles.head(kept))
    assert store.append(KEY, candles[60:]).added == 2_000 - kept
    assert store.read(KEY, EVERYTHING).equals(candles)
    assert not [path for path in files_of(store) if path.name.startswith(".")]


def test_a_write_that_fails_leaves_what_was_there(store, monkeypatch):
    candles = make_candles(100)
    store.append(KEY, candles.head(50))

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.append(KEY, candles)
    monkeypatch.undo()
    assert store.read(KEY, EVERYTHING).equals(candles.head(50))
    assert len(files_of(store)) == 1


def test_two_processes_append_to_one_series_and_nothing_is_lost(store, tmp_path):
    candles = make_candles(600)
    code = """
        import sys
        from pathlib import Path
        import polars as pl
        from markets.candle_store.records import SeriesKey
        from markets.candle_store.store import CandleStore

        frame, first = pl.read_parquet(sys.argv[2]), int(sys.argv[3])
        for number in range(first, 600, 2):
            CandleStore(Path(sys.argv[1])).append(SeriesKey("live:test", "BTC-USDT", "1m"), frame[number:number + 1])
    """
    given = tmp_path / "given.parquet"
    candles.write_parquet(given)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")])}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), str(store._root), str(given), str(first)], env=environment
        )
        for first in (0, 1)
    ]
    assert [writer.wait(timeout=100) for writer in writers] == [0, 0]
    assert store.read(KEY, EVERYTHING).equals(candles)


def test_threads_append_to_one_series_and_nothing_is_lost(store):
    candles = make_candles(200)
    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda number: store.append(KEY, candles[number : number + 1]), range(200)))
    assert done == [Appended(1, 0, 0)] * 200
    assert store.read(KEY, EVERYTHING).equals(candles)


def test_another_processs_append_is_seen_at_once(store):
    candles = make_candles(100)
    store.append(KEY, candles.head(50))
    assert store.read(KEY, EVERYTHING).height == 50
    CandleStore(store._root).append(KEY, candles)
    assert store.read(KEY, EVERYTHING).equals(candles)


@pytest.mark.parametrize("symbol", ["../x", "A/B", "..", ".", "a\\b", "BTC-USDT\0", "btc-usdt", "Ü-USD", "%2E", "~"])
def test_a_symbol_is_a_name_and_never_a_path(store, symbol):
    key = SeriesKey("live:test", symbol, "1m")
    store.append(key, make_candles(3))
    store.append(KEY, make_candles(5))
    assert store.read(key, EVERYTHING).height == 3
    assert {each.symbol for each in store.list_series()} == {symbol, "BTC-USDT"}
    assert all(
        store._root in path.parents and len(path.relative_to(store._root).parts) == 4 for path in files_of(store)
    )
    assert len(files_of(store)) == 2


def test_names_that_differ_in_case_alone_differ_on_any_file_system():
    names = {places.safe_name("symbol", symbol).casefold() for symbol in ("BTC-USDT", "btc-usdt", "Btc-Usdt")}
    assert len(names) == 3


@pytest.mark.parametrize("symbol", ["", "A" * 201, "\ud800"])
def test_a_symbol_that_cannot_be_a_name_is_refused(store, symbol):
    with pytest.raises(Invalid) as refused:
        store.append(SeriesKey("live:test", symbol, "1m"), make_candles(1))
    assert list(refused.value.details) == ["symbol"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"high": 1.0}, "a high below its open or close"),
        ({"low": 1_000.0}, "a low above its open or close"),
        ({"low": 0.0}, "a price that is not above 0"),
        ({"volume": -1.0}, "a negative volume"),
        ({"close": float("nan")}, "no finite number"),
        ({"open": float("inf")}, "no finite number"),
        ({"volume": None}, "missing"),
        ({"time": START_NS + 1}, "off the grid"),
        ({"time": 9 * 10**18}, "outside 1800 to 2200"),
    ],
)
def test_a_candle_that_cannot_be_true_is_refused_and_none_is_kept(store, change, says):
    candles = make_candles(10)
    bad = candles[5:6].with_columns(**{name: pl.lit(value, candles.schema[name]) for name, value in change.items()})
    with pytest.raises(Invalid, match="candles: ") as refused:
        store.append(KEY, pl.concat([candles[:5], bad]))
    assert says in refused.value.message
    assert store.list_series() == []


def test_the_catalogue_says_what_there_is(store):
    candles = make_candles(300)
    store.append(KEY, candles)
    facts = store.facts(KEY)
    assert (facts.rows, facts.from_ns, facts.to_ns) == (300, START_NS, START_NS + 299 * MINUTE_NS)
    assert (facts.price_decimals, facts.volume_decimals) == (2, 3)
    assert facts.content_hash == whole_hash(store)
    assert facts.size_bytes == sum(path.stat().st_size for path in files_of(store))
    store.remove(KEY)
    assert store.facts(KEY) is None
    assert store.read(KEY, EVERYTHING).height == 0


def test_memory_is_bounded_in_rows(tmp_path):
    store = CandleStore(tmp_path, rows_in_memory=3_000)
    store.append(KEY, make_candles(20_000))
    store.read(KEY, EVERYTHING)
    memory = store._memory
    assert memory._rows == sum(frame.height for _, frame in memory._frames.values()) <= 3_000


def test_a_series_before_1970_is_kept_as_well(store):
    key = SeriesKey("archive", "IBM-USD", "1d")
    candles = make_candles(100, start_ns=ns_from_iso("1962-01-02T00:00:00Z"), interval_ns=86_400 * NS_PER_SECOND)
    store.append(key, candles)
    assert store.read(key, EVERYTHING).equals(candles)
