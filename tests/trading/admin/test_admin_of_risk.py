"""Halting and resuming accounts in the admin, and everybody's state on its home."""

import json

ACCOUNTS = "/admin/trading/account/"
EVERYBODY = f"{ACCOUNTS}everybody/"


async def test_an_account_is_halted_after_a_question_and_resumed(owner, client, desk, place):
    await place()
    question = await owner.act(ACCOUNTS, "halt_accounts", ["default"])
    assert "Halt these accounts?" in question.text
    assert (await place()).status == 201
    page = await owner.act(ACCOUNTS, "halt_accounts", ["default"], confirmed="yes")
    assert page.messages == ["1 account halted: default, 2 orders canceled."]
    (row,) = (await owner.open(ACCOUNTS)).rows
    assert row["risk_state"] == "HALTED"
    refused = await place()
    assert (refused.code, refused.details["by"]) == ("TRADING_HALTED", f"user:olga@{owner.client.address}")
    assert (await owner.act(ACCOUNTS, "resume_accounts", ["default"])).messages == ["1 account resumed: default."]
    assert (await place()).status == 201


async def test_who_may_only_look_cannot_halt(viewer, desk, place):
    await viewer.act(ACCOUNTS, "halt_accounts", ["default"], confirmed="yes")
    assert (await place()).status == 201


async def test_the_home_page_tells_that_everybody_was_halted(owner, client, desk):
    await client.post("/api/v1/risk/halt/", json={"scope": "all", "reason": "Fire."})
    tiles = json.loads((await owner.open("/admin/overview/")).source)["tiles"]
    (state,) = [each["state"] for each in tiles if each["name"] == "accounts"]
    assert (state["light"], state["word"]) == ("warn", "HALTED")
    assert state["details"][-1]["value"] == f"HALTED by {client.address}: Fire."
    (row,) = (await owner.open(ACCOUNTS)).rows
    assert row["risk_state"] == "HALTED"


async def test_all_accounts_are_halted_and_resumed_on_a_page_of_their_own(owner, client, desk, place, buy, set_price):
    set_price(50_000)
    await client.post("/api/v1/accounts/", json={"id": "b", "name": "b"})
    await buy()
    await place(price="49000", headers={"X-Account": "b"})
    assert "Halt or resume all accounts…" in (await owner.open(ACCOUNTS)).text
    assert "2 accounts with 1 open order and 1 position." in (await owner.open(EVERYBODY)).text
    wanted = [("state", "HALTED"), ("reason", "Fire."), ("cancel_orders", "on"), ("close_positions", "on")]
    page = await owner.send(EVERYBODY, wanted)
    assert page.messages == ["All accounts were halted: 1 order canceled, 1 sent to close positions."]
    assert f"HALTED “Fire.” by user:olga@{owner.client.address}" in page.text
    for account in ("default", "b"):
        assert (await place(headers={"X-Account": account})).code == "TRADING_HALTED"
    page = await owner.send(EVERYBODY, [("state", "ACTIVE"), ("reason", "Out.")])
    assert page.messages == ["All accounts were resumed: 0 orders canceled, 0 sent to close positions."]
    assert (await place(headers={"X-Account": "b"})).status == 201


async def test_orders_stay_open_under_a_halt_of_all_that_does_not_cancel(owner, desk, place):
    resting = (await place()).data
    await owner.send(EVERYBODY, [("state", "HALTED"), ("reason", "Look first.")])
    (row,) = (await owner.open("/admin/trading/order/")).rows
    assert (row["id"], row["status_shown"]) == (resting["id"], "● open")


async def test_a_halt_of_all_needs_a_reason(owner, desk, place):
    page = await owner.send(EVERYBODY, [("state", "HALTED"), ("reason", " ")])
    assert "This field is required." in page.text
    assert (await place()).status == 201


async def test_an_account_that_was_halted_by_itself_stays_so_when_all_are_resumed(owner, client, desk, place):
    await client.post("/api/v1/risk/halt/", json={"reason": "Alone."})
    await owner.send(EVERYBODY, [("state", "HALTED"), ("reason", "Fire.")])
    assert "which stays so whatever is done here: 1." in (await owner.open(EVERYBODY)).text
    await owner.send(EVERYBODY, [("state", "ACTIVE"), ("reason", "Out.")])
    assert (await place()).details["reason"] == "Alone."


async def test_who_may_only_look_is_not_shown_the_page_of_all_accounts(viewer, desk, place):
    assert (await viewer.open(EVERYBODY)).status == 403
    assert (await viewer.send(EVERYBODY, [("state", "HALTED"), ("reason", "No.")])).status == 403
    assert "all accounts" not in (await viewer.open(ACCOUNTS)).text
    assert (await place()).status == 201
