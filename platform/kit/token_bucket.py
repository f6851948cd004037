"""Token buckets by key: how much each caller may do now, and when again. In memory, bounded, O(1) a call."""

import math
from collections import OrderedDict
from dataclasses import dataclass

import msgspec

from kit.clock import SYSTEM_CLOCK, Clock

DEFAULT_MAX_KEYS = 10_000


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """Whether a call may go on; `remaining` whole tokens after it; `retry_after_s` is at least 1 when it may not."""

    allowed: bool
    remaining: int
    retry_after_s: int


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at_s: float


class TokenBuckets:
    """A bucket for each key holds up to `burst` tokens and gains `rate_per_s`; a call takes `cost` of them.

    Buckets fill lazily, when they are asked. The clock is monotonic, so setting the system's time changes nothing. Of
    more than `max_keys` keys the one unused for longest is forgotten: it comes back with a full bucket, which is what
    it has after `burst / rate_per_s` seconds anyway.
    """

    def __init__(
        self, rate_per_s: float, burst: int, clock: Clock = SYSTEM_CLOCK, max_keys: int = DEFAULT_MAX_KEYS
    ) -> None:
        assert max_keys >= 1, "there must be room for a bucket"
        self.change_rate(rate_per_s, burst)
        self._now_s = clock.monotonic_s
        self._max_keys = max_keys
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def change_rate(self, rate_per_s: float, burst: int) -> None:
        """Fill at another rate from now on. Who has used up its tokens gets no new ones by it, only sooner or later."""
        assert rate_per_s > 0 and burst >= 1, "a bucket must be able to fill"
        self.rate_per_s = rate_per_s
        self._burst = burst
        self._full = float(burst)

    def take(self, key: str, cost: int = 1) -> Verdict:
        """Take `cost` tokens, or none when there are not enough."""
        is_allowed = self.allows(key, cost)
        tokens = self._buckets[key].tokens
        if is_allowed:
            return Verdict(True, int(tokens), 0)
        return Verdict(False, int(tokens), max(1, math.ceil((cost - tokens) / self.rate_per_s)))

    def allows(self, key: str, cost: int = 1) -> bool:
        """`take` for who asks no more than whether it may go on."""
        assert 0 < cost <= self._burst, f"a cost of {cost} never fits a burst of {self._burst}"
        now_s = self._now_s()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._new_bucket(key, now_s)
        else:
            self._buckets.move_to_end(key)
        tokens = bucket.tokens + (now_s - bucket.filled_at_s) * self.rate_per_s
        if tokens > self._full:
            tokens = self._full
        bucket.filled_at_s = now_s
        is_allowed = tokens >= cost
        bucket.tokens = tokens - cost if is_allowed else tokens
        return is_allowed

    def _new_bucket(self, key: str, now_s: float) -> _Bucket:
        """A full bucket, in place of the one unused for longest where there are too many."""
        if len(self._buckets) >= self._max_keys:
            self._buckets.popitem(last=False)
        bucket = self._buckets[key] = _Bucket(self._full, now_s)
        return bucket
