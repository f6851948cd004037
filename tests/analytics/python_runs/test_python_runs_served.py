"""Strategies in Python in processes of their own, at the real gateway and with a key: one is killed and started again, one
breaks, and one asks for a symbol that there is not.
"""

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.clock import iso_from_ns
from tests.journeys.people import Trader
from tests.server import ROOT, Server, run_server

SPEED = 120.0
"""Two bars of a minute a second."""
DEADLINE_S = 60.0
FILES = {
    "candle_colours": """
        from analytics.strategies import Intention, Strategy

        class CandleColours(Strategy):
            def on_bar(self, bar, history):
                return Intention.LONG_ENTRY if bar.close > bar.open else Intention.LONG_EXIT
    """,
    "broken": """
        from analytics.strategies import Strategy

        class Broken(Strategy):
            def on_bar(self, bar, history):
                return 1 / 0
    """,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("python-runs")
    strategies = folder / "strategies"
    strategies.mkdir()
    for name, text in FILES.items():
        (strategies / f"{name}.py").write_text(textwrap.dedent(text))
    environment = {
        "RATE_LIMIT_RPS": "0",
        "DISABLE_AUTH": "0",
        "PERSONAL_API_KEY_ENABLED": "1",
        "STRATEGY_DIR": str(strategies),
    }
    with run_server(folder, environment) as running:
        yield running


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    return server.add_key("strategies", "--scope", "trade")


@pytest.fixture
def begin(server: Server, key: str, tmp_path: Path) -> Iterator[object]:
    """Starts the process of a strategy; what it prints goes to a file."""
    begun = []

    def start(name: str, *options: str, symbol: str = "BTC-USDT", key: str = key) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(ROOT / "manage.py"), "run_strategy", name, "--url", server.url,
                   "--symbol", symbol, "--quantity", "0.001", *options]  # fmt: skip
        with (tmp_path / f"{name}.out").open("ab") as output:
            environment = {**server.environment, "STRATEGY_KEY": key}
            process = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=output, stderr=output)
        begun.append(process)
        return process

    yield start
    for process in begun:
        process.kill()
        process.wait()


def test_it_trades_each_bar_once_though_it_is_killed_and_started_again(server, begin, tmp_path):
    with Trader(server.url, key=server.key) as trader:
        trader.call("PUT", "feed/", json={"speed": SPEED})
        first = begin("candle_colours")
        trader.wait_until("fills/", lambda page: len(page["items"]) >= 3)
        first.kill()
        first.wait()
        count = len(trader.everything("orders/", status="all"))
        second = begin("candle_colours")
        trader.wait_until("fills/", lambda page: len(page["items"]) >= count + 3)
        second.terminate()
        second.wait(DEADLINE_S)
        orders = trader.everything("orders/", status="all")[::-1]
        assert [order["side"] for order in orders] == (["buy", "sell"] * len(orders))[: len(orders)]
        assert len({order["client_order_id"] for order in orders}) == len(orders)
        candles = {each["time"]: each for each in trader.everything("markets/BTC-USDT/candles/", interval="1m")}
        for order in orders:
            name, symbol, interval, second_hex, what = order["client_order_id"].split(".")
            candle = candles[iso_from_ns(int(second_hex, 16) * 10**9)]
            assert (name, symbol, interval, what) == (
                "candle_colours", "BTC-USDT", "1m", "entry" if order["side"] == "buy" else "exit",
            )  # fmt: skip
            assert (float(candle["close"]) > float(candle["open"])) == (order["side"] == "buy")
        told = (tmp_path / "candle_colours.out").read_text()
        assert "long_entry at " in told
        assert "buy 0.001 is filled" in told


def test_one_that_breaks_ends_with_the_line_at_fault_and_the_gateway_goes_on(server, begin, tmp_path):
    assert begin("broken").wait(DEADLINE_S) == 1
    assert "broken.py, line 6: ZeroDivisionError: division by zero" in (tmp_path / "broken.out").read_text()
    with Trader(server.url, key=server.key) as trader:
        assert trader.get("feed/")["status"] == "running"


def test_one_that_asks_for_a_symbol_that_there_is_not_ends_with_the_reason(begin, tmp_path):
    assert begin("candle_colours", symbol="GONE-USDT").wait(DEADLINE_S) == 1
    assert "GONE-USDT" in (tmp_path / "candle_colours.out").read_text()


def test_one_without_a_key_that_holds_ends_with_the_reason(begin, tmp_path):
    assert begin("candle_colours", key="sk_none").wait(DEADLINE_S) == 1
    assert "HANDSHAKE: The gateway does not let this key listen." in (tmp_path / "candle_colours.out").read_text()


def test_it_trades_in_a_rehearsal_and_nowhere_else(server, begin):
    with Trader(server.url, key=server.key) as trader:
        before = len(trader.everything("orders/", status="all"))
        rehearsal = trader.call("POST", "rehearsals/", json={"speed": SPEED, "seed": 7})["id"]
        process = begin("candle_colours", "--rehearsal", rehearsal)
        trader.client.headers["X-Rehearsal"] = rehearsal
        trader.wait_until("fills/", lambda page: len(page["items"]) >= 2)
        process.terminate()
        process.wait(DEADLINE_S)
        del trader.client.headers["X-Rehearsal"]
        assert len(trader.everything("orders/", status="all")) == before
        trader.call("DELETE", f"rehearsals/{rehearsal}/")
