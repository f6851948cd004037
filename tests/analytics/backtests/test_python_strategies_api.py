"""Backtests, sweeps and walks forward of strategies in Python over REST, through the job table and real worker processes."""

from dataclasses import replace

import pytest

from analytics.backtests.python_signals import CUTS, LEAST_CUTS
from jobs import registry
from tests.analytics.backtests.test_backtests_api import ASKED, BACKTESTS, CROSS, SWEEPS, TREND

STRATEGIES = "/api/v1/backtests/python-strategies/"
WALKS = "/api/v1/backtests/walk-forward/"
IN_PYTHON = '''
from typing import Annotated
from analytics.strategies import Between, Signals, Strategy

class SmaCross(Strategy):
    """A cross of two averages."""

    fast: Annotated[int, Between(2, 500)] = 10
    slow: Annotated[int, Between(3, 500)] = 40

    def signals(self, bars):
        both = {"fast": self.fast, "slow": self.slow}
        return Signals(
            long_entry=bars.series("cross_above(sma(close, p.fast), sma(close, p.slow))", **both),
            long_exit=bars.series("cross_below(sma(close, p.fast), sma(close, p.slow))", **both),
        )
'''
HEAD = "import os, time\nimport numpy as np\nfrom analytics.strategies import *\nclass Mine(Strategy):\n    shift: int = 0\n"
MANY = {"symbols": ["BTC-USDT"], "interval": "1h", "starting_cash": "10000"}


@pytest.fixture
def write(client, settings):
    """Write a strategy into the folder of a gateway that was started with it."""
    settings.STRATEGY_DIR = settings.STATE_DIR / "strategies"
    settings.STRATEGY_DIR.mkdir()

    def write(text: str, name: str = "mine") -> None:
        (settings.STRATEGY_DIR / f"{name}.py").write_text(text)

    write(IN_PYTHON, "sma_cross")
    return write


@pytest.fixture
def failure_of(client, workers):
    """POST work, and the error its job ends with."""

    async def post(path: str, name: str = "mine", **body):
        strategy = {"python": {"name": name}, **body.pop("strategy", {})}
        answer = await client.post(f"{path}?wait=25", json={**MANY, "strategy": strategy, **body})
        assert answer.status == 202, answer.json()
        assert answer.data["status"] == "failed", answer.data
        return answer.data["error"]

    return post


def named(name: str = "sma_cross", **parameters):
    return {"python": {"name": name, "parameters": parameters}}


async def test_a_strategy_in_python_is_run_kept_and_named(client, result_of, write, settings):
    made = await result_of(BACKTESTS, **{**ASKED, "strategy": named()})
    wanted = await result_of(BACKTESTS, **{**ASKED, "strategy": TREND})
    assert made["figures"] == wanted["figures"]
    orders = [(await client.get(f"{BACKTESTS}{each['backtest_id']}/orders/")).data["items"] for each in (made, wanted)]
    assert orders[0] == orders[1] != []
    (listed,) = (await client.get(STRATEGIES)).data
    kept = {"name": "sma_cross", "sha256": listed["sha256"]}
    cuts = made["python"].pop("cuts")
    assert LEAST_CUTS <= cuts <= CUTS, "as many as there was time for"
    assert made["python"] == {**kept, "parameters": {"fast": 10, "slow": 40}}
    shown = (await client.get(f"{BACKTESTS}{made['backtest_id']}/")).data
    assert shown["python"] == kept
    assert shown["spec"]["strategy"]["python"] == {"name": "sma_cross", "parameters": {}}
    assert shown["result"]["warm_up_bars"] is None
    assert str(settings.STATE_DIR) not in str(shown)
    newest, oldest = sorted((await client.get(BACKTESTS)).data["items"], key=lambda each: each["id"] != shown["id"])
    assert (newest["python"], oldest["python"]) == (kept, None)


async def test_several_symbols_and_values_of_parameters(result_of, write):
    asked = {**MANY, "symbols": ["BTC-USDT", "ETH-USDT"]}
    made = await result_of(BACKTESTS, **asked, strategy=named(fast=5, slow=20))
    wanted = await result_of(BACKTESTS, **asked, strategy={**CROSS, "parameters": {"fast": 5, "slow": 20}})
    assert made["figures"] == wanted["figures"]
    assert made["python"]["parameters"] == {"fast": 5, "slow": 20}


