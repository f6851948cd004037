"""The stream `risk`: an account's states, exposure and use of limits, whole each time, so that the newest is enough.

It is told anew with every change of the account or of everybody's state, and while prices move at most once a second.
"""

from collections.abc import Callable
from typing import Any, Final

from kit.clock import SYSTEM_CLOCK
from streams.channels import ChannelKind, register
from streams.hub import HUB, Hub, PlacedHub
from trading.desk import Desk
from trading.published import Change
from trading.risk.overview import risk_answer
from trading.sandbox.limits import EVERY_ACCOUNT
from trading.services import find_desk, get_desk

NAME: Final = "risk"
PACE_S: Final = 1.0
"""Between two looks while nothing but prices changes: a person's eye needs no more."""


class Followed:
    """The accounts of the main desk whose risk somebody follows, looked at while prices move."""

    def __init__(self, monotonic_s: Callable[[], float] = SYSTEM_CLOCK.monotonic_s) -> None:
        self._monotonic_s = monotonic_s
        self._looked_s = 0.0
        self._accounts: dict[str, None] = {}

    def add(self, account_id: str) -> None:
        """Somebody begins to follow an account."""
        self._accounts[account_id] = None

    def on_market(self, _: object) -> None:
        """A price has moved: tell what that makes of the risk, unless that was done a moment ago."""
        if not self._accounts or self._monotonic_s() - self._looked_s < PACE_S:
            return
        self._looked_s = self._monotonic_s()
        desk = find_desk()
        for account_id in list(self._accounts):
            if desk is None or not HUB.has_subscribers(NAME, account_id):
                del self._accounts[account_id]
            else:
                HUB.publish_private(NAME, account_id, risk_answer(desk, account_id))


FOLLOWED = Followed()


def snapshot_risk(params: dict[str, str], account_id: str) -> Any:
    """The risk as it stands, as `GET risk/` tells it, without what may be lost."""
    desk = get_desk()
    if desk is find_desk():
        FOLLOWED.add(account_id)
    return risk_answer(desk, account_id)


def register_channel() -> None:
    """Make the channel known to the hub."""
    register(ChannelKind(name=NAME, pattern=NAME, delivery="latest", snapshot=snapshot_risk, private=True, placed=True))


def publish_risk(desk: Desk, hub: Hub | PlacedHub, change: Change) -> None:
    """Tell who follows the accounts that a change touched."""
    for account_id in _touched(desk, change):
        if hub.has_subscribers(NAME, account_id):
            hub.publish_private(NAME, account_id, risk_answer(desk, account_id), trace_id=change.trace_id)


def _touched(desk: Desk, change: Change) -> list[str]:
    if change.risks and any(event.account_id == EVERY_ACCOUNT for event in change.risks):
        return list(desk.published.accounts)
    return list(dict.fromkeys([event.account_id for event in change.events]))
