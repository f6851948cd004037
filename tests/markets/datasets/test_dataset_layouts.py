"""The layouts of files that vendors, exchanges and libraries write, each read without being told."""

import gzip
import io
import zipfile

import polars as pl
import pytest

from kit.errors import Invalid, Rejected

HOUR_NS = 3_600 * 10**9
START_NS = 1_546_300_800 * 10**9  # 2019-01-01
THREE_HOURS = [
    (START_NS, 1.5, 3.0, 1.0, 2.0, 10.0),
    (START_NS + HOUR_NS, 2.0, 4.0, 2.0, 3.0, 20.0),
    (START_NS + 2 * HOUR_NS, 3.0, 3.5, 2.5, 2.75, 0.5),
]
OHLCV = ["1.5,3,1,2,10", "2,4,2,3,20", "3,3.5,2.5,2.75,0.5"]


def candle_file(times: list[str], header: str = "time,open,high,low,close,volume") -> str:
    rows = [f"{time},{values}" for time, values in zip(times, OHLCV, strict=True)]
    return "\n".join([header, *rows]) + "\n"


@pytest.mark.parametrize(
    "times",
    [
        ["2019-01-01 00:00:00", "2019-01-01 01:00:00", "2019-01-01 02:00:00"],
        ["2019-01-01T00:00:00Z", "2019-01-01T01:00:00Z", "2019-01-01T02:00:00Z"],
        ["2019-01-01 02:00:00+02:00", "2019-01-01 03:00:00+02:00", "2019-01-01 04:00:00+02:00"],
        ["2019-01-01 00:00:00.000000", "2019-01-01 01:00:00", "2019-01-01 02:00:00.000"],
        ["2019-01-01 12-AM", "2019-01-01 01-AM", "2019-01-01 02-AM"],
        ["2019-01-01 12:00 AM", "2019-01-01 1:00 AM", "2019-01-01 2:00 AM"],
        ["20190101 00:00", "20190101 01:00", "20190101 02:00"],
        ["201901010000", "201901010100", "201901010200"],
        ["2019.01.01 00:00", "2019.01.01 01:00", "2019.01.01 02:00"],
        ["1 Jan 2019 00:00", "1 Jan 2019 01:00", "1 Jan 2019 02:00"],
        ["2019/1/1 0:00", "2019/1/1 1:00", "2019/1/1 2:00"],
        ["2019-01-01 00:00:00 UTC", "2019-01-01 01:00:00 UTC", "2019-01-01 02:00:00 UTC"],
        ["1546300800", "1546304400", "1546308000"],
        ["1546300800.0", "1546304400.0", "1546308000.0"],
        ["1546300800000", "1546304400000", "1546308000000"],
        ["1546300800000000", "1546304400000000", "1546308000000000"],
        ["1546300800000000000", "1546304400000000000", "1546308000000000000"],
        ["1546300800000", "1546304400000000", "1546308000"],
    ],
)
def test_a_time_is_read_in_any_usual_writing(importer, times):
    imported = importer(candle_file(times))
    assert imported.rows() == THREE_HOURS
    assert imported.result.interval == "1h"


@pytest.mark.parametrize(
    "header",
    [
        "Timestamp,Open,High,Low,Close,Volume",
        "DATE,OPEN,HIGH,LOW,CLOSE,VOL",
        "unix,o,h,l,c,v",
        "Open time,Open,High,Low,Close,Volume",
        ",Open,High,Low,Close,Volume",
        "Unnamed: 0,open,high,low,close,Volume BTC",
        "open_time,open_price,high_price,low_price,close_price,base_volume",
        '"time","open","high","low","close","volume"',
    ],
)
def test_columns_are_known_under_their_usual_names_in_any_case(importer, header):
    imported = importer(candle_file(["1546300800", "1546304400", "1546308000"], header))
    assert imported.rows() == THREE_HOURS


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators_are_found(importer, separator):
    text = candle_file(["1546300800", "1546304400", "1546308000"]).replace(",", separator)
    assert importer(text).rows() == THREE_HOURS


def test_a_decimal_comma_is_understood_where_the_separator_is_a_semicolon(importer):
    text = candle_file(["1546300800", "1546304400", "1546308000"]).replace(",", ";").replace(".", ",")
    assert importer(text).rows() == THREE_HOURS


