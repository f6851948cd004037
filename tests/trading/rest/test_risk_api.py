"""Risk over REST: limits, halts and resumes, what is exposed, how much of each limit is used."""

import pytest

from trading import services

pytestmark = pytest.mark.django_db(transaction=True)

RISK, LIMITS, HALT, RESUME = (f"/api/v1/risk/{path}" for path in ("", "limits/", "halt/", "resume/"))


@pytest.fixture
def limit(desk, client):
    """PUT the limits of the account `default`."""

    async def put(**limits):
        return await client.put(LIMITS, json=limits)

    return put


def use_of(answer, name):
    """The use of one limit."""
    return next(each for each in answer.data["limits"] if each["name"] == name)


async def test_an_account_begins_without_limits_of_its_own(desk, client):
    answer = (await client.get(LIMITS)).data
    assert answer["account"] == "default"
    assert {answer["own"][name] for name in answer["own"] if name.startswith(("max", "price"))} == {None}
    assert answer["installation"]["max_open_orders"] == answer["in_force"]["max_open_orders"] == 10_000
    assert (answer["own"]["on_breach"], answer["own"]["close_on_breach"]) == ("HALTED", False)


async def test_the_whole_set_is_replaced_and_told_as_it_was_given(limit, client):
    wanted = {
        "max_order_notional": "5000",
        "max_open_orders": 7,
        "price_collar_percent": "2.5",
        "max_leverage": "1.5",
        "max_daily_loss": "100.25",
        "max_drawdown_percent": "20",
        "restricted_symbols": ["ETH-USDT"],
        "symbols": [
            {
                "symbol": "BTC-USDT",
                "max_order_quantity": "0.5",
                "max_position_quantity": "1",
                "max_position_notional": "60000",
            }
        ],
        "on_breach": "REDUCING",
        "close_on_breach": True,
    }
    answer = await limit(**wanted)
    assert answer.status == 200
    assert {name: answer.data["own"][name] for name in wanted} == wanted
    assert (await client.get(LIMITS)).data == answer.data
    assert (await limit(max_open_orders=3)).data["own"]["max_leverage"] is None


async def test_what_the_installation_would_limit_is_told_beside_an_accounts_own(limit):
    answer = (await limit(max_open_orders=3)).data
    numbers = {name: answer[name]["max_open_orders"] for name in ("own", "installation", "in_force")}
    assert numbers == {"own": 3, "installation": 10_000, "in_force": 3}


async def test_a_wrong_limit_of_a_symbol_is_named_with_its_place(limit):
    symbols = [{"symbol": "ETH-USDT"}, {"symbol": "BTC-USDT", "max_order_quantity": "0.000000001"}]
    answer = await limit(symbols=symbols)
    assert (answer.status, list(answer.details)) == (400, ["symbols.1.max_order_quantity"])


@pytest.mark.parametrize(
    ("limits", "status", "field"),
    [
        ({"max_order_notional": "0"}, 400, "max_order_notional"),
        ({"max_order_notional": "-1"}, 400, "max_order_notional"),
        ({"max_daily_loss": "0.000000001"}, 400, "max_daily_loss"),
        ({"price_collar_percent": "0.00001"}, 400, "price_collar_percent"),
        ({"max_drawdown_percent": "100.1"}, 400, "max_drawdown_percent"),
        ({"max_leverage": "1000000000"}, 400, "max_leverage"),
        ({"max_orders_per_second": 0}, 400, "max_orders_per_second"),
        ({"on_breach": "ACTIVE"}, 400, "on_breach"),
        ({"symbols": [{"symbol": "BTC-USDT"}, {"symbol": "BTC-USDT"}]}, 400, "symbols"),
        ({"max_position": "1"}, 400, "max_position"),
    ],
)
async def test_a_wrong_limit_is_refused_by_its_name(limit, client, limits, status, field):
    answer = await limit(**limits)
    assert (answer.status, answer.code) == (status, "VALIDATION_FAILED")
    assert field in answer.details
    assert (await client.get(LIMITS)).data["own"]["max_daily_loss"] is None


async def test_limits_of_a_symbol_or_an_account_that_does_not_exist_are_not_found(limit, client):
    assert (await limit(restricted_symbols=["XYZ-USDT"])).code == "UNKNOWN_SYMBOL"
    answer = await client.put(LIMITS, json={}, headers={"X-Account": "nobody"})
    assert (answer.status, answer.code) == (404, "UNKNOWN_ACCOUNT")


