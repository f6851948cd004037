"""Schemathesis makes requests out of the API's own schema, valid and broken ones, and the gateway must keep its word.

The server is the real one, in a process and folders of its own. `schemathesis.toml` says what is asked and checked.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.people import Trader
from tests.loopback_exchange import LoopbackExchange
from tests.server import Server, run_server

HERE = Path(__file__).parent
DEADLINE_S = 900
"""It ends by itself, after some 15,000 requests; this is for a run that hangs, also on a busy machine."""

DATASETS = 6
BESIDE = ("NEAR-USD", "NEXT-USD")
"""With one alone a factor cannot be judged."""

ORDERS = 12
REHEARSALS = 4
KEYS = 6
BACKTESTS = 8
SEARCHES = 6
FACTORS = 12
STRATEGY = """
class Rising(Strategy):
    level: float = 1

    def signals(self, bars):
        return Signals(long_entry=bars.close > self.level)
"""
ANALYSES = 8
ALERTS = 8
REPORTS = 8
SCHEDULES = 6
STRATEGIES = 20
STRATEGY_REHEARSALS = 3


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A gateway whose rate limit is off: it has tests of its own. What it asks of an exchange, it asks one on loopback."""
    with (
        LoopbackExchange() as exchange,
        run_server(tmp_path, {"RATE_LIMIT_RPS": "0", "LIVE_EXCHANGE_URL": exchange.url}) as running,
    ):
        yield running


def candles(number: int) -> str:
    """A small file, unlike the others: equal ones would be one data set."""
    rows = "".join(
        f"2024-01-{number + 1:02}T00:{minute:02}:00Z,2.5,4,1,{3 + minute % 2},10.125\n" for minute in range(30)
    )
    return "time,open,high,low,close,volume\n" + rows


def furnish(server: Server, folder: Path) -> None:
    """Make what requests may name, and write the ids down where the configuration looks for them."""
    with Trader(server.url) as trader:
        for account in ("resettable", "holder", "lister"):
            trader.call("POST", "accounts/", json={"id": account, "name": account})
        order = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "1000"}
        orders = [trader.place(**order)["id"] for _ in range(ORDERS)]
        datasets = []
        for number in range(DATASETS):
            file = folder / f"candles-{number}.csv"
            file.write_text(candles(number))
            datasets.append(trader.import_file(file, symbol="NEW-USD")["id"])
        for volume, symbol in enumerate(BESIDE, start=1):
            file.write_text(candles(0).replace("10.125", f"{volume}"))
            trader.import_file(file, symbol=symbol)
        strategies = server.state_dir / "strategies"
        (strategies / "rising.py").write_text(f"from analytics.strategies import Signals, Strategy\n{STRATEGY}")
        (strategies / "broken.py").write_text("class")
        backtests = []
        for number in range(BACKTESTS):
            strategy = {"long_entry": "close > 1"} if number % 2 else {"python": {"name": "rising"}}
            backtest = {"symbols": ["NEW-USD"], "interval": "1m", "strategy": strategy}
            backtests.append(trader.result_of(trader.call("POST", "backtests/", json=backtest))["backtest_id"])
        sweeps, walks = searches_of(trader)
        named = [
            trader.call("POST", "factors/", json={"name": f"factor{number}", "expression": "close"})["id"]
            for number in range(FACTORS)
        ]
        analysis = {"kind": "drawdowns", "symbols": ["NEW-USD"], "interval": "1m"}
        analyses = [
            trader.result_of(trader.call("POST", "analytics/", json=analysis))["analysis_id"] for _ in range(ANALYSES)
        ]
        alert = {"name": "Refused", "condition": {"kind": "occurrence", "occurrence": "order_rejected"}}
        alerts = [trader.call("POST", "alerts/", json=alert)["id"] for _ in range(ALERTS)]
        tested = [trader.call("POST", f"alerts/{each}/test/")["id"] for each in alerts]
        trader.wait_until("alerts/events/", lambda events: len(events["items"]) == len(tested))
        report = {"kind": "trades", "format": "csv"}
        reports = [trader.result_of(trader.call("POST", "reports/", json=report))["report_id"] for _ in range(REPORTS)]
        schedule = {"kind": "statement", "format": "csv", "every": "0 0 1 1 *"}
        schedules = [trader.call("POST", "reports/schedules/", json=schedule)["id"] for _ in range(SCHEDULES)]
        strategies = [strategy_of(trader, number) for number in range(STRATEGIES)]
        rehearsed, rehearsals_of_strategy = rehearsed_strategy(trader, datasets[0])
        jobs = [job["id"] for job in trader.get("jobs/")["items"]]
        lasting, *brief = [trader.call("POST", "rehearsals/", json={})["id"] for _ in range(REHEARSALS)]
        keys = [
            trader.call("POST", "keys/", json={"name": f"key {number}", "scopes": ["read"]})["id"]
            for number in range(KEYS)
        ]
    made = {
        "orders": orders, "datasets": datasets, "jobs": jobs, "keys": keys, "rehearsals": [lasting],
        "brief-rehearsals": brief, "backtests": backtests, "sweeps": sweeps, "walks": walks,
        "factors": named, "analyses": analyses,
        "alerts": alerts, "alert-events": tested, "reports": reports, "schedules": schedules, "strategies": strategies,
        "rehearsed-strategies": [rehearsed], "strategy-rehearsals": rehearsals_of_strategy,
    }  # fmt: skip
    for name, ids in made.items():
        (folder / f"{name}.txt").write_text("".join(f'"{each}"\n' for each in ids))


