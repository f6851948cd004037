"""Reports over REST, through the job table and real worker processes."""

import asyncio
import errno
import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest

from analytics.backtests import services as backtests
from analytics.backtests.work import run
from jobs import services as jobs
from jobs.progress import Progress
from kit.errors import Unavailable
from markets.datasets.records import Candles
from reports import files, gathering, services
from tests.analytics.backtests.conftest import waves
from tests.tables import ask_tables

REPORTS = "/api/v1/reports/"
DAY_NS = 86_400 * 10**9
TREND = {
    "long_entry": "cross_above(sma(close, 10), sma(close, 40))",
    "long_exit": "cross_below(sma(close, 10), sma(close, 40))",
}
BACKTEST = {"symbols": ["BTC-USDT"], "interval": "1h", "strategy": TREND, "starting_cash": "10000", "name": "Trend"}


CARRIED_OUT: dict[str, Any] = {}
"""The result and the arrays of the one backtest of this file: all tests have it, and it is computed once."""


def keep_backtest():
    """Enter the backtest as its job would have."""
    asked = {name: value for name, value in BACKTEST.items() if name not in ("symbols", "name")}
    labels = backtests.Labels(account="default", name=BACKTEST["name"])
    spec = backtests.stage_backtest(asked, backtests.Chosen(symbols=tuple(BACKTEST["symbols"])), labels)
    file = Path(spec["file"])
    if not CARRIED_OUT:
        work = {name: value for name, value in spec.items() if name != "labels"}
        CARRIED_OUT.update(result=run(work, Progress(lambda *_: None)), arrays=file.read_bytes())
    file.write_bytes(CARRIED_OUT["arrays"])
    return backtests.store_backtest(spec, deepcopy(CARRIED_OUT["result"]))


@pytest.fixture
async def backtest(client, workers):
    """A backtest with its figures."""
    return await ask_tables(keep_backtest)


async def file_of(client, made):
    return await client.get(f"{REPORTS}{made['report_id']}/download/")


def figures_of(report):
    """Every figure by the names of its section and itself."""
    return {
        (section["name"], each["name"]): each["value"] for section in report["sections"] for each in section["figures"]
    }


async def read(client, result_of, **asked):
    made = await result_of(REPORTS, format="json", **asked)
    return json.loads((await file_of(client, made)).body)


async def test_a_tear_sheet_says_what_the_backtest_said(client, result_of, backtest):
    report = await read(client, result_of, kind="performance", backtest=backtest["backtest_id"])
    figures, told = figures_of(report), backtest["figures"]
    for section, part, names in (
        ("returns", "returns", ("total_return", "cagr", "profit", "days")),
        ("risk", "risk", ("sharpe", "sortino", "volatility")),
        ("risk", "drawdowns", ("maximum", "longest_days")),
        ("trades", "trades", ("count", "win_rate", "profit_factor")),
        ("costs", "costs", ("fees", "turnover", "exposure")),
        ("benchmark", "benchmark", ("beta", "total_return")),
    ):
        for name in names:
            assert figures[section, name] == pytest.approx(told[part][name], rel=1e-9), name
    assert report["provenance"]["engine"] == 1
    assert report["provenance"]["data"][0]["content_hash"] == backtest["data"][0]["content_hash"]


async def test_a_part_of_a_backtest_begins_with_the_equity_before_it(client, result_of, backtest):
    asked = {"backtest": backtest["backtest_id"], "from": "2023-12-01T00:00:00Z", "to": "2024-01-01T00:00:00Z"}
    part = figures_of(await read(client, result_of, kind="performance", **asked))
    months = {each["period"]: each["value"] for each in backtest["figures"]["returns"]["months"]}
    assert part["returns", "total_return"] == pytest.approx(months["2023-12"])
    refused = await client.post(
        f"{REPORTS}?wait=25", json={"kind": "performance", **asked, "to": "2023-12-01T00:00:00.1Z"}
    )
    assert refused.data["status"] == "succeeded"
    empty = await client.post(
        f"{REPORTS}?wait=25", json={"kind": "performance", **asked, "from": "2023-12-31T23:30:00Z"}
    )
    assert empty.data["error"]["code"] == "NO_DATA"


