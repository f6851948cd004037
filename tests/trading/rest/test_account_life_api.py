"""Deposits, terms, epochs, forks and the portfolio history over REST, and all of it after a restart."""

import pytest

from markets import services as markets
from trading import services

ACCOUNTS = "/api/v1/accounts/"
ORDERS = "/api/v1/orders/"
FILLS = "/api/v1/fills/"
HISTORY = "/api/v1/portfolio/history/"
MINUTE_NS = 60 * 10**9
START_NS = 1_700_000_000_000_000_000


@pytest.fixture
def price_at(desk, make_update, monkeypatch):
    """Move the market's clock some minutes on and the price of BTC-USDT to so many dollars; wait for what that does."""
    times = [START_NS]
    monkeypatch.setattr(desk, "_market_time_ns", lambda: times[0])
    monkeypatch.setattr(markets, "market_time_ns", lambda: times[0])

    async def move(minutes: float, price: int) -> None:
        times[0] = START_NS + int(minutes * MINUTE_NS)
        services.on_market(make_update(price * 100, time_ns=times[0]))
        await services.get_desk().wait_until_durable()

    return move


async def restart() -> None:
    await services.stop()
    await services.start()


async def test_a_deposit_and_a_withdrawal_answer_the_account(client, desk):
    answer = await client.post(f"{ACCOUNTS}default/deposit/", json={"asset": "USDT", "amount": "2500.5"})
    assert (answer.status, answer.data["cash"], answer.data["equity"]) == (200, "102500.5", "102500.5")
    answer = await client.post(f"{ACCOUNTS}default/withdraw/", json={"asset": "USDT", "amount": "102500.5"})
    assert (answer.status, answer.data["cash"]) == (200, "0")


@pytest.mark.parametrize(
    ("action", "body", "status", "code", "field"),
    [
        ("deposit", {"asset": "USDT"}, 400, "VALIDATION_FAILED", "amount"),
        ("deposit", {"asset": "usdt", "amount": "1"}, 400, "VALIDATION_FAILED", "asset"),
        ("deposit", {"asset": "USDT", "amount": "0"}, 400, "VALIDATION_FAILED", "amount"),
        ("deposit", {"asset": "USDT", "amount": "-1"}, 400, "VALIDATION_FAILED", "amount"),
        ("deposit", {"asset": "USDT", "amount": "0.000000001"}, 400, "VALIDATION_FAILED", "amount"),
        ("deposit", {"asset": "USDT", "amount": "10000000000.1"}, 400, "VALIDATION_FAILED", "amount"),
        ("withdraw", {"asset": "USDT", "amount": "100000.00000001"}, 422, "INSUFFICIENT_BALANCE", None),
        ("withdraw", {"asset": "XYZ", "amount": "1"}, 422, "INSUFFICIENT_BALANCE", None),
    ],
)
async def test_what_cannot_be_moved_is_refused(client, desk, action, body, status, code, field):
    answer = await client.post(f"{ACCOUNTS}default/{action}/", json=body)
    assert (answer.status, answer.code) == (status, code), answer.body
    assert field is None or list(answer.details) == [field]
    assert (await client.get(f"{ACCOUNTS}default/")).data["cash"] == "100000"


async def test_a_deposit_with_a_key_is_made_once(client, desk):
    for _ in range(2):
        answer = await client.post(
            f"{ACCOUNTS}default/deposit/", json={"asset": "USDT", "amount": "1"}, headers={"Idempotency-Key": "d"}
        )
        assert answer.data["cash"] == "100001"


async def test_an_account_gets_other_terms_and_keeps_them_over_a_restart(client, desk):
    await client.post(ACCOUNTS, json={"id": "m", "name": "x", "type": "margin"})
    body = {
        "name": "Renamed",
        "fees": {"maker_bps": 1.5, "taker_bps": 4},
        "allow_short": True,
        "leverage": 10,
        "leverage_by_symbol": {"BTC-USDT": 20},
        "funding_percent": 0.01,
    }
    answer = await client.patch(f"{ACCOUNTS}m/", json=body)
    assert answer.status == 200, answer.body
    account = answer.data
    assert (account["name"], account["fees"], account["allow_short"]) == (
        "Renamed", {"maker_bps": 1.5, "taker_bps": 4.0}, True,
    )  # fmt: skip
    assert account["margin"] == {
        "leverage": 10,
        "leverage_by_symbol": {"BTC-USDT": 20},
        "initial_margin": "0",
        "maintenance_margin": "0",
        "liquidation_fee_bps": 0.0,
        "interest_percent": 0.0,
        "borrow_percent": 0.0,
        "funding_percent": 0.01,
    }
    assert account["buying_power"] == "1000000"
    await restart()
    assert (await client.get(f"{ACCOUNTS}m/")).data == account


