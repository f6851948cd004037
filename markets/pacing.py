"""When a step is due: market time against wall time at a speed. Pure; whoever uses it passes the wall time in."""

from kit.clock import NS_PER_SECOND


class Pacer:
    """Ties a moment of market time to a moment of wall time (monotonic seconds) and runs on from there at `speed`.

    Speed 1 is real time, 60 a minute a second, 0 as fast as it goes: every step is due at once.
    """

    def __init__(self, speed: float, *, longest_wait_ns: int) -> None:
        self.speed = speed
        self._longest_wait_ns = longest_wait_ns
        self._market_ns = 0
        self._wall_s = 0.0

    def anchor(self, market_ns: int, wall_s: float) -> None:
        """Let market time be `market_ns` at `wall_s`: at the start, after a pause, after a change of speed."""
        self._market_ns, self._wall_s = market_ns, wall_s

    def wait_s(self, time_ns: int, last_ns: int, wall_s: float) -> float:
        """Seconds until a step at `time_ns` is due; negative is how late it is. `last_ns` is the step before it.

        A stretch without steps longer than the longest wait is cut to that.
        """
        if self.speed == 0:
            return 0.0
        excess_ns = time_ns - last_ns - self._longest_wait_ns
        if excess_ns > 0:
            time_ns -= excess_ns
        due_s = self._wall_s + (time_ns - self._market_ns) / NS_PER_SECOND / self.speed
        return due_s - wall_s

    def skip(self, time_ns: int, last_ns: int) -> None:
        """A step at `time_ns` was taken after one at `last_ns`: leave out the stretch that was not waited for."""
        excess_ns = time_ns - last_ns - self._longest_wait_ns
        if excess_ns > 0:
            self._market_ns += excess_ns
