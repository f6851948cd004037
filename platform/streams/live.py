"""Channels that somebody listens to: the sequence, the updates kept for those behind, and each listener's place in them.

A live channel is a short log. A subscription is a cursor into it, so a socket that cannot take more costs nothing but
its cursor: nothing is copied or queued per socket, and memory is bounded by the logs alone. The same log serves a
client that comes back and resumes.
"""

from collections import deque
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from kit.clock import Clock
from streams.channels import Delivery, ResolvedChannel
from streams.frames import ChannelPosition, Message, ResyncRequired, Snapshot, Update, message_of, time_text
from streams.places import MAIN, PLACES

if TYPE_CHECKING:
    from streams.sockets import Socket

KEPT_UPDATES: dict[Delivery, int] = {"latest": 16, "resync": 256, "every": 2_048}
"""How many updates a channel keeps. A reader further behind than that is conflated, resynced or closed, by delivery.

`latest` keeps the newest and those marked final; `every` is generous: 2,048 order events are minutes of a busy account.
"""


@dataclass(slots=True)
class Tally:
    """What the streams did since the start, counted where it happens."""

    published: int = 0
    delivered: int = 0
    conflated: int = 0
    resyncs: int = 0
    slow_closed: int = 0
    kept_updates: int = 0
    kept_bytes: int = 0


class KeptUpdate:
    """One published update. `number` counts over all channels; `made_s` is monotonic; text is made when first needed."""

    __slots__ = ("data", "is_final", "made_s", "message", "number", "seq", "time_ns", "trace_id")

    def __init__(
        self, *, number: int, seq: int, time_ns: int, made_s: float, data: Any, is_final: bool, trace_id: str
    ) -> None:
        self.number = number
        self.seq = seq
        self.time_ns = time_ns
        self.made_s = made_s
        self.data = data
        self.is_final = is_final
        self.trace_id = trace_id
        self.message: Message | None = None

    @property
    def size_bytes(self) -> int:
        """Length of the encoded frame; 0 while nobody needed it."""
        return 0 if self.message is None else len(self.message.wire)


ChannelKey = tuple[str, str]
"""A channel's name and, when it is private, the account; empty for public ones. Of another place: `PLACE/ACCOUNT`."""


def channel_key(name: str, account: str, place: str) -> ChannelKey:
    """What a live channel is found by. No account id has a slash, so no two are the same."""
    return (name, account) if place == MAIN else (name, f"{place}/{account}")


class LiveChannel:
    """A channel of one name (and, when private, one account; when placed, one place) with its log.

    Updates with a seq above `floor_seq` are in the log, save those that a newer one replaced (`latest`).
    """

    def __init__(
        self,
        resolved: ResolvedChannel,
        *,
        account: str,
        stream: str,
        start_seq: int,
        clock: Clock,
        tally: Tally,
        place: str = MAIN,
    ) -> None:
        self.name = resolved.name
        self.kind = resolved.kind
        self.params = resolved.params
        self.account = account
        self.place = place
        self.key = channel_key(self.name, account, place)
        self.stream = stream
        self.seq = start_seq
        self.floor_seq = start_seq
        self.offered_seq = start_seq
        """Where the last round of the fan-out task began."""
        self.updates: deque[KeptUpdate] = deque()
        self.subscriptions: dict[Socket, Subscription] = {}
        self.is_scheduled = False
        self.left_s = 0.0
        self._clock = clock
        self._tally = tally
        self._kept_limit = KEPT_UPDATES[self.kind.delivery]
        self._is_latest = self.kind.delivery == "latest"

    @property
    def position(self) -> ChannelPosition:
        """The channel's name, stream and present seq."""
        return ChannelPosition(self.name, self.stream, self.seq)

    def append(self, data: Any, *, number: int, is_final: bool, trace_id: str = "") -> None:
        """Give `data` the next seq and keep it; under `latest` it takes the place of the one before."""
        self.seq += 1
        update = KeptUpdate(
            number=number,
            seq=self.seq,
            time_ns=self._clock.now_ns(),
            made_s=self._clock.monotonic_s(),
            data=data,
            is_final=is_final,
            trace_id=trace_id,
        )
        if self._is_latest and self.updates and not self.updates[-1].is_final:
            self._release(self.updates.pop())
        self.updates.append(update)
        self._tally.kept_updates += 1
        if len(self.updates) > self._kept_limit:
            self.forget_oldest(1)

    def forget_oldest(self, count: int) -> None:
        """Drop the `count` oldest kept updates: who has not had them must resync, or is too slow."""
        for _ in range(count):
            update = self.updates.popleft()
            self.floor_seq = update.seq
            self._release(update)

    def first_after(self, seq: int) -> KeptUpdate | None:
        """The oldest kept update with a seq above `seq`."""
        if seq >= self.seq:
            return None
        if not self._is_latest:  # without replaced ones the log has no holes, so the place can be counted
            return self.updates[seq - self.floor_seq]
        return next(update for update in self.updates if update.seq > seq)

    def can_resume(self, stream: str, after_seq: int) -> bool:
        """Whether every update after `after_seq` is still here."""
        return stream == self.stream and self.floor_seq <= after_seq <= self.seq

    def message_of(self, update: KeptUpdate) -> Message:
        """The update as the message that all sockets share; encoded at the first call."""
        if update.message is None:
            time = time_text(update.time_ns)
            update.message = message_of(Update(self.name, update.seq, time, update.data, update.trace_id))
            self._tally.kept_bytes += update.size_bytes
        return update.message

    def newest_message(self) -> Message:
        """The newest update; only right after one was published."""
        return self.message_of(self.updates[-1])

    def snapshot_message(self) -> Message:
        """The state as published so far, under the present seq.

        Raises what the kind's snapshot raises, such as NotFound for a parameter that names nothing.
        """
        with PLACES.enter(self.place):
            data = self.kind.snapshot(self.params, self.account)
        return message_of(Snapshot(self.name, self.seq, time_text(self._clock.now_ns()), data))

    def _release(self, update: KeptUpdate) -> None:
        self._tally.kept_updates -= 1
        self._tally.kept_bytes -= update.size_bytes