async def test_an_account_gets_a_fill_policy_with_numbers_of_its_own(client, desk, place, price_at):
    await price_at(0, 50_000)
    wish = {"preset": "pessimistic", "slippage_ticks": 3}
    answer = await client.patch(f"{ACCOUNTS}default/", json={"fill_policy": wish})
    assert (answer.status, answer.data["fill_policy"]) == (200, "custom")
    numbers = answer.data["fill_policy_numbers"]
    assert (numbers["slippage_ticks"], numbers["limit_fill"]) == (3, "through")
    again = await client.patch(f"{ACCOUNTS}default/", json={"fill_policy": numbers})
    assert again.data == answer.data
    order = (await place(price="40000")).data
    told = (await client.get(f"{ORDERS}{order['id']}/explain/")).data
    assert (told["policy"]["name"], told["policy"]["numbers"]["slippage_ticks"]) == ("custom", "3")
    await restart()
    assert (await client.get(f"{ACCOUNTS}default/")).data["fill_policy"] == "custom"
    refused = await client.patch(f"{ACCOUNTS}default/", json={"fill_policy": "kind"})
    assert (refused.status, list(refused.details)) == (400, ["fill_policy"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"leverage": 0}, "leverage"),
        ({"leverage": 126}, "leverage"),
        ({"leverage": 2}, "leverage"),
        ({"leverage_by_symbol": {"BTC-USDT": 0}}, "leverage_by_symbol.BTC-USDT"),
        ({"fill_policy": "magic"}, "fill_policy"),
        ({"fees": {"maker_bps": 0.001, "taker_bps": 1}}, "fees.maker_bps"),
        ({"allow_short": True}, "allow_short"),
        ({"type": "margin"}, "type"),
        ({"interest_percent": 0.00001}, "interest_percent"),
    ],
)
async def test_terms_that_do_not_fit_are_refused_by_name(client, desk, body, field):
    answer = await client.patch(f"{ACCOUNTS}default/", json=body)
    assert (answer.status, list(answer.details)) == (400, [field]), answer.body


async def test_a_leveraged_position_shows_its_margin_and_is_liquidated_with_a_reason(client, buy, price_at):
    headers = {"X-Account": "m"}
    body = {"id": "m", "name": "x", "type": "margin", "balances": {"USDT": "1000"}, "leverage": 10}
    await client.post(ACCOUNTS, json={**body, "fees": {"maker_bps": 0, "taker_bps": 0}})
    await price_at(0, 50_000)
    assert (await buy(quantity="0.1", headers=headers)).data["status"] == "filled"
    position = (await client.get("/api/v1/positions/BTC-USDT/", headers=headers)).data
    # 1,000 - 0.1 (50,000.01 - p) meets 5 % of 0.1 p at 42,105.27...
    assert (position["leverage"], position["initial_margin"], position["maintenance_margin"]) == (10, "500", "250")
    assert position["liquidation_price"] == "42105.27"
    await price_at(1, 42_100)
    orders = (await client.get(ORDERS, query={"status": "closed"}, headers=headers)).data["items"]
    assert (orders[0]["side"], orders[0]["status"]) == ("sell", "filled")
    assert orders[0]["status_reason"].startswith(
        "Liquidation: the equity of 209.999 USDT fell to the maintenance margin"
    )
    assert (await client.get("/api/v1/positions/", headers=headers)).data["items"] == []
    told = (await client.get(f"{ORDERS}{orders[0]['id']}/explain/", headers=headers)).data
    assert [moment["event"] for moment in told["timeline"]] == ["accepted", "filled"]
    assert "by the exchange itself. Liquidation: the equity of 209.999 USDT" in told["timeline"][0]["text"]


# ---- epochs


async def test_an_epoch_that_ended_stays_readable(client, buy, place, price_at):
    await price_at(0, 50_000)
    bought = (await buy(quantity="1")).data
    await client.post(f"{ACCOUNTS}default/deposit/", json={"asset": "USDT", "amount": "1000"})
    await price_at(1, 51_000)
    resting = (await place(price="40000")).data
    await client.post(f"{ACCOUNTS}default/reset/", json={"balances": {"USDT": "500"}})
    await buy(quantity="0.001")
    present, past = (await client.get(f"{ACCOUNTS}default/epochs/")).data["items"]
    assert (past["epoch"], past["start_equity"], past["net_deposits"]) == (1, "100000", "1000")
    assert (past["end_equity"], past["profit"]) == ("101974.989995", "974.989995")
    assert (past["orders"], past["fills"], past["closed_at"]) == (2, 1, present["opened_at"])
    assert (present["epoch"], present["closed_at"], present["start_equity"], present["orders"]) == (2, None, "500", 1)

    orders = (await client.get(ORDERS, query={"status": "all", "epoch": 1})).data["items"]
    assert [each["id"] for each in orders] == [resting["id"], bought["id"]]
    assert [each["order_id"] for each in (await client.get(FILLS, query={"epoch": 1})).data["items"]] == [bought["id"]]
    (position,) = (await client.get("/api/v1/positions/", query={"epoch": 1})).data["items"]
    assert (position["quantity"], position["mark_price"]) == ("1.00000", "51000.00")
    balances = {
        each["asset"]: each for each in (await client.get("/api/v1/balances/", query={"epoch": 1})).data["items"]
    }
    assert (balances["BTC"]["total"], balances["BTC"]["worth"]) == ("1", "51000")
    assert (await client.get(ORDERS, query={"epoch": 3})).status == 404
    assert (await client.get(ORDERS, query={"epoch": 0})).status == 400


