"""Occurrences: what happened once, as others tell it, and what of it is read off the exchange's own changes."""

from collections.abc import Iterator

import msgspec

from trading.published import Change
from trading.sandbox.events import OrderRejected, RiskStateSet
from trading.sandbox.limits import EVERY_ACCOUNT


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened. `kind` is one of `conditions.OCCURRENCES`; `account` None concerns everybody.

    `text` is a sentence, `value` the one word or number of it that is kept. `time_ns` is by the market's clock.
    """

    kind: str
    account: str | None
    text: str
    time_ns: int
    symbol: str | None = None
    value: str | None = None


def occurrences_in(change: Change) -> Iterator[Occurrence]:
    """What rules may wait for in a durable change."""
    for event in change.events:
        if type(event) is OrderRejected:
            yield Occurrence(
                kind="order_rejected",
                account=event.account_id,
                symbol=event.symbol,
                text=f"An order to {event.side.value} {event.symbol} was refused: {event.reason} It is {event.order_id}.",
                value=event.code,
                time_ns=event.time_ns,
            )
        elif type(event) is RiskStateSet:
            is_all = event.account_id == EVERY_ACCOUNT
            yield Occurrence(
                kind="risk_state_changed",
                account=None if is_all else event.account_id,
                text=f"Trading of {'every account' if is_all else event.account_id} is {event.state.value}: {event.reason}",
                value=event.state.value,
                time_ns=event.time_ns,
            )
