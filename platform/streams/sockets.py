"""One client's connection: frames leave at once while it takes them, and by its one writer task while it does not."""

import asyncio
import itertools
import logging
from collections import deque
from collections.abc import Callable
from enum import IntEnum

from kit.access import UNLIMITED, Access
from kit.caller import NOBODY, Caller
from kit.clock import Clock
from kit.errors import DomainError
from kit.stepping import Started
from streams.frames import ErrorFrame, Frame, Message, message_of
from streams.live import LiveChannel, Owed, Subscription, Tally
from streams.places import MAIN
from streams.transports import Transport

SLOW_AFTER_S = 5.0
"""A socket is too slow when an update that must not be dropped waits longer, or when it takes nothing for as long."""

CLOSE_GRACE_S = 2.0
"""How long a closing socket may take to read why; then the connection is cut."""

MAX_WAITING_REPLIES = 512
"""Answers that may wait for a blocked socket: it is not read meanwhile, so one request's and the operations' remain."""

JOINED_BYTES = 16 * 1024
"""Frames that wait together for one socket leave in writes of about this size; each write is a system call."""

CLOSE_NORMAL = 1000
CLOSE_POLICY = 1008
CLOSE_TOO_BIG = 1009
CLOSE_INTERNAL = 1011
CLOSE_RESTART = 1012
CLOSE_TRY_LATER = 1013

logger = logging.getLogger(__name__)
_ids = itertools.count(1)


class Phase(IntEnum):
    """Where a socket is in its life."""

    OPEN = 0
    CLOSING = 1
    CLOSED = 2


def _refuse_to_write(_frames: bytes) -> bool:
    """Where the server takes ASGI messages only."""
    return False


