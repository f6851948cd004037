"""Orders over a socket: the same answers, refusals, keys and records as over REST, in the order in which they were sent."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.limits import REQUEST_TIMEOUT_S
from gateway.sockets import log_operations
from operations import metrics
from operations.audit import services as audit
from streams import operations
from tests.asgi_client import AsgiClient, AsgiSocket
from trading import services

ORDERS = "/api/v1/orders/"
ORDER = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "50000.00"}
PLENTY = 100_000


class Trader:
    """A client that trades over one socket."""

    def __init__(self, socket: AsgiSocket) -> None:
        self.socket = socket
        self._numbers = itertools.count(1)

    async def send(self, op: str, params: Any = None, **more: Any) -> int:
        """Ask for an operation, without waiting; its id."""
        number = next(self._numbers)
        await self.socket.send_json({"op": op, "id": number, "params": {} if params is None else params, **more})
        return number

    async def result(self) -> Any:
        """The next result."""
        return await self.socket.receive_until(lambda frame: frame["type"] == "result")

    async def ask(self, op: str, params: Any = None, **more: Any) -> Any:
        """Ask, and the result of it."""
        number = await self.send(op, params, **more)
        return await self.socket.receive_until(lambda frame: frame["type"] == "result" and frame["id"] == number)

    async def place(self, key: str | None = None, **changes: Any) -> Any:
        """Place an order: a limit that rests, unless said otherwise; None leaves a field out."""
        order = {name: value for name, value in {**ORDER, **changes}.items() if value is not None}
        return await self.ask("order.place", order, **({} if key is None else {"idempotency_key": key}))


@pytest.fixture
def trade(
    client: AsgiClient, desk: Any, tune: Callable[..., None]
) -> Callable[..., AbstractAsyncContextManager[Trader]]:
    """Opens a socket to trade over, at an address such as `?account=mine`, with as many messages as it likes."""
    tune("sockets.messages_per_second", PLENTY)
    tune("rate_limit.requests_per_second", 0)

    @asynccontextmanager
    async def open_socket(query: str = "", headers: dict[str, str] | None = None) -> AsyncIterator[Trader]:
        async with client.websocket(f"/ws{query}", headers=headers) as socket:
            yield Trader(socket)

    return open_socket


# What comes back -------------------------------------------------------------------------------------------------------


async def test_an_order_is_placed_replaced_and_canceled_and_answered_as_rest_would(client, trade, desk):
    async with trade() as trader:
        placed = await trader.place(client_order_id="mine")
        assert (placed["status"], placed["data"]["status"], placed["data"]["fills"]) == (201, "open", [])
        order_id = placed["data"]["id"]
        assert {name: value for name, value in placed["data"].items() if name != "fills"} == (
            await client.get(f"{ORDERS}{order_id}/")
        ).data
        replaced = await trader.ask("order.replace", {"order_id": order_id, "quantity": "0.02", "price": "49000.00"})
        assert (replaced["status"], replaced["data"]["quantity"], replaced["data"]["price"]) == (
            200,
            "0.02000",
            "49000.00",
        )
        assert replaced["data"] == (await client.get(f"{ORDERS}{order_id}/")).data
        canceled = await trader.ask("order.cancel", {"order_id": order_id})
        assert (canceled["status"], canceled["data"]["status"]) == (200, "canceled")
        assert canceled["data"] == (await client.get(f"{ORDERS}{order_id}/")).data
    assert len(desk.exchange.orders) == 1


async def test_a_market_order_brings_its_fills(trade, set_price):
    set_price(50_000)
    async with trade() as trader:
        result = await trader.place(type="market", price=None, quantity="1.5")
    assert [(fill["price"], fill["quantity"]) for fill in result["data"]["fills"]] == [
        ("50000.01", "1.00000"),
        ("50000.02", "0.50000"),
    ]


async def test_many_are_sent_without_waiting_and_happen_in_the_order_in_which_they_were_sent(trade, desk):
    async with trade() as trader:
        sent = [
            await trader.send(
                "order.place", {**ORDER, "price": f"{10_000 + number}.00", "client_order_id": str(number)}
            )
            for number in range(300)
        ]
        results = [await trader.result() for _ in sent]
    assert [order.client_order_id for order in desk.exchange.orders.values()] == [str(number) for number in range(300)]
    assert sorted(result["id"] for result in results) == sent
    assert {result["status"] for result in results} == {201}
    assert len({result["trace_id"] for result in results}) == 300
    assert desk.in_flight == 0


async def test_an_order_can_be_canceled_by_the_message_behind_it(trade, desk):
    async with trade() as trader:
        await trader.place(client_order_id="first")
        (order_id,) = desk.exchange.orders
        await trader.send("order.replace", {"order_id": order_id, "quantity": "0.03"})
        await trader.send("order.cancel", {"order_id": order_id})
        await trader.send("order.replace", {"order_id": order_id, "quantity": "0.04"})
        results = [await trader.result() for _ in range(3)]
    by_id = {result["id"]: result for result in results}
    assert [by_id[number]["status"] for number in (2, 3, 4)] == [200, 200, 409]
    assert by_id[4]["error"]["code"] == "ORDER_NOT_OPEN"


async def test_the_result_names_the_trace_id_that_the_journal_and_the_updates_have(trade, desk):
    async with trade() as trader:
        await trader.socket.send_json({"op": "subscribe", "id": "s", "channels": ["orders"]})
        await trader.socket.receive_until(lambda frame: frame["type"] == "snapshot")
        await trader.send("order.place", ORDER)
        update = await trader.socket.receive_until(lambda frame: frame["type"] in ("update", "result"))
        result = await trader.result()
    assert update["type"] == "update", "it is told to all before the answer"
    assert result["trace_id"] == update["trace_id"]


# What is refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "params", "details"),
    [
        ("order.place", {**ORDER, "colour": "red"}, {"colour": ["Unknown field."]}),
        ("order.place", {**ORDER, "order_id": "x"}, {"order_id": ["Unknown field."]}),
        (
            "order.place",
            {**ORDER, "quantity": "0.000001"},
            {"quantity": ["Must be a multiple of the lot size 0.00001."]},
        ),
        ("order.replace", {"quantity": "1"}, {"order_id": ["This field is required."]}),
        ("order.replace", {"order_id": "x", "side": "buy"}, {"side": ["Unknown field."]}),
        ("order.cancel", {"order_id": "x", "symbol": "BTC-USDT"}, {"symbol": ["Unknown field."]}),
        ("order.cancel", {}, {"order_id": ["This field is required."]}),
    ],
)
async def test_what_is_malformed_is_refused_by_field(trade, desk, op, params, details):
    async with trade() as trader:
        result = await trader.ask(op, params)
    assert (result["status"], result["error"]["code"]) == (400, "VALIDATION_FAILED")
    assert result["error"]["details"] == details
    assert result["error"]["message"]
    assert desk.exchange.orders == {}


@pytest.mark.parametrize("op", ["order.replace", "order.cancel"])
async def test_an_order_there_is_not_is_not_found(trade, op):
    async with trade() as trader:
        result = await trader.ask(op, {"order_id": "nobody's"})
    assert (result["status"], result["error"]["code"]) == (404, "NOT_FOUND")


async def test_a_field_of_the_frame_that_nobody_knows_is_refused_by_name(trade):
    async with trade() as trader:
        await trader.socket.send_json({"op": "order.place", "id": 9, "params": ORDER, "account": "other"})
        frame = await trader.socket.receive_until(lambda frame: frame.get("id") == 9)
    assert (frame["type"], frame["code"]) == ("error", "VALIDATION_FAILED")
    assert "account" in frame["message"]


async def test_an_operation_there_is_not_is_refused_with_those_there_are(trade):
    async with trade() as trader:
        await trader.socket.send_json({"op": "order.cancel_all", "id": 9})
        frame = await trader.socket.receive_until(lambda frame: frame.get("id") == 9)
    assert frame["code"] == "UNKNOWN_OPERATION"
    assert "order.cancel, order.place, order.replace" in frame["message"]


async def test_trading_that_is_off_or_has_no_disk_is_unavailable(trade, desk, store):
    async with trade() as trader:
        store.fail_before_write = True
        store.may_reopen.clear()
        refused = [await trader.place(key="k"), await trader.place()]
        store.fail_before_write = False
        store.may_reopen.set()
        await desk.wait_for_recovery()
        assert (await trader.place(key="k"))["status"] == 201
        holder, services._holder.desk = services._holder.desk, None
        refused.append(await trader.place())
        services._holder.desk = holder
    assert [(each["status"], each["error"]["code"]) for each in refused] == [
        (503, "JOURNAL_UNAVAILABLE"),
        (503, "JOURNAL_UNAVAILABLE"),
        (503, "UNAVAILABLE"),
    ]
    assert len(desk.exchange.orders) == 1


# The same as over REST -------------------------------------------------------------------------------------------------

numbers = st.one_of(
    st.sampled_from(
        ["0.01", "1", "50000.00", "49999.995", "0", "-1", "1e3", "", " 1", "12345678901234567890", "0.000001"]
    ),
    st.decimals(0, 100_000, places=2).map(str),
    st.sampled_from([1, 1.5, None, True, [], {}]),
)
orders = st.fixed_dictionaries(
    {},
    optional={
        "symbol": st.sampled_from(["BTC-USDT", "ETH-USDT", "NOT-HERE", "btc", 5]),
        "side": st.sampled_from(["buy", "sell", "hold", None]),
        "type": st.sampled_from(["limit", "market", "stop", "stop_limit", "iceberg"]),
        "quantity": numbers,
        "notional": numbers,
        "price": numbers,
        "stop_price": numbers,
        "time_in_force": st.sampled_from(["gtc", "ioc", "fok", "never"]),
        "post_only": st.sampled_from([True, False, "yes"]),
        "client_order_id": st.sampled_from(["a", "b", "has blank", ""]),
        "surprise": st.just(1),
    },
)
good_orders = st.fixed_dictionaries(
    {
        "symbol": st.just("BTC-USDT"),
        "side": st.sampled_from(["buy", "sell"]),
        "type": st.just("limit"),
        "quantity": st.sampled_from(["0.01", "0.5", "3"]),
        "price": st.sampled_from(["49999.00", "50000.00", "50001.00"]),
    },
    optional={"time_in_force": st.sampled_from(["gtc", "ioc", "fok"]), "post_only": st.booleans()},
)
changes = st.fixed_dictionaries({}, optional={"quantity": numbers, "price": numbers, "surprise": st.just(1)})


def told(answer: Any) -> Any:
    """What is compared: without what differs between two orders of two accounts by nature."""
    text = json.dumps(answer)
    value = json.loads(text)
    return _without(value, {"id", "order_id", "account", "created_at", "updated_at", "replaced_at", "time"})


def _without(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(below, names) for name, below in value.items() if name not in names}
    return [_without(below, names) for below in value] if isinstance(value, list) else value


def of_rest(answer: Any) -> Any:
    """Status and content of an answer of REST."""
    envelope = answer.json()
    if answer.status < 400:
        return answer.status, told(envelope["data"])
    return answer.status, told({**envelope["error"], "message": _nameless(envelope["message"])})


def of_socket(result: Any) -> Any:
    """The same of a result."""
    if result["status"] < 400:
        return result["status"], told(result["data"])
    return result["status"], told({**result["error"], "message": _nameless(result["error"]["message"])})


def _nameless(message: str) -> str:
    return message.replace("'socket'", "").replace("'rest'", "")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    placed=st.lists(st.one_of(good_orders, orders), min_size=1, max_size=4), changed=changes, with_keys=st.booleans()
)
async def test_generated_orders_are_answered_alike(client, trade, desk, set_price, placed, changed, with_keys):
    await _open_anew(client)
    set_price(50_000)
    async with trade("?account=socket") as trader:
        for number, order in enumerate(placed):
            set_price(50_000)
            key = {"Idempotency-Key": f"{id(placed)}-{number}"} if with_keys else {}
            by_rest = await client.post(ORDERS, json=order, headers={"X-Account": "rest", **key})
            set_price(50_000)
            more = {"idempotency_key": f"{id(placed)}-{number}"} if with_keys else {}
            by_socket = await trader.ask("order.place", order, **more)
            assert of_socket(by_socket) == of_rest(by_rest), order
            if by_rest.status != 201:
                continue
            by_rest = (
                await client.patch(f"{ORDERS}{by_rest.data['id']}/", json=changed, headers={"X-Account": "rest"}),
                await client.delete(f"{ORDERS}{by_rest.data['id']}/", headers={"X-Account": "rest"}),
            )
            order_id = by_socket["data"]["id"]
            by_socket = (
                await trader.ask("order.replace", {"order_id": order_id, **changed}),
                await trader.ask("order.cancel", {"order_id": order_id}),
            )
            assert [of_socket(each) for each in by_socket] == [of_rest(each) for each in by_rest], (order, changed)


async def _open_anew(client: AsgiClient) -> None:
    """Two accounts in the same state."""
    for name in ("rest", "socket"):
        if (await client.get(f"/api/v1/accounts/{name}/")).status == 404:
            balances = {"USDT": "100000", "BTC": "1"}
            await client.post("/api/v1/accounts/", json={"id": name, "name": name, "balances": balances})
        await client.post(f"/api/v1/accounts/{name}/reset/")


@pytest.mark.parametrize(
    "params",
    ["null", "[]", "5", '"text"', '{"symbol": "BTC-USDT", "symbol": "ETH-USDT"}', '{"quantity": "\\u0000"}', "{}"],
)
async def test_a_body_that_is_none_is_refused_alike(client, trade, params):
    by_rest = await client.post(ORDERS, body=params.encode(), headers={"Content-Type": "application/json"})
    async with trade() as trader:
        await trader.socket.send_text(f'{{"op": "order.place", "id": 1, "params": {params}}}')
        by_socket = await trader.result()
    assert of_socket(by_socket) == of_rest(by_rest)


async def test_a_refusal_is_recorded_as_rest_records_it(client, trade, desk, monkeypatch):
    recorded = []
    monkeypatch.setattr(audit.RECORDER, "record", recorded.append)
    for params, path, method, op in (
        ({"quantity": "1"}, "nobody's/", "PATCH", "order.replace"),
        ({}, "nobody's/", "DELETE", "order.cancel"),
        ({**ORDER, "side": "hold"}, "", "POST", "order.place"),
    ):
        await client.request(method, f"{ORDERS}{path}", json=params or None)
        async with trade() as trader:
            await trader.ask(op, {**params, **({"order_id": "nobody's"} if path else {})})
        by_rest, by_socket = recorded
        recorded.clear()
        for name in ("action", "account", "result", "status", "code", "actor", "subject"):
            assert getattr(by_socket, name) == getattr(by_rest, name), (op, name)
        assert by_socket.detail == {"over": "websocket", "operation": op}
        assert by_socket.trace_id


async def test_what_the_journal_has_is_not_recorded_again(trade, desk, monkeypatch):
    recorded = []
    monkeypatch.setattr(audit.RECORDER, "record", recorded.append)
    monkeypatch.setattr(audit.RECORDER, "record_durably", recorded.append)
    async with trade() as trader:
        placed = await trader.place()
        refused = await trader.place(quantity="9")
        await trader.ask("order.cancel", {"order_id": placed["data"]["id"]})
    assert refused["status"] == 422
    assert recorded == []


async def test_orders_are_counted_and_logged(trade, monkeypatch):
    monkeypatch.setattr(operations, "observer", None)
    lines = []
    monkeypatch.setattr("gateway.access_log.logs.writer_in_use", lambda: type("Lines", (), {"write": lines.append}))
    log_operations()
    placed = metrics.ORDERS.value("accepted", "buy", "limit")
    async with trade() as trader:
        result = await trader.place()
        await trader.place(side="hold")
    assert metrics.ORDERS.value("accepted", "buy", "limit") == placed + 1
    first, second = map(json.loads, lines)
    assert (first["method"], first["path"], first["status"]) == ("WS", "order.place", 201)
    assert (first["trace_id"], first["client"]) == (result["trace_id"], first["caller"])
    assert second["status"] == 400
    assert (
        'sandbar_socket_operation_seconds_count{operation="order.place",status="201"}' in metrics.exposition().decode()
    )


# Which account ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "headers"),
    [("?account=b", {}), ("", {"X-Account": "b"}), ("?account=b", {"X-Account": "b"})],
)
async def test_the_connection_says_whose_orders_they_are(client, trade, desk, query, headers):
    await client.post("/api/v1/accounts/", json={"id": "b", "name": "b"})
    async with trade(query, headers) as trader:
        result = await trader.place()
    assert result["data"]["account"] == "b"


async def test_an_address_and_a_header_that_disagree_are_refused(client, trade, desk):
    async with trade("?account=default", {"X-Account": "b"}) as trader:
        frame = await trader.socket.receive_until(lambda frame: frame["type"] == "error")
    assert (frame["code"], "X-Account" in frame["message"]) == ("VALIDATION_FAILED", True)


async def test_an_order_of_another_account_is_not_there(client, trade, place):
    order = (await place()).data
    await client.post("/api/v1/accounts/", json={"id": "b", "name": "b"})
    async with trade("?account=b") as trader:
        result = await trader.ask("order.cancel", {"order_id": order["id"]})
    assert (result["status"], result["error"]["code"]) == (404, "NOT_FOUND")


@pytest.mark.django_db(transaction=True)
async def test_a_rehearsals_socket_trades_in_it(client, trade, desk):
    opened = await client.post("/api/v1/rehearsals/", json={"paused": True, "seed": 5})
    header = {"X-Rehearsal": opened.data["id"]}
    for query, headers in ((f"?rehearsal={header['X-Rehearsal']}", {}), ("", header)):
        async with trade(query, headers) as trader:
            first = await trader.place(key="k", price="1000.00")
            again = await trader.place(key="k", price="1000.00")
        assert first["status"] == 201, first
        assert (again.get("data"), again.get("replayed")) == (first["data"], True), again
    assert (await client.get(ORDERS, headers=header)).data["items"] == [
        {name: value for name, value in first["data"].items() if name != "fills"}
    ]
    assert desk.exchange.orders == {}
    async with trade() as trader:
        assert (await trader.place(key="k", price="1000.00"))["status"] == 201, "a key belongs to the place"
    assert (await client.delete(f"/api/v1/rehearsals/{header['X-Rehearsal']}/")).status == 200


# Repeats ---------------------------------------------------------------------------------------------------------------


async def test_the_same_key_is_one_order_over_both_ways(client, trade, place, desk):
    first = await place(headers={"Idempotency-Key": "k1"})
    async with trade() as trader:
        again = await trader.place(key="k1")
        other = await trader.place(key="k2")
    assert (again["status"], again["data"], again["replayed"]) == (201, first.data, True)
    back = await place(headers={"Idempotency-Key": "k2"})
    assert (back.status, back.data, back.headers["idempotent-replayed"]) == (201, other["data"], "true")
    assert back.json()["trace_id"] == other["trace_id"]
    assert set(back.json()) == {"status", "data", "message", "timestamp", "trace_id", "execution_time_ms"}
    assert "replayed" not in other
    assert len(desk.exchange.orders) == 2


@pytest.mark.parametrize("dump", [json.dumps, lambda value: json.dumps(value, separators=(",", ":"))])
async def test_a_replace_and_a_cancel_with_a_key_are_the_same_write_over_both_ways(client, trade, place, desk, dump):
    order_id = (await place()).data["id"]
    path, change = f"{ORDERS}{order_id}/", {"quantity": "0.02", "price": "49000.00"}
    json_type = {"Content-Type": "application/json"}
    by_rest = await client.patch(path, body=dump(change).encode(), headers={"Idempotency-Key": "r", **json_type})
    async with trade() as trader:
        for params in ({"order_id": order_id, **change}, {**change, "order_id": order_id}):
            text = dump({"op": "order.replace", "id": 1, "params": params, "idempotency_key": "r"})
            await trader.socket.send_text(text)
            result = await trader.result()
            assert (result["status"], result.get("replayed"), result["data"]) == (200, True, by_rest.data)
        canceled = await trader.ask("order.cancel", {"order_id": order_id}, idempotency_key="c")
    again = await client.delete(path, headers={"Idempotency-Key": "c"})
    assert (again.status, again.data, again.headers["idempotent-replayed"]) == (200, canceled["data"], "true")


async def test_a_refusal_is_repeated_with_its_code_and_details(client, trade, place, desk):
    first = await place(headers={"Idempotency-Key": "k"}, quantity="5")
    async with trade() as trader:
        again = await trader.place(key="k", quantity="5")
        malformed = await trader.place(key="m", side="hold")
        malformed_again = await trader.place(key="m", side="hold")
    assert (again["status"], again["replayed"]) == (422, True)
    assert again["error"] == {**first.json()["error"], "message": first.json()["message"]}
    assert malformed_again["error"] == malformed["error"]
    assert (malformed["status"], malformed_again["replayed"]) == (400, True)
    assert len(desk.exchange.orders) == 1


async def test_a_key_belongs_to_one_write(trade, desk):
    async with trade() as trader:
        first = await trader.place(key="k")
        order_id = first["data"]["id"]
        others = [
            await trader.place(key="k", quantity="0.02"),
            await trader.ask("order.cancel", {"order_id": order_id}, idempotency_key="k"),
            await trader.ask("order.replace", {"order_id": order_id, **ORDER}, idempotency_key="k"),
        ]
    assert [(each["status"], each["error"]["code"]) for each in others] == [(422, "IDEMPOTENCY_MISMATCH")] * 3
    assert len(desk.exchange.orders) == 1


@pytest.mark.parametrize("key", ["x" * 256, "", "a\tb", "naïve"])
async def test_a_malformed_key_is_refused(trade, desk, key):
    async with trade() as trader:
        result = await trader.place(key=key)
    assert (result["status"], result["error"]["code"]) == (400, "INVALID_IDEMPOTENCY_KEY")
    assert desk.exchange.orders == {}


async def test_two_sockets_and_rest_with_one_key_at_once_are_one_order(client, trade, place, desk, store):
    store.may_write.clear()
    async with trade() as one, trade() as two:
        order = {"op": "order.place", "params": ORDER, "idempotency_key": "k"}
        for trader in (one, two, one):
            await trader.socket.send_json({**order, "id": 1})
        in_progress = [await two.result(), await one.result()]
        over_rest = await place(headers={"Idempotency-Key": "k"})
        store.may_write.set()
        first = await one.result()
        again = await two.place(key="k")
    assert [(each["status"], each["error"]["code"]) for each in in_progress] == [(409, "IDEMPOTENCY_IN_PROGRESS")] * 2
    assert over_rest.status == 409
    assert (first["status"], again["data"]) == (201, first["data"])
    assert len(desk.exchange.orders) == 1


async def test_a_kept_result_survives_a_crash_with_its_order(client, trade, place, desk, store):
    async with trade() as trader:
        first = await trader.place(key="k")
    store.close()  # the process is gone
    services._holder.desk = None
    services.TABLE.__init__()
    await services.start()
    async with trade() as trader:
        again = await trader.place(key="k")
    assert (again["status"], again["data"], again["replayed"]) == (201, first["data"], True)
    over_rest = await place(headers={"Idempotency-Key": "k"})
    assert (over_rest.data, over_rest.headers["idempotent-replayed"]) == (first["data"], "true")


# Who leaves, and who waits ---------------------------------------------------------------------------------------------


async def test_what_was_taken_is_carried_out_and_kept_although_its_client_left(trade, place, desk, store):
    store.may_write.clear()
    async with trade() as trader:
        await trader.send("order.place", ORDER, idempotency_key="k")
        await asyncio.to_thread(store.is_writing.wait, 10)
    store.may_write.set()
    await desk.wait_until_durable()
    again = await place(headers={"Idempotency-Key": "k"})
    assert (again.status, again.headers["idempotent-replayed"]) == (201, "true")
    assert [order.id for order in desk.exchange.orders.values()] == [again.data["id"]]


async def test_a_timeout_is_told_and_the_true_result_is_kept(trade, place, desk, store, monkeypatch):
    monkeypatch.setattr(operations, "timeout_s", lambda: REQUEST_TIMEOUT_S.value)
    REQUEST_TIMEOUT_S.override(0.05)
    store.may_write.clear()
    try:
        async with trade() as trader:
            late = await trader.place(key="k")
            in_progress = await trader.place(key="k")
            store.may_write.set()
            await desk.wait_until_durable()
            again = await trader.place(key="k")
    finally:
        REQUEST_TIMEOUT_S.override(None)
        store.may_write.set()
    assert (late["status"], late["error"]["code"]) == (504, "TIMEOUT")
    assert in_progress["error"]["code"] == "IDEMPOTENCY_IN_PROGRESS"
    assert (again["status"], again["replayed"]) == (201, True)
    assert len(desk.exchange.orders) == 1


async def test_an_order_that_ended_long_ago_is_looked_up_and_holds_nobody_up(trade, desk):
    desk.set_housekeeping(every_entries=PLENTY, kept_ended_orders=0)
    async with trade() as trader:
        ended = (await trader.place())["data"]["id"]
        await trader.ask("order.cancel", {"order_id": ended})
        desk._begin_housekeeping(desk.entries)
        await desk.wait_for_housekeeping()
        assert ended not in desk.exchange.orders
        old = await trader.send("order.cancel", {"order_id": ended})
        unknown = await trader.send("order.replace", {"order_id": "nobody's", "quantity": "1"})
        new = await trader.send("order.place", ORDER)
        results = {result["id"]: result for result in [await trader.result() for _ in range(3)]}
    assert (results[old]["status"], results[old]["error"]["code"]) == (409, "ORDER_NOT_OPEN")
    assert results[unknown]["status"] == 404
    assert results[new]["status"] == 201
