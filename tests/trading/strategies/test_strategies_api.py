"""Strategies over REST: kept in versions, checked before they start, started on accounts, stopped with a choice."""

from typing import Any

import pytest

from kit.errors import Invalid
from tests.admin_person import log_in
from tests.admin_worker import pages_made_elsewhere
from tests.trading.rest.conftest import desk, set_price
from tests.waiting import eventually
from trading.alerts import services as alerts
from trading.rehearsals import services as rehearsals
from trading.strategies import arenas, keeping, services, table
from trading.strategies.dealing import Deed
from trading.strategies.wishes import spec_of

__all__ = ["desk", "set_price"]

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/api/v1/strategies/"
CROSS = {
    "name": "Crossing",
    "symbols": ["BTC-USDT"],
    "interval": "1m",
    "strategy": {
        "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
        "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))",
        "parameters": {"fast": 3, "slow": 9},
    },
    "bounds": {"fast": {"least": 2, "most": 20}},
}
PROTECTED = {
    "long_entry": "close > open",
    "stop": {"kind": "percent", "percent": "1"},
    "target": {"kind": "percent", "percent": "1"},
}


@pytest.fixture
async def running(desk):
    """Strategies that are followed, over a market that nobody plays."""
    await services.start()
    yield
    await rehearsals.end_all()
    await services.stop()


@pytest.fixture
def send(client, running):
    """One request; its data, or the refusal as (status, code, details)."""

    async def request(method: str, path: str = "", json: Any = None, **options: Any) -> Any:
        call = getattr(client, method)
        answer = await (
            call(f"{PATH}{path}", **options) if json is None else call(f"{PATH}{path}", json=json, **options)
        )
        if answer.status >= 400:
            return answer.status, answer.code, answer.details
        return answer.data if answer.body else None

    return request


async def test_a_change_of_what_it_says_makes_a_version_and_its_name_does_not(send):
    made = await send("post", json=CROSS)
    assert (made["version"]["version"], made["version"]["warm_up_bars"], made["runs"]) == (1, 9, [])
    path = f"{made['id']}/"
    renamed = await send("patch", path, json={"name": "Averages", "notes": "slow"})
    assert (renamed["name"], renamed["version"]["version"]) == ("Averages", 1)
    same = await send("patch", path, json={"interval": "1m"})
    assert same["version"]["version"] == 1, "nothing changed"
    changed = await send("patch", path, json={"interval": "5m", "note": "calmer"})
    assert (changed["version"]["version"], changed["version"]["note"]) == (2, "calmer")
    versions = (await send("get", f"{path}versions/"))["items"]
    assert [(each["version"], each["interval"]) for each in versions] == [(2, "5m"), (1, "1m")]
    first = await send("get", f"{path}versions/?limit=1")
    assert (len(first["items"]), first["next_cursor"] is None) == (1, False)
    assert await send("get", f"{path}signals/") == {"items": [], "next_cursor": None}
    assert (await send("get", f"{path}performance/"))[:2] == (404, "NOT_FOUND")
    await send("delete", path)
    assert (await send("get", path))[:2] == (404, "NOT_FOUND")


