"""The shared real files, each with its known facts; skipped where the data folder is absent."""

import polars as pl
import pytest

from kit.clock import NS_PER_SECOND
from markets.datasets import resampling


def reference(path) -> pl.DataFrame:
    """A candle file of freqtrade in our columns, read without our importer."""
    return pl.read_ipc(path).select(
        pl.col("date").dt.epoch("ns").alias("time"), "open", "high", "low", "close", "volume"
    )


def test_the_bitcoin_perpetual_has_every_minute(importer, shared):
    path = shared("crypto_bars/btc-perp-20211231-20220201_1m.csv")
    imported = importer(path)
    quality = imported.quality
    assert (quality.rows, quality.interval, quality.gaps.count, quality.bad_rows) == (45_031, "1m", 0, 0)
    assert (quality.from_, quality.to) == ("2021-12-31T23:01:00.000Z", "2022-02-01T05:31:00.000Z")
    assert (quality.duplicates, quality.out_of_order, quality.zero_volume, quality.off_grid) == (0, 0, 0, 0)
    assert imported.result.price_decimals == 3


def test_coinbase_imports_with_its_quirks_reported(importer, shared):
    imported = importer(shared("crypto_bars/Coinbase_BTCUSD_1h.csv"), symbol=None)
    quality = imported.quality
    assert imported.result.symbol == "BTC-USD"
    assert (quality.rows, quality.interval, quality.gaps.count, quality.bad_rows) == (20_111, "1h", 0, 0)
    assert quality.banner == ("Timestamps are UTC timezone,https://www.CryptoDataDownload.com",)
    assert (quality.order, quality.out_of_order, quality.zero_volume) == ("newest first", 5, 28)
    assert quality.time_format == "%Y-%m-%d %I-%p"
    assert quality.time_zone.startswith("UTC, assumed")
    assert quality.columns["volume"] == "volume_btc"
    assert (imported.result.price_decimals, imported.result.volume_decimals) == (2, 5)


def test_google_has_weekends_and_mid_week_holidays(importer, shared):
    imported = importer(shared("equity_daily/GOOG.csv"), symbol="GOOG-USD")
    quality = imported.quality
    assert (quality.rows, quality.interval, quality.calendar) == (2_148, "1d", "equities")
    assert quality.columns["time"] == ""
    assert imported.rows()[0][1:] == (100.0, 104.06, 95.96, 100.34, 22351900.0)
    assert quality.gaps.longest_seconds == 2 * 86_400


def test_euro_dollar_has_breaks_and_no_gaps(importer, shared):
    quality = importer(shared("fx/EURUSD.csv"), name="EURUSD.csv", symbol=None).quality
    assert (quality.rows, quality.interval, quality.calendar) == (5_000, "1h", "fx")
    assert (quality.gaps.count, quality.breaks.count, quality.breaks.longest_seconds) == (0, 42, 73 * 3_600)


@pytest.mark.parametrize(
    ("pair", "rows", "missing"),
    [
        ("ADA", 5_720, 40),
        ("DASH", 5_758, 2),
        ("ETC", 5_759, 0),
        ("ETH", 5_760, 0),
        ("LTC", 5_760, 0),
        ("NXT", 5_760, 0),
        ("TRX", 5_754, 6),
        ("XLM", 5_760, 0),
        ("XMR", 5_758, 2),
        ("ZEC", 5_757, 2),
    ],
)
def test_the_pairs_against_bitcoin_come_in_unchanged(importer, shared, pair, rows, missing):
    path = shared(f"crypto_bars/freqtrade_5m_btc_pairs/{pair}_BTC-5m.feather")
    imported = importer(path, name=path.name, symbol=None)
    assert imported.result.symbol == f"{pair}-BTC"
    assert (imported.quality.rows, imported.quality.interval, imported.quality.gaps.missing_bars) == (
        rows,
        "5m",
        missing,
    )
    assert imported.frame.equals(reference(path))
    assert imported.result.price_decimals == 8


def test_the_longest_gap_of_ada_is_known(importer, shared):
    gaps = importer(shared("crypto_bars/freqtrade_5m_btc_pairs/ADA_BTC-5m.feather")).quality.gaps
    assert gaps.longest_seconds == 2 * 3_600 + 50 * 60


def test_ripple_trades_give_the_reference_candles_exactly(importer, shared):
    imported = importer(shared("crypto_bars/xrp_eth/XRP_ETH-trades.feather"))
    decimals = imported.result.volume_decimals
    minutes, five_minutes = (reference(shared(f"crypto_bars/xrp_eth/XRP_ETH-{name}.feather")) for name in ("1m", "5m"))
    assert (imported.quality.rows, imported.result.kind, decimals) == (12_477, "trades", 0)
    assert importer.minutes(imported).equals(minutes)
    for rows, make in ((imported.frame, resampling.candles_from_trades), (minutes, resampling.longer_candles)):
        assert make(rows, interval_ns=300 * NS_PER_SECOND, volume_decimals=decimals).equals(five_minutes)


def test_ripple_minutes_have_their_known_gaps(importer, shared):
    gaps = importer(shared("crypto_bars/xrp_eth/XRP_ETH-1m.feather")).quality.gaps
    assert (gaps.count, gaps.longest_seconds) == (676, 9 * 60)


def test_binance_trades_with_a_maker_flag_as_text_get_the_takers_side(importer, shared):
    path = shared("ticks/btcusdt-trades.parquet")
    imported = importer(path)
    makers = pl.read_parquet(path)["buyer_maker"].to_list()
    assert imported.quality.rows == 2_001
    assert imported.frame["side"].to_list() == ["sell" if maker == "True" else "buy" for maker in makers]


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("equity_daily/dj30_test.csv", "UNSUITABLE_DATA", "several symbols"),
        ("equity_daily/sp500_dataset.csv.gz", "UNKNOWN_LAYOUT", "Send a column map"),
        ("macro/treasury_curves.csv", "UNKNOWN_LAYOUT", "Send a column map"),
        ("ticks/btcusdt-quotes.parquet", "UNKNOWN_LAYOUT", "Send a column map"),
        ("book/btcusdt-depth-update.csv", "UNSUITABLE_DATA", "no snapshot"),
        ("fx/oanda_eurusd_hour.zip", "UNKNOWN_LAYOUT", "Send a column map"),
    ],
)
def test_what_is_neither_candles_nor_trades_of_one_symbol_is_refused(importer, shared, name, code, says):
    refusal = importer.refusal(shared(name))
    assert refusal.code == code
    assert says in refusal.message


def test_oanda_bid_bars_are_imported_with_a_column_map(importer, shared):
    roles = ("time", "open", "high", "low", "close", "volume")
    columns = {role: f"column_{number}" for number, role in enumerate(roles, 1)}
    imported = importer(shared("fx/oanda_eurusd_hour.zip"), symbol="EUR-USD", columns=columns)
    quality = imported.quality
    assert (quality.rows, quality.interval, quality.calendar, quality.bad_rows) == (74_439, "1h", "fx", 0)
    assert imported.rows()[0][1:] == (1.31927, 1.31955, 1.3187, 1.31935, 0.0)
