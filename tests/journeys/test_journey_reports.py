"""Reports of everything there is, in every format, over REST from a real gateway with its workers; the files are opened."""

import io
import json
import sqlite3
import time
from contextlib import closing
from decimal import Decimal

import openpyxl
import pypdf
import pytest

from kit.clock import ns_from_iso
from tests.journeys.people import Trader, data_file
from tests.server import run_server

ACCOUNT_KINDS = ("performance", "trades", "execution", "risk", "realised", "statement")
FORMATS = {
    "html": "text/html",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
TREND = {
    "long_entry": "cross_above(sma(close, 24), sma(close, 120))",
    "long_exit": "cross_below(sma(close, 24), sma(close, 120))",
    "stop": {"kind": "percent", "percent": "4"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def trader(folder):
    """Somebody who has traded a little."""
    environment = {"RATE_LIMIT_RPS": "0", "LONG_WORK_PER_MINUTE": "0"}
    with run_server(folder, environment) as server, Trader(server.url) as trader:
        trader.wait_until("markets/", lambda markets: len(markets["items"]) >= 2)
        for quantity in ("0.02", "0.03", "0.01"):
            trader.place(symbol="BTC-USDT", side="buy", type="market", quantity=quantity)
        trader.place(symbol="ETH-USDT", side="buy", type="market", quantity="0.5")
        for quantity in ("0.025", "0.015"):
            trader.place(symbol="BTC-USDT", side="sell", type="market", quantity=quantity)
        trader.place(symbol="BTC-USDT", side="buy", type="limit", quantity="0.01", price="1000")
        trader.call("POST", "accounts/default/deposit/", json={"asset": "USDT", "amount": "500"})
        yield trader


def make(trader, **asked):
    """The report that is asked for, and its file."""
    made = trader.result_of(trader.call("POST", "reports/", json=asked, params={"wait": 25}))
    answer = trader.client.get(f"reports/{made['report_id']}/download/")
    assert answer.status_code == 200, answer.text
    return trader.get(f"reports/{made['report_id']}/"), answer


def read_json(trader, **asked):
    return json.loads(make(trader, format="json", **asked)[1].content)


def table(report, name):
    """The rows of a table as dicts."""
    found = next(each for section in report["sections"] for each in section["tables"] if each["name"] == name)
    names = [column["name"] for column in found["columns"]]
    return [dict(zip(names, row, strict=True)) for row in found["rows"]]


def figure(report, name):
    return next(each["value"] for section in report["sections"] for each in section["figures"] if each["name"] == name)


def open_file(form, content):
    """Fail unless the file is whole; give all its text."""
    if form == "pdf":
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
    return content.decode("utf-8-sig")


@pytest.mark.parametrize("kind", ACCOUNT_KINDS)
def test_every_report_of_an_account_opens_in_every_format(trader, kind):
    for form, media_type in FORMATS.items():
        listed, answer = make(trader, kind=kind, format=form, name="Mein Größtes")
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert answer.headers["content-disposition"] == f'attachment; filename="{listed["file_name"]}"'
        assert listed["file_name"].startswith("mein-gro")
        assert len(answer.content) == listed["size_bytes"]
        assert "Mein Größtes" in open_file(form, answer.content)
    assert trader.get("reports/", kind=kind)["items"][0]["id"] == listed["id"]


def test_realised_profit_agrees_with_the_positions(trader):
    report = read_json(trader, kind="realised", method="average")
    by_symbol = {row["symbol"]: row for row in table(report, "symbols")}
    position = trader.get("positions/BTC-USDT/")
    made = Decimal(by_symbol["BTC-USDT"]["exit"]) - Decimal(by_symbol["BTC-USDT"]["entry"])
    assert made == Decimal(position["realized_pnl"])
    open_lots = [row for row in table(report, "open") if row["symbol"] == "BTC-USDT"]
    assert sum(Decimal(row["quantity"]) for row in open_lots) == Decimal(position["quantity"])
    assert sum(Decimal(row["cost"]) for row in open_lots) == Decimal(position["cost_basis"])


def test_execution_agrees_with_the_explanations(trader):
    report = read_json(trader, kind="execution")
    fills = table(report, "fills")
    explained = trader.get(f"orders/{fills[0]['order']}/explain/")["fills"][0]
    assert Decimal(fills[0]["spread"]) == Decimal(explained["spread_cost"])
    assert Decimal(fills[0]["slippage"]) == Decimal(explained["slippage"])
    assert all(
        Decimal(row["price"]) == Decimal(row["reference"]) + Decimal(row["spread"]) + Decimal(row["slippage"])
        for row in fills
    )
    assert figure(report, "fill_rate") == 1.0
    assert Decimal(figure(report, "fees_USDT")) == sum(Decimal(each["fee"]) for each in trader.everything("fills/"))


def test_the_statement_tells_deposits_from_profit(trader):
    report = read_json(trader, kind="statement", time_zone="Europe/Berlin")
    days = table(report, "days")
    assert sum(Decimal(row["deposits"]) for row in days) == Decimal(figure(report, "deposits")) == 500
    for row in days:
        assert Decimal(row["start"]) + Decimal(row["deposits"]) + Decimal(row["profit"]) == Decimal(row["end"])
    assert Decimal(days[-1]["end"]) == Decimal(figure(report, "end"))
    assert report["provenance"]["time_zone"] == "Europe/Berlin"


@pytest.fixture(scope="module")
def backtest(trader):
    """A trend on two years of real hours."""
    trader.import_file(data_file("crypto_bars/Coinbase_BTCUSD_1h.csv"), symbol="BTC-USD", interval="1h", kind="candles")
    asked = {"symbols": ["BTC-USD"], "interval": "1h", "strategy": TREND, "starting_cash": "10000", "name": "Trend"}
    return trader.result_of(trader.call("POST", "backtests/", json=asked, params={"wait": 25}))


def test_a_tear_sheet_of_real_prices_opens_in_every_format(trader, backtest):
    for form in FORMATS:
        _, answer = make(trader, kind="performance", format=form, backtest=backtest["backtest_id"])
        assert "Backtest" in open_file(form, answer.content)
    report = read_json(trader, kind="performance", backtest=backtest["backtest_id"])
    assert figure(report, "sharpe") == pytest.approx(backtest["figures"]["risk"]["sharpe"])
    assert figure(report, "turnover") == pytest.approx(backtest["figures"]["costs"]["turnover"])
    assert len(table(report, "trades")) == backtest["figures"]["trades"]["count"]


def test_backtests_and_accounts_stand_side_by_side(trader, backtest):
    other = trader.result_of(
        trader.call(
            "POST",
            "backtests/",
            json={"symbols": ["BTC-USD"], "interval": "1h", "strategy": {"long_entry": "close > 1"}},
            params={"wait": 25},
        )
    )
    chosen = [backtest["backtest_id"], other["backtest_id"]]
    report = read_json(trader, kind="comparison", backtests=chosen, accounts=["default"])
    rows = table(report, "figures")
    assert [row["name"] for row in rows] == ["Trend", "Backtest of BTC-USD", "Default"]
    assert rows[1]["returns_total_return"] == pytest.approx(other["figures"]["returns"]["total_return"])
    for form in FORMATS:
        make(trader, kind="comparison", format=form, backtests=chosen)


@pytest.fixture(scope="module")
def strategy(trader):
    """A strategy that has opened and closed a position, a minute of the market taking half a second."""
    asked = {
        "name": "Up and down", "symbols": ["BTC-USDT"], "interval": "1m",
        "strategy": {"long_entry": "close > open", "long_exit": "close < open"},
    }  # fmt: skip
    made = trader.call("POST", "strategies/", json=asked)["id"]
    trader.call("POST", f"strategies/{made}/start/", json={"cash": "5000", "wait_for_warm_up": False})
    trader.call("PUT", "feed/", json={"speed": 120})
    trader.wait_until(f"strategies/{made}/performance/", lambda found: found["trips"] >= 1)
    trader.call("PUT", "feed/", json={"speed": 1})
    trader.call("POST", f"strategies/{made}/stop/", json={"mode": "close"})
    return made


def test_a_strategy_has_reports_of_its_run(trader, strategy):
    shown = trader.get(f"strategies/{strategy}/performance/")
    report = read_json(trader, kind="performance", strategy=strategy, benchmark="BTC-USDT")
    assert (report["title"], figure(report, "start_equity")) == ("Up and down", 5000)
    assert f"Run {shown['run_id']} of Up and down, version 1" in report["subtitle"]
    assert len(table(report, "trades")) == shown["trips"]
    assert figure(report, "fees") == pytest.approx(float(shown["fees"]))
    assert report["provenance"]["data"][-1]["what"] == "BTC-USDT 1m from the market"
    assert figure(read_json(trader, kind="execution", strategy=strategy), "filled") >= 2 * shown["trips"]
    beside = read_json(trader, kind="comparison", strategies=[strategy], accounts=["default"])
    assert [row["name"] for row in table(beside, "figures")] == ["Up and down", "Default"]
    for form in FORMATS:
        make(trader, kind="trades", format=form, strategy=strategy)


def test_an_account_stands_beside_a_benchmark(trader):
    report = read_json(trader, kind="performance", benchmark="ETH-USDT")
    equity = next(each for each in report["sections"] if each["name"] == "equity")["charts"][0]
    assert [each["label"] for each in equity["series"]] == ["Equity", "ETH-USDT, held"]
    assert equity["series"][1]["values"][-1] == pytest.approx(equity["series"][0]["values"][0], rel=0.2)


def test_a_factor_and_a_data_set_have_reports(trader, backtest):
    dataset = trader.get("datasets/")["items"][0]["id"]
    report = read_json(trader, kind="data", dataset=dataset)
    assert figure(report, "verdict") == trader.get(f"datasets/{dataset}/quality/")["verdict"]
    for form in FORMATS:
        make(trader, kind="data", format=form, dataset=dataset)


@pytest.mark.usefixtures("backtest")  # which imports the bars
def test_what_vanished_fails_the_job_with_its_code(trader, folder):
    asked = {"symbols": ["BTC-USD"], "interval": "1h", "strategy": TREND}
    made = trader.result_of(trader.call("POST", "backtests/", json=asked, params={"wait": 25}))["backtest_id"]
    (folder / "var" / "backtests" / f"{made}.npz").unlink()
    job = trader.call("POST", "reports/", json={"kind": "performance", "backtest": made}, params={"wait": 25})
    assert (job["status"], job["error"]["code"]) == ("failed", "DATA_GONE")


def make_due(server, schedule, days_ago):
    """Let a stopped server's schedule have been due for days."""
    with closing(sqlite3.connect(server.database_file)) as database, database:
        due_ns = time.time_ns() - days_ago * 86_400 * 10**9
        database.execute("UPDATE reports_schedulerow SET next_ns = ? WHERE id = ?", (due_ns, schedule))


def test_what_was_due_while_the_server_was_down_is_made_once(tmp_path):
    asked = {"kind": "statement", "format": "csv", "name": "Every night", "every": "daily", "keep": 1}
    with run_server(tmp_path, {"RATE_LIMIT_RPS": "0"}) as server:
        with Trader(server.url) as trader:
            schedule = trader.call("POST", "reports/schedules/", json=asked)["id"]
        for number in (1, 2):
            server.stop()
            make_due(server, schedule, days_ago=3)
            server.start()
            with Trader(server.url) as trader:
                path = f"reports/schedules/{schedule}/"
                shown = trader.wait_until(path, lambda found: found["last_job"])
                trader.result_of(trader.get(f"jobs/{shown['last_job']}/"))
                made = trader.get("reports/")["items"]
                jobs = [each for each in trader.get("jobs/")["items"] if each["kind"] == "report.make"]
                parts = {each["name"]: each for each in trader.get("system/services/")["items"]}
            assert len(jobs) == number
            assert [each["schedule"] for each in made] == [schedule]
            assert ns_from_iso(shown["next_at"]) > time.time_ns()
            assert shown["last_error"] is None
        assert parts["schedules"]["state"] in ("idle", "running")
        assert parts["schedules"]["restartable"]
