"""Which consumer serves which WebSocket path, and how many messages one address, or one key, may send."""

from functools import lru_cache
from typing import Any

from channels.routing import URLRouter
from django.urls import re_path

from gateway.access_log import record_operations
from gateway.limiter import REQUESTS_PER_SECOND, bucket_name, burst_of
from gateway.middleware.rate_limit import OWN_RATES
from gateway.visit import Scope
from kit.caller import Caller
from kit.token_bucket import TokenBuckets
from operations.keys.services import RING
from operations.metrics import RATE_LIMITED
from streams import consumer, operations
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
    """Have messages of sockets counted per address, or per key, like requests; run at the start of the server."""
    consumer.limiter = MessageLimit().allows


def log_operations() -> None:
    """Have operations of sockets counted and logged like requests; run at the start of the server."""
    operations.observer = record_operations


class MessageLimit:
    """Counts the messages of each address at the rate that holds for requests, also when that changes.

    The count is this process's own, also when requests are counted in Redis: a message is handled without waiting.
    """

    def __init__(self) -> None:
        self._default: TokenBuckets | None = None
        self._own = lru_cache(maxsize=OWN_RATES)(_buckets_of)

    def allows(self, caller: Caller) -> bool:
        """Count one message of a client; whether it may be read."""
        buckets = self._buckets_for(caller)
        if buckets is None or buckets.allows(bucket_name(caller)):
            return True
        RATE_LIMITED.add(("socket_messages",))
        return False

    def _buckets_for(self, caller: Caller) -> TokenBuckets | None:
        key = RING.find(caller.name) if caller.kind == "key" else None
        if key is not None and key.requests_per_s is not None:
            return self._own(key.requests_per_s)
        rate_per_s = REQUESTS_PER_SECOND.value
        if not rate_per_s:
            return None
        if self._default is None:
            self._default = _buckets_of(rate_per_s)
        elif rate_per_s != self._default.rate_per_s:
            self._default.change_rate(rate_per_s, burst_of(rate_per_s))
        return self._default


def _buckets_of(rate_per_s: float) -> TokenBuckets:
    return TokenBuckets(rate_per_s, burst_of(rate_per_s))