async def test_epochs_are_told_of_after_a_restart_as_before(client, buy, price_at):
    await price_at(0, 50_000)
    await buy()
    await client.post(f"{ACCOUNTS}default/reset/")
    await client.post(f"{ACCOUNTS}default/withdraw/", json={"asset": "USDT", "amount": "10"})
    before = (await client.get(f"{ACCOUNTS}default/epochs/")).data
    orders = (await client.get(ORDERS, query={"status": "all", "epoch": 1})).data
    await restart()
    assert (await client.get(f"{ACCOUNTS}default/epochs/")).data == before
    assert (await client.get(ORDERS, query={"status": "all", "epoch": 1})).data == orders


# ---- forks


async def test_a_fork_from_now_takes_the_orders_along_when_asked(client, buy, place, price_at):
    await price_at(0, 50_000)
    await buy()
    await place(price="40000")
    answer = await client.post(f"{ACCOUNTS}default/fork/", json={"id": "f", "with_orders": True})
    assert (answer.status, answer.data["id"], answer.data["name"]) == (201, "f", "Default (fork)")
    source, fork = [(await client.get(f"{ACCOUNTS}{each}/")).data for each in ("default", "f")]
    assert (fork["equity"], fork["cash"], fork["epoch"]) == (source["equity"], source["cash"], 1)
    (order,) = (await client.get(ORDERS, headers={"X-Account": "f"})).data["items"]
    assert (order["price"], order["status"], order["account"]) == ("40000.00", "open", "f")
    told = (await client.get(f"{ORDERS}{order['id']}/explain/", headers={"X-Account": "f"})).data
    assert [(moment["event"], moment["text"]) for moment in told["timeline"]] == [
        (
            "forked",
            f"Copied from the account default with all that it had open: buy {order['quantity']} BTC, limit "
            "at 40000.00.",
        )
    ]
    assert (await client.delete(f"{ORDERS}{order['id']}/", headers={"X-Account": "f"})).status == 200
    assert len((await client.get(ORDERS)).data["items"]) == 1


async def test_a_fork_from_the_past_has_what_there_was_after_that_entry(client, buy, price_at, desk):
    await price_at(0, 50_000)
    await buy(quantity="0.5")
    sequence, then = desk.entries, (await client.get("/api/v1/balances/")).data["items"]
    await buy(quantity="1")
    await client.post(f"{ACCOUNTS}default/reset/")
    answer = await client.post(f"{ACCOUNTS}default/fork/", json={"id": "f", "from_sequence": sequence})
    assert (answer.status, answer.data["name"]) == (201, f"Default (fork after entry {sequence})"), answer.body
    balances = {
        each["asset"]: each
        for each in (await client.get("/api/v1/balances/", headers={"X-Account": "f"})).data["items"]
    }
    assert balances == {each["asset"]: each for each in then}
    (position,) = (await client.get("/api/v1/positions/", headers={"X-Account": "f"})).data["items"]
    assert position["quantity"] == "0.50000"
    state_hash = desk.exchange.state_hash()
    await restart()
    assert services.get_desk().exchange.state_hash() == state_hash


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"id": "default"}, 409, "ACCOUNT_EXISTS"),
        ({"from_sequence": 0}, 400, "VALIDATION_FAILED"),
        ({"from_sequence": 99}, 400, "VALIDATION_FAILED"),
        ({"from_sequence": 1}, 400, "VALIDATION_FAILED"),
    ],
)
async def test_a_fork_that_cannot_be_is_refused(client, desk, body, status, code):
    await client.post(ACCOUNTS, json={"id": "later", "name": "x"})
    answer = await client.post(f"{ACCOUNTS}later/fork/", json=body)
    assert (answer.status, answer.code) == (status, code), answer.body
    assert len(desk.exchange.accounts) == 2


