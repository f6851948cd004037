"""Accounts, balances and positions over REST."""

import pytest

from trading import services

ACCOUNTS = "/api/v1/accounts/"
BALANCES = "/api/v1/balances/"
POSITIONS = "/api/v1/positions/"


async def test_the_default_account_is_there_from_the_start(client, desk):
    account = (await client.get(f"{ACCOUNTS}default/")).data
    assert account == {
        "id": "default",
        "name": "Default",
        "type": "cash",
        "base_currency": "USDT",
        "equity": "100000",
        "cash": "100000",
        "buying_power": "100000",
        "allow_short": False,
        "allow_stale_prices": False,
        "fill_policy": "realistic",
        "fees": {"maker_bps": 2.0, "taker_bps": 5.0},
        "risk_state": "ACTIVE",
        "epoch": 1,
        "created_at": account["created_at"],
        "not_counted": ["USD", "EUR"],
        "margin": None,
        "fill_policy_numbers": None,
    }
    balances = (await client.get(BALANCES)).data["items"]
    assert balances == [
        {"asset": asset, "total": "100000", "available": "100000", "held": "0", "worth": worth}
        for asset, worth in (("USDT", "100000"), ("USD", None), ("EUR", None))
    ]
    assert (await client.get(ACCOUNTS)).data == {"items": [account], "next_cursor": None}


async def test_an_account_is_opened_as_asked(client, buy, set_price):
    answer = await client.post(
        ACCOUNTS,
        json={
            "id": "mine",
            "name": "My margin account",
            "type": "margin",
            "base_currency": "USD",
            "balances": {"USD": "2500.5", "EUR": "0"},
            "allow_short": True,
            "fees": {"maker_bps": 0, "taker_bps": 7.25},
        },
    )
    assert answer.status == 201
    account = answer.data
    assert account == (await client.get(f"{ACCOUNTS}mine/")).data
    assert (account["type"], account["allow_short"], account["cash"]) == ("margin", True, "2500.5")
    assert account["fees"] == {"maker_bps": 0.0, "taker_bps": 7.25}
    headers = {"X-Account": "mine"}
    assert [each["total"] for each in (await client.get(BALANCES, headers=headers)).data["items"]] == ["2500.5", "0"]


async def test_an_account_has_defaults(client, desk):
    account = (await client.post(ACCOUNTS, json={"name": "Plain"})).data
    assert len(account["id"]) == 36
    assert (account["type"], account["base_currency"], account["cash"]) == ("cash", "USDT", "100000")


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "VALIDATION_FAILED", "name"),
        ({"name": ""}, 400, "VALIDATION_FAILED", "name"),
        ({"name": "x" * 101}, 400, "VALIDATION_FAILED", "name"),
        ({"name": "x", "id": "a b"}, 400, "VALIDATION_FAILED", "id"),
        ({"name": "x", "id": "../etc"}, 400, "VALIDATION_FAILED", "id"),
        ({"name": "x", "type": "futures"}, 400, "VALIDATION_FAILED", "type"),
        ({"name": "x", "balances": {"USDT": "-1"}}, 400, "VALIDATION_FAILED", "balances.USDT"),
        ({"name": "x", "balances": {"USDT": "0.000000001"}}, 400, "VALIDATION_FAILED", "balances.USDT"),
        ({"name": "x", "balances": {"USDT": "10000000000.1"}}, 400, "VALIDATION_FAILED", "balances.USDT"),
        ({"name": "x", "balances": {"usdt": "1"}}, 400, "VALIDATION_FAILED", "balances"),
        ({"name": "x", "fees": {"maker_bps": 1, "taker_bps": 0.001}}, 400, "VALIDATION_FAILED", "fees.taker_bps"),
        ({"name": "x", "fees": {"maker_bps": -1, "taker_bps": 1}}, 400, "VALIDATION_FAILED", "fees.maker_bps"),
        ({"name": "x", "allow_short": True}, 400, "VALIDATION_FAILED", "allow_short"),
        ({"name": "x", "leverage": 2}, 400, "VALIDATION_FAILED", "leverage"),
        ({"name": "x", "id": "default"}, 409, "ACCOUNT_EXISTS", None),
    ],
)
async def test_a_malformed_account_is_refused(client, desk, body, status, code, field):
    answer = await client.post(ACCOUNTS, json=body)
    assert (answer.status, answer.code) == (status, code), answer.body
    assert field is None or list(answer.details) == [field]
    assert list(desk.exchange.accounts) == ["default"]


