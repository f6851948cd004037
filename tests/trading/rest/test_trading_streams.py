"""What a socket hears of an account: the objects of REST, in journal order, after they are durable."""

import asyncio
from collections import defaultdict

import pytest

from operations.metrics import exposition
from tests.asgi_client import AsgiClient
from trading import services

CHANNELS = ["orders", "fills", "positions", "balances"]


async def subscribe(socket, channels=tuple(CHANNELS)) -> dict:
    """Subscribe and return the snapshots by channel."""
    await socket.send_json({"op": "subscribe", "id": 1, "channels": list(channels)})
    assert (await socket.receive_json())["type"] == "ack"
    snapshots = [await socket.receive_json() for _ in channels]
    assert {frame["type"] for frame in snapshots} == {"snapshot"}
    return {frame["channel"]: frame for frame in snapshots}


async def updates(socket, count: int) -> dict[str, list]:
    """The next updates by channel, after checking that each channel's seq rises by one."""
    heard: dict[str, list] = defaultdict(list)
    for _ in range(count):
        frame = await socket.receive_until(lambda frame: frame["type"] != "heartbeat")
        assert frame["type"] == "update", frame
        heard[frame["channel"]].append(frame)
    return heard


async def test_snapshots_are_what_rest_answers(client, place, buy, set_price):
    set_price(50_000)
    await buy()
    await place(price="49000")
    async with client.websocket() as socket:
        snapshots = await subscribe(socket)
    for channel in CHANNELS:
        assert snapshots[channel]["data"] == (await client.get(f"/api/v1/{channel}/")).data["items"]


async def test_every_change_is_told_in_order_as_rest_gives_it(client, place, buy, set_price):
    set_price(50_000)
    async with client.websocket() as socket:
        first = await subscribe(socket)
        order = (await buy(quantity="1.5")).data
        heard = await updates(socket, 6)
        told_order = heard["orders"][0]["data"]
        assert told_order == {name: value for name, value in order.items() if name != "fills"}
        assert [frame["data"] for frame in heard["fills"]] == order["fills"]
        assert [frame["data"] for frame in heard["positions"]] == [
            (await client.get("/api/v1/positions/BTC-USDT/")).data
        ]
        by_asset = {each["asset"]: each for each in (await client.get("/api/v1/balances/")).data["items"]}
        assert [frame["data"] for frame in heard["balances"]] == [by_asset["USDT"], by_asset["BTC"]]
        assert heard["orders"][0]["seq"] == first["orders"]["seq"] + 1
        assert [frame["seq"] for frame in heard["fills"]] == [first["fills"]["seq"] + 1, first["fills"]["seq"] + 2]

        resting = (await place(price="49000")).data
        heard = await updates(socket, 2)
        assert heard["orders"][0]["data"]["id"] == resting["id"]
        set_price(48_000, from_ticks=5_000_000, time_ns=10)
        heard = await updates(socket, 5)
        assert [(f["data"]["id"], f["data"]["status"]) for f in heard["orders"]] == [(resting["id"], "filled")]
        assert heard["fills"][0]["data"]["liquidity"] == "maker"


async def test_a_hundred_orders_at_once_are_heard_in_journal_order(app, client, place, desk):
    async with client.websocket() as socket:
        snapshot = (await subscribe(socket, ["orders"]))["orders"]
        answers = await asyncio.gather(
            *(place(by=AsgiClient(app), price=f"{10_000 + number}") for number in range(100))
        )
        frames = (await updates(socket, 100))["orders"]
    assert [frame["seq"] for frame in frames] == list(range(snapshot["seq"] + 1, snapshot["seq"] + 101))
    assert [frame["data"]["id"] for frame in frames] == list(desk.exchange.orders)
    assert {answer.data["id"] for answer in answers} == set(desk.exchange.orders)


async def test_another_account_hears_nothing(client, place, desk):
    await client.post("/api/v1/accounts/", json={"id": "b", "name": "b"})
    async with client.websocket("/ws?account=b") as socket:
        await subscribe(socket)
        await place()
        mine = (await place(headers={"X-Account": "b"})).data
        heard = await updates(socket, 2)
    assert [frame["data"]["id"] for frame in heard["orders"]] == [mine["id"]]


