"""The catalogue: what an import enters, finds, reads and deletes."""

import os
from pathlib import Path

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from kit.clock import ManualClock
from kit.errors import Conflict, Invalid, NotFound, Rejected
from markets.datasets import repairing, services
from markets.datasets.records import RepairPlan
from markets.instruments import make_instrument
from markets.recordings import open_recording
from tests.markets.datasets.conftest import Silent

pytestmark = pytest.mark.django_db

START_S = 1_546_300_800
START_NS = START_S * 10**9
MINUTE_NS = 60 * 10**9
CANDLES = "time,open,high,low,close,volume\n" + "".join(
    f"{START_S + 60 * minute},{10 + minute}.5,{12 + minute},{9 + minute},{11 + minute},0.{minute}1\n"
    for minute in range(10)
)
TRADES = "time,price,amount,side\n" + "".join(
    f"{START_S + 20 * place},{100 + place},0.1,{'buy' if place % 2 else 'sell'}\n" for place in range(30)
)


class Instruments:
    """A catalogue of instruments in memory."""

    def __init__(self):
        self.by_symbol = {"ETH-USDT": make_instrument("ETH-USDT", tick="0.01", lot="0.1")}

    def add(self, instrument):
        return self.by_symbol.setdefault(instrument.symbol, instrument)


@pytest.fixture(autouse=True)
def instruments(settings, tmp_path, monkeypatch):
    settings.STATE_DIR = tmp_path / "var"
    settings.UPLOAD_DIR = tmp_path / "var" / "uploads"
    monkeypatch.setattr(services, "_in_use_checks", [])
    monkeypatch.setattr(services, "_catalogues", [])
    made = Instruments()
    services.register(find_instrument=made.by_symbol.get, add_instrument=made.add)
    return made


@pytest.fixture
def imported(tmp_path):
    """Imports a text from a file of this machine."""

    def run(content: str, **wishes):
        path = tmp_path / wishes.pop("name", "prices.csv")
        path.write_text(content)
        return services.import_local(path, Silent(), **{"symbol": "ABC-USD", **wishes})[0]

    return run


def test_an_import_is_entered_with_its_quality_and_found_again(imported):
    dataset = imported(CANDLES)
    assert services.get_dataset(dataset.id) == dataset
    assert (dataset.symbol, dataset.kind, dataset.interval, dataset.interval_s, dataset.rows) == (
        "ABC-USD",
        "candles",
        "1m",
        60,
        10,
    )
    assert (dataset.from_ns, dataset.to_ns) == (START_NS, START_NS + 9 * MINUTE_NS)
    assert services.get_quality(dataset.id).rows == 10


def test_an_unknown_symbol_gets_an_instrument_out_of_the_decimals(imported, instruments):
    dataset = imported(CANDLES)
    made = instruments.by_symbol["ABC-USD"]
    note = services.get_quality(dataset.id).instrument
    assert (str(made.tick), str(made.lot)) == ("0.1", "0.01")
    assert (note.created, note.tick_size, note.lot_size) == (True, "0.1", "0.01")


def test_a_known_symbol_keeps_its_instrument_and_what_is_finer_is_said(imported, instruments):
    dataset = imported(CANDLES, symbol="ETH-USDT")
    note = services.get_quality(dataset.id).instrument
    assert (note.created, note.lot_size) == (False, "0.1")
    assert note.notes == ("Volumes are finer than the lot of 0.1; they are rounded to it in the market.",)


def test_prices_that_fit_no_tick_are_refused_before_anything_is_stored(imported, settings):
    tiny = "time,open,high,low,close,volume\n" + "".join(
        f"{START_S + 60 * m},1e-9,2e-9,1e-9,1e-9,5\n" for m in range(3)
    )
    with pytest.raises(Rejected, match="below the smallest tick"):
        imported(tiny)
    assert not list((settings.STATE_DIR / "datasets").glob("*.parquet"))


