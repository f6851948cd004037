"""Who comes in with a key: the one place where a token is read and checked, for requests and for sockets.

A right key is always let in. Wrong ones count against their address: after `WRONG_KEYS` in a minute further wrong ones
get 429, which keeps a broken program from filling the log. Guessing needs no such limit, since nobody guesses 256 bits;
so it does not lock out the good keys behind the same address, and a flood of wrong ones harms nobody but its sender.
"""

from typing import Final

from django.conf import settings

from api.errors import RateLimited, Unauthenticated
from gateway.limiter import address_key
from gateway.visit import Scope, Visit
from kit.access import NO_ACCESS, UNLIMITED, Access
from kit.caller import Caller
from kit.errors import DomainError
from kit.token_bucket import TokenBuckets
from operations.keys.ring import Key
from operations.keys.services import RING
from operations.metrics import RATE_LIMITED

WRONG_KEYS: Final = 10
WRONG_KEYS_WINDOW_S: Final = 60
WRONG = TokenBuckets(WRONG_KEYS / WRONG_KEYS_WINDOW_S, WRONG_KEYS)
"""What each address may still get wrong."""

SUBPROTOCOL: Final = "sandbar"
KEY_SUBPROTOCOL: Final = "sandbar.key."
"""How a page sends its key, as a browser lets it set no header on a WebSocket; the answer names SUBPROTOCOL alone."""

_SCHEME: Final = "bearer "


def admit(visit: Visit, authorization: str | None) -> Access:
    """What the visitor with this Authorization header may do; notes in the visit who it is.

    Without one that is everything, where authentication is off. Raises Unauthenticated or RateLimited.
    """
    if authorization is not None:
        return _admit_key(visit, authorization[len(_SCHEME) :] if _is_bearer(authorization) else "")
    if settings.DISABLE_AUTH:
        return UNLIMITED
    raise Unauthenticated("This needs a key: send it as 'Authorization: Bearer sbk_…'.")


def access_without_key() -> Access:
    """What the public pages are asked with: nothing that a key would open."""
    return UNLIMITED if settings.DISABLE_AUTH else NO_ACCESS


def admit_socket(visit: Visit, scope: Scope) -> DomainError | None:
    """Check a handshake's key, from its header or its subprotocols; why it may not come in, or None.

    Leaves `access` and the `subprotocol` to answer in the scope.
    """
    offered: list[str] = scope.get("subprotocols") or []
    scope["subprotocol"] = SUBPROTOCOL if SUBPROTOCOL in offered else None
    scope["access"] = UNLIMITED
    if not settings.PERSONAL_API_KEY_ENABLED:
        return None
    try:
        scope["access"] = admit(visit, _authorization_of(scope, offered))
        scope["access"].require("read")
    except DomainError as refusal:
        return refusal
    return None


def _admit_key(visit: Visit, token: str) -> Access:
    try:
        key: Key = RING.check(token.strip(), visit.client)
    except Unauthenticated as refusal:
        raise _counted(refusal, visit) from None
    visit.key = key
    visit.caller = Caller("key", key.id, visit.client)
    return key.access


def _counted(refusal: Unauthenticated, visit: Visit) -> DomainError:
    """The refusal of a wrong key, or of one wrong key too many."""
    verdict = WRONG.take(address_key(visit.client))
    if verdict.allowed:
        return refusal
    RATE_LIMITED.add(("wrong_keys",))
    message = f"Too many wrong keys from this address; try again in {verdict.retry_after_s} s."
    return RateLimited(message, retry_after_s=verdict.retry_after_s)


def _authorization_of(scope: Scope, offered: list[str]) -> str | None:
    """The handshake's key as a header says it."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            header: str = value.decode("latin1")
            return header
    for protocol in offered:
        if protocol.startswith(KEY_SUBPROTOCOL):
            return _SCHEME + protocol.removeprefix(KEY_SUBPROTOCOL)
    return None


def _is_bearer(authorization: str) -> bool:
    return authorization[: len(_SCHEME)].lower() == _SCHEME