class Socket:
    """A connected client. Everything here runs on the event loop; nothing but the writer waits.

    A send is tried at once: the frame is written where the server lets us, else the first step of its send runs in
    place, which is all there is to it while the connection takes data. That costs no task and no queue. When it must
    wait, the socket is blocked: the writer finishes that send and then fetches what is due from the channels' logs until
    the socket has everything.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        account: str,
        place: str = MAIN,
        caller: Caller = NOBODY,
        access: Access = UNLIMITED,
        clock: Clock,
        tally: Tally,
        on_left: Callable[[LiveChannel], None],
        end_consumer: Callable[[], object],
    ) -> None:
        self.id = next(_ids)
        self.account = account
        self.place = place
        self.caller = caller
        self.access = access
        self.subscriptions: dict[str, Subscription] = {}
        self.phase = Phase.OPEN
        self.was_cut = False
        self._send = transport.send
        self._write = transport.write or _refuse_to_write
        self._joined_bytes = JOINED_BYTES if transport.write else 0
        self._abort = transport.abort
        self._is_closing = transport.is_closing
        self._clock = clock
        self._tally = tally
        self._on_left = on_left
        self._end_consumer = end_consumer
        self._writer: asyncio.Task[None] | None = None
        self._replies: deque[Message] = deque()
        self._progress_s = 0.0
        self._closing_s = 0.0

    @property
    def takes_requests(self) -> bool:
        """Whether it is open and its connection not known to have ended; what the client sent before may still come."""
        return not self.phase and not self._is_closing()

    @property
    def is_blocked(self) -> bool:
        """Whether a send is waiting for the connection."""
        return self._writer is not None

    def reply(self, frame: Frame) -> None:
        """Send a frame that belongs to no channel; behind other replies when the socket is blocked."""
        if self.phase is Phase.OPEN:
            self._queue(message_of(frame))

    def reply_together(self, messages: list[Message]) -> None:
        """Send such frames in one write; behind other replies when the socket is blocked."""
        if self.phase is not Phase.OPEN:
            return
        if self._writer is None:
            self._hand_over_joined(messages)
            return
        for message in messages:
            self._queue(message)

    def begin(self, acknowledgement: Frame, subscriptions: list[Subscription]) -> None:
        """Acknowledge new subscriptions, then send what each begins with."""
        self.reply(acknowledgement)
        for subscription in subscriptions:
            self._tally.delivered += self.catch_up(subscription)
            subscription.prepared = None  # a blocked socket gets a newer one when its turn comes

    def beat(self, message: Message) -> None:
        """Send a heartbeat, unless the socket is blocked: data is on its way then, which says as much."""
        if self.phase is Phase.OPEN and self._writer is None:
            self._hand_over(message)

    def catch_up(self, subscription: Subscription) -> int:
        """Send what the subscription has not had yet, as far as the connection takes it; the number of frames."""
        if self._writer is not None:
            self._refuse_overrun(subscription)
            return 0
        sent = 0
        while self._writer is None and self.phase is Phase.OPEN:
            messages = self._joined(lambda: self._take(subscription))
            if not messages:
                break
            self._hand_over_joined(messages)
            sent += len(messages)
        return sent

    def drop(self, name: str) -> Subscription | None:
        """End the subscription of that channel, if there is one."""
        subscription = self.subscriptions.pop(name, None)
        if subscription is not None:
            subscription.owed = Owed.ENDED
            subscription.channel.subscriptions.pop(self, None)
            self._on_left(subscription.channel)
        return subscription

    def offer(self, subscription: Subscription, seq: int, message: Message) -> int:
        """`catch_up` for the usual case, which is also the one that counts: `message`, of `seq`, is all that is new."""
        if subscription.seq + 1 != seq or subscription.owed or self._writer is not None or self.phase:
            return self.catch_up(subscription)
        subscription.seq = seq
        self._hand_over(message)
        return 1

    def close(self, code: int, reason: str, *, last_words: Frame | None = None) -> None:
        """Say why and close; data that still waits is dropped, `check` cuts the connection if this takes too long."""
        if self.phase is not Phase.OPEN:
            return
        self.phase = Phase.CLOSING
        self._closing_s = self._clock.monotonic_s()
        self._detach()
        if last_words is not None:
            self._queue(message_of(last_words))
        self._queue(Message.closing(code, reason))
        if self._writer is None:
            self.phase = Phase.CLOSED

    def close_slow(self) -> None:
        """Close a socket that does not read what may not be dropped."""
        if self.phase is Phase.OPEN:
            self._tally.slow_closed += 1
            self._replies.clear()
            message = "This socket does not take its data fast enough; connect again and resume."
            self.close(CLOSE_TRY_LATER, "slow consumer", last_words=ErrorFrame(None, "SLOW_CONSUMER", message))

    def check(self, now_s: float) -> None:
        """What must happen as time passes: a slow socket is closed, one that does not end is cut."""
        if self.phase is not Phase.OPEN:
            if now_s - self._closing_s >= CLOSE_GRACE_S:
                self.abort()
        elif self._writer is not None and self._is_slow(now_s):
            self.close_slow()

    def abort(self) -> None:
        """Cut the connection now and end the consumer that serves it."""
        if self.was_cut:
            return
        self.was_cut = True
        self.release()
        self._abort()
        self._end_consumer()

    def release(self) -> None:
        """Forget the connection: it is gone, or about to be cut."""
        self.phase = Phase.CLOSED
        self._detach()
        self._replies.clear()
        if self._writer is not None:
            self._writer.cancel()

    async def until_writable(self) -> None:
        """Wait while the socket is blocked: who does not read its answers is not asked for more."""
        if self._writer is not None:
            await asyncio.wait([self._writer])

    def _queue(self, message: Message) -> None:
        if self._writer is None:
            self._hand_over(message)
        elif len(self._replies) < MAX_WAITING_REPLIES:
            self._replies.append(message)
        else:
            self.close_slow()

    def _hand_over(self, message: Message) -> None:
        """Write the frame, or run the first step of a send; the writer takes over when that is not all of it."""
        try:
            if self._write(message.wire):
                return
            sending = self._send(message.asgi)
            waited_for = sending.send(None)
        except StopIteration:
            return
        except Exception as failure:  # whatever a server raises here must not reach the publisher
            self._lose(failure)
        else:
            self._progress_s = self._clock.monotonic_s()
            self._writer = asyncio.get_running_loop().create_task(
                self._send_rest(Started(sending, waited_for), message), name=f"stream writer {self.id}"
            )

    def _joined(self, next_message: Callable[[], Message | None]) -> list[Message]:
        """What is due, as far as it fits one write; a single message, where it must go through the server's `send`."""
        messages: list[Message] = []
        size_bytes = 0
        while (not messages or size_bytes < self._joined_bytes) and (message := next_message()) is not None:
            messages.append(message)
            size_bytes += len(message.wire)
            if message.is_close:
                break
        return messages

    def _hand_over_joined(self, messages: list[Message]) -> None:
        """Write the frames together; where that is refused each goes its own way, or waits behind the first."""
        try:
            if self._write(b"".join([message.wire for message in messages])):
                return
        except Exception as failure:  # as in _hand_over
            self._lose(failure)
        for message in messages:
            if self.phase is Phase.OPEN:
                self._queue(message)

    async def _send_rest(self, started: Started[None], message: Message) -> None:
        """Finish the send that waits, then send all that became due since."""
        messages = [message]
        try:
            await started
            while messages and not messages[-1].is_close:
                self._progress_s = self._clock.monotonic_s()
                messages = self._joined(self._next_message)
                await self._send_joined(messages)
        except Exception as failure:  # as in _hand_over: the socket is what is lost, nothing else
            self._lose(failure)
        finally:
            self._writer = None
        if messages:
            self.phase = Phase.CLOSED

    async def _send_joined(self, messages: list[Message]) -> None:
        """Write the frames together, or send them one by one; a close is always sent."""
        if messages and not messages[-1].is_close and self._write(b"".join([message.wire for message in messages])):
            return
        for message in messages:
            await self._send(message.asgi)
            self._progress_s = self._clock.monotonic_s()

    def _next_message(self) -> Message | None:
        """Replies first, then updates of all channels in the order of their publication."""
        while True:
            if self._replies:
                return self._replies.popleft()
            due = [(number, each) for each in self.subscriptions.values() if (number := each.next_number()) is not None]
            if not due:
                return None
            _, subscription = min(due, key=lambda pair: pair[0])
            message = self._take(subscription)
            if message is not None:
                self._tally.delivered += 1
                return message

    def _take(self, subscription: Subscription) -> Message | None:
        """The subscription's next message; a snapshot that fails ends the subscription with an error frame."""
        if subscription.is_overrun():
            self._refuse_overrun(subscription)
            if self.phase is not Phase.OPEN:
                return None
            subscription.owed = Owed.RESYNC
        try:
            return subscription.next_message(self._tally)
        except DomainError as error:
            return self._ended(subscription.channel, error.code, error.message)
        except Exception:
            logger.exception("the snapshot of %s failed", subscription.channel.name)
            return self._ended(subscription.channel, "INTERNAL", "The snapshot failed; the log says why.")

    def _ended(self, channel: LiveChannel, code: str, message: str) -> Message:
        self.drop(channel.name)
        return message_of(ErrorFrame(None, code, message, channel.name))

    def _refuse_overrun(self, subscription: Subscription) -> None:
        if subscription.channel.kind.delivery == "every" and subscription.is_overrun():
            self.close_slow()

    def _is_slow(self, now_s: float) -> bool:
        if now_s - self._progress_s > SLOW_AFTER_S:
            return True
        waiting = (
            made_s
            for subscription in self.subscriptions.values()
            if subscription.channel.kind.delivery == "every" and (made_s := subscription.oldest_made_s()) is not None
        )
        return now_s - min(waiting, default=now_s) > SLOW_AFTER_S

    def _lose(self, failure: Exception) -> None:
        """The connection refused a frame: it is gone, which the server also tells the consumer."""
        if not isinstance(failure, (OSError, RuntimeError)):  # what servers raise for a closed connection
            logger.error("sending to socket %d failed", self.id, exc_info=failure)
        self.phase = Phase.CLOSED
        self._closing_s = self._clock.monotonic_s()
        self._replies.clear()
        self._detach()

    def _detach(self) -> None:
        for name in tuple(self.subscriptions):
            self.drop(name)
