"""`manage.py journal verify|stats|export`: look into the journal, also while the gateway runs. Nothing is changed."""

import os
import sys
import tempfile
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kit.clock import iso_from_ns
from trading.audit import Walk, audit
from trading.export import csv_lines, json_lines
from trading.history import History
from trading.journal.entries import Head
from trading.journal.errors import JournalError
from trading.journal.reading import JournalPlace, Reader, open_reader
from trading.journal.recovery import read_entry, verify_records
from trading.journal.snapshots import SnapshotFolder
from trading.journal.stores import MemoryStore
from trading.sandbox.events import AccountOpened, AccountReset
from trading.services import HISTORY_FILE, JOURNAL_FILE, SNAPSHOT_FOLDER, journal_place

FORMATS = {"jsonl": json_lines, "csv": csv_lines}


class SnapshotStats(msgspec.Struct, frozen=True):
    """A snapshot on disk."""

    name: str
    entry: int
    bytes: int


class Stats(msgspec.Struct, kw_only=True):
    """What a journal holds. Times are ISO 8601; None while there is no entry. `bytes` is None for one in a database."""

    path: str
    bytes: int | None
    entries: int
    first_recorded_at: str | None = None
    last_recorded_at: str | None = None
    first_market_time: str | None = None
    last_market_time: str | None = None
    accounts: int = 0
    resets: int = 0
    instruments: list[str] = []
    entries_by_kind: dict[str, int] = {}
    events_by_kind: dict[str, int] = {}
    answers: int = 0
    snapshots: list[SnapshotStats] = []
    history_bytes: int = 0
    history_orders: int = 0
    history_fills: int = 0


