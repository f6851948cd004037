"""The hub: what apps publish goes out of here to every socket that listens.

`publish` is called on the event loop, by plain code that is never made to wait and never sees a client's trouble. A
channel lives from its first listener until a while after its last one left; publishing to any other costs a look-up.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

import msgspec

from kit.clock import SYSTEM_CLOCK, Clock
from kit.durations import RecentDurations
from kit.errors import Unavailable
from kit.trace import new_id
from streams.channels import REGISTRY, ChannelRegistry, ResolvedChannel
from streams.frames import ChannelRequest, ErrorFrame, Heartbeat, Shutdown, message_of, time_text
from streams.live import ChannelKey, LiveChannel, Owed, Subscription, Tally, channel_key
from streams.places import MAIN
from streams.sockets import CLOSE_GRACE_S, CLOSE_NORMAL, CLOSE_RESTART, Socket

MAX_SOCKETS = 4_096
"""More connections than this are turned away; each costs some 20 KiB of server and kernel memory when idle."""

INLINE_SOCKETS = 64
"""A channel with more listeners is served by the fan-out task, so that one publish never holds the loop for long."""

FAN_OUT_CHUNK = 64
"""Frames sent between two yields to the loop, give or take: about half a millisecond."""

RESUME_WINDOW_S = 120.0
"""How long a channel without listeners goes on keeping updates for a client that comes back."""

MAX_IDLE_CHANNELS = 1_000
"""Channels kept for clients that come back; beyond it the one left first is forgotten."""

MAX_KEPT_UPDATES = 200_000
"""Updates kept over all channels; at the limit every channel forgets its older half."""

MAX_KEPT_BYTES = 64 * 1024 * 1024
"""Encoded text kept over all channels; the same happens."""

MAX_ENDED_PLACES = 64
"""Places that ended are remembered until the last of their sockets have gone, which is a matter of seconds."""

MAX_KNOWN_NAMES = 8_192
"""Names of channels without listeners that were found to exist, so that publishing to them stays a look-up."""

TICK_S = 1.0
HEARTBEAT_S = 5.0

logger = logging.getLogger(__name__)


class HubStats(msgspec.Struct, frozen=True):
    """Figures for metrics and health; counts are since the start, the others are of now."""

    sockets: int
    blocked_sockets: int
    subscriptions: int
    channels: int
    published: int
    delivered: int
    conflated: int
    resyncs: int
    slow_closed: int
    kept_updates: int
    queued_bytes: int


class Hub:
    """All channels and sockets of this process."""

    def __init__(
        self,
        *,
        registry: ChannelRegistry = REGISTRY,
        clock: Clock = SYSTEM_CLOCK,
        stream: str | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.registry = registry
        self.clock = clock
        self.stream = stream or new_id()
        self.tally = Tally()
        self.is_shutting_down = False
        self._sleep = sleep
        self._live: dict[ChannelKey, LiveChannel] = {}
        self._idle: dict[ChannelKey, LiveChannel] = {}
        self._heard: Counter[str] = Counter()
        """By account, as keys of channels have it, how many of its channels are live."""
        self._sockets: dict[Socket, None] = {}
        self._scheduled: deque[LiveChannel] = deque()
        self._fan_out: asyncio.Task[None] | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._known_names: set[str] = set()
        self._ended_places: deque[str] = deque(maxlen=MAX_ENDED_PLACES)
        self._forgotten_seq = 0
        self._beat_s = 0.0
        self.beat_durations = RecentDurations()
        """How long it took to offer all sockets one frame."""

    # ------------------------------------------------------------------ publishing

    def publish(self, channel: str, data: Any, *, final: bool = False) -> None:
        """Give `data` the channel's next seq and send it to all who listen; on the event loop only.

        `data` is anything msgspec encodes, or `msgspec.Raw` JSON. It must not change afterwards: it is encoded once,
        and only when somebody needs it. `final` (under `latest`) marks a value that a newer one must not replace: a
        closed candle.
        """
        self._publish((channel, ""), data, is_final=final)

    def publish_private(self, channel: str, account: str, data: Any, *, trace_id: str = "") -> None:
        """The same for one account's stream of a private channel; the frame names the request it came about by."""
        self._publish((channel, account), data, is_final=False, trace_id=trace_id)

    def has_subscribers(self, channel: str, account: str = "") -> bool:
        """Whether anyone gets what is published there, now or when resuming; if not, it need not even be built."""
        if self._idle:
            self._forget_expired()
        return (channel, account) in self._live

    def hears(self, account: str) -> bool:
        """Whether anyone listens to an account in any private channel; if not, none of them need be asked about."""
        return account in self._heard

    def at(self, place: str) -> "PlacedHub":
        """The hub as another place sees it."""
        return PlacedHub(self, place)

    def end_place(self, place: str, message: str) -> None:
        """A place is no more: close its sockets with the reason, and forget its channels."""
        self._ended_places.append(place)
        for socket in tuple(self._sockets):
            if socket.place == place:
                socket.close(CLOSE_NORMAL, "place ended", last_words=ErrorFrame(None, "REHEARSAL_ENDED", message))
        for key in [key for key, live in self._idle.items() if live.place == place]:
            self._forget(key)

    def end_accounts(self, accounts: Iterable[str], message: str) -> None:
        """Accounts are served elsewhere from now on: close their sockets at the main place, which may connect again."""
        ended = set(accounts)
        for socket in tuple(self._sockets):
            if socket.account in ended and socket.place == MAIN:
                socket.close(CLOSE_RESTART, "account moved", last_words=ErrorFrame(None, "MISDIRECTED", message))

    async def drained(self) -> None:
        """Wait until every socket was offered what was published: how a source that has no pace of its own keeps one."""
        while self._fan_out is not None:
            await asyncio.wait([self._fan_out])

    def publish_at(self, key: ChannelKey, data: Any, *, final: bool = False, trace_id: str = "") -> None:
        """The same for a key of `channel_key`."""
        self._publish(key, data, is_final=final, trace_id=trace_id)

    def _publish(self, key: ChannelKey, data: Any, *, is_final: bool, trace_id: str = "") -> None:
        self.tally.published += 1
        live = self._live.get(key)
        if live is None:
            self._require_known(key[0])
            return
        live.append(data, number=self.tally.published, is_final=is_final, trace_id=trace_id)
        if self.tally.kept_updates > MAX_KEPT_UPDATES or self.tally.kept_bytes > MAX_KEPT_BYTES:
            self._halve_logs()
        if len(live.subscriptions) > INLINE_SOCKETS:
            self._schedule(live)
        elif live.subscriptions:
            self._offer_newest(live, tuple(live.subscriptions.values()))

    def _require_known(self, name: str) -> None:
        """A publisher that misspells its channel would never be heard: that is a bug, and said at once."""
        if name in self._known_names:
            return
        if not self.registry.is_known(name):
            raise LookupError(f"{name!r} is published to, but fits no registered channel")
        if len(self._known_names) >= MAX_KNOWN_NAMES:
            self._known_names.clear()
        self._known_names.add(name)

    def _halve_logs(self) -> None:
        for live in self._live.values():
            live.forget_oldest(len(live.updates) // 2)

    def _schedule(self, live: LiveChannel) -> None:
        if not live.is_scheduled:
            live.is_scheduled = True
            self._scheduled.append(live)
        if self._fan_out is None:
            self._fan_out = self.spawn(self._serve_scheduled(), name="stream fan-out")

    async def _serve_scheduled(self) -> None:
        """Bring all listeners of the scheduled channels up to date, yielding to the loop between chunks."""
        try:
            while self._scheduled:
                live = self._scheduled.popleft()
                live.is_scheduled = False  # what is published from here on asks for another round
                listeners = tuple(live.subscriptions.values())
                step = max(1, FAN_OUT_CHUNK // (live.seq - live.offered_seq))
                live.offered_seq = live.seq
                for start in range(0, len(listeners), step):
                    self._offer_newest(live, listeners[start : start + step])
                    await asyncio.sleep(0)
        finally:
            self._fan_out = None

    def _offer_newest(self, live: LiveChannel, listeners: tuple[Subscription, ...]) -> None:
        """Bring some listeners up to date, those who only miss the newest update on the short way."""
        seq, message = live.seq, live.newest_message()
        sent = 0
        for subscription in listeners:
            sent += subscription.socket.offer(subscription, seq, message)
        self.tally.delivered += sent

    # ------------------------------------------------------------------ sockets and subscriptions

    def connect(self, socket: Socket) -> None:
        """Take in a socket; raises Unavailable when the server is full or about to stop."""
        if self.is_shutting_down:
            raise Unavailable("The server is shutting down; connect again in a moment.")
        if len(self._sockets) >= MAX_SOCKETS:
            raise Unavailable(f"The server already has its {MAX_SOCKETS} sockets; connect again later.")
        self._sockets[socket] = None
        self._ensure_watched()

    def sockets(self) -> tuple[Socket, ...]:
        """Every connected socket."""
        return tuple(self._sockets)

    def disconnect(self, socket: Socket) -> None:
        """Forget a socket whose consumer ends."""
        socket.release()
        self._sockets.pop(socket, None)

    def subscribe(self, socket: Socket, resolved: ResolvedChannel, request: ChannelRequest) -> Subscription:
        """Make `socket` a listener, to be sent a snapshot or, where `request` can be resumed, what it missed.

        Raises what the kind's `authorize` and `snapshot` raise. Nothing is sent yet: see `Socket.begin`.
        """
        kind = resolved.kind
        if kind.authorize is not None:
            kind.authorize(resolved.params, socket.account)
        account, place = socket.account if kind.private else "", socket.place if kind.placed else MAIN
        live = self._live_channel(resolved, account, place)
        subscription = Subscription(live, socket, owed=Owed.SNAPSHOT, seq=live.seq)
        if request.stream is not None and request.after is not None:
            if live.can_resume(request.stream, request.after):
                subscription.owed, subscription.seq = Owed.NOTHING, request.after
            else:
                subscription.owed = Owed.RESYNC
        if subscription.owed is not Owed.NOTHING:
            subscription.prepared = live.snapshot_message()
        self._join(socket, subscription)
        return subscription

    def _join(self, socket: Socket, subscription: Subscription) -> None:
        live = subscription.channel
        key = live.key
        if key not in self._live:
            self._heard[key[1]] += 1
        self._live[key] = live
        socket.drop(live.name)
        socket.subscriptions[live.name] = live.subscriptions[socket] = subscription
        self._idle.pop(key, None)

    def left(self, live: LiveChannel) -> None:
        """Note that a socket left this channel; without listeners it is kept for a while, for who comes back."""
        if live.subscriptions:
            return
        live.left_s = self.clock.monotonic_s()
        self._idle[live.key] = live
        if live.place in self._ended_places:
            self._forget(live.key)
        while len(self._idle) > MAX_IDLE_CHANNELS:
            self._forget(next(iter(self._idle)))

    def _live_channel(self, resolved: ResolvedChannel, account: str, place: str) -> LiveChannel:
        """The live channel of that name, or a new one that nobody has joined yet."""
        self._forget_expired()
        live = self._live.get(channel_key(resolved.name, account, place))
        return live or LiveChannel(
            resolved,
            account=account,
            stream=self.stream,
            start_seq=self._forgotten_seq + 1,
            clock=self.clock,
            tally=self.tally,
            place=place,
        )

    def _forget_expired(self) -> None:
        now_s = self.clock.monotonic_s()
        while self._idle:
            key, live = next(iter(self._idle.items()))
            if now_s - live.left_s < RESUME_WINDOW_S:
                return
            self._forget(key)

    def _forget(self, key: ChannelKey) -> None:
        """Drop an idle channel. A later one of any name begins above its seq, so that no old place fits by chance."""
        live = self._live.pop(key)
        del self._idle[key]
        self._heard[key[1]] -= 1
        if not self._heard[key[1]]:
            del self._heard[key[1]]
        self._forgotten_seq = max(self._forgotten_seq, live.seq)
        live.forget_oldest(len(live.updates))

    # ------------------------------------------------------------------ time passing

    def tick(self) -> None:
        """Close slow sockets, cut those that do not end, forget channels nobody came back to; once a second."""
        now_s = self.clock.monotonic_s()
        for socket in tuple(self._sockets):
            socket.check(now_s)
        self._forget_expired()

    async def beat(self) -> None:
        """Send every socket a heartbeat."""
        started_s = self.clock.monotonic_s()
        message = message_of(Heartbeat(time_text(self.clock.now_ns())))
        for count, socket in enumerate(tuple(self._sockets), start=1):
            socket.beat(message)
            if count % FAN_OUT_CHUNK == 0:
                await asyncio.sleep(0)
        self.beat_durations.add(self.clock.monotonic_s() - started_s)

    def _ensure_watched(self) -> None:
        if self._watcher is None or self._watcher.done():
            self._watcher = self.spawn(self._watch(), name="stream watch")

    async def _watch(self) -> None:
        """Tick and beat while there is anyone to watch over."""
        while self._sockets or self._idle:
            await self._sleep(TICK_S)
            try:
                self.tick()
                if self.clock.monotonic_s() - self._beat_s >= HEARTBEAT_S:
                    self._beat_s = self.clock.monotonic_s()
                    await self.beat()
            except Exception:
                logger.exception("watching the streams failed; trying again")

    # ------------------------------------------------------------------ the process

    def spawn(self, work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
        """Run a task and keep hold of it until it is done: the loop alone would let it be collected."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def shutdown(self) -> None:
        """Tell every socket that the server stops, close all with 1012, and cut what is left after a moment."""
        self.is_shutting_down = True
        for socket in tuple(self._sockets):
            socket.close(CLOSE_RESTART, "server is restarting", last_words=Shutdown("The server is shutting down."))
        deadline_s = self.clock.monotonic_s() + CLOSE_GRACE_S
        while self._sockets and self.clock.monotonic_s() < deadline_s:
            await self._sleep(0.02)
        for socket in tuple(self._sockets):
            socket.abort()

    def stats(self) -> HubStats:
        """What the streams look like now."""
        tally = self.tally
        return HubStats(
            sockets=len(self._sockets),
            blocked_sockets=sum(socket.is_blocked for socket in self._sockets),
            subscriptions=sum(len(live.subscriptions) for live in self._live.values()),
            channels=len(self._live),
            published=tally.published,
            delivered=tally.delivered,
            conflated=tally.conflated,
            resyncs=tally.resyncs,
            slow_closed=tally.slow_closed,
            kept_updates=tally.kept_updates,
            queued_bytes=tally.kept_bytes,
        )


class PlacedHub:
    """The hub as one place sees it: what is published here reaches the sockets of that place alone."""

    def __init__(self, hub: Hub, place: str) -> None:
        self._hub = hub
        self._place = place
        self.drained = hub.drained

    def publish(self, channel: str, data: Any, *, final: bool = False) -> None:
        """`Hub.publish` of a placed channel."""
        self._hub.publish_at(channel_key(channel, "", self._place), data, final=final)

    def publish_private(self, channel: str, account: str, data: Any, *, trace_id: str = "") -> None:
        """`Hub.publish_private` likewise."""
        self._hub.publish_at(channel_key(channel, account, self._place), data, trace_id=trace_id)

    def hears(self, account: str) -> bool:
        """`Hub.hears` likewise."""
        return self._hub.hears(channel_key("", account, self._place)[1])

    def has_subscribers(self, channel: str, account: str = "") -> bool:
        """`Hub.has_subscribers` likewise."""
        name, key = channel_key(channel, account, self._place)
        return self._hub.has_subscribers(name, key)


HUB = Hub()
"""The hub of this process."""
