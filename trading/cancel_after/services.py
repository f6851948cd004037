"""Setting, renewing, ending and reading the dead-man switch of an account."""

import msgspec

from api.staged import Staged
from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK
from kit.errors import invalid_field
from trading import tunables
from trading.numbers import time_text
from trading.sandbox.orders import SetCancelAfter
from trading.services import StagedChange, get_desk


class CancelAfterAnswer(msgspec.Struct, frozen=True):
    """The switch of an account."""

    account: str
    deadline: str | None


def set_cancel_after(account_id: str, seconds: int, *, actor: str) -> Staged:
    """Set or renew the switch, or end it with 0; raises Invalid for more seconds than are allowed, and NotFound."""
    most = tunables.CANCEL_AFTER_MAX_SECONDS.value
    if seconds > most:
        raise invalid_field("seconds", f"Must be at most {most}; 0 ends the switch.")
    desk = get_desk()
    deadline_ns = SYSTEM_CLOCK.now_ns() + seconds * NS_PER_SECOND if seconds else None
    executed = desk.execute(SetCancelAfter(account_id=account_id, deadline_ns=deadline_ns), actor=actor)
    return StagedChange(desk, [executed], _answer(account_id, deadline_ns))


def get_cancel_after(account_id: str) -> CancelAfterAnswer:
    """The switch as it is durable; raises NotFound."""
    account = get_desk().published.account(account_id).account
    return _answer(account_id, account.cancel_after_ns)


def _answer(account_id: str, deadline_ns: int | None) -> CancelAfterAnswer:
    return CancelAfterAnswer(account_id, None if deadline_ns is None else time_text(deadline_ns))