def searches_of(trader: Trader) -> tuple[list[str], list[str]]:
    """Sweeps and walks forward over the first data set."""
    asked = {
        "symbols": ["NEW-USD"], "interval": "1m", "parameters": {"level": {"values": [3.2, 3.6]}},
        "strategy": {"long_entry": "close > p.level", "long_exit": "close < p.level"},
    }  # fmt: skip
    windows = {"train_bars": 10, "test_bars": 10, "metric": "total_return"}
    sweeps = [trader.result_of(trader.call("POST", "backtests/sweeps/", json=asked)) for _ in range(SEARCHES)]
    walks = [
        trader.result_of(trader.call("POST", "backtests/walk-forward/", json={**asked, **windows}))
        for _ in range(SEARCHES)
    ]
    return [each["sweep_id"] for each in sweeps], [each["walk_forward_id"] for each in walks]


def strategy_of(trader: Trader, number: int) -> str:
    """A strategy; half of them have run."""
    wish = {"name": f"strategy {number}", "symbols": ["ETH-USDT"], "template": "sma-cross", "interval": "1m"}
    strategy_id: str = trader.call("POST", "strategies/", json=wish)["id"]
    if number % 2:
        trader.call("POST", f"strategies/{strategy_id}/start/", json={})
        trader.call("POST", f"strategies/{strategy_id}/stop/", json={})
    return strategy_id


def rehearsed_strategy(trader: Trader, dataset: str) -> tuple[str, list[str]]:
    """A strategy that trades what the data sets hold, and what it was rehearsed."""
    wish = {"name": "rehearsed", "symbols": ["NEW-USD"], "interval": "1m", "strategy": {"long_entry": "close > open"}}
    strategy_id: str = trader.call("POST", "strategies/", json=wish)["id"]
    ids = []
    for _ in range(STRATEGY_REHEARSALS):
        begun = trader.call("POST", f"strategies/{strategy_id}/rehearse/", json={"dataset": dataset})
        trader.wait_until(f"strategies/rehearsals/{begun['id']}/", lambda one: one["state"] == "finished")
        ids.append(begun["id"])
    return strategy_id, ids


@pytest.mark.timeout(DEADLINE_S + 60)
def test_the_gateway_keeps_to_its_schema_whatever_is_asked(server: Server, tmp_path: Path) -> None:
    furnish(server, tmp_path)
    configuration = shutil.copy(HERE / "schemathesis.toml", tmp_path)
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration), "run"]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "schema_hooks", "PYTHONPATH": str(HERE)}
    run = subprocess.run(
        [*command, "--no-color", f"{server.url}/api/schema/"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=DEADLINE_S, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Warnings:" not in run.stdout, run.stdout
    assert_unharmed(server)


def assert_unharmed(server: Server) -> None:
    """The server lives, takes an order, and its log tells of no fault of ours."""
    assert httpx.get(f"{server.url}/readyz").status_code == 200
    with Trader(server.url) as trader:
        account = trader.call("POST", "accounts/", json={"name": "After"})["id"]
        trader.call("PUT", "feed/", json={"source": "simulated", "speed": 1, "paused": False})
    with Trader(server.url, account) as trader:
        assert trader.place(symbol="BTC-USDT", side="buy", type="limit", quantity="0.01", price="1000")["id"]
    log = "".join(file.read_text() for file in server.log_dir.iterdir())
    assert "Traceback" not in log + server.output()