async def test_a_sweep_and_a_walk_forward_vary_its_parameters(client, result_of, write):
    space = {
        "parameters": {
            "fast": {"from": 5, "to": 25, "step": 10},
            "slow": {"values": [30, 60]},
            "stop": {"values": [1, 3]},
        },
        "metric": "total_return",
    }
    stop = {"stop": {"kind": "percent", "percent": "2"}}
    found = [
        await result_of(SWEEPS, **MANY, **space, strategy={**strategy, **stop})
        for strategy in ({"python": {"name": "sma_cross"}}, CROSS)
    ]
    assert found[0]["combinations"] == 12
    assert found[0]["top"] == found[1]["top"]
    assert found[0]["best"] == found[1]["best"]
    shown = (await client.get(f"{SWEEPS}{found[0]['sweep_id']}/")).data
    assert shown["python"]["name"] == "sma_cross"
    assert "folder" not in str(shown["spec"])
    walked = [
        await result_of(WALKS, **MANY, **space, strategy={**strategy, **stop}, train_bars=800, test_bars=800)
        for strategy in ({"python": {"name": "sma_cross"}}, CROSS)
    ]
    assert walked[0]["windows"] == walked[1]["windows"]
    assert len(walked[0]["windows"]) == 2
    listed = (await client.get(WALKS)).data["items"]
    assert sorted(each["python"] is None for each in listed) == [False, True]


async def test_looking_ahead_fails_the_job_with_where_it_was_seen(client, failure_of, write):
    write(
        HEAD + "    def signals(self, bars):\n        return Signals(long_entry=np.roll(bars.close, -1) > bars.close)\n"
    )
    error = await failure_of(BACKTESTS)
    assert error["code"] == "LOOK_AHEAD"
    assert (error["details"]["symbol"], error["details"]["signal"]) == ("BTC-USDT", "long_entry")
    assert error["details"]["time"].startswith("20")
    assert (await client.get(BACKTESTS)).data["items"] == []


async def test_a_sweep_finds_the_one_combination_that_looks_ahead(failure_of, write):
    write(
        HEAD + "    def signals(self, bars):\n"
        "        return Signals(long_entry=np.roll(bars.close, -self.shift) > bars.close * 1.001)\n"
    )
    error = await failure_of(SWEEPS, parameters={"shift": {"from": 0, "to": 1}})
    assert error["code"] == "LOOK_AHEAD"


async def test_chance_fails_the_job(failure_of, write):
    write(HEAD + "    def signals(self, bars):\n        return Signals(long_entry=np.random.random(len(bars)) < 0.1)\n")
    assert (await failure_of(BACKTESTS))["code"] == "NOT_REPEATABLE"


async def test_what_breaks_fails_its_job_and_the_next_one_runs(client, failure_of, result_of, write):
    write(HEAD + "    def signals(self, bars):\n        raise SystemExit(bars.nothing)\n")
    error = await failure_of(BACKTESTS)
    assert error["code"] == "STRATEGY_FAILED"
    assert error["message"] == "mine.py, line 7: AttributeError: 'Bars' object has no attribute 'nothing'"
    write(HEAD + "    def signals(self, bars):\n        os._exit(3)\n")
    assert (await failure_of(BACKTESTS))["code"] == "JOB_WORKER_DIED"
    assert (await result_of(BACKTESTS, **MANY, strategy=named()))["python"]["cuts"] >= LEAST_CUTS


async def test_a_loop_without_end_meets_the_limit_of_its_job(failure_of, write):
    kind = registry.get("backtest.run")
    registry.register(replace(kind, timeout_s=2.0))
    stubborn = "while True:\n            try: time.sleep(1)\n            except BaseException: pass"
    try:
        write(HEAD + f"    def signals(self, bars):\n        {stubborn}\n")
        assert (await failure_of(BACKTESTS))["code"] == "JOB_TIMEOUT"
    finally:
        registry.register(kind)


