"""Analyses over REST, through the job table and real worker processes."""

import pytest

from tests.analytics.tasks.markets import walk

ANALYSES = "/api/v1/analytics/"


async def test_an_analysis_is_asked_for_kept_listed_and_deleted(client, analysis_of):
    shown = await analysis_of("volatility", name="Nights", volatility={"window": 24, "estimator": "yang_zhang"})
    assert (shown["name"], shown["kind"], shown["symbols"], shown["interval"]) == (
        "Nights", "volatility", ["BTC-USDT"], "1h",
    )  # fmt: skip
    (data,) = shown["data"]
    assert (data["rows"], data["missing_bars"], data["source"]) == (1_100, 0, "live:test")
    assert data["from"].endswith("Z")
    assert shown["conventions"]
    found = shown["volatility"]
    assert found["options"]["cone_windows"] == [10, 20, 60, 120, 250]
    assert found["bars_per_year"] == 8_760.0
    assert len(found["series"]["time"]) == len(found["series"]["yang_zhang"]) == 1_000
    assert found["series"]["time"][-1].endswith("Z")
    assert shown["correlation"] is None
    (listed,) = (await client.get(ANALYSES)).data["items"]
    assert (listed["id"], listed["data_hash"]) == (shown["id"], shown["data_hash"])
    assert (await client.get(f"{ANALYSES}?kind=regime")).data["items"] == []
    assert (await client.get(ANALYSES, headers={"X-Account": "other"})).data["items"] == []
    path = f"{ANALYSES}{shown['id']}/"
    assert (await client.delete(path)).status == 204
    assert (await client.get(path)).status == 404


async def test_every_kind_answers_under_its_own_name(client, analysis_of):
    both = ("BTC-USDT", "ETH-USDT")
    correlation = (await analysis_of("correlation", both, correlation={"window": 100}))["correlation"]
    assert correlation["pearson"][0][0] == 1.0
    assert abs(correlation["pearson"][0][1]) < 0.2
    assert correlation["rolling"]["pair"] == list(both)
    assert len(correlation["rolling"]["time"]) == len(correlation["rolling"]["values"]) == 1_000
    cointegration = (await analysis_of("cointegration", both))["cointegration"]
    assert [each["dependent"] for each in cointegration["engle_granger"]] == list(both)
    assert cointegration["options"] == {"prices": "log", "johansen_lags": 1}
    assert len(cointegration["johansen"]) == 2
    seasonality = (await analysis_of("seasonality", seasonality={"zone": "calendar"}))["seasonality"]
    assert (seasonality["zone"], len(seasonality["hours"]), len(seasonality["weekdays"])) == ("UTC", 24, 7)
    drawdowns = (await analysis_of("drawdowns", drawdowns={"episodes": 2}))["drawdowns"]
    assert len(drawdowns["episodes"]) == 2
    assert drawdowns["episodes"][0]["depth"] == drawdowns["maximum"] == min(drawdowns["underwater"]["drawdown"])
    assert drawdowns["episodes"][0]["peak"].endswith("Z")
    regime = (await analysis_of("regime", regime={"states": 2, "trend_window": 24}))["regime"]
    assert len(regime["states"]) == len(regime["series"]["probabilities"]) == 2
    assert regime["trend"]["current"] in ("up", "down", "range")
    assert [each["kind"] for each in (await client.get(ANALYSES)).data["items"]] == [
        "regime", "drawdowns", "seasonality", "cointegration", "correlation",
    ]  # fmt: skip


async def test_a_page_begins_where_the_last_one_ended(client, analysis_of):
    made = [(await analysis_of("volatility", volatility={"window": window}))["id"] for window in (10, 20, 30)]
    first = (await client.get(f"{ANALYSES}?limit=2")).data
    second = (await client.get(f"{ANALYSES}?limit=2&cursor={first['next_cursor']}")).data
    assert [each["id"] for each in (*first["items"], *second["items"])] == made[::-1]
    assert second["next_cursor"] is None


