"""Files of the real world in, candles out, over REST."""

from concurrent.futures import ThreadPoolExecutor, wait
from decimal import Decimal

import httpx
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


def test_many_uploads_that_wait_at_once_are_all_imported_and_the_gateway_stays_ready(trader, tmp_path):
    files = []
    for number in range(12):
        rows = "".join(f"2024-01-{number + 1:02}T00:{minute:02}:00Z,2.5,4,1,3,10.125\n" for minute in range(10))
        files.append(tmp_path / f"{number}.csv")
        files[-1].write_text("time,open,high,low,close,volume\n" + rows)

    def import_file(file):
        with Trader(trader.url) as uploader, file.open("rb") as content:
            form = {"data": {"symbol": "MANY-USD"}, "files": {"file": (file.name, content)}}
            return uploader.call("POST", "datasets/", params={"wait": 25}, **form)

    with ThreadPoolExecutor(len(files)) as threads:
        imports = [threads.submit(import_file, file) for file in files]
        readiness = [httpx.get(f"{trader.url}/readyz").status_code]
        while wait(imports, timeout=0.05).not_done:
            readiness.append(httpx.get(f"{trader.url}/readyz").status_code)
    # Not one was answered because its wait was over.
    assert [each.result()["status"] for each in imports] == ["succeeded"] * len(files)
    assert set(readiness) == {200}