async def test_a_backtest_stands_beside_the_benchmark_that_is_asked_for(client, result_of, backtest):
    asked = {"kind": "performance", "backtest": backtest["backtest_id"]}
    report = await read(client, result_of, **asked, benchmark="ETH-USDT")
    other = waves(level=3_000.0)
    day_ends = {time_ns // DAY_NS: price for time_ns, price in zip(other.time_ns, other.close, strict=True)}
    prices = [day_ends[day] for day in sorted(day_ends)]
    assert figures_of(report)["benchmark", "total_return"] == pytest.approx(prices[-1] / prices[0] - 1)
    assert report["provenance"]["data"][-1]["what"] == "ETH-USDT 1d from live:test"
    held = next(each for each in report["sections"] if each["name"] == "equity")["charts"][0]["series"][1]
    assert held["label"] == "ETH-USDT, held"
    missing = await client.post(REPORTS, json={**asked, "benchmark": "SOL-USDT"})
    assert (missing.status, missing.code) == (400, "NO_DATA")
    assert "There are no prices of SOL-USDT between" in missing.details["benchmark"][0]
    unknown = await client.post(REPORTS, json={**asked, "benchmark": "NO-WHERE"})
    assert unknown.status == 404


@pytest.mark.parametrize(
    ("remembers_from", "days", "source", "interval"),
    [
        (0, 1, "the market", "1m"),  # it remembers the whole of a short time
        (0.5, 1, "the market", "1m"),  # it does not, but nothing else has minutes, hours or days of it
        (0, 60, "the market", "1h"),
        (0, 200, "the market", "1d"),
    ],
)
async def test_prices_beside_an_account_are_of_its_market(client, monkeypatch, remembers_from, days, source, interval):
    start_ns, end_ns = 2_000_000_000 * 10**9, 2_000_000_000 * 10**9 + days * DAY_NS
    length_ns = {"1m": 60 * 10**9, "1h": 3_600 * 10**9, "1d": DAY_NS}[interval]
    first_ns = start_ns + int(remembers_from * DAY_NS) - 2 * length_ns
    times = list(range(first_ns, end_ns, length_ns))

    async def closed_candles(symbol, asked, *, limit, before_ns):
        assert before_ns == end_ns
        prices = [float(place) for place in range(len(times))]
        return Candles(times, prices, prices, prices, prices, prices) if asked == interval else None

    monkeypatch.setattr(gathering.markets, "closed_candles", closed_candles)
    found = await gathering._prices("BTC-USDT", start_ns, end_ns, of_market=True)
    assert (found.source, found.interval, found.interval_ns) == (source, interval, length_ns)
    assert found.time_ns == [each for each in times if each > start_ns - 2 * length_ns]
    assert found.close[-1] == float(len(times) - 1)


async def test_what_was_recorded_goes_before_a_market_that_forgot_the_beginning(client, monkeypatch):
    candles = waves()
    start_ns, end_ns = candles.time_ns[0], candles.time_ns[-1]

    async def closed_candles(*_, **__):
        return Candles([end_ns - DAY_NS], *[[1.0]] * 5)

    monkeypatch.setattr(gathering.markets, "closed_candles", closed_candles)
    found = await gathering._prices("BTC-USDT", start_ns, end_ns, of_market=True)
    assert (found.source, found.interval) == ("live:test", "1d")


@pytest.mark.parametrize("kind", ["trades", "risk"])
async def test_other_reports_of_a_backtest(client, result_of, backtest, kind):
    figures = figures_of(await read(client, result_of, kind=kind, backtest=backtest["backtest_id"]))
    told = {"trades": backtest["figures"]["trades"]["count"], "risk": backtest["figures"]["risk"]["sharpe"]}
    name = {"trades": "count", "risk": "sharpe"}[kind]
    assert figures["summary", name] == pytest.approx(told[kind])


async def test_a_factor_that_was_judged_has_a_report(client, result_of, monkeypatch):
    judged = {
        "data_hash": "d" * 64, "symbols": 4, "bars": 50, "entry": "next_open", "curve": [], "truncation": None,
        "factor": {"name": "mine", "expression": "close / open", "warm_up_bars": 1},
        "coverage": {
            "share": 0.9, "least_symbols": 3, "most_symbols": 4,
            "by_month": [{"month": "2024-01", "bars": 9, "mean": 0.9}],
        },
        "horizons": [
            {
                "bars": 1, "monotonicity": 1.0, "rank_autocorrelation": 0.5,
                "spread": {"count": 9, "mean": 0.0001, "std": 1.0, "t": 2.0},
                "ic": {"rank_ic": {"count": 9, "mean": 0.05, "std": 0.1, "t": 1.5}, "icir": 0.5, "share_positive": 0.6},
                "ic_by_month": [{"month": "2024-01", "bars": 9, "mean": 0.05}],
                "quantiles": [
                    {"quantile": place, "returns": {"count": 9, "mean": place * 0.001, "std": 0.1, "t": 1.0},
                     "excess": 0.0, "turnover": 0.2}
                    for place in (1, 2)
                ],
            }
        ],
    }  # fmt: skip
    view = jobs.JobView(
        id="judged",
        kind="factor.evaluate",
        account="default",
        status="succeeded",
        created_at=0,
        trace_id="t",
        result=judged,
    )
    find = jobs.get

    async def get(job_id, **options):
        return view if job_id == "judged" else await find(job_id, **options)

    monkeypatch.setattr(jobs, "get", get)
    report = await read(client, result_of, kind="factor", job="judged")
    assert figures_of(report)["summary", "rank_ic"] == 0.05
    assert report["provenance"]["data"][0]["content_hash"] == "d" * 64
    other = (await client.post(REPORTS, json={"kind": "factor", "job": "none"})).status
    assert other == 404


async def test_a_page_is_whole_in_one_file(client, result_of, backtest):
    made = await result_of(REPORTS, kind="performance", backtest=backtest["backtest_id"], name="My <b>page")
    answer = await file_of(client, made)
    page = answer.body.decode()
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="my-b-page-{made["report_id"][:8]}.html"'
    assert page.count("<svg") >= 5
    assert "My &lt;b&gt;page" in page


async def test_reports_are_listed_and_deleted_with_their_files(client, result_of, backtest, settings):
    since = {"from": "2023-11-15T00:00:00Z"}
    made = await result_of(REPORTS, kind="trades", format="csv", backtest=backtest["backtest_id"], **since)
    path = f"{REPORTS}{made['report_id']}/"
    shown = (await client.get(path)).data
    assert (shown["kind"], shown["format"], shown["schedule"]) == ("trades", "csv", None)
    default = {"time_zone": "UTC", "method": "fifo", "backtest": backtest["backtest_id"]}
    assert shown["asked"] == {"kind": "trades", "format": "csv", "from": "2023-11-15T00:00:00.000Z", **default}
    assert shown["size_bytes"] == len((await file_of(client, made)).body)
    assert (await client.get(f"{REPORTS}?kind=trades")).data["items"] == [shown]
    assert (await client.get(f"{REPORTS}?kind=risk")).data["items"] == []
    head = await client.request("HEAD", f"{path}download/")
    assert (head.status, head.headers["content-length"], head.body) == (200, str(shown["size_bytes"]), b"")
    stranger = {"X-Account": "other"}
    assert [(await client.get(each, headers=stranger)).status for each in (path, f"{path}download/")] == [404, 404]
    assert (await client.delete(path, headers=stranger)).status == 404
    assert (await client.delete(path)).status == 204
    assert (await client.get(path)).status == 404
    assert list((settings.STATE_DIR / "reports" / "files").iterdir()) == []
    await result_of(REPORTS, kind="risk", format="json", backtest=backtest["backtest_id"], name="Ours")
    listed = (await client.get("/api/v1/jobs/?kind=report.make")).data["items"]
    assert [each["subject"] for each in listed] == ["Ours", "trades as csv"]


async def test_a_file_that_somebody_deleted_is_said_to_be_gone(client, result_of, backtest, settings):
    made = await result_of(REPORTS, kind="trades", format="csv", backtest=backtest["backtest_id"])
    next((settings.STATE_DIR / "reports" / "files").iterdir()).unlink()
    answer = await file_of(client, made)
    assert (answer.status, answer.code) == (404, "FILE_GONE")


@pytest.mark.parametrize("what", ["backtests", "material"])
async def test_data_that_vanished_fail_the_job_with_their_code(client, backtest, settings, what, monkeypatch):
    if what == "backtests":
        (settings.STATE_DIR / "backtests" / f"{backtest['backtest_id']}.npz").unlink()
    else:
        keep = services._keep_material

        def keep_and_lose(material):
            path, digest = keep(material)
            path.unlink()
            return path, digest

        monkeypatch.setattr(services, "_keep_material", keep_and_lose)
    asked = {"kind": "performance", "backtest": backtest["backtest_id"]}
    job = (await client.post(f"{REPORTS}?wait=25", json=asked)).data
    assert (job["status"], job["error"]["code"]) == ("failed", "DATA_GONE")
    assert (await client.get(REPORTS)).data["items"] == []


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"kind": "novel"}, 400, "VALIDATION_FAILED", "kind"),
        ({"kind": "risk", "format": "docx"}, 400, "VALIDATION_FAILED", "format"),
        ({"kind": "risk", "name": "../../etc/passwd"}, 400, "VALIDATION_FAILED", "name"),
        ({"kind": "risk", "name": "a\\b"}, 400, "VALIDATION_FAILED", "name"),
        ({"kind": "risk", "name": ".."}, 400, "VALIDATION_FAILED", "name"),
        ({"kind": "risk", "backtest": "none"}, 404, "NOT_FOUND", None),
        ({"kind": "execution", "backtest": "none"}, 400, "VALIDATION_FAILED", "backtest"),
        ({"kind": "factor"}, 400, "VALIDATION_FAILED", "job"),
        ({"kind": "data"}, 400, "VALIDATION_FAILED", "dataset"),
        ({"kind": "data", "dataset": "none"}, 404, "NOT_FOUND", None),
        ({"kind": "comparison", "backtests": ["one"]}, 400, "VALIDATION_FAILED", "backtests"),
        ({"kind": "comparison", "backtests": ["one", "one"]}, 400, "VALIDATION_FAILED", "backtests"),
        ({"kind": "comparison", "backtests": ["one"], "strategies": ["one"]}, 400, "VALIDATION_FAILED", "backtests"),
        ({"kind": "statement", "strategy": "one"}, 400, "VALIDATION_FAILED", "strategy"),
        ({"kind": "risk", "strategy": "one", "backtest": "two"}, 400, "VALIDATION_FAILED", "strategy"),
        ({"kind": "risk", "run": "one"}, 400, "VALIDATION_FAILED", "run"),
        ({"kind": "risk", "benchmark": "BTC-USDT"}, 400, "VALIDATION_FAILED", "benchmark"),
        ({"kind": "risk", "time_zone": "Mars/Base"}, 400, "VALIDATION_FAILED", "time_zone"),
        (
            {"kind": "risk", "from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"},
            400,
            "VALIDATION_FAILED",
            "from",
        ),
        ({"kind": "statement"}, 503, "UNAVAILABLE", None),  # the exchange does not run in this test
    ],
)
async def test_what_no_report_can_be_made_of_is_refused_at_once(client, workers, body, status, code, field):
    answer = await client.post(REPORTS, json=body)
    assert (answer.status, answer.code) == (status, code), answer.json()
    assert field is None or field in answer.details


