"""The rate limiter behind the middleware: in memory, or shared by several gateways through Redis.

Redis counts in one Lua script, by its own clock, so that gateways agree and no update is lost. While Redis is away each
gateway counts for itself, and asks Redis again after a moment.
"""

import ipaddress
import logging
import math
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, Final, Protocol

from kit import tunables
from kit.breaker import BREAKERS, Breaker, BreakerPolicy
from kit.caller import Caller
from kit.token_bucket import DEFAULT_MAX_KEYS, TokenBuckets, Verdict

log = logging.getLogger(__name__)

REDIS_TIMEOUT_S: Final = 0.25
"""A limiter that waits longer than this for its counter would itself be what slows clients down."""
REDIS_POLICY: Final = BreakerPolicy(failures=1, failure_share=0.0, open_s=5.0)
"""One failure is enough: rates are then counted in memory, and one request in a while finds out whether Redis is back."""
BREAKER_NAME: Final = "redis rate limit"
KEY_PREFIX: Final = "sandbar:rate:"

REQUESTS_PER_SECOND = tunables.number(
    "rate_limit.requests_per_second",
    20,
    minimum=0.001,
    maximum=1_000_000,
    or_zero=True,
    unit="requests/s",
    why="Requests to /api/v1 of one client address, and messages of its sockets; a burst is twice that. 0: no limit.",
    variable="RATE_LIMIT_RPS",
)

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

    def take(self, key: str) -> Verdict | Awaitable[Verdict]:
        """Count one request of `key`; what is counted in memory needs no waiting."""

    def change_rate(self, rate_per_s: float, burst: int) -> None:
        """Let another rate hold from now on; what was counted stays."""

    def beside(self, rate_per_s: float, burst: int) -> "Limiter":
        """A limiter of another rate that counts in the same place."""


class MemoryLimiter:
    """Counts in this process."""

    def __init__(self, rate_per_s: float, burst: int) -> None:
        buckets = TokenBuckets(rate_per_s, burst)
        self.take: Callable[[str], Verdict] = buckets.take
        """Count one request of a key."""
        self.change_rate = buckets.change_rate

    def beside(self, rate_per_s: float, burst: int) -> "MemoryLimiter":
        """A limiter of another rate."""
        return MemoryLimiter(rate_per_s, burst)


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
        memory: MemoryLimiter,
        faults: tuple[type[Exception], ...],
        breaker: Breaker,
    ) -> None:
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._evaluate = evaluate
        self._memory = memory
        self._faults = faults
        self.breaker = breaker
        """Whether Redis may be asked."""

    def beside(self, rate_per_s: float, burst: int) -> "RedisLimiter":
        """A limiter of another rate, over the same connections and behind the same breaker."""
        memory = self._memory.beside(rate_per_s, burst)
        return RedisLimiter(rate_per_s, burst, self._evaluate, memory=memory, faults=self._faults, breaker=self.breaker)

    def change_rate(self, rate_per_s: float, burst: int) -> None:
        """Send another rate from now on; gateways that share the counts should agree on it."""
        self._rate_per_s, self._burst = rate_per_s, burst
        self._memory.change_rate(rate_per_s, burst)

    async def take(self, key: str) -> Verdict:
        """Count one request of `key`."""
        breaker = self.breaker
        if not breaker.allows():
            return self._memory.take(key)
        try:
            with breaker.judged(*self._faults):
                allowed, left = await self._evaluate(TAKE_SCRIPT, 1, KEY_PREFIX + key, self._rate_per_s, self._burst, 1)
        except self._faults as fault:
            log.warning("Redis does not answer (%s); rates are counted in memory for now.", fault)
            return self._memory.take(key)
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
    breaker = BREAKERS.register(Breaker(BREAKER_NAME, REDIS_POLICY))
    return RedisLimiter(rate_per_s, burst, client.eval, memory=memory, faults=faults, breaker=breaker)


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
