"""What the quality report finds: each finding is made by a file that has it, and sound files have none."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from markets.datasets.records import Finding

START = datetime(2019, 1, 1, tzinfo=UTC)
HEADER = "time,open,high,low,close,volume\n"


class Bars:
    """Made-up bars that move a little each minute, as text; what is broken in them is said by the test."""

    def __init__(self, count: int, *, step: timedelta = timedelta(minutes=1), start: datetime = START) -> None:
        chance = random.Random(7)
        self.times = [start + number * step for number in range(count)]
        self.rows: list[list[float]] = []
        price = 100.0
        for _ in range(count):
            close = round(price * (1 + chance.uniform(-0.002, 0.002)), 4)
            high, low = round(max(price, close) * 1.0005, 4), round(min(price, close) * 0.9995, 4)
            self.rows.append([price, high, low, close, chance.randint(1, 9)])
            price = close

    def text(self, form: str = "%Y-%m-%d %H:%M:%S", header: str = HEADER) -> str:
        lines = (
            f"{time.strftime(form)},{','.join(map(str, row))}\n"
            for time, row in zip(self.times, self.rows, strict=True)
        )
        return header + "".join(lines)

    def keep(self, wanted) -> "Bars":
        pairs = [(time, row) for time, row in zip(self.times, self.rows, strict=True) if wanted(time)]
        self.times, self.rows = [time for time, _ in pairs], [row for _, row in pairs]
        return self

    def flatten(self, first: int, end: int, *, volume: float) -> "Bars":
        price = self.rows[first - 1][3]
        self.rows[first:end] = [[price, price, price, price, volume] for _ in range(first, end)]
        return self


def finding(quality, kind: str) -> Finding:
    found = [one for one in quality.findings if one.kind == kind]
    assert len(found) == 1, [one.kind for one in quality.findings]
    return found[0]


def kinds(quality) -> set[str]:
    return {one.kind for one in quality.findings}


def test_sound_bars_have_no_finding(importer):
    quality = importer(Bars(2_000).text()).quality
    assert (quality.findings, quality.verdict, quality.proposal) == ((), "good", None)


def test_a_price_that_leaves_and_comes_straight_back_is_an_outlier(importer):
    bars = Bars(1_000)
    bars.rows[500][1] = bars.rows[500][3] = 150.0
    found = finding(importer(bars.text()).quality, "outliers")
    assert (found.count, found.severity, found.choice, found.handled) == (1, "warning", "outliers", False)
    assert (found.examples[0].row, found.examples[0].time) == (501, "2019-01-01T08:20:00.000Z")


def test_a_high_far_from_its_bar_is_an_outlier(importer):
    bars = Bars(1_000)
    bars.rows[300][1] = 900.0
    assert finding(importer(bars.text()).quality, "outliers").examples[0].row == 301


def test_a_move_that_stays_is_a_jump_and_no_outlier(importer):
    bars = Bars(1_000)
    bars.rows[600:] = [[*(value / 2 for value in row[:4]), row[4]] for row in bars.rows[600:]]
    quality = importer(bars.text()).quality
    assert finding(quality, "jumps").examples[0].row == 601
    assert "outliers" not in kinds(quality)
    assert quality.verdict == "good"


def test_prices_that_contradict_each_other_are_left_out_and_found(importer):
    bars = Bars(100)
    bars.rows[10][1] = 1.0
    found = finding(importer(bars.text()).quality, "contradictions")
    assert (found.count, found.handled, found.examples[0].line) == (1, True, 12)
    assert "high is below low" in found.text


def test_rows_that_cannot_be_read_are_found_apart(importer):
    text = Bars(100).text() + "soon,1,1,1,1,1\n"
    found = finding(importer(text).quality, "bad_rows")
    assert (found.count, found.examples[0].line) == (1, 102)


def test_runs_without_volume_are_counted_with_the_longest_first(importer):
    bars = Bars(1_000)
    for row in [*range(100, 103), *range(200, 210)]:
        bars.rows[row][4] = 0
    found = finding(importer(bars.text()).quality, "zero_volume")
    assert (found.count, found.severity) == (13, "info")
    assert [(one.row, one.text) for one in found.examples] == [(101, "3 rows"), (201, "10 rows")]


def test_much_silence_is_a_warning(importer):
    bars = Bars(1_000)
    for row in bars.rows[300:500]:
        row[4] = 0
    assert finding(importer(bars.text()).quality, "zero_volume").severity == "warning"


def test_a_price_that_does_not_move_though_volume_is_told_is_stuck(importer):
    quality = importer(Bars(500).flatten(100, 130, volume=5).text()).quality
    found = finding(quality, "stuck_prices")
    assert (found.count, found.severity, found.examples[0].row) == (30, "warning", 101)
    assert "zero_volume" not in kinds(quality)


def test_a_quiet_hour_is_silent_and_not_stuck(importer):
    quality = importer(Bars(500).flatten(100, 130, volume=0).text()).quality
    assert kinds(quality) == {"zero_volume"}


def test_a_series_whose_last_bars_repeat_one_price_has_ended(importer):
    quality = importer(Bars(500).flatten(440, 500, volume=0).text()).quality
    found = finding(quality, "delisting")
    assert (found.count, found.examples[0].row) == (60, 441)
    assert quality.verdict == "usable"


def test_gaps_are_a_warning_when_they_are_many(importer):
    few = Bars(1_000).keep(lambda time: time.minute != 30 or time.hour > 1)
    many = Bars(1_000).keep(lambda time: time.minute % 10)
    assert finding(importer(few.text()).quality, "gaps").severity == "info"
    quality = importer(many.text()).quality
    assert finding(quality, "gaps").severity == "warning"
    assert (quality.verdict, quality.proposal.gaps) == ("usable", "fill")


def test_order_and_duplicates_are_found_and_handled(importer):
    lines = Bars(100).text().splitlines(keepends=True)
    lines[10], lines[11] = lines[11], lines[10]
    text = "".join(lines) + lines[50] + lines[60].rpartition(",")[0] + ",77\n"
    quality = importer(text).quality
    assert {"out_of_order", "duplicates", "conflicting_duplicates"} <= kinds(quality)
    assert finding(quality, "conflicting_duplicates").severity == "warning"
    assert [(one.line, one.time) for one in finding(quality, "out_of_order").examples] == [
        (12, "2019-01-01T00:09:00.000Z"),
        (102, "2019-01-01T00:49:00.000Z"),
    ]
    assert [(one.line, one.time) for one in finding(quality, "duplicates").examples] == [
        (102, "2019-01-01T00:49:00.000Z")
    ]
    assert quality.verdict == "good"


# Time zone, open or close ----------------------------------------------------------------------------------------------


def fx_hours(zone: str, ahead_hours: int = 0) -> Bars:
    """Hours of the currency week for half a year, stamped by a clock in `zone`."""
    bars = Bars(24 * 182, step=timedelta(hours=1), start=datetime(2019, 1, 7, tzinfo=UTC))
    new_york = ZoneInfo("America/New_York")

    def is_open(time: datetime) -> bool:
        local = time.astimezone(new_york)
        return (
            local.weekday() < 4
            or (local.weekday() == 4 and local.hour < 17)
            or (local.weekday() == 6 and local.hour >= 17)
        )

    bars.keep(is_open)
    bars.times = [time.astimezone(ZoneInfo(zone)) + timedelta(hours=ahead_hours) for time in bars.times]
    return bars


@pytest.mark.parametrize(
    ("zone", "ahead_hours", "value"),
    [
        ("UTC", 0, "UTC"),
        ("America/New_York", 0, "America/New_York"),
        ("America/New_York", 7, "America/New_York+7h"),
        ("Europe/Berlin", 0, "Europe/Berlin"),
    ],
)
def test_the_zone_of_currency_prices_shows_in_when_their_weeks_begin(importer, zone, ahead_hours, value):
    quality = importer(fx_hours(zone, ahead_hours).text(), symbol="EUR-USD").quality
    assert (quality.zone.value, quality.zone.confidence) == (value, "high")
    assert ("time_zone" in kinds(quality)) == (value != "UTC")
    assert quality.calendar == "fx"
    assert quality.gaps.count == 0


def exchange_minutes(zone: str) -> Bars:
    """Five-minute bars of New York's exchange for four weeks, stamped by a clock in `zone`."""
    new_york = ZoneInfo("America/New_York")
    bars = Bars(288 * 28, step=timedelta(minutes=5), start=datetime(2019, 3, 1, tzinfo=UTC))

    def is_open(time: datetime) -> bool:
        local = time.astimezone(new_york)
        return local.weekday() < 5 and (9, 30) <= (local.hour, local.minute) < (16, 0)

    bars.keep(is_open)
    bars.times = [time.astimezone(ZoneInfo(zone)) for time in bars.times]
    return bars


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_the_zone_of_an_exchange_shows_in_when_its_days_begin(importer, zone):
    quality = importer(exchange_minutes(zone).text(), symbol="SPY-USD").quality
    assert (quality.zone.value, quality.zone.confidence, quality.gaps.count) == (zone, "high", 0)