def test_a_comma_that_may_group_thousands_is_not_taken_for_a_decimal_point(importer):
    refusal = importer.refusal("time;open;high;low;close;volume\n1546300800;46,319;46,385;46,319;46,377;5\n" * 2)
    assert refusal.code == "TOO_MANY_BAD_ROWS"


def test_a_vendor_banner_is_skipped_and_told(importer):
    text = "# Prices by vendor.example\nTimes are UTC,free to use\n" + candle_file(
        ["1546300800", "1546304400", "1546308000"]
    )
    imported = importer(text)
    assert imported.rows() == THREE_HOURS
    assert imported.quality.banner == ("# Prices by vendor.example", "Times are UTC,free to use")


def test_windows_line_ends_a_byte_order_mark_and_blank_lines_do_no_harm(importer):
    text = candle_file(["1546300800", "1546304400", "1546308000"]).replace("\n", "\r\n\r\n")
    imported = importer(b"\xef\xbb\xbf" + text.encode())
    assert imported.rows() == THREE_HOURS
    assert imported.quality.blank_lines == 4
    assert imported.quality.bad_rows == 0


def test_quoted_cells_are_read(importer):
    text = 'time,open,high,low,close,volume,note\n"2019-01-01","1.5","3","1","2","10","a, b ""c"""\n2019-01-02,2,4,2,3,20,\n'
    imported = importer(text)
    assert [row[1:] for row in imported.rows()] == [THREE_HOURS[0][1:], THREE_HOURS[1][1:]]


def test_a_day_and_a_clock_column_are_joined(importer):
    text = "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n" + "".join(
        f"2019.01.01\t0{hour}:00:00\t{values.replace(',', chr(9))}\t0\t1\n" for hour, values in enumerate(OHLCV)
    )
    imported = importer(text)
    assert [row[:5] for row in imported.rows()] == [row[:5] for row in THREE_HOURS]
    assert imported.quality.columns["date"] == "<DATE>"


def test_newest_first_is_turned_around_and_said(importer):
    head, *rows = candle_file(["1546300800", "1546304400", "1546308000"]).splitlines()
    imported = importer("\n".join([head, *reversed(rows)]))
    assert imported.rows() == THREE_HOURS
    assert imported.quality.order == "newest first"
    assert imported.quality.out_of_order == 0


def test_rows_out_of_order_are_sorted_and_counted(importer):
    rows = [f"{1546300800 + 3600 * hour},2,4,2,3,20" for hour in (0, 1, 4, 2, 3, 5)]
    imported = importer("time,open,high,low,close,volume\n" + "\n".join(rows))
    assert imported.frame["time"].is_sorted()
    assert imported.quality.out_of_order == 1
    assert "1 places were out of order and were sorted." in imported.quality.repairs


def test_times_without_a_zone_are_taken_as_utc_and_said_so(importer):
    assumed = importer(candle_file(["2019-01-01", "2019-01-02", "2019-01-03"])).quality
    stated = importer(candle_file(["2019-01-01T00:00Z", "2019-01-02T00:00Z", "2019-01-03T00:00Z"])).quality
    assert assumed.time_zone == "UTC, assumed: the times in the file name no zone"
    assert stated.time_zone == "UTC, converted from the zone in the file"


@pytest.mark.parametrize(
    ("symbol", "taken"), [("BTC-USDT", "volume_btc"), ("BTC-USD", "volume_btc"), ("ETH-BTC", "volume")]
)
def test_the_base_volume_is_preferred_and_the_choice_is_said(importer, symbol, taken):
    text = "time,open,high,low,close,volume_btc,volume\n1546300800,1,1,1,1,5,50\n1546304400,1,1,1,1,5,50\n"
    quality = importer(text, symbol=symbol).quality
    assert quality.columns["volume"] == taken
    assert any(repr(taken) in note for note in quality.notes)


def test_candles_without_a_volume_get_zero_and_it_is_said(importer):
    imported = importer("date,open,high,low,close\n2019-01-01,1,2,1,2\n2019-01-02,1,2,1,2\n")
    assert imported.frame["volume"].to_list() == [0.0, 0.0]
    assert "There is no volume column: every volume is 0." in imported.quality.notes


def test_binance_candles_without_a_header_are_recognised(importer):
    rows = [
        f"{1546300800000 + 60000 * minute},100.5,101,100,100.75,3.5,{1546300859999 + 60000 * minute},352,9,1,100,0"
        for minute in range(3)
    ]
    imported = importer("\n".join(rows))
    assert imported.result.kind == "candles"
    assert imported.rows()[0] == (START_NS, 100.5, 101.0, 100.0, 100.75, 3.5)
    assert "The file has no header; its columns were recognised by their values." in imported.quality.notes