async def test_an_unknown_account_has_no_streams(client, desk):
    async with client.websocket("/ws?account=nobody") as socket:
        await socket.send_json({"op": "subscribe", "id": 1, "channels": ["orders"]})
        frame = await socket.receive_until(lambda frame: frame["type"] == "error")
    assert frame["code"] == "UNKNOWN_ACCOUNT"


async def test_nothing_is_told_that_was_not_written(client, place, desk, store):
    async with client.websocket() as socket:
        await subscribe(socket, ["orders", "balances"])
        store.fail_before_write = True
        store.may_reopen.clear()
        assert (await place()).status == 503
        store.fail_before_write = False
        store.may_reopen.set()
        await desk.wait_for_recovery()
        order = (await place()).data
        heard = await updates(socket, 2)
    assert [frame["data"]["id"] for frame in heard["orders"]] == [order["id"]]
    assert [frame["data"]["held"] for frame in heard["balances"]] == ["500.25"]


async def test_what_was_written_although_the_disk_failed_is_told_once_it_is_known(client, place, desk, store):
    async with client.websocket() as socket:
        await subscribe(socket, ["orders"])
        store.fail_after_commit = True
        store.may_reopen.clear()
        assert (await place()).status == 503
        store.fail_after_commit = False
        store.may_reopen.set()
        await desk.wait_for_recovery()
        heard = await updates(socket, 1)
    assert [frame["data"]["id"] for frame in heard["orders"]] == list(desk.exchange.orders)


async def test_a_reset_is_told(client, buy, set_price):
    set_price(50_000)
    await buy()
    async with client.websocket() as socket:
        await subscribe(socket)
        await client.post("/api/v1/accounts/default/reset/", json={"balances": {"USDT": "7"}})
        heard = await updates(socket, 5)
    assert {f["data"]["asset"]: f["data"]["total"] for f in heard["balances"]} == {
        "USDT": "7", "BTC": "0", "USD": "0", "EUR": "0",
    }  # fmt: skip
    assert [f["data"]["side"] for f in heard["positions"]] == ["flat"]


@pytest.mark.parametrize(
    ("metric", "value"), [('sandbar_orders_total{outcome="accepted",side="buy",type="limit"}', 1.0)]
)
async def test_orders_and_fills_are_counted(client, place, buy, set_price, metric, value):
    def read() -> dict[str, float]:
        lines = [line.rsplit(" ", 1) for line in exposition().decode().splitlines() if not line.startswith("#")]
        return {name: float(number) for name, number in lines}

    before = read()
    set_price(50_000)
    await buy()
    order = (await place(price="49000")).data
    await client.delete(f"/api/v1/orders/{order['id']}/")
    await place(quantity="9")
    counted = {name: number - before.get(name, 0.0) for name, number in read().items() if name.startswith("sandbar_")}
    assert counted[metric] == value
    assert counted['sandbar_orders_total{outcome="accepted",side="buy",type="market"}'] == 1
    assert counted['sandbar_orders_total{outcome="filled",side="buy",type="market"}'] == 1
    assert counted['sandbar_orders_total{outcome="canceled",side="buy",type="limit"}'] == 1
    assert counted['sandbar_orders_total{outcome="rejected",side="buy",type="limit"}'] == 1
    assert counted['sandbar_fills_total{liquidity="taker",side="buy"}'] == 1
    assert counted['sandbar_fill_market_seconds_count{type="market"}'] == 1
    assert counted['sandbar_fill_wall_seconds_count{type="market"}'] == 1
    assert counted['sandbar_exchange_apply_seconds_count{command="place_order"}'] == 3
    assert counted["sandbar_journal_commit_seconds_count"] >= 1
    assert counted["sandbar_journal_batch_size_sum"] == 4


async def test_without_an_exchange_there_are_no_private_streams(client):
    assert services.find_desk() is None
    async with client.websocket() as socket:
        await socket.send_json({"op": "subscribe", "id": 1, "channels": ["orders"]})
        frame = await socket.receive_until(lambda frame: frame["type"] == "error")
    assert frame["code"] == "UNAVAILABLE"
