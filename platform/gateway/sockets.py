"""Which consumer serves which WebSocket path, and how many messages one address may send."""

from typing import Any

from channels.routing import URLRouter
from django.urls import re_path

from gateway.limiter import REQUESTS_PER_SECOND, address_key, burst_of
from gateway.visit import Scope
from kit.token_bucket import TokenBuckets
from operations.metrics import RATE_LIMITED
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
    """Have messages of sockets counted per address like requests; run at the start of the server."""
    consumer.limiter = MessageLimit().allows


class MessageLimit:
    """Counts the messages of each address at the rate that holds for requests, also when that changes.

    The count is this process's own, also when requests are counted in Redis: a message is handled without waiting.
    """

    def __init__(self) -> None:
        self._buckets: TokenBuckets | None = None

    def allows(self, address: str) -> bool:
        """Count one message of `address`; whether it may be read."""
        rate_per_s = REQUESTS_PER_SECOND.value
        if not rate_per_s:
            return True
        if self._buckets is None:
            self._buckets = TokenBuckets(rate_per_s, burst_of(rate_per_s))
        elif rate_per_s != self._buckets.rate_per_s:
            self._buckets.change_rate(rate_per_s, burst_of(rate_per_s))
        if self._buckets.take(address_key(address)).allowed:
            return True
        RATE_LIMITED.add(("socket_messages",))
        return False