async def test_there_is_an_end_to_the_number_of_accounts(client, desk, monkeypatch):
    monkeypatch.setattr("trading.accounts.services.MAX_ACCOUNTS", 1)
    answer = await client.post(ACCOUNTS, json={"name": "One too many"})
    assert (answer.status, answer.code) == (422, "TOO_MANY_ACCOUNTS")


async def test_accounts_are_listed_newest_first_page_by_page(client, desk):
    for number in range(4):
        await client.post(ACCOUNTS, json={"id": f"a{number}", "name": "x"})
    first = (await client.get(ACCOUNTS, query={"limit": 3})).data
    assert [each["id"] for each in first["items"]] == ["a3", "a2", "a1"]
    rest = (await client.get(ACCOUNTS, query={"limit": 3, "cursor": first["next_cursor"]})).data
    assert [each["id"] for each in rest["items"]] == ["a0", "default"]
    assert rest["next_cursor"] is None
    assert (await client.get(ACCOUNTS, query={"cursor": "OTk5"})).code == "INVALID_CURSOR"


async def test_a_position_follows_the_price(client, buy, set_price):
    set_price(50_000)
    await buy(quantity="1.5")
    set_price(51_000)
    position = (await client.get(f"{POSITIONS}BTC-USDT/")).data
    assert position == {
        "symbol": "BTC-USDT",
        "side": "long",
        "quantity": "1.50000",
        "average_price": "50000.01333333",
        "mark_price": "51000.00",
        "market_value": "76500",
        "cost_basis": "75000.02",
        "unrealized_pnl": "1499.98",
        "realized_pnl": "0",
        "fees": "37.50001",
        "opened_at": position["opened_at"],
        "leverage": 1,
        "initial_margin": None,
        "maintenance_margin": None,
        "liquidation_price": None,
    }
    assert (await client.get(POSITIONS)).data["items"] == [position]
    account = (await client.get(f"{ACCOUNTS}default")).data
    assert (account["cash"], account["equity"]) == ("24962.47999", "101462.47999")


async def test_a_closed_position_is_flat_and_no_longer_listed(client, buy, set_price):
    set_price(50_000)
    await buy()
    set_price(51_000)
    answer = await client.delete(f"{POSITIONS}BTC-USDT/")
    assert answer.status == 200
    assert (answer.data["side"], answer.data["type"], answer.data["status"]) == ("sell", "market", "filled")
    position = (await client.get(f"{POSITIONS}BTC-USDT")).data
    assert (position["side"], position["quantity"], position["average_price"]) == ("flat", "0.00000", None)
    assert (position["realized_pnl"], position["opened_at"]) == ("9.9998", None)
    assert (await client.get(POSITIONS)).data["items"] == []
    assert (await client.delete(f"{POSITIONS}BTC-USDT/")).status == 404


@pytest.mark.parametrize(
    ("query", "left"),
    [({"quantity": "0.004"}, "0.00600"), ({"percent": "50"}, "0.00500"), ({"percent": "33.3"}, "0.00667")],
)
async def test_a_part_of_a_position_can_be_closed(client, buy, set_price, query, left):
    set_price(50_000)
    await buy()
    assert (await client.delete(f"{POSITIONS}BTC-USDT/", query=query)).status == 200
    assert (await client.get(f"{POSITIONS}BTC-USDT/")).data["quantity"] == left


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"quantity": "0.02"}, "quantity"),
        ({"quantity": "0.000001"}, "quantity"),
        ({"quantity": "0"}, "quantity"),
        ({"percent": "100.1"}, "percent"),
        ({"percent": "0.01"}, "percent"),
        ({"percent": "-5"}, "percent"),
        ({"percent": "50", "quantity": "0.001"}, "percent"),
    ],
)
async def test_what_is_no_part_of_a_position_is_refused(client, buy, set_price, query, field):
    set_price(50_000)
    await buy()
    answer = await client.delete(f"{POSITIONS}BTC-USDT/", query=query)
    assert (answer.status, list(answer.details)) == (400, [field])
    assert (await client.get(f"{POSITIONS}BTC-USDT/")).data["quantity"] == "0.01000"


