"""Reports for the rest of Sandbar: ask for them, find, read and delete them.

What is not async uses the database and files: call it in a thread. A report is entered when its job has ended; its file lies
in the state folder, named by its id alone.
"""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

import msgspec
from django.conf import settings

from api.pagination import Page, decode_cursor, encode_cursor
from jobs import registry
from jobs.registry import JobKind
from kit.access import Access
from kit.clock import SYSTEM_CLOCK, Clock, iso_from_ns
from kit.errors import Conflict, NotFound, invalid_field
from kit.trace import new_id
from reports.files import disk_fault, write_whole
from reports.gathering import gather, in_thread
from reports.models import ReportRow
from reports.records import FORMATS, KINDS, MEDIA_TYPES, METHODS, Asked, Kind, Material, ReportWork

__all__ = ["FORMATS", "KINDS", "MEDIA_TYPES", "METHODS"]

MAKE_JOB: Final = "report.make"
MAKE_TIMEOUT_S: Final = 300.0
"""A report takes seconds; minutes mean that it hangs."""

MAX_KEPT: Final = 1_000
"""Reports of one account; the next one asks for some to be deleted."""

MATERIAL_BYTES: Final = 512 * 1024 * 1024
"""Gathered material that is kept; what was unused for longest goes first."""

LOOK_AFTER_BYTES: Final = 8 * 1024 * 1024
"""Written between two looks at that folder: it may hold tens of thousands of files, too many to look at for each report."""

MAX_NAME_LENGTH: Final = 200
MAX_COMPARED: Final = 12
"""In one comparison: more lines than that nobody can tell apart."""

SUBJECTS: Final[dict[Kind, tuple[str, ...]]] = {
    "performance": ("account", "strategy", "backtest"),
    "trades": ("account", "strategy", "backtest"),
    "risk": ("account", "strategy", "backtest"),
    "execution": ("account", "strategy"),
    "realised": ("account",),
    "statement": ("account",),
    "comparison": ("backtests", "strategies", "accounts"),
    "factor": ("job",),
    "data": ("dataset",),
}
"""What each kind can be about."""

PIECE_BYTES: Final = 64 * 1024
_UNSAFE_IN_NAMES: Final = re.compile(r"[/\\\x00-\x1f\x7f]|^\.+$")
_NOT_PLAIN: Final = re.compile(r"[^a-z0-9]+")


def register_jobs() -> None:
    """Make the kind of job known; called in `AppConfig.ready()`."""
    registry.register(
        JobKind(MAKE_JOB, "reports.work:make", on_success=store_report, timeout_s=MAKE_TIMEOUT_S, subject=_subject_of)
    )


def _subject_of(spec: Mapping[str, Any]) -> str:
    """The name that somebody gave it, or what kind it is."""
    asked = spec["labels"]["asked"]
    return asked["name"] or f"{asked['kind']} as {asked['format']}"


# Asking ------------------------------------------------------------------------------------------------------------------


def asked_from(body: Any, access: Access) -> Asked:
    """What a request asks for; raises Invalid naming the field, NotFound for an account that the caller does not see."""
    values = {name: getattr(body, name, None) for name in Asked.__struct_fields__}
    for name in ("backtests", "strategies", "accounts"):
        values[name] = tuple(values[name] or ())
    asked = Asked(**{name: value for name, value in values.items() if value is not None})
    check(asked)
    for account in asked.accounts:
        access.require_account(account)
    return asked


def check(asked: Asked) -> None:
    """Raise Invalid naming the field for what no report can be made of."""
    check_name(asked.name)
    subjects = SUBJECTS[asked.kind]
    for field in ("backtest", "strategy", "backtests", "strategies", "accounts", "job", "dataset"):
        if getattr(asked, field) and field not in subjects:
            raise invalid_field(field, f"A report of the kind {asked.kind} is about: {', '.join(subjects)}.")
    if asked.kind == "comparison":
        _check_compared(asked)
    if asked.strategy and asked.backtest:
        raise invalid_field("strategy", "Name a strategy or a backtest, not both.")
    if asked.run and not asked.strategy:
        raise invalid_field("run", "Name its strategy as well.")
    if asked.benchmark and asked.kind != "performance":
        raise invalid_field("benchmark", "Only a report of the kind performance has one.")
    if subjects in (("job",), ("dataset",)) and not getattr(asked, subjects[0]):
        raise invalid_field(subjects[0], f"A report of the kind {asked.kind} needs it.")
    if asked.from_ns is not None and asked.to_ns is not None and asked.from_ns >= asked.to_ns:
        raise invalid_field("from", "Must be before `to`.")
    if asked.time_zone not in _time_zones():
        raise invalid_field("time_zone", "Must be the name of a time zone such as Europe/Berlin.")