def test_the_same_content_is_the_same_data_set_for_a_symbol_and_shared_between_symbols(imported, settings):
    first, again, other = imported(CANDLES), imported(CANDLES), imported(CANDLES, symbol="XYZ-USD")
    assert again.id == first.id
    assert other.id != first.id
    assert other.content_hash == first.content_hash
    assert len(list((settings.STATE_DIR / "datasets").glob("*.parquet"))) == 1


def test_deleting_removes_the_content_with_its_last_data_set(imported, settings):
    first, other = imported(TRADES), imported(TRADES, symbol="XYZ-USD")
    folder = settings.STATE_DIR / "datasets"
    services.delete_dataset(first.id)
    assert len(list(folder.glob("*.parquet"))) == 2
    services.delete_dataset(other.id)
    assert not list(folder.glob("*.parquet"))
    with pytest.raises(NotFound):
        services.get_dataset(first.id)


def test_a_data_set_in_use_is_not_deleted(imported):
    dataset = imported(CANDLES)
    services.register_in_use_check(lambda dataset_id: "the feed replays it" if dataset_id == dataset.id else None)
    with pytest.raises(Conflict, match="in use: the feed replays it") as refused:
        services.delete_dataset(dataset.id)
    assert refused.value.code == "DATASET_IN_USE"
    assert services.read_candles(dataset.id).time_ns[0] == START_NS


def test_content_deleted_while_it_was_imported_again_is_not_entered(imported, tmp_path, settings):
    from markets.datasets.importing import import_file

    dataset = imported(CANDLES)
    result = import_file(services.import_spec(tmp_path / "prices.csv", file_name="x", symbol="ABC-USD"), Silent())
    services.delete_dataset(dataset.id)
    with pytest.raises(Conflict, match="import it again"):
        services.enter(result)


def test_lists_are_newest_first_filtered_and_paged(imported):
    ids = [imported(CANDLES, symbol=symbol).id for symbol in ("AAA-USD", "BBB-USD", "CCC-USD")]
    trades = imported(TRADES, symbol="AAA-USD").id
    assert [dataset.id for dataset in services.list_datasets().items] == [trades, *reversed(ids)]
    assert [dataset.id for dataset in services.list_datasets(symbol="AAA-USD", kind="candles").items] == [ids[0]]
    page = services.list_datasets(limit=3)
    rest = services.list_datasets(limit=3, cursor=page.next_cursor)
    assert [dataset.id for dataset in (*page.items, *rest.items)] == [trades, *reversed(ids)]
    assert rest.next_cursor is None


def test_candles_are_read_as_plain_columns(imported):
    candles = services.read_candles(imported(CANDLES).id, START_NS + MINUTE_NS, START_NS + 3 * MINUTE_NS)
    assert candles.time_ns == [START_NS + MINUTE_NS, START_NS + 2 * MINUTE_NS]
    assert (candles.open, candles.high, candles.volume) == ([11.5, 12.5], [13.0, 14.0], [0.11, 0.21])
    assert all(type(value) is int for value in candles.time_ns)


def test_trades_are_read_with_the_takers_side(imported):
    trades = services.read_trades(imported(TRADES).id, START_NS, None, 2)
    assert (trades.price, trades.quantity, trades.side) == ([100.0, 101.0], [0.1, 0.1], ["sell", "buy"])


@pytest.mark.parametrize("batch", [1, 3, 10, 1_000])
def test_iterating_gives_all_rows_in_batches(imported, batch):
    dataset = imported(CANDLES)
    batches = list(services.iterate_candles(dataset.id, batch=batch, start_ns=START_NS + MINUTE_NS))
    assert [time for part in batches for time in part.time_ns] == [
        START_NS + minute * MINUTE_NS for minute in range(1, 10)
    ]
    assert max(map(len, batches)) <= batch