async def test_there_is_an_end_to_reports(client, result_of, backtest, monkeypatch):
    monkeypatch.setattr(services, "MAX_KEPT", 1)
    asked = {"kind": "trades", "format": "csv", "backtest": backtest["backtest_id"]}
    await result_of(REPORTS, **asked)
    refused = await client.post(REPORTS, json=asked)
    assert (refused.status, refused.code) == (409, "TOO_MANY_REPORTS")


async def test_very_many_at_once_queue_up_to_a_bound_and_the_gateway_answers(client, backtest):
    asked = {"kind": "trades", "format": "json", "backtest": backtest["backtest_id"]}
    answers = await asyncio.gather(*(client.post(REPORTS, json=asked) for _ in range(140)))
    taken = [each for each in answers if each.status == 202]
    refused = [each for each in answers if each.status != 202]
    assert len(taken) >= 100
    assert refused
    assert {(each.status, each.code) for each in refused} == {(503, "JOB_QUEUE_FULL")}
    assert (await client.get("/healthz")).status == 200


async def test_nothing_is_gathered_for_a_report_that_no_job_is_free_for(
    client, workers, backtest, settings, monkeypatch
):
    monkeypatch.setattr("jobs.services.MAX_UNFINISHED_JOBS", 0)
    refused = await client.post(REPORTS, json={"kind": "trades", "backtest": backtest["backtest_id"]})
    assert (refused.status, refused.code) == (503, "JOB_QUEUE_FULL")
    assert not (settings.STATE_DIR / "reports" / "material").exists()


