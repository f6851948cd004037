"""Who asks for the work at hand: an address, a key, a logged-in user, a strategy, or the system itself.

Whoever lets a request in says it once; the journal, the audit and the log read it here.
"""

from contextvars import ContextVar
from typing import Literal

import msgspec

CallerKind = Literal["address", "key", "user", "strategy", "system"]


class Caller(msgspec.Struct, frozen=True):
    """Who asks. `name` is the key's id, the user's name, the strategy's id or the part of the system; `address` is the
    network address the request came from, empty where it came over no network.
    """

    kind: CallerKind = "address"
    name: str = ""
    address: str = ""

    @property
    def actor(self) -> str:
        """The form that is kept: `127.0.0.1`, `key:01a2…@127.0.0.1`, `user:admin@127.0.0.1`, `system:first start`."""
        if self.kind == "address":
            return self.address
        return f"{self.kind}:{self.name}@{self.address}" if self.address else f"{self.kind}:{self.name}"


NOBODY = Caller()
"""Outside of any request, message or job."""

_current_caller: ContextVar[Caller] = ContextVar("caller", default=NOBODY)


def current_caller() -> Caller:
    """Who asks for what is being done; NOBODY outside of any request."""
    return _current_caller.get()


def set_caller(caller: Caller) -> None:
    """Make `caller` the one of the present context (a task, a thread)."""
    _current_caller.set(caller)
