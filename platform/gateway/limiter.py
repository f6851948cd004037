"""The rate limiter behind the middleware: in memory, or shared by several gateways through Redis.

Redis counts in one Lua script, by its own clock, so that gateways agree and no update is lost. While Redis is away each
gateway counts for itself, and asks Redis again after a moment.
"""

import ipaddress
import logging
import math
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, Protocol

from kit.caller import Caller
from kit.token_bucket import DEFAULT_MAX_KEYS, TokenBuckets, Verdict

log = logging.getLogger(__name__)

REDIS_TIMEOUT_S: Final = 0.25
"""A limiter that waits longer than this for its counter would itself be what slows clients down."""
REDIS_PAUSE_S: Final = 5.0
KEY_PREFIX: Final = "sandbar:rate:"

TAKE_SCRIPT: Final = """
local rate, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(bucket[1]) or burst
local at = tonumber(bucket[2]) or now
tokens = math.min(burst, tokens + math.max(0, now - at) * rate)
local allowed = tokens >= cost and 1 or 0
if allowed == 1 then tokens = tokens - cost end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], math.ceil(burst / rate) + 1)
return {allowed, tostring(tokens)}
"""


def burst_of(rate_per_s: float) -> int:
    """How many requests may come at once: twice what may come in a second."""
    return max(1, math.ceil(2 * rate_per_s))


class Limiter(Protocol):
    """Decides whether a key may go on."""

    async def take(self, key: str) -> Verdict:
        """Count one request of `key`."""


class MemoryLimiter:
    """Counts in this process."""

    def __init__(self, rate_per_s: float, burst: int) -> None:
        self._take = TokenBuckets(rate_per_s, burst).take

    async def take(self, key: str) -> Verdict:
        """Count one request of `key`."""
        return self._take(key)


class RedisLimiter:
    """Counts in Redis; in `memory` while Redis cannot be reached.

    `evaluate(script, 1, key, rate, burst, cost)` is the client's EVAL; it returns the script's two values.
    """

    def __init__(
        self,
        rate_per_s: float,
        burst: int,
        evaluate: Callable[..., Any],
        *,
        memory: Limiter,
        faults: tuple[type[Exception], ...],
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._evaluate = evaluate
        self._memory = memory
        self._faults = faults
        self._monotonic_s = monotonic_s
        self._paused_until_s = -math.inf

    async def take(self, key: str) -> Verdict:
        """Count one request of `key`."""
        if self._monotonic_s() < self._paused_until_s:
            return await self._memory.take(key)
        try:
            allowed, left = await self._evaluate(TAKE_SCRIPT, 1, KEY_PREFIX + key, self._rate_per_s, self._burst, 1)
        except self._faults as fault:
            self._paused_until_s = self._monotonic_s() + REDIS_PAUSE_S
            log.warning("Redis does not answer (%s); rates are counted in memory for now.", fault)
            return await self._memory.take(key)
        tokens = float(left)
        if allowed:
            return Verdict(True, int(tokens), 0)
        return Verdict(False, int(tokens), max(1, math.ceil((1 - tokens) / self._rate_per_s)))


def make_limiter(rate_per_s: float, burst: int, redis_url: str) -> Limiter:
    """The limiter of this installation: shared when Redis is configured."""
    memory = MemoryLimiter(rate_per_s, burst)
    if not redis_url:
        return memory
    import redis.asyncio

    client = redis.asyncio.Redis.from_url(
        redis_url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
    )
    faults = (redis.exceptions.RedisError, OSError)
    return RedisLimiter(rate_per_s, burst, client.eval, memory=memory, faults=faults)


def bucket_name(caller: Caller) -> str:
    """What a client is counted under: its key where it has one, else its address."""
    return f"key:{caller.name}" if caller.kind == "key" else address_key(caller.address)


@lru_cache(maxsize=DEFAULT_MAX_KEYS)
def address_key(address: str) -> str:
    """What an address is counted under: IPv6 by its /64, because a single host owns all of that."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed) >> 64 << 64, 64)))
