"""The cache every app uses: Django's, in memory by default and in Redis when one is configured.

While Redis is away the same calls are answered from memory, without waiting for it each time; once it is back it is used
again, and keys that changed meanwhile are dropped from it, so that nobody reads what was already replaced.

A call may go over the network: on the event loop, make it in a thread.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, Protocol, TypeVar

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache

from api.cache_steps import Delete, Increment, Set, Step
from kit.breaker import BREAKERS, Breaker, BreakerPolicy
from kit.clock import SYSTEM_CLOCK, Clock

log = logging.getLogger(__name__)

MAX_KEY_LENGTH: Final = 200
MAX_BATCH: Final = 1_000
"""Keys or steps of one call: more would hold up whoever shares the connection."""
MEMORY_ENTRIES: Final = 10_000
RETRY_AFTER_S: Final = 2.0
"""So long Redis is left alone after it failed; one call then tries it again while the others stay in memory."""
BREAKER_NAME: Final = "redis cache"
MAX_REMEMBERED_CHANGES: Final = 10_000
"""Keys changed while Redis was away; beyond that everything of ours is dropped from it on its return."""

T = TypeVar("T")


class Store(Protocol):
    """Where values are kept: memory or Redis."""

    @property
    def away(self) -> tuple[type[Exception], ...]:
        """How it says that it cannot serve at all; any other error of it is a mistake of ours and is raised."""
        ...

    def get_many(self, keys: Sequence[str]) -> dict[str, Any]:
        """The values of those keys that are there."""
        ...

    def ttl_s(self, key: str) -> float | None:
        """Seconds a key has left; None when it is not there."""
        ...

    def run(self, steps: Sequence[Step]) -> list[Any]:
        """Do all steps in one round trip; the new count for each Increment, None for the others."""
        ...

    def forget_all(self) -> None:
        """Drop everything that is ours."""
        ...


class MemoryStore:
    """Django's cache in the memory of this process; an entry is its end, in seconds since 1970, and its value."""

    away: tuple[type[Exception], ...] = ()

    def __init__(self, cache: BaseCache) -> None:
        self._cache = cache
        self._lock = threading.Lock()

    def get_many(self, keys: Sequence[str]) -> dict[str, Any]:
        """The values of those keys that are there."""
        return {key: entry[1] for key, entry in self._cache.get_many(keys).items()}

    @property
    def load(self) -> float:
        """The used share of the entries it holds before it drops some."""
        entries = getattr(self._cache, "_cache", {})  # Django counts them nowhere else
        return min(1.0, len(entries) / MEMORY_ENTRIES)

    def ttl_s(self, key: str) -> float | None:
        """Seconds a key has left; None when it is not there."""
        entry = self._cache.get(key)
        return None if entry is None else max(0.0, entry[0] - time.time())

    def run(self, steps: Sequence[Step]) -> list[Any]:
        """Do the steps one after the other, while nobody else does any."""
        with self._lock:
            return [self._do(step) for step in steps]

    def forget_all(self) -> None:
        """Drop everything."""
        self._cache.clear()

    def _do(self, step: Step) -> int | None:
        if isinstance(step, Delete):
            self._cache.delete(step.key)
            return None
        if isinstance(step, Set):
            self._cache.set(step.key, (time.time() + step.ttl_s, step.value), step.ttl_s)
            return None
        end_s, count = self._cache.get(step.key) or (time.time() + step.ttl_s, 0)
        count += step.delta
        self._cache.set(step.key, (end_s, count), end_s - time.time())
        return int(count)


