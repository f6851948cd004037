"""The operations of one socket: begun in the order of their messages, answered by id as they are done.

A client may send many without waiting. So many may be under way, and the next message is read when one of them is done;
the loop is let go after some that came at once. Answers of one turn of the loop leave in one write.
"""

import asyncio
import logging
import time
from collections.abc import Coroutine
from typing import Any, Final

import msgspec

from kit.caller import set_caller
from kit.clock import NS_PER_SECOND
from kit.errors import Forbidden, NotFound
from kit.trace import current_trace_id, new_id, set_trace_id
from kit.trail import begin_trail
from streams import operations
from streams.frames import Failure, Message, OperationError, Request, RequestId, Success, message_of
from streams.hub import Hub
from streams.operations import Handler, Operation, OperationAnswer, OperationCall, OperationRegistry, Performed
from streams.places import MAIN, PLACES
from streams.sockets import Socket

MAX_OPERATIONS = 256
"""Operations of one socket that are under way at once: what a batch of the journal takes. All their answers fit into what
may wait for a socket that does not read."""

OPERATIONS_A_TURN: Final = 32
"""Operations of one socket that are begun in a row before others have their turn: some two milliseconds."""

FAILED: Final = "Something went wrong on our side; the log has it under this trace id."

logger = logging.getLogger(__name__)
_params_decoder = msgspec.json.Decoder(dict[str, Any])