def test_binance_trades_without_a_header_are_recognised(importer):
    rows = ["7,100.5,0.25,25.125,1546300800001,True,True", "8,100.25,2,200.5,1546300800002,False,True"]
    imported = importer("\n".join(rows))
    assert imported.rows() == [
        (START_NS + 1_000_000, 100.5, 0.25, "sell"),
        (START_NS + 2_000_000, 100.25, 2.0, "buy"),
    ]


def test_kraken_trades_without_a_header_get_their_sides_by_the_tick_rule(importer):
    prices = [100, 101, 101, 99, 99, 100]
    rows = [f"{1546300800 + second},{price},1.5" for second, price in enumerate(prices)]
    imported = importer("\n".join(rows))
    assert imported.frame["side"].to_list() == ["buy", "buy", "buy", "sell", "sell", "buy"]
    assert any("tick rule" in note for note in imported.quality.notes)


def test_numbers_that_nobody_named_are_refused_with_the_way_out(importer):
    refusal = importer.refusal("4,1,2,3\n5,1,2,3\n6,1,2,3\n")
    assert refusal.code == "UNKNOWN_LAYOUT"
    assert "Send a column map" in refusal.message


def test_a_column_map_overrides_names(importer):
    text = "when,first,top,bottom,last,traded\n1546300800,1.5,3,1,2,10\n1546304400,2,4,2,3,20\n"
    columns = {"time": "when", "open": "first", "high": "top", "low": "bottom", "close": "last", "volume": "traded"}
    assert importer(text, columns=columns).rows() == THREE_HOURS[:2]


def test_a_column_map_numbers_the_columns_of_a_file_without_a_header(importer):
    text = "".join(f"20190101 0{hour}:00,{values},9,9,9,9,9\n" for hour, values in enumerate(OHLCV))
    columns = {"time": "column_1"} | {
        role: f"column_{number}" for number, role in enumerate(("open", "high", "low", "close", "volume"), 2)
    }
    assert importer(text, columns=columns).rows() == THREE_HOURS


def test_a_column_map_that_names_no_column_of_the_file_is_invalid(importer):
    with pytest.raises(Invalid, match="No header with 'when'"):
        importer(candle_file(["1546300800", "1546304400", "1546308000"]), columns={"time": "when"})


def test_day_and_month_are_settled_by_the_data_or_by_the_caller(importer):
    clear = importer(candle_file(["11/01/2019", "12/01/2019", "13/01/2019"]))
    assert clear.quality.time_format == "%d/%m/%Y"
    hidden = candle_file(["05/06/2019 00:00", "05/06/2019 01:00", "05/06/2019 02:00"])
    with pytest.raises(Rejected, match="Day and month cannot be told apart"):
        importer(hidden)
    columns = {role: role for role in ("time", "open", "high", "low", "close", "volume")}
    told = importer(hidden, columns={**columns, "time_format": "%m/%d/%Y %H:%M"})
    assert told.quality.from_ == "2019-05-06T00:00:00.000Z"


@pytest.mark.parametrize(
    ("header", "cells", "sides"),
    [
        ("side", ["buy", "SELL", " Buy "], ["buy", "sell", "buy"]),
        ("taker_side", ["b", "s", "b"], ["buy", "sell", "buy"]),
        ("is_buyer_maker", ["true", "False", "1"], ["sell", "buy", "sell"]),
    ],
)
def test_the_taker_side_is_read_from_a_side_or_a_maker_flag(importer, header, cells, sides):
    rows = [f"{1546300800 + second},100,1,{cell}" for second, cell in enumerate(cells)]
    imported = importer(f"time,price,amount,{header}\n" + "\n".join(rows))
    assert imported.result.kind == "trades"
    assert imported.frame["side"].to_list() == sides


CANDLE_FRAME = pl.DataFrame(
    {
        "Date": pl.Series([row[0] for row in THREE_HOURS]).cast(pl.Datetime("ns")).dt.replace_time_zone("UTC"),
        **{
            name: [row[position] for row in THREE_HOURS]
            for position, name in enumerate(("Open", "High", "Low", "Close", "Volume"), 1)
        },
    }
)


