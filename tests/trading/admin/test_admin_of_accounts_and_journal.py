"""Accounts, balances, positions and the journal in the admin."""

import json
import sqlite3

import pytest

from trading import services

ACCOUNTS = "/admin/trading/account/"
JOURNAL = "/admin/trading/journalentry/"


@pytest.fixture
async def traded(set_price, client, buy, place):
    """The account `default` bought 0.01 BTC at 50000 and has an order open; `second` did nothing."""
    await client.post("/api/v1/accounts/", json={"id": "second", "name": "Second desk", "type": "margin"})
    set_price(50_000)
    await buy()
    set_price(51_000)
    await place(price="40000")


async def test_accounts_are_shown_with_what_they_are_worth_now(owner, client, traded):
    page = await owner.open(ACCOUNTS)
    rows = {row["id"]: row for row in page.rows}
    worth = (await client.get("/api/v1/accounts/default/")).data
    assert (rows["default"]["equity"], rows["default"]["open_orders"]) == (worth["equity"], "1")
    assert (rows["second"]["name"], rows["second"]["type"]) == ("Second desk", "Margin")
    assert [row["id"] for row in (await owner.open(f"{ACCOUNTS}?type__exact=margin")).rows] == ["second"]
    assert [row["id"] for row in (await owner.open(f"{ACCOUNTS}?q=desk")).rows] == ["second"]
    assert [row["id"] for row in (await owner.open(f"{ACCOUNTS}?o=-1")).rows] == ["second", "default"]


async def test_one_account_leads_to_all_that_belongs_to_it(owner, traded):
    page = await owner.open(f"{ACCOUNTS}default/change/")
    assert (page.fields["Base currency"], page.fields["Epoch"]) == ("USDT", "1")
    for path in ("order", "fill", "balance", "position", "accountepoch", "archivedorder", "journalentry"):
        link = f"/admin/trading/{path}/?account=default"
        assert link in page.source
        assert (await owner.open(link)).status == 200
    assert len((await owner.open("/admin/trading/order/?account=default")).rows) == 2
    assert (await owner.open("/admin/trading/order/?account=second")).rows == []


async def test_an_account_is_reset_after_a_question_in_the_name_of_who_did_it(owner, client, traded):
    question = await owner.act(ACCOUNTS, "reset_accounts", ["default"])
    assert "Reset these accounts?" in question.text
    assert (await client.get("/api/v1/accounts/default/")).data["epoch"] == 1
    page = await owner.act(ACCOUNTS, "reset_accounts", ["default"], confirmed="yes")
    assert page.messages == ["1 account reset: default, now in epoch 2."]
    assert (await client.get("/api/v1/accounts/default/")).data["epoch"] == 2
    (entry,) = (await owner.open(f"{JOURNAL}?kind=reset_account")).rows
    assert (entry["account_link"], entry["actor"]) == ("default", f"user:olga@{owner.client.address}")


async def test_money_is_put_into_accounts_and_taken_out_after_a_question(owner, client, traded):
    question = await owner.act(ACCOUNTS, "deposit_into_accounts", ["second"])
    assert "Deposit how much into each of these accounts?" in question.text
    assert 'name="asset"' in question.source and 'name="amount"' in question.source
    page = await owner.act(ACCOUNTS, "deposit_into_accounts", ["second"], confirmed="yes", asset="USDT", amount="12.5")
    assert page.messages == ["1 account funded: second, now worth 100012.5 USDT."]
    page = await owner.act(
        ACCOUNTS, "withdraw_from_accounts", ["second"], confirmed="yes", asset="USDT", amount="100012.6"
    )
    assert page.messages == ["Account second: The withdrawal needs 100012.6 USDT; 100012.5 USDT is available."]
    page = await owner.act(ACCOUNTS, "deposit_into_accounts", ["second"], confirmed="yes", asset="USDT", amount="-1")
    assert page.messages[0].startswith("Account second: amount: Must be above 0")
    page = await owner.act(ACCOUNTS, "deposit_into_accounts", ["second"], confirmed="yes", asset="usdt", amount="1")
    assert page.messages == ["Account second: asset: Must be the name of an asset such as USDT."]
    assert (await client.get("/api/v1/accounts/second/")).data["cash"] == "100012.5"


async def test_an_account_is_forked_with_its_orders(owner, client, traded):
    assert "Fork these accounts?" in (await owner.act(ACCOUNTS, "fork_accounts", ["default"])).text
    page = await owner.act(ACCOUNTS, "fork_accounts", ["default"], confirmed="yes")
    assert page.messages[0].startswith("1 account forked: default, as ")
    fork_id = page.messages[0].removesuffix(".").rpartition(" ")[2]
    assert (await client.get(f"/api/v1/accounts/{fork_id}/")).data["name"] == "Default (fork)"
    assert len((await client.get("/api/v1/orders/", headers={"X-Account": fork_id})).data["items"]) == 1


