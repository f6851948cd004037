"""Alerts over a running exchange, without a feed: the tests say what the market does."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.asgi_client import AsgiClient
from tests.trading.rest.conftest import buy, desk, place, set_price
from tests.waiting import eventually
from trading.alerts import accounts, keeping, services
from trading.alerts.watching import Alerts
from trading.desk import Desk

__all__ = ["buy", "desk", "place", "set_price"]

ALERTS, EVENTS = "/api/v1/alerts/", "/api/v1/alerts/events/"
REFUSED = {"kind": "occurrence", "occurrence": "order_rejected"}


@pytest.fixture
async def alerts(
    request: pytest.FixtureRequest, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Alerts]:
    """The alerts of the process, running over the desk; what waits a second in earnest waits a moment."""
    monkeypatch.setattr(accounts, "PACE_S", 0.0)
    monkeypatch.setattr(keeping, "PROGRESS_PAUSE_S", 0.0)
    monkeypatch.setattr(keeping, "RETRY_S", 0.01)
    await services.start()
    yield services.ALERTS
    await services.stop()


class Owner:
    """Somebody with rules, over REST."""

    def __init__(self, client: AsgiClient) -> None:
        self.client = client

    async def make(self, condition: dict[str, Any], *, account: str = "default", **more: Any) -> dict[str, Any]:
        """Make a rule, which must go well."""
        body = {"name": "A rule", "condition": condition, **more}
        answer = await self.client.post(ALERTS, json=body, headers={"X-Account": account})
        assert answer.status == 201, answer.json()
        made: dict[str, Any] = answer.data
        return made

    async def events(self, account: str = "default", **query: Any) -> list[dict[str, Any]]:
        """The newest events, oldest first."""
        answer = await self.client.get(EVENTS, query=query, headers={"X-Account": account})
        found: list[dict[str, Any]] = answer.data["items"][::-1]
        return found

    async def wait_for(self, count: int, **query: Any) -> list[dict[str, Any]]:
        """So many events, once they are written and their deliveries are over."""

        def are_over(found: list[dict[str, Any]]) -> bool:
            return len(found) >= count and all(
                each["status"] != "queued" for event in found for each in event["deliveries"]
            )

        return await eventually(lambda: self.events(**query), are_over)


@pytest.fixture
async def owner(client: AsgiClient, desk: Desk, alerts: Alerts) -> Owner:
    """The owner of the account `default`, with alerts running."""
    return Owner(client)


@pytest.fixture
def refuse(place: Callable[..., Any]) -> Callable[..., Any]:
    """Have the exchange refuse an order."""

    async def post(**changes: Any) -> Any:
        answer = await place(quantity="1000", **changes)
        assert answer.status == 422, answer.json()
        return answer

    return post
