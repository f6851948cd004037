"""A key that is bound to an account, against every operation of the schema: what belongs to others is not there for it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from tests.gateway.test_published_schema import OPERATIONS, SCHEMA, path_with_values
from tests.journeys.people import Refused, Trader, authorization
from tests.server import Server, run_server

ORDER = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.001", "price": "10000"}
BARS = "time,open,high,low,close,volume\n" + "".join(
    f"{1_546_300_800 + 60 * n},2.5,4,1,{3 + n % 2},10.125\n" for n in range(40)
)
BACKTEST = {"symbols": ["NEW-USD"], "interval": "1m", "strategy": {"long_entry": "close > p.level"}}
FACTOR = {"name": "theirs", "expression": "close / open"}
STRATEGY = {"name": "theirs", "symbols": ["BTC-USDT"], "template": "sma-cross"}
VARIED = {"parameters": {"level": {"values": [1, 2]}}, "least_trades": 0, "metric": "total_return"}
RESEARCH: dict[str, dict[str, Any]] = {
    "backtests": {**BACKTEST, "strategy": {"long_entry": "close > 1"}},
    "backtests/sweeps": {**BACKTEST, **VARIED},
    "backtests/walk-forward": {**BACKTEST, **VARIED, "train_bars": 10, "test_bars": 5},
    "analytics": {"kind": "drawdowns", "symbols": ["NEW-USD"], "interval": "1m"},
}
ALERT = {"name": "Refused", "condition": {"kind": "occurrence", "occurrence": "order_rejected"}}
REPORT = {"kind": "statement", "format": "csv"}
SCHEDULE = {"kind": "statement", "every": "daily"}
NESTED = (*RESEARCH, "reports/schedules", "alerts/events")
"""What has ids of its own below another resource."""

BODIES = {
    ("PATCH", "/api/v1/reports/schedules/{id}/"): {"enabled": False},
    ("PATCH", "/api/v1/orders/{id}/"): {"quantity": "0.002"},
    ("PATCH", "/api/v1/backtests/{id}/"): {"name": "Mine"},
    ("PATCH", "/api/v1/factors/{id}/"): {"name": "mine"},
    ("PUT", "/api/v1/alerts/{id}/"): ALERT,
    ("PATCH", "/api/v1/alerts/{id}/"): {"name": "Mine"},
    ("PATCH", "/api/v1/strategies/{id}/"): {"name": "mine"},
    ("POST", "/api/v1/strategies/{id}/start/"): {"own_account": False},
}
"""Bodies that would do something; an empty object is one everywhere else."""


def is_about_an_account(method: str, path: str) -> bool:
    """Whether it is, and a key that is bound to an account may do it: such a key never has the scope admin."""
    operation = SCHEMA["paths"][path][method.lower()]
    if operation.get("x-scope") == "admin":
        return False
    parameters = operation.get("parameters", [])
    return any(each["name"] == "X-Account" for each in parameters) or path.startswith("/api/v1/accounts/{id}/")


ABOUT_ACCOUNTS = [each for each in OPERATIONS if is_about_an_account(*each)]
OF_NOBODY = "/api/v1/datasets/"
"""Data sets are everybody's; only the job that repairs one belongs to an account."""
OF_OBJECTS = [each for each in ABOUT_ACCOUNTS if "{id}" in each[1] and not each[1].startswith(OF_NOBODY)]
LISTS = [path for method, path in ABOUT_ACCOUNTS if method == "GET" and "{" not in path]
ORDER_LIST = {
    "type": "oto",
    "symbol": "BTC-USDT",
    "side": "buy",
    "quantity": "0.001",
    "entry": {"price": "10000"},
    "then": {"price": "90000"},
}
READS = ("GET", "HEAD", "OPTIONS")
WRITES = [each for each in OPERATIONS if each[0] not in READS]


