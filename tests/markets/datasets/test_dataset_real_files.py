"""The shared real files, each with its known facts; skipped where the data folder is absent."""

from dataclasses import dataclass

import polars as pl
import pytest

from kit.clock import NS_PER_SECOND
from markets.datasets import resampling
from markets.datasets.importing import import_all
from markets.datasets.records import ImportSpec


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


def test_google_has_weekends_and_holidays_and_no_gaps(importer, shared):
    imported = importer(shared("equity_daily/GOOG.csv"), symbol="GOOG-USD")
    quality = imported.quality
    assert (quality.rows, quality.interval, quality.calendar) == (2_148, "1d", "equities")
    assert quality.columns["time"] == ""
    assert imported.rows()[0][1:] == (100.0, 104.06, 95.96, 100.34, 22351900.0)
    assert (quality.gaps.count, quality.breaks.longest_seconds) == (0, 5 * 86_400)


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
    ("name", "says"),
    [
        ("macro/treasury_curves.csv", "yields"),
        ("macro/SPY_benchmark.csv", "returns"),
        ("equity_daily/sp500_dataset.csv.gz", "closing prices"),
        ("equity_daily/sp500_index.csv.gz", "closing prices"),
        ("equity_daily/factors_dataset.csv.gz", "closing prices"),
        ("book/btcusdt-depth-update.csv", "no snapshot"),
    ],
)
def test_what_is_neither_candles_nor_trades_nor_quotes_is_refused_with_the_reason(importer, shared, name, says):
    refusal = importer.refusal(shared(name))
    assert refusal.code == "UNSUITABLE_DATA"
    assert says in refusal.message


def test_oanda_bid_bars_are_imported_with_a_column_map(importer, shared):
    roles = ("time", "open", "high", "low", "close", "volume")
    columns = {role: f"column_{number}" for number, role in enumerate(roles, 1)}
    imported = importer(shared("fx/oanda_eurusd_hour.zip"), symbol="EUR-USD", columns=columns)
    quality = imported.quality
    assert (quality.rows, quality.interval, quality.calendar, quality.bad_rows) == (74_439, "1h", "fx", 0)
    assert imported.rows()[0][1:] == (1.31927, 1.31955, 1.3187, 1.31935, 0.0)


@dataclass(frozen=True)
class Known:
    """What the folder's own description measured; each symbol's rows where a file has several."""

    rows: dict[str, int]
    kind: str = "candles"
    interval: str | None = None
    gaps: int | None = 0
    out_of_order: int = 0
    closes: bool = False


def pair(name: str, rows: int, gaps: int) -> tuple[str, Known]:
    return f"crypto_bars/freqtrade_5m_btc_pairs/{name}_BTC-5m.feather", Known(
        {f"{name}-BTC": rows}, interval="5m", gaps=gaps
    )


