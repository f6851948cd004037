"""Stock Channels: a consumer in a group, and `group_send` over the in-memory layer.

A flood waits for every consumer to have sent the last message before it publishes the next: the layer drops what a
consumer has more than a hundred of, and a drop would not be delivered work.
"""

import asyncio
from typing import Any

from django.conf import settings

settings.configure(
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
    DATABASES={},
    INSTALLED_APPS=["channels"],
    SECRET_KEY="only for the benchmark",
)

import django  # noqa: E402

django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402

from benchmarks.peers.broadcasting import RATE_PER_S, keep_publishing, message_text  # noqa: E402

GROUP = "flood"
_listeners: set[Any] = set()
_tasks: set[asyncio.Task[None]] = set()


class Round:
    """One message on its way to everybody."""

    def __init__(self) -> None:
        self.sent = 0
        self.is_done = asyncio.Event()

    def begin(self) -> None:
        """A new message."""
        self.sent = 0
        self.is_done.clear()

    def count(self) -> None:
        """One more consumer has sent it."""
        self.sent += 1
        if self.sent >= len(_listeners):
            self.is_done.set()


_round = Round()


class Listener(AsyncWebsocketConsumer):
    """One socket."""

    async def connect(self) -> None:
        """Join the group."""
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()
        if not _tasks:
            _tasks.add(asyncio.create_task(keep_publishing(lambda: len(_listeners), publish)))
        _listeners.add(self)
        await self.send(text_data=message_text(0))

    async def disconnect(self, code: int) -> None:
        """Leave it."""
        _listeners.discard(self)
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def tick(self, event: dict[str, Any]) -> None:
        """Pass a message of the group on."""
        await self.send(text_data=event["text"])
        _round.count()


async def publish(seq: int) -> None:
    """Send to the group."""
    _round.begin()
    await get_channel_layer().group_send(GROUP, {"type": "tick", "text": message_text(seq)})
    if not RATE_PER_S:
        await _round.is_done.wait()


_consumer = Listener.as_asgi()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Serve one socket."""
    if scope["type"] == "websocket":
        await _consumer(scope, receive, send)