async def test_a_short_position_is_closed_by_a_buy(client, buy, set_price):
    set_price(50_000)
    await client.post(ACCOUNTS, json={"id": "m", "name": "x", "type": "margin", "allow_short": True})
    headers = {"X-Account": "m"}
    assert (await buy(side="sell", headers=headers)).status == 201
    set_price(49_000)
    position = (await client.get(f"{POSITIONS}BTC-USDT/", headers=headers)).data
    assert (position["side"], position["quantity"], position["unrealized_pnl"]) == ("short", "0.01000", "9.9999")
    account = (await client.get(f"{ACCOUNTS}m/")).data
    assert account["equity"] == "100009.74990005"
    (usdt, btc) = (await client.get(BALANCES, headers=headers)).data["items"]
    assert (usdt["total"], btc["total"]) == ("100499.74990005", "-0.01")
    assert usdt["available"] == account["buying_power"] == "99519.74990005"
    answer = await client.delete(POSITIONS, headers=headers)
    assert [(each["side"], each["status"]) for each in answer.data["items"]] == [("buy", "filled")]


async def test_close_all_tells_which_position_would_not_close(client, place, buy, set_price, desk, make_update):
    set_price(50_000)
    await buy()
    await place(side="sell", price="60000")
    answer = await client.delete(POSITIONS)
    assert answer.status == 200
    assert [(each["status"], each["symbol"]) for each in answer.data["items"]] == [("rejected", "BTC-USDT")]
    assert "0 BTC is available" in answer.data["items"][0]["status_reason"]


async def test_a_symbol_that_was_never_traded_is_flat_and_one_that_does_not_exist_is_unknown(client, desk):
    assert (await client.get(f"{POSITIONS}ETH-USDT/")).data["side"] == "flat"
    answer = await client.get(f"{POSITIONS}NO-SUCH/")
    assert (answer.status, answer.code) == (404, "UNKNOWN_SYMBOL")
    answer = await client.get(POSITIONS, headers={"X-Account": "nobody"})
    assert (answer.status, answer.code) == (404, "UNKNOWN_ACCOUNT")


async def test_a_reset_begins_the_next_epoch(client, place, buy, set_price):
    set_price(50_000)
    await buy()
    resting = (await place()).data["id"]
    answer = await client.post(f"{ACCOUNTS}default/reset/")
    assert answer.status == 200
    assert (answer.data["epoch"], answer.data["equity"], answer.data["cash"]) == (2, "100000", "100000")
    assert (await client.get("/api/v1/orders/", query={"status": "all"})).data["items"] == []
    assert (await client.get(POSITIONS)).data["items"] == []
    assert (await client.delete(f"/api/v1/orders/{resting}/")).status == 409
    answer = await client.post(f"{ACCOUNTS}default/reset/", json={"balances": {"USD": "5"}})
    assert (await client.get(BALANCES)).data["items"] == [
        {"asset": "USD", "total": "5", "available": "5", "held": "0", "worth": None}
    ]
    assert (await client.post(f"{ACCOUNTS}nobody/reset/")).code == "UNKNOWN_ACCOUNT"
    assert (await client.post(f"{ACCOUNTS}default/reset/", json={"balances": {"USD": "-5"}})).status == 400


async def test_an_asset_without_a_price_is_valued_at_its_cost(client, buy, set_price, desk):
    set_price(50_000)
    await buy()
    desk.marks.clear()  # as after a restart, before the first price
    account = (await client.get(f"{ACCOUNTS}default/")).data
    assert account["equity"] == "99999.74999995"
    position = (await client.get(f"{POSITIONS}BTC-USDT/")).data
    assert (position["mark_price"], position["market_value"], position["unrealized_pnl"]) == (None, None, None)


async def test_an_asset_is_valued_the_other_way_round_too(client, desk, make_update):
    services.on_market(make_update(125_000, symbol="EUR-USD"))
    body = {"id": "eur", "name": "x", "base_currency": "EUR", "balances": {"EUR": "100", "USD": "125"}}
    assert (await client.post(ACCOUNTS, json=body)).data["equity"] == "200"
