"""Recordings of books as data sets: what is read, what is put right, what is told, what is refused."""

import gzip

import msgspec
import polars as pl
import pytest

from markets.datasets.depth.clocks import ClockOffset
from markets.datasets.preview import preview_file
from markets.datasets.records import ImportSpec
from markets.updates import INTERVALS
from tests.markets.depth.venue import NS_PER_MS, Recorder, Venue, record

TABLE_HEADER = "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu\n"


def note(quality, beginning):
    """The note that begins so."""
    return next((one for one in (*quality.repairs, *quality.notes) if one.startswith(beginning)), None)


def test_a_recording_is_stored_message_by_message_in_whole_numbers(importer):
    recorder = record(60)
    imported = importer(recorder.text(), symbol=None)
    result, frame = imported.result, imported.frame
    assert (result.kind, result.symbol, result.interval) == ("depth", "ETH-USDT", None)
    assert (result.price_decimals, result.volume_decimals) == (2, 3)
    assert frame["event"].cast(pl.String).value_counts().sort("event").rows() == [
        ("diff", 60),
        ("snapshot", 1),
        ("trade", 20),
    ]
    trades = frame.filter(pl.col("event").cast(pl.String) == "trade")
    stored = zip(trades["price"].to_list(), trades["quantity"].to_list(), trades["side"].to_list(), strict=True)
    assert [(price // 10**6, lots // 10**5, side) for price, lots, side in stored] == recorder.trades
    snapshot = frame.filter(pl.col("event").cast(pl.String) == "snapshot").row(0, named=True)
    line = next(line for line in recorder.lines if "lastUpdateId" in line)
    sent = msgspec.json.decode(line.split(" ", 1)[1])
    assert [price / 10**8 for price in snapshot["bid_prices"]] == [float(price) for price, _ in sent["bids"]]
    assert [lots / 10**8 for lots in snapshot["ask_quantities"]] == [float(lots) for _, lots in sent["asks"]]


def test_the_report_says_what_was_found(importer):
    quality = importer(record(60).text()).quality
    assert (quality.rows, quality.gaps.count, quality.bad_rows, quality.out_of_order) == (81, 0, 0, 0)
    assert note(quality, "Books: 1, diffs: 60, trades: 20; up to")
    assert note(quality, "The chain of diffs is unbroken.")
    assert note(quality, "Diffs before the first book, which wait for it: 10.")
    assert note(quality, "12 lines of bookTicker were left out")
    assert quality.ignored_columns == ("bookTicker",)
    assert quality.file_format == "raw Binance stream"


def test_a_clock_that_is_behind_is_put_right_and_both_times_are_kept(importer):
    imported = importer(record(400).text())
    frame = imported.frame
    latency_ns = frame["time"] - frame["exchange_time"]
    assert latency_ns.min() >= -1 * NS_PER_MS, "nothing arrives before it was made"
    assert latency_ns.max() <= 32 * NS_PER_MS, "the true latency of the recorder"
    moved = (frame["time"] - frame["received_time"]).unique().to_list()
    assert len(moved) == 1
    assert abs(moved[0] - 1_240 * NS_PER_MS) < 2 * NS_PER_MS
    assert note(imported.quality, "The recorder's clock was 1,2")


@pytest.mark.parametrize(("behind_ms", "found_ms"), [(1_240, 1_240), (5, 5), (0, 0), (-400, 0)])
def test_the_offset_of_a_clock_is_told_from_the_quickest_message(behind_ms, found_ms):
    clock = ClockOffset()
    for number in range(1_000):
        made_ns = number * 1_000_000_000
        clock.add(exchange_ns=made_ns, received_ns=made_ns - behind_ms * NS_PER_MS + (number * 37 % 90) * NS_PER_MS)
    assert clock.estimate_ns() == found_ms * NS_PER_MS


def test_a_stamp_gone_wrong_does_not_decide_the_offset_of_a_clock():
    clock = ClockOffset()
    for number in range(1_000):
        glitch_ns = 3_600_000 * NS_PER_MS if number == 500 else 0
        clock.add(exchange_ns=number + glitch_ns, received_ns=number + (number % 40) * NS_PER_MS - 700 * NS_PER_MS)
    assert clock.estimate_ns() == 700 * NS_PER_MS


def test_a_lost_diff_is_told_as_a_gap_with_its_times(importer):
    quality = importer(record(100, lost=(40,), snapshots=(10, 60)).text()).quality
    assert quality.gaps.count == 1
    assert len(quality.gaps.items) == 1
    gap = quality.gaps.items[0]
    assert gap.after < gap.before
    assert note(quality, "Gaps in the chain of diffs: 1.")
    assert "does not follow" in note(quality, "Gap: update")
    assert note(quality, "The book is stale at the end") is None


def test_a_gap_without_a_later_snapshot_leaves_the_book_stale_and_says_so(importer):
    quality = importer(record(100, lost=(40,)).text()).quality
    assert quality.gaps.count == 1
    assert note(quality, "The book is stale at the end")


def test_the_same_recording_has_the_same_hash_however_it_is_packed(importer):
    text = record(50).text()
    plain, packed = importer(text), importer(gzip.compress(text.encode()))
    assert plain.result.content_hash == packed.result.content_hash
    other = importer(record(50, seed=2).text())
    assert other.result.content_hash != plain.result.content_hash


def test_the_candles_of_its_trades_are_kept_beside_it(importer):
    recorder = record(90)
    imported = importer(recorder.text())
    minutes = importer.minutes(imported)
    assert minutes["volume"].sum() == pytest.approx(sum(lots for _, lots, _ in recorder.trades) / 1000)
    assert minutes["open"][0] == recorder.trades[0][0] / 100
    assert all(time % (INTERVALS["1m"] * 10**9) == 0 for time in minutes["time"])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('1723161255088156767 {"stream":"x@depth","data":{"e":"depthUpdate"', "truncated"),
        ('1723161255088156767 {"stream":"x@depth","data":{"e":"depthUpdate","E":1,"s":"ETHUSDT"}}', "missing"),
        ('1723161255088156767 {"hello": 1}', "neither a frame"),
        ("not json at all", "malformed"),
        (
            '1723161255088156767 {"stream":"t","data":{"e":"trade","E":1,"s":"ETHUSDT","t":1,"p":"0","q":"1","m":true}}',
            "price or a quantity of 0",
        ),
        (
            '1723161255088156767 {"data":{"e":"trade","E":1,"s":"ETHUSDT","t":1,"p":"NaN","q":"1","m":true}}',
            "no decimal",
        ),
        (
            '1723161255088156767 {"data":{"e":"depthUpdate","E":1,"s":"ETHUSDT","U":5,"u":4,"b":[],"a":[]}}',
            "not in order",
        ),
        (
            '1723161255088156767 {"data":{"e":"depthUpdate","E":1,"s":"ETHUSDT","U":4,"u":5,"b":[["1e5","1"]],"a":[]}}',
            "no decimal",
        ),
    ],
)
def test_a_bad_line_is_left_out_and_told(importer, line, reason):
    lines = record(30).lines
    lines.insert(20, line)
    quality = importer("\n".join(lines)).quality
    assert quality.bad_rows == 1
    assert quality.bad_row_examples[0].line == 21
    assert reason in quality.bad_row_examples[0].reason
    assert quality.gaps.count == 0


