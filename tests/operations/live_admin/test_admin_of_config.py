"""The runtime configuration in the admin: what is in force and why, and every change there was."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kit.tunables import TUNABLES
from operations.config.in_force import CONFIG
from tests.admin_person import Person, log_in
from tests.asgi_client import AsgiApp, AsgiClient

SETTINGS = "/admin/config/setting/"
REVISIONS = "/admin/config/configrevision/"
ORDERS = "risk.max_open_orders"
ONE = f"{SETTINGS}risk.max_5Fopen_5Forders/change/"
Configure = Callable[..., Any]


@pytest.fixture(autouse=True)
def as_never_changed() -> Iterator[None]:
    """No test finds what another one has set."""
    CONFIG.restore([])
    yield
    CONFIG.restore([])
    CONFIG.trouble = None


async def test_every_setting_is_listed_with_its_bounds_and_its_source(owner: Person) -> None:
    page = await owner.open(f"{SETTINGS}?q={ORDERS}")
    (row,) = page.rows
    assert (row["key"], row["in_force"], row["default"]) == (ORDERS, "10000 orders", "10000")
    assert (row["allowed"], row["source_shown"]) == ("0 to 10,000,000", "○ default")
    assert f"{len(list(TUNABLES))} settings" in (await owner.open(SETTINGS)).text
    (limit,) = (await owner.open(f"{SETTINGS}?source__exact=environment&q=rate_limit.requests_per_second")).rows
    assert limit["in_force"].startswith("10000") and limit["source_shown"] == "● environment"


async def test_a_change_is_in_force_and_says_who_made_it_and_why(owner: Person, configure: Configure) -> None:
    await configure(ORDERS, 50, reason="The desk is small.")
    fields = (await owner.open(ONE)).fields
    assert (fields["In force"], fields["Default"], fields["Source"]) == ("50", "10000", "● revision")
    assert fields["Reason"] == "The desk is small."
    assert fields["Changed by"] != "" and fields["Changed"].startswith("20")
    assert fields["Why"].startswith("Open orders that an account may have")
    assert f"{REVISIONS}?key={ORDERS}" in (await owner.open(ONE)).source


async def test_settings_are_filtered_and_sorted(owner: Person, configure: Configure) -> None:
    await configure(ORDERS, 50)
    assert [row["key"] for row in (await owner.open(f"{SETTINGS}?source__exact=revision")).rows] == [ORDERS]
    risks = [row["key"] for row in (await owner.open(f"{SETTINGS}?group=risk")).rows]
    assert risks == sorted(risks) and all(key.startswith("risk.") for key in risks)
    assert [row["key"] for row in (await owner.open(f"{SETTINGS}?group=risk&o=-0")).rows] == risks[::-1]
    assert (await owner.open(f"{SETTINGS}no.such/change/")).status == 302


async def test_revisions_are_listed_newest_first_with_what_they_changed(owner: Person, configure: Configure) -> None:
    await configure(ORDERS, 50, reason="The desk is small.")
    await configure(ORDERS, 60, reason="It has grown.")
    rows = (await owner.open(f"{REVISIONS}?key={ORDERS}")).rows
    assert [(row["old"], row["new"], row["reason"]) for row in rows] == [
        ("50", "60", "It has grown."),
        ("10000", "50", "The desk is small."),
    ]
    assert [row["new"] for row in (await owner.open(f"{REVISIONS}?q=grown")).rows] == ["60"]
    assert [row["new"] for row in (await owner.open(f"{REVISIONS}?key={ORDERS}&o=0")).rows] == ["50", "60"]
    assert (await owner.open(f"{REVISIONS}?action__exact=reset")).rows == []
    fields = (await owner.open(f"{REVISIONS}{rows[0]['number']}/change/")).fields
    assert (fields["Key"], fields["Difference"], fields["Reason"]) == (ORDERS, "- 50 + 60", "It has grown.")
    assert fields["To the default"] == "no"
    assert fields["Trace id"] == rows[0]["trace_link"] != "–"


async def test_nobody_changes_anything_here(app: AsgiApp, owner: Person, configure: Configure) -> None:
    await configure(ORDERS, 50)
    number = (await owner.open(REVISIONS)).rows[0]["number"]
    for path in (f"{REVISIONS}add/", f"{REVISIONS}{number}/delete/", f"{SETTINGS}add/"):
        assert (await owner.open(path)).status == 403, path
    assert (await owner.send(f"{REVISIONS}{number}/change/", [("reason", "another")])).status == 403
    assert (await owner.send(ONE, [("value", "60")])).status == 403
    assert TUNABLES.find(ORDERS).value == 50


async def test_settings_and_revisions_each_take_their_permission(app: AsgiApp, transactional_db: None) -> None:
    viewer = await log_in(AsgiClient(app), "vera", permissions=("config.view_setting",))
    assert [(await viewer.open(path)).status for path in (SETTINGS, ONE, REVISIONS)] == [200, 200, 403]
    reader = await log_in(AsgiClient(app), "rea", permissions=("config.view_configrevision",))
    assert [(await reader.open(path)).status for path in (SETTINGS, ONE, REVISIONS)] == [403, 403, 200]


async def test_home_shows_how_many_settings_were_changed_and_which_last(owner: Person, configure: Configure) -> None:
    await configure(ORDERS, 50)
    tiles = {each["name"]: each["state"] for each in json.loads((await owner.open("/admin/overview/")).source)["tiles"]}
    assert (tiles["config"]["figure"], tiles["config"]["light"], tiles["config"]["word"]) == ("1", "good", "in force")
    assert tiles["config"]["details"][-1]["label"] == ORDERS
    CONFIG.trouble = "The revisions cannot be read."
    tiles = {each["name"]: each["state"] for each in json.loads((await owner.open("/admin/overview/")).source)["tiles"]}
    assert (tiles["config"]["light"], tiles["config"]["word"]) == ("warn", "The revisions cannot be read.")
    assert (await owner.open(SETTINGS)).messages == ["The revisions cannot be read."]