class Performing:
    """What one socket has under way."""

    def __init__(self, socket: Socket, registry: OperationRegistry, hub: Hub) -> None:
        self._socket = socket
        self._registry = registry
        self._hub = hub
        self._loop = asyncio.get_running_loop()
        self._connection_trace_id = current_trace_id()
        self._running: dict[OperationCall, None] = {}
        self._results: list[Message] = []
        self._answered: list[OperationCall] = []
        self._begun_in_a_row = 0
        self._room: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        set_caller(socket.caller)

    # ------------------------------------------------------------------ room

    @property
    def has_room(self) -> bool:
        """Whether another one may be begun in this turn."""
        return len(self._running) < MAX_OPERATIONS and self._begun_in_a_row < OPERATIONS_A_TURN

    async def until_room(self) -> None:
        """Wait until fewer are under way than may be, and let others have their turn."""
        while len(self._running) >= MAX_OPERATIONS:
            self._room = self._loop.create_future()
            await self._room
        if self._begun_in_a_row >= OPERATIONS_A_TURN:
            self._begun_in_a_row = 0
            await asyncio.sleep(0)

    # ------------------------------------------------------------------ beginning

    def begin(self, request: Request) -> bool:
        """Begin what was asked for, in this turn; False when there is no such operation."""
        operation = self._registry.find(request.op)
        if operation is None:
            return False
        self._begun_in_a_row += 1
        call = self._call_of(request)
        self._running[call] = None
        if self._timer is None:
            self._watch_time()
        set_trace_id(call.trace_id)
        try:
            call.access.require(operation.scope)
            if call.place == MAIN:
                self._start(operation, call)
            else:
                with PLACES.enter(call.place):
                    self._start(operation, call)
        except Forbidden as refusal:
            call.answer(_refusal(403, refusal.code, refusal.message, refusal.details))
        except NotFound as ended:  # the place
            call.answer(_refusal(404, ended.code, ended.message, ended.details))
        except Exception:
            logger.exception("the operation %s failed", call.name)
            call.answer(_refusal(500, "INTERNAL", FAILED))
        finally:
            set_trace_id(self._connection_trace_id)
        return True

    def turn_away(self, name: object, request_id: RequestId, message: str) -> bool:
        """Answer an operation that came too fast and is not begun; False when there is no such operation."""
        if self._registry.find(name) is None:
            return False
        self._send(message_of(Failure(request_id, 429, OperationError("RATE_LIMITED", message))))
        return True

    def _call_of(self, request: Request) -> OperationCall:
        socket = self._socket
        return OperationCall(
            request.op,
            request.id,
            bytes(request.params),
            request.idempotency_key,
            socket.account,
            socket.place,
            socket.caller,
            socket.access,
            self._spawn,
            self._finish,
            new_id(),
            time.monotonic_ns(),
            begin_trail(),
        )

    def _start(self, operation: Operation, call: OperationCall) -> None:
        if operation.start is not None:
            operation.start(call)
            return
        assert operation.handle is not None, "an operation has one way to be carried out"
        # A task of its own: tasks begin in the order of the messages, and a client that hangs up stops none half way.
        self._spawn(self._run(operation.handle, call))

    async def _run(self, handle: Handler, call: OperationCall) -> None:
        try:
            params = _params_decoder.decode(call.params) if call.params else {}
        except msgspec.MsgspecError as error:
            call.answer(_refusal(400, "VALIDATION_FAILED", f"params: {error}."))
            return
        try:
            answer = await handle(params, call.account, call.idempotency_key)
        except Exception:
            logger.exception("the operation %s failed", call.name)
            answer = _refusal(500, "INTERNAL", FAILED)
        call.answer(answer)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._hub.spawn(work, name=f"stream operation {self._socket.id}")

    # ------------------------------------------------------------------ answering

    def _finish(self, call: OperationCall, answer: OperationAnswer) -> None:
        """It is done, whether somebody still waits for it or not."""
        if call.is_done:
            return
        call.is_done = True
        if operations.recorder is None or call.trail.is_journaled or call.is_replayed:
            self._end(call, answer)
        else:
            self._spawn(self._record(call, answer))

    async def _record(self, call: OperationCall, answer: OperationAnswer) -> None:
        """Make the record of what the journal does not have, then answer."""
        assert operations.recorder is not None, "somebody keeps the record"
        set_trace_id(call.trace_id)
        set_caller(call.caller)
        operation = self._registry.find(call.name)
        action = call.name if operation is None else operation.action
        try:
            performed = Performed(call.name, _shown(call.params), call.account, _readable(answer), call.trail, action)
            await operations.recorder(performed)
        except Exception:
            logger.exception("the record of %s was not made", call.name)
        self._end(call, answer)

    def _end(self, call: OperationCall, answer: OperationAnswer) -> None:
        del self._running[call]
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        if not call.status:
            self._answer(call, answer)

    def _answer(self, call: OperationCall, answer: OperationAnswer) -> None:
        call.status = answer.status
        call.ended_ns = time.monotonic_ns()
        self._send(_message_of(call, answer))
        self._answered.append(call)

    def _send(self, message: Message) -> None:
        """Let it leave at the end of this turn, together with the others of it."""
        if not self._results:
            self._loop.call_soon(self.flush)
        self._results.append(message)

    def flush(self) -> None:
        """Write the answers that there are, then the log of them."""
        results, self._results = self._results, []
        if results:
            self._socket.reply_together(results)
        answered, self._answered = self._answered, []
        if answered and operations.observer is not None:
            operations.observer(answered)

    # ------------------------------------------------------------------ time

    def _watch_time(self) -> None:
        """While any is under way there is a timer for the one that began first: one for each would cost more than it."""
        if operations.timeout_s is not None:
            self._timer = self._loop.call_later(operations.timeout_s(), self._look)

    def _look(self) -> None:
        """Answer those that take too long; they go on, and count as under way until they are done."""
        assert operations.timeout_s is not None, "there was a limit when the timer was set"
        self._timer = None
        timeout_s = operations.timeout_s()
        now_ns = time.monotonic_ns()
        for call in self._running:
            left_s = timeout_s - (now_ns - call.started_ns) / NS_PER_SECOND
            if left_s > 0:
                self._timer = self._loop.call_later(left_s, self._look)
                return
            if not call.status:
                self._answer(
                    call, _refusal(504, "TIMEOUT", f"No answer within {timeout_s:g} s. It may still take effect.")
                )

    def end(self) -> None:
        """The connection is gone."""
        if self._timer is not None:
            self._timer.cancel()


def _refusal(status: int, code: str, message: str, details: dict[str, Any] | None = None) -> OperationAnswer:
    return OperationAnswer(status, error=OperationError(code, message, details or {}))


def _message_of(call: OperationCall, answer: OperationAnswer) -> Message:
    if answer.error is not None:
        frame = Failure(call.request_id, answer.status, answer.error, call.trace_id, call.is_replayed)
        return message_of(frame)
    return message_of(Success(call.request_id, answer.status, answer.data, call.trace_id, call.is_replayed))


def _shown(params: bytes) -> Any:
    """What was sent, for the record; nothing where it is no JSON."""
    try:
        return msgspec.json.decode(params) if params else {}
    except (msgspec.DecodeError, RecursionError):
        return None


def _readable(answer: OperationAnswer) -> OperationAnswer:
    """The answer with data that can be looked into."""
    if type(answer.data) is not msgspec.Raw:
        return answer
    return OperationAnswer(answer.status, msgspec.json.decode(answer.data), answer.error)
