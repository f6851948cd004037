"""The cache's store on Redis; loaded only where one is configured, because the client costs time and memory to load."""

import math
from collections.abc import Sequence
from typing import Any

from redis import exceptions as redis_exceptions

from api.cache_steps import Delete, Set, Step


class RedisStore:
    """Django's cache on Redis (django-redis), whose batches are one round trip."""

    away: tuple[type[Exception], ...] = (
        redis_exceptions.ConnectionError,
        redis_exceptions.TimeoutError,
        redis_exceptions.ReadOnlyError,
        redis_exceptions.OutOfMemoryError,
        OSError,
    )

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def get_many(self, keys: Sequence[str]) -> dict[str, Any]:
        """The values of those keys that are there."""
        return dict(self._cache.get_many(keys))

    def ttl_s(self, key: str) -> float | None:
        """Seconds a key has left; None when it is not there."""
        left_ms = self._cache.pttl(key)
        if left_ms is None:
            return math.inf
        return left_ms / 1_000 if left_ms > 0 else None

    def run(self, steps: Sequence[Step]) -> list[Any]:
        """Do all steps in one transaction and one round trip."""
        client = self._cache.client
        batch = client.get_client(write=True).pipeline(transaction=True)
        positions = [self._add(client, batch, step) for step in steps]
        results = batch.execute()
        return [None if position is None else int(results[position]) for position in positions]

    def forget_all(self) -> None:
        """Drop every key under our prefix; what others keep in the same Redis stays."""
        self._cache.delete_pattern("*")

    @staticmethod
    def _add(client: Any, batch: Any, step: Step) -> int | None:
        """Put a step's commands into the batch; where in its results the step's own will be."""
        key = client.make_key(step.key)
        if isinstance(step, Delete):
            batch.delete(key)
            return None
        ttl_ms = max(1, int(step.ttl_s * 1_000))
        if isinstance(step, Set):
            batch.set(key, client.encode(step.value), px=ttl_ms)
            return None
        batch.set(key, 0, px=ttl_ms, nx=True)
        batch.incrby(key, step.delta)
        return len(batch.command_stack) - 1
