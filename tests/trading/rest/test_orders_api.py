"""Orders over REST: what is accepted, what is refused and in which words, and how they read back."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.asgi_client import AsgiClient
from trading import services

ORDERS = "/api/v1/orders/"
FILLS = "/api/v1/fills/"


async def test_a_limit_order_rests_and_holds_what_it_may_cost(client, place):
    answer = await place(client_order_id="mine-1")
    assert answer.status == 201
    order = answer.data
    assert order == {
        "id": order["id"],
        "account": "default",
        "symbol": "BTC-USDT",
        "side": "buy",
        "type": "limit",
        "status": "open",
        "status_reason": None,
        "quantity": "0.01000",
        "notional": None,
        "filled_quantity": "0.00000",
        "remaining_quantity": "0.01000",
        "price": "50000.00",
        "stop_price": None,
        "average_price": None,
        "time_in_force": "gtc",
        "post_only": False,
        "client_order_id": "mine-1",
        "fees": [],
        "order_list_id": None,
        "fill_policy": "realistic",
        "created_at": order["created_at"],
        "updated_at": order["created_at"],
        "replaced_at": None,
        "expires_at": None,
        "trail_amount": None,
        "trail_percent": None,
        "limit_offset": None,
        "watermark": None,
        "reduce_only": False,
        "display_quantity": None,
        "fills": [],
    }
    balances = {each["asset"]: each for each in (await client.get("/api/v1/balances/")).data["items"]}
    assert balances["USDT"] == {
        "asset": "USDT",
        "total": "100000",
        "available": "99499.75",
        "held": "500.25",
        "worth": "100000",
    }


async def test_a_market_order_walks_the_depth_and_answers_with_its_fills(client, buy, set_price):
    set_price(50_000)
    answer = await buy(quantity="1.5")
    assert answer.status == 201
    order = answer.data
    assert (order["status"], order["time_in_force"]) == ("filled", "ioc")
    assert [(fill["price"], fill["quantity"]) for fill in order["fills"]] == [
        ("50000.01", "1.00000"),
        ("50000.02", "0.50000"),
    ]
    assert order["average_price"] == "50000.01333333"
    assert order["fees"] == [{"asset": "USDT", "amount": "37.50001"}]
    first = order["fills"][0]
    assert first == {
        "id": f"{order['id']}-1",
        "order_id": order["id"],
        "account": "default",
        "symbol": "BTC-USDT",
        "side": "buy",
        "price": "50000.01",
        "quantity": "1.00000",
        "fee": "25.000005",
        "fee_asset": "USDT",
        "liquidity": "taker",
        "time": first["time"],
    }
    listed = (await client.get(FILLS)).data["items"]
    assert listed == order["fills"][::-1]


async def test_an_order_that_was_placed_reads_back_the_same(client, place, buy, set_price):
    set_price(60_000)
    for answer in (await place(), await buy(), await place(type="stop", price=None, stop_price="61000.00")):
        placed = answer.data
        read = (await client.get(f"{ORDERS}{placed['id']}/")).data
        assert read == {name: value for name, value in placed.items() if name != "fills"}


async def test_a_stop_waits_for_its_price(client, place, set_price):
    set_price(50_000)
    order = (await place(type="stop_limit", stop_price="51000", price="51010")).data
    assert (order["status"], order["stop_price"]) == ("pending", "51000.00")
    set_price(51_000, from_ticks=5_000_000)
    await settled()
    order = (await client.get(f"{ORDERS}{order['id']}")).data
    assert order["status"] == "filled"


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"quantity": "0.000001"}, "quantity", "Must be a multiple of the lot size 0.00001."),
        ({"price": "50000.001"}, "price", "Must be a multiple of the tick size 0.01."),
        ({"quantity": "0"}, "quantity", "Must be greater than 0."),
        ({"quantity": "0.0000"}, "quantity", "Must be greater than 0."),
        ({"quantity": "-1"}, "quantity", "Must be greater than 0."),
        ({"price": "-1"}, "price", "Must be greater than 0."),
        ({"quantity": "1_000"}, "quantity", None),
        ({"quantity": "1E+1000000"}, "quantity", None),
        ({"quantity": "1e2"}, "quantity", None),
        ({"quantity": "١"}, "quantity", None),
        ({"quantity": " 1"}, "quantity", None),
        ({"quantity": "0." + "0" * 29 + "1"}, "quantity", None),
        ({"quantity": "9" * 19}, "quantity", None),
        ({"quantity": "999999999999999999"}, "quantity", "Is too large."),
        ({"price": "999999999999999999"}, "price", "Is too large."),
        ({"quantity": "NaN"}, "quantity", None),
        ({"quantity": True}, "quantity", None),
        ({"quantity": ["1"]}, "quantity", None),
        ({"quantity": None}, "quantity", "Give either quantity or notional."),
        ({"type": "market", "price": None, "notional": "100"}, "quantity", "Give either quantity or notional."),
        ({"quantity": None, "notional": "100"}, "notional", "Only a market order can be sized by notional."),
        (
            {"quantity": None, "notional": "0.000000001", "type": "market", "price": None},
            "notional",
            "Must have at most 8 digits after the point.",
        ),
        ({"price": None}, "price", "A limit order needs it."),
        ({"type": "market"}, "price", "A market order takes none."),
        ({"type": "market", "price": None, "stop_price": "1"}, "stop_price", "A market order takes none."),
        ({"type": "stop", "price": None}, "stop_price", "A stop order needs it."),
        ({"type": "market", "price": None, "time_in_force": "gtc"}, "time_in_force", None),
        ({"post_only": True, "time_in_force": "ioc"}, "post_only", None),
        ({"side": "hold"}, "side", None),
        ({"type": "iceberg"}, "type", None),
        ({"time_in_force": "gtx"}, "time_in_force", None),
        ({"time_in_force": "gtd"}, "expires_at", "A gtd order needs it."),
        ({"time_in_force": "gtd", "expires_at": "2020-01-01T00:00:00Z"}, "expires_at", None),
        ({"time_in_force": "gtd", "expires_at": "2026-13-01"}, "expires_at", None),
        ({"time_in_force": "gtd", "expires_at": "soon"}, "expires_at", None),
        ({"type": "trailing_stop", "price": None}, "trail_amount", None),
        ({"type": "trailing_stop", "price": None, "trail_amount": "0.001"}, "trail_amount", None),
        ({"type": "trailing_stop", "price": None, "trail_percent": "0.00001"}, "trail_percent", None),
        ({"type": "trailing_stop", "price": None, "trail_percent": "100"}, "trail_percent", "Must be less than 100."),
        ({"type": "take_profit", "price": None}, "stop_price", "A take_profit order needs it."),
        ({"display_quantity": "0.02"}, "display_quantity", "Must not be more than the quantity."),
        ({"limit_offset": "1"}, "limit_offset", "A limit order takes none."),
        ({"reduce_only": "yes"}, "reduce_only", None),
        ({"symbol": "BTC"}, "symbol", None),
        ({"symbol": "BTC-USDT; DROP TABLE"}, "symbol", None),
        ({"client_order_id": "x" * 65}, "client_order_id", None),
        ({"client_order_id": ""}, "client_order_id", None),
        ({"client_order_id": "two words"}, "client_order_id", None),
        ({"leverage": "10"}, "leverage", None),
    ],
)
async def test_a_malformed_order_is_refused_by_field_and_leaves_nothing(client, place, desk, changes, field, message):
    before = desk.exchange.state_hash()
    answer = await place(**changes)
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED"), answer.body
    assert list(answer.details) == [field]
    if message is not None:
        assert answer.details[field] == [message]
    assert desk.exchange.state_hash() == before
    assert (await client.get(ORDERS, query={"status": "all"})).data["items"] == []


@pytest.mark.parametrize("text", ["nul\x00", "\ud800"])
async def test_text_that_is_no_text_is_refused(client, place, text):
    answer = await place(client_order_id=text)
    assert (answer.status, answer.code) == (400, "MALFORMED_JSON")
    assert (await client.get(ORDERS, query={"status": "all"})).data["items"] == []


async def test_all_fields_that_are_wrong_are_named_at_once(place):
    answer = await place(quantity="0.000001", price="0.001")
    assert set(answer.details) == {"quantity", "price"}


async def test_a_json_number_is_taken_when_it_is_exact(place):
    order = (await place(quantity=0.01, price=50000)).data
    assert (order["quantity"], order["price"]) == ("0.01000", "50000.00")


async def test_an_unknown_symbol_or_account_is_not_found(place):
    answer = await place(symbol="DOGE-USDT")
    assert (answer.status, answer.code) == (404, "UNKNOWN_SYMBOL")
    answer = await place(headers={"X-Account": "nobody"})
    assert (answer.status, answer.code) == (404, "UNKNOWN_ACCOUNT")


@pytest.mark.parametrize(
    ("changes", "code", "named"),
    [
        ({"quantity": "3"}, "INSUFFICIENT_BALANCE", {"asset": "USDT", "available": "100000"}),
        ({"side": "sell"}, "INSUFFICIENT_BALANCE", {"asset": "BTC", "available": "0"}),
        ({"quantity": "0.00001", "price": "100"}, "MIN_NOTIONAL", {"min_notional": "5"}),
        ({"price": "50001", "post_only": True}, "WOULD_TAKE", {"price": "50000.01"}),
        ({"quantity": "1.5", "price": "50000.01", "time_in_force": "fok"}, "UNFILLABLE", {"fillable": "1.00000"}),
        ({"symbol": "ETH-USDT", "type": "market", "price": None}, "NO_MARKET_PRICE", {}),
    ],
)
async def test_a_refused_order_is_kept_as_rejected(client, place, set_price, changes, code, named):
    set_price(50_000)
    answer = await place(**changes)
    assert (answer.status, answer.code) == (422, code)
    assert named.items() <= answer.details.items()
    order = (await client.get(f"{ORDERS}{answer.details['order_id']}/")).data
    assert order["status"] == "rejected"
    assert order["status_reason"] == answer.json()["message"]
    assert [each["id"] for each in (await client.get(ORDERS, query={"status": "closed"})).data["items"]] == [
        order["id"]
    ]
    assert (await client.get(ORDERS)).data["items"] == []


async def test_a_client_order_id_is_used_once_for_ever(client, place):
    first = (await place(client_order_id="once")).data
    answer = await place(client_order_id="once", price="49000")
    assert (answer.status, answer.code) == (409, "DUPLICATE_CLIENT_ORDER_ID")
    assert answer.details == {"order_id": first["id"]}
    await client.delete(f"{ORDERS}{first['id']}/")
    assert (await place(client_order_id="once")).status == 409


async def test_cancelling_ends_an_order_once(client, place):
    order = (await place()).data
    canceled = (await client.delete(f"{ORDERS}{order['id']}/")).data
    assert (canceled["status"], canceled["remaining_quantity"]) == ("canceled", "0.01000")
    again = await client.delete(f"{ORDERS}{order['id']}/")
    assert (again.status, again.code) == (409, "ORDER_NOT_OPEN")
    unknown = await client.delete(f"{ORDERS}none/")
    assert (unknown.status, unknown.code) == (404, "NOT_FOUND")
    assert (await client.get("/api/v1/balances/")).data["items"][0]["held"] == "0"


async def test_cancel_all_ends_those_of_a_symbol_or_everything(client, place):
    bitcoin = [(await place()).data["id"], (await place()).data["id"]]
    ether = (await place(symbol="ETH-USDT", price="2000", quantity="1")).data["id"]
    answer = await client.delete(ORDERS, query={"symbol": "BTC-USDT"})
    assert answer.status == 200
    assert [(each["id"], each["status"]) for each in answer.data["items"]] == [
        (order_id, "canceled") for order_id in reversed(bitcoin)
    ]
    assert [each["id"] for each in (await client.get(ORDERS)).data["items"]] == [ether]
    assert [each["id"] for each in (await client.delete(ORDERS)).data["items"]] == [ether]
    assert (await client.delete(ORDERS)).data["items"] == []
    assert (await client.delete(ORDERS, query={"symbol": "NO-SUCH"})).code == "UNKNOWN_SYMBOL"


async def test_a_replacement_keeps_the_id(client, place):
    order = (await place()).data
    answer = await client.patch(f"{ORDERS}{order['id']}/", json={"quantity": "0.02", "price": "49000"})
    assert answer.status == 200
    changed = answer.data
    assert (changed["id"], changed["quantity"], changed["price"]) == (order["id"], "0.02000", "49000.00")
    assert changed["replaced_at"] == changed["updated_at"] is not None
    assert (await client.get("/api/v1/balances/")).data["items"][0]["held"] == "980.49"


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({}, 400, "VALIDATION_FAILED", None),
        ({"quantity": "0"}, 400, "VALIDATION_FAILED", "quantity"),
        ({"price": "1.001"}, 400, "VALIDATION_FAILED", "price"),
        ({"stop_price": "1"}, 400, "VALIDATION_FAILED", "stop_price"),
        ({"side": "sell"}, 400, "VALIDATION_FAILED", "side"),
        ({"quantity": "50"}, 422, "INSUFFICIENT_BALANCE", "required"),
    ],
)
async def test_a_refused_replacement_leaves_the_order_as_it_was(client, place, changes, status, code, field):
    order = (await place()).data
    answer = await client.patch(f"{ORDERS}{order['id']}/", json=changes)
    assert (answer.status, answer.code) == (status, code)
    assert field is None or field in answer.details
    read = (await client.get(f"{ORDERS}{order['id']}/")).data
    assert {**read, "fills": []} == order


async def test_an_ended_order_cannot_be_replaced(client, buy, set_price):
    set_price(50_000)
    order = (await buy()).data
    answer = await client.patch(f"{ORDERS}{order['id']}/", json={"quantity": "0.02"})
    assert (answer.status, answer.code) == (409, "ORDER_NOT_OPEN")
    assert (await client.patch(f"{ORDERS}none/", json={"quantity": "1"})).status == 404


async def test_another_accounts_order_does_not_exist(client, place):
    order = (await place()).data
    await client.post("/api/v1/accounts/", json={"id": "other", "name": "Other"})
    for method in ("GET", "DELETE"):
        answer = await client.request(method, f"{ORDERS}{order['id']}/", headers={"X-Account": "other"})
        assert answer.status == 404


async def test_the_list_is_filtered_and_paged_newest_first(client, place, desk):
    ids = [(await place(price=f"{40_000 + number}")).data["id"] for number in range(7)]
    await client.delete(f"{ORDERS}{ids[0]}/")
    seen: list[str] = []
    cursor = None
    for _ in range(4):
        page = (
            await client.get(ORDERS, query={"status": "all", "limit": 2} | ({"cursor": cursor} if cursor else {}))
        ).data
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        await place(price="30000")  # what comes in between does not shift the pages
    assert seen == ids[::-1]
    open_ids = [each["id"] for each in (await client.get(ORDERS, query={"limit": 1000})).data["items"]]
    assert open_ids[-6:] == ids[:0:-1]


async def test_the_list_knows_its_filters(client, place, set_price):
    set_price(50_000)
    bought = (await place(price="50001", client_order_id="a")).data
    sold = (await place(side="sell", price="60000", client_order_id="b")).data
    ether = (await place(symbol="ETH-USDT", price="2000", quantity="1")).data

    async def listed(**query):
        return [each["id"] for each in (await client.get(ORDERS, query=query)).data["items"]]

    assert await listed() == [ether["id"], sold["id"]]
    assert await listed(status="all") == [ether["id"], sold["id"], bought["id"]]
    assert await listed(status="closed") == [bought["id"]]
    assert await listed(symbol="ETH-USDT") == [ether["id"]]
    assert await listed(side="sell") == [sold["id"]]
    assert await listed(client_order_id="b") == [sold["id"]]
    assert await listed(status="all", client_order_id="a") == [bought["id"]]
    assert await listed(client_order_id="a") == []
    assert await listed(client_order_id="c") == []
    assert await listed(status="all", **{"from": sold["created_at"]}) == [ether["id"], sold["id"]]
    assert await listed(status="all", to=sold["created_at"]) == [bought["id"]]
    assert [each["order_id"] for each in (await client.get(FILLS, query={"order_id": bought["id"]})).data["items"]] == [
        bought["id"]
    ]
    assert (await client.get(FILLS, query={"symbol": "ETH-USDT"})).data["items"] == []


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"limit": "1000000000"}, "VALIDATION_FAILED", "limit"),
        ({"limit": "-1"}, "VALIDATION_FAILED", "limit"),
        ({"limit": "0"}, "VALIDATION_FAILED", "limit"),
        ({"status": "unknown"}, "VALIDATION_FAILED", "status"),
        ({"from": "2026-01-02", "to": "2026-01-01"}, "VALIDATION_FAILED", "from"),
        ({"from": "yesterday"}, "VALIDATION_FAILED", "from"),
        ({"symbol": "' OR 1=1 --"}, "VALIDATION_FAILED", "symbol"),
        ({"cursor": "nonsense"}, "INVALID_CURSOR", "cursor"),
        ({"cursor": "eyJlcG9jaCI6MSwiYmVmb3JlIjo5OTl9"}, "INVALID_CURSOR", None),
        ({"colour": "red"}, "VALIDATION_FAILED", "colour"),
    ],
)
async def test_a_malformed_list_query_is_refused(client, desk, query, code, field):
    answer = await client.get(ORDERS, query=query)
    assert (answer.status, answer.code) == (400, code)
    assert field is None or field in answer.details


@pytest.mark.parametrize("order_id", ["' OR 1=1 --", "..%2f..%2fetc", "{{7*7}}", "x" * 300, "%00", "0"])
async def test_a_hostile_id_is_not_found(client, desk, order_id):
    answer = await client.get(f"{ORDERS}{order_id}/")
    assert (answer.status, answer.code) == (404, "NOT_FOUND")


async def test_a_preview_says_what_would_happen_and_does_nothing(client, desk, set_price):
    set_price(50_000)
    before = desk.exchange.state_hash()
    order = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "1.5", "price": "50000.01"}
    answer = await client.post(f"{ORDERS}preview/", json=order)
    assert answer.status == 200
    assert answer.data == {
        "accepted": True,
        "code": None,
        "reason": None,
        "quantity": "1.50000",
        "fills": [
            {
                "price": "50000.01",
                "quantity": "1.00000",
                "fee": "25.000005",
                "fee_asset": "USDT",
                "reference_price": "50000.00",
                "spread_cost": "0.01",
                "slippage": "0.00",
            }
        ],
        "filled_quantity": "1.00000",
        "resting_quantity": "0.50000",
        "expired_quantity": "0.00000",
        "average_price": "50000.01",
        "reference_price": "50000.01",
        "slippage": "0",
        "fees": [{"asset": "USDT", "amount": "25.000005"}],
        "held": {"asset": "USDT", "amount": "25012.5050025"},
        "balances_after": [{"asset": "USDT", "total": "49974.989995"}, {"asset": "BTC", "total": "1"}],
        "fill_policy": "realistic",
        "queue_ahead": None,
        "latency_ms": 0.0,
    }
    assert desk.exchange.state_hash() == before


async def test_a_preview_of_an_order_that_would_be_refused_says_why(client, desk, set_price):
    set_price(50_000)
    order = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "2.9"}
    data = (await client.post(f"{ORDERS}preview/", json=order)).data
    assert (data["accepted"], data["code"], data["fills"]) == (False, "INSUFFICIENT_BALANCE", [])
    assert (await client.post(f"{ORDERS}preview/", json={**order, "quantity": "0.000001"})).status == 400
    assert (await client.get(ORDERS, query={"status": "all"})).data["items"] == []


async def test_a_notional_order_buys_what_the_money_pays(buy, set_price):
    set_price(50_000)
    order = (await buy(quantity=None, notional="1000")).data
    assert (order["status"], order["notional"], order["quantity"]) == ("filled", "1000", "0.01999")


async def test_trading_that_is_switched_off_says_so(client, settings):
    settings.SANDBOX_TRADING = False
    for path in (ORDERS, FILLS, "/api/v1/positions/", "/api/v1/balances/", "/api/v1/accounts/"):
        answer = await client.get(path)
        assert (answer.status, answer.code) == (503, "UNAVAILABLE")
        assert "SANDBOX_TRADING=0" in answer.json()["message"]


decimals = st.one_of(
    st.text(alphabet="0123456789.-+eE_ ٣", max_size=24),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.from_regex(r"[0-9]{1,20}(\.[0-9]{1,14})?", fullmatch=True),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(quantity=decimals, price=decimals)
async def test_any_text_for_a_number_is_an_order_or_a_refusal(app, place, desk, quantity, price):
    before = desk.exchange.state_hash()
    answer = await place(by=AsgiClient(app), quantity=quantity, price=price)
    if answer.status == 400:
        assert set(answer.details) <= {"quantity", "price"}
        assert desk.exchange.state_hash() == before
    elif answer.status == 201:
        assert Decimal(answer.data["quantity"]) == Decimal(quantity) > 0
        assert Decimal(answer.data["price"]) == Decimal(price) > 0
    else:
        assert (answer.status, answer.code) in {(422, "INSUFFICIENT_BALANCE"), (422, "MIN_NOTIONAL")}


async def settled() -> None:
    """Let what the market did become durable."""
    await services.get_desk().wait_until_durable()
