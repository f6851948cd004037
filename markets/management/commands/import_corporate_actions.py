"""Imports splits and dividends from the command line, as POST corporate-actions/import/ does."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kit.errors import DomainError
from markets.corporate_actions import parsing, services


class Command(BaseCommand):
    """Import splits and dividends from CSV files, each all or none."""

    help = "Import splits and dividends from CSV files with the columns symbol, ex_date, kind, ratio, amount."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE…"""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *_: Any, **options: Any) -> None:
        """Import each file; a file that is refused is told, and the exit code is 1 when one was."""
        refused = 0
        for path in options["files"]:
            try:
                with path.open("rb") as file:
                    changed = services.import_actions(parsing.parse_csv(file.read(parsing.MAX_FILE_BYTES + 1)))
            except (DomainError, OSError) as refusal:
                refused += 1
                self.stderr.write(f"{path}: {refusal}")
                continue
            self.stdout.write(
                f"{path}: {changed.added} added, {changed.replaced} replaced, {changed.unchanged} unchanged"
            )
        if refused:
            raise CommandError(f"{refused} of {len(options['files'])} files were not imported.")