async def test_every_template_makes_a_strategy(send):
    templates = (await send("get", "templates/"))["items"]
    names = [template["name"] for template in templates]
    assert names[:6] == [
        "sma-cross", "ema-cross", "rsi-reversion", "donchian-breakout", "bollinger-reversion", "macd-trend",
    ]  # fmt: skip
    for template in templates:
        symbols = ["BTC-USDT", "ETH-USDT"] if template["name"] == "pairs" else ["ETH-USDT"]
        wish = {"name": template["title"], "template": template["name"], "symbols": symbols}
        made = await send("post", json=wish)
        version = made["version"]
        assert (made["template"], version["interval"]) == (template["name"], template["spec"]["interval"])
        if version["program"] is None:
            assert version["bounds"].keys() == version["strategy"]["parameters"].keys()
        else:
            assert version["program"]["kind"] == template["name"]
            assert version["strategy"] is None


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"symbols": ["NO-SUCH"]}, "UNKNOWN_SYMBOL", None),
        ({"symbols": []}, "VALIDATION_FAILED", "symbols"),
        ({"symbols": ["BTC-USDT", "BTC-USDT"]}, "VALIDATION_FAILED", "symbols"),
        ({"interval": "2m"}, "VALIDATION_FAILED", "interval"),
        ({"interval": None}, "VALIDATION_FAILED", "interval"),
        ({"strategy": {"long_entry": "close >"}}, "INVALID_EXPRESSION", "strategy.long_entry"),
        ({"strategy": {"long_entry": "close"}}, "INVALID_EXPRESSION", "strategy.long_entry"),
        ({"strategy": {"long_exit": "close > 1"}}, "INVALID_EXPRESSION", "strategy.long_entry"),
        ({"strategy": {"long_entry": "rank(close) > 0.5"}}, "VALIDATION_FAILED", "strategy.long_entry"),
        ({"strategy": {"long_entry": "close > p.a"}}, "INVALID_EXPRESSION", "strategy.long_entry"),
        ({"strategy": {"long_entry": "close > 1", "parameters": {"a": 1}}}, "INVALID_EXPRESSION",
         "strategy.parameters.a"),
        ({"strategy": {"long_entry": "close > 1", "short_entry": "close < 1"}}, "VALIDATION_FAILED",
         "strategy.short_entry"),
        ({"strategy": {"long_entry": "close > 1", "sizing": {"kind": "fixed", "quantity": "0.000001"}}},
         "VALIDATION_FAILED", "strategy.sizing.quantity"),
        ({"strategy": {"long_entry": "close > 1", "stop": {"kind": "fixed", "amount": "0.001"}}}, "VALIDATION_FAILED",
         "strategy.stop.amount"),
        ({"strategy": {"long_entry": "close > 1", "sizing": {"kind": "risk_per_trade", "percent": "1"}}},
         "VALIDATION_FAILED", "strategy.stop"),
        ({"bounds": {"fast": {"least": 4, "most": 20}}}, "VALIDATION_FAILED", "strategy.parameters.fast"),
        ({"bounds": {"nothing": {"least": 4, "most": 20}}}, "VALIDATION_FAILED", "bounds.nothing"),
        ({"leverage": 200}, "VALIDATION_FAILED", "leverage"),
        ({"program": {"kind": "dca", "notional": "5"}}, "VALIDATION_FAILED", "program"),
        ({"strategy": None, "program": {"kind": "twap", "side": "buy", "quantity": "0.00001", "bars": 9}},
         "VALIDATION_FAILED", "program.quantity"),
        ({"strategy": None}, "VALIDATION_FAILED", "strategy"),
        ({"strategy": {"python": {"name": "rising"}}}, "VALIDATION_FAILED", "strategy.python"),
        ({"name": "two\nlines"}, "VALIDATION_FAILED", "name"),
        ({"template": "holy-grail"}, "VALIDATION_FAILED", "template"),
    ],
)  # fmt: skip
async def test_what_could_not_run_is_refused_by_its_field(send, changes, code, field):
    wish = {name: value for name, value in {**CROSS, **changes}.items() if value is not None}
    if "strategy" in changes or "program" in changes:
        wish.pop("bounds")
    _, said, details = await send("post", json=wish)
    assert said == code
    assert field is None or field in details, details


def test_a_strategy_in_python_is_refused_with_a_way_out(db):
    wish = {"symbols": ["BTC-USDT"], "interval": "1m", "strategy": {"python": {"name": "rising"}}}
    with pytest.raises(Invalid) as refused:
        spec_of(None, wish)
    [text] = refused.value.details["strategy.python"]
    assert text.startswith("A strategy in Python trades from a process of its own (manage.py run_strategy)")


async def test_conditions_give_way_to_a_program_and_back(send):
    made = await send("post", json=CROSS)
    path = f"{made['id']}/"
    program = {"kind": "dca", "notional": "50", "every_bars": 60}
    changed = await send("patch", path, json={"program": program})
    assert (changed["version"]["strategy"], changed["version"]["bounds"]) == (None, {})
    assert changed["version"]["program"] == {**program, "times": None}
    back = await send("patch", path, json={"strategy": {"long_entry": "close > open"}})
    assert (back["version"]["version"], back["version"]["program"]) == (3, None)