async def test_epochs_are_shown_with_what_became_of_them(owner, client, traded):
    await client.post("/api/v1/accounts/default/reset/", json={"balances": {"USDT": "5"}})
    rows = {row["id"]: row for row in (await owner.open("/admin/trading/accountepoch/?account=default")).rows}
    told = (await client.get("/api/v1/accounts/default/epochs/")).data["items"]
    assert [rows[f"default:{each['epoch']}"]["profit"] for each in told] == [each["profit"] for each in told]
    page = await owner.open("/admin/trading/accountepoch/default:1/change/")
    assert (page.fields["Orders"], page.fields["Fills"], page.fields["End equity"]) == ("2", "1", told[1]["end_equity"])


async def test_who_may_only_look_cannot_reset(viewer, client, traded):
    await viewer.act(ACCOUNTS, "reset_accounts", ["default"], confirmed="yes")
    assert (await client.get("/api/v1/accounts/default/")).data["epoch"] == 1


async def test_balances_of_all_accounts_are_listed(owner, client, traded):
    rows = (await owner.open("/admin/trading/balance/")).rows
    shown = {row["id"]: (row["total"], row["available"], row["held"]) for row in rows}
    for balance in (await client.get("/api/v1/balances/")).data["items"]:
        told = (balance["total"], balance["available"], balance["held"])
        assert shown[f"default:{balance['asset']}"] == told
    assert {row["account_link"] for row in rows} == {"default", "second"}
    (one,) = (await owner.open("/admin/trading/balance/?q=BTC")).rows
    assert (await owner.open("/admin/trading/balance/default:BTC/change/")).fields["Total"] == one["total"]


async def test_positions_are_shown_at_the_last_price(owner, traded, set_price):
    (position,) = (await owner.open("/admin/trading/position/")).rows
    assert (position["account_link"], position["symbol"], position["side"]) == ("default", "BTC-USDT", "long")
    assert position["mark_price"] == "51000.00"
    set_price(52_000)
    page = await owner.open("/admin/trading/position/default:BTC-USDT/change/")
    assert page.fields["Mark price"] == "52000.00"
    assert (await owner.open("/admin/trading/position/?side__exact=short")).rows == []


async def test_positions_of_margin_accounts_are_shown_with_their_margin(owner, client, traded):
    opening = {"id": "lent", "name": "Lent", "type": "margin", "balances": {"USDT": "10000"}, "leverage": 10}
    assert (await client.post("/api/v1/accounts/", json=opening)).status == 201
    lent = {"X-Account": "lent"}
    paid = {"id": "paid", "name": "Paid", "type": "cash", "balances": {"USDT": "50000"}}
    assert (await client.post("/api/v1/accounts/", json=paid)).status == 201
    order = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.5"}
    for account in ("lent", "paid"):
        assert (await client.post("/api/v1/orders/", json=order, headers={"X-Account": account})).status == 201
    told = (await client.get("/api/v1/positions/BTC-USDT/", headers=lent)).data
    assert told["leverage"] == 10 and told["liquidation_price"] is not None
    rows = {row["account_link"]: row for row in (await owner.open("/admin/trading/position/")).rows}
    assert rows["lent"]["leverage"] == "10"
    assert rows["lent"]["maintenance_margin"] == told["maintenance_margin"]
    assert rows["lent"]["liquidation_price"] == told["liquidation_price"]
    page = await owner.open("/admin/trading/position/lent:BTC-USDT/change/")
    assert page.fields["Initial margin"] == told["initial_margin"]
    assert (rows["paid"]["leverage"], rows["paid"]["liquidation_price"]) == ("1", "-")


async def test_the_journal_is_read_newest_first_and_by_number(owner, traded):
    rows = (await owner.open(JOURNAL)).rows
    numbers = [int(row["seq"]) for row in rows]
    assert numbers == sorted(numbers, reverse=True) and numbers[-1] == 1
    assert rows[0]["kind"] == "place_order"
    page = await owner.open(f"{JOURNAL}?seq__lte=2")
    assert [row["seq"] for row in page.rows] == ["2", "1"]
    assert [row["seq"] for row in (await owner.open(f"{JOURNAL}?seq__gte=2&seq__lt=4&o=1")).rows] == ["2", "3"]


async def test_entries_are_found_by_trace_id_account_actor_and_kind(owner, client, place, traded):
    answer = await place(price="30000", headers={"X-Trace-ID": "seen-by-the-client"})
    assert answer.status == 201
    (entry,) = (await owner.open(f"{JOURNAL}?q=seen-by-the-client")).rows
    assert (entry["kind"], entry["actor"]) == ("place_order", client.address)
    assert {row["account_link"] for row in (await owner.open(f"{JOURNAL}?account=second")).rows} == {"second"}
    assert len((await owner.open(f"{JOURNAL}?kind=open_account")).rows) == 2
    assert entry in (await owner.open(f"{JOURNAL}?q={client.address}")).rows
    assert (await owner.open(f"{JOURNAL}?recorded_at__gte=2040-01-01")).rows == []