class Batch:
    """Steps that go out together when the `with` block of `Cache.pipeline` ends; then `results` has their outcomes."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.results: list[Any] = []

    def set(self, key: str, value: Any, *, ttl_s: float) -> None:
        """Keep a value for `ttl_s` seconds."""
        self.steps.append(Set(key, value, ttl_s))

    def delete(self, key: str) -> None:
        """Forget a key."""
        self.steps.append(Delete(key))

    def incr(self, key: str, *, ttl_s: float, delta: int = 1) -> None:
        """Add to a counter; its new count is among the results."""
        self.steps.append(Increment(key, ttl_s, delta))


class Cache:
    """A store, and the memory that stands in for it while it is away."""

    def __init__(
        self,
        store: Store,
        memory: Store | None = None,
        *,
        clock: Clock = SYSTEM_CLOCK,
        retry_after_s: float = RETRY_AFTER_S,
    ) -> None:
        self._store = store
        self._memory = store if memory is None else memory
        # One failure is enough: who asks has memory to fall back on, and no time to lose.
        policy = BreakerPolicy(failures=1, failure_share=0.0, open_s=retry_after_s)
        self.breaker = Breaker(BREAKER_NAME, policy, clock)
        """Whether the store may be asked."""
        self._lock = threading.Lock()
        self._changed: set[str] = set()
        self._hits = self._misses = 0

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key, or `default`."""
        return self.get_many([key]).get(key, default)

    def get_many(self, keys: Iterable[str]) -> dict[str, Any]:
        """The values of those keys that are there."""
        wanted = list(keys)
        _check_keys(wanted)
        if not wanted:
            return {}
        found = self._ask(lambda store: store.get_many(wanted))
        with self._lock:
            self._hits += len(found)
            self._misses += len(wanted) - len(found)
        return found

    def set(self, key: str, value: Any, *, ttl_s: float) -> None:
        """Keep a value, which must be picklable, for `ttl_s` seconds."""
        self._run([Set(key, value, ttl_s)])

    def set_many(self, values: Mapping[str, Any], *, ttl_s: float) -> None:
        """Keep all values for `ttl_s` seconds."""
        self._run([Set(key, value, ttl_s) for key, value in values.items()])

    def delete(self, key: str) -> None:
        """Forget a key."""
        self._run([Delete(key)])

    def incr(self, key: str, *, ttl_s: float, delta: int = 1) -> int:
        """Add to a counter and give its new count; a new counter lives `ttl_s` seconds from now."""
        return int(self._run([Increment(key, ttl_s, delta)])[0])

    def ttl(self, key: str) -> float | None:
        """Seconds a key has left; None when it is not there."""
        _check_keys([key])
        return self._ask(lambda store: store.ttl_s(key))

    @contextmanager
    def pipeline(self) -> Iterator[Batch]:
        """Collect steps and do them in one round trip at the end of the block; nothing is done if the block raises."""
        batch = Batch()
        yield batch
        batch.results = self._run(batch.steps)

    @property
    def lookups(self) -> tuple[int, int]:
        """How many keys that were asked for were there, and how many were not."""
        return self._hits, self._misses

    @property
    def load(self) -> float | None:
        """The used share of the memory that serves, or stands in; None for a store that has a limit of its own."""
        store = self._memory if self.is_degraded() else self._store
        return store.load if isinstance(store, MemoryStore) else None

    def is_degraded(self) -> bool:
        """Whether memory stands in for a store that was away when it was last asked."""
        return not self.breaker.is_closed

    def probe(self) -> bool:
        """Ask the store something if it is due, so that its return is noticed without traffic; whether it serves."""
        self._ask(lambda store: store.get_many(["probe"]))
        return not self.is_degraded()

    def reconnect(self) -> bool:
        """Ask the store at once, however lately it failed; whether it serves."""
        self.breaker.reset()
        return self.probe()

    def _run(self, steps: Sequence[Step]) -> list[Any]:
        """Do steps in the store, or in memory while it is away."""
        _check_keys([step.key for step in steps])
        if any(not isinstance(step, Delete) and step.ttl_s <= 0 for step in steps):
            raise ValueError("a cached value lives longer than 0 seconds")
        if not steps:
            return []
        return self._ask(lambda store: store.run(steps), changed=[step.key for step in steps])

    def _ask(self, question: Callable[[Store], T], changed: Sequence[str] = ()) -> T:
        """Put a question to the store if it may be asked, else to memory; notes what changes in memory alone."""
        if self.breaker.allows():
            try:
                if self.is_degraded():
                    self._take_back()
                answer = question(self._store)
            except self._store.away as fault:
                self._note_away(fault)
            except BaseException:
                self.breaker.gave_up()
                raise
            else:
                self.breaker.succeeded()
                return answer
        self._remember(changed)
        return question(self._memory)

    def _note_away(self, fault: BaseException) -> None:
        """From now on memory answers."""
        if self.breaker.is_closed:
            log.warning("The cache's Redis does not answer (%s); memory stands in for it.", fault)
        self.breaker.failed(fault)

    def _remember(self, keys: Sequence[str]) -> None:
        """Note keys that changed while the store was away."""
        if keys:
            with self._lock:
                self._changed.update(keys[: MAX_REMEMBERED_CHANGES + 1 - len(self._changed)])

    def _take_back(self) -> None:
        """Bring a returned store up to date; raises one of its `away` when it is not back after all."""
        self._store.get_many(["probe"])
        self._drop_changed()
        self.breaker.succeeded()
        self._drop_changed()  # what other threads changed in memory while the first were being dropped
        self._memory.forget_all()
        log.info("The cache's Redis answers again.")

    def _drop_changed(self) -> None:
        """Drop from the store what memory alone knows of."""
        with self._lock:
            changed = list(self._changed)
        if len(changed) > MAX_REMEMBERED_CHANGES:
            self._store.forget_all()
        else:
            for start in range(0, len(changed), MAX_BATCH):
                self._store.run([Delete(key) for key in changed[start : start + MAX_BATCH]])
        with self._lock:
            self._changed.difference_update(changed)


