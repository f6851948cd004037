"""A circuit breaker for each thing this process depends on: after enough failures it is left alone for a while.

    with breaker.attempt(OSError):       # raises BreakerOpen instead of asking what is known to be down
        answer = ask()

Closed: every call goes through. Open: none does, for `open_s`. Half-open: one call, the probe, finds out whether it is
back, while the others are still refused. What a call raises counts as a failure only when it is of the kinds named; the
mistakes of the caller are not the dependency's fault. Safe on any thread.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from kit.clock import SYSTEM_CLOCK, Clock
from kit.errors import Unavailable

State = Literal["closed", "half_open", "open"]

MAX_HISTORY: Final = 50
"""Changes of state that are remembered: enough to see a dependency flap."""
MAX_REASON_LENGTH: Final = 300


class BreakerOpen(Unavailable):
    """The dependency is left alone at present; nothing was sent to it."""


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When a breaker opens, and for how long.

    It opens when, of the last `window_calls` calls that are no older than `window_s`, at least `failures` failed and
    these are at least `failure_share` of them.
    """

    failures: int = 5
    failure_share: float = 0.5
    window_calls: int = 20
    window_s: float = 60.0
    open_s: float = 10.0

    def __post_init__(self) -> None:
        assert 1 <= self.failures <= self.window_calls, "so many failures must fit into the window"
        assert 0 <= self.failure_share <= 1, "a share is from 0 to 1"
        assert self.window_s > 0 and self.open_s > 0, "times are positive"


class BreakerChange(msgspec.Struct, frozen=True):
    """One change of state (UTC nanoseconds) and why."""

    time_ns: int
    state: State
    reason: str


class Breaker:
    """The breaker of one dependency, by its name."""

    def __init__(self, name: str, policy: BreakerPolicy | None = None, clock: Clock = SYSTEM_CLOCK) -> None:
        self.name = name
        self.policy = policy or BreakerPolicy()
        self._clock = clock
        self._lock = threading.Lock()
        self._state: State = "closed"
        self._outcomes: deque[tuple[float, bool]] = deque(maxlen=self.policy.window_calls)
        self._retry_at_s = 0.0
        self.since_ns = clock.now_ns()
        """When it came into its present state (UTC nanoseconds)."""
        self.last_error: str | None = None
        self.openings = 0
        """How often it has opened."""
        self.refused = 0
        """Calls it kept from a dependency that was down."""
        self.history: deque[BreakerChange] = deque(maxlen=MAX_HISTORY)
        """The last changes of state, oldest first."""

    @property
    def state(self) -> State:
        """Closed, half-open or open. An open one stays open until somebody calls: then that call is the probe."""
        return self._state

    @property
    def is_closed(self) -> bool:
        """Whether calls go through."""
        return self._state == "closed"

    # ---- for a call that is made by hand

    def allows(self) -> bool:
        """Whether a call may be made now; who got a yes must say how it ended: `succeeded`, `failed` or `gave_up`."""
        if self.is_closed:
            return True
        with self._lock:
            now_s = self._clock.monotonic_s()
            if self.state == "closed":  # since the look without the lock
                return True
            if now_s < self._retry_at_s:
                self.refused += 1
                return False
            # A probe that is never heard of again gives way to another one after the same time.
            self._retry_at_s = now_s + self.policy.open_s
            if self._state == "open":
                self._become("half_open", "A call finds out whether it is back.")
            return True

    def succeeded(self) -> None:
        """The call was answered."""
        with self._lock:
            if self._state == "closed":
                self._outcomes.append((self._clock.monotonic_s(), True))
            else:
                self._close("It answers again.")

    def failed(self, fault: BaseException | str) -> None:
        """The call was not answered, or not well."""
        with self._lock:
            self.last_error = _reason_of(fault)
            now_s = self._clock.monotonic_s()
            if self._state == "closed":
                self._outcomes.append((now_s, False))
                if not self._has_failed_enough(now_s):
                    return
            self._retry_at_s = now_s + self.policy.open_s
            if self._state != "open":
                self.openings += 1
                self._become("open", self.last_error)

    def gave_up(self) -> None:
        """The call was ended by its caller, so it tells nothing; the next one may be the probe."""
        with self._lock:
            if self._state == "half_open":
                self._retry_at_s = self._clock.monotonic_s()

    # ---- for everyone else

    @contextmanager
    def attempt(self, *faults: type[Exception]) -> Iterator[None]:
        """Make one call in the `with` block; what it raises of these kinds is a failure. Raises BreakerOpen."""
        if not self.allows():
            raise BreakerOpen(
                f"{self.name} is left alone for now: {self.last_error or 'it failed'}",
                details={"dependency": self.name, "state": self._state},
            )
        with self.judged(*faults):
            yield

    @contextmanager
    def judged(self, *faults: type[Exception]) -> Iterator[None]:
        """The `with` block is a call that was allowed: note how it ends."""
        try:
            yield
        except faults as fault:
            self.failed(fault)
            raise
        except Exception:  # a mistake of ours, which the dependency answered well enough to show
            self.succeeded()
            raise
        except BaseException:
            self.gave_up()
            raise
        else:
            self.succeeded()

    def reset(self) -> None:
        """Have the next call made whatever was before: an operator says that the dependency is back."""
        with self._lock:
            self._retry_at_s = self._clock.monotonic_s()

    # ---- under the lock

    def _has_failed_enough(self, now_s: float) -> bool:
        recent = [is_well for made_s, is_well in self._outcomes if made_s >= now_s - self.policy.window_s]
        failures = len(recent) - sum(recent)
        return failures >= self.policy.failures and failures >= self.policy.failure_share * len(recent)

    def _close(self, reason: str) -> None:
        self._outcomes.clear()
        self._become("closed", reason)

    def _become(self, state: State, reason: str) -> None:
        self._state = state
        self.since_ns = self._clock.now_ns()
        self.history.append(BreakerChange(self.since_ns, state, reason))


class BreakerRegistry:
    """The breakers of a process, by name, so that operators see them."""

    def __init__(self) -> None:
        self._by_name: dict[str, Breaker] = {}

    def register(self, breaker: Breaker) -> Breaker:
        """Show a breaker; one of the same name gives way to it."""
        self._by_name[breaker.name] = breaker
        return breaker

    def forget(self, breaker: Breaker) -> None:
        """Show a breaker no more: what it guarded is not used any longer."""
        if self._by_name.get(breaker.name) is breaker:
            del self._by_name[breaker.name]

    def list(self) -> list[Breaker]:
        """All of them, as registered."""
        return list(self._by_name.values())


BREAKERS = BreakerRegistry()
"""The breakers of this process."""


def _reason_of(fault: BaseException | str) -> str:
    text = fault if isinstance(fault, str) else f"{type(fault).__name__}: {fault}"
    return text[:MAX_REASON_LENGTH]
