"""What a quality report says: gaps and breaks, duplicates, intervals, decimals, steps of the instrument."""

import pytest

from kit.errors import Rejected
from markets.datasets.records import ImportResult
from markets.datasets.steps import choose_steps

MONDAY_S = 1_546_819_200  # 2019-01-07
DAY_S = 86_400
HEADER = "time,open,high,low,close,volume\n"


def series(times_s, values="2,4,1,3,10") -> str:
    return HEADER + "".join(f"{time_s},{values}\n" for time_s in times_s)


def minutes(*places: int) -> list[int]:
    return [MONDAY_S + 60 * place for place in places]


def test_runs_of_missing_bars_are_counted_measured_and_listed(importer):
    quality = importer(series(minutes(0, 1, 2, 5, 6, 7, 17, 18))).quality
    assert (quality.gaps.count, quality.gaps.missing_bars, quality.gaps.longest_seconds) == (2, 11, 600)
    assert [(gap.after, gap.before, gap.missing_bars) for gap in quality.gaps.items] == [
        ("2019-01-07T00:02:00.000Z", "2019-01-07T00:05:00.000Z", 2),
        ("2019-01-07T00:07:00.000Z", "2019-01-07T00:17:00.000Z", 9),
    ]


def test_listed_gaps_are_the_longest_and_bounded(importer):
    places = [place for block in range(150) for place in range(block * 300, block * 300 + 100 + block)]
    quality = importer(series(minutes(*places))).quality
    assert quality.gaps.count == 149
    assert len(quality.gaps.items) == 100
    assert max(gap.missing_bars for gap in quality.gaps.items) == 200
    assert min(gap.missing_bars for gap in quality.gaps.items) == 101


def weekdays(weeks: int, hours: range) -> list[int]:
    return [
        MONDAY_S + (7 * week + day) * DAY_S + 3_600 * hour
        for week in range(weeks)
        for day in range(5)
        for hour in hours
    ]


def test_weekends_of_a_market_that_closes_are_breaks_and_not_gaps(importer):
    quality = importer(series(weekdays(3, range(24)))).quality
    assert quality.calendar == "fx"
    assert (quality.gaps.count, quality.breaks.count) == (0, 2)
    assert quality.breaks.longest_seconds == 49 * 3_600


def test_nights_of_an_exchange_are_breaks_and_a_hole_in_the_day_is_a_gap(importer):
    times = weekdays(3, range(14, 21))
    times.remove(MONDAY_S + DAY_S + 16 * 3_600)
    quality = importer(series(times)).quality
    assert quality.calendar == "equities"
    assert (quality.gaps.count, quality.gaps.missing_bars) == (1, 1)
    assert quality.breaks.count == 14


def test_a_holiday_in_mid_week_shows_as_a_gap_of_daily_bars(importer):
    times = [time_s for time_s in weekdays(4, range(1)) if time_s != MONDAY_S + 9 * DAY_S]
    quality = importer(series(times)).quality
    assert quality.calendar == "equities"
    assert (quality.gaps.count, quality.gaps.missing_bars, quality.breaks.count) == (1, 1, 3)


def test_a_market_known_to_be_open_always_has_no_breaks(importer):
    quality = importer(series(weekdays(3, range(24))), calendar="24/7").quality
    assert (quality.gaps.count, quality.breaks.count) == (2, 0)


def test_a_candle_written_twice_counts_once(importer):
    quality = importer(series([*minutes(0, 1, 2), *minutes(1, 2)])).quality
    assert (quality.rows, quality.duplicates, quality.conflicting_duplicates) == (3, 2, 0)


@pytest.mark.parametrize(("newest_first", "kept"), [(False, 7.0), (True, 5.0)])
def test_of_candles_that_disagree_the_newer_in_the_direction_of_the_file_stays(importer, newest_first, kept):
    first, *rest = minutes(0, 1, 2, 3)
    lines = [f"{first},2,4,1,3,5", f"{first},2,4,1,3,7", *(f"{time_s},2,4,1,3,1" for time_s in rest)]
    if newest_first:
        lines = [*(f"{time_s},2,4,1,3,1" for time_s in reversed(rest)), f"{first},2,4,1,3,5", f"{first},2,4,1,3,7"]
    imported = importer(HEADER + "\n".join(lines))
    assert imported.frame["volume"][0] == kept
    assert (imported.quality.duplicates, imported.quality.conflicting_duplicates) == (1, 1)
    assert any("disagreed" in repair for repair in imported.quality.repairs)


def test_trades_are_duplicates_by_the_id_of_the_venue(importer):
    rows = ["1,1546300800,100,1,buy", "2,1546300800,100,1,buy", "2,1546300800,100,1,buy"]
    imported = importer("id,time,price,amount,side\n" + "\n".join(rows))
    assert (imported.quality.rows, imported.quality.duplicates) == (2, 1)