async def test_an_entry_shows_its_body_and_that_its_hash_fits(owner, traded):
    (newest, *_) = (await owner.open(JOURNAL)).rows
    page = await owner.open(f"{JOURNAL}{newest['seq']}/change/")
    before = int(newest["seq"]) - 1
    assert page.fields["Chain"].startswith(f"✔ The hash follows from entry {before}")
    body = json.loads(page.fields["Body"])
    assert (body["kind"], body["events"][0]["event"]) == ("place_order", "order_accepted")
    first = await owner.open(f"{JOURNAL}1/change/")
    assert first.fields["Chain"].startswith("✔ The hash follows from the beginning")


async def test_an_entry_that_was_changed_on_disk_is_told_from_one_that_was_not(owner, settings, desk, traded):
    connection = sqlite3.connect(settings.STATE_DIR / services.JOURNAL_FILE)
    (body,) = connection.execute("SELECT body FROM entries WHERE seq = 3").fetchone()
    changed = body.replace(b"default", b"defauIt") if isinstance(body, bytes) else body.replace("default", "defauIt")
    assert changed != body
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("UPDATE entries SET body = ? WHERE seq = 3", (changed,))
    connection.commit()
    connection.close()
    page = await owner.open(f"{JOURNAL}3/change/")
    assert page.fields["Chain"].startswith("✖ The hash does not follow from entry 2")
    assert (await owner.open(f"{JOURNAL}2/change/")).fields["Chain"].startswith("✔")


@pytest.mark.parametrize("key", ["0", "999999", "-1", "99999999999999999999999", "text", "1;"])
async def test_a_number_that_no_entry_has_leads_home(owner, traded, key):
    page = await owner.open(f"{JOURNAL}{key}/change/")
    assert (page.status, page.answer.headers["location"]) == (302, "/admin/")


async def test_while_the_exchange_does_not_run_its_pages_are_empty_and_say_why(owner, desk):
    await services.stop()
    try:
        for path in ("order", "fill", "account", "balance", "position", "journalentry", "archivedorder"):
            page = await owner.open(f"/admin/trading/{path}/")
            assert (page.status, page.rows) == (200, []), path
            assert len(page.messages) == 1 and "exchange" in page.messages[0].lower(), page.messages
        assert "Accounts –" in (await owner.open("/admin/")).text
    finally:
        await services.start()


async def test_the_home_page_shows_trading_at_a_glance(owner, traded):
    text = (await owner.open("/admin/")).text
    assert "Accounts 2 ● open" in text
    assert "Open orders 1 ● taken" in text
    figures = json.loads((await owner.open("/admin/overview/")).source)
    assert {tile["name"]: tile["state"]["figure"] for tile in figures["tiles"]}["orders"] == "1"


async def test_who_may_see_less_is_shown_less(viewer, traded):
    figures = json.loads((await viewer.open("/admin/overview/")).source)
    assert [tile["name"] for tile in figures["tiles"]] == ["accounts", "orders"]
    assert figures["services"] == []
    assert "Journal" not in (await viewer.open("/admin/")).text.partition("Health")[0]


async def test_an_entry_that_cannot_be_read_is_named_on_the_home_page(owner, settings, traded):
    connection = sqlite3.connect(settings.STATE_DIR / services.JOURNAL_FILE)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("UPDATE entries SET body = substr(body, 1, 20) WHERE seq = 3")
    connection.commit()
    connection.close()
    for path in (JOURNAL, f"{JOURNAL}3/change/"):
        answer = await owner.open(path)
        assert (answer.status, answer.answer.headers["location"]) == (302, "/admin/")
        (message,) = (await owner.open("/admin/")).messages
        assert "entry 3" in message
    assert [row["seq"] for row in (await owner.open(f"{JOURNAL}?seq__lte=2")).rows] == ["2", "1"]


async def test_a_history_that_cannot_be_read_is_said_and_the_rest_is_shown(owner, settings, traded):
    for file in settings.STATE_DIR.glob(f"{services.HISTORY_FILE}*"):
        file.write_bytes(b"no database at all" * 1_000)
    for path in ("archivedorder/", "archivedfill/", "order/no-such-order/change/"):
        answer = await owner.open(f"/admin/trading/{path}")
        assert (answer.status, answer.answer.headers["location"]) == (302, "/admin/")
        (message,) = (await owner.open("/admin/")).messages
        assert message.startswith("Older orders cannot be read")
    assert len((await owner.open("/admin/trading/order/")).rows) == 2