async def test_an_order_beyond_a_limit_is_refused_and_kept(limit, place, set_price, client):
    set_price(50_000)
    await limit(price_collar_percent="1")
    refused = await place(price="49000")
    assert (refused.status, refused.code) == (422, "RISK_PRICE_COLLAR")
    assert (refused.details["distance_percent"], refused.details["limit"]) == ("2", "1")
    kept = (await client.get(f"/api/v1/orders/{refused.details['order_id']}/")).data
    assert (kept["status"], kept["status_reason"]) == ("rejected", refused.json()["message"])
    preview = await client.post(
        "/api/v1/orders/preview/",
        json={"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "49000"},
    )
    assert (preview.data["accepted"], preview.data["code"]) == (False, "RISK_PRICE_COLLAR")


async def test_a_halt_cancels_and_refuses_until_it_is_resumed(desk, client, place, set_price):
    set_price(50_000)
    resting = (await place(price="49000")).data
    halted = await client.post(HALT, json={"reason": "Looks wrong."})
    assert halted.status == 200
    assert (halted.data["state"], halted.data["canceled_orders"], halted.data["closing_orders"]) == ("HALTED", 1, [])
    assert (halted.data["scope"], halted.data["account"]) == ("account", "default")
    assert (await client.get(f"/api/v1/orders/{resting['id']}/")).data["status"] == "canceled"
    assert (await client.get("/api/v1/accounts/default/")).data["risk_state"] == "HALTED"
    refused = await place()
    assert (refused.status, refused.code) == (422, "TRADING_HALTED")
    assert refused.details["reason"] == "Looks wrong."
    assert refused.details["by"] == client.address
    assert (await client.post(RESUME, json={"reason": "It was a drill."})).data["state"] == "ACTIVE"
    assert (await place()).status == 201
    state = (await client.get(RISK)).data["account_state"]
    assert (state["state"], state["reason"], state["by"]) == ("ACTIVE", "It was a drill.", client.address)


async def test_everybody_is_halted_at_once_and_closed_out(desk, client, place, buy, set_price):
    set_price(50_000)
    await client.post("/api/v1/accounts/", json={"id": "b", "name": "b"})
    await buy()
    await place(price="49000", headers={"X-Account": "b"})
    halted = (await client.post(HALT, json={"scope": "all", "reason": "Fire.", "close_positions": True})).data
    assert (halted["scope"], halted["account"], halted["canceled_orders"]) == ("all", None, 1)
    assert len(halted["closing_orders"]) == 1
    assert (await client.get("/api/v1/positions/")).data["items"] == []
    for account in ("default", "b"):
        assert (await client.get(f"/api/v1/accounts/{account}/")).data["risk_state"] == "HALTED"
        assert (await place(headers={"X-Account": account})).code == "TRADING_HALTED"
    answer = (await client.get(RISK, headers={"X-Account": "b"})).data
    assert (answer["state"], answer["account_state"]["state"]) == ("HALTED", "ACTIVE")
    assert answer["global_state"]["reason"] == "Fire."
    await client.post(RESUME, json={"scope": "all", "reason": "Out."})
    assert (await place(headers={"X-Account": "b"})).status == 201


async def test_under_reducing_a_position_can_be_left(desk, client, buy, place, set_price):
    set_price(50_000)
    await buy()
    await client.post(HALT, json={"reason": "Slow.", "state": "REDUCING"})
    assert (await buy()).code == "RISK_REDUCING_ONLY"
    assert (await buy(side="sell", quantity="0.005")).status == 201
    assert (await client.delete("/api/v1/positions/BTC-USDT/")).status == 200


async def test_a_limit_that_is_too_large_is_refused_with_the_largest(desk, client):
    refused = await client.put(LIMITS, json={"max_drawdown_percent": "100.1"})
    assert refused.details == {"max_drawdown_percent": ["Must be at most 100."]}


async def test_an_order_that_closed_a_position_says_so_in_sentences_whatever_the_reason(desk, client, buy, set_price):
    set_price(50_000)
    await buy(quantity="0.01")
    (order_id,) = (await client.post(HALT, json={"reason": "fire", "close_positions": True})).data["closing_orders"]
    told = (await client.get(f"/api/v1/orders/{order_id}/explain/")).data
    assert told["order"]["status_reason"] == "It closes the position because trading was halted: fire"
    assert told["timeline"][0]["text"] == (
        "Placed: sell 0.01000 BTC, market, by the exchange itself. It closes the position because trading was halted: "
        "fire. 0.01 BTC are held for it."
    )


async def test_a_halt_needs_a_reason_and_a_known_account(desk, client):
    assert "reason" in (await client.post(HALT, json={})).details
    assert (await client.post(HALT, json={"reason": "x"}, headers={"X-Account": "nobody"})).code == "UNKNOWN_ACCOUNT"


async def test_what_is_exposed_is_told_in_the_base_currency(desk, client, buy, set_price):
    set_price(50_000)
    await buy(quantity="0.5")
    set_price(60_000)
    answer = (await client.get(RISK)).data
    exposure = answer["exposure"]
    assert (exposure["gross"], exposure["net"], exposure["long"], exposure["short"]) == ("30000", "30000", "30000", "0")
    assert answer["equity"] == (await client.get("/api/v1/accounts/default/")).data["equity"]
    (position,) = exposure["positions"]
    assert (position["symbol"], position["side"], position["quantity"], position["worth"]) == (
        "BTC-USDT", "long", "0.50000", "30000",
    )  # fmt: skip
    assert exposure["by_quote"] == [{"asset": "USDT", "gross": "30000", "net": "30000"}]
    assert float(exposure["leverage"]) == pytest.approx(30_000 / float(answer["equity"]), abs=2e-6)


async def test_the_use_of_each_limit_is_told_with_its_share(desk, client, limit, buy, place, set_price):
    set_price(50_000)
    await limit(
        max_open_orders=4,
        max_orders_per_second=10,
        max_position_notional="40000",
        max_leverage="0.5",
        max_concentration_percent="50",
        max_daily_loss="1000",
        max_drawdown_percent="10",
        symbols=[{"symbol": "BTC-USDT", "max_position_quantity": "0.8"}],
    )
    await buy(quantity="0.4")
    await place(quantity="0.1", price="49000")
    set_price(49_000)
    answer = await client.get(RISK)
    used = {each["name"]: (each["used"], each["symbol"]) for each in answer.data["limits"]}
    assert used["max_open_orders"] == ("1", None)
    assert used["max_orders_per_second"] == ("2", None)
    assert used["max_position_quantity"] == ("0.5", "BTC-USDT")
    assert use_of(answer, "max_position_quantity")["share_percent"] == "62.5"
    assert used["max_position_notional"] == ("24500", "BTC-USDT")
    equity = float(answer.data["equity"])
    assert float(used["max_daily_loss"][0]) == pytest.approx(100_000 - equity)
    assert float(used["max_leverage"][0]) == pytest.approx(24_500 / equity, abs=2e-6)
    assert float(used["max_concentration_percent"][0]) == pytest.approx(2_450_000 / equity, abs=2e-4)
    assert use_of(answer, "max_drawdown_percent")["own"] is True


async def test_what_cannot_be_valued_says_why(desk, client, buy, limit, set_price):
    set_price(50_000)
    await buy()
    await limit(max_leverage="1", max_daily_loss="1")
    desk.marks.clear()
    answer = await client.get(RISK)
    assert (answer.data["equity"], answer.data["exposure"]["gross"]) == (None, None)
    assert answer.data["exposure"]["reason"] == "BTC-USDT has no price yet."
    for name in ("max_leverage", "max_daily_loss"):
        assert (use_of(answer, name)["used"], use_of(answer, name)["reason"]) == (None, "BTC-USDT has no price yet.")
    assert answer.data["tail_risk"]["reason"] == "BTC-USDT has no price yet."


async def test_without_positions_or_candles_there_is_no_tail_and_the_reason_is_told(desk, client, buy, set_price):
    set_price(50_000)
    assert (await client.get(RISK)).data["tail_risk"]["reason"] == "Nothing is held."
    await buy()
    tail = (await client.get(RISK)).data["tail_risk"]
    assert tail["levels"] == []
    assert tail["reason"] == "There are 0 moves in which every position has a candle, and 100 are needed."


async def test_the_limits_of_the_installation_are_settings(desk, client, place, set_price, configure):
    set_price(50_000)
    await configure("risk.price_collar_percent", 1)
    assert (await place(price="49000")).code == "RISK_PRICE_COLLAR"
    use = use_of(await client.get(RISK), "price_collar_percent")
    assert (use["limit"], use["own"]) == ("1", False)
    await configure("risk.restricted_symbols", "ETH-USDT, BTC-USDT")
    await configure("risk.price_collar_percent", 0)
    assert (await place(price="49000")).code == "RISK_RESTRICTED_SYMBOL"


async def test_halts_and_limits_survive_a_restart_and_a_snapshot(desk, client, limit, buy, set_price, configure):
    set_price(50_000)
    await limit(max_drawdown_percent="50", max_open_orders=1)
    await buy()
    await client.post(HALT, json={"reason": "Before the night."})
    await client.post(HALT, json={"scope": "all", "state": "REDUCING", "reason": "Everybody."})
    before = (await client.get(RISK)).data
    state_hash = desk.exchange.state_hash()
    for _ in range(2):  # from the journal alone, then from a snapshot of it
        await services.stop()
        await services.start()
        again = services.get_desk()
        assert again.exchange.state_hash() == state_hash
        set_price(50_000)
        after = (await client.get(RISK)).data
        assert {name: after[name] for name in ("state", "account_state", "global_state")} == {
            name: before[name] for name in ("state", "account_state", "global_state")
        }
        assert (await client.get(LIMITS)).data["own"]["max_drawdown_percent"] == "50"
        assert again.exchange.accounts["default"].guard is not None
        await again.wait_until_durable()
        state_hash = again.exchange.state_hash()
        await again._housekeeper.keep(again._books, again._writer.durable_head)


async def test_each_change_is_one_entry_of_the_journal_with_who_asked(desk, client, limit):
    await limit(max_open_orders=1)
    await client.post(HALT, json={"reason": "x"})
    await client.post(HALT, json={"scope": "all", "reason": "y"})
    items = (await client.get("/api/v1/audit/?limit=3")).data["items"]
    assert [(each["action"], each["account"], each["actor"]) for each in items] == [
        ("set_risk_state", None, client.address),
        ("set_risk_state", "default", client.address),
        ("set_risk_limits", "default", client.address),
    ]