def test_the_hour_that_clocks_skip_shows_the_zone_of_a_market_that_never_closes(importer):
    bars = Bars(24 * 60, step=timedelta(hours=1), start=datetime(2019, 3, 1, tzinfo=UTC))
    bars.times = [time.astimezone(ZoneInfo("Europe/Berlin")) for time in bars.times]
    quality = importer(bars.text()).quality
    assert (quality.zone.value, quality.zone.confidence) == ("Europe/Berlin", "medium")
    assert quality.proposal.time_zone == "Europe/Berlin"


def test_nothing_is_guessed_where_nothing_shows(importer):
    quality = importer(Bars(500, start=START + timedelta(minutes=7)).text()).quality
    assert (quality.zone.value, quality.zone.confidence) == ("UTC", "low")
    assert (quality.bar_time.value, quality.bar_time.confidence) == ("open", "low")


def test_epochs_and_stated_zones_are_certain(importer):
    epochs = importer(Bars(50).text("%s")).quality
    stated = importer(Bars(50).text("%Y-%m-%dT%H:%M:%SZ")).quality
    assert {(one.zone.value, one.zone.confidence) for one in (epochs, stated)} == {("UTC", "high")}


def test_a_column_called_close_time_holds_close_times(importer):
    header = HEADER.replace("time", "close_time")
    quality = importer(Bars(500).text(header=header)).quality
    assert (quality.bar_time.value, quality.bar_time.confidence) == ("close", "high")
    assert finding(quality, "close_times").severity == "error"
    assert (quality.verdict, quality.proposal.bar_time) == ("doubtful", "close")


