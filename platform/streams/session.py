"""One client's conversation: what it asks for is read, checked and answered here.

A request that makes no sense is answered with an error frame. Limits are not negotiable: breaking one is answered
and then the socket is closed.
"""

import asyncio
import logging
from collections.abc import Callable

import msgspec

from kit import tunables
from kit.caller import set_caller
from kit.errors import DomainError, Forbidden, Invalid
from kit.token_bucket import TokenBuckets
from kit.trace import new_id, set_trace_id
from kit.trail import begin_trail
from streams import operations
from streams.channels import ResolvedChannel
from streams.frames import (
    Ack,
    ChannelRequest,
    ErrorFrame,
    Failure,
    Frame,
    OperationError,
    Pong,
    Request,
    RequestId,
    Success,
    decode_request,
    request_id_of,
)
from streams.hub import Hub
from streams.operations import Handler, OperationAnswer, OperationRegistry, Performed
from streams.places import PLACES
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
    why="Messages that one socket may send, with a burst of as many; one more closes the socket.",
)

MAX_OFFENCES = 3
"""Frames in a row that are not requests at all; the last of them closes the socket."""

MAX_OPERATIONS = 32
"""Operations of one socket that run at once; the next message is read when one of them is done."""

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
        self._running: set[asyncio.Task[None]] = set()
        self._offences = 0

    @property
    def is_ready(self) -> bool:
        """Whether the next message may be read at once."""
        return not self._socket.is_blocked and len(self._running) < MAX_OPERATIONS

    async def until_ready(self) -> None:
        """Wait while the client does not read its answers, or has all the operations running that it may have."""
        await self._socket.until_writable()
        if len(self._running) >= MAX_OPERATIONS:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    def receive(self, text: str | None) -> None:
        """Handle one frame from the client; `text` is None for a binary one."""
        messages_per_s = MESSAGES_PER_SECOND.value
        if messages_per_s != self._buckets.rate_per_s:
            self._buckets.change_rate(messages_per_s, messages_per_s)
        if not self._buckets.take(self._key).allowed:
            self._break_off("RATE_LIMITED", f"More than {messages_per_s} messages a second.", CLOSE_POLICY)
        elif text is None:
            self._offend("BINARY_FRAME", "Frames are JSON text, not binary.")
        elif len(text) > MAX_FRAME_BYTES or (not text.isascii() and len(text.encode()) > MAX_FRAME_BYTES):
            self._break_off("FRAME_TOO_LARGE", f"A frame may have {MAX_FRAME_BYTES} bytes.", CLOSE_TOO_BIG)
        elif not self._allow():
            if operations.turned_away is not None:
                operations.turned_away(self._socket.caller.address, "RATE_LIMITED")
            self._error(request_id_of(text), "RATE_LIMITED", "Too many requests from this address; slow down.")
        else:
            self._read(text)

    def _read(self, text: str) -> None:
        try:
            request = decode_request(text)
        except msgspec.ValidationError as error:
            self._refuse(text, error)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            self._offend("MALFORMED_JSON", "This frame is not JSON.")
        else:
            self._offences = 0
            self._dispatch(request)

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
            case _:
                self._start_operation(request)

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

    # ------------------------------------------------------------------ operations

    def _start_operation(self, request: Request) -> None:
        handler = self._operations.find(request.op)
        if handler is None:
            known = ", ".join(self._operations.names())
            self._error(request.id, "UNKNOWN_OPERATION", f"There is no op {request.op[:64]!r}; there are {known}.")
            return
        try:
            self._socket.access.require(self._operations.scope_of(request.op))
        except Forbidden as refusal:
            error = OperationError(refusal.code, refusal.message, refusal.details)
            self._socket.reply(_result_of(request.id, OperationAnswer(status=403, error=error)))
            return
        # A task of its own: tasks begin in the order of the messages, later messages need not wait for its end, and a
        # client that hangs up does not stop it half way.
        task = self._hub.spawn(self._run_operation(handler, request), name=f"stream operation {request.op}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run_operation(self, handler: Handler, request: Request) -> None:
        set_trace_id(new_id())
        set_caller(self._socket.caller)
        trail = begin_trail()
        try:
            with PLACES.enter(self._socket.place):
                answer = await handler(request.params, self._socket.account, request.idempotency_key)
        except Exception:
            logger.exception("the operation %s failed", request.op)
            error = OperationError("INTERNAL", "The operation failed; the log says why.")
            answer = OperationAnswer(status=500, error=error)
        if operations.recorder is not None and not trail.is_journaled:
            performed = Performed(request.op, request.params, self._socket.account, answer, trail)
            await operations.recorder(performed)
        self._socket.reply(_result_of(request.id, answer))

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
        self._socket.close(close_code, code, last_words=ErrorFrame(request_id, code, message))


def _require_whole(channel: ChannelRequest) -> None:
    """A place to resume from is a stream and a seq; raises Invalid when one of them is missing."""
    if (channel.stream is None) != (channel.after is None):
        raise Invalid("To resume, send both stream and after, as the ack and the last frame gave them.")


def _result_of(request_id: RequestId, answer: OperationAnswer) -> Frame:
    if answer.error is not None:
        return Failure(request_id, answer.status, answer.error)
    return Success(request_id, answer.status, answer.data)
