"""When a schedule is due: the five fields of cron in a time zone, or a word for the usual ones."""

from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import Final

from cronsim import CronSim, CronSimError

from kit.errors import invalid_field
from reports.exporters.formatting import moment_of, ns_of, zone_of

WORDS: Final = {"daily": "0 0 * * *", "weekly": "0 0 * * 1", "monthly": "0 0 1 * *"}
"""At midnight: of every day, of Mondays, of the first of a month."""

FIELDS: Final = 5
"""Minute, hour, day, month, weekday. A sixth one would be seconds."""

LEAST_PAUSE: Final = timedelta(minutes=5)
"""More often a stream is what is wanted, not a report."""

LOOKED_AT: Final = 12
"""Dues that are looked at for the pause between them."""


def cron_from(every: str) -> str:
    """The cron text of a word, or the text itself."""
    return WORDS.get(every, every)


def check_cron(every: str, time_zone: str, now_ns: int) -> None:
    """Raise Invalid for what is no cron text, never due, or due too often."""
    rule = f"Must be one of {', '.join(WORDS)}, or five fields of cron such as '30 6 * * 1-5'."
    if len(cron_from(every).split()) != FIELDS:
        raise invalid_field("every", rule)
    try:
        dues = list(islice(_dues(cron_from(every), time_zone, now_ns), LOOKED_AT))
    except CronSimError as fault:
        raise invalid_field("every", rule) from fault
    if not dues:
        raise invalid_field("every", "Is never due.")
    if any(later - earlier < LEAST_PAUSE for earlier, later in pairwise(dues)):
        raise invalid_field("every", f"Must leave at least {LEAST_PAUSE.seconds // 60} minutes between two reports.")


def next_due_ns(cron: str, time_zone: str, after_ns: int) -> int | None:
    """The first due time after a time, UTC nanoseconds; None when there is none any more."""
    following = next(_dues(cron, time_zone, after_ns), None)
    return None if following is None else ns_of(following)


def _dues(cron: str, time_zone: str, after_ns: int) -> CronSim:
    begun: datetime = moment_of(after_ns, zone_of(time_zone))
    return CronSim(cron, begun)