SP500 = [
    "AAPL", "AMD", "BAC", "BBY", "CVX", "GE", "HD", "JNJ", "JPM", "KO", "LLY", "MRK", "MSFT", "PEP", "PFE", "PG", "RRC",
    "UNH", "WMT", "XOM",
]  # fmt: skip
FACTORS = ["MTUM", "QUAL", "SIZE", "USMV", "VLUE"]
MINUTES = "fx/oanda_eurusd_minute"
FILES: dict[str, Known] = {
    "equity_daily/GOOG.csv": Known({"GOOG-USD": 2_148}, interval="1d"),
    "equity_daily/dj30_valid.csv": Known({"": 253}, interval="1d"),
    "equity_daily/dj30_test.csv": Known({"": 252}, interval="1d"),
    "equity_daily/sp500_dataset.csv.gz": Known({f"{name}-USD": 8_313 for name in SP500}, interval="1d", closes=True),
    "equity_daily/factors_dataset.csv.gz": Known(
        {f"{name}-USD": 2_264 for name in FACTORS}, interval="1d", closes=True
    ),
    "fx/EURUSD.csv": Known({"EUR-USD": 5_000}, interval="1h"),
    "fx/oanda_eurusd_hour.zip": Known({"EUR-USD": 74_439}, interval="1h", gaps=None),
    MINUTES: Known({"EUR-USD": 15_366 + 2_818}, interval="1m", gaps=None),
    "crypto_bars/btc-perp-20211231-20220201_1m.csv": Known({"BTC-USD": 45_031}, interval="1m"),
    "crypto_bars/Coinbase_BTCUSD_1h.csv": Known({"BTC-USD": 20_111}, interval="1h", out_of_order=5),
    **dict(
        [
            pair("ADA", 5_720, 5),
            pair("DASH", 5_758, 2),
            pair("ETC", 5_759, 0),
            pair("ETH", 5_760, 0),
            pair("LTC", 5_760, 0),
            pair("NXT", 5_760, 0),
            pair("TRX", 5_754, 6),
            pair("XLM", 5_760, 0),
            pair("XMR", 5_758, 2),
            pair("ZEC", 5_757, 2),
        ]
    ),
    "crypto_bars/xrp_eth/XRP_ETH-trades.feather": Known({"XRP-ETH": 12_477}, kind="trades", gaps=0),
    "crypto_bars/xrp_eth/XRP_ETH-1m.feather": Known({"XRP-ETH": 2_469}, interval="1m", gaps=676),
    "crypto_bars/xrp_eth/XRP_ETH-5m.feather": Known({"XRP-ETH": 706}, interval="5m", gaps=None),
    "ticks/btcusdt-trades.parquet": Known({"BTC-USDT": 2_001}, kind="trades"),
    "ticks/btcusdt-quotes.parquet": Known({"BTC-USDT": 451}, kind="quotes"),
}
"""Every file that holds bars, trades or quotes; a folder of daily files is one of them."""


@pytest.mark.parametrize("name", FILES)
def test_every_file_of_bars_trades_or_quotes_imports_as_it_was_measured(importer, shared, name):
    known, path = FILES[name], shared(name)
    # Files that say no symbol at all: GOOG.csv is a ticker without a quote, btc-perp names no pair.
    symbol = next(iter(known.rows)) if name.endswith(("GOOG.csv", "_1m.csv")) else None
    spec = ImportSpec(
        path=str(path), file_name=path.name, datasets_dir=str(importer.datasets_dir), symbol=symbol, closes=known.closes
    )
    report = import_all(spec, importer.progress)
    assert report.refused == ()
    rows = {result.symbol: result.rows for result in report.results}
    if "" in known.rows:
        assert (len(rows), set(rows.values())) == (29, set(known.rows.values()))
    else:
        assert rows == known.rows
    for result in report.results:
        quality = result.quality
        assert (result.kind, result.interval, quality.duplicates, quality.bad_rows) == (
            known.kind,
            known.interval,
            0,
            0,
        )
        assert quality.out_of_order == known.out_of_order
        if known.gaps is not None:
            assert quality.gaps.count == known.gaps, quality.gaps
        assert quality.verdict != "doubtful"


def test_the_folder_has_no_other_file_of_prices(shared):
    root = shared("README.md").parent
    there = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    refused = ("macro/", "book/", "README.md", "SHA256SUMS", MINUTES, "equity_daily/sp500_index.csv.gz")
    assert {name for name in there if not name.startswith(refused)} == FILES.keys() - {MINUTES}


def test_oanda_bars_keep_their_spread(importer, shared):
    imported = importer(shared("fx/oanda_eurusd_hour.zip"), name="oanda_eurusd_hour.zip", symbol=None)
    spread = imported.frame["spread"]
    assert (spread.min(), spread.max(), spread.median()) == pytest.approx((0.00004, 0.0020, 0.00013))
    assert int((spread == 0.001).sum()) == 1_497


def test_quotes_of_bitcoin_come_in_unchanged(importer, shared):
    path = shared("ticks/btcusdt-quotes.parquet")
    imported = importer(path, symbol=None)
    given = pl.read_parquet(path)
    assert imported.frame.select("bid", "ask", "bid_size", "ask_size").equals(
        given.select(pl.col("bid", "ask", "bid_size", "ask_size").cast(pl.Float64))
    )
