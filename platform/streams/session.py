"""One client's conversation: what it asks for is read, checked and answered here.

A request that makes no sense is answered with an error frame. Limits are not negotiable: breaking one is answered
and then the socket is closed.
"""

import logging
from collections.abc import Callable

import msgspec

from kit import tunables
from kit.errors import DomainError, Invalid
from kit.token_bucket import TokenBuckets
from streams import operations
from streams.channels import ResolvedChannel
from streams.frames import (
    Ack,
    ChannelRequest,
    ErrorFrame,
    Pong,
    Request,
    RequestId,
    decode_request,
    request_head_of,
    request_id_of,
    require_params_object,
)
from streams.hub import Hub
from streams.operations import OperationRegistry
from streams.performing import Performing
from streams.sockets import CLOSE_POLICY, CLOSE_TOO_BIG, Socket

MAX_FRAME_BYTES = 64 * 1024
MAX_CHANNELS = 200
MESSAGES_PER_S = 50

CHANNELS = tunables.whole_number(
    "sockets.channels",
    MAX_CHANNELS,
    minimum=1,
    maximum=10_000,
    unit="channels",
    why="Channels of one socket, and names in one request; the next one closes the socket. Those it has already stay.",
)

MESSAGES_PER_SECOND = tunables.whole_number(
    "sockets.messages_per_second",
    MESSAGES_PER_S,
    minimum=1,
    maximum=100_000,
    unit="messages/s",
    why="Messages that one socket may send, orders included, with a burst of as many; one more closes the socket.",
    variable="SOCKET_MESSAGES_PER_SECOND",
)

MAX_OFFENCES = 3
"""Frames in a row that are not requests at all; the last of them closes the socket."""

TOO_FAST = "Too many requests from this address; slow down."

logger = logging.getLogger(__name__)