class Command(BaseCommand):
    """Verify, count or export the journal of STATE_DIR."""

    help = "Look into the journal: is it whole (verify), what is in it (stats), as JSON lines or CSV (export)."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One of three actions, each with its options."""
        actions = parser.add_subparsers(dest="action", required=True)
        verify = actions.add_parser("verify", help="prove the chain, the state, the snapshots and the history")
        stats = actions.add_parser("stats", help="entries, time span, size, accounts, events by kind, snapshots")
        export = actions.add_parser("export", help="write the entries out")
        for action in (verify, stats, export):
            action.add_argument("--state-dir", type=Path, help="of another installation; else STATE_DIR")
        stats.add_argument("--json", action="store_true", help="for programs")
        export.add_argument("--format", choices=tuple(FORMATS), default="jsonl")
        export.add_argument("--from-seq", type=int, default=1, metavar="N", help="begin with entry N")
        export.add_argument("--account", metavar="ID", help="the events of one account")
        export.add_argument("--output", type=Path, metavar="FILE", help="instead of the standard output")

    def handle(self, *_: Any, **options: Any) -> None:
        """Do what was asked; the exit code is 1 when the journal is not sound or cannot be read."""
        folder = options["state_dir"] or Path(settings.STATE_DIR)
        place = _place_of(options["state_dir"])
        try:
            match options["action"]:
                case "verify":
                    self._verify(place, folder)
                case "stats":
                    self._stats(place, folder, as_json=options["json"])
                case "export":
                    self._export(place, options)
        except JournalError as error:
            raise CommandError(str(error)) from error

    def _verify(self, place: JournalPlace, folder: Path) -> None:
        history = _open_history(folder)
        try:
            findings = audit(place, SnapshotFolder(folder / SNAPSHOT_FOLDER), history)
        finally:
            if history is not None:
                history.close()
        for finding in findings:
            self.stdout.write(f"{finding.subject}: {'ok' if finding.is_sound else 'NOT OK'}. {finding.text}")
        unsound = [finding.subject for finding in findings if not finding.is_sound]
        if unsound:
            raise CommandError(f"Not sound: {', '.join(unsound)}. docs/journal.md says what to do.")

    def _stats(self, place: JournalPlace, folder: Path, *, as_json: bool) -> None:
        stats = gather_stats(place, folder)
        if as_json:
            self.stdout.write(msgspec.json.encode(stats).decode())
            return
        for name, value in msgspec.to_builtins(stats).items():
            self.stdout.write(f"{name.replace('_', ' ')}: {_shown(value)}")

    def _export(self, place: JournalPlace, options: dict[str, Any]) -> None:
        journal = open_reader(place)
        lines = FORMATS[options["format"]](Walk(journal), from_seq=options["from_seq"], account_id=options["account"])
        try:
            if options["output"] is None:
                for line in lines:
                    self.stdout.write(line)
            else:
                count = write_whole(options["output"], lines)
                self.stderr.write(f"{count} lines in {options['output']}.")
        except BrokenPipeError:
            # Who read it, `head` for instance, has seen enough; nothing is left to be flushed at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            raise CommandError(f"The export was not written: {error}") from error
        finally:
            journal.close()


def _place_of(state_dir: Path | None) -> JournalPlace:
    """The journal of a folder that was named, else the one that this installation writes."""
    place = journal_place() if state_dir is None and settings.SANDBOX_TRADING and settings.SANDBOX_JOURNAL else None
    if place is None or isinstance(place, MemoryStore):
        return (state_dir or Path(settings.STATE_DIR)) / JOURNAL_FILE
    return place


def gather_stats(place: JournalPlace, folder: Path) -> Stats:
    """Count what is in a journal, and beside it in its folder; raises JournalError for one that is damaged or not there."""
    journal = open_reader(place)
    try:
        stats = Stats(
            path=str(place) if isinstance(place, Path) else f"shared journal, {place.shard}",
            bytes=_size_of(place) if isinstance(place, Path) else None,
            entries=journal.last().seq,
        )
        _count_entries(journal, stats)
        stats.answers = journal.count_answers()
    finally:
        journal.close()
    for file in SnapshotFolder(folder / SNAPSHOT_FOLDER).files():
        with suppress(FileNotFoundError):  # the gateway may have replaced it meanwhile
            stats.snapshots.append(SnapshotStats(file.path.name, file.seq, file.path.stat().st_size))
    history = _open_history(folder)
    if history is not None:
        stats.history_orders, stats.history_fills = history.count()
        stats.history_bytes = _size_of(folder / HISTORY_FILE)
        history.close()
    return stats


def _count_entries(journal: Reader, stats: Stats) -> None:
    kinds: Counter[str] = Counter()
    events: Counter[str] = Counter()
    for record in verify_records(journal.read_from(1), Head()):
        entry = read_entry(record)
        kinds[entry.kind] += 1
        events.update(str(event.__struct_config__.tag) for event in entry.events)
        stats.accounts += sum(isinstance(event, AccountOpened) for event in entry.events)
        stats.resets += sum(isinstance(event, AccountReset) for event in entry.events)
        if entry.instrument is not None:
            stats.instruments.append(entry.instrument.symbol)
        stats.last_recorded_at, stats.last_market_time = iso_from_ns(entry.wall_ns), iso_from_ns(entry.time_ns)
        stats.first_recorded_at = stats.first_recorded_at or stats.last_recorded_at
        stats.first_market_time = stats.first_market_time or stats.last_market_time
    stats.entries_by_kind, stats.events_by_kind = dict(kinds.most_common()), dict(events.most_common())


def write_whole(path: Path, lines: Iterable[str]) -> int:
    """Write a file that is there whole or not at all; returns its lines. Raises OSError."""
    count = 0
    descriptor, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            for line in lines:
                file.write(f"{line}\n")
                count += 1
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return count


def _open_history(folder: Path) -> History | None:
    path = folder / HISTORY_FILE
    if not path.exists():
        return None
    history = History(path, to_read=True)
    history.open()
    return history


def _size_of(path: Path) -> int:
    """A database with its log."""
    return sum(each.stat().st_size for each in (path, Path(f"{path}-wal")) if each.exists())


def _shown(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {count:,}" for name, count in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(_shown_snapshot(each) if isinstance(each, dict) else str(each) for each in value) or "none"
    return "none" if value is None else str(value)


def _shown_snapshot(snapshot: dict[str, Any]) -> str:
    return f"{snapshot['name']} ({snapshot['bytes']:,} bytes)"
