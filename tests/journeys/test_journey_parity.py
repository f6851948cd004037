"""A session in the sandbox, and afterwards a backtest of the same strategy over the same bars: the same fills.

A person steps a replay bar by bar and, when a close has crossed its average, buys or sells at that close. The backtest
acts at the close of its signals as well.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.journeys.people import Trader
from tests.server import run_server

SYMBOL = "NEW-USDT"
BARS = 320
WINDOW = 12
QUANTITY = "0.5"
START_S = 1_546_300_800
LATE, SMALLER, TOO_LARGE, MISSED = 2, 5, 7, 11
"""Which of the careless person's orders went another way."""

BACKTEST = {
    "symbols": [SYMBOL],
    "interval": "1m",
    "strategy": {
        "long_entry": f"cross_above(close, sma(close, {WINDOW}))",
        "long_exit": f"cross_below(close, sma(close, {WINDOW}))",
        "sizing": {"kind": "fixed", "quantity": QUANTITY},
    },
    "fills": {"fill_at": "signal_close", "spread": "bar", "limit_fill": "touch", "path": "nearer"},
    "fees": {"maker_bps": "2", "taker_bps": "5"},
    "starting_cash": "100000",
}


def closes() -> list[float]:
    """A price in waves."""
    return [round(100 + 3 * math.sin(bar / 6) + math.sin(bar / 2.3), 2) for bar in range(BARS)]


def candles() -> str:
    rows, before = ["time,open,high,low,close,volume"], closes()[0]
    for bar, close in enumerate(closes()):
        high, low = max(before, close) + 0.1, min(before, close) - 0.1
        rows.append(f"{START_S + 60 * bar},{before:.2f},{high:.2f},{low:.2f},{close:.2f},900.5")
        before = close
    return "\n".join(rows)


def crossings() -> dict[int, str]:
    """By bar, buy where a close comes above the average of the last ones, and sell where it comes below."""
    above: list[bool | None] = [None] * BARS
    series = closes()
    for bar in range(WINDOW - 1, BARS):
        above[bar] = series[bar] > sum(series[bar - WINDOW + 1 : bar + 1]) / WINDOW
    found = {}
    for bar in range(1, BARS):
        if None not in (above[bar - 1], above[bar]) and above[bar] != above[bar - 1]:
            found[bar] = "buy" if above[bar] else "sell"
    if found[min(found)] == "sell":  # nothing to sell yet
        del found[min(found)]
    return found


class Scene(NamedTuple):
    """A gateway where two accounts have traded the same replay."""

    person: Trader
    backtest: dict[str, Any]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("parity")
    file = folder / "candles.csv"
    file.write_text(candles())
    environment = {"RATE_LIMIT_RPS": "10000", "LONG_WORK_PER_MINUTE": "0"}
    with run_server(folder, environment) as server, Trader(server.url) as person:
        dataset = person.import_file(file, symbol=SYMBOL, interval="1m", kind="candles")
        person.call("POST", "accounts/", json={"id": "careful", "name": "careful", "balances": {"USDT": "100000"}})
        person.call("POST", "accounts/", json={"id": "careless", "name": "careless", "balances": {"USDT": "100000"}})
        person.call("PUT", "feed/", json={"source": "replay", "dataset": dataset["id"], "speed": 0, "paused": True})
        trade(person, server.url)
        backtest = person.result_of(person.call("POST", "backtests/", json=BACKTEST))
        yield Scene(person, backtest)


def trade(person: Trader, url: str) -> None:
    """Step through the bars; one account does what the crossings say, the other makes mistakes."""
    signals = list(crossings().items())
    with Trader(url, "careful") as careful, Trader(url, "careless") as careless:
        late = None
        for bar in range(BARS):
            person.call("POST", "feed/step/", json={"steps": 1})
            if late is not None:
                order(careless, late, QUANTITY)
                late = None
            number = next((place for place, (at, _) in enumerate(signals) if at == bar), None)
            if number is None:
                continue
            side = signals[number][1]
            order(careful, side, QUANTITY)
            if number == LATE:
                late = side
            elif number == SMALLER:
                order(careless, side, "0.2")
            elif number == TOO_LARGE:
                order(careless, side, "900000")
            elif number != MISSED:
                order(careless, side, QUANTITY)


def order(trader: Trader, side: str, quantity: str) -> None:
    """At the market; a refusal by the exchange is part of the story."""
    answer = trader.client.post(
        "orders/", json={"symbol": SYMBOL, "side": side, "type": "market", "quantity": quantity}
    )
    assert answer.status_code in (201, 422), answer.text


def test_a_session_that_is_run_again_as_a_backtest_fills_alike(scene: Scene) -> None:
    fills = scene.person.call("GET", "fills/", headers={"X-Account": "careful"})["items"]
    found = scene.person.get(f"backtests/{scene.backtest['backtest_id']}/parity/", session="careful")
    assert found["divergences"] == []
    assert found["alike"] == found["backtest_orders"] == found["sandbox_orders"] == len(crossings()) > 10
    assert found["alike"] <= len(fills)
    assert set(found["counts"].values()) == {0}


def test_a_session_that_went_another_way_says_where(scene: Scene) -> None:
    found = scene.person.get(f"backtests/{scene.backtest['backtest_id']}/parity/", session="careless")
    late, smaller, refused, *rest = found["divergences"]
    assert (late["kind"], late["text"]) == ("timing", "The sandbox acted 1 bar later.")
    assert (smaller["kind"], smaller["text"]) == ("fill", "The quantity differs.")
    assert (smaller["backtest"]["quantity"], smaller["sandbox"]["quantity"]) == ("0.5", "0.2")
    assert (refused["kind"], bool(refused["sandbox"]["refused"])) == ("risk", True)
    assert (rest[-1]["kind"], rest[-1]["sandbox"]) == ("signal", None)
    assert found["alike"] > 5


def test_an_account_that_did_nothing_has_only_missed(scene: Scene) -> None:
    found = scene.person.get(f"backtests/{scene.backtest['backtest_id']}/parity/")
    assert (found["sandbox_orders"], found["alike"]) == (0, 0)
    assert found["counts"]["signal"] == found["backtest_orders"] == len(found["divergences"])
    few = scene.person.get(f"backtests/{scene.backtest['backtest_id']}/parity/", limit=3)
    assert len(few["divergences"]) == 3
    assert few["counts"] == found["counts"]


@pytest.mark.parametrize("query", ["session=nobody", "epoch=7", "session=careful&epoch=9"])
def test_a_session_that_is_not_there_is_refused(scene: Scene, query: str) -> None:
    answer = scene.person.client.get(f"backtests/{scene.backtest['backtest_id']}/parity/?{query}")
    assert answer.status_code == 404
