"""Alerts over real sockets: a rule on bars of a replay reaches a webhook, a mailbox and the stream, and no bar twice."""

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from kit.clock import ns_from_iso
from quant.expressions import parse
from quant.expressions.evaluating import evaluate
from quant.expressions.panel import Panel
from tests.journeys.people import Trader, Watcher
from tests.server import Server, run_server
from tests.trading.alerts.receivers import Listener, Mailbox, http_listener, mail_server, wait_until

BARS = 700
START_S = 1_546_300_800
EXPRESSION = "rsi(close, 14) < 30"


def closes() -> np.ndarray:
    """Waves with noise, in cents, the same every time."""
    waves = 10_000 + 300 * np.sin(np.arange(BARS) / 12)
    return np.round(waves).astype(np.int64) + np.random.default_rng(7).integers(-20, 21, BARS)


def bars() -> dict[str, np.ndarray]:
    """The bars as floats, as the exchange shows them."""
    close = closes()
    opened = np.concatenate([close[:1], close[:-1]])
    high, low = np.maximum(opened, close) + 5, np.minimum(opened, close) - 5
    cents = {"open": opened, "high": high, "low": low, "close": close}
    return {name: column / 100 for name, column in cents.items()} | {"volume": np.full(BARS, 2.5)}


def write_bars(path: Path) -> Path:
    columns = bars()
    lines = [
        ",".join([str(START_S + 60 * row), *(f"{column[row]:.2f}" for column in columns.values())])
        for row in range(BARS)
    ]
    path.write_text("time,open,high,low,close,volume\n" + "\n".join(lines) + "\n")
    return path


def fired_by_array() -> list[tuple[str, str]]:
    """When each bar opened on which the array form begins to say yes, and the value of what is compared."""
    columns = {name: column[:, None] for name, column in bars().items()}
    truth, value = evaluate([parse(EXPRESSION), parse("rsi(close, 14)")], Panel(columns))
    begins = np.flatnonzero(truth[1:, 0] & ~truth[:-1, 0]) + 1
    return [(START_S + 60 * int(row), f"{value[row, 0]:.10g}") for row in begins]


class Scene(NamedTuple):
    """A gateway with a mail server and a listener beside it, and the bars as a data set."""

    server: Server
    trader: Trader
    listener: Listener
    mailbox: Mailbox
    dataset: str


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("alerts")
    with mail_server() as mailbox, http_listener() as listener:
        environment = {
            "RATE_LIMIT_RPS": "0",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(mailbox.port),
            "EMAIL_SECURITY": "none",
            "ALERT_WEBHOOK_PRIVATE": "1",
        }
        with run_server(folder, environment) as server, Trader(server.url) as trader:
            dataset = trader.import_file(
                write_bars(folder / "bars.csv"), symbol="NEW-USD", interval="1m", kind="candles"
            )
            yield Scene(server, trader, listener, mailbox, dataset["id"])


def play(scene: Scene) -> None:
    """Replay all the bars as fast as it goes."""
    feed = {"source": "replay", "dataset": scene.dataset, "speed": 0}
    scene.trader.call("PUT", "feed/", json={**feed, "paused": True})
    scene.trader.call("PUT", "feed/", json={**feed, "paused": False})
    scene.trader.wait_until("feed/", lambda found: found["finished"])


def events_of(scene: Scene, rule: str) -> list[dict[str, Any]]:
    """The events of a rule, oldest first."""
    return scene.trader.everything("alerts/events/", rule=rule)[::-1]


def all_delivered(events: list[dict[str, Any]], count: int) -> bool:
    """Whether so many events are there, and every delivery of theirs arrived."""
    deliveries = [each for event in events for each in event["deliveries"]]
    return len(events) == count and all(each["status"] == "delivered" for each in deliveries)


def test_a_rule_fires_where_the_array_form_says_so_and_reaches_everybody(scene: Scene) -> None:
    trader, expected = scene.trader, fired_by_array()
    wanted = {
        "name": "Oversold",
        "condition": {"kind": "expression", "expression": EXPRESSION, "symbol": "NEW-USD", "interval": "1m"},
        "channels": ["log", "email", "webhook"],
        "email_to": ["desk@example.org"],
        "webhook_url": scene.listener.url,
    }
    rule = trader.call("POST", "alerts/", json=wanted)
    secret = rule["webhook_secret"]
    assert "webhook_secret" not in trader.get(f"alerts/{rule['id']}/")
    with Watcher(scene.server.websocket_url, ["alerts"]) as watcher:
        play(scene)
        wait_until(lambda: all_delivered(events_of(scene, rule["id"]), len(expected)), 60)
        events = events_of(scene, rule["id"])
        assert len(expected) > 3
        assert [(ns_from_iso(each["bar_time"]) // 10**9, each["value"]) for each in events] == expected
        watcher.wait_for(lambda frames: len(frames["alerts"]) > 4 * len(expected))
        told = [each["id"] for each in watcher.updates("alerts")]
    assert list(dict.fromkeys(told)) == [each["id"] for each in events]
    requests = scene.listener.wait_for(len(expected))
    assert sorted(each.event["id"] for each in requests) == [each["id"] for each in events]
    for request in requests:
        signed = request.headers["X-Sandbar-Timestamp"].encode() + b"." + request.body
        digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        assert request.headers["X-Sandbar-Signature"] == f"v1={digest}"
    assert len(scene.mailbox.messages) == len(expected)
    assert {each["Subject"] for each in scene.mailbox.messages} == {"[Sandbar] warning: Oversold"}
    assert set(scene.mailbox.recipients) == {"desk@example.org"}
    assert EXPRESSION in scene.mailbox.messages[0].get_content()
    (made,) = trader.get("audit/", object=rule["id"])["items"]
    assert (made["action"], made["after"]["name"]) == ("alerts.create", "Oversold")
    assert secret not in trader.client.get("audit/").text


def test_a_bar_is_never_fired_on_twice_not_even_after_a_kill(scene: Scene) -> None:
    condition = {"kind": "expression", "expression": EXPRESSION, "symbol": "NEW-USD", "interval": "1m"}
    rule = scene.trader.call("POST", "alerts/", json={"name": "Twice", "condition": condition})["id"]
    expected = [f"{each[0]}" for each in fired_by_array()]
    play(scene)
    wait_until(lambda: len(events_of(scene, rule)) == len(expected))
    first = events_of(scene, rule)
    scene.server.kill()
    scene.server.start()
    assert scene.trader.get(f"alerts/{rule}/")["fired_count"] == len(expected)
    play(scene)
    marker = scene.trader.call("POST", f"alerts/{rule}/test/")  # what comes after the replay's last bar
    wait_until(lambda: any(each["id"] == marker["id"] for each in events_of(scene, rule)))
    assert [each["id"] for each in events_of(scene, rule)] == [*(each["id"] for each in first), marker["id"]]
