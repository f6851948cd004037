"""Which consumer serves which WebSocket path."""

from typing import Any

from channels.routing import URLRouter
from django.urls import re_path

from gateway.visit import Scope
from streams.consumer import StreamConsumer


async def refuse_unknown_path(scope: Scope, receive: Any, send: Any) -> None:
    """Close the handshake; clients see a 403."""
    await send({"type": "websocket.close", "code": 1008})


def make_socket_router() -> Any:
    """The router of WebSocket connections."""
    return URLRouter(
        [
            re_path(r"^(?:api/v1/)?ws/?$", StreamConsumer.as_asgi()),
            re_path(r"", refuse_unknown_path),  # type: ignore[arg-type]
        ]
    )
