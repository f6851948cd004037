"""The channel `feed`: the feed's state, whenever it changes and once a second while it runs (see `markets.floors`)."""

from markets import services as markets
from markets.answers import FeedShown
from markets.floors import FEED_CHANNEL
from streams.channels import ChannelKind, register


def register_channel() -> None:
    """Make the channel known."""
    register(ChannelKind(FEED_CHANNEL, FEED_CHANNEL, "latest", _state, placed=True))


def _state(params: dict[str, str], account: str) -> FeedShown:
    """The state as it is now."""
    return markets.get_feed()
