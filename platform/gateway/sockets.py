"""Which consumer serves which WebSocket path, and how many messages one address may send."""

from typing import Any

from channels.routing import URLRouter
from django.conf import settings
from django.urls import re_path

from gateway.limiter import address_key, burst_of
from gateway.visit import Scope
from kit.token_bucket import TokenBuckets
from streams import consumer
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


def limit_messages() -> None:
    """Have messages of sockets counted per address like requests; run at the start of the server.

    Their count is this process's own, also when requests are counted in Redis: a message is handled without waiting.
    """
    rate_per_s = settings.RATE_LIMIT_RPS
    if rate_per_s:
        buckets = TokenBuckets(rate_per_s, burst_of(rate_per_s))
        consumer.limiter = lambda address: buckets.take(address_key(address)).allowed
