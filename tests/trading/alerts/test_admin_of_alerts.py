"""Alerts in the admin: rules are switched off and on, events acknowledged, secrets shown to nobody."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.admin_pages.process import AdminPages
from tests.admin_person import Person, log_in
from tests.admin_worker import pages_made_elsewhere
from tests.asgi_client import AsgiApp, AsgiClient
from tests.trading.alerts.conftest import ALERTS, REFUSED, Owner

RULES, EVENTS = "/admin/alerts/alertrulerow/", "/admin/alerts/alerteventrow/"


@pytest.fixture(autouse=True)
def admin_pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[AdminPages]:
    """Pages are made as in a running gateway: on the other side of a connection."""
    yield from pages_made_elsewhere(monkeypatch)


@pytest.fixture
def app(settings: Any, tmp_path: Path) -> AsgiApp:
    """Without the limit that a quick reader would meet."""
    from gateway.asgi import make_application

    settings.RATE_LIMIT_RPS = 10_000
    return make_application(lifecycle=None)


@pytest.fixture
async def person(app: AsgiApp, owner: Owner) -> Person:
    """May do everything."""
    return await log_in(AsgiClient(app), "olga", is_superuser=True)


async def test_a_rule_is_shown_without_its_secret_and_switched_off_and_on(person: Person, owner: Owner) -> None:
    made = await owner.make(
        REFUSED, name="Refused", channels=["webhook"], webhook_url="https://example.org/hook", severity="critical"
    )
    (row,) = (await person.open(RULES)).rows
    assert (row["name"], row["account"], row["condition_text"]) == ("Refused", "default", "order_rejected")
    page = await person.open(f"{RULES}{made['id']}/change/")
    assert "https://example.org/hook" in page.text
    assert made["webhook_secret"] not in page.source
    hidden = await person.open(f"{RULES}?webhook_secret__startswith={made['webhook_secret'][:3]}")
    assert hidden.rows == []
    off = await person.act(RULES, "switch_off", [made["id"]])
    assert off.messages == [f"1 alert rule switched off: Refused ({made['id']})."]
    assert (await owner.client.get(f"{ALERTS}{made['id']}/")).data["status"] == "off"
    await person.act(RULES, "switch_on", [made["id"]])
    assert (await owner.client.get(f"{ALERTS}{made['id']}/")).data["status"] == "armed"


async def test_events_are_listed_counted_at_home_and_acknowledged(person: Person, owner: Owner, refuse: Any) -> None:
    await owner.make(REFUSED, name="Refused")
    await refuse()
    (event,) = await owner.wait_for(1)
    (row,) = (await person.open(EVENTS)).rows
    assert (row["rule_link"], row["value"], row["acknowledged"]) == ("Refused", "INSUFFICIENT_BALANCE", "–")
    tiles = json.loads((await person.open("/admin/overview/")).source)["tiles"]
    (state,) = [each["state"] for each in tiles if each["name"] == "alerts"]
    assert (state["figure"], state["light"], state["word"]) == ("1", "warn", "warning")
    assert (await person.open(f"{EVENTS}{event['id']}/change/")).buttons == ["acknowledge"]
    await person.act(EVENTS, "acknowledge", [event["id"]])
    (event,) = await owner.wait_for(1)
    assert event["acknowledged_by"] == f"user:olga@{person.client.address}"
    assert (await person.open(f"{EVENTS}{event['id']}/change/")).buttons == []