class Session:
    """Reads one socket's requests, in their order."""

    def __init__(
        self,
        socket: Socket,
        *,
        hub: Hub,
        operations: OperationRegistry,
        buckets: TokenBuckets,
        allow: Callable[[], bool],
    ) -> None:
        self._socket = socket
        self._hub = hub
        self._operations = operations
        self._buckets = buckets
        self._allow = allow
        self._key = str(socket.id)
        self._performing = Performing(socket, operations, hub)
        self._offences = 0

    @property
    def is_ready(self) -> bool:
        """Whether the next message may be read at once."""
        return not self._socket.is_blocked and self._performing.has_room

    async def until_ready(self) -> None:
        """Wait while the client does not read its answers, or has all the operations running that it may have."""
        await self._socket.until_writable()
        await self._performing.until_room()

    def end(self) -> None:
        """The connection is gone: what was begun goes on, and nobody is answered."""
        self._performing.end()

    def receive(self, text: str | None) -> None:
        """Handle one frame from the client; `text` is None for a binary one."""
        messages_per_s = MESSAGES_PER_SECOND.value
        if messages_per_s != self._buckets.rate_per_s:
            self._buckets.change_rate(messages_per_s, messages_per_s)
        if not self._buckets.allows(self._key):
            self._break_off("RATE_LIMITED", f"More than {messages_per_s} messages a second.", CLOSE_POLICY)
        elif text is None:
            self._offend("BINARY_FRAME", "Frames are JSON text, not binary.")
        elif len(text) > MAX_FRAME_BYTES or (not text.isascii() and len(text.encode()) > MAX_FRAME_BYTES):
            self._break_off("FRAME_TOO_LARGE", f"A frame may have {MAX_FRAME_BYTES} bytes.", CLOSE_TOO_BIG)
        elif not self._allow():
            self._turn_away(text)
        else:
            self._read(text)

    def _turn_away(self, text: str) -> None:
        """A message above the address's rate is not done; an operation is told so as REST would."""
        if operations.turned_away is not None:
            operations.turned_away(self._socket.caller.address, "RATE_LIMITED")
        head = request_head_of(text)
        if not self._performing.turn_away(head.op, head.id, TOO_FAST):
            self._error(head.id, "RATE_LIMITED", TOO_FAST)

    def _read(self, text: str) -> None:
        try:
            request = decode_request(text)
            if request.op in operations.RESERVED:
                require_params_object(request)
        except msgspec.ValidationError as error:
            self._refuse(text, error)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            self._offend("MALFORMED_JSON", "This frame is not JSON.")
        else:
            self._offences = 0
            if request.op in operations.RESERVED:
                self._dispatch(request)
            elif not self._performing.begin(request):
                known = ", ".join(self._operations.names())
                self._error(request.id, "UNKNOWN_OPERATION", f"There is no op {request.op[:64]!r}; there are {known}.")

    def _refuse(self, text: str, error: msgspec.ValidationError) -> None:
        """JSON that is no request: an object can be answered under its id, anything else is an offence."""
        if not text.lstrip(" \t\r\n").startswith("{"):
            self._offend("VALIDATION_FAILED", "A frame is one JSON object.")
            return
        self._offences = 0
        self._error(request_id_of(text), "VALIDATION_FAILED", f"{error}.")

    def _dispatch(self, request: Request) -> None:
        match request.op:
            case "subscribe":
                self._subscribe(request)
            case "unsubscribe":
                self._unsubscribe(request)
            case "list":
                positions = [subscription.position for subscription in self._socket.subscriptions.values()]
                self._socket.reply(Ack(request.id, positions))
            case "ping":
                self._socket.reply(Pong(request.id))

    # ------------------------------------------------------------------ channels

    def _subscribe(self, request: Request) -> None:
        wanted = self._wanted(request)
        if wanted is None:
            return
        begun = []
        for resolved, channel in wanted.values():
            try:
                begun.append(self._hub.subscribe(self._socket, resolved, channel))
            except DomainError as error:
                self._error(request.id, error.code, error.message, channel.name)
            except Exception:
                logger.exception("subscribing to %s failed", channel.name)
                self._error(request.id, "INTERNAL", "Subscribing failed; the log says why.", channel.name)
        acknowledgement = Ack(request.id, [subscription.channel.position for subscription in begun])
        self._socket.begin(acknowledgement, begun)

    def _wanted(self, request: Request) -> dict[str, tuple[ResolvedChannel, ChannelRequest]] | None:
        """The channels asked for that exist, by name; None when the request as a whole is refused."""
        if not request.channels:
            self._error(request.id, "VALIDATION_FAILED", "channels: Name at least one channel.")
            return None
        asked = [ChannelRequest(each) if isinstance(each, str) else each for each in request.channels]
        names = self._socket.subscriptions.keys() | {channel.name for channel in asked}
        if len(asked) > CHANNELS.value or len(names) > CHANNELS.value:
            self._refuse_channels(request.id)
            return None
        wanted = {}
        for channel in asked:
            try:
                wanted[channel.name] = (self._resolve(channel), channel)
            except DomainError as error:
                self._error(request.id, error.code, error.message, channel.name)
        return wanted

    def _resolve(self, channel: ChannelRequest) -> ResolvedChannel:
        resolved = self._hub.registry.resolve(channel.name)
        self._socket.access.require(resolved.kind.scope)
        _require_whole(channel)
        return resolved

    def _unsubscribe(self, request: Request) -> None:
        if len(request.channels) > CHANNELS.value:
            self._refuse_channels(request.id)
            return
        names = [channel if isinstance(channel, str) else channel.name for channel in request.channels]
        ended = [subscription for name in names if (subscription := self._socket.drop(name)) is not None]
        self._socket.reply(Ack(request.id, [subscription.position for subscription in ended]))

    # ------------------------------------------------------------------ refusals

    def _refuse_channels(self, request_id: RequestId) -> None:
        self._break_off("TOO_MANY_CHANNELS", f"A socket may have {CHANNELS.value} channels.", CLOSE_POLICY, request_id)

    def _error(self, request_id: RequestId, code: str, message: str, channel: str = "") -> None:
        self._socket.reply(ErrorFrame(request_id, code, message, channel))

    def _offend(self, code: str, message: str) -> None:
        self._offences += 1
        if self._offences >= MAX_OFFENCES:
            self._break_off(code, message, CLOSE_POLICY)
        else:
            self._error(None, code, message)

    def _break_off(self, code: str, message: str, close_code: int, request_id: RequestId = None) -> None:
        self._performing.flush()
        self._socket.close(close_code, code, last_words=ErrorFrame(request_id, code, message))


def _require_whole(channel: ChannelRequest) -> None:
    """A place to resume from is a stream and a seq; raises Invalid when one of them is missing."""
    if (channel.stream is None) != (channel.after is None):
        raise Invalid("To resume, send both stream and after, as the ack and the last frame gave them.")