@cache
def _time_zones() -> frozenset[str]:
    """The names of all time zones; to gather them looks into some six hundred files."""
    return frozenset(available_timezones())


def _check_compared(asked: Asked) -> None:
    compared = (*asked.backtests, *asked.strategies, *asked.accounts)
    if not 2 <= len(compared) <= MAX_COMPARED or len(set(compared)) < len(compared):
        rule = f"Name from 2 to {MAX_COMPARED} different backtests, strategies and accounts together."
        raise invalid_field("backtests", rule)


async def stage_report(
    account: str, asked: Asked, *, schedule_id: str = "", keep: int = 0, clock: Clock = SYSTEM_CLOCK
) -> dict[str, Any]:
    """The spec of a job for one report, with its material gathered and on disk.

    Of a schedule's reports the newest `keep` stay.

    Raises Invalid naming the field, NotFound for what it is to be about, Conflict when too many are kept, Unavailable
    DISK_FULL.
    """
    await in_thread(lambda: _require_room(account))
    sources = await gather(account, asked)
    path, material_hash = await in_thread(lambda: _keep_material(Material(asked=asked, sources=sources)))
    work = ReportWork(
        material=str(path),
        material_hash=material_hash,
        format=asked.format,
        file=str(file_of(new_id(), asked.format)),
        made_ns=clock.now_ns(),
    )
    labels = {"account": account, "asked": msgspec.to_builtins(asked), "schedule_id": schedule_id, "keep": keep}
    return {**msgspec.to_builtins(work), "labels": labels}


def check_name(name: str) -> None:
    """Raise Invalid for a name that is a path, or that no list can show."""
    if _UNSAFE_IN_NAMES.search(name):
        raise invalid_field("name", "Must be a name and no path: without slashes and control characters.")


def _require_room(account: str) -> None:
    if ReportRow.objects.filter(account=account).count() >= MAX_KEPT:
        raise Conflict(f"The account keeps {MAX_KEPT} reports already; delete some.", code="TOO_MANY_REPORTS")


def _keep_material(material: Material) -> tuple[Path, str]:
    """The material as a file under its hash, written unless it is there."""
    content = msgspec.json.encode(material)
    digest = hashlib.sha256(content).hexdigest()
    path = _folder("material") / f"{digest}.json"
    if path.exists():
        os.utime(path)
    else:
        write_whole(path, content)
        _make_room(path, len(content))
    return path, digest


class _Unseen:
    """How much was written since somebody looked at the folder of material; the first one looks."""

    size_bytes = LOOK_AFTER_BYTES


def _make_room(newest: Path, size_bytes: int) -> None:
    """Delete what was unused for longest until the rest is small enough, once enough was written to look."""
    _Unseen.size_bytes += size_bytes
    if _Unseen.size_bytes < LOOK_AFTER_BYTES:
        return
    _Unseen.size_bytes = total = 0
    for stat, path in sorted(_files_of(newest.parent), key=lambda pair: -pair[0].st_mtime):
        total += stat.st_size
        if total > MATERIAL_BYTES and path != newest:
            with suppress(OSError):
                path.unlink()


def _files_of(folder: Path) -> Iterator[tuple[os.stat_result, Path]]:
    for path in folder.glob("*.json"):
        with suppress(FileNotFoundError):  # another thread made room meanwhile
            yield path.stat(), path


# Keeping -----------------------------------------------------------------------------------------------------------------


def store_report(spec: Mapping[str, Any], result: dict[str, Any], clock: Clock = SYSTEM_CLOCK) -> dict[str, Any]:
    """Enter a report that a job has made; the job's result has its id."""
    labels, file = spec["labels"], Path(spec["file"])
    asked = labels["asked"]
    try:
        row = ReportRow(
            id=file.stem,
            account=labels["account"],
            kind=asked["kind"],
            format=asked["format"],
            name=asked["name"],
            title=result["title"],
            asked=asked,
            data_hash=spec["material_hash"],
            size_bytes=result["size_bytes"],
            content_hash=result["content_hash"],
            schedule_id=labels["schedule_id"],
            created_ns=clock.now_ns(),
        )
        row.save(force_insert=True)
    except Exception:
        with suppress(OSError):
            file.unlink()
        raise
    if row.schedule_id:
        _thin(row.schedule_id, labels["keep"])
    return {"report_id": row.id, **result}


