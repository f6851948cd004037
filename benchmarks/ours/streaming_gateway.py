"""The gateway as it ships (`manage.py serve`), with one more channel that is published to without end.

Two things differ from an installation: the channel `bench:{name}`, which stands for a ticker whose market moves that
fast, and the limit of messages that a socket may send a second, which is one that is never reached.
"""

import asyncio
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - the apps must be ready

from benchmarks.peers.broadcasting import CHANNEL, keep_publishing, message_data  # noqa: E402
from operations import lifecycle  # noqa: E402
from streams.channels import ChannelKind, register  # noqa: E402
from streams.hub import HUB  # noqa: E402
from streams.session import MESSAGES_PER_SECOND  # noqa: E402

NEVER_REACHED = 1_000_000
_tasks: set[asyncio.Task[None]] = set()


async def publish(seq: int) -> None:
    """Publish the same data as the peers send, and go on when every socket was offered it."""
    HUB.publish(CHANNEL, message_data())
    await HUB.drained()
    await asyncio.sleep(0)  # a channel that nobody hears is drained at once


async def start_publishing() -> None:
    """Begin when everybody listens. The limit of messages is lifted here, after the start has put settings in force."""
    MESSAGES_PER_SECOND.override(NEVER_REACHED)
    _tasks.add(asyncio.create_task(keep_publishing(lambda: HUB.stats().subscriptions, publish)))


def main() -> None:
    """Serve."""
    register(ChannelKind(name="bench", pattern="bench:{name}", delivery="latest", snapshot=lambda *_: {}))
    lifecycle.on_start(start_publishing, "benchmark", order=100)
    call_command("serve")


if __name__ == "__main__":
    main()
