"""The way of events to the world outside: a bounded queue, a few workers, and what became of each delivery.

A worker sends by a function of the channel, which is loaded when it is first needed. What cannot be queued is said to be
dropped: nothing waits without a limit.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec

from kit.clock import SYSTEM_CLOCK, Clock
from trading.alerts.events import DELIVERED, DROPPED, UNDELIVERED, AlertEvent, Delivery

MAX_QUEUED: Final = 1_000
"""Deliveries that wait. At four workers and a receiver that hangs, a thousand take about an hour."""

WORKERS: Final = 4
MAX_DETAIL: Final = 300
_log = logging.getLogger(__name__)


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where an event goes: what of its rule the channels need."""

    email_to: tuple[str, ...] = ()
    webhook_url: str | None = None
    webhook_secret: str = ""


class Sent(msgspec.Struct, frozen=True):
    """What came of sending: whether it arrived, how often it was tried, and a sentence."""

    is_delivered: bool
    attempts: int
    detail: str = ""


Send = Callable[[AlertEvent, Target], Awaitable[Sent]]
OnEnd = Callable[[AlertEvent, Delivery], None]


class Deliverer:
    """Sends events by the channels it knows."""

    def __init__(
        self,
        senders: Mapping[str, Send],
        on_end: OnEnd,
        clock: Clock = SYSTEM_CLOCK,
        *,
        max_queued: int = MAX_QUEUED,
        workers: int = WORKERS,
    ) -> None:
        self._senders = senders
        self._on_end = on_end
        self._clock = clock
        self._queue: asyncio.Queue[tuple[AlertEvent, str, Target]] = asyncio.Queue(max_queued)
        self._max_queued, self._worker_count = max_queued, workers
        self._workers: list[asyncio.Task[None]] = []
        self.counts: dict[tuple[str, str], int] = {}
        """Deliveries that ended, by channel and outcome."""

    def start(self) -> None:
        """Send from now on."""
        self._queue = asyncio.Queue(self._max_queued)
        loop = asyncio.get_running_loop()
        self._workers = [loop.create_task(self._work(), name=f"alerts out {n}") for n in range(self._worker_count)]

    async def stop(self) -> None:
        """Send no more. What waits or is under way is not ended: whoever kept it queued may queue it again."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.cancel()
        if workers:
            await asyncio.wait(workers)

    @property
    def queued(self) -> int:
        """How many wait."""
        return self._queue.qsize()

    def offer(self, event: AlertEvent, channel: str, target: Target) -> None:
        """Queue a delivery, or end it as dropped where too many wait."""
        try:
            self._queue.put_nowait((event, channel, target))
        except asyncio.QueueFull:
            detail = f"{self._max_queued} deliveries wait already."
            self._end(event, Delivery(channel=channel, status=DROPPED, detail=detail))

    async def _work(self) -> None:
        while True:
            event, channel, target = await self._queue.get()
            try:
                sent = await self._senders[channel](event, target)
            except Exception as fault:  # a fault of ours; the next delivery is not to suffer from it
                _log.exception("The %s of event %s could not be sent.", channel, event.id)
                sent = Sent(False, 1, f"It could not be sent ({type(fault).__name__}); the log has the rest.")
            status = DELIVERED if sent.is_delivered else UNDELIVERED
            self._end(event, Delivery(channel=channel, status=status, attempts=sent.attempts, detail=sent.detail))

    def _end(self, event: AlertEvent, delivery: Delivery) -> None:
        key = delivery.channel, delivery.status
        self.counts[key] = self.counts.get(key, 0) + 1
        detail = delivery.detail[:MAX_DETAIL]
        self._on_end(event, msgspec.structs.replace(delivery, detail=detail, ended_ns=self._clock.now_ns()))