class Scene(NamedTuple):
    """Two accounts, of which the other one has an order, an order list and a job; and a key that knows only mine."""

    server: Server
    mine: str
    other: str
    objects: dict[str, str]
    bound: httpx.Client
    owner: Trader


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("accounts")
    environment = {"DISABLE_AUTH": "0", "PERSONAL_API_KEY_ENABLED": "1", "RATE_LIMIT_RPS": "0"}
    file = folder / "bars.csv"
    file.write_text(BARS)
    with run_server(folder, environment) as server, Trader(server.url, key=server.key) as admin:
        mine, other = (admin.call("POST", "accounts/", json={"name": name})["id"] for name in ("mine", "other"))
        wanted = {"name": "bound", "scopes": ["trade"], "accounts": [mine]}
        token = admin.call("POST", "keys/", json=wanted)["token"]
        with (
            Trader(server.url, other, server.key) as owner,
            httpx.Client(base_url=server.url, headers=authorization(token), timeout=20) as bound,
        ):
            order = owner.place(**ORDER)["id"]
            order_list = owner.call("POST", "order-lists/", json=ORDER_LIST)["id"]
            owner.import_file(file, symbol="NEW-USD", interval="1m", kind="candles")
            (job,) = owner.get("jobs/")["items"]
            objects = {"orders": order, "order-lists": order_list, "jobs": job["id"], "accounts": other}
            objects["factors"] = owner.call("POST", "factors/", json=FACTOR)["id"]
            objects["strategies"] = owner.call("POST", "strategies/", json=STRATEGY)["id"]
            objects |= {path: researched(owner, path, body) for path, body in RESEARCH.items()}
            objects["alerts"] = owner.call("POST", "alerts/", json=ALERT)["id"]
            owner.call("POST", f"alerts/{objects['alerts']}/test/")
            (event,) = owner.wait_until("alerts/events/", lambda events: events["items"])["items"]
            objects["alerts/events"] = event["id"]
            objects["reports"] = owner.result_of(owner.call("POST", "reports/", json=REPORT))["report_id"]
            objects["reports/schedules"] = owner.call("POST", "reports/schedules/", json=SCHEDULE)["id"]
            yield Scene(server, mine, other, objects, bound, owner)


def researched(owner: Trader, path: str, body: dict[str, Any]) -> str:
    """The id of a backtest, a sweep, a walk forward or an analysis of the other account."""
    result = owner.result_of(owner.call("POST", f"{path}/", json=body))
    return str(next(value for name, value in result.items() if name.endswith("_id")))


def kind_of(path: str) -> str:
    """What a path is about, as `Scene.objects` names it."""
    parts = path.split("/")
    nested = "/".join(parts[3:5])
    return nested if nested in NESTED else parts[3]


def asked(scene: Scene, method: str, path: str, found: str, **headers: str) -> httpx.Response:
    """The bound key's request for something of the other account."""
    body = None if method in READS else BODIES.get((method, path), {})
    return scene.bound.request(method, path_with_values(path.replace("{id}", found)), json=body, headers=headers)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def named(operations: list[tuple[str, str]]) -> list[str]:
    return [" ".join(each) for each in operations]


@pytest.mark.parametrize(("method", "path"), ABOUT_ACCOUNTS, ids=named(ABOUT_ACCOUNTS))
def test_another_account_is_not_there_by_any_operation(scene: Scene, method: str, path: str) -> None:
    found = scene.objects.get(kind_of(path), "")
    answer = asked(scene, method, path, found, **{"X-Account": scene.other})
    assert code_of(answer) == (404, "UNKNOWN_ACCOUNT")
    nowhere = asked(scene, method, path, found, **{"X-Account": "nowhere"})
    assert nowhere.json()["message"].replace("nowhere", scene.other) == answer.json()["message"]


@pytest.mark.parametrize(("method", "path"), OF_OBJECTS, ids=named(OF_OBJECTS))
def test_an_object_of_another_account_is_not_there_by_its_id(scene: Scene, method: str, path: str) -> None:
    found = scene.objects[kind_of(path)]
    answer = asked(scene, method, path, found)
    assert answer.status_code == 404, answer.text
    never = asked(scene, method, path, found[:-4] + "0000")
    assert never.status_code == 404
    assert never.json()["error"]["code"] == answer.json()["error"]["code"]