async def test_a_list_asks_the_tables_once_however_many_reports_there_are(client, django_assert_num_queries):
    asked = {"kind": "trades", "format": "json", "name": ""}
    labels = {"account": "default", "asked": asked, "schedule_id": "", "keep": 0}
    result = {"title": "t", "size_bytes": 1, "content_hash": "h", "warnings": []}

    def listed_of(count):
        for number in range(count):
            services.store_report({"labels": labels, "file": f"r{count}-{number}.json", "material_hash": "m"}, result)
        with django_assert_num_queries(1) as asked_for:
            page = services.list_reports("default", limit=20)
        (query,) = asked_for
        assert "LIMIT 21" in query["sql"]
        return len(page.items)

    assert [await asyncio.to_thread(listed_of, count) for count in (1, 300)] == [1, 20]


def test_material_is_bounded_and_not_looked_through_for_every_report(settings, tmp_path, monkeypatch):
    settings.STATE_DIR = tmp_path
    looks, files_of = [], services._files_of
    monkeypatch.setattr(services, "_files_of", lambda folder: looks.append(folder) or files_of(folder))
    asked = [services.Asked(kind="statement", format="csv", name=f"{number:02}") for number in range(40)]
    one_bytes = len(msgspec.json.encode(services.Material(asked=asked[0], sources=[])))
    monkeypatch.setattr(services, "MATERIAL_BYTES", 5 * one_bytes)
    monkeypatch.setattr(services, "LOOK_AFTER_BYTES", 10 * one_bytes)
    monkeypatch.setattr(services._Unseen, "size_bytes", 10 * one_bytes)
    kept = [services._keep_material(services.Material(asked=each, sources=[]))[0] for each in asked]
    assert len(looks) == 4
    assert kept[-1].exists()
    assert len(list((tmp_path / "reports" / "material").iterdir())) <= 5 + 10


