"""Factors over REST, through the job table and real worker processes."""

import math

import pytest

from analytics.factors.alpha158 import alpha158
from tests.analytics.factors.conftest import BARS, SYMBOLS

FACTORS = "/api/v1/factors/"
UNIVERSE = {"symbols": SYMBOLS, "interval": "1h"}
MOMENTUM = {"name": "momentum", "expression": "close / delay(close, p.bars) - 1", "parameters": {"bars": 20}}


async def test_an_expression_is_named_changed_and_forgotten(client):
    made = await client.post(FACTORS, json=MOMENTUM)
    assert made.status == 201
    assert (made.data["name"], made.data["parameters"]) == ("momentum", {"bars": 20})
    assert (made.data["canonical"], made.data["fields"]) == ("(close / delay(close, p.bars)) - 1", ["close"])
    assert made.data["warm_up_bars"] == 20
    path = f"{FACTORS}{made.data['id']}/"
    changed = await client.patch(path, json={"parameters": {"bars": 5}, "description": "Shorter"})
    assert (changed.data["warm_up_bars"], changed.data["description"]) == (5, "Shorter")
    assert changed.data["changed_at"] >= made.data["created_at"]
    (listed,) = (await client.get(FACTORS)).data["items"]
    assert listed == (await client.get(path)).data
    assert (await client.get(FACTORS, headers={"X-Account": "other"})).data["items"] == []
    assert (await client.get(path, headers={"X-Account": "other"})).status == 404
    assert (await client.delete(path)).status == 204
    assert (await client.get(path)).status == 404


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({**MOMENTUM, "name": "no name"}, "VALIDATION_FAILED", "name"),
        ({**MOMENTUM, "name": "alpha158.KMID"}, "VALIDATION_FAILED", "name"),
        ({**MOMENTUM, "expression": "clse / 2"}, "INVALID_EXPRESSION", "expression"),
        ({**MOMENTUM, "expression": "close > open", "parameters": None}, "INVALID_EXPRESSION", "expression"),
        ({**MOMENTUM, "expression": "delay(close, -p.bars)"}, "INVALID_EXPRESSION", "expression"),
        ({**MOMENTUM, "parameters": {"bars": 20, "more": 1}}, "INVALID_EXPRESSION", "parameters"),
        ({**MOMENTUM, "parameters": {}}, "INVALID_EXPRESSION", "expression"),
    ],
)
async def test_what_is_no_factor_is_refused_by_its_field(client, body, code, field):
    answer = await client.post(FACTORS, json=body)
    assert (answer.status in (400, 422), answer.code) == (True, code)
    assert field in answer.details
    assert (await client.get(FACTORS)).data["items"] == []


async def test_a_name_is_taken_once(client):
    first = await client.post(FACTORS, json=MOMENTUM)
    again = await client.post(FACTORS, json=MOMENTUM)
    assert (again.status, again.code) == (409, "FACTOR_EXISTS")
    assert (await client.post(FACTORS, json=MOMENTUM, headers={"X-Account": "other"})).status == 201
    other = await client.post(FACTORS, json={**MOMENTUM, "name": "second"})
    renamed = await client.patch(f"{FACTORS}{other.data['id']}/", json={"name": "momentum"})
    assert (renamed.status, renamed.code) == (409, "FACTOR_EXISTS")
    assert first.data["id"] != other.data["id"]


async def test_the_built_in_sets_are_shown(client):
    (found,) = (await client.get(f"{FACTORS}sets/")).data
    assert (found["name"], found["count"], len(found["factors"])) == ("alpha158", 158, 158)
    assert {each["name"] for each in found["factors"]} == {f"alpha158.{name}" for name in alpha158()}


async def test_factors_are_computed_together_and_their_values_read(client, result_of):
    await client.post(FACTORS, json=MOMENTUM)
    answer = await client.post(
        f"{FACTORS}compute/?wait=25",
        json={
            **UNIVERSE,
            "factors": ["momentum", "alpha158.KMID"],
            "expressions": {"order": "rank(returns(close, 3))"},
        },
    )
    assert answer.data["status"] == "succeeded", answer.data
    assert answer.data["subject"] == "momentum, alpha158.KMID, order"
    result = answer.data["result"]
    assert [each["name"] for each in result["factors"]] == ["momentum", "alpha158.KMID", "order"]
    momentum, mid, order = result["factors"]
    assert (momentum["warm_up_bars"], momentum["was_cached"], result["bars"]) == (20, False, BARS)
    present = 6 * BARS - 100
    assert momentum["coverage"] == pytest.approx((present - 6 * 20) / present)
    assert mid["coverage"] == 1
    assert 0 < order["minimum"] < order["maximum"] == 1
    assert result["truncation"] == {"passed": True, "cuts": 4, "factors": 3}

    path = f"{FACTORS}values/{answer.data['id']}/?factor=momentum&limit=500"
    page = (await client.get(path)).data
    rest = (await client.get(f"{path}&cursor={page['next_cursor']}")).data
    rows = page["items"] + rest["items"]
    assert (len(rows), rest["next_cursor"]) == (BARS, None)
    assert rows[19]["values"] == [None] * 6
    assert all(math.isfinite(value) for value in rows[-1]["values"])
    assert rows[110]["values"][5] is None  # listed a hundred bars late, and twenty more to look back on
    again = await result_of(f"{FACTORS}compute/", **UNIVERSE, factors=["momentum"])
    assert again["factors"][0]["was_cached"]
    assert (await client.get(path, headers={"X-Account": "other"})).status == 404


