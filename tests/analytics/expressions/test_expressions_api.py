"""Expressions over REST, and the page that lists the operators."""

from pathlib import Path

import pytest

from analytics.expressions.services import describe_language, look_back_text
from quant.expressions import OPERATORS

VALIDATE = "/api/v1/expressions/validate/"
PAGE = Path(__file__).resolve().parents[3] / "docs" / "expressions.md"


async def test_an_expression_is_described(client):
    body = {"expression": "ema(close,p.fast)>ema(close, p.slow)", "parameters": {"fast": 12, "slow": 26}}
    answer = await client.post(VALIDATE, json=body)
    assert answer.status == 200
    assert {name: value for name, value in answer.data.items() if name != "hash"} == {
        "canonical": "ema(close, p.fast) > ema(close, p.slow)",
        "kind": "condition",
        "fields": ["close"],
        "groups": [],
        "parameters": ["fast", "slow"],
        "is_cross_sectional": False,
        "look_back_bars": 25,
        "warm_up_bars": 265,
    }


async def test_without_values_any_parameter_may_be_named(client):
    answer = await client.post(VALIDATE, json={"expression": "ts_mean(close, p.n)"})
    assert (answer.data["parameters"], answer.data["warm_up_bars"]) == (["n"], None)
    refused = await client.post(VALIDATE, json={"expression": "ts_mean(close, p.n)", "parameters": {"m": 3}})
    assert (refused.status, refused.code) == (422, "INVALID_EXPRESSION")


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({"expression": "ts_men(close, 3)"}, {"column": 1, "suggestion": "ts_mean"}),
        ({"expression": "__import__('os')"}, {"column": 12}),
        ({"expression": ""}, {"column": 1}),
        ({"expression": "(" * 9_999}, {"column": 2001}),
        ({"expression": "delay(close, -1)"}, {"column": 14}),
        (
            {"expression": "close", "parameters": [1]},
            {"parameters": ["Must be an object of up to 32 numbers by name."]},
        ),
        ({"expression": "close", "parameters": {"n": "3"}}, {"parameters.n": ["Must be a number."]}),
    ],
)
async def test_what_is_none_is_refused_with_its_place(client, body, details):
    answer = await client.post(VALIDATE, json=body)
    assert (answer.status, answer.code) == (422, "INVALID_EXPRESSION")
    assert details.items() <= answer.details.items()


async def test_every_operator_is_listed_with_what_it_takes(client):
    answer = await client.get("/api/v1/factors/operators/")
    listed = {each["name"]: each for each in answer.data["operators"]}
    assert set(listed) == set(OPERATORS)
    assert answer.data["fields"] == ["open", "high", "low", "close", "volume", "vwap"]
    assert listed["ts_quantile"] == {
        "name": "ts_quantile",
        "signature": "ts_quantile(x, n, q)",
        "places": [
            {"name": "x", "takes": "series", "default": None, "least": None, "most": None},
            {"name": "n", "takes": "window", "default": None, "least": "1", "most": "5000"},
            {"name": "q", "takes": "number", "default": None, "least": "0.0", "most": "1.0"},
        ],
        "gives": "series",
        "axis": "time",
        "meaning": "Quantile q of the last n bars, interpolated between the two nearest.",
        "nan": "NaN while the window is not full or holds a NaN.",
        "look_back": "n - 1",
        "definition": None,
        "source": "Hyndman and Fan (1996), type 7",
    }
    assert listed["ema"]["look_back"] == "n - 1, settled after about 10.1 to 10.2 times n"


def rows_of_the_page() -> str:
    lines = []
    for each in describe_language().operators:
        look_back = look_back_text(OPERATORS[each.name])
        meaning = each.meaning + (f" = `{each.definition}`" if each.definition else "")
        lines.append(f"| `{each.signature}` | {each.gives} | {each.axis} | {meaning} | {look_back} | {each.nan} |")
    return "\n".join(lines)


def test_the_page_lists_every_operator_as_it_is_declared():
    assert rows_of_the_page() in PAGE.read_text()
