"""Repairs: what the owner accepted and nothing else; the old data set stays, the new one passes its report."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.errors import Invalid, Rejected
from markets.datasets import store
from markets.datasets.records import Dataset, RepairPlan, RepairSpec
from markets.datasets.repairing import repair_dataset
from markets.updates import INTERVALS
from tests.markets.datasets.test_dataset_findings import HEADER, Bars, exchange_minutes, finding, fx_hours, kinds

MINUTE_NS = 60 * 10**9


def as_dataset(imported) -> Dataset:
    result = imported.result
    return Dataset(
        id="parent",
        symbol=result.symbol,
        kind=result.kind,
        interval=result.interval,
        interval_s=INTERVALS[result.interval] if result.interval else None,
        rows=result.rows,
        from_ns=result.from_ns,
        to_ns=result.to_ns,
        price_decimals=result.price_decimals,
        volume_decimals=result.volume_decimals,
        content_hash=result.content_hash,
        size_bytes=result.size_bytes,
        file_name=result.file_name,
        created_ns=0,
    )


@pytest.fixture
def repair(importer):
    """Repairs what was imported; the result and its rows."""

    def run(imported, *, dry_run=False, **choices):
        spec = RepairSpec(
            datasets_dir=str(importer.datasets_dir),
            parent=as_dataset(imported),
            quality=imported.quality,
            plan=msgspec.convert(choices, RepairPlan),
            dry_run=dry_run,
        )
        result = repair_dataset(spec, importer.progress)
        path = store.data_path(importer.datasets_dir, result.content_hash, result.kind)
        return result, (pl.read_parquet(path) if path.exists() else None)

    return run


def test_gaps_are_filled_with_flat_bars_without_volume(importer, repair):
    imported = importer(Bars(200).keep(lambda time: not 10 <= time.minute < 15).text())
    result, rows = repair(imported, gaps="fill")
    assert result.rows == 200
    assert rows["time"].diff().drop_nulls().unique().to_list() == [MINUTE_NS]
    made = rows.filter(pl.col("volume") == 0)
    assert made.height == 20 - 5 * (200 % 60 < 10)
    before = rows.row(made["time"][0] // MINUTE_NS - rows["time"][0] // MINUTE_NS - 1, named=True)
    assert made.select("open", "high", "low", "close").row(0) == (before["close"],) * 4


def test_a_repaired_data_set_passes_its_report_and_names_its_parent(importer, repair):
    imported = importer(Bars(2_000).keep(lambda time: time.minute % 7).text())
    assert imported.quality.verdict == "usable"
    result, _ = repair(imported, gaps="fill")
    quality = result.quality
    assert (quality.verdict, quality.gaps.count, kinds(quality)) == ("good", 0, {"filled"})
    assert (quality.repair.parent, quality.repair.parent_hash) == ("parent", imported.result.content_hash)
    assert quality.repair.plan == RepairPlan(gaps="fill")
    assert [step.kind for step in quality.repair.steps] == ["gaps"]
    assert result.content_hash != imported.result.content_hash


def test_the_original_stays_as_it_was(importer, repair):
    imported = importer(Bars(300).keep(lambda time: time.minute % 7).text())
    repair(imported, gaps="fill")
    again = pl.read_parquet(store.data_path(importer.datasets_dir, imported.result.content_hash, "candles"))
    assert again.equals(imported.frame)


def test_a_dry_run_says_what_would_come_and_writes_nothing(importer, repair):
    imported = importer(Bars(300).keep(lambda time: time.minute % 7).text())
    before = importer.leftovers()
    planned, rows = repair(imported, gaps="fill", dry_run=True)
    assert rows is None
    assert importer.leftovers() == before
    done, _ = repair(imported, gaps="fill")
    assert (planned.content_hash, planned.rows) == (done.content_hash, done.rows)


def test_weekends_are_not_filled(importer, repair):
    imported = importer(fx_hours("UTC").keep(lambda time: f"{time:%m-%d %H}" != "03-12 09").text(), symbol="EUR-USD")
    result, rows = repair(imported, gaps="fill")
    assert result.rows == imported.result.rows + 1
    assert not rows["time"].cast(pl.Datetime("ns")).dt.weekday().is_in([6]).any()


def test_outliers_are_dropped_when_that_is_chosen_and_the_hole_is_filled(importer, repair):
    bars = Bars(1_000)
    bars.rows[500][1] = bars.rows[500][3] = 150.0
    imported = importer(bars.text())
    kept, _ = repair(imported, gaps="fill")
    result, rows = repair(imported, outliers="drop", gaps="fill")
    assert finding(kept.quality, "outliers").count == 1
    assert (result.rows, result.quality.verdict) == (1_000, "good")
    assert rows["close"].max() < 150
    assert [(step.kind, step.rows) for step in result.quality.repair.steps] == [("outliers", 1), ("gaps", 1)]


def test_the_first_of_rows_that_differed_is_taken_when_that_is_chosen(importer, repair):
    bars = Bars(50)
    lines = bars.text().splitlines(keepends=True)
    text = "".join(lines) + lines[21].rpartition(",")[0] + ",777\n"
    imported = importer(text)
    assert imported.frame["volume"][20] == 777
    result, rows = repair(imported, duplicates="first")
    assert rows["volume"][20] == bars.rows[20][4]
    assert result.rows == 50
    plain = importer(bars.text())
    assert result.content_hash == plain.result.content_hash


@pytest.mark.parametrize(("choice", "extra"), [("duplicates", "first"), ("contradictions", "second")])
def test_a_plan_can_refuse_data_that_were_not_sound(importer, repair, choice, extra):
    bars = Bars(50)
    lines = bars.text().splitlines(keepends=True)
    broken = {"first": lines[21].rpartition(",")[0] + ",777\n", "second": "2019-01-01 02:00:00,1,0.5,2,1,1\n"}
    imported = importer("".join(lines) + broken[extra])
    with pytest.raises(Rejected) as refused:
        repair(imported, **{choice: "refuse"})
    assert refused.value.code == "UNSUITABLE_DATA"
    assert choice in refused.value.details


@pytest.mark.parametrize("late", [timedelta(minutes=1), timedelta(seconds=59), timedelta(milliseconds=59_999)])
def test_close_times_become_open_times(importer, repair, late):
    bars = Bars(200)
    opens = importer(bars.text())
    bars.times = [time + late for time in bars.times]
    closes = importer(bars.text("%Y-%m-%d %H:%M:%S.%f"))
    result, rows = repair(closes, bar_time="close")
    assert rows.equals(opens.frame)
    assert result.content_hash == opens.result.content_hash
    assert (result.quality.bar_time.value, "close_times" in kinds(result.quality)) == ("open", False)


@pytest.mark.parametrize(("zone", "ahead"), [("America/New_York", 0), ("America/New_York", 7), ("Europe/Berlin", 0)])
def test_times_are_read_again_in_their_zone(importer, repair, zone, ahead):
    right = importer(fx_hours("UTC").text(), symbol="EUR-USD")
    wrong = importer(fx_hours(zone, ahead).text(), symbol="EUR-USD")
    result, rows = repair(wrong, time_zone=wrong.quality.proposal.time_zone)
    assert rows.equals(right.frame)
    assert result.quality.zone.value == "UTC"
    assert "time_zone" not in kinds(result.quality)


def test_the_proposal_of_a_report_is_a_plan_that_can_be_accepted(importer, repair):
    bars = exchange_minutes("America/New_York").keep(lambda time: (time.day, time.hour, time.minute) != (12, 11, 30))
    imported = importer(bars.text(), symbol="SPY-USD")
    plan = imported.quality.proposal
    assert (plan.time_zone, plan.gaps) == ("America/New_York", "fill")
    result, _ = repair(imported, **msgspec.to_builtins(plan))
    assert (result.quality.verdict, result.quality.gaps.count) == ("good", 0)
    assert result.rows == imported.result.rows + 1


def test_more_made_up_bars_than_real_ones_are_refused(importer, repair):
    imported = importer(Bars(1_000).keep(lambda time: time < START_OF_HOLE or time > END_OF_HOLE).text())
    with pytest.raises(Rejected, match="more bars than there are"):
        repair(imported, gaps="fill")
    assert all(path.suffix == ".parquet" for path in importer.leftovers())


START_OF_HOLE = datetime(2019, 1, 1, 0, 10, tzinfo=UTC)
END_OF_HOLE = datetime(2019, 1, 1, 16, 30, tzinfo=UTC)


def test_a_zone_that_is_none_is_named(importer, repair):
    imported = importer(Bars(10).text())
    for name in (
        "Nowhere/City",
        "../../etc/passwd",
        "/etc/localtime",
        "posix/Europe/Berlin",
        "US",
        "",
        "\ud800",
        "a\x00",
    ):
        with pytest.raises(Invalid) as refused:
            repair(imported, time_zone=name)
        assert "time_zone" in refused.value.details


def test_trades_have_no_gaps_to_fill(importer, repair):
    imported = importer("time,price,amount,side\n" + "".join(f"{1546300800 + n},{100 + n},1,buy\n" for n in range(20)))
    with pytest.raises(Invalid) as refused:
        repair(imported, gaps="fill")
    assert "gaps" in refused.value.details


def test_bad_prints_among_trades_are_dropped_and_the_minutes_follow(importer, repair):
    prices = [100 + (n % 7) / 10 for n in range(500)]
    prices[250] = 900.0
    text = "time,price,amount,side\n" + "".join(f"{1546300800 + n},{price},1,buy\n" for n, price in enumerate(prices))
    imported = importer(text)
    result, rows = repair(imported, outliers="drop")
    assert (result.rows, rows["price"].max() < 101) == (499, True)
    minutes = pl.read_parquet(store.minute_path(importer.datasets_dir, result.content_hash))
    assert minutes["high"].max() < 101


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=st.sets(st.integers(0, 120), min_size=61), order=st.randoms(use_true_random=False))
def test_filling_adds_exactly_the_missing_minutes_and_the_order_of_the_file_does_not_matter(
    importer, repair, kept, order
):
    bars = Bars(121).keep(lambda time: int((time - datetime(2019, 1, 1, tzinfo=UTC)).total_seconds()) // 60 in kept)
    imported = importer(bars.text(), interval="1m")
    lines = bars.text().splitlines(keepends=True)
    shuffled = lines[1:]
    order.shuffle(shuffled)
    again = importer(HEADER + "".join(shuffled), interval="1m")
    assert again.result.content_hash == imported.result.content_hash
    result, rows = repair(imported, gaps="fill")
    assert result.rows == max(kept) - min(kept) + 1
    real = rows.filter(pl.col("time").is_in(imported.frame["time"].implode()))
    assert real.equals(imported.frame)
    assert result.quality.gaps.count == 0


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    outliers=st.sampled_from(["keep", "drop"]),
    bar_time=st.sampled_from(["open", "close"]),
    zone=st.sampled_from([None, "Europe/Berlin", "America/New_York+7h"]),
)
def test_what_fills_nothing_invents_no_row(importer, repair, outliers, bar_time, zone):
    imported = importer(Bars(150).keep(lambda time: time.minute % 11).text(), interval="1m")
    result, rows = repair(imported, outliers=outliers, bar_time=bar_time, time_zone=zone)
    known = set(imported.frame.select("open", "high", "low", "close", "volume").rows())
    assert set(rows.select("open", "high", "low", "close", "volume").rows()) <= known
    assert result.rows <= imported.result.rows


def test_a_clock_that_is_seven_hours_ahead_of_new_york_is_that_in_summer_too():
    from markets.datasets.sessions import _Shifted

    for month in (1, 7):
        moment = datetime(2019, month, 2, 12, tzinfo=_Shifted(7))
        expected = datetime(2019, month, 2, 5, tzinfo=ZoneInfo("America/New_York"))
        assert moment.astimezone(UTC) == expected.astimezone(UTC)