def test_equal_trades_without_ids_are_kept_and_said(importer):
    quality = importer("time,price,amount,side\n" + "1546300800,100,1,buy\n" * 3).quality
    assert (quality.rows, quality.duplicates) == (3, 0)
    assert any("2 trades equal another" in note for note in quality.notes)


def test_trades_of_a_file_that_runs_newest_first_keep_their_true_order_within_a_time(importer):
    rows = ["1546300802,103,1,buy", "1546300801,102,1,buy", "1546300801,101,1,buy", "1546300800,100,1,buy"]
    imported = importer("time,price,amount,side\n" + "\n".join(rows))
    assert imported.frame["price"].to_list() == [100.0, 101.0, 102.0, 103.0]


def test_the_longest_silence_of_trades_is_told(importer):
    quality = importer("time,price,amount,side\n1546300800,1,1,buy\n1546300900,1,1,buy\n1546300910,1,1,buy\n").quality
    assert (quality.gaps.count, quality.gaps.longest_seconds) == (0, 100)


@pytest.mark.parametrize(
    ("step_s", "interval"), [(60, "1m"), (300, "5m"), (900, "15m"), (3600, "1h"), (14400, "4h"), (86400, "1d")]
)
def test_the_interval_is_the_most_common_distance(importer, step_s, interval):
    times = [MONDAY_S + step_s * place for place in (0, 1, 2, 3, 9, 10, 20)]
    assert importer(series(times)).result.interval == interval


def test_an_interval_nobody_has_is_refused_with_what_there_is(importer):
    refusal = importer.refusal(series([MONDAY_S + 7 * place for place in range(5)]))
    assert refusal.code == "UNSUITABLE_DATA"
    assert "mostly 7 s apart" in refusal.message


def test_a_given_interval_must_fit_the_data(importer):
    assert importer(series(minutes(0, 15, 30)), interval="5m").quality.gaps.missing_bars == 4
    with pytest.raises(Rejected, match="mostly 900 s apart, which is no multiple of 1h"):
        importer(series(minutes(0, 15, 30)), interval="1h")


def test_one_bar_needs_its_interval_to_be_given(importer):
    assert "give it" in importer.refusal(series(minutes(0))).message
    assert importer(series(minutes(0)), interval="1m").result.rows == 1


def test_bars_off_the_grid_of_their_interval_are_counted(importer):
    assert importer(series([MONDAY_S + 30 + 60 * place for place in range(3)])).quality.off_grid == 3


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ("2,4,1,3,10", (0, 0)),
        ("2.50,4.00,1.00,3.0,10.125", (1, 3)),
        ("2e-05,4.1e-05,1e-05,3e-05,1e3", (6, 0)),
        ("0.10000000000000002,4,0.1,3,0.30000000000000004", (1, 1)),
        ("2.3333333333333335,4,1,3,0.1428571428571428", (None, None)),
    ],
)
def test_decimals_are_found_in_the_data_despite_the_noise_of_floats(importer, values, decimals):
    result: ImportResult = importer(series(minutes(0, 1), values)).result
    assert (result.price_decimals, result.volume_decimals) == decimals


@pytest.mark.parametrize(
    ("price_decimals", "volume_decimals", "lowest", "tick", "lot", "said"),
    [
        (2, 5, 100.0, "0.01", "0.00001", 0),
        (0, 0, 100.0, "1", "1", 0),
        (7, 8, 0.05, "0.0000001", "0.1", 1),
        (8, 3, 0.00004, "0.00000001", "1", 1),
        (12, 3, 0.00004, "0.00000001", "1", 2),
        (None, None, 150.0, "0.001", "0.00001", 2),
        (2, None, 100.0, "0.01", "0.000001", 1),
    ],
)
def test_ticks_and_lots_follow_the_decimals_and_are_coarsened_to_the_money(
    price_decimals, volume_decimals, lowest, tick, lot, said
):
    steps = choose_steps(
        price_decimals=price_decimals, volume_decimals=volume_decimals, lowest_price=lowest, has_volume=True
    )
    assert (steps.tick, steps.lot, len(steps.notes)) == (tick, lot, said)


def test_without_volumes_the_lot_is_small_enough_to_trade():
    steps = choose_steps(price_decimals=2, volume_decimals=0, lowest_price=100.0, has_volume=False)
    assert steps.lot == "0.0001"


def test_prices_below_the_smallest_tick_are_refused():
    with pytest.raises(Rejected, match="below the smallest tick"):
        choose_steps(price_decimals=10, volume_decimals=0, lowest_price=1e-9, has_volume=True)
