"""Which consumer serves which WebSocket path, and how many messages one address, or one key, may send."""

from functools import lru_cache
from typing import Any

from channels.routing import URLRouter
from django.conf import settings
from django.urls import re_path

from gateway.limiter import bucket_name, burst_of
from gateway.middleware.rate_limit import OWN_RATES
from gateway.visit import Scope
from kit.caller import Caller
from kit.token_bucket import TokenBuckets
from operations.keys.services import RING
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
    """Have messages of sockets counted per address, or per key, like requests; run at the start of the server.

    Their count is this process's own, also when requests are counted in Redis: a message is handled without waiting.
    """
    default_rate_per_s = settings.RATE_LIMIT_RPS
    if not default_rate_per_s and not settings.PERSONAL_API_KEY_ENABLED:
        return

    @lru_cache(maxsize=OWN_RATES)
    def buckets_of(rate_per_s: float) -> TokenBuckets:
        return TokenBuckets(rate_per_s, burst_of(rate_per_s))

    def allow(caller: Caller) -> bool:
        key = RING.find(caller.name) if caller.kind == "key" else None
        rate_per_s = default_rate_per_s if key is None or key.requests_per_s is None else key.requests_per_s
        return not rate_per_s or buckets_of(rate_per_s).take(bucket_name(caller)).allowed

    consumer.limiter = allow