def test_a_message_of_more_levels_than_any_venue_has_is_a_bad_line(importer):
    lines = record(30).lines
    wide = ",".join('["1.00","1"]' for _ in range(10_001))
    lines.insert(20, f'{{"data":{{"e":"depthUpdate","E":1,"s":"ETHUSDT","U":4,"u":5,"b":[{wide}],"a":[]}}}}')
    quality = importer("\n".join(lines)).quality
    assert (quality.bad_rows, quality.gaps.count) == (1, 0)
    assert "more than 10,000 levels" in quality.bad_row_examples[0].reason


def test_a_stamp_that_runs_backwards_keeps_its_place(importer):
    lines = record(40).lines
    lines[20] = f"{int(lines[20].split(' ', 1)[0]) - 500 * NS_PER_MS} {lines[20].split(' ', 1)[1]}"
    imported = importer("\n".join(lines))
    assert imported.quality.out_of_order == 1
    assert imported.quality.gaps.count == 0
    assert imported.frame["time"].is_sorted()


def test_spot_streams_without_receive_times_are_read_too(importer):
    venue = Venue(4, numbering="spot")
    recorder = Recorder(venue)
    recorder.snapshot(venue.snapshot())
    for _ in range(20):
        recorder.diff(venue.change())
    lines = []
    for line in recorder.lines:
        frame = msgspec.json.decode(line.split(" ", 1)[1])
        for part in (frame, frame.get("data", {})):
            part.pop("pu", None)
            part.pop("T", None)
        if "lastUpdateId" in frame:
            del frame["E"]
        lines.append(msgspec.json.encode(frame).decode())
    imported = importer("\n".join(lines))
    assert imported.quality.gaps.count == 0
    assert imported.frame["time"].is_sorted()
    assert imported.frame["time"][0] == imported.frame["exchange_time"].drop_nulls()[0]
    assert note(imported.quality, "There are no trades")


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("\n".join(line for line in record(20).lines if "lastUpdateId" not in line), "UNSUITABLE_DATA", "no snapshot"),
        ("\n".join(line for line in record(20).lines if "bookTicker" in line), "UNREADABLE_FILE", "no message"),
        (
            "\n".join([*record(20).lines, *(line.replace("ETHUSDT", "BTCUSDT") for line in record(5).lines)]),
            "UNSUITABLE_DATA",
            "several symbols",
        ),
        (TABLE_HEADER + "BTCUSDT,1667347199939,5,6,a,set,20472.80,1,4\n", "UNSUITABLE_DATA", "1 diffs and no snapshot"),
        (TABLE_HEADER + "x\n" * 5, "TOO_MANY_BAD_ROWS", "5 lines are bad"),
    ],
)
def test_what_gives_no_book_is_refused(importer, text, code, says):
    refusal = importer.refusal(text)
    assert refusal.code == code
    assert says in refusal.message


