"""Bars for research: found, put under the hash of their content, and mapped into memory as they were imported."""

from pathlib import Path

import numpy as np
import pytest

from kit.errors import Invalid, NotFound
from markets.bars import services
from markets.bars.records import read_bars
from markets.candle_store import services as candle_store
from markets.datasets import services as datasets
from markets.datasets.records import Candles
from tests.markets.datasets.conftest import Silent

pytestmark = pytest.mark.django_db

MINUTE = 60 * 10**9
START = 1_700_000_100 * 10**9 // MINUTE * MINUTE


def candles(count: int, start_ns: int = START) -> Candles:
    close = [100.0 + place % 7 for place in range(count)]
    return Candles(
        time_ns=[start_ns + place * MINUTE for place in range(count)],
        open=[value - 0.5 for value in close],
        high=[value + 1 for value in close],
        low=[value - 1 for value in close],
        close=close,
        volume=[2.0] * count,
    )


@pytest.fixture(autouse=True)
def _state(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    candle_store.append_candles("live:test", "BTC-USDT", "1m", candles(600))


def test_the_bars_are_those_that_were_stored():
    (reference,) = services.stage_bars(symbols=["BTC-USDT"], interval="1m")
    bars = read_bars(reference)
    stored = candles(600)
    assert (reference.rows, reference.interval_ns, reference.source) == (600, MINUTE, "live:test")
    assert (reference.from_ns, reference.to_ns) == (stored.time_ns[0], stored.time_ns[-1])
    np.testing.assert_array_equal(bars.time_ns, stored.time_ns)
    for name, column in bars.columns.items():
        np.testing.assert_array_equal(column, getattr(stored, name))
    assert not bars.close.flags.writeable


def test_longer_bars_are_made_of_shorter_ones_and_a_part_is_a_part():
    (reference,) = services.stage_bars(symbols=["BTC-USDT"], interval="1h", from_ns=START + 60 * MINUTE)
    bars = read_bars(reference)
    assert (bars.time_ns % (60 * MINUTE) == 0).all()
    assert bars.time_ns[0] >= START + 60 * MINUTE
    assert bars.volume[1] == 120.0
    (part,) = services.stage_bars(symbols=["BTC-USDT"], interval="1m", to_ns=START + 10 * MINUTE)
    assert part.rows == 10


def test_the_same_bars_are_one_file_and_others_another():
    first, again, other = (
        services.stage_bars(symbols=["BTC-USDT"], interval="1m", to_ns=to_ns)[0]
        for to_ns in (None, None, START + MINUTE)
    )
    assert first == again
    assert first.content_hash != other.content_hash
    assert len(list(services.bars_dir().glob("*.npy"))) == 2
    assert list(services.bars_dir().glob(".*")) == []


def test_what_is_not_there_is_named():
    with pytest.raises(NotFound, match="NOPE"):
        services.stage_bars(symbols=["NOPE-USDT"], interval="1m")
    with pytest.raises(NotFound, match="no candles of ETH-USDT that add up to 1m") as none:
        services.stage_bars(symbols=["ETH-USDT"], interval="1m")
    assert none.value.code == "NO_DATA"
    with pytest.raises(Invalid, match="no candles in this time") as empty:
        services.stage_bars(symbols=["BTC-USDT"], interval="1m", to_ns=START)
    assert empty.value.code == "NO_DATA"
    with pytest.raises(Invalid, match="before `to`"):
        services.stage_bars(symbols=["BTC-USDT"], interval="1m", from_ns=5, to_ns=5)
    with pytest.raises(NotFound):
        services.stage_bars(dataset_ids=["none"], interval="1m")


def test_of_two_data_sets_the_one_that_reaches_into_the_time_is_taken(tmp_path):
    for name, start_ns in (("earlier", START), ("later", START + 1_000 * MINUTE)):
        made = candles(50, start_ns)
        rows = zip(made.time_ns, made.open, made.high, made.low, made.close, made.volume, strict=True)
        text = "".join(f"{','.join(str(cell) for cell in row)}\n" for row in rows)
        file = tmp_path / f"{name}.csv"
        file.write_text(f"time,open,high,low,close,volume\n{text}")
        datasets.import_local(file, Silent(), symbol="ETH-USDT")
    (whole,) = services.stage_bars(symbols=["ETH-USDT"], interval="1m")
    assert whole.from_ns == START + 1_000 * MINUTE
    (early,) = services.stage_bars(symbols=["ETH-USDT"], interval="1m", to_ns=START + 500 * MINUTE)
    assert (early.from_ns, early.rows) == (START, 50)
    with pytest.raises(Invalid, match="no candles in this time; its data sets are from 2023-11-14") as none:
        services.stage_bars(symbols=["ETH-USDT"], interval="1m", from_ns=START + 5_000 * MINUTE)
    assert (none.value.code, list(none.value.details)) == ("NO_DATA", ["from"])


def test_too_many_are_refused(monkeypatch):
    monkeypatch.setattr(candle_store, "MAX_ROWS_PER_READ", 500)
    with pytest.raises(Invalid, match="500 candles or more"):
        services.stage_bars(symbols=["BTC-USDT"], interval="1m")


def test_what_was_unused_for_longest_goes_first(monkeypatch):
    monkeypatch.setattr(services, "KEPT_BYTES", 3 * 6 * 8 * 20)
    paths = [
        services.stage_bars(symbols=["BTC-USDT"], interval="1m", to_ns=START + (10 + place) * MINUTE)[0].path
        for place in range(5)
    ]
    kept = {str(path) for path in services.bars_dir().glob("*.npy")}
    assert paths[-1] in kept
    assert paths[0] not in kept


def test_bars_that_have_made_room_are_missed_by_name():
    (reference,) = services.stage_bars(symbols=["BTC-USDT"], interval="1m")
    Path(reference.path).unlink()
    with pytest.raises(NotFound, match="BTC-USDT have made room") as gone:
        read_bars(reference)
    assert gone.value.code == "BARS_GONE"


def test_a_file_that_is_none_is_not_read():
    (reference,) = services.stage_bars(symbols=["BTC-USDT"], interval="1m")
    np.save(reference.path, np.zeros((6, 3)))
    with pytest.raises(ValueError, match="holds no 600 bars"):
        read_bars(reference)