@pytest.mark.parametrize("template", ["grid", "iceberg"])
async def test_what_begins_at_the_price_needs_one(send, set_price, template):
    made = await send("post", json={"name": "Mine", "template": template, "symbols": ["BTC-USDT"]})
    assert (await send("post", f"{made['id']}/start/", json={}))[:2] == (422, "NO_MARKET_PRICE")
    set_price(50_000)
    run = await send("post", f"{made['id']}/start/", json={})
    assert run["state"] == "starting"


async def test_a_run_begins_with_values_within_the_bounds_and_with_its_own_version(send):
    made = await send("post", json=CROSS)
    path = f"{made['id']}/"
    await send("patch", path, json={"bounds": {"slow": {"least": 5, "most": 50}}})
    too_much = await send("post", f"{path}start/", json={"version": 1, "parameters": {"fast": 21}})
    assert too_much == (400, "VALIDATION_FAILED", {"parameters.fast": ["Must be from 2 to 20."]})
    fixed = await send("post", f"{path}start/", json={"version": 2, "parameters": {"fast": 4}})
    assert fixed[1:] == (
        "VALIDATION_FAILED",
        {"parameters.fast": ["fast has no bounds, so it keeps its value; make a version with bounds for it."]},
    )
    run = await send("post", f"{path}start/", json={"version": 1, "parameters": {"fast": 20}})
    assert (run["version"], run["parameters"]) == (1, {"fast": 20, "slow": 9})
    assert (run["state"], run["waiting_for"]) == ("starting", "a market of BTC-USDT with bars of 1m")
    assert (await send("post", f"{path}start/", json={"version": 3}))[:2] == (404, "NOT_FOUND")
    assert (await send("delete", path))[:2] == (409, "STRATEGY_RUNNING")
    [shown] = (await send("get", path))["runs"]
    assert shown["id"] == run["id"]


async def test_an_account_of_its_own_is_opened_with_its_money_rules_and_limits(send, client):
    made = await send("post", json={**CROSS, "allow_short": True, "leverage": 3})
    wish = {
        "cash": "2500",
        "fill_policy": "ideal",
        "fees": {"maker_bps": 1, "taker_bps": 3},
        "risk_limits": {"max_drawdown_percent": "20", "on_breach": "REDUCING"},
    }
    run = await send("post", f"{made['id']}/start/", json=wish)
    account = (await client.get(f"/api/v1/accounts/{run['account']}/")).data
    assert (account["type"], account["equity"], account["allow_short"]) == ("margin", "2500", True)
    assert (account["fill_policy"], account["fees"]["taker_bps"]) == ("ideal", 3.0)
    assert (account["margin"]["leverage"], account["name"]) == (3, "Crossing")
    limits = (await client.get("/api/v1/risk/limits/", headers={"X-Account": run["account"]})).data
    assert limits["own"]["max_drawdown_percent"] == "20"
    shown = await send("get", f"{made['id']}/performance/")
    assert (shown["start_equity"], shown["profit"], shown["trips"]) == ("2500", "0", 0)
    assert (await send("post", f"{made['id']}/start/", json={"own_account": False, "cash": "1"}))[:2] == (
        400, "VALIDATION_FAILED",
    )  # fmt: skip


async def test_an_account_that_does_not_suit_is_refused_with_the_reason(send, client, set_price):
    made = await send("post", json={**CROSS, "strategy": PROTECTED, "bounds": {}})
    on_mine = {"own_account": False}
    refused = await send("post", f"{made['id']}/start/", json=on_mine)
    assert refused[:2] == (422, "ACCOUNT_UNSUITABLE"), "two orders cannot hold the same coins of a cash account"
    plain = await send("post", json=CROSS)
    first = await send("post", f"{plain['id']}/start/", json=on_mine)
    assert (first["account"], first["own_account"]) == ("default", False)
    assert (await send("post", f"{plain['id']}/start/", json=on_mine))[:2] == (409, "STRATEGY_ACCOUNT_BUSY")
    await send("post", f"{plain['id']}/stop/")
    set_price(50_000)
    order = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.1"}
    assert (await client.post("/api/v1/orders/", json=order)).status == 201
    assert (await send("post", f"{plain['id']}/start/", json=on_mine))[:2] == (422, "POSITION_HELD")
    shorts = await send("post", json={**CROSS, "allow_short": True})
    assert (await send("post", f"{shorts['id']}/start/", json=on_mine))[:2] == (422, "ACCOUNT_UNSUITABLE")


