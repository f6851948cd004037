"""The Channels consumer that serves `/ws`: from accept to close of one connection.

It keeps Channels' place in routing but has its own receive loop: Channels' dispatch hops to a thread for every message
(to close database connections that are not used here), and its group layer copies each message for each receiver.
Host and Origin were checked before, by the gateway's guard.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from channels.consumer import AsyncConsumer

from kit.access import UNLIMITED, Access, unknown_account
from kit.caller import Caller
from kit.clock import SYSTEM_CLOCK
from kit.errors import DomainError, NotFound, Unavailable, invalid_field
from kit.token_bucket import TokenBuckets
from streams.frames import AsgiMessage, ErrorFrame
from streams.hub import HUB, MAX_SOCKETS, Hub
from streams.operations import REGISTRY, OperationRegistry
from streams.places import MAIN, PLACES
from streams.session import MESSAGES_PER_S, Session
from streams.sockets import CLOSE_INTERNAL, CLOSE_POLICY, CLOSE_TRY_LATER, Socket
from streams.transports import AsgiReceive, AsgiSend, transport_of

ACCOUNT_HEADER = b"x-account"
REHEARSAL_HEADER = b"x-rehearsal"
_ACCOUNT = re.compile(r"[A-Za-z0-9_.\-]{1,64}")

limiter: Callable[[Caller], bool] | None = None
"""Whether a client may send one more message; the gateway's rate limit, set by it."""

account_exists: Callable[[str], bool] | None = None
"""Whether there is such an account; set by whoever keeps the accounts."""

MESSAGE_BUCKETS = TokenBuckets(MESSAGES_PER_S, MESSAGES_PER_S, SYSTEM_CLOCK, max_keys=2 * MAX_SOCKETS)
"""What each socket may still send; twice as many as sockets, so that none loses its count to a newer one."""

FAILED = "Something went wrong on our side; the log says what. Connect again and resume."

logger = logging.getLogger(__name__)


class StreamConsumer(AsyncConsumer):
    """Serves one WebSocket connection."""

    def __init__(
        self,
        *,
        hub: Hub = HUB,
        operations: OperationRegistry = REGISTRY,
        buckets: TokenBuckets = MESSAGE_BUCKETS,
    ) -> None:
        self._hub = hub
        self._operations = operations
        self._buckets = buckets

    async def __call__(self, scope: dict[str, Any], receive: AsgiReceive, send: AsgiSend) -> None:
        """Accept, serve until either side ends it, and clean up. The handshake's answer has the scope's `answer_headers`."""
        if (await receive())["type"] != "websocket.connect":
            return
        accepted = {"type": "websocket.accept", "headers": scope.get("answer_headers", [])}
        await send({**accepted, "subprotocol": scope.get("subprotocol")})
        try:
            socket = self._open(scope, send)
        except Exception:
            logger.exception("a socket could not be opened")
            await transport_of(send).send({"type": "websocket.close", "code": CLOSE_INTERNAL, "reason": "INTERNAL"})
            return
        try:
            await self._serve(socket, receive)
        except asyncio.CancelledError:
            if not socket.was_cut:  # then it was the server that wants to stop, not the hub that cut this socket
                raise
        finally:
            self._hub.disconnect(socket)

    def _open(self, scope: dict[str, Any], send: AsgiSend) -> Socket:
        """The connection as a socket of the hub; one that may not stay is told why and closed."""
        task = asyncio.current_task()
        assert task is not None, "ASGI applications run in a task"
        access = scope.get("access", UNLIMITED)
        account, place, refusal = _address_of(scope, access)
        socket = Socket(
            transport_of(send),
            account=account,
            place=place,
            caller=scope.get("caller") or Caller(address=(scope.get("client") or ("",))[0]),
            access=access,
            clock=self._hub.clock,
            tally=self._hub.tally,
            on_left=self._hub.left,
            end_consumer=task.cancel,
        )
        try:
            self._hub.connect(socket)
            if refusal is not None:
                raise refusal
        except DomainError as error:
            code = CLOSE_TRY_LATER if isinstance(error, Unavailable) else CLOSE_POLICY
            socket.close(code, error.code, last_words=ErrorFrame(None, error.code, error.message))
        return socket

    async def _serve(self, socket: Socket, receive: AsgiReceive) -> None:
        session = Session(
            socket,
            hub=self._hub,
            operations=self._operations,
            buckets=self._buckets,
            allow=lambda: limiter is None or limiter(socket.caller),
        )
        try:
            while True:
                message: AsgiMessage = await receive()
                if message["type"] == "websocket.disconnect":
                    return
                try:
                    if not session.is_ready:
                        await session.until_ready()
                    if socket.takes_requests:  # of one that is gone nothing more is begun
                        session.receive(message.get("text"))
                except Exception:  # a fault of ours: this socket ends, told why; the others go on
                    logger.exception("socket %d failed", socket.id)
                    socket.close(CLOSE_INTERNAL, "INTERNAL", last_words=ErrorFrame(None, "INTERNAL", FAILED))
        finally:
            session.end()


def _address_of(
    scope: dict[str, Any], access: Access, is_known: Callable[[str, str], bool] | None = None
) -> tuple[str, str, DomainError | None]:
    """Account and place that address or headers name, else the key's own at the main place; and why it cannot be served."""
    try:
        query = parse_qs(scope.get("query_string", b"").decode("ascii"), keep_blank_values=True, max_num_fields=16)
    except ValueError:
        return "", MAIN, invalid_field("account", "The query string cannot be read.")
    headers = scope.get("headers") or []
    named = _named(query, "account", headers, ACCOUNT_HEADER) or [access.home_account]
    if len(named) != 1 or _ACCOUNT.fullmatch(named[0]) is None:
        rule = "Must be one account id of letters, digits, '_', '.' and '-', up to 64, in the address or in X-Account."
        return "", MAIN, invalid_field("account", rule)
    places = _named(query, "rehearsal", headers, REHEARSAL_HEADER) or [MAIN]
    try:
        if len(places) != 1 or not access.sees(named[0]) or not (is_known or _has_account)(places[0], named[0]):
            return "", MAIN, unknown_account(named[0])
    except NotFound as unknown:
        return "", MAIN, unknown
    return named[0], places[0], None


def named_account(scope: dict[str, Any], access: Access) -> str | None:
    """The account of the main place that a handshake is about; None for a rehearsal, and for what will be refused."""
    account, place, _ = _address_of(scope, access, is_known=lambda place, account: True)
    return account if account and place == MAIN else None


def _named(
    query: dict[str, list[str]], parameter: str, headers: Iterable[tuple[bytes, bytes]], header: bytes
) -> list[str]:
    """What the handshake names, by a parameter of its address or by a header as REST has it; both may say the same."""
    sent = (value.decode("latin1") for name, value in headers if name == header)
    return list(dict.fromkeys([*query.get(parameter, ()), *sent]))


def _has_account(place: str, account: str) -> bool:
    """Whether there is such an account at a place; raises NotFound for an unknown place."""
    if place == MAIN:
        return account_exists is None or account_exists(account)
    return PLACES.has_account(place, account)
