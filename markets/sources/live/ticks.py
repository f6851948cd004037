"""Which prices of a venue can be true: what is not is dropped, counted by its reason, and never reaches a market.

Pure. A venue's data pass through here before anything else sees them: a zero after a restart, a NaN of a broken
serializer, a print of yesterday, a book that crosses itself, a price with the point in the wrong place.
"""

import math
from collections import Counter
from typing import Final, Literal

Reason = Literal["zero", "negative", "nan", "out_of_order", "ahead", "crossed", "jump", "garbage"]
"""Why a tick was dropped. `ahead`: its time is in the future. `garbage`: it could not be read at all."""

REASONS: Final[tuple[Reason, ...]] = (
    "zero", "negative", "nan", "out_of_order", "ahead", "crossed", "jump", "garbage"
)  # fmt: skip

AHEAD_MS: Final = 60_000
"""A time later than this after our own is an error: it would stop the market's clock until then."""

JUMPS_TO_BELIEVE: Final = 5
JUMP_BELIEVED_MS: Final = 1_000
"""So many prices in a row, over at least so long, that agree with each other are the new level and no error."""


def price_fault(price: object) -> Reason | None:
    """What is wrong with a single number as a price; None when it can be one."""
    if not isinstance(price, (int, float)) or not math.isfinite(price):
        return "nan"
    if price > 0:
        return None
    return "zero" if price == 0 else "negative"


def touch_fault(bid: object, ask: object) -> Reason | None:
    """What is wrong with a best bid and ask; None when they can be true together."""
    fault = price_fault(bid) or price_fault(ask)
    if fault is not None:
        return fault
    return "crossed" if bid >= ask else None  # type: ignore[operator]  # both are positive numbers


def message_fault(message: object) -> Reason:
    """Why a message that could not be read is dropped: for a number in it that is none, or as a whole."""
    if isinstance(message, dict):
        reasons = {message_fault(value) for value in message.values()}
    elif isinstance(message, list):
        reasons = {message_fault(value) for value in message}
    else:
        is_no_number = isinstance(message, str) and message.lower().lstrip("+-") in ("nan", "inf", "infinity")
        reasons = {"nan"} if is_no_number else set()
    return "nan" if "nan" in reasons else "garbage"


class Drops:
    """What was dropped, by reason, and the last of it in words."""

    def __init__(self) -> None:
        self.by_reason: Counter[str] = Counter()
        self.last: str | None = None

    def add(self, symbol: str, reason: Reason, what: object) -> None:
        """One more."""
        self.by_reason[reason] += 1
        self.last = f"{symbol}: {reason.replace('_', ' ')} ({str(what)[:80]})"

    @property
    def total(self) -> int:
        """All of them."""
        return self.by_reason.total()


class PriceGuard:
    """Judges the prices of one symbol against the last good one."""

    __slots__ = ("_agreeing", "_candidate", "_candidate_ms", "last", "last_ms")

    def __init__(self) -> None:
        self.last = 0.0
        """The last good price; 0 before the first."""
        self.last_ms = 0
        """The venue's time of the last print."""
        self._candidate = 0.0
        self._candidate_ms = 0
        self._agreeing = 0

    def judge_print(self, price: object, time_ms: int, *, now_ms: int, max_jump: float) -> Reason | None:
        """Why a print must be dropped; None when it is good, which it then is the measure for the next ones."""
        if time_ms < self.last_ms:
            return price_fault(price) or "out_of_order"
        if time_ms > now_ms + AHEAD_MS:
            return price_fault(price) or "ahead"
        fault = self.judge(price, now_ms=now_ms, max_jump=max_jump)
        if fault is None:
            self.last_ms = time_ms
        return fault

    def judge(self, price: object, *, now_ms: int, max_jump: float) -> Reason | None:
        """The same without a time. `max_jump` is a share: 0.2 is 20 percent."""
        fault = price_fault(price)
        if fault is not None:
            return fault
        assert isinstance(price, (int, float)), "only numbers are without fault"
        if self.last and not _is_near(price, self.last, max_jump) and not self._is_believed(price, now_ms, max_jump):
            return "jump"
        self.last = price
        self._agreeing = 0
        return None

    def _is_believed(self, price: float, now_ms: int, max_jump: float) -> bool:
        """Whether prices so far away have been coming for long enough to be the market."""
        if not self._agreeing or not _is_near(price, self._candidate, max_jump):
            self._agreeing, self._candidate_ms = 0, now_ms
        self._candidate = price
        self._agreeing += 1
        return self._agreeing >= JUMPS_TO_BELIEVE and now_ms - self._candidate_ms >= JUMP_BELIEVED_MS


def _is_near(price: float, last: float, max_jump: float) -> bool:
    return abs(price - last) <= max_jump * last
