"""Times of any usual writing to UTC nanoseconds: epochs in s, ms, us or ns, calendar numbers and texts.

An epoch's unit is told per value by its size, because vendors changed units within one series (Binance went from
milliseconds to microseconds in 2025). A text time without a zone is taken as UTC, and the report says so.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

import msgspec
import polars as pl

from kit.clock import NS_PER_MS, NS_PER_SECOND, NS_PER_US
from kit.errors import invalid_field
from markets.datasets.refusals import unknown_layout

EARLIEST_NS = -5_364_662_400 * NS_PER_SECOND
"""1800-01-01, before the oldest price series in use."""
LATEST_NS = 7_258_118_400 * NS_PER_SECOND
"""2200-01-01; later times are a wrong unit or a broken cell."""
MAX_FORMATS = 4
"""A column may mix writings (with and without a fraction, or a zone); more than this is not a time column."""

_SECONDS_BELOW = 10**11
_MS_BELOW = 10**14
_US_BELOW = 10**17

_EPOCH = re.compile(r"-?\d{1,19}(\.\d*)?")
_DATES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\d{4}-\d{1,2}-\d{1,2}", ("%Y-%m-%d",)),
    (r"\d{4}/\d{1,2}/\d{1,2}", ("%Y/%m/%d",)),
    (r"\d{4}\.\d{1,2}\.\d{1,2}", ("%Y.%m.%d",)),
    (r"(?:19|20|21)\d{6}", ("%Y%m%d",)),
    (r"\d{1,2}\.\d{1,2}\.\d{4}", ("%d.%m.%Y",)),
    (r"\d{1,2}/\d{1,2}/\d{4}", ("%d/%m/%Y", "%m/%d/%Y")),
    (r"\d{1,2}-\d{1,2}-\d{4}", ("%d-%m-%Y", "%m-%d-%Y")),
    (r"\d{1,2}\.\d{1,2}\.\d{2}", ("%d.%m.%y",)),
    (r"\d{1,2}/\d{1,2}/\d{2}", ("%d/%m/%y", "%m/%d/%y")),
    (r"\d{1,2} [A-Za-z]{3,9} \d{4}", ("%d %b %Y", "%d %B %Y")),
    (r"\d{1,2}-[A-Za-z]{3}-\d{4}", ("%d-%b-%Y",)),
    (r"[A-Za-z]{3,9} \d{1,2}, \d{4}", ("%b %d, %Y", "%B %d, %Y")),
)
_CLOCKS: tuple[tuple[str, str], ...] = (
    (r"\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?", "%H:%M:%S%.f"),
    (r"\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})? [AaPp][Mm]", "%I:%M:%S%.f %p"),
    (r"\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?[AaPp][Mm]", "%I:%M:%S%.f%p"),
    (r"\d{1,2}:\d{2}", "%H:%M"),
    (r"\d{1,2}:\d{2} [AaPp][Mm]", "%I:%M %p"),
    (r"\d{1,2}:\d{2}[AaPp][Mm]", "%I:%M%p"),
    (r"\d{1,2}-[AaPp][Mm]", "%I-%p"),
    (r"\d{1,2} [AaPp][Mm]", "%I %p"),
    (r"\d{1,2}[AaPp][Mm]", "%I%p"),
    (r"\d{6}", "%H%M%S"),
    (r"\d{4}", "%H%M"),
)
_ZONES: tuple[tuple[str, str], ...] = (
    ("", ""),
    (r"(?:Z|[+-]\d{2}(?::?\d{2})?)", "%#z"),
    (r" [+-]\d{2}:?\d{2}", " %#z"),
    (" UTC", " UTC"),
    (" GMT", " GMT"),
)
_SEPARATORS: tuple[tuple[str, str], ...] = ((" ", " "), ("T", "T"), (", ", ", "), ("", ""))
_HOUR_ONLY = re.compile(r"%I([- ]?)%p$")
_HOUR_ONLY_TEXT = r"^(.*\D)(\d{1,2})[- ]?([AaPp][Mm])$"
_ANY_DIGIT = str.maketrans("123456789", "000000000")
_SWAP_DAY_AND_MONTH = str.maketrans("dm", "md")
_DAY_NS = 86_400 * NS_PER_SECOND
MS_PER_SECOND = 1_000
MS_PER_DAY = 86_400_000
_DAY_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")
_FINER_THAN_US = r"\.\d{7,9}"

ASSUMED_UTC = "UTC, assumed: the times in the file name no zone"
EPOCH_UTC = "UTC (epoch times)"
STATED_UTC = "UTC, as the times in the file say"
CONVERTED_UTC = "UTC, converted from the zone in the file"


class TimeReader(msgspec.Struct, frozen=True):
    """How a column's times are read. No formats means epochs. `label` and `zone` are for the report.

    `day_ns` is set where the column counts milliseconds since midnight of a day that only the file's name says.
    """

    formats: tuple[str, ...]
    label: str
    zone: str
    day_ns: int | None = None


EPOCH_READER = TimeReader((), "epoch, the unit told by size", EPOCH_UTC)


def detect_times(cells: Sequence[str]) -> TimeReader | None:
    """How to read a column, from a sample of its cells; None when most of them are no times.

    Raises Rejected when day and month cannot be told apart.
    """
    texts = [text for cell in cells if (text := cell.strip())]
    if not texts:
        return None
    candidates = Counter(form for text in _one_of_each_shape(texts) for form in _formats_of(text))
    if not candidates:
        return EPOCH_READER if all(_EPOCH.fullmatch(text) for text in texts[:1]) and _are_epochs(texts) else None
    formats = _cover(pl.Series(texts), candidates)
    return make_reader(formats) if formats else None


def detect_clock(cells: Sequence[str], file_name: str) -> TimeReader | None:
    """A reader of milliseconds since midnight (QuantConnect's minute files); the day comes from the file's name.

    None when the cells are no such count. Raises Rejected when the name has no date.
    """
    counts = [int(text) for cell in cells if (text := cell.strip()).isascii() and text.isdigit() and len(text) <= 8]
    if not counts or len(counts) < len(cells) or counts != sorted(counts):
        return None
    # Bars open at whole seconds, which tells counts from row numbers and from days such as 20190102.
    if max(counts) >= MS_PER_DAY or any(count % MS_PER_SECOND for count in counts):
        return None
    day = day_in_name(file_name)
    if day is None:
        raise unknown_layout(
            "The times are milliseconds since midnight, and the file's name has no date (YYYYMMDD) to add them to."
        )
    return TimeReader((), "milliseconds since midnight, the date from the file's name", ASSUMED_UTC, day_ns=day)


def day_in_name(name: str) -> int | None:
    """The start (UTC nanoseconds) of the first day that a file's name holds as YYYYMMDD or YYYY-MM-DD."""
    for match in _DAY_IN_NAME.finditer(name):
        try:
            day = date(*map(int, match.groups()))
        except ValueError:
            continue
        return (day.toordinal() - date(1970, 1, 1).toordinal()) * _DAY_NS
    return None


def clock_ns(counts: pl.Series, day_ns: int) -> pl.Series:
    """UTC nanoseconds of milliseconds since midnight of a day; null outside of the day."""
    whole = counts.cast(pl.Int64, strict=False)
    inside = whole.is_between(0, MS_PER_DAY - 1).fill_null(False)
    frame = pl.DataFrame({"whole": whole, "inside": inside})
    return frame.select(pl.when("inside").then(pl.col("whole") * NS_PER_MS + day_ns).alias("time")).to_series()


def make_reader(formats: tuple[str, ...]) -> TimeReader:
    """A reader of these formats, with the statement about zones that they imply."""
    shown = " or ".join(form.replace("%.f", "[.fraction]").replace("%#z", "%z") for form in formats)
    if any("z" in form for form in formats):
        return TimeReader(formats, shown, CONVERTED_UTC)
    if any(form.endswith(("UTC", "GMT")) for form in formats):
        return TimeReader(formats, shown, STATED_UTC)
    return TimeReader(formats, shown, ASSUMED_UTC)


def given_reader(time_format: str, cells: Sequence[str]) -> TimeReader:
    """A reader of the caller's own strftime format; raises Invalid when it reads none of the sample."""
    form = time_format.replace(".%f", "%.f").replace("%z", "%#z")
    try:
        parsed = _parse_format(pl.Series(list(cells), dtype=pl.String), form)
    except pl.exceptions.PolarsError as error:
        raise invalid_field("columns", f"{time_format!r} is not a time format.") from error
    if parsed.null_count() == len(parsed):
        raise invalid_field("columns", f"The time format {time_format!r} reads none of the times in the file.")
    return make_reader((form,))


def parse_times(texts: pl.Series, reader: TimeReader) -> pl.Series:
    """UTC nanoseconds (Int64) of a String series; null where a cell is no time between 1800 and 2200."""
    texts = texts.str.strip_chars()
    if not reader.formats:
        return _parse_epoch_texts(texts)
    parsed = _parse_format(texts, reader.formats[0])
    for form in reader.formats[1:]:
        if not parsed.null_count():
            break
        parsed = parsed.zip_with(parsed.is_not_null(), _parse_format(texts, form))
    return parsed


def epoch_ns(values: pl.Series) -> pl.Series:
    """UTC nanoseconds of numbers since 1970, whole or with a fraction; null outside 1800 to 2200."""
    if values.dtype.is_float():
        # A float of seconds holds microseconds at best; finer digits are noise of its binary form.
        scale = _unit_ns(values.cast(pl.Int64, strict=False))
        micros = (values * (scale / NS_PER_US)).round().cast(pl.Int64, strict=False)
        return _in_range(micros, NS_PER_US)
    whole = values.cast(pl.Int64, strict=False)
    frame = pl.DataFrame({"whole": whole, "unit": _unit_ns(whole)})
    limit = pl.lit(LATEST_NS) // pl.col("unit")
    return frame.select(
        pl.when(pl.col("whole").abs() <= limit).then(pl.col("whole") * pl.col("unit")).alias("time")
    ).to_series()


def datetime_ns(values: pl.Series) -> pl.Series:
    """UTC nanoseconds of a Date or Datetime series; a zone is converted, none is UTC; null outside 1800 to 2200."""
    if isinstance(values.dtype, pl.Datetime) and values.dtype.time_unit == "ns":
        return _in_range(values.dt.epoch("ns"), 1)
    return _in_range(values.dt.epoch("us"), NS_PER_US)


def _unit_ns(whole: pl.Series) -> pl.Series:
    size = pl.col("x").abs()
    unit = (
        pl.when(size < _SECONDS_BELOW).then(NS_PER_SECOND)
        .when(size < _MS_BELOW).then(NS_PER_MS)
        .when(size < _US_BELOW).then(NS_PER_US)
        .otherwise(1)
    )  # fmt: skip
    return whole.alias("x").to_frame().select(unit.cast(pl.Int64).alias("unit")).to_series()


def _parse_epoch_texts(texts: pl.Series) -> pl.Series:
    whole = texts.cast(pl.Int64, strict=False)
    if not whole.null_count():
        return epoch_ns(whole)
    parts = texts.alias("text").to_frame().select(
        whole=pl.col("text").str.extract(r"^(-?\d{1,19})(?:\.\d*)?$").cast(pl.Int64, strict=False),
        fraction=pl.col("text").str.extract(r"\.(\d{1,9})\d*$").str.pad_end(9, "0").cast(pl.Int64).fill_null(0),
    )  # fmt: skip
    unit = _unit_ns(parts["whole"])
    sign = parts["whole"].sign()
    return epoch_ns(parts["whole"]) + parts["fraction"] * unit // NS_PER_SECOND * sign.replace(0, 1)


def _parse_format(texts: pl.Series, form: str) -> pl.Series:
    """Texts of one format to nanoseconds. Parsed as microseconds first: nanoseconds wrap around in far years."""
    if _HOUR_ONLY.search(form):
        texts = texts.str.replace(_HOUR_ONLY_TEXT, "${1}${2}:00 ${3}")
        form = _HOUR_ONLY.sub("%I:%M %p", form)
    if "%.f" in form and not texts.str.contains(".", literal=True).any():
        # Without fractions there is a shorter way to the same times.
        form = form.replace("%.f", "")
    micros = texts.str.strptime(pl.Datetime("us"), form, strict=False, cache=False).dt.epoch("us")
    times = _in_range(micros, NS_PER_US)
    if "%.f" in form and texts.str.contains(_FINER_THAN_US).any():
        exact = texts.str.strptime(pl.Datetime("ns"), form, strict=False).dt.epoch("ns")
        times = exact.zip_with(times.is_not_null(), times)
    return times


def _in_range(counts: pl.Series, unit_ns: int) -> pl.Series:
    inside = counts.is_between(EARLIEST_NS // unit_ns, LATEST_NS // unit_ns)
    nulls = pl.Series(values=[None], dtype=pl.Int64).new_from_index(0, len(counts))
    times: pl.Series = counts.zip_with(inside.fill_null(False), nulls) * unit_ns
    return times.rename("time")


def _one_of_each_shape(texts: Sequence[str]) -> list[str]:
    """One text of each writing: digits beyond the first two make no difference to the shape of a time."""
    return list({text[:2] + text[2:].translate(_ANY_DIGIT): text for text in texts}.values())


def _formats_of(text: str) -> tuple[str, ...]:
    """The formats that `text` has the shape of: one, two where day and month could be swapped, or none."""
    for date_shape, date_formats in _DATES:
        match = re.match(date_shape, text)
        if match is None:
            continue
        rest = text[match.end() :]
        for clock_format in _clock_formats(rest):
            return tuple(date_format + clock_format for date_format in date_formats)
    return ()


def _clock_formats(rest: str) -> tuple[str, ...]:
    if not rest:
        return ("",)
    for separator, separator_format in _SEPARATORS:
        if not rest.startswith(separator):
            continue
        for clock_shape, clock_format in _CLOCKS:
            for zone_shape, zone_format in _ZONES:
                if re.fullmatch(clock_shape + zone_shape, rest[len(separator) :]):
                    return (separator_format + clock_format + zone_format,)
    return ()


def _are_epochs(texts: Sequence[str]) -> bool:
    matching = sum(1 for text in texts if _EPOCH.fullmatch(text))
    return matching * 2 > len(texts)


def _cover(texts: pl.Series, candidates: Counter[str]) -> tuple[str, ...]:
    """The fewest of the candidate formats that read the sample, the best first; empty when half stays unread."""
    chosen: list[str] = []
    unread = texts
    while len(chosen) < MAX_FORMATS and len(unread):
        read = {form: _parse_format(unread, form) for form in candidates}
        best = min(read, key=lambda form: read[form].null_count())
        if read[best].null_count() == len(unread):
            break
        best = _settle_day_and_month(best, read)
        chosen.append(best)
        unread = unread.filter(read[best].is_null())
    return tuple(chosen) if len(unread) * 2 < len(texts) else ()


def _settle_day_and_month(best: str, read: dict[str, pl.Series]) -> str:
    """Between a format and the one with day and month swapped, where both read as much: the one that makes a series.

    That is, times in order and mostly a day apart or less. Raises Rejected when both do, or neither.
    """
    swapped = best.translate(_SWAP_DAY_AND_MONTH)
    if swapped not in read or read[swapped].null_count() != read[best].null_count() or read[swapped].equals(read[best]):
        return best
    serial = [form for form in (best, swapped) if _is_series(read[form])]
    if len(serial) == 1:
        return serial[0]
    raise unknown_layout(
        f'Day and month cannot be told apart ({best} or {swapped}): send "time_format" in the column map.'
    )


def _is_series(times: pl.Series) -> bool:
    known = times.drop_nulls()
    if not (known.is_sorted() or known.is_sorted(descending=True)):
        return False
    usual_step = known.diff().abs().median()
    return isinstance(usual_step, float) and usual_step <= _DAY_NS
