"""What other parts of Sandbar ask of the candle store, data sets as series of their own with it."""

import polars as pl
import pytest

from kit.clock import NS_PER_SECOND, ns_from_iso
from kit.errors import Invalid, NotFound
from markets.candle_store import services
from markets.candle_store.records import Appended
from markets.datasets import services as datasets
from markets.datasets.records import Candles
from markets.datasets.store import candles_of
from markets.instruments import make_instrument
from markets.paging import Window
from markets.updates import Candle
from tests.markets.candle_store.conftest import MINUTE_NS, START_NS, make_candles
from tests.markets.datasets.conftest import Silent

NEWEST = Window(0, 2**63 - 2, 3, False)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.STATE_DIR = tmp_path / "var"


@pytest.fixture
def dataset(db, tmp_path):
    frame = make_candles(3_000)
    path = tmp_path / "btc-1m.csv"
    frame.with_columns(pl.col("time") // NS_PER_SECOND).write_csv(path)
    imported, _ = datasets.import_local(path, Silent(), symbol="BTC-USDT", interval="1m")
    return imported


def append(source="live:test", symbol="BTC-USDT", interval="1m", *, count=300, **more):
    return services.append_candles(source, symbol, interval, candles_of(make_candles(count, **more)))


def test_what_is_appended_is_read_back_whole_and_resampled():
    assert append() == Appended(300, 0, 0)
    found = services.read_candles("BTC-USDT", "1m", NEWEST)
    assert found.candles == candles_of(make_candles(300).tail(3))
    assert (found.key.source, found.price_decimals, found.volume_decimals) == ("live:test", 2, 3)
    hours = services.read_candles("BTC-USDT", "1h", NEWEST).candles
    assert hours.time_ns == [START_NS + hour * 60 * MINUTE_NS for hour in (2, 3, 4)]
    assert services.read_candles("ETH-USDT", "1m", NEWEST) is None
    assert services.read_candles("BTC-USDT", "90m", NEWEST) is not None


def test_a_stored_interval_is_taken_before_it_is_made_of_shorter_ones():
    append(count=300)
    hourly = append(interval="1h", count=5, interval_ns=60 * MINUTE_NS, seed=2)
    assert hourly.added == 5
    assert services.read_candles("BTC-USDT", "1h", NEWEST).key.interval == "1h"
    assert services.read_candles("BTC-USDT", "15m", NEWEST).key.interval == "1m"


def test_an_interval_has_one_name():
    append(interval="60m", count=5, interval_ns=60 * MINUTE_NS)
    assert services.read_candles("BTC-USDT", "1h", NEWEST).key.interval == "1h"


def test_without_a_name_the_source_with_the_newest_candles_is_read():
    append("archive", count=10)
    append("live:test", count=20)
    assert services.read_candles("BTC-USDT", "1m", NEWEST).key.source == "live:test"
    assert services.read_candles("BTC-USDT", "1m", NEWEST, source="archive").key.source == "archive"


def test_candles_in_ticks_are_stored_to_the_last_digit():
    instrument = make_instrument("ADA-BTC", tick="0.00000001", lot="1")
    candles = [Candle(START_NS, 4_070, 4_071, 4_069, 4_070, 123_456_789_012)]
    services.append_candles("live:test", "ADA-BTC", "1m", services.candles_of_ticks(instrument, candles))
    found = services.read_candles("ADA-BTC", "1m", NEWEST)
    assert (found.candles.open, found.candles.volume) == ([4.07e-05], [123_456_789_012.0])
    assert (found.price_decimals, found.volume_decimals) == (8, 0)


def test_a_data_set_is_a_series_of_its_own_with_the_hash_of_equal_candles(dataset):
    append(count=3_000)
    source = f"dataset:{dataset.id}"
    window = Window(START_NS + 10 * MINUTE_NS, 2**63 - 2, 2_000, True)
    stored = services.read_candles("BTC-USDT", "5m", window, source="live:test")
    assert services.read_candles("BTC-USDT", "5m", window, source=source).candles == stored.candles
    for span in ({}, {"from_ns": START_NS + 7 * MINUTE_NS, "to_ns": START_NS + 2_222 * MINUTE_NS}):
        assert services.range_hash("BTC-USDT", "1m", source=source, **span) == services.range_hash(
            "BTC-USDT", "1m", source="live:test", **span
        )
    batches = list(services.iterate_candles("BTC-USDT", "1m", source=source, batch=999))
    assert [len(batch) for batch in batches] == [999, 999, 999, 3]
    assert batches == list(services.iterate_candles("BTC-USDT", "1m", source="live:test", batch=999))


def test_the_catalogue_lists_what_is_stored_and_what_was_imported(dataset):
    append(count=10)
    append(symbol="ETH-USDT", count=10)
    found = {facts.key.source: facts for facts in services.list_series("BTC-USDT")}
    assert set(found) == {"live:test", f"dataset:{dataset.id}"}
    assert found[f"dataset:{dataset.id}"].content_hash == dataset.content_hash
    assert found["live:test"].rows == 10
    assert len(services.list_series()) == 3


def test_a_data_set_is_never_appended_to(dataset):
    with pytest.raises(Invalid) as refused:
        append(f"dataset:{dataset.id}")
    assert list(refused.value.details) == ["source"]


@pytest.mark.parametrize("interval", ["", "1", "m", "0m", "1s", "1w", "1.5h", "9999999m", "１m"])
def test_an_interval_that_is_none_is_refused(interval):
    with pytest.raises(Invalid) as refused:
        append(interval=interval)
    assert list(refused.value.details) == ["interval"]


@pytest.mark.parametrize(
    "candles",
    [
        Candles([START_NS], [1.0], [1.0], [1.0], [1.0], []),
        Candles(["now"], [1.0], [1.0], [1.0], [1.0], [1.0]),
        Candles([2**70], [1.0], [1.0], [1.0], [1.0], [1.0]),
        Candles([START_NS], ["x"], [1.0], [1.0], [1.0], [1.0]),
    ],
)
def test_columns_that_are_none_are_refused(candles):
    with pytest.raises(Invalid) as refused:
        services.append_candles("live:test", "BTC-USDT", "1m", candles)
    assert list(refused.value.details) == ["candles"]


def test_a_series_there_is_not_is_not_found(db):
    with pytest.raises(NotFound, match="BTC-USDT at 1m"):
        services.iterate_candles("BTC-USDT", "1m")
    with pytest.raises(NotFound):
        services.range_hash("BTC-USDT", "1m", source="dataset:none")


def test_currency_days_of_a_data_set_are_those_of_new_york(db, tmp_path):
    start_ns = ns_from_iso("2024-03-06T22:00:00Z")
    path = tmp_path / "eur-1h.csv"
    make_candles(24 * 2, start_ns=start_ns, interval_ns=60 * MINUTE_NS).with_columns(
        pl.col("time") // NS_PER_SECOND
    ).write_csv(path)
    imported, _ = datasets.import_local(path, Silent(), symbol="EUR-USD", interval="1h")
    found = services.read_candles("EUR-USD", "1d", NEWEST, source=f"dataset:{imported.id}", calendar="fx")
    assert found.candles.time_ns == [start_ns, start_ns + 1_440 * MINUTE_NS]


def test_candles_at_hand_are_resampled_to_any_interval():
    minutes = candles_of(make_candles(300))
    append(count=300)
    for interval in ("7m", "90m", "2h", "1d"):
        stored = services.read_candles("BTC-USDT", interval, Window(0, 2**63 - 2, 1_000, True), calendar="fx").candles
        assert services.resample(minutes, interval, "fx") == stored
    assert len(services.resample(Candles([], [], [], [], [], []), "1h")) == 0
    with pytest.raises(Invalid) as refused:
        services.resample(minutes, "2d", "fx")
    assert list(refused.value.details) == ["interval"]
