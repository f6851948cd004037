"""A stock Channels consumer that sends back what it receives."""

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


class Echo(AsyncWebsocketConsumer):
    """One socket."""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer a message with itself."""
        await self.send(text_data=text_data)


_consumer = Echo.as_asgi()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Serve one socket."""
    if scope["type"] == "websocket":
        await _consumer(scope, receive, send)
