"""A strategy on real minutes: backtested, rehearsed in one call, and both held against each other, order by order."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.journeys.people import Refused, Trader, data_file
from tests.server import run_server

SYMBOL = "BTCPERP-USD"
MINUTES = 3_000
RULES = {
    "long_entry": "cross_above(sma(close, 10), sma(close, 40))",
    "long_exit": "cross_below(sma(close, 10), sma(close, 40))",
    "sizing": {"kind": "fixed", "quantity": "0.5"},
    "stop": {"kind": "percent", "percent": "0.4"},
}
FILLS = {"spread": "bar", "path": "nearer", "limit_fill": "touch"}
FEES = {"maker_bps": 2, "taker_bps": 5}
IDEAL = {"limit_fill": "touch", "depth": "unlimited"}


class Scene(NamedTuple):
    """A gateway with minutes of a perpetual, a strategy, its backtest and its rehearsal."""

    person: Trader
    dataset: str
    strategy: str
    asked: dict[str, Any]
    """What was backtested."""
    backtest: str
    rehearsal: dict[str, Any]


def rehearsed(person: Trader, strategy: str, **wish: Any) -> dict[str, Any]:
    begun = person.call("POST", f"strategies/{strategy}/rehearse/", json=wish)
    path = f"strategies/rehearsals/{begun['id']}/"
    found: dict[str, Any] = person.wait_until(path, lambda one: one["state"] != "running")
    assert found["state"] == "finished", found["reason"]
    return found


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("rehearsal")
    lines = data_file("crypto_bars/btc-perp-20211231-20220201_1m.csv").read_text().splitlines()
    file = folder / "minutes.csv"
    file.write_text("\n".join(lines[: MINUTES + 1]))
    environment = {"RATE_LIMIT_RPS": "10000", "LONG_WORK_PER_MINUTE": "0"}
    with run_server(folder, environment) as server, Trader(server.url) as person:
        dataset = person.import_file(file, symbol=SYMBOL, kind="candles")["id"]
        wish = {"name": "Averages", "symbols": [SYMBOL], "interval": "1m", "strategy": RULES}
        strategy = person.call("POST", "strategies/", json=wish)["id"]
        backtest = {
            "datasets": [dataset], "interval": "1m", "strategy": RULES, "fills": FILLS,
            "fees": {name: str(value) for name, value in FEES.items()}, "starting_cash": "1000000",
        }  # fmt: skip
        result = person.result_of(person.call("POST", "backtests/", json=backtest))
        wish = {"dataset": dataset, "cash": "1000000", "fees": FEES, "fill_policy": IDEAL}
        yield Scene(person, dataset, strategy, backtest, result["backtest_id"], rehearsed(person, strategy, **wish))


def test_the_rehearsal_fills_as_the_backtest(scene: Scene) -> None:
    found = scene.person.get(f"backtests/{scene.backtest}/parity/", rehearsal=scene.rehearsal["id"])
    assert found["divergences"] == []
    assert found["alike"] == found["backtest_orders"] == found["sandbox_orders"] > 20
    orders = scene.person.everything(f"strategies/rehearsals/{scene.rehearsal['id']}/orders/")
    assert {order["purpose"] for order in orders} == {"entry", "exit", "stop"}
    assert len([order for order in orders if order["refused"] is None]) == found["alike"]


def test_a_part_of_the_data_is_rehearsed_as_a_backtest_of_it_to_the_equity_at_each_close(scene: Scene) -> None:
    person, (start, end) = scene.person, ("2022-01-01T12:00:00Z", "2022-01-01T18:00:00Z")
    wish = {"dataset": scene.dataset, "cash": "1000000", "fees": FEES, "fill_policy": IDEAL}
    one = rehearsed(person, scene.strategy, **wish, start=start, end=end)
    backtest = person.result_of(person.call("POST", "backtests/", json={**scene.asked, "from": start, "to": end}))[
        "backtest_id"
    ]
    found = person.get(f"backtests/{backtest}/parity/", rehearsal=one["id"])
    assert (found["divergences"], found["alike"] >= 4) == ([], True)
    closes = person.get(f"backtests/{backtest}/equity/", points=1_000)["points"]
    equity = [float(point["equity"]) for point in one["result"]["equity"]]
    assert len(equity) == 360
    assert equity == pytest.approx([point["equity"] for point in closes], abs=1e-6)


def test_a_rehearsal_with_other_money_for_fees_differs_in_fees_alone(scene: Scene) -> None:
    wish = {"cash": "1000000", "fees": {"maker_bps": 0, "taker_bps": 0}, "fill_policy": IDEAL}
    other = rehearsed(scene.person, scene.strategy, dataset=scene.dataset, **wish)
    found = scene.person.get(f"backtests/{scene.backtest}/parity/", rehearsal=other["id"])
    assert found["alike"] == 0
    assert found["counts"]["fee"] == found["backtest_orders"] == len(found["divergences"])


def test_a_run_is_compared_on_the_bars_that_it_followed(scene: Scene) -> None:
    person = scene.person
    person.call("PUT", "feed/", json={"source": "replay", "dataset": scene.dataset, "speed": 0, "paused": True})
    person.call("POST", "feed/step/", json={"steps": 1_000})
    wish = {"cash": "1000000", "fees": FEES, "fill_policy": IDEAL}
    run = person.call("POST", f"strategies/{scene.strategy}/start/", json=wish)
    person.wait_until(f"strategies/{scene.strategy}/", lambda one: one["runs"][0]["state"] == "running")
    for _ in range(20):
        person.call("POST", "feed/step/", json={"steps": 50})
    person.wait_until(f"strategies/{scene.strategy}/", lambda one: one["runs"][0]["bars"] >= 990)
    found = person.get(f"backtests/{scene.backtest}/parity/", run=run["id"])
    assert found["alike"] >= 8
    assert 0 < found["backtest_orders"] < len(person.everything(f"backtests/{scene.backtest}/orders/"))
    assert {each["kind"] for each in found["divergences"]} <= {"signal"}
    assert len(found["divergences"]) <= 2, "at most the position that the backtest held when the run began flat"
    person.call("POST", f"strategies/{scene.strategy}/stop/", json={"mode": "close"})


PROGRAMS = {
    "grid": {"percent": "3", "lines": 20, "notional": "9000"},
    "dca": {"notional": "5000", "every_bars": 60},
    "twap": {"side": "buy", "quantity": "5", "bars": 200},
}


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_program_is_backtested_and_rehearsed_alike(scene: Scene, kind: str) -> None:
    person, program = scene.person, {"kind": kind, **PROGRAMS[kind]}
    wish = {"name": kind, "symbols": [SYMBOL], "interval": "1m", "program": program}
    strategy = person.call("POST", "strategies/", json=wish)["id"]
    one = rehearsed(person, strategy, dataset=scene.dataset, cash="1000000", fees=FEES, fill_policy=IDEAL)
    asked = {"datasets": [scene.dataset], "interval": "1m", "program": program, "starting_cash": "1000000"}
    backtest = person.result_of(person.call("POST", "backtests/", json=asked))["backtest_id"]
    found = person.get(f"backtests/{backtest}/parity/", rehearsal=one["id"])
    assert found["divergences"] == []
    assert found["alike"] == found["sandbox_orders"] >= 10
    shown = person.get(f"backtests/{backtest}/")
    assert shown["spec"]["program"]["kind"] == kind
    assert (shown["result"]["bounds"], shown["result"]["ambiguous_bars"]) == ([], 0)
    assert {order["reason"] for order in person.everything(f"backtests/{backtest}/orders/")} == {"program"}
    final = person.get(f"backtests/{backtest}/equity/")["points"][-1]["equity"]
    assert float(one["result"]["performance"]["equity"]) == pytest.approx(final, rel=1e-9)
    assert len(person.everything(f"backtests/{backtest}/trades/")) >= (10 if kind == "grid" else 0)


@pytest.mark.parametrize(
    ("path", "wish", "field"),
    [
        ("backtests/", {}, "strategy"),
        ("backtests/", {"program": {"kind": "grid"}}, "program.percent"),
        ("backtests/", {"program": {"kind": "none"}}, "program.kind"),
        ("backtests/", {"program": {"kind": "dca", "notional": "5"}, "fills": {"path": "ohlc"}}, "fills.path"),
        (
            "backtests/sweeps/",
            {"program": {"kind": "dca", "notional": "5"}, "parameters": {"a": {"values": [1]}}},
            "program",
        ),
    ],
)
def test_a_program_that_cannot_be_backtested_is_refused_by_its_field(scene: Scene, path, wish, field) -> None:
    with pytest.raises(Refused) as refused:
        scene.person.call("POST", path, json={"datasets": [scene.dataset], "interval": "1m", **wish})
    assert (refused.value.status, list(refused.value.details)) == (400, [field])


@pytest.mark.parametrize("query", ["run=none", "rehearsal=none", "run=a&rehearsal=b", "epoch=1&run=a"])
def test_what_is_not_there_or_contradicts_itself_is_refused(scene: Scene, query: str) -> None:
    with pytest.raises(Refused) as refused:
        scene.person.call("GET", f"backtests/{scene.backtest}/parity/?{query}")
    assert refused.value.status == (400 if "&" in query else 404)
