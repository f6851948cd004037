"""Rehearsals: what happens in one is seen there alone, is the same again with the same seed, and is gone at its end."""

import asyncio
import gc
import weakref

import pytest

from kit.clock import iso_from_ns, ns_from_iso
from markets import services as markets
from streams.hub import HUB
from streams.operations import REGISTRY, OperationAnswer
from trading.rehearsals import services as rehearsals
from trading.services import get_desk

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/api/v1/rehearsals/"
DEADLINE_S = 20
HOUR_NS = 3_600 * 10**9
BUY = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.5"}


@pytest.fixture(autouse=True)
async def no_rehearsal_is_left(desk):
    yield
    await rehearsals.end_all()


@pytest.fixture
def rehearse(client):
    """Opens a rehearsal, paused unless said otherwise, and gives its header."""

    async def post(**wish):
        answer = await client.post(PATH, json={"paused": True, "seed": 5, **wish})
        assert answer.status == 201, answer.json()
        return {"X-Rehearsal": answer.data["id"]}

    return post


@pytest.fixture
def step(client):
    """Takes rounds of a rehearsal's feed."""

    async def post(header, steps=1):
        answer = await client.post("/api/v1/feed/step/", json={"steps": steps}, headers=header)
        assert answer.status == 200, answer.json()

    return post


async def get(client, path, header=None):
    return (await client.get(f"/api/v1/{path}", headers=header or {})).data


async def test_one_is_opened_with_its_own_account_listed_and_ended(client, rehearse):
    account = {
        "type": "margin",
        "allow_short": True,
        "balances": {"USDT": "777"},
        "fees": {"maker_bps": 0, "taker_bps": 1},
    }
    header = await rehearse(name="Monday", speed=60, account=account)
    shown = await get(client, f"rehearsals/{header['X-Rehearsal']}/")
    assert (shown["name"], shown["status"], shown["source"], shown["speed"]) == ("Monday", "paused", "simulated", 60)
    assert (shown["accounts"], shown["orders"], shown["durable"]) == (1, 0, False)
    own = await get(client, "accounts/default/", header)
    assert (own["type"], own["equity"], own["allow_short"], own["fees"]["taker_bps"]) == (
        "margin",
        "777",
        True,
        1.0,
    )
    assert (await get(client, "accounts/default/"))["type"] == "cash"
    assert [one["id"] for one in (await get(client, "rehearsals/"))["items"]] == [shown["id"]]
    ended = await client.delete(f"{PATH}{shown['id']}/")
    assert (ended.status, ended.data["id"]) == (200, shown["id"])
    assert (await get(client, "rehearsals/"))["items"] == []
    for answer in (
        await client.get(f"{PATH}{shown['id']}/"),
        await client.delete(f"{PATH}{shown['id']}/"),
        await client.get("/api/v1/orders/", headers=header),
    ):
        assert (answer.status, answer.code) == (404, "NOT_FOUND")


async def test_an_order_in_one_is_in_no_other_and_not_in_the_main_exchange(client, desk, rehearse, step):
    one, other = await rehearse(), await rehearse(seed=6)
    await step(one)
    await step(other)
    prices = [(await get(client, "markets/BTC-USDT/ticker/", header))["last"] for header in (one, other)]
    assert prices[0] != prices[1]
    placed = await client.post("/api/v1/orders/", json=BUY, headers=one)
    assert (placed.status, placed.data["status"]) == (201, "filled")
    assert len((await get(client, "fills/", one))["items"]) >= 1
    assert (await get(client, "positions/BTC-USDT/", one))["quantity"] == "0.50000"
    for header in (other, {}):
        assert (await get(client, "orders/?status=all", header))["items"] == []
        assert (await get(client, "positions/", header))["items"] == []
    assert desk.exchange.orders == {} and desk.entries == 1
    assert (await client.get(f"/api/v1/orders/{placed.data['id']}/")).status == 404


async def test_batches_lists_halts_forks_and_resets_of_one_are_in_it_alone(client, desk, rehearse, step):
    header = await rehearse()
    await step(header)
    batch = {"orders": [BUY, {**BUY, "type": "limit", "price": "1000.00"}, {**BUY, "type": "limit"}]}
    answers = (await client.post("/api/v1/orders/batch/", json=batch, headers=header)).data["items"]
    assert [each["status"] for each in answers] == [201, 201, 400]
    told = await get(client, f"orders/{answers[0]['data']['id']}/explain/", header)
    assert [moment["event"] for moment in told["timeline"]][:2] == ["accepted", "filled"]
    bracket = {
        "type": "bracket",
        "symbol": "BTC-USDT",
        "side": "buy",
        "quantity": "0.01",
        "entry": {"price": "1000.00"},
        "take_profit": {"price": "900000.00"},
        "stop_loss": {"trail_percent": "2"},
    }
    assert (await client.post("/api/v1/order-lists/", json=bracket, headers=header)).status == 201
    halt = {"scope": "all", "reason": "Enough.", "close_positions": True}
    halted = (await client.post("/api/v1/risk/halt/", json=halt, headers=header)).data
    assert (halted["canceled_orders"], len(halted["closing_orders"])) == (4, 1)
    assert (await client.post("/api/v1/accounts/default/fork/", json={"id": "f"}, headers=header)).status == 201
    assert (await client.post("/api/v1/accounts/default/reset/", json={}, headers=header)).data["epoch"] == 2
    assert len((await get(client, "orders/?status=all&epoch=1", header))["items"]) == 6
    assert (await get(client, "risk/"))["state"] == "ACTIVE"
    assert [each["id"] for each in (await get(client, "accounts/"))["items"]] == ["default"]
    assert desk.exchange.orders == {} and desk.entries == 1