def test_a_bound_key_starts_strategies_on_its_account_and_opens_none(scene: Scene) -> None:
    made = scene.bound.post("/api/v1/strategies/", json={**STRATEGY, "name": "mine"})
    start = f"/api/v1/strategies/{made.json()['data']['id']}/start/"
    assert code_of(scene.bound.post(start, json={})) == (403, "FORBIDDEN")
    started = scene.bound.post(start, json={"own_account": False})
    assert (started.status_code, started.json()["data"]["account"]) == (201, scene.mine)


def test_and_all_of_it_is_there_for_its_owner_as_it_was(scene: Scene) -> None:
    order = scene.owner.get(f"orders/{scene.objects['orders']}/")
    assert (order["status"], order["quantity"], order["replaced_at"]) == ("open", "0.00100", None)
    assert scene.owner.get(f"order-lists/{scene.objects['order-lists']}/")["status"] == "executing"
    assert scene.owner.get(f"jobs/{scene.objects['jobs']}/")["status"] == "succeeded"
    assert scene.owner.get(f"accounts/{scene.other}/")["epoch"] == 1
    assert scene.owner.get(f"alerts/{scene.objects['alerts']}/")["name"] == "Refused"
    assert scene.owner.get(f"alerts/events/{scene.objects['alerts/events']}/")["acknowledged_at"] is None
    assert scene.owner.get(f"reports/{scene.objects['reports']}/")["kind"] == "statement"
    assert scene.owner.get(f"reports/schedules/{scene.objects['reports/schedules']}/")["enabled"] is True


@pytest.mark.parametrize("path", LISTS)
def test_lists_are_those_of_the_keys_own_account(scene: Scene, path: str) -> None:
    mine = scene.bound.get(path)
    assert mine.status_code == 200, mine.text
    assert mine.json()["data"] == scene.bound.get(path, headers={"X-Account": scene.mine}).json()["data"]
    assert not any(each in mine.text for each in scene.objects.values())


def test_the_accounts_there_are_is_the_one(scene: Scene) -> None:
    assert [each["id"] for each in scene.bound.get("/api/v1/accounts/").json()["data"]["items"]] == [scene.mine]


def test_a_job_that_it_starts_belongs_to_its_account(scene: Scene) -> None:
    answer = scene.bound.post(
        "/api/v1/datasets/?wait=20",
        data={"symbol": "NEW-USD", "interval": "1m", "kind": "candles"},
        files={"file": ("bars.csv", BARS.replace("2.5", "2.6"))},
    )
    assert answer.status_code == 202, answer.text
    job = answer.json()["data"]["id"]
    assert scene.bound.get(f"/api/v1/jobs/{job}/").status_code == 200
    with pytest.raises(Refused) as refused:
        scene.owner.get(f"jobs/{job}/")
    assert refused.value.status == 404


def test_no_comparison_shows_what_belongs_to_others(scene: Scene) -> None:
    asked = {"kind": "comparison", "format": "json", "accounts": [scene.mine, scene.other]}
    assert code_of(scene.bound.post("/api/v1/reports/", json=asked)) == (404, "UNKNOWN_ACCOUNT")
    every_day = {**asked, "every": "daily"}
    assert code_of(scene.bound.post("/api/v1/reports/schedules/", json=every_day)) == (404, "UNKNOWN_ACCOUNT")


@pytest.mark.parametrize(("method", "path"), WRITES, ids=named(WRITES))
def test_no_write_is_for_who_only_reads(method: str, path: str) -> None:
    assert SCHEMA["paths"][path][method.lower()]["x-scope"] in ("trade", "admin")


@pytest.mark.parametrize("what", ["halt", "resume"])
def test_it_halts_and_resumes_its_own_account_and_never_all_of_them(scene: Scene, what: str) -> None:
    own = scene.bound.post(f"/api/v1/risk/{what}/", json={"reason": "Mine."})
    assert (own.status_code, own.json()["data"]["account"]) == (200, scene.mine)
    refused = scene.bound.post(f"/api/v1/risk/{what}/", json={"scope": "all", "reason": "Everybody's."})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "FORBIDDEN")
    assert scene.owner.get("risk/")["global_state"]["state"] == "ACTIVE"