def _check_keys(keys: Sequence[str]) -> None:
    """Keys are short and printable, and not too many at once; anything else is a mistake of ours."""
    if len(keys) > MAX_BATCH:
        raise ValueError(f"{len(keys)} keys in one call; at most {MAX_BATCH} are served together")
    for key in keys:
        if not 0 < len(key) <= MAX_KEY_LENGTH or not key.isprintable() or " " in key:
            raise ValueError(f"{key[:MAX_KEY_LENGTH]!r} is no cache key")


def cache_settings(redis_url: str) -> dict[str, Any]:
    """What belongs under `default` in Django's CACHES: Redis if there is one, else memory."""
    if not redis_url:
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "default",
            "OPTIONS": {"MAX_ENTRIES": MEMORY_ENTRIES},
        }
    return {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": redis_url,
        "KEY_PREFIX": "sandbar",
        "OPTIONS": {
            "SOCKET_CONNECT_TIMEOUT": 0.25,
            "SOCKET_TIMEOUT": 0.25,
            # One try: who asks has memory to fall back on, and no time to lose.
            "CONNECTION_POOL_KWARGS": {"retry": None, "retry_on_error": []},
        },
    }


def make_cache(configured: BaseCache, *, clock: Clock = SYSTEM_CLOCK, retry_after_s: float = RETRY_AFTER_S) -> Cache:
    """The cache on one of Django's; beside one on Redis, memory stands ready."""
    if not hasattr(configured, "delete_pattern"):  # what only django-redis has
        return Cache(MemoryStore(configured), clock=clock)
    from api.cache_redis import RedisStore  # a twentieth of the start, for those who have a Redis

    memory = MemoryStore(LocMemCache("api.cache", {"OPTIONS": {"MAX_ENTRIES": MEMORY_ENTRIES}}))
    cache = Cache(RedisStore(configured), memory, clock=clock, retry_after_s=retry_after_s)
    BREAKERS.register(cache.breaker)
    return cache


@lru_cache(maxsize=1)
def shared_cache() -> Cache:
    """The cache of this process, on Django's `default`."""
    return make_cache(caches["default"])