def main_feed():
    state = markets.FEED.state()
    return state.status, state.source, state.speed, state.beat, state.scenarios


async def test_its_feed_is_its_own(client, rehearse, step):
    header = await rehearse()
    before = main_feed()
    await client.put("/api/v1/feed/", json={"speed": 9}, headers=header)
    made = await client.post(
        "/api/v1/feed/scenarios/",
        json={"kind": "halt", "symbols": ["BTC-USDT"], "duration_seconds": 60},
        headers=header,
    )
    assert made.status == 201
    await step(header)
    assert (await client.post("/api/v1/orders/", json=BUY, headers=header)).code == "TRADING_HALTED"
    state = await get(client, "feed/", header)
    assert (state["speed"], state["position"]["index"], len(state["scenarios"])) == (9, 1, 1)
    assert main_feed() == before
    assert (await get(client, "markets/BTC-USDT/ticker/"))["last"] is None, "the main market has no price"


async def test_an_orders_time_is_that_of_its_own_market(client, rehearse, step):
    header = await rehearse()
    await step(header, 5)
    placed = await client.post("/api/v1/orders/", json=BUY, headers=header)
    assert placed.data["created_at"] == (await get(client, "feed/", header))["position"]["time"]


async def test_a_seek_in_one_minds_its_own_waiting_orders(client, rehearse, step, place):
    header = await rehearse()
    await step(header)
    time = (await get(client, "feed/", header))["position"]["time"]
    later = iso_from_ns(ns_from_iso(time) + HOUR_NS)
    await place(headers=header, price="100.00", quantity="1")
    assert (await client.post("/api/v1/feed/seek/", json={"time": later}, headers=header)).code == "OPEN_ORDERS"
    other = await rehearse()
    await step(other)
    assert (await client.post("/api/v1/feed/seek/", json={"time": later}, headers=other)).status == 200


async def test_the_same_key_in_two_rehearsals_is_two_orders_and_in_one_a_repeat(client, rehearse, step):
    headers = [await rehearse(), await rehearse()]
    for header in headers:
        await step(header)
    keyed = [{**header, "Idempotency-Key": "k1"} for header in headers]
    first, second, again = [await client.post("/api/v1/orders/", json=BUY, headers=one) for one in (*keyed, keyed[0])]
    assert first.data["id"] != second.data["id"]
    assert again.data["id"] == first.data["id"] and again.headers["idempotent-replayed"] == "true"


async def test_the_same_seed_scenarios_and_orders_give_the_same_fills(client, rehearse, step):
    crash = {"kind": "crash", "percent": 30, "duration_seconds": 30, "seed": 3}
    found = []
    for _ in range(2):
        header = await rehearse(scenarios=[crash])
        for _ in range(7):
            await step(header, 30)
            await client.post("/api/v1/orders/", json=BUY, headers=header)
        fills = (await get(client, "fills/?limit=1000", header))["items"]
        found.append([(fill["price"], fill["quantity"], fill["fee"]) for fill in fills])
    assert found[0] == found[1] and len(found[0]) >= 3


async def test_its_streams_are_its_own(client, rehearse, step, place):
    header = await rehearse()
    await step(header)
    async with client.websocket(f"/ws?rehearsal={header['X-Rehearsal']}") as inside, client.websocket("/ws") as outside:
        for socket in (inside, outside):
            await socket.send_json({"op": "subscribe", "id": 1, "channels": ["ticker:BTC-USDT", "orders", "feed"]})
        snapshots = {
            frame["channel"]: frame["data"]
            for frame in [await inside.receive_until(lambda frame: frame["type"] == "snapshot") for _ in range(3)]
        }
        assert snapshots["ticker:BTC-USDT"]["last"] is not None
        assert snapshots["feed"]["position"]["index"] == 1
        others = [await outside.receive_until(lambda frame: frame["type"] == "snapshot") for _ in range(3)]
        assert others[0]["data"]["last"] is None
        placed = await place(headers=header, price="100.00", quantity="1")
        told = await inside.receive_until(lambda frame: frame["type"] == "update" and frame["channel"] == "orders")
        assert told["data"]["id"] == placed.data["id"]
        main_order = (await place(price="100.00", quantity="1")).data
        heard = await outside.receive_until(lambda frame: frame["type"] == "update")
        assert (heard["channel"], heard["data"]["id"]) == ("orders", main_order["id"]), "it heard nothing of the other"
        await client.delete(f"{PATH}{header['X-Rehearsal']}/")
        last = await inside.receive_until(lambda frame: frame["type"] == "error")
        assert last["code"] == "REHEARSAL_ENDED"


