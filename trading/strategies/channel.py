"""The stream `strategies` of an account: its runs that go on, then each change of one and each signal."""

from collections.abc import Callable
from typing import Any, Final

from streams.channels import ChannelKind, register
from streams.hub import Hub, PlacedHub
from trading.strategies.answers import RunAnswer, RunEvent, SignalEvent, signal_answer
from trading.strategies.records import Signal

NAME: Final = "strategies"


def register_channel(runs_of: Callable[[str], list[RunAnswer]]) -> None:
    """Make the channel known to the hub; `runs_of` gives the runs of an account's strategies."""

    def snapshot(params: dict[str, str], account_id: str) -> Any:
        return runs_of(account_id)

    register(ChannelKind(name=NAME, pattern=NAME, delivery="every", snapshot=snapshot, private=True, placed=True))


def publish_run(hub: Hub | PlacedHub, owner: str, run: Callable[[], RunAnswer]) -> None:
    """Tell who listens how a run is; it is not even put together where nobody does."""
    if hub.has_subscribers(NAME, owner):
        hub.publish_private(NAME, owner, RunEvent("run", run()))


def publish_signal(hub: Hub | PlacedHub, owner: str, strategy_id: str, signal: Signal) -> None:
    """Tell who listens of a signal."""
    if hub.has_subscribers(NAME, owner):
        hub.publish_private(NAME, owner, SignalEvent("signal", strategy_id, signal_answer(signal)))
