"""A floor: one feed with its markets and the streams that tell of them.

The gateway has its main floor; a rehearsal has one of its own beside it. Which floor a piece of work is about is a context
variable, like who asks for it, so that it goes along into tasks and threads; whoever says nothing means the main one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from kit.clock import Clock
from markets.answers import FeedShown, feed_shown
from markets.board import Board
from markets.channels import InstrumentOf, MarketSnapshots, StreamPublisher
from markets.feed import Feed
from streams.hub import Hub, PlacedHub

FEED_CHANNEL = "feed"


class Floor:
    """A feed, its board, and its hub. Made and used on the event loop."""

    def __init__(self, hub: Hub | PlacedHub, instrument_of: InstrumentOf, clock: Clock) -> None:
        self.hub = hub
        self.board = Board()
        self.publisher = StreamPublisher(hub)
        self.feed = Feed(board=self.board, instrument_of=instrument_of, publisher=self.publisher, clock=clock)
        self.snapshots = MarketSnapshots(self.board, self.publisher, instrument_of)
        self.speed_choice = SpeedChoice(self.feed)
        self.shown: Callable[[], FeedShown] = self._shown
        """The feed's state as it is shown; the main floor's knows of live sources besides."""
        self.feed.on_state(self.tell_state)

    def tell_state(self) -> None:
        """Tell who listens how the feed stands."""
        if self.hub.has_subscribers(FEED_CHANNEL):
            self.hub.publish(FEED_CHANNEL, self.shown())

    def _shown(self) -> FeedShown:
        return feed_shown(self.feed.state(), None, self.feed.stale_symbols(), {})


class SpeedChoice:
    """Whether somebody gave the present source a speed of its own; else it goes at `feed.speed`, also when that changes."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self.is_own = False

    def follow_default(self, speed: float) -> None:
        """Let the feed go at a new default."""
        if not self.is_own:
            self._feed.set_pace(speed=speed, is_paused=self._feed.state().is_paused)


_chosen: ContextVar[Floor | None] = ContextVar("floor", default=None)


def chosen_floor() -> Floor | None:
    """The floor that this work is about; None: the main one."""
    return _chosen.get()


@contextmanager
def working_on(floor: Floor) -> Iterator[None]:
    """Have the present context (a task, a thread) work on a floor for the time of a `with`."""
    token = _chosen.set(floor)
    try:
        yield
    finally:
        _chosen.reset(token)
