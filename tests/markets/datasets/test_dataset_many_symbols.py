"""Several symbols in one import: a column of them, a panel, the files of an archive or of a folder; and hostile archives."""

import gzip
import io
import stat
import zipfile
from pathlib import Path

import polars as pl
import pytest

from kit.errors import Invalid, Rejected
from markets.datasets import collecting, formats, store, zips
from markets.datasets.importing import import_all
from markets.datasets.records import ImportReport, ImportSpec
from tests.markets.datasets.conftest import Silent

START_S = 1_546_300_800
HEADER = "time,open,high,low,close,volume\n"


def bars(count: int = 10, *, start_s: int = START_S, price: float = 2.5) -> str:
    return HEADER + "".join(f"{start_s + 60 * n},{price},{price + 1},{price - 1},{price},10\n" for n in range(count))


def zipped(files: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


class ManyImporter:
    """Imports whatever holds several symbols."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.datasets_dir = folder / "datasets"

    def __call__(self, content: str | bytes | Path, name: str = "upload", **wishes) -> ImportReport:
        path = content
        if not isinstance(content, Path):
            path = self.folder / "given"
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        spec = ImportSpec(path=str(path), file_name=name, datasets_dir=str(self.datasets_dir), **wishes)
        return import_all(spec, Silent())

    def rows(self, report: ImportReport, symbol: str) -> pl.DataFrame:
        (result,) = [one for one in report.results if one.symbol == symbol]
        return pl.read_parquet(store.data_path(self.datasets_dir, result.content_hash, result.kind))

    def leftovers(self) -> list[Path]:
        return [path for path in self.datasets_dir.rglob("*") if path.is_file() or path.parent.name == ".work"]

    def refusal(self, content: bytes, **wishes) -> Rejected:
        before = set(self.folder.rglob("*"))
        with pytest.raises(Rejected) as refused:
            self(content, **wishes)
        assert self.leftovers() == []
        written = set(self.folder.rglob("*")) - before - {self.folder / "given"}
        assert written <= {self.datasets_dir, self.datasets_dir / ".work"}
        return refused.value


@pytest.fixture
def many(tmp_path):
    return ManyImporter(tmp_path)


def symbols(report: ImportReport) -> list[str]:
    return sorted(result.symbol for result in report.results)


# One file --------------------------------------------------------------------------------------------------------------


PANEL_ROWS = "".join(
    f"2019-01-{day:02},{price},{price + 1},{price - 1},{price},5,{ticker}\n"
    for day in range(2, 12)
    for ticker, price in (("AAPL", 100), ("MSFT", 50 + day), ("BRK.B", 7.5))
)
PANEL = "date,open,high,low,close,volume,tic\n" + PANEL_ROWS


def test_a_column_of_symbols_makes_a_data_set_of_each(many):
    report = many(PANEL)
    assert symbols(report) == ["AAPL-USD", "BRK.B-USD", "MSFT-USD"]
    assert many.rows(report, "MSFT-USD")["close"].to_list() == [50.0 + day for day in range(2, 12)]
    quality = report.results[0].quality
    assert (quality.rows, quality.interval, quality.out_of_order) == (10, "1d", 0)
    assert "The file says no quote asset; USD is assumed." in quality.notes


def test_pairs_keep_the_quote_they_name_and_tickers_take_the_one_given(many):
    text = PANEL.replace("AAPL", "BTCUSDT").replace("MSFT", "SAP")
    assert symbols(many(text, quote="EUR")) == ["BRK.B-EUR", "BTC-USDT", "SAP-EUR"]


def test_one_of_several_symbols_can_be_asked_for(many):
    assert symbols(many(PANEL, symbol="MSFT-USD")) == ["MSFT-USD"]
    with pytest.raises(Invalid) as refused:
        many(PANEL, symbol="XYZ-USD")
    assert "3 symbols" in refused.value.details["symbol"][0]


def test_rows_are_judged_symbol_by_symbol(many):
    broken = "".join(f"2019-02-{day:02},1,2,3,4,5,BAD\n" for day in range(1, 10)) + "2019-02-11,1,1,1,1,1,BAD\n"
    report = many(PANEL + broken + "2019-02-01,9,9,9,9,9,\n")
    assert symbols(report) == ["AAPL-USD", "BRK.B-USD", "MSFT-USD"]
    assert [(one.name, one.code) for one in report.refused] == [("BAD", "TOO_MANY_BAD_ROWS")]
    assert all(result.quality.bad_rows == 0 for result in report.results)


def test_a_symbol_that_ends_long_before_the_others_is_told(many):
    late = "".join(
        f"2019-{month:02}-{day:02},{day},{day},{day},{day},5,MSFT\n" for month in (1, 2) for day in range(12, 28)
    )
    report = many(PANEL + late)
    found = {result.symbol: [one.kind for one in result.quality.findings] for result in report.results}
    assert "delisting" in found["AAPL-USD"]
    assert "delisting" not in found["MSFT-USD"]


def test_more_symbols_than_an_import_may_have_are_refused(many, monkeypatch):
    monkeypatch.setattr(collecting, "MAX_SYMBOLS", 2)
    assert "more than 2 symbols" in many.refusal(PANEL.encode()).message


def test_many_symbols_share_one_limit_of_memory(many, monkeypatch):
    monkeypatch.setattr(collecting, "MAX_WAITING_ROWS", 7)
    monkeypatch.setattr(collecting, "KEPT_WAITING_ROWS", 3)
    whole = many(PANEL)
    assert many.rows(whole, "AAPL-USD").height == 10


def test_a_panel_of_closing_prices_is_told_and_imported_when_that_is_asked_for(many):
    text = "Date,AAPL,F,MSFT\n2019-01-02,100,8,50\n2019-01-03,101,,51\n2019-01-04,102,9,52\n"
    refusal = many.refusal(text.encode())
    assert (refusal.code, '"closes": true' in refusal.message) == ("UNSUITABLE_DATA", True)
    report = many(text, closes=True, interval="1d")
    assert symbols(report) == ["AAPL-USD", "F-USD", "MSFT-USD"]
    assert many.rows(report, "AAPL-USD").row(0)[1:] == (100.0, 100.0, 100.0, 100.0, 0.0)
    assert many.rows(report, "F-USD")["close"].to_list() == [8.0, 9.0]
    quality = report.results[0].quality
    assert [one.kind for one in quality.findings if one.severity == "warning"] == ["closes_only"]


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        ("date,1month,10year", "2019-01-02,0.02,0.03", "yields"),
        ("date,return", "2019-01-02,0.01", "returns"),
        ("time,funding_rate,mark", "1546300800,0.0001,100", "funding rates"),
        ("date,Mkt-RF,SMB,HML,RF", "2019-01-02,0.1,0.2,0.3,0.01", "factors"),
        ("symbol,timestamp,first_update_id,side,price,qty", "BTCUSDT,1,2,b,1,1", "order book"),
        ('{"topic":"orderbook","data":{"b":[["1","2"]]}}', '{"a":1,"b":2}', "JSON"),
    ],
)
def test_what_is_no_price_is_refused_with_what_it_is(many, header, row, says):
    refusal = many.refusal(f"{header}\n{row}\n{row}\n".encode())
    assert refusal.code == "UNSUITABLE_DATA"
    assert says in refusal.message


# Bid and ask -----------------------------------------------------------------------------------------------------------


SIDED = "".join(f"{60_000 * n},1.10,1.12,1.09,1.11,0,1.1002,1.1203,1.0902,1.1103,0\n" for n in range(5))


def test_bars_of_bid_and_ask_become_mid_bars_with_their_spread(many):
    report = many(SIDED, name="20190102_eurusd_minute_quote.csv")
    (result,) = report.results
    assert (result.symbol, result.interval, result.quality.from_) == ("EUR-USD", "1m", "2019-01-02T00:00:00.000Z")
    row = many.rows(report, "EUR-USD").row(0, named=True)
    assert (row["close"], row["spread"], row["volume"]) == (pytest.approx(1.11015, abs=1e-12), 0.0003, 0.0)
    assert any("spread" in note for note in result.quality.notes)


@pytest.mark.parametrize(("price", "close"), [("bid", 1.11), ("ask", 1.1103)])
def test_the_side_of_such_bars_can_be_chosen(many, price, close):
    report = many(SIDED, name="20190102_eurusd.csv", price=price)
    assert many.rows(report, "EUR-USD").row(0, named=True)["close"] == close


def test_an_ask_below_its_bid_is_left_out(many):
    text = SIDED + "300000,1.10,1.12,1.09,1.11,0,1.05,1.06,1.04,1.05,0\n"
    (result,) = many(text, name="20190102_eurusd.csv").results
    assert result.quality.bad_row_reasons == {"ask is below bid": 1}


def test_counts_since_midnight_without_a_date_are_refused(many):
    assert "no date" in many.refusal(SIDED.encode(), name="eurusd.csv").message


def test_named_columns_of_bid_and_ask_are_known(many):
    header = "DateTime,BidOpen,BidHigh,BidLow,BidClose,AskOpen,AskHigh,AskLow,AskClose\n"
    rows = "".join(f"2019-01-02 00:0{n}:00,1,3,1,2,1.5,3.5,1.5,2.5\n" for n in range(5))
    report = many(header + rows, symbol="EUR-USD")
    assert many.rows(report, "EUR-USD").row(0)[1:] == (1.25, 3.25, 1.25, 2.25, 0.0, 0.5)


def test_quotes_are_a_kind_of_their_own_with_the_minutes_of_their_middle(many):
    text = "time,bid,ask,bid_size,ask_size\n" + "".join(
        f"{START_S + 20 * n},{100 + n},{100.5 + n},1,2\n" for n in range(6)
    )
    report = many(text, symbol="ABC-USD")
    (result,) = report.results
    assert (result.kind, result.interval, result.rows) == ("quotes", None, 6)
    assert many.rows(report, "ABC-USD").columns == ["time", "bid", "ask", "bid_size", "ask_size"]
    minutes = pl.read_parquet(store.minute_path(many.datasets_dir, result.content_hash, "quotes"))
    assert minutes["open"].to_list() == [100.25, 103.25]


def test_a_price_beside_bid_and_ask_is_not_guessed_at(many):
    text = "time,price,size,bid,ask\n" + "".join(f"{START_S + n},100,1,99,101\n" for n in range(5))
    assert many.refusal(text.encode(), symbol="ABC-USD").code == "UNKNOWN_LAYOUT"
    assert many(text, symbol="ABC-USD", kind="trades").results[0].kind == "trades"
    assert many(text, symbol="ABC-USD", kind="quotes").results[0].kind == "quotes"


# Archives and folders --------------------------------------------------------------------------------------------------


def test_each_file_of_an_archive_becomes_a_data_set(many):
    report = many(zipped({"deep/AAPL.csv": bars(), "BTC_USDT-1m.csv": bars(price=9), "__MACOSX/x": b"junk"}))
    assert symbols(report) == ["AAPL-USD", "BTC-USDT"]
    assert [result.file_name for result in report.results] == ["BTC_USDT-1m.csv", "AAPL.csv"]


def test_files_whose_names_differ_by_a_date_are_one_series(many):
    days = {f"ETHUSDT-1m-2019-01-0{n + 1}.csv": bars(1_440, start_s=START_S + 86_400 * n) for n in range(3)}
    report = many(zipped(days))
    (result,) = report.results
    assert (result.symbol, result.rows, result.quality.gaps.count, result.quality.duplicates) == (
        "ETH-USDT",
        4_320,
        0,
        0,
    )
    assert any("3 files" in note for note in result.quality.notes)


def test_a_folder_is_read_like_an_archive(many, tmp_path):
    folder = tmp_path / "prices"
    folder.mkdir()
    (folder / "AAPL.csv").write_text(bars())
    (folder / "MSFT.csv.gz").write_bytes(gzip.compress(bars(price=5).encode()))
    (folder / "SAP.zip").write_bytes(zipped({"x.csv": bars(price=7)}))
    (folder / ".hidden").write_text("x")
    assert symbols(many(folder)) == ["AAPL-USD", "MSFT-USD", "SAP-USD"]
    assert sorted(path.name for path in folder.iterdir()) == [".hidden", "AAPL.csv", "MSFT.csv.gz", "SAP.zip"]


def test_one_file_that_is_none_costs_no_other_its_data_set(many):
    report = many(zipped({"AAPL.csv": bars(), "notes.csv": "nothing here\n"}))
    assert symbols(report) == ["AAPL-USD"]
    assert [(one.name, one.code) for one in report.refused] == [("notes.csv", "UNKNOWN_LAYOUT")]


def test_when_every_file_is_refused_so_is_the_import(many):
    assert "three columns" in many.refusal(zipped({"a.csv": b"x", "b.csv": b"y"})).message


def test_a_symbol_for_many_series_is_refused(many):
    with pytest.raises(Invalid) as refused:
        many(zipped({"AAPL.csv": bars(), "MSFT.csv": bars()}), symbol="AAPL-USD")
    assert "symbol" in refused.value.details


def link(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (zipped({"../../x.csv": bars()}), "leads out"),
        (zipped({"AAPL.csv": bars(), "../../x.csv": bars()}), "leads out"),
        (zipped({"AAPL.csv": bars(), "/etc/x.csv": bars()}), "leads out"),
        (zipped({"AAPL.csv": bars(), "..\\x.csv": bars()}), "leads out"),
        (zipped({"AAPL.csv": bars(), "C:\\x.csv": bars()}), "leads out"),
        (zipped({"AAPL.csv": bars(), "b/" + "x" * 600 + ".csv": bars()}), "leads out"),
        (link("AAPL.csv"), "a link"),
        (zipped({"AAPL.csv": bars(), "more.zip": zipped({"x.csv": bars()})}), "archive in an archive"),
        (zipped({"AAPL.csv": bars(), "x.csv": gzip.compress(bars().encode())}), "archive in an archive"),
        (zipped({"inner.zip": zipped({"x.csv": bars()})}), "compressed twice"),
    ],
    ids=[
        "out",
        "out of two",
        "absolute",
        "backslash",
        "drive",
        "long",
        "link",
        "nested",
        "gzip inside",
        "zip of a zip",
    ],
)
def test_a_hostile_archive_is_refused_as_a_whole(many, content, says):
    refusal = many.refusal(content)
    assert refusal.code == "UNREADABLE_FILE"
    assert says in refusal.message


def test_an_archive_has_a_most_of_members(many, monkeypatch):
    monkeypatch.setattr(zips, "MAX_MEMBERS", 3)
    assert "at most 3" in many.refusal(zipped({f"{n}.csv": bars() for n in range(4)})).message


def test_a_table_of_contents_that_would_fill_the_memory_is_refused_before_it_is_read(many, monkeypatch):
    monkeypatch.setattr(zips, "MAX_DIRECTORY_BYTES", 2_000)
    assert "table of contents" in many.refusal(zipped({f"{n:050}.csv": b"" for n in range(50)})).message


def test_a_bomb_of_many_files_is_refused_before_any_of_it_is_unpacked(many, monkeypatch):
    monkeypatch.setattr(formats, "RATIO_FREE_BYTES", 1_000_000)
    bomb = zipped({f"{name}.csv": bars() + "0,0,0,0,0,0\n" * 200_000 for name in ("AAA", "BBB", "CCC")})
    assert "larger than" in many.refusal(bomb).message
