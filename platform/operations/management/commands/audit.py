"""`manage.py audit verify|export|segments|close|drop`: prove, export and thin out the audit, also while the gateway runs."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kit.chain import ChainBroken
from kit.clock import NS_PER_SECOND, iso_from_ns, ns_from_iso
from kit.errors import DomainError, NotFound
from operations.audit import services, sources
from operations.audit.export import FORMATS, segment_lines
from operations.audit.index import AuditIndex, differing_block
from operations.audit.segments import Segment
from operations.audit.services import Filters
from operations.audit.store import AuditReader

FILTERS = ("actor", "action", "object", "trace_id")


class Command(BaseCommand):
    """Looks after the audit of STATE_DIR."""

    help = "Prove the audit (verify), write it out (export), and manage its segments (segments, close, drop)."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One of five words, each with its own arguments."""
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("verify", help="prove the chains, and that the index hides nothing")
        export = words.add_parser("export", help="write entries out, newest first; a segment exactly as it is chained")
        export.add_argument("--format", choices=tuple(FORMATS), default="jsonl")
        for name in FILTERS:
            export.add_argument(f"--{name.replace('_', '-')}", metavar="TEXT")
        export.add_argument("--from", dest="since", metavar="TIME", help="recorded at or after this time")
        export.add_argument("--to", metavar="TIME", help="recorded before this time")
        export.add_argument("--segment", type=int, metavar="NUMBER", help="a segment of the own table, oldest first")
        export.add_argument("--output", type=Path, metavar="FILE", help="instead of the standard output")
        words.add_parser("segments", help="list the segments of the own table")
        words.add_parser("close", help="close the open segment, so that it can be exported and dropped")
        drop = words.add_parser("drop", help="delete the entries of a closed segment; that it was done is recorded")
        drop.add_argument("segment", type=int, metavar="SEGMENT")
        drop.add_argument("--exported", action="store_true", help="the segment was exported, or nobody needs it")

    def handle(self, *_: Any, **options: Any) -> None:
        """Do what was asked; the exit code is 1 when something does not fit or cannot be read."""
        words = {
            "verify": self._verify,
            "export": self._export,
            "segments": self._segments,
            "close": self._close,
            "drop": self._drop,
        }
        try:
            words[options["word"]](options)
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        except ChainBroken as broken:
            raise CommandError(str(broken)) from None

    def _verify(self, options: dict[str, Any]) -> None:
        found = services.verify_all(sources.registered(), lambda: None)
        for verdict in found.sources:
            for gap in verdict.dropped:
                told = f"segment {gap.segment}, entries {gap.first_seq} to {gap.last_seq}, dropped by {gap.dropped_by}"
                self.stdout.write(f"{verdict.source}: {told}.")
            text = f"{verdict.entries:,} entries, chained to the end"
            if not verdict.valid:
                text = f"NOT OK at entry {verdict.seq}: {verdict.reason}"
            self.stdout.write(f"{verdict.source}: {text}.")
        if not found.valid:
            raise CommandError("Not sound. docs/audit.md says what to do.")
        self._verify_index()

    def _verify_index(self) -> None:
        path = services.index_path()
        if not path.exists():
            return
        index = AuditIndex(path, to_read=True)
        index.open()
        try:
            for source in sources.registered():
                with closing(source.open()) as reader:
                    block = differing_block(index, source, reader)
                if block is not None:
                    raise CommandError(
                        f"The index hides entries of block {block} of the {source.name}; delete {path.name}."
                    )
        finally:
            index.close()
        self.stdout.write("index: everything is found by it.")

    def _export(self, options: dict[str, Any]) -> None:
        if options["segment"] is not None:
            with closing(services.open_reader()) as reader:
                self._write_out(segment_lines(reader, _segment(reader, options["segment"])), options["output"])
            return
        filters = Filters(
            **{name: options[name] for name in FILTERS},
            since_ns=_time(options["since"], "--from"),
            until_ns=_time(options["to"], "--to"),
        )
        self._write_out(FORMATS[options["format"]](services.export_entries(filters)), options["output"])

    def _write_out(self, pieces: Iterable[bytes], output: Path | None) -> None:
        try:
            if output is None:
                for piece in pieces:
                    self.stdout.write(piece.decode(), ending="")
            else:
                _write_whole(output, pieces)
        except BrokenPipeError:
            # Who read it, `head` for instance, has seen enough; nothing is left to be flushed at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            raise CommandError(f"The export was not written: {error}") from error

    def _segments(self, options: dict[str, Any]) -> None:
        with closing(services.open_reader()) as reader:
            for segment in reader.segments():
                self.stdout.write(_line_of(segment))

    def _close(self, options: dict[str, Any]) -> None:
        with closing(services.open_store_of_command()) as store:
            closed = store.close_segment(services.operator())
        self.stdout.write(f"Closed: {_line_of(closed)}")

    def _drop(self, options: dict[str, Any]) -> None:
        services.require_exported(options["exported"], options["segment"])
        with closing(services.open_store_of_command()) as store:
            dropped = store.drop_segment(options["segment"], services.operator())
        self.stdout.write(f"Dropped: {_line_of(dropped)}")


def _segment(reader: AuditReader, number: int) -> Segment:
    segment = next((each for each in reader.segments() if each.number == number), None)
    if segment is None or segment.is_dropped:
        raise NotFound(f"There is no segment {number}{'' if segment is None else ' any more: it was dropped'}.")
    return segment


def _time(text: str | None, option: str) -> int | None:
    if text is None:
        return None
    try:
        return ns_from_iso(text)
    except ValueError:
        raise CommandError(f"{option} must be a time such as 2027-01-01T00:00:00Z, not {text!r}.") from None


def _write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that is there whole or not at all. Raises OSError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _line_of(segment: Segment) -> str:
    state = "open"
    if segment.is_closed:
        state = "closed"
    if segment.is_dropped:
        state = f"dropped by {segment.dropped_by}"
    until = "" if segment.last_seq is None else f" to {segment.last_seq}"
    since = iso_from_ns(segment.opened_ns // NS_PER_SECOND * NS_PER_SECOND)
    return f"segment {segment.number}: entries {segment.first_seq}{until}, since {since}, {state}"
