"""Real prices in, analyses out: over REST from a real server, each against the file itself."""

import math

import numpy as np
import polars as pl
import pytest

from tests.journeys.people import Refused, Trader, data_file
from tests.server import run_server

MINUTES = "crypto_bars/btc-perp-20211231-20220201_1m.csv"
DAYS = "equity_daily/GOOG.csv"


@pytest.fixture(scope="module")
def trader(tmp_path_factory):
    minutes, days = data_file(MINUTES), data_file(DAYS)
    with (
        run_server(tmp_path_factory.mktemp("analyses"), {"RATE_LIMIT_RPS": "0"}) as server,
        Trader(server.url) as trader,
    ):
        trader.import_file(minutes, symbol="BTC-USDT", interval="1m", kind="candles")
        trader.import_file(days, symbol="GOOG-USD", interval="1d", kind="candles")
        yield trader


def analysed(trader, kind, symbol=None, **body):
    """The analysis that a POST comes to."""
    asked = {"kind": kind, "symbols": [symbol] if symbol else None, **body}
    made = trader.result_of(trader.call("POST", "analytics/", params={"wait": 25}, json=asked))
    return trader.get(f"analytics/{made['analysis_id']}/")


def test_hours_out_of_a_month_of_minutes_have_the_volatility_of_the_file(trader):
    found = analysed(trader, "volatility", "BTC-USDT", interval="1h", volatility={"window": 24})
    frame = pl.read_csv(data_file(MINUTES), try_parse_dates=True)
    hours = frame.group_by_dynamic(frame.columns[0], every="1h").agg(
        pl.col("open").first(), pl.col("high").max(), pl.col("low").min(), pl.col("close").last()
    )
    close, ranges = hours["close"].to_numpy(), np.log(hours["high"] / hours["low"]).to_numpy()
    latest = found["volatility"]["latest"]
    assert found["bars"] == len(hours)
    year = math.sqrt(8_760)
    assert latest["close_to_close"] == pytest.approx(np.diff(np.log(close))[-24:].std(ddof=1) * year, rel=1e-6)
    assert latest["parkinson"] == pytest.approx(
        math.sqrt((ranges[-24:] ** 2).mean() / (4 * math.log(2))) * year, rel=1e-6
    )
    assert found["data"][0]["source"].startswith("dataset:")


def test_a_real_share_fell_as_far_as_its_file_says(trader):
    (dataset,) = trader.get("datasets/", symbol="GOOG-USD")["items"]
    shown = analysed(trader, "drawdowns", datasets=[dataset["id"]], interval="1d")
    assert (shown["symbols"], shown["data"][0]["source"]) == (["GOOG-USD"], f"dataset:{dataset['id']}")
    found = shown["drawdowns"]
    frame = pl.read_csv(data_file(DAYS))
    close = frame["Close"].to_numpy()
    fall = close / np.maximum.accumulate(close) - 1
    worst = found["episodes"][0]
    assert worst["depth"] == found["maximum"] == pytest.approx(fall.min(), rel=1e-9)
    assert worst["trough"].startswith(frame[frame.columns[0]][int(fall.argmin())][:10])


def test_a_real_share_has_seasons_and_states(trader):
    seasons = analysed(trader, "seasonality", "GOOG-USD", interval="1d", seasonality={"zone": "calendar"})
    assert [each["label"] for each in seasons["seasonality"]["weekdays"]] == [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
    ]  # fmt: skip
    assert seasons["seasonality"]["days"] == 2_148
    states = analysed(trader, "regime", "GOOG-USD", interval="1d")["regime"]
    assert states["is_converged"]
    assert states["states"][0]["volatility"] < 0.3 < states["states"][1]["volatility"]


def test_more_bars_than_a_fit_can_look_at_are_refused_with_a_way_out(trader):
    with pytest.raises(Refused, match="at most 10000") as refused:
        analysed(trader, "regime", "BTC-USDT", interval="1m")
    assert (refused.value.status, refused.value.code) == (400, "TOO_MANY_BARS")
    assert "Choose longer bars" in refused.value.details["interval"][0]