def test_reading_the_wrong_kind_is_invalid(imported):
    with pytest.raises(Invalid, match="holds trades, not candles"):
        services.read_candles(imported(TRADES).id)


def test_trades_give_candles_of_every_interval(imported):
    dataset = imported(TRADES)
    minutes = services.candles_from(dataset.id, "1m")
    assert len(minutes) == 10
    assert (minutes.open[0], minutes.high[0], minutes.close[0], minutes.volume[0]) == (100.0, 102.0, 102.0, 0.3)
    fives = services.candles_from(dataset.id, "5m")
    assert (fives.time_ns, fives.volume) == ([START_NS, START_NS + 5 * MINUTE_NS], [1.5, 1.5])
    assert services.candles_from(dataset.id, "1d").volume == [3.0]


@pytest.mark.parametrize(
    ("start", "end", "limit", "expected"),
    [
        (0, None, 1, [0]),
        (1, None, 5, [5]),
        (None, None, 1, [5]),
        (None, 5, 5, [0]),
        (None, 6, 5, [0, 5]),
        (0, 5, 5, [0]),
        (6, None, 5, []),
    ],
)
def test_longer_candles_are_whole_whatever_the_bounds(imported, start, end, limit, expected):
    bound = lambda minute: None if minute is None else START_NS + minute * MINUTE_NS  # noqa: E731
    found = services.candles_from(imported(CANDLES).id, "5m", bound(start), bound(end), limit)
    assert found.time_ns == [START_NS + minute * MINUTE_NS for minute in expected]
    assert all(volume in (1.05, 3.55) for volume in found.volume)


def test_an_interval_that_the_data_cannot_give_is_invalid(imported):
    hourly = "time,open,high,low,close,volume\n" + "".join(f"{START_S + 3600 * h},1,1,1,1,1\n" for h in range(5))
    dataset = imported(hourly)
    with pytest.raises(Invalid, match="gives candles of 1h, 4h, 1d"):
        services.candles_from(dataset.id, "5m")
    assert services.newest_dataset("ABC-USD", interval="5m") is None
    assert services.newest_dataset("ABC-USD", interval="4h") == dataset


def test_the_newest_data_set_that_can_give_an_interval_is_found(imported):
    trades = imported(TRADES)
    newest = imported(CANDLES)
    assert services.newest_dataset("ABC-USD", interval="1m") == newest
    services.delete_dataset(newest.id)
    assert services.newest_dataset("ABC-USD", interval="1m") == trades


def test_a_small_and_a_large_upload_are_kept_under_names_of_ours(settings):
    small = SimpleUploadedFile("../../x.csv", b"small")
    large = TemporaryUploadedFile("../../x.csv", "text/csv", 5, None)
    large.write(b"large")
    large.flush()
    kept = [services.keep_upload(small), services.keep_upload(large)]
    large.close()
    assert [path.read_bytes() for path in kept] == [b"small", b"large"]
    assert {path.parent for path in kept} == {settings.UPLOAD_DIR}


def test_what_dead_imports_left_is_cleared_after_a_day(settings, tmp_path):
    work = settings.STATE_DIR / "datasets" / ".work"
    (work / "old").mkdir(parents=True)
    (work / "new").mkdir()
    old_upload, new_upload = (services.keep_upload(SimpleUploadedFile("x", b"x")) for _ in range(2))
    now_s = 2_000_000_000
    for path, age_s in ((work / "old", 90_000), (old_upload, 90_000), (work / "new", 60), (new_upload, 60)):
        os.utime(path, (now_s - age_s, now_s - age_s))
    services.clear_leftovers(ManualClock(now_s * 10**9))
    assert [path.exists() for path in (work / "old", old_upload, work / "new", new_upload)] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    "text",
    ['["time"]', "{", '{"when": "x"}', '{"time": 5}', "[" * 3_000, '{"time": "\ud800"}', '{"time": "a"' + " " * 4_000],
)
def test_a_column_map_that_is_none_is_invalid(text):
    with pytest.raises(Invalid, match="columns"):
        services.parse_columns(text)