def _thin(schedule_id: str, keep: int) -> None:
    """Delete a schedule's reports beyond the newest so many."""
    for row in ReportRow.objects.filter(schedule_id=schedule_id)[keep:]:
        remove(row)


def clear_leftovers() -> None:
    """Delete what a process that was killed left behind: unfinished files, and files of reports that were never entered.

    Called at the start, before any job runs.
    """
    known = set(ReportRow.objects.values_list("id", flat=True))
    for folder in (_folder("files"), _folder("material")):
        for path in folder.iterdir():
            is_orphan = folder.name == "files" and path.stem not in known
            if path.name.startswith(".") or is_orphan:
                with suppress(OSError):
                    path.unlink()


# Reading -----------------------------------------------------------------------------------------------------------------


class ReportOutline(msgspec.Struct, frozen=True, kw_only=True):
    """A report as it is listed."""

    id: str
    kind: str
    format: str
    name: str
    title: str
    asked: dict[str, Any]
    data_hash: str
    size_bytes: int
    content_hash: str
    schedule: str | None
    created_at: int
    file_name: str


def shown_asked(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for as clients say it: without what was left out, times in ISO 8601."""
    return {
        name.removesuffix("_ns"): iso_from_ns(value) if name.endswith("_ns") else value
        for name, value in asked.items()
        if value not in (None, "", [], ())
    }


def list_reports(
    account: str,
    *,
    kind: str | None = None,
    schedule: str | None = None,
    limit: int,
    cursor: str | None = None,
) -> Page:
    """The account's reports, newest first; of one kind, of one schedule."""
    rows = ReportRow.objects.filter(account=account)
    wanted = {"kind": kind, "schedule_id": schedule}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    if cursor is not None:
        rows = rows.filter(id__lt=decode_cursor(cursor, str))
    found = list(rows[: limit + 1])
    following = encode_cursor(found[limit - 1].id) if len(found) > limit else None
    return Page([_outline(row) for row in found[:limit]], following)


def get_report(account: str, report_id: str) -> ReportOutline:
    """One report; raises NotFound."""
    return _outline(_row(account, report_id))


def delete_report(account: str, report_id: str) -> None:
    """Delete a report and its file; raises NotFound."""
    remove(_row(account, report_id))


def remove(row: ReportRow) -> None:
    """Forget a report and delete its file."""
    path = file_of(row.id, row.format)  # a row that was deleted has no id any more
    row.delete()
    with suppress(OSError):
        path.unlink()


class ReportFile(msgspec.Struct, frozen=True):
    """A file to hand out, in pieces."""

    name: str
    media_type: str
    size_bytes: int
    pieces: Iterator[bytes]


def open_report(account: str, report_id: str) -> ReportFile:
    """The file of a report; raises NotFound, with FILE_GONE when somebody else has deleted it."""
    row = _row(account, report_id)
    path = file_of(row.id, row.format)
    if not path.exists():
        raise NotFound("The file of this report is gone; make it again.", code="FILE_GONE")

    def pieces() -> Iterator[bytes]:
        # Opened by the first who wants a piece: a HEAD wants none.
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece

    return ReportFile(file_name_of(row), MEDIA_TYPES[row.format], row.size_bytes, pieces())


def file_name_of(row: ReportRow) -> str:
    """A name for the file on somebody's disk: plain letters, digits and dashes, whatever the report is called."""
    ascii_name = unicodedata.normalize("NFKD", row.name or row.kind).encode("ascii", "ignore").decode().lower()
    plain = _NOT_PLAIN.sub("-", ascii_name).strip("-")[:60] or row.kind
    return f"{plain}-{row.id[:8]}.{row.format}"


def file_of(report_id: str, format_name: str) -> Path:
    """Where the file of a report is."""
    return _folder("files") / f"{report_id}.{format_name}"


def _folder(name: str) -> Path:
    folder = Path(settings.STATE_DIR) / "reports" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise disk_fault(fault) from fault
    return folder


def _row(account: str, report_id: str) -> ReportRow:
    row = ReportRow.objects.filter(account=account, id=report_id).first()
    if row is None:
        raise NotFound(f"There is no report {report_id}.")
    return row


def _outline(row: ReportRow) -> ReportOutline:
    return ReportOutline(
        id=row.id,
        kind=row.kind,
        format=row.format,
        name=row.name,
        title=row.title,
        asked=shown_asked(row.asked),
        data_hash=row.data_hash,
        size_bytes=row.size_bytes,
        content_hash=row.content_hash,
        schedule=row.schedule_id or None,
        created_at=row.created_ns,
        file_name=file_name_of(row),
    )
