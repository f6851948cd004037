"""Files of the real world in, candles out, over REST."""

from decimal import Decimal

import polars
import pytest

from kit.clock import ns_from_iso
from tests.journeys.people import Trader, data_file
from tests.server import run_server


@pytest.fixture(scope="module")
def trader(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    with run_server(folder, {"RATE_LIMIT_RPS": "10000"}) as server, Trader(server.url) as trader:
        yield trader


def reference_candles(name: str) -> list[tuple]:
    frame = polars.read_ipc(data_file(f"crypto_bars/xrp_eth/{name}"))
    times = frame["date"].dt.epoch("ms")
    return [
        (time, *(Decimal(str(value)) for value in values))
        for time, *values in zip(times, *(frame[c] for c in ("open", "high", "low", "close", "volume")), strict=True)
    ]


@pytest.mark.parametrize("interval", ["1m", "5m"])
def test_trades_give_the_candles_of_the_reference_files_exactly(trader, interval):
    file = data_file("crypto_bars/xrp_eth/XRP_ETH-trades.feather")
    dataset = trader.import_file(file, symbol="XRP-ETH", kind="trades")
    expected = reference_candles(f"XRP_ETH-{interval}.feather")
    candles: list[dict] = []
    query = {"interval": interval, "dataset": dataset["id"], "from": "2019-10-11T00:00:00Z", "limit": 1000}
    while True:
        page = trader.get("markets/XRP-ETH/candles/", **query)
        candles += page["items"]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert len(candles) == len(expected)
    for candle, (time_ms, *values) in zip(candles, expected, strict=True):
        assert ns_from_iso(candle["time"]) == time_ms * 1_000_000
        assert [Decimal(candle[key]) for key in ("open", "high", "low", "close", "volume")] == values


def test_coinbase_file_imports_with_its_quirks_reported(trader):
    file = data_file("crypto_bars/Coinbase_BTCUSD_1h.csv")
    dataset = trader.import_file(file, symbol="BTC-USD", interval="1h", kind="candles")
    quality = trader.get(f"datasets/{dataset['id']}/quality/")
    assert quality["rows"] == 20_111
    assert quality["gaps"]["count"] == 0
    assert quality["out_of_order"] > 0
    assert "UTC" in str(quality["time_zone"])
    assert trader.get("symbols/BTC-USD/")["tick_size"] == "0.01"