async def test_time_zones_are_looked_for_on_the_disk_once(client, monkeypatch):
    looked = []
    monkeypatch.setattr(services, "available_timezones", lambda: looked.append(1) or {"UTC", "Europe/Berlin"})
    services._time_zones.cache_clear()
    try:
        for _ in range(20):
            services.check(services.Asked(kind="statement", format="csv", time_zone="Europe/Berlin"))
    finally:
        services._time_zones.cache_clear()
    assert len(looked) == 1


# The disk ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "DISK_FULL"), (errno.EDQUOT, "DISK_FULL"), (errno.EIO, "DISK_FAULT")]
)
def test_a_disk_that_does_not_take_it_leaves_nothing_behind(tmp_path, monkeypatch, number, code):
    def refuse(descriptor):
        raise OSError(number, os.strerror(number))

    path = tmp_path / "report.csv"
    path.write_bytes(b"the one before")
    monkeypatch.setattr(files.os, "fsync", refuse)
    with pytest.raises(Unavailable) as refused:
        files.write_whole(path, b"new")
    assert refused.value.code == code
    assert [each.name for each in tmp_path.iterdir()] == ["report.csv"]
    assert path.read_bytes() == b"the one before"


async def test_a_report_that_cannot_be_written_fails_and_the_next_one_is_made(client, result_of, backtest, monkeypatch):
    asked = {"kind": "trades", "format": "csv", "backtest": backtest["backtest_id"]}
    place = services.file_of
    monkeypatch.setattr(services, "file_of", lambda name, form: place(name, form).parent / "nowhere" / f"{name}.{form}")
    job = (await client.post(f"{REPORTS}?wait=25", json=asked)).data
    assert (job["status"], job["error"]["code"]) == ("failed", "DISK_FAULT")
    monkeypatch.setattr(services, "file_of", place)
    await result_of(REPORTS, **asked)


async def test_material_that_cannot_be_kept_is_refused(client, backtest, settings, monkeypatch):
    def refuse(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", refuse)
    answer = await client.post(REPORTS, json={"kind": "trades", "backtest": backtest["backtest_id"]})
    assert (answer.status, answer.code) == (503, "DISK_FULL")
    assert list((settings.STATE_DIR / "reports" / "material").iterdir()) == []


async def test_what_a_killed_process_left_behind_goes_at_the_next_start(client, result_of, backtest, settings):
    made = await result_of(REPORTS, kind="trades", format="csv", backtest=backtest["backtest_id"])
    folder = settings.STATE_DIR / "reports" / "files"
    (folder / ".half").write_text("x")
    (folder / "01a0-never-entered.csv").write_text("x")
    await ask_tables(services.clear_leftovers)
    assert [path.stem for path in folder.iterdir()] == [made["report_id"]]