def test_times_just_short_of_a_full_interval_are_closes(importer):
    bars = Bars(500, start=START + timedelta(seconds=59))
    quality = importer(bars.text()).quality
    assert (quality.bar_time.value, quality.bar_time.confidence) == ("close", "high")
    assert "off_grid" not in kinds(quality)


def test_a_file_that_ends_at_midnight_has_close_times(importer):
    opens = importer(Bars(2_880).text()).quality
    closes = importer(Bars(2_880, start=START + timedelta(minutes=1)).text()).quality
    assert (opens.bar_time.value, opens.bar_time.confidence) == ("open", "medium")
    assert (closes.bar_time.value, closes.bar_time.confidence) == ("close", "medium")


def test_the_last_bar_of_a_session_tells_open_from_close_times(importer):
    bars = exchange_minutes("America/New_York")
    opens = importer(bars.text(), symbol="SPY-USD").quality
    bars.times = [time + timedelta(minutes=5) for time in bars.times]
    closes = importer(bars.text(), symbol="SPY-USD").quality
    assert (opens.bar_time.value, closes.bar_time.value) == ("open", "close")


def test_bars_that_open_at_half_past_are_only_noted(importer):
    quality = importer(Bars(100, step=timedelta(hours=1), start=START + timedelta(minutes=30)).text()).quality
    assert finding(quality, "off_grid").severity == "info"


# Calendars -------------------------------------------------------------------------------------------------------------


def test_a_missing_monday_is_a_gap_and_a_holiday_is_none(importer):
    sessions = Bars(400, step=timedelta(days=1), start=datetime(2018, 1, 1, tzinfo=UTC))
    holidays = {"2018-01-01", "2018-01-15", "2018-02-19", "2018-03-30", "2018-05-28", "2018-07-04", "2018-09-03"}
    holidays |= {"2018-11-22", "2018-12-05", "2018-12-25", "2019-01-01", "2019-01-21"}
    sessions.keep(lambda time: time.weekday() < 5 and f"{time:%Y-%m-%d}" not in holidays)
    whole = importer(sessions.text("%Y-%m-%d"), symbol="SPY-USD").quality
    missing = importer(
        sessions.keep(lambda time: f"{time:%Y-%m-%d}" != "2018-06-11").text("%Y-%m-%d"), symbol="SPY-USD"
    ).quality
    assert (whole.calendar, whole.gaps.count) == ("equities", 0)
    assert (missing.gaps.count, missing.gaps.missing_bars) == (1, 1)


def test_a_missing_monday_of_a_currency_is_a_gap(importer):
    bars = fx_hours("UTC").keep(lambda time: f"{time:%Y-%m-%d}" != "2019-03-11")
    quality = importer(bars.text(), symbol="EUR-USD").quality
    assert (quality.gaps.count, quality.gaps.missing_bars) == (1, 24)