class Owed(IntEnum):
    """What a subscription must get before updates make sense to it; ENDED when it gets nothing any more.

    A round of the fan-out may still hold an ended subscription.
    """

    NOTHING = 0
    SNAPSHOT = 1
    RESYNC = 2
    ENDED = 3


class Subscription:
    """One socket's place in one channel: `seq` is the last update it was given."""

    __slots__ = ("channel", "owed", "prepared", "seq", "socket")

    def __init__(self, channel: LiveChannel, socket: "Socket", *, owed: Owed, seq: int) -> None:
        self.channel = channel
        self.socket = socket
        self.owed = owed
        self.seq = seq
        self.prepared: Message | None = None
        """The first snapshot, already made to see that there is one; only kept while its request is handled."""

    @property
    def position(self) -> ChannelPosition:
        """The channel with the seq that this socket has reached."""
        return ChannelPosition(self.channel.name, self.channel.stream, self.seq)

    def is_overrun(self) -> bool:
        """Whether updates were dropped that this socket has not had."""
        return self.owed is Owed.NOTHING and self.seq < self.channel.floor_seq

    def next_number(self) -> int | None:
        """Publication number of what comes next, to send several channels in order; None when there is nothing."""
        if self.owed is not Owed.NOTHING or self.is_overrun():
            return 0
        update = self.channel.first_after(self.seq)
        return update.number if update else None

    def oldest_made_s(self) -> float | None:
        """When the oldest update that waits for this socket was published (monotonic); None when none waits."""
        if self.owed is not Owed.NOTHING or self.seq >= self.channel.seq or self.is_overrun():
            return None
        update = self.channel.first_after(self.seq)
        return update.made_s if update else None

    def next_message(self, tally: Tally) -> Message | None:
        """What to send next, moving on past it; None when this socket has everything.

        Raises what the kind's snapshot raises.
        """
        channel = self.channel
        if self.owed is Owed.NOTHING:
            update = channel.first_after(self.seq)
            if update is None:
                return None
            tally.conflated += update.seq - self.seq - 1
            self.seq = update.seq
            return channel.message_of(update)
        if self.owed is Owed.ENDED:
            return None
        if self.owed is Owed.RESYNC:
            tally.resyncs += 1
            self.owed = Owed.SNAPSHOT
            return message_of(ResyncRequired(channel.name))
        message = self.prepared or channel.snapshot_message()
        self.owed, self.seq = Owed.NOTHING, channel.seq
        return message
