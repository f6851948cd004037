"""Where candles lie: STATE_DIR/candles/SOURCE/SYMBOL/INTERVAL/PERIOD.parquet.

A file holds a period of its series: the shortest of day, month, year and decade that has room for a thousand candles. A day
of minutes is a file of 1,440 rows, which a live market can write anew every minute in a millisecond; a year of daily bars
is not 365 files of one row but a tenth of one file. Every file then costs about as much to open as to decode.
"""

import os
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote

import msgspec

from kit.clock import NS_PER_SECOND
from kit.errors import invalid_field
from markets.candle_store.records import SeriesKey
from markets.intervals import interval_s_of

MIN_CANDLES_PER_FILE = 1_000
MAX_NAME_BYTES = 200
"""Of one path part; file systems take 255, and a temporary name is longer than the final one."""
SUFFIX = ".parquet"
LABELS_IN_MEMORY = 65_536
"""Names of files whose period is known: 179 years of days, for all series together."""
DAY_NS = 86_400 * NS_PER_SECOND

Span = Literal["day", "month", "year", "decade"]
_DAYS_OF: dict[Span, int] = {"day": 1, "month": 28, "year": 365}


class Period(msgspec.Struct, frozen=True, order=True):
    """The span of one file: start <= time < end, and the name it has on disk."""

    start_ns: int
    end_ns: int
    label: str


def span_of(interval_s: int) -> Span:
    """How much time one file of candles of that length holds."""
    fitting = (span for span, days in _DAYS_OF.items() if days * 86_400 // interval_s >= MIN_CANDLES_PER_FILE)
    return next(fitting, "decade")


def period_of(interval_s: int, time_ns: int) -> Period:
    """The period that a candle at `time_ns` belongs to, by UTC."""
    span = span_of(interval_s)
    day = date.fromordinal(date(1970, 1, 1).toordinal() + time_ns // DAY_NS)
    if span == "day":
        return Period(_midnight_ns(day), _midnight_ns(day) + DAY_NS, day.isoformat())
    if span == "month":
        first, following = date(day.year, day.month, 1), date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return Period(_midnight_ns(first), _midnight_ns(following), f"{day:%Y-%m}")
    years = 1 if span == "year" else 10
    begin = day.year - day.year % years
    label = f"{begin:04d}" if span == "year" else f"{begin:04d}s"
    return Period(_midnight_ns(date(begin, 1, 1)), _midnight_ns(date(begin + years, 1, 1)), label)


@lru_cache(maxsize=LABELS_IN_MEMORY)
def period_of_label(interval_s: int, label: str) -> Period | None:
    """The period of a file's name; None when the name is not one of ours."""
    digits = label.removesuffix("s")
    try:
        begin = date.fromisoformat(f"{digits}-01-01"[:10])
    except ValueError:
        return None
    period = period_of(interval_s, _midnight_ns(begin))
    return period if period.label == label else None


def folder_of(root: Path, key: SeriesKey) -> Path:
    """Where the files of a series lie."""
    return root / safe_name("source", key.source) / safe_name("symbol", key.symbol) / key.interval


def safe_name(field: str, text: str) -> str:
    """A path part that names exactly this text on any file system; raises Invalid for none or a too long one.

    Lower-case letters and whatever is no letter or digit are written %XX where they could mislead: `A/B` is `A%2FB`, `..`
    cannot come out, and two symbols that differ in case alone stay two on a file system that ignores case.
    """
    keeps_lower = field == "source"
    try:
        name = "".join(_escaped(character, keeps_lower=keeps_lower) for character in text)
    except UnicodeEncodeError:
        raise invalid_field(field, "Must be text.") from None
    if not text or len(name) > MAX_NAME_BYTES:
        raise invalid_field(field, f"Must have 1 to {MAX_NAME_BYTES} characters, escaped ones counted three times.")
    return f"%2E{name[1:]}" if name.startswith(".") else name


def text_of_name(name: str) -> str:
    """The text that a path part names."""
    return unquote(name)


def list_series(root: Path, symbol: str | None = None) -> list[SeriesKey]:
    """Every series with a folder; of one symbol when it is given."""
    keys: list[SeriesKey] = []
    for source in _folders(root):
        symbols = _folders(source) if symbol is None else [source / safe_name("symbol", symbol)]
        for folder in symbols:
            keys += (
                SeriesKey(text_of_name(source.name), text_of_name(folder.name), interval.name)
                for interval in _folders(folder)
            )
    return keys


def list_periods(folder: Path, interval: str) -> list[Period]:
    """The periods that have a file, oldest first; what else lies in the folder is none of ours."""
    interval_s = interval_s_of(interval)
    try:
        names = os.listdir(folder)  # noqa: PTH208 - Path.iterdir makes a Path of each, ten times the cost
    except FileNotFoundError:
        return []
    labels = (name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX) and not name.startswith("."))
    periods = (period_of_label(interval_s, label) for label in labels)
    return sorted(period for period in periods if period is not None)


def _escaped(character: str, *, keeps_lower: bool) -> str:
    if not character.isascii():
        return quote(character, safe="")
    is_other_case = character.isupper() if keeps_lower else character.islower()
    is_plain = (character.isalnum() and not is_other_case) or character in "-._"
    return character if is_plain else f"%{ord(character):02X}"


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
    except FileNotFoundError:
        return []


def _midnight_ns(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * NS_PER_SECOND