@pytest.mark.parametrize(
    "symbol", ["btc-usdt", "BTCUSDT", "BTC-USDT; DROP TABLE x", "../../etc-x", "{{7*7}}-USD", "A" * 50 + "-USD"]
)
def test_a_symbol_that_can_be_none_is_invalid(imported, symbol):
    with pytest.raises(Invalid, match="symbol"):
        imported(CANDLES, symbol=symbol)


@pytest.mark.parametrize(
    ("given", "kept"), [("../../x.csv", "x.csv"), ("a\\b\\c.csv", "c.csv"), ("a\x00\nb.csv", "ab.csv"), ("", "upload")]
)
def test_a_file_name_is_only_ever_shown(given, kept):
    assert services.shown_name(given) == kept
    assert len(services.shown_name("x" * 1_000)) == services.MAX_FILE_NAME_CHARS


def test_reading_data_sets_is_what_imports_polars_not_this_module():
    import subprocess
    import sys

    root = Path(__file__).resolve().parents[3]
    code = (
        "import django, sys; django.setup(); import markets.services, markets.datasets.views; "
        "sys.exit('polars' in sys.modules)"
    )
    environment = os.environ | {
        "PYTHONPATH": f"{root}:{root / 'platform'}",
        "DJANGO_SETTINGS_MODULE": "gateway.settings",
    }
    assert subprocess.run([sys.executable, "-c", code], env=environment, cwd=root, check=False).returncode == 0


def test_quotes_are_replayed_as_they_were(imported, instruments):
    rows = "".join(f"{START_S + 20 * n},{100 + n},{101 + n},{n},{2 * n}\n" for n in range(12))
    dataset = imported(f"time,bid,ask,bid_size,ask_size\n{rows}")
    recording = open_recording(dataset, instruments.by_symbol[dataset.symbol])
    (quotes,) = list(recording.batches)
    assert (recording.rows, recording.bar_s, recording.start_ns) == (12, 0, START_NS)
    assert quotes.bid == [100.0 + n for n in range(12)]
    assert quotes.ask == [101.0 + n for n in range(12)]
    assert (quotes.bid_size[3], quotes.ask_size[3]) == (3.0, 6.0)
    assert recording.content_hash == dataset.content_hash


def test_a_replay_of_quotes_from_their_middle_has_the_minutes_before_for_the_chart(imported, instruments):
    dataset = imported("time,bid,ask\n" + "".join(f"{START_S + 20 * n},{100 + n},{101 + n}\n" for n in range(12)))
    recording = open_recording(dataset, instruments.by_symbol[dataset.symbol], START_NS + 140 * 10**9)
    (quotes,) = list(recording.batches)
    assert (recording.first_row, quotes.bid) == (7, [107.0, 108.0, 109.0, 110.0, 111.0])
    tick = 10 ** instruments.by_symbol[dataset.symbol].tick.decimals
    assert [bar.close_ticks for bar in recording.past] == [round(102.5 * tick), round(105.5 * tick)]


def test_a_repaired_data_set_outlives_the_one_it_repairs(imported):
    gappy = "".join(line for number, line in enumerate(CANDLES.splitlines(keepends=True)) if number != 5)
    parent = imported(gappy)
    spec = services.stage_repair(parent.id, RepairPlan(gaps="fill"), dry_run=False)
    result = repairing.run(msgspec.to_builtins(spec), Silent())
    shown = services.store_repair(msgspec.to_builtins(spec), result)
    services.delete_dataset(parent.id)
    assert (shown["rows"], services.get_dataset(shown["id"]).parent) == (10, parent.id)
    assert services.read_candles(shown["id"], limit=100).volume.count(0.0) == 1
    assert services.get_quality(shown["id"]).repair.parent_hash == parent.content_hash
