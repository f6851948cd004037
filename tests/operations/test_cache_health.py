"""The cache as an operator sees it: degraded while memory stands in for Redis, and well again by itself."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import RedisCache

from api.cache import Cache, MemoryStore, cache_settings, make_cache
from kit.clock import NS_PER_SECOND, ManualClock
from operations import checks as own_checks
from operations import metrics, parts
from operations.health import Health, HealthChecks
from operations.lifecycle import Lifecycle
from tests.asgi_client import AsgiClient

UNREACHABLE = "redis://127.0.0.1:1/0"


class LeavingStore(MemoryStore):
    """A store that is there, or not, as the test says."""

    away = (ConnectionError,)
    is_away = False

    def get_many(self, keys: Sequence[str]) -> dict[str, Any]:
        if self.is_away:
            raise ConnectionError("gone")
        return super().get_many(keys)


def use(monkeypatch: pytest.MonkeyPatch, cache: Cache) -> None:
    for module in (own_checks, parts):
        monkeypatch.setattr(module, "shared_cache", lambda: cache)


def degraded_reading() -> str:
    lines = metrics.exposition().decode().splitlines()
    return next(line for line in lines if line.startswith("sandbar_cache_degraded "))


def test_without_redis_memory_is_the_cache() -> None:
    assert own_checks.check_cache() == Health("ok", "in memory")
    assert degraded_reading() == "sandbar_cache_degraded 0.0"


def test_a_redis_that_leaves_degrades_and_one_that_returns_heals(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.REDIS_URL = UNREACHABLE
    clock, store = ManualClock(1), LeavingStore(LocMemCache("leaving", {}))
    use(monkeypatch, Cache(store, MemoryStore(LocMemCache("stand-in", {})), clock=clock, retry_after_s=2.0))
    assert own_checks.check_cache() == Health("ok", "in Redis")
    store.is_away = True
    assert own_checks.check_cache().status == "degraded"
    assert degraded_reading() == "sandbar_cache_degraded 1.0"
    store.is_away = False
    clock.advance_ns(3 * NS_PER_SECOND)
    assert own_checks.check_cache() == Health("ok", "in Redis")
    assert degraded_reading() == "sandbar_cache_degraded 0.0"


async def test_readiness_names_an_unreachable_redis_and_stays_200(
    monkeypatch: pytest.MonkeyPatch, settings: Any, client: AsgiClient, checks: HealthChecks, server: Lifecycle
) -> None:
    settings.REDIS_URL = UNREACHABLE
    redis = RedisCache(UNREACHABLE, cache_settings(UNREACHABLE))
    use(monkeypatch, make_cache(redis, clock=ManualClock(1)))
    checks.register("cache", own_checks.check_cache, required=False)
    answer = await client.get("/readyz")
    assert answer.status == 200
    assert answer.data == {
        "status": "degraded",
        "degraded": ["cache: Redis does not answer; memory stands in for it."],
    }
