"""The dead-man switch of an account: when its client falls silent, its orders are canceled.

The deadline is a time of the machine's clock, not of the market's: it is the client that may have died, and a market that
stands still, runs fast or is replayed says nothing about that. The exchange only keeps it; whoever runs the exchange watches
the clock and says when it has come.
"""

from collections.abc import Callable

from kit.clock import iso_from_ns
from trading.sandbox import events as ev
from trading.sandbox.decision import Decision, canceled
from trading.sandbox.orders import FireCancelAfter, SetCancelAfter
from trading.sandbox.state import State


class CancelAfterDecisions:
    """Decides over the switches of one state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.deciders: dict[type, Callable[..., Decision]] = {SetCancelAfter: self._set, FireCancelAfter: self._fire}
        """By the type of a command, what it will do."""

    def _set(self, command: SetCancelAfter, time_ns: int) -> Decision:
        account = self._state.account(command.account_id)
        if account.cancel_after_ns == command.deadline_ns:
            return Decision([])
        return Decision([_moved(account.id, command.deadline_ns, time_ns)])

    def _fire(self, command: FireCancelAfter, time_ns: int) -> Decision:
        """Nothing when the deadline was renewed in the meantime."""
        account = self._state.account(command.account_id)
        if account.cancel_after_ns != command.deadline_ns:
            return Decision([])
        deadline = iso_from_ns(command.deadline_ns)
        reason = (
            f"Canceled by the cancel-after switch of the account: nobody renewed it before {deadline}. "
            "Place the order again, and renew the switch in time or end it with 0 seconds."
        )
        ended: list[ev.AnyEvent] = [
            canceled(order, reason, time_ns, nearest_ticks=self._state.nearest_ticks(order))
            for order in account.open_orders.values()
        ]
        return Decision([*ended, _moved(account.id, None, time_ns)])


def _moved(account_id: str, deadline_ns: int | None, time_ns: int) -> ev.CancelAfterSet:
    return ev.CancelAfterSet(time_ns=time_ns, account_id=account_id, deadline_ns=deadline_ns)