async def test_runs_are_taken_up_again_after_a_restart_and_one_that_cannot_says_why(send, monkeypatch):
    made = await send("post", json=CROSS)
    path = f"{made['id']}/"
    kept, broken = [await send("post", f"{path}start/", json={}) for _ in range(2)]
    await services.stop()
    real = services.groups_for

    def refuse_one(run):
        if run.id == broken["id"]:
            raise services.NotFound("There is no instrument 'BTC-USDT'.", code="UNKNOWN_SYMBOL")
        return real(run)

    monkeypatch.setattr(services, "groups_for", refuse_one)
    await services.start()
    runs = {run["id"]: run for run in (await send("get", f"{path}runs/"))["items"]}
    assert (runs[kept["id"]]["state"], runs[broken["id"]]["state"]) == ("starting", "failed")
    assert runs[broken["id"]]["reason"] == "There is no instrument 'BTC-USDT'."
    assert [run["id"] for run in (await send("get", path))["runs"]] == [kept["id"]]


async def test_how_far_a_run_came_is_written_down_soon_and_its_end_before_it_is_answered(send, monkeypatch):
    monkeypatch.setattr(keeping, "PROGRESS_PAUSE_S", 0.01)
    made = await send("post", json=CROSS)
    run = await send("post", f"{made['id']}/start/", json={})
    live = arenas.MAIN.runner.lives[run["id"]]
    live.note_bar("BTC-USDT", 1_700_000_000_000_000_000)
    services.KEEPER.note_progress(live)

    async def written():
        [(_, progress)] = await table.in_table(table.live_runs)
        return progress.last_ns

    assert await eventually(written) == {"BTC-USDT": 1_700_000_000_000_000_000}
    await send("post", f"{made['id']}/stop/")
    assert await table.in_table(table.live_runs) == []


async def test_the_oldest_runs_of_a_strategy_go_with_their_signals_and_all_with_it(send, monkeypatch):
    monkeypatch.setattr(table, "KEPT_RUNS", 2)
    made = await send("post", json=CROSS)
    path, ids = f"{made['id']}/", []
    for _ in range(4):
        run = await send("post", f"{path}start/", json={})
        live = arenas.MAIN.runner.lives[run["id"]]
        services.KEEPER.add_signal(made["id"], live.new_signal(0, "BTC-USDT", 0, Deed("ordered", "signal")))
        await send("post", f"{path}stop/")
        ids.append(run["id"])
    kept = [run["id"] for run in (await send("get", f"{path}runs/"))["items"]]
    assert kept == ids[:0:-1], "two that had ended when the last one began, and the last one"
    signals = (await send("get", f"{path}signals/"))["items"]
    assert {signal["run_id"] for signal in signals} == set(kept)
    await send("delete", path)
    assert await table.in_table(table.newest_signals, ids[-1], 10) == []


async def test_signals_are_listed_by_what_came_of_them_and_the_oldest_go(send, monkeypatch):
    monkeypatch.setattr(table, "MAX_SIGNALS", 5)
    monkeypatch.setattr(table, "SIGNALS_BEYOND", 0)
    made = await send("post", json=CROSS)
    run = await send("post", f"{made['id']}/start/", json={})
    live = arenas.MAIN.runner.lives[run["id"]]
    for number in range(8):
        deed = Deed("refused" if number % 2 else "ordered", "no_cash" if number % 2 else "signal", str(number))
        signal = live.new_signal(number * 10**9, "BTC-USDT", 0, deed)
        services.KEEPER.add_signal(made["id"], signal)
    path = f"{made['id']}/signals/"
    assert [each["text"] for each in (await send("get", path))["items"]] == ["7", "6", "5", "4", "3"]
    assert [each["text"] for each in (await send("get", f"{path}?outcome=ordered"))["items"]] == ["6", "4"]
    page = await send("get", f"{path}?limit=2")
    following = await send("get", f"{path}?limit=2&cursor={page['next_cursor']}")
    assert [each["text"] for each in following["items"]] == ["5", "4"]
    late = await send("get", f"{path}?from=1970-01-01T00:00:06Z")
    assert [each["text"] for each in late["items"]] == ["7", "6"]
    assert (await send("get", f"{path}?from=2030-01-01T00:00:00Z&to=2020-01-01T00:00:00Z"))[:2] == (
        400, "VALIDATION_FAILED",
    )  # fmt: skip


