"""The cache in memory and on a real Redis, which is killed and comes back."""

import logging
import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import RedisCache

from api import cache as kit
from api.cache import Cache, MemoryStore, make_cache
from kit.clock import ManualClock
from tests.redis_server import RedisServer, require_redis


@pytest.fixture(scope="module")
def redis_binary() -> str:
    """The redis-server on the PATH."""
    return require_redis()


@pytest.fixture
def redis(redis_binary: str, tmp_path: Path) -> Iterator[RedisServer]:
    """A running Redis of this test's own."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def clock() -> ManualClock:
    """Decides when Redis is tried again."""
    return ManualClock(1)


def cache_on(redis: RedisServer, clock: ManualClock) -> Cache:
    settings = kit.cache_settings(f"redis://127.0.0.1:{redis.port}/0")
    return make_cache(RedisCache(settings["LOCATION"], settings), clock=clock)


@pytest.fixture(params=["memory", "redis"])
def cache(request: pytest.FixtureRequest, clock: ManualClock) -> Iterator[Cache]:
    """The same cache on either store."""
    if request.param == "redis":
        yield cache_on(request.getfixturevalue("redis"), clock)
        return
    memory = LocMemCache(request.node.nodeid, {})
    yield make_cache(memory, clock=clock)
    memory.clear()


@pytest.mark.parametrize("value", ["text", 5, 1.5, True, None, [1, {"a": (2,)}], b"bytes"])
def test_a_value_comes_back_as_it_was(cache: Cache, value: Any) -> None:
    cache.set("key", value, ttl_s=60)
    assert cache.get("key", "missing") == value


def test_a_missing_key_gives_the_default(cache: Cache) -> None:
    assert (cache.get("key"), cache.get("key", 5), cache.ttl("key")) == (None, 5, None)


def test_a_deleted_key_is_gone(cache: Cache) -> None:
    cache.set("key", 1, ttl_s=60)
    cache.delete("key")
    cache.delete("never-was")
    assert cache.get("key") is None


def test_many_keys_go_at_once(cache: Cache) -> None:
    cache.set_many({"a": 1, "b": "two"}, ttl_s=60)
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": "two"}
    assert cache.get_many([]) == {}


def test_the_time_left_is_told(cache: Cache) -> None:
    cache.set("key", 1, ttl_s=60)
    left_s = cache.ttl("key")
    assert left_s is not None
    assert 55 < left_s <= 60


def test_a_counter_starts_at_zero_and_keeps_its_first_lifetime(cache: Cache) -> None:
    counts = [cache.incr("hits", ttl_s=60), cache.incr("hits", ttl_s=600), cache.incr("hits", ttl_s=600, delta=5)]
    assert counts == [1, 2, 7]
    assert cache.get("hits") == 7
    left_s = cache.ttl("hits")
    assert left_s is not None
    assert left_s <= 60


def test_no_increment_of_several_threads_is_lost(cache: Cache) -> None:
    def count() -> None:
        for _ in range(50):
            cache.incr("hits", ttl_s=60)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.get("hits") == 200


def test_a_pipeline_does_all_its_steps_together(cache: Cache) -> None:
    cache.set("old", 1, ttl_s=60)
    with cache.pipeline() as batch:
        batch.set("new", [1, 2], ttl_s=60)
        batch.incr("hits", ttl_s=60, delta=3)
        batch.delete("old")
        assert cache.get("new") is None
    assert batch.results == [None, 3, None]
    assert cache.get_many(["old", "new", "hits"]) == {"new": [1, 2], "hits": 3}


def test_a_pipeline_that_fails_does_nothing(cache: Cache) -> None:
    with pytest.raises(KeyError), cache.pipeline() as batch:
        batch.set("key", 1, ttl_s=60)
        raise KeyError
    assert cache.get("key") is None


@pytest.mark.parametrize("key", ["", "x" * 201, "two words", "a\nb"])
def test_a_key_is_short_and_printable(cache: Cache, key: str) -> None:
    with pytest.raises(ValueError, match="is no cache key"):
        cache.set(key, 1, ttl_s=60)


def test_a_value_must_expire_and_a_batch_must_end(cache: Cache) -> None:
    with pytest.raises(ValueError, match="longer than 0 seconds"):
        cache.set("key", 1, ttl_s=0)
    with pytest.raises(ValueError, match="at most 1000"):
        cache.get_many([str(number) for number in range(1_001)])


def test_memory_is_bounded() -> None:
    cache = make_cache(LocMemCache("bounded", {"OPTIONS": {"MAX_ENTRIES": 50}}))
    for number in range(500):
        cache.set(str(number), number, ttl_s=60)
    assert len(cache.get_many([str(number) for number in range(500)])) <= 50


def test_while_redis_is_away_memory_answers(redis: RedisServer, clock: ManualClock) -> None:
    cache = cache_on(redis, clock)
    cache.set("key", 1, ttl_s=60)
    redis.kill()
    assert cache.get("key") is None
    assert cache.is_degraded()
    cache.set("key", 2, ttl_s=60)
    assert (cache.get("key"), cache.incr("hits", ttl_s=60)) == (2, 1)


def test_nobody_waits_for_a_redis_that_is_away(redis: RedisServer, clock: ManualClock) -> None:
    cache = cache_on(redis, clock)
    redis.kill()
    cache.get("key")
    asked: list[str] = []
    cache._store.get_many = lambda keys: asked.extend(keys) or {}  # type: ignore[method-assign,func-returns-value]
    for _ in range(100):
        cache.get("key")
    assert asked == []
    clock.advance_ns(int(kit.RETRY_AFTER_S * 1e9))
    cache.get("key")
    assert "key" in asked


def test_redis_is_used_again_once_it_is_back(
    redis: RedisServer, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "api.cache")
    cache = cache_on(redis, clock)
    cache.set_many({"kept": 1, "changed": 1, "deleted": 1}, ttl_s=600)
    redis.kill()
    cache.set("changed", 2, ttl_s=600)
    cache.delete("deleted")
    redis.start()
    assert cache.is_degraded()
    clock.advance_ns(int(kit.RETRY_AFTER_S * 1e9))
    assert cache.probe() is True
    assert not cache.is_degraded()
    assert cache.get_many(["kept", "changed", "deleted"]) == {"kept": 1}
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_a_redis_that_is_still_away_is_left_alone_again(redis: RedisServer, clock: ManualClock) -> None:
    cache = cache_on(redis, clock)
    redis.kill()
    assert cache.probe() is False
    clock.advance_ns(int(kit.RETRY_AFTER_S * 1e9))
    assert cache.probe() is False
    assert cache.breaker.allows() is False


def test_more_changes_than_are_remembered_empty_redis_of_ours(
    redis: RedisServer, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kit, "MAX_REMEMBERED_CHANGES", 3)
    cache = cache_on(redis, clock)
    cache.set_many({str(number): 1 for number in range(9)}, ttl_s=600)
    redis.kill()
    cache.set_many({str(number): 2 for number in range(5)}, ttl_s=600)
    redis.start()
    clock.advance_ns(int(kit.RETRY_AFTER_S * 1e9))
    assert cache.get_many([str(number) for number in range(9)]) == {}


def test_a_mistake_of_ours_is_not_taken_for_an_absent_redis(redis: RedisServer, clock: ManualClock) -> None:
    cache = cache_on(redis, clock)
    cache.set("key", "text", ttl_s=60)
    with pytest.raises(Exception, match="not an integer"):
        cache.incr("key", ttl_s=60)
    assert not cache.is_degraded()


def test_a_hanging_redis_counts_as_away(clock: ManualClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        settings = kit.cache_settings(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
        cache = make_cache(RedisCache(settings["LOCATION"], settings), clock=clock)
        cache.set("key", 1, ttl_s=60)  # the client's timeout ends it; the socket never would
        assert (cache.get("key"), cache.is_degraded()) == (1, True)


def test_a_store_without_a_stand_in_says_that_it_failed() -> None:
    class Gone(MemoryStore):
        def get_many(self, keys: Sequence[str]) -> dict[str, Any]:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        Cache(Gone(LocMemCache("gone", {}))).get("key")
