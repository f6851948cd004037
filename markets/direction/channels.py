"""The channel `feed`: the feed's state, whenever it changes and once a second while it runs."""

from markets import services as markets
from markets.answers import FeedShown
from streams.channels import ChannelKind, register
from streams.hub import HUB

CHANNEL = "feed"


def register_channel() -> None:
    """Make the channel known, and have the feed tell it."""
    register(ChannelKind(CHANNEL, CHANNEL, "latest", snapshot))
    markets.FEED.on_state(publish_state)


def snapshot(params: dict[str, str], account: str) -> FeedShown:
    """The state as it is now."""
    return markets.get_feed()


def publish_state() -> None:
    """Tell who listens how the feed stands."""
    if HUB.has_subscribers(CHANNEL):
        HUB.publish(CHANNEL, markets.get_feed())