async def test_another_account_sees_nothing_of_it(send, client):
    made = await send("post", json=CROSS)
    await client.post("/api/v1/accounts/", json={"id": "b", "name": "b"})
    theirs = {"headers": {"X-Account": "b"}}
    assert (await send("get", **theirs))["items"] == []
    for method, path in (
        ("get", ""), ("patch", ""), ("delete", ""), ("post", "start/"), ("post", "stop/"), ("get", "versions/"),
        ("get", "runs/"), ("get", "signals/"), ("get", "performance/"),
    ):  # fmt: skip
        body = {} if method in ("patch", "post") else None
        assert (await send(method, f"{made['id']}/{path}", json=body, **theirs))[:2] == (404, "NOT_FOUND"), path


async def test_the_stream_begins_with_the_runs_and_tells_of_each_change(send, client):
    made = await send("post", json=CROSS)
    run = await send("post", f"{made['id']}/start/", json={})
    async with client.websocket("/ws") as socket:
        await socket.send_json({"op": "subscribe", "id": 1, "channels": ["strategies"]})
        snapshot = await socket.receive_until(lambda frame: frame["type"] == "snapshot")
        assert [each["id"] for each in snapshot["data"]] == [run["id"]]
        await send("post", f"{made['id']}/stop/", json={"mode": "cancel"})
        update = await socket.receive_until(lambda frame: frame["type"] == "update")
    assert (update["data"]["event"], update["data"]["run"]["state"]) == ("run", "stopped")
    assert "orders canceled" in update["data"]["run"]["reason"]


async def test_a_run_in_a_rehearsal_trades_there_alone_and_ends_with_it(send, client, desk):
    opened = await client.post("/api/v1/rehearsals/", json={"paused": True, "seed": 5})
    header = {"X-Rehearsal": opened.data["id"]}
    entering = {"long_entry": "close > open", "long_exit": "close < open"}
    made = await send("post", json={**CROSS, "strategy": entering, "bounds": {}})
    path = f"{made['id']}/"
    run = await send("post", f"{path}start/", json={"wait_for_warm_up": False}, headers=header)
    await client.put("/api/v1/feed/", json={"speed": 0, "paused": False}, headers=header)

    async def ordered():
        page = await send("get", f"{path}signals/?outcome=ordered", headers=header)
        return page["items"]

    signals = await eventually(ordered, lambda items: len(items) >= 6, 20)
    assert {signal["run_id"] for signal in signals} == {run["id"]}
    assert [run["id"] for run in (await send("get", path, headers=header))["runs"]] == [run["id"]]
    assert (await send("get", path))["runs"] == []
    assert run["account"] not in desk.published.accounts
    await client.put("/api/v1/feed/", json={"paused": True}, headers=header)
    shown = await send("get", f"{path}performance/", headers=header)
    assert shown["fills"] >= 5
    [ended] = (await send("post", f"{path}stop/", json={"mode": "close"}, headers=header))["items"]
    assert ended["state"] == "stopped"
    positions = await client.get("/api/v1/positions/", headers={**header, "X-Account": run["account"]})
    assert positions.data["items"] == []
    assert [one["state"] for one in (await send("get", f"{path}runs/", headers=header))["items"]] == ["stopped"]
    await client.delete(f"/api/v1/rehearsals/{opened.data['id']}/")
    assert (await send("get", f"{path}runs/"))["items"] == []


@pytest.fixture
def unlimited(settings, desk):
    """A test that asks again and again."""
    settings.RATE_LIMIT_RPS = 10_000


