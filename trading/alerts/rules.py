"""A rule, how far it has come, and the one decision of this app: whether it fires. Pure."""

from typing import Final

import msgspec

from trading.alerts.conditions import Condition

SEVERITIES: Final = ("info", "warning", "critical")
ONCE: Final = "once"
EVERY: Final = "every"
REPEATS: Final = (ONCE, EVERY)
WEBSOCKET: Final = "websocket"
LOG: Final = "log"
EMAIL: Final = "email"
WEBHOOK: Final = "webhook"
CHANNELS: Final = (WEBSOCKET, LOG, EMAIL, WEBHOOK)

SOURCES_REMEMBERED: Final = 8
"""Sources of prices whose last fired bar is kept; the one fired on longest ago goes."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What its owner wants to be told of, and how.

    `rearm_level` is what a value must come back over before the rule may fire again, a plain decimal. Times are UTC
    nanoseconds of the machine's clock. `webhook_secret` signs what is sent and is never shown again.
    """

    id: str
    account: str
    name: str
    severity: str
    condition: Condition
    repeat: str = EVERY
    cool_down_s: int = 0
    rearm_level: str | None = None
    is_enabled: bool = True
    channels: tuple[str, ...] = (WEBSOCKET,)
    email_to: tuple[str, ...] = ()
    webhook_url: str | None = None
    webhook_secret: str = ""
    created_ns: int = 0
    updated_ns: int = 0


class Progress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a rule has come. Times are the market's; `fired_bars` is by source the last bar that it fired on."""

    is_armed: bool = True
    fired_count: int = 0
    fired_ns: int | None = None
    fired_value: str | None = None
    fired_bars: dict[str, int] = {}
    fault: str | None = None
    """Why it was switched off, where it failed."""


FRESH: Final = Progress()


class Bar(msgspec.Struct, frozen=True):
    """A closed bar: who made it, and when it opened (UTC nanoseconds)."""

    source: str
    time_ns: int


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen at a moment of the market's clock.

    `is_true`: the condition holds. `is_back`: what must come back before the rule may fire again has. `value` is what was
    compared, as text, None where there is none.
    """

    is_true: bool
    is_back: bool
    time_ns: int
    value: str | None = None
    bar: Bar | None = None
    text: str = ""


def decide(rule: Rule, progress: Progress, seen: Seen) -> tuple[Progress, bool]:
    """The progress after what was seen, and whether the rule fires on it.

    A rule that fired is armed again once what it saw has come back, unless it fires only once. While it cools down it stays
    armed, so that what is still true when that ends is told then. It never fires on a bar twice, nor on one before it.
    """
    if not progress.is_armed:
        if rule.repeat == ONCE or not seen.is_back:
            return progress, False
        progress = msgspec.structs.replace(progress, is_armed=True)
    if not seen.is_true or is_cooling_down(rule, progress, seen.time_ns) or _was_fired_on(progress, seen.bar):
        return progress, False
    return _fired(progress, seen), True


def is_cooling_down(rule: Rule, progress: Progress, now_ns: int) -> bool:
    """Whether the cool-down after the last time goes on. A market's clock that was set back has ended it."""
    fired_ns = progress.fired_ns
    return fired_ns is not None and fired_ns <= now_ns < fired_ns + rule.cool_down_s * 10**9


def _was_fired_on(progress: Progress, bar: Bar | None) -> bool:
    return bar is not None and progress.fired_bars.get(bar.source, bar.time_ns - 1) >= bar.time_ns


def _fired(progress: Progress, seen: Seen) -> Progress:
    fired_bars = progress.fired_bars
    if seen.bar is not None:
        others = {source: time_ns for source, time_ns in fired_bars.items() if source != seen.bar.source}
        fired_bars = dict(list(others.items())[1 - SOURCES_REMEMBERED :]) | {seen.bar.source: seen.bar.time_ns}
    return msgspec.structs.replace(
        progress,
        is_armed=False,
        fired_count=progress.fired_count + 1,
        fired_ns=seen.time_ns,
        fired_value=seen.value,
        fired_bars=fired_bars,
    )