def written(frame: pl.DataFrame, kind: str, compression: str) -> bytes:
    buffer = io.BytesIO()
    if kind == "parquet":
        frame.write_parquet(buffer, compression=compression)
    else:
        frame.write_ipc(buffer, compression=compression)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "compression"),
    [
        ("parquet", "zstd"),
        ("parquet", "uncompressed"),
        ("feather", "uncompressed"),
        ("feather", "lz4"),
        ("feather", "zstd"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_parquet_and_feather_are_read_plain_compressed_and_gzipped(importer, kind, compression, packed):
    content = written(CANDLE_FRAME, kind, compression)
    imported = importer(gzip.compress(content) if packed else content)
    assert imported.rows() == THREE_HOURS
    assert imported.quality.time_zone == "UTC, as the column's type says"
    assert imported.quality.file_format == kind + (", gzip" if packed else "")


@pytest.mark.parametrize(
    "times",
    [
        CANDLE_FRAME["Date"].dt.convert_time_zone("America/New_York"),
        CANDLE_FRAME["Date"].dt.replace_time_zone(None).cast(pl.Datetime("ms")),
        CANDLE_FRAME["Date"].dt.epoch("s"),
        CANDLE_FRAME["Date"].dt.epoch("ms"),
        CANDLE_FRAME["Date"].dt.epoch("s").cast(pl.Float64),
        CANDLE_FRAME["Date"].dt.to_string("%Y-%m-%dT%H:%M:%S"),
        CANDLE_FRAME["Date"].dt.to_string("%Y%m%d%H%M").cast(pl.Int64),
    ],
    ids=["zone", "naive ms", "epoch s", "epoch ms", "float s", "text", "calendar number"],
)
def test_times_of_any_type_are_read_from_a_table(importer, times):
    imported = importer(written(CANDLE_FRAME.with_columns(times.alias("Date")), "parquet", "zstd"))
    assert imported.rows() == THREE_HOURS


def test_prices_as_text_decimals_or_small_floats_are_read_from_a_table(importer):
    frame = CANDLE_FRAME.with_columns(
        pl.col("Open").cast(pl.String),
        pl.col("High").cast(pl.Decimal(20, 4)),
        pl.col("Low").cast(pl.Float32),
        pl.col("Volume").cast(pl.Float32),
    )
    assert importer(written(frame, "parquet", "zstd")).rows() == THREE_HOURS


def test_a_float32_keeps_its_shortest_decimal(importer):
    frame = pl.DataFrame(
        {"time": [1546300800], "price": pl.Series([0.1], dtype=pl.Float32), "qty": [1], "side": ["buy"]}
    )
    assert importer(written(frame, "parquet", "zstd")).frame["price"].to_list() == [0.1]


def test_gzipped_and_zipped_csv_give_the_same_data_set(importer):
    text = candle_file(["1546300800", "1546304400", "1546308000"]).encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("folder/prices.csv", text)
    hashes = {importer(content).result.content_hash for content in (text, gzip.compress(text), archive.getvalue())}
    assert len(hashes) == 1


def test_the_symbol_comes_from_the_file_or_its_name_when_it_is_not_given(importer):
    rows = candle_file(["1546300800", "1546304400", "1546308000"])
    assert importer(rows, name="ADA_BTC-5m.csv", symbol=None).result.symbol == "ADA-BTC"
    assert importer(rows, name="BTCUSDT-1h-2019-01.csv", symbol=None).result.symbol == "BTC-USDT"
    with_symbol = "date,symbol,open,high,low,close,volume\n2019-01-01,ETHUSD,1,1,1,1,1\n2019-01-02,ETHUSD,1,1,1,1,1\n"
    assert importer(with_symbol, symbol=None).result.symbol == "ETH-USD"
    with pytest.raises(Invalid, match="symbol"):
        importer(rows, name="prices.csv", symbol=None)


def test_a_file_of_several_symbols_is_no_file_of_one(importer):
    text = "date,symbol,open,high,low,close,volume\n" + "".join(
        f"2019-01-0{day},{name},1,1,1,1,1\n" for day in (1, 2) for name in ("AAPL", "MSFT")
    )
    refusal = importer.refusal(text, symbol=None)
    assert refusal.code == "UNSUITABLE_DATA"
    assert "2 symbols" in refusal.message


def test_order_books_are_not_taken_for_trades(importer):
    refusal = importer.refusal("symbol,timestamp,side,update_type,price,qty\n1546300800,1,1,1,1,1\n")
    assert refusal.code == "UNSUITABLE_DATA"
    assert "order book" in refusal.message