async def test_a_socket_at_no_rehearsal_or_account_is_told_so(client, rehearse):
    header = await rehearse()
    for query in ("rehearsal=no-such", f"rehearsal={header['X-Rehearsal']}&account=nobody"):
        async with client.websocket(f"/ws?{query}") as socket:
            assert (await socket.receive_json())["code"] in ("NOT_FOUND", "UNKNOWN_ACCOUNT")


async def test_there_is_a_limit(client, rehearse):
    for _ in range(rehearsals.MAX_REHEARSALS):
        await rehearse()
    answer = await client.post(PATH, json={})
    assert (answer.status, answer.code) == (409, "TOO_MANY_REHEARSALS")


@pytest.mark.parametrize(
    ("wish", "status", "field"),
    [
        ({"source": "replay"}, 400, "dataset"),
        ({"source": "replay", "dataset": "no-such"}, 404, None),
        ({"source": "live"}, 400, "source"),
        ({"speed": -1}, 400, "speed"),
        ({"speed": 0.001}, 400, "speed"),
        ({"scenarios": [{"kind": "crash"}]}, 400, "percent"),
        ({"scenarios": [{"kind": "halt", "duration_seconds": 5, "symbols": ["NO-SUCH"]}]}, 404, None),
        ({"account": {"type": "cash", "allow_short": True}}, 400, "allow_short"),
        ({"account": {"balances": {"usdt!": "5"}}}, 400, "account"),
        ({"size": 5}, 400, "size"),
    ],
)
async def test_what_cannot_be_rehearsed_is_refused_and_leaves_nothing(client, wish, status, field):
    tasks = len(asyncio.all_tasks())
    answer = await client.post(PATH, json=wish)
    assert answer.status == status, answer.json()
    if field:
        assert any(name.partition(".")[0] == field for name in answer.details)
    assert (await get(client, "rehearsals/"))["items"] == []
    assert len(asyncio.all_tasks()) <= tasks


async def test_the_end_frees_everything(client, rehearse, step):
    tasks = len(asyncio.all_tasks())
    header = await rehearse()
    await step(header, 50)
    await client.post("/api/v1/orders/", json=BUY, headers=header)
    async with client.websocket(f"/ws?rehearsal={header['X-Rehearsal']}") as socket:
        await socket.send_json({"op": "subscribe", "id": 1, "channels": ["ticker:BTC-USDT", "orders"]})
        await socket.receive_until(lambda frame: frame["type"] == "snapshot")
    floor = weakref.ref(rehearsals._find(header["X-Rehearsal"]).floor)
    desk = weakref.ref(rehearsals._find(header["X-Rehearsal"]).desk)
    await client.delete(f"{PATH}{header['X-Rehearsal']}/")
    async with asyncio.timeout(DEADLINE_S):
        while floor() is not None or desk() is not None:
            await asyncio.sleep(0)
            gc.collect()
    assert len(asyncio.all_tasks()) <= tasks + 1, "the hub goes on watching for a moment"
    assert not any(live.place for live in HUB._live.values())


async def test_a_rehearsal_that_runs_moves_by_itself_beside_the_main_feed(client, rehearse):
    header = await rehearse(paused=False, speed=0)
    async with asyncio.timeout(DEADLINE_S):
        while (await get(client, "feed/", header))["position"]["index"] < 1_000:  # noqa: ASYNC110 (no event tells it)
            await asyncio.sleep(0)
    assert (await get(client, "feed/"))["status"] == "idle"


async def test_an_operation_of_its_socket_works_in_it(client, rehearse, place, monkeypatch):
    async def count_orders(params, account, key):
        return OperationAnswer(status=200, data=len(get_desk().exchange.orders))

    monkeypatch.setattr(REGISTRY, "_operations", {})
    REGISTRY.register("orders.count", count_orders, scope="read")
    header = await rehearse()
    await place(headers=header, price="100.00", quantity="1")
    counts = []
    for query in (f"?rehearsal={header['X-Rehearsal']}", ""):
        async with client.websocket(f"/ws{query}") as socket:
            await socket.send_json({"op": "orders.count", "id": 1, "params": {}})
            counts.append((await socket.receive_until(lambda frame: frame["type"] == "result"))["data"])
    assert counts == [1, 0]