def test_depth_can_be_asked_for_and_is_refused_where_there_is_none(importer):
    refusal = importer.refusal("time,open,high,low,close\n1546300800,1,1,1,1\n", kind="depth")
    assert refusal.code == "UNKNOWN_LAYOUT"
    assert "no recording of a book" in refusal.message
    assert importer(record(20).text(), kind="depth").result.kind == "depth"


def test_two_tables_that_do_not_join_are_told_as_a_gap(importer):
    text = TABLE_HEADER + "".join(
        [
            "BTCUSDT,1667346579146,100,100,b,snap,20377.00,1.770,-1\n",
            "BTCUSDT,1667346579146,100,100,a,snap,20378.00,1.000,-1\n",
            TABLE_HEADER,
            "BTCUSDT,1667347199939,205,209,a,set,20472.80,0.000,200\n",
            "BTCUSDT,1667347199939,205,209,b,set,20300.00,2.000,200\n",
        ]
    )
    quality = importer(text).quality
    assert (quality.rows, quality.gaps.count, quality.bad_rows) == (2, 1, 0)
    assert note(quality, "Gap: update 205 does not follow 100.")


def test_a_bad_row_of_a_table_spoils_its_message(importer):
    text = TABLE_HEADER + "".join(
        [
            "BTCUSDT,1667346579146,100,100,b,snap,20377.00,1.770,-1\n",
            "BTCUSDT,1667346579200,101,102,b,set,20376.00,1.0,100\n",
            "BTCUSDT,1667346579200,101,102,a,set,x,1.0,100\n",
            "BTCUSDT,1667346579300,103,104,b,set,20375.00,1.0,102\n",
        ]
    )
    quality = importer(text).quality
    assert (quality.rows, quality.bad_rows, quality.gaps.count) == (2, 1, 1)


def test_a_preview_shows_a_recording_as_it_is(importer, tmp_path):
    path = importer.path_of(record(20).text())
    head = preview_file(ImportSpec(str(path), "stream", str(tmp_path)))
    assert (head.kind, head.symbol, head.problem) == ("depth", "ETH-USDT", None)
    assert head.rows[0][0].startswith("17231612")


# The shared real files ---------------------------------------------------------------------------------------------------


def test_the_recorded_futures_stream_imports_as_its_facts_say(importer, shared):
    imported = importer(shared("book/usdm_ethusdt_20240808.gz"), symbol=None, name="ethusdt_20240808.gz")
    quality, frame = imported.quality, imported.frame
    assert imported.result.symbol == "ETH-USDT"
    assert (quality.rows, quality.gaps.count, quality.bad_rows, quality.out_of_order) == (6_586 + 14_076 + 1, 0, 0, 0)
    assert note(quality, "Books: 1, diffs: 6,586, trades: 14,076; up to 3,341 levels")
    assert note(quality, "53,992 lines of bookTicker were left out")
    assert note(quality, "The chain of diffs is unbroken.")
    assert not any("missing by their ids" in one for one in quality.notes)
    streamed = frame.filter(pl.col("event").cast(pl.String) != "snapshot")
    early_ns = streamed["exchange_time"] - streamed["received_time"]
    assert 1.21e9 < early_ns.min() < early_ns.max() < 1.28e9
    latency_ns = streamed["time"] - streamed["exchange_time"]
    assert latency_ns.min() >= 0, "put right, nothing arrives before it was made"
    assert latency_ns.max() < 70e6
    assert (imported.result.price_decimals, imported.result.volume_decimals) == (2, 3)


def test_the_bybit_book_imports_with_an_unbroken_chain(importer, shared):
    imported = importer(shared("book/xrpusdt-ob500.data.zip"), symbol=None)
    assert imported.result.symbol == "XRP-USDT"
    assert (imported.quality.rows, imported.quality.gaps.count) == (50, 0)
    assert note(imported.quality, "Books: 1, diffs: 49, trades: 0")


def test_the_tardis_snapshots_import_as_ten_books(importer, shared):
    imported = importer(shared("book/binance-futures_book_snapshot_25_BTCUSDT.csv"), symbol=None)
    assert imported.result.symbol == "BTC-USDT"
    assert (imported.quality.rows, imported.quality.gaps.count) == (10, 0)
    assert note(imported.quality, "Books: 10, diffs: 0")
    assert set(imported.frame["bid_prices"].list.len()) == {25}


def test_the_two_depth_tables_do_not_join_and_it_is_told(importer, shared):
    snapshot, update = shared("book/btcusdt-depth-snap.csv"), shared("book/btcusdt-depth-update.csv")
    assert "no snapshot" in importer.refusal(update).message
    alone = importer(snapshot)
    assert (alone.quality.rows, alone.quality.gaps.count) == (1, 0)
    joined = importer(snapshot.read_bytes() + update.read_bytes())
    assert (joined.quality.rows, joined.quality.gaps.count) == (2, 1)
    assert note(joined.quality, "Gap: update 2098041693435 does not follow 2098021528332.")
    assert note(joined.quality, "The book is stale at the end")