def asked(kind="volatility", **changes):
    return {"kind": kind, "symbols": ["BTC-USDT"], "interval": "1h", **changes}


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (asked("astrology"), 400, "VALIDATION_FAILED", "kind"),
        (asked(symbols=[]), 400, "VALIDATION_FAILED", "symbols"),
        (asked(symbols=["BTC-USDT", "ETH-USDT"]), 400, "VALIDATION_FAILED", "symbols"),
        (asked("correlation"), 400, "VALIDATION_FAILED", "symbols"),
        (asked("cointegration", symbols=["BTC-USDT", "BTC-USDT"]), 400, "VALIDATION_FAILED", "symbols"),
        (asked("correlation", symbols=[f"A{n}-USDT" for n in range(51)]), 400, "VALIDATION_FAILED", "symbols"),
        (asked(volatility={"window": 1}), 400, "VALIDATION_FAILED", "volatility.window"),
        (asked(volatility={"window": 1_100}), 400, "VALIDATION_FAILED", "volatility.window"),
        (asked(volatility={"cone_windows": [2]}), 400, "VALIDATION_FAILED", "volatility.cone_windows.0"),
        (asked(volatility={"estimator": "none"}), 400, "VALIDATION_FAILED", "volatility.estimator"),
        (asked(volatility={"no": 1}), 400, "VALIDATION_FAILED", "volatility.no"),
        (asked(regime={"states": 2}), 400, "VALIDATION_FAILED", "regime"),
        (asked("regime", regime={"states": 4}), 400, "VALIDATION_FAILED", "regime.states"),
        (asked("regime", regime={"trend_window": 1_100}), 400, "VALIDATION_FAILED", "regime.trend_window"),
        (
            asked("correlation", symbols=["BTC-USDT", "ETH-USDT"], correlation={"pair": ["BTC-USDT", "SOL-USDT"]}),
            400, "VALIDATION_FAILED", "correlation.pair",
        ),
        (asked("drawdowns", drawdowns={"episodes": 0}), 400, "VALIDATION_FAILED", "drawdowns.episodes"),
        (asked(symbols=["NOPE-USDT"]), 404, "UNKNOWN_SYMBOL", None),
        (asked(symbols=["EUR-USD"]), 404, "NO_DATA", "symbols"),
        (asked(datasets=["none"], symbols=None), 404, "NOT_FOUND", None),
        (asked(interval="soon"), 400, "VALIDATION_FAILED", "interval"),
        (asked(to="2023-11-14T10:00:00Z"), 400, "TOO_FEW_BARS", "from"),
        (asked(unknown=1), 400, "VALIDATION_FAILED", "unknown"),
    ],
)  # fmt: skip
async def test_what_cannot_be_analysed_is_refused_at_once_by_its_field(client, body, status, code, field):
    answer = await client.post(ANALYSES, json=body)
    assert (answer.status, answer.code) == (status, code), answer.json()
    assert field is None or field in answer.details, answer.details


async def test_too_many_bars_are_refused_with_a_way_out(client, monkeypatch):
    from analytics.tasks import services
    from analytics.tasks.kinds.specs import Demand

    monkeypatch.setitem(services.DEMANDS, "regime", Demand(1, 1, 200, 1_000, True))
    answer = await client.post(ANALYSES, json=asked("regime"))
    assert (answer.status, answer.code) == (400, "TOO_MANY_BARS")
    assert "longer bars" in answer.details["interval"][0]


async def failed(client, **body):
    """The error of a job that the worker refuses."""
    answer = await client.post(f"{ANALYSES}?wait=25", json=asked(**body))
    assert answer.status == 202, answer.json()
    assert answer.data["status"] == "failed", answer.data
    assert answer.data["subject"] == f"{asked(**body)['kind']} of {', '.join(asked(**body)['symbols'])}"
    return answer.data["error"]


async def test_prices_that_never_move_fail_the_job_by_name(client, workers):
    error = await failed(client, symbols=["SOL-USDT"])
    assert error["code"] == "CONSTANT_PRICES"
    assert "SOL-USDT" in error["message"]
    assert (await client.get(ANALYSES)).data["items"] == []


async def test_bars_with_holes_fail_the_job_by_name(client, workers):
    from markets.candle_store import services as candle_store
    from tests.analytics.tasks.conftest import stored

    whole = stored(walk(1_000, seed=9))
    kept = [place for place in range(1_000) if place % 5]
    columns = {name: [getattr(whole, name)[place] for place in kept] for name in whole.__struct_fields__}
    candle_store.append_candles("live:test", "EUR-USD", "1h", type(whole)(**columns))
    error = await failed(client, symbols=["EUR-USD"])
    assert error["code"] == "TOO_MANY_GAPS"
    assert "longer bars" in error["message"]