async def test_the_folder_is_listed_without_running_anything(client, write, settings):
    leaves_a_trace = f"open({str(settings.STATE_DIR / 'ran')!r}, 'w')\n"
    write(leaves_a_trace + "class A(Strategy):\n    x: float = 1\n    def on_bar(self, b, h): 0\n")
    write("class", "broken")
    broken, mine, sma_cross = (await client.get(STRATEGIES)).data
    assert not (settings.STATE_DIR / "ran").exists()
    assert (broken["error"], broken["parameters"], broken["form"]) == ("broken.py, line 1: invalid syntax.", [], None)
    assert (mine["form"], mine["parameters"][0]["default"], mine["error"]) == ("on_bar", 1.0, None)
    assert (sma_cross["summary"], sma_cross["form"]) == ("A cross of two averages.", "signals")
    assert sma_cross["parameters"][0] == {"name": "fast", "kind": "int", "default": 10, "least": 2.0, "most": 500.0}


@pytest.mark.parametrize(
    ("strategy", "status", "code", "field"),
    [
        ({"python": {"name": "../sma_cross"}}, 400, "VALIDATION_FAILED", "strategy.python.name"),
        ({"python": {"name": "sma_cross.py"}}, 400, "VALIDATION_FAILED", "strategy.python.name"),
        ({"python": {"name": "a" * 65}}, 400, "VALIDATION_FAILED", "strategy.python.name"),
        ({"python": {}}, 400, "VALIDATION_FAILED", "strategy.python.name"),
        ({"python": {"name": "absent"}}, 404, "UNKNOWN_STRATEGY", None),
        ({"python": {"name": "led_out"}}, 404, "UNKNOWN_STRATEGY", None),
        ({"python": {"name": "broken"}}, 422, "STRATEGY_FAILED", None),
        (named(fast=1), 400, "VALIDATION_FAILED", "strategy.python.parameters.fast"),
        (named(fast=2.5), 400, "VALIDATION_FAILED", "strategy.python.parameters.fast"),
        (named(fast="3"), 400, "VALIDATION_FAILED", "strategy.python.parameters.fast"),
        (named(no=1), 400, "VALIDATION_FAILED", "strategy.python.parameters.no"),
        ({"python": {"name": "sma_cross", "parameters": []}}, 400, "VALIDATION_FAILED", "strategy.python.parameters"),
        ({**CROSS, **named()}, 400, "VALIDATION_FAILED", "strategy.python"),
        ({**named(), "parameters": {"fast": 3}}, 400, "VALIDATION_FAILED", "strategy.python"),
    ],
)
async def test_what_cannot_be_run_is_refused_at_once(client, write, settings, strategy, status, code, field):
    write("class", "broken")
    (settings.STATE_DIR / "outside.py").write_text(IN_PYTHON)
    (settings.STRATEGY_DIR / "led_out.py").symlink_to(settings.STATE_DIR / "outside.py")
    answer = await client.post(BACKTESTS, json={**MANY, "strategy": strategy})
    assert (answer.status, answer.code) == (status, code), answer.json()
    assert field is None or field in answer.details, answer.json()


@pytest.mark.parametrize(
    ("parameters", "strategy", "field"),
    [
        ({"fast": {"values": [1, 5]}}, named(), "parameters.fast"),
        ({"fast": {"values": [2.5]}}, named(), "parameters.fast"),
        ({"no": {"values": [2]}}, named(), "parameters.no"),
        ({"fast": {"values": [5]}}, named(fast=7), "parameters.fast"),
        ({"stop": {"values": [5]}}, named(), "parameters.stop"),
    ],
)
async def test_a_space_that_it_cannot_be_run_over_is_refused_at_once(client, write, parameters, strategy, field):
    answer = await client.post(SWEEPS, json={**MANY, "strategy": strategy, "parameters": parameters})
    assert (answer.status, field in answer.details) == (400, True), answer.json()


async def test_too_many_bars_are_refused_at_once(client, write, monkeypatch):
    monkeypatch.setattr("analytics.backtests.strategy_files.MAX_BARS", 1_000)
    answer = await client.post(BACKTESTS, json={**MANY, "strategy": named()})
    assert (answer.status, answer.code) == (400, "TOO_MANY_BARS")