async def test_a_whole_set_is_computed(result_of):
    result = await result_of(f"{FACTORS}compute/", **UNIVERSE, sets=["alpha158"])
    assert len(result["factors"]) == 158
    assert all(each["coverage"] > 0.8 for each in result["factors"])


async def test_a_factor_is_judged(client, result_of):
    await client.post(FACTORS, json=MOMENTUM)
    result = await result_of(f"{FACTORS}evaluate/", **UNIVERSE, factor="momentum", horizons=[5, 1], quantiles=3)
    assert [each["bars"] for each in result["horizons"]] == [1, 5]
    assert result["truncation"]["passed"] is True
    assert (result["truncation"]["cuts"], result["factor"]["name"]) == (4, "momentum")
    first = result["horizons"][0]
    assert first["ic"]["rank_ic"]["count"] == BARS - 22  # twenty to look back on, two for the way from open to open
    assert [each["quantile"] for each in first["quantiles"]] == [1, 2, 3]
    assert first["ic_by_month"][0]["month"] == "2023-11"
    assert len(result["curve"]) == 500
    text = await result_of(
        f"{FACTORS}evaluate/", **UNIVERSE, expression="close / delay(close, 20) - 1", horizons=[1], quantiles=3
    )
    assert text["horizons"][0] == first
    assert text["factor"]["was_cached"]


async def test_groups_are_given_with_the_symbols(client, result_of):
    sector = dict(zip(SYMBOLS, ["coin", "chain", "chain", "coin", "chain", "coin"], strict=True))
    asked = {**UNIVERSE, "expression": "neutralize(returns(close, 3), sector)", "horizons": [1], "quantiles": 2}
    result = await result_of(f"{FACTORS}evaluate/", **asked, groups={"sector": sector})
    assert result["factor"]["mean"] == pytest.approx(0, abs=1e-12)
    missing = await client.post(f"{FACTORS}evaluate/", json=asked)
    assert (missing.status, "groups" in missing.details) == (400, True)
    unknown = await client.post(f"{FACTORS}evaluate/", json={**asked, "groups": {"colour": sector}})
    assert (unknown.status, "groups" in unknown.details) == (400, True)


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"factor": "nothing"}, 404, "factors"),
        ({"factor": "alpha158.NOTHING"}, 404, None),
        ({"expression": "close"}, 400, "factor"),
        ({"factor": None}, 400, "factor"),
        ({"symbols": SYMBOLS[:2]}, 400, "symbols"),
        ({"symbols": [*SYMBOLS, SYMBOLS[0]]}, 400, "symbols"),
        ({"symbols": ["NO-SUCH"] * 3}, 404, None),
        ({"horizons": [1, 1]}, 400, "horizons"),
        ({"horizons": [0]}, 400, "horizons"),
        ({"quantiles": 1}, 400, "quantiles"),
        ({"interval": "7x"}, 400, "interval"),
        ({"from": "2030-01-01", "to": "2029-01-01"}, 400, "from"),
    ],
)
async def test_a_judgement_that_cannot_be_is_refused_at_once(client, workers, change, status, field):
    body = {**UNIVERSE, "factor": "alpha158.ROC5", **change}
    answer = await client.post(f"{FACTORS}evaluate/", json=body)
    assert answer.status == status, answer.json()
    assert field is None or any(field in name for name in answer.details)


async def test_too_few_bars_say_so(client, workers):
    body = {**UNIVERSE, "symbols": SYMBOLS[:4], "factor": "alpha158.ROC60", "from": "2023-11-14", "to": "2023-11-15"}
    answer = await client.post(f"{FACTORS}evaluate/?wait=25", json=body)
    assert answer.data["status"] == "failed"
    assert answer.data["error"]["code"] == "TOO_FEW_DATES"
    assert answer.data["subject"] == "alpha158.ROC60"
    del body["factor"]
    unnamed = await client.post(f"{FACTORS}evaluate/?wait=25", json={**body, "expression": "delay(close, 100)"})
    assert unnamed.data["subject"] == "delay(close, 100)"


async def test_values_come_from_a_job_that_computed_them(client, result_of):
    answer = await client.post(
        f"{FACTORS}evaluate/?wait=25", json={**UNIVERSE, "factor": "alpha158.ROC5", "quantiles": 2}
    )
    refused = await client.get(f"{FACTORS}values/{answer.data['id']}/?factor=alpha158.ROC5")
    assert (refused.status, refused.code) == (409, "NOT_COMPUTED")
    assert (await client.get(f"{FACTORS}values/nothing/?factor=x")).status == 404


async def test_values_that_made_room_say_so(client, result_of, settings):
    answer = await client.post(f"{FACTORS}compute/?wait=25", json={**UNIVERSE, "factors": ["alpha158.ROC5"]})
    path = f"{FACTORS}values/{answer.data['id']}/?factor=alpha158.ROC5"
    assert (await client.get(f"{FACTORS}values/{answer.data['id']}/?factor=other")).status == 404
    for file in settings.STATE_DIR.glob("factors/*/*.npy"):
        file.unlink()
    gone = await client.get(path)
    assert (gone.status, gone.code) == (404, "VALUES_GONE")
