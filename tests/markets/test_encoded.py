"""Answers that are encoded once: the same bytes as the contract writes, as fresh as the market, and bounded."""

import msgspec
import pytest

from markets import encoded
from markets.answers import CandlePage, EncodedCandlePage, candle_row, candle_row_encoder
from markets.candles import CandleSeries
from markets.encoded import ANSWERS_KEPT, CandleRows, LatestAnswers
from markets.instruments import DEFAULT_INSTRUMENTS
from markets.paging import MAX_TIME_NS, Window
from markets.serializers import CandlePageOut

MINUTE_NS = 60 * 10**9
INSTRUMENT = DEFAULT_INSTRUMENTS[0]
ENCODE = candle_row_encoder(INSTRUMENT)


def grow(series: CandleSeries, minutes: int, *, start: int = 0) -> None:
    """Add steps: two in each minute, each at another price."""
    for minute in range(start, start + minutes):
        series.add(minute * MINUTE_NS, 1_000 + minute, 1)
        series.add(minute * MINUTE_NS + 1, 900 + minute, 2)


@pytest.mark.parametrize("limit", [1, 3, 127, 128, 129, 1_000])
@pytest.mark.parametrize("is_oldest_first", [True, False])
@pytest.mark.parametrize("interval", ["1m", "5m"])
def test_rows_are_what_the_series_holds_while_it_grows_and_forgets(limit, is_oldest_first, interval):
    series = CandleSeries(kept=300)
    rows = CandleRows(series)
    for start in range(0, 700, 70):
        grow(series, 70, start=start)
        for from_minute in (0, 130, 350):
            window = Window(from_minute * MINUTE_NS, MAX_TIME_NS, limit, is_oldest_first)
            read = series.read(interval, window)
            numbers = series.numbers(interval, window)
            shown = [candle_row(INSTRUMENT, candle) for candle in read]
            assert rows.array(interval, numbers, ENCODE) == msgspec.json.encode(shown)
            assert [series.time_ns_of(interval, number) for number in numbers] == [candle.time_ns for candle in read]


def test_a_page_of_rows_is_written_as_its_contract_writes_it():
    series = CandleSeries()
    grow(series, 10)
    window = Window(0, MAX_TIME_NS, 5, True)
    shown = [candle_row(INSTRUMENT, candle) for candle in series.read("1m", window)]
    rows = CandleRows(series).array("1m", series.numbers("1m", window), ENCODE)
    page = EncodedCandlePage(msgspec.Raw(rows), "next", None, False, ())
    assert bytes(page.encoded()) == CandlePageOut.encode(CandlePage(shown, "next", None, False))


def test_rows_of_closed_candles_are_encoded_once_and_a_bounded_number_is_kept(monkeypatch):
    monkeypatch.setattr(encoded, "CHUNKS_KEPT", 2)
    series = CandleSeries()
    grow(series, 1_000)
    rows = CandleRows(series)
    asked: list[int] = []

    def encode(candle):
        asked.append(candle.time_ns)
        return ENCODE(candle)

    newest = range(900, 950)
    first = rows.array("1m", newest, encode)
    asked.clear()
    assert rows.array("1m", newest, encode) == first
    assert asked == []
    rows.array("1m", range(0, 900), encode)
    assert len(rows) == 2


def test_an_answer_is_made_again_only_after_a_change():
    latest = LatestAnswers()
    made = iter(range(10))

    def make() -> bytes:
        return b"%d" % next(made)

    assert [bytes(latest.get("ticker", make)) for _ in range(3)] == [b"0", b"0", b"0"]
    latest.forget()
    assert bytes(latest.get("ticker", make)) == b"1"


def test_many_questions_between_two_changes_do_not_fill_the_memory():
    latest = LatestAnswers()
    for depth in range(10 * ANSWERS_KEPT):
        assert bytes(latest.get(depth, lambda depth=depth: b"%d" % depth)) == b"%d" % depth
    assert len(latest) == ANSWERS_KEPT
