"""Retries of reads, by stamina: a few, with growing pauses and jitter, bounded in number, in time and in what they add.

    prices = Reader(breaker, faults=(OSError,))
    answer = await prices.read(lambda: client.get(url))

For idempotent reads alone: a write that was not answered may have been done. Retries happen inside the breaker, so a read
counts once for it however often it was tried, and what is known to be down is not asked at all. A dependency that says
when to come back (Retry-After) is waited for when that is within the read's time, and not asked again when it is not.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Generic, TypeVar

import stamina
from stamina.instrumentation import set_on_retry_hooks

from kit.breaker import Breaker
from kit.redaction import hide_secrets

BUDGET_SHARE: Final = 0.1
BUDGET_RESERVE: Final = 10.0
"""Retries may add a tenth to the load, and ten at once: what is overloaded must not be finished off by repetitions."""

MIN_PAUSE_S: Final = 0.001
"""Before a try that may be made at once."""

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long a read is tried. `timeout_s` bounds all tries together; pauses double, with jitter."""

    attempts: int = 3
    timeout_s: float = 5.0
    first_pause_s: float = 0.1
    longest_pause_s: float = 1.0
    jitter_s: float = 0.1


PauseAsked = Callable[[Exception], float | None]
"""How many seconds a fault asks to wait before the next try; None when it does not say."""


class RetryBudget:
    """Each read earns a part of a retry, each retry spends a whole one."""

    def __init__(self, share: float = BUDGET_SHARE, reserve: float = BUDGET_RESERVE) -> None:
        self._share = share
        self._reserve = reserve
        self._left = reserve
        self._lock = threading.Lock()

    def earn(self) -> None:
        """One more read."""
        with self._lock:
            self._left = min(self._reserve, self._left + self._share)

    def is_enough(self) -> bool:
        """Whether one more retry is affordable."""
        return self._left >= 1

    def spend(self) -> None:
        """One more retry."""
        with self._lock:
            self._left = max(0.0, self._left - 1)


class Reader:
    """Reads from one dependency: through its breaker, with retries of the named faults."""

    def __init__(
        self,
        breaker: Breaker,
        *,
        faults: tuple[type[Exception], ...],
        policy: RetryPolicy | None = None,
        budget: RetryBudget | None = None,
        pause_asked: PauseAsked | None = None,
    ) -> None:
        _silence_stamina()
        self._breaker = breaker
        self._pause_asked = pause_asked
        self._faults = faults
        self._budget = budget or RetryBudget()
        self._policy = policy or RetryPolicy()
        self._options = _options_of(self._policy)
        self.retries = 0
        """How many tries were repetitions."""

    async def read(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What `ask()` gives, tried again while that makes sense.

        Raises BreakerOpen, TimeoutError when all tries together take too long, or what the last try raised.
        """
        with self._breaker.attempt(*self._faults, TimeoutError):
            async with asyncio.timeout(self._policy.timeout_s):
                tries = _Tries(self, ask)
                return await stamina.AsyncRetryingCaller(**self._options)(tries.is_worth_another, tries.go)

    def read_in_thread(self, ask: Callable[[], T]) -> T:
        """The same for a plain function. It sleeps between tries, so never on the event loop; `ask` bounds its own time."""
        with self._breaker.attempt(*self._faults):
            tries = _Tries(self, ask)
            return stamina.RetryingCaller(**self._options)(tries.is_worth_another, tries.go)

    def may_retry(self, fault: Exception) -> bool | float:
        """Whether a repetition after this fault is wanted and affordable; a number is the pause the fault asked for."""
        if not isinstance(fault, self._faults) or not self._budget.is_enough():
            return False
        pause_s = self._pause_asked(fault) if self._pause_asked is not None else None
        if pause_s is None:
            return True
        return max(pause_s, MIN_PAUSE_S) if pause_s < self._policy.timeout_s else False

    def begin(self) -> None:
        """Account for a read's first try."""
        self._budget.earn()

    def begin_again(self, number: int, fault: Exception | None) -> None:
        """Account for a repetition, and say so."""
        self._budget.spend()
        self.retries += 1
        reason = hide_secrets(f"{type(fault).__name__}: {fault}")
        _log.info("%s is asked again, for the %s time, after %s", self._breaker.name, _ordinal(number), reason)


async def repeat(
    attempt: Callable[[], Awaitable[T]],
    *,
    is_worth_another: Callable[[Exception], bool | float],
    policy: RetryPolicy,
) -> T:
    """What `attempt()` gives, tried again after faults that are worth it: for messages whose receiver tells repeats apart.

    No breaker and no budget stand before it, so its callers are few and bounded. Raises what the last try raised.
    """
    _silence_stamina()
    found: T = await stamina.AsyncRetryingCaller(**_options_of(policy))(is_worth_another, attempt)
    return found


class _Tries(Generic[T]):
    """The tries of one read. `ask` gives a value or something to await; it is handed on as it is."""

    def __init__(self, reader: Reader, ask: Callable[[], T]) -> None:
        self._reader = reader
        self._ask = ask
        self._count = 0
        self._fault: Exception | None = None

    def go(self) -> T:
        """One more try."""
        self._count += 1
        if self._count == 1:
            self._reader.begin()
        else:
            self._reader.begin_again(self._count, self._fault)
        return self._ask()

    def is_worth_another(self, fault: Exception) -> bool | float:
        """Whether to try again, a number being the pause before it; how often at most is for the policy to say."""
        self._fault = fault
        return self._reader.may_retry(fault)


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")


def _options_of(policy: RetryPolicy) -> dict[str, Any]:
    return {
        "attempts": policy.attempts,
        "timeout": policy.timeout_s,
        "wait_initial": policy.first_pause_s,
        "wait_max": policy.longest_pause_s,
        "wait_jitter": policy.jitter_s,
    }


@cache
def _silence_stamina() -> None:
    """Retries are logged in our own words: stamina's would show the arguments, where keys and tokens may be among them."""
    set_on_retry_hooks([])
