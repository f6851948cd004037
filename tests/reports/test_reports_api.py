"""Reports over REST, through the job table and real worker processes."""

import json

import pytest

REPORTS = "/api/v1/reports/"
TREND = {
    "long_entry": "cross_above(sma(close, 10), sma(close, 40))",
    "long_exit": "cross_below(sma(close, 10), sma(close, 40))",
}
BACKTEST = {"symbols": ["BTC-USDT"], "interval": "1h", "strategy": TREND, "starting_cash": "10000", "name": "Trend"}


@pytest.fixture
async def backtest(result_of):
    """A backtest with its figures."""
    return await result_of("/api/v1/backtests/", **BACKTEST)


async def file_of(client, made):
    return await client.get(f"{REPORTS}{made['report_id']}/download/")


async def test_a_tear_sheet_says_what_the_backtest_said(client, result_of, backtest):
    made = await result_of(REPORTS, kind="performance", format="json", backtest=backtest["backtest_id"])
    answer = await file_of(client, made)
    report = json.loads(answer.body)
    figures = {
        (section["name"], each["name"]): each["value"] for section in report["sections"] for each in section["figures"]
    }
    told = backtest["figures"]
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


async def test_a_page_is_whole_in_one_file(client, result_of, backtest):
    made = await result_of(REPORTS, kind="performance", backtest=backtest["backtest_id"], name="My <b>page")
    answer = await file_of(client, made)
    page = answer.body.decode()
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert page.count("<svg") >= 5
    assert "<script" not in page
