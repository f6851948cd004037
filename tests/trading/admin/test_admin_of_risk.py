"""Halting and resuming accounts in the admin, and everybody's state on its home."""

import json

ACCOUNTS = "/admin/trading/account/"


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
