"""The stream `alerts` of an account: its events that nobody has acknowledged, then each event and what becomes of it."""

from collections.abc import Callable
from typing import Any, Final

from streams.channels import ChannelKind, register
from streams.hub import HUB
from trading.alerts.answers import event_answer
from trading.alerts.events import AlertEvent

NAME: Final = "alerts"


def register_channel(unacknowledged: Callable[[str], list[AlertEvent]]) -> None:
    """Make the channel known to the hub; `unacknowledged` gives an account's events, newest first."""

    def snapshot(params: dict[str, str], account_id: str) -> Any:
        return [event_answer(event) for event in unacknowledged(account_id)]

    register(ChannelKind(name=NAME, pattern=NAME, delivery="every", snapshot=snapshot, private=True))


def publish(event: AlertEvent) -> None:
    """Tell who listens of an event as it is now; one that was told before has the same id."""
    if HUB.has_subscribers(NAME, event.account):
        HUB.publish_private(NAME, event.account, event_answer(event))