async def test_a_reset_of_a_fork_begins_with_what_its_source_was_opened_with(client, buy, price_at):
    await price_at(0, 50_000)
    await buy()
    await client.post(f"{ACCOUNTS}default/fork/", json={"id": "f"})
    assert (await client.post(f"{ACCOUNTS}f/reset/")).data["cash"] == "100000"


# ---- portfolio


@pytest.mark.parametrize(("what", "moved"), [("deposit", "500"), ("withdraw", "-500")])
async def test_what_is_moved_in_the_moment_of_the_opening_is_told_apart_too(client, desk, price_at, what, moved):
    await price_at(0, 50_000)
    await client.post(ACCOUNTS, json={"id": "new", "name": "New", "balances": {"USDT": "1000"}})
    await client.post(f"{ACCOUNTS}new/{what}/", json={"asset": "USDT", "amount": "500"})
    for minutes in (0, 1):
        await price_at(minutes, 50_000)
        history = (await client.get(HISTORY, headers={"X-Account": "new"})).data
        told = history["start_equity"], history["net_deposits"], history["profit"], history["profit_percent"]
        assert told == ("1000", moved, "0", "0.0000")


async def test_a_history_tells_deposits_apart_from_profit(client, buy, price_at):
    await price_at(0, 50_000)
    await buy(quantity="1")
    await price_at(1, 51_000)
    await client.post(f"{ACCOUNTS}default/deposit/", json={"asset": "USDT", "amount": "50000"})
    await price_at(2, 50_500)
    answer = await client.get(HISTORY, query={"interval": "1m"})
    assert answer.status == 200, answer.body
    history = answer.data
    assert (history["epoch"], history["base_currency"], history["net_deposits"]) == (1, "USDT", "50000")
    assert (history["start_equity"], history["end_equity"], history["profit"]) == (
        "100000",
        "150474.989995",
        "474.989995",
    )
    # 100,974.989995 / 100,000 * 150,474.989995 / 150,974.989995
    assert history["profit_percent"] == "0.6406"
    assert history["max_drawdown_percent"] == "0.3312"
    first, *_, last = history["points"]
    assert (first["equity"], first["profit_percent"], first["net_deposits"]) == ("100000", "0.0000", "0")
    assert (last["equity"], last["net_deposits"], last["drawdown_percent"]) == ("150474.989995", "50000", "0.3312")


async def test_a_history_survives_a_restart(client, buy, price_at):
    await price_at(0, 50_000)
    await buy(quantity="1")
    for minute, price in enumerate((51_000, 49_000, 52_000), start=1):
        await price_at(minute, price)
    before = (await client.get(HISTORY)).data
    await restart()
    await price_at(3, 52_000)
    after = (await client.get(HISTORY)).data
    assert [point["equity"] for point in after["points"]] == [point["equity"] for point in before["points"]]
    assert {"100974.989995", "98974.989995"} <= {point["equity"] for point in after["points"]}
    assert after["max_drawdown_percent"] == before["max_drawdown_percent"] == "1.9807"


async def test_the_history_of_an_epoch_that_ended_ends_with_it(client, buy, price_at):
    await price_at(0, 50_000)
    await buy(quantity="1")
    await price_at(1, 51_000)
    await client.post(f"{ACCOUNTS}default/reset/")
    await price_at(9, 60_000)
    past = (await client.get(HISTORY, query={"epoch": 1})).data
    assert (past["epoch"], past["end_equity"], past["profit"]) == (1, "100974.989995", "974.989995")
    present = (await client.get(HISTORY)).data
    assert (present["epoch"], present["profit"]) == (2, "0")


async def test_a_clock_that_is_set_back_begins_a_curve_of_its_own(client, buy, price_at):
    await price_at(0, 50_000)
    await buy(quantity="1")
    await price_at(10, 51_000)
    await price_at(-60, 50_000)
    await price_at(-59, 49_000)
    times = [point["time"] for point in (await client.get(HISTORY, query={"interval": "1m"})).data["points"]]
    assert times == sorted(times)
    assert len(times) <= 3


@pytest.mark.parametrize(
    ("query", "field"),
    [({"period": "5d"}, "period"), ({"interval": "2m"}, "interval"), ({"epoch": "x"}, "epoch")],
)
async def test_a_history_that_does_not_exist_is_refused(client, desk, query, field):
    answer = await client.get(HISTORY, query=query)
    assert (answer.status, list(answer.details)) == (400, [field])
    assert (await client.get(HISTORY, query={"epoch": 7})).status == 404


async def test_too_many_points_are_refused(client, price_at):
    await price_at(0, 50_000)
    await price_at(60 * 24 * 30, 50_000)
    answer = await client.get(HISTORY, query={"interval": "1m"})
    assert (answer.status, list(answer.details)) == (400, ["interval"])
    assert (await client.get(HISTORY)).data["interval"] == "4h"