@pytest.mark.parametrize(
    ("mode", "has_position", "has_orders"), [("leave", True, True), ("cancel", True, False), ("close", False, False)]
)
async def test_a_stop_leaves_cancels_or_closes(send, client, unlimited, mode, has_position, has_orders):
    opened = await client.post("/api/v1/rehearsals/", json={"paused": True, "seed": 5})
    header = {"X-Rehearsal": opened.data["id"]}
    always = {"long_entry": "close > 0", "stop": {"kind": "percent", "percent": "90"}}
    made = await send("post", json={**CROSS, "strategy": always, "bounds": {}})
    run = await send("post", f"{made['id']}/start/", json={"wait_for_warm_up": False}, headers=header)
    there = {"headers": {**header, "X-Account": run["account"]}}
    await client.put("/api/v1/feed/", json={"speed": 0, "paused": False}, headers=header)

    async def waiting():
        return (await client.get("/api/v1/orders/", **there)).data["items"]

    await eventually(waiting, deadline_s=20)
    await client.put("/api/v1/feed/", json={"paused": True}, headers=header)
    [ended] = (await send("post", f"{made['id']}/stop/", json={"mode": mode}, headers=header))["items"]
    assert ended["state"] == "stopped"
    positions = (await client.get("/api/v1/positions/", **there)).data["items"]
    assert (bool(positions), bool(await waiting())) == (has_position, has_orders)


@pytest.fixture
async def alarms(client, transactional_db):
    """A rule that waits for strategies to end, and what it told of."""
    await alerts.start()
    condition = {"kind": "occurrence", "occurrence": "strategy_stopped"}
    made = await client.post("/api/v1/alerts/", json={"name": "Ended", "condition": condition})
    assert made.status == 201, made.json()

    async def told():
        return (await client.get("/api/v1/alerts/events/")).data["items"][::-1]

    yield told
    await alerts.stop()


async def test_who_waits_for_the_end_of_a_strategy_is_told_of_its_runs_but_not_of_rehearsals(send, client, alarms):
    made = await send("post", json=CROSS)
    path = f"{made['id']}/"
    opened = await client.post("/api/v1/rehearsals/", json={"paused": True})
    header = {"X-Rehearsal": opened.data["id"]}
    await send("post", f"{path}start/", json={}, headers=header)
    await send("post", f"{path}stop/", headers=header)
    failing = await send("post", f"{path}start/", json={})
    arenas.MAIN.fail(arenas.MAIN.runner.lives[failing["id"]], "It could not go on.")
    await send("post", f"{path}start/", json={})
    await send("post", f"{path}stop/", json={"mode": "cancel"})
    failed, stopped = await eventually(alarms, lambda events: len(events) >= 2)
    assert (failed["text"], failed["value"]) == ("The strategy Crossing failed: It could not go on.", "failed")
    assert stopped["text"].startswith("The strategy Crossing stopped: Stopped by ")
    assert {event["symbol"] for event in (failed, stopped) if "symbol" in event} <= {"BTC-USDT"}


async def test_runs_are_stopped_in_the_admin(send, client, app, monkeypatch):
    made = await send("post", json=CROSS)
    run = await send("post", f"{made['id']}/start/", json={})
    for _ in pages_made_elsewhere(monkeypatch):
        owner = await log_in(client, "olga", is_superuser=True)
        (row,) = (await owner.open("/admin/strategies/strategyrunrow/")).rows
        assert "starting" in row["state_shown"]
        page = await owner.act("/admin/strategies/strategyrunrow/", "stop_runs", [run["id"]])
        assert page.messages == [f"1 strategy run stopped: Crossing {run['id']}."]
        assert "Crossing" in (await owner.open("/admin/strategies/strategyrow/")).text
        assert (await owner.open("/admin/strategies/strategysignalrow/")).rows == []
        assert (await owner.open(f"/admin/strategies/strategyrow/{made['id']}/change/")).text
    [ended] = (await send("get", f"{made['id']}/runs/"))["items"]
    assert ended["state"] == "stopped"
    assert "user:olga" in ended["reason"]
