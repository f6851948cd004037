"""Watches the deadlines of one desk's accounts, and fires a switch when its time has come.

The deadlines are in the journal, so a restart knows them: what ran out while the gateway was down fires at the start, before
any price, for nobody could renew it; the others go on with the time that is left.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Protocol

from kit.caller import Caller
from kit.clock import NS_PER_SECOND, Clock
from kit.errors import Unavailable
from trading.published import Change, Published
from trading.sandbox.events import CancelAfterSet
from trading.sandbox.orders import FireCancelAfter

MAX_SLEEP_S = 60.0
"""The machine's clock may be set forward; it is looked at so often at least."""

RETRY_S = 1.0
"""After an attempt that the journal did not let through."""

ACTOR = Caller("system", "cancel-after").actor

_log = logging.getLogger(__name__)


class SwitchDesk(Protocol):
    """What of a desk is needed."""

    @property
    def published(self) -> Published:
        """The durable state."""
        ...

    def execute(self, command: FireCancelAfter, *, actor: str = "") -> Any:
        """Apply a command."""
        ...


class CancelAfterSwitches:
    """The armed switches of a desk; used on its event loop alone."""

    def __init__(self, desk: SwitchDesk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock
        self._deadlines: dict[str, int] = {}
        self._timer: asyncio.TimerHandle | None = None

    @property
    def deadlines(self) -> Mapping[str, int]:
        """The deadline of each account that has one and has not fired."""
        return self._deadlines

    def note(self, change: Change) -> None:
        """Take in what became durable."""
        if not change.accounts:
            return
        moved = [event for event in change.accounts if isinstance(event, CancelAfterSet)]
        for event in moved:
            if event.deadline_ns is None:
                self._deadlines.pop(event.account_id, None)
            else:
                self._deadlines[event.account_id] = event.deadline_ns
        if moved:
            self._wait()

    def rearm(self) -> None:
        """Begin with what the durable state says, and fire at once what ran out while nobody watched."""
        self._deadlines = {
            account_id: account.account.cancel_after_ns
            for account_id, account in self._desk.published.accounts.items()
            if account.account.cancel_after_ns is not None
        }
        self.fire_due()

    def fire_due(self) -> None:
        """Fire every switch whose time has come by the machine's clock, and wait for the next."""
        now_ns = self._clock.now_ns()
        pause_s = 0.0
        for account_id, deadline_ns in list(self._deadlines.items()):
            if deadline_ns > now_ns:
                continue
            try:
                self._desk.execute(FireCancelAfter(account_id=account_id, deadline_ns=deadline_ns), actor=ACTOR)
            except Unavailable as fault:
                _log.warning("Orders of %s are still to be canceled, their switch ran out: %s", account_id, fault)
                pause_s = RETRY_S
                break
            _log.warning("The cancel-after switch of %s ran out; its orders are canceled.", account_id)
            del self._deadlines[account_id]
        self._wait(pause_s)

    def stop(self) -> None:
        """Watch no more; the deadlines stay in the journal."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self, at_least_s: float = 0.0) -> None:
        self.stop()
        if self._deadlines:
            left_s = (min(self._deadlines.values()) - self._clock.now_ns()) / NS_PER_SECOND
            delay_s = min(max(left_s, at_least_s, 0.0), MAX_SLEEP_S)
            self._timer = asyncio.get_running_loop().call_later(delay_s, self.fire_due)
