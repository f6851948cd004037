"""`manage.py backup PATH`: a consistent copy of the whole state, while the gateway runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kit.errors import DomainError
from operations.backups import services
from operations.backups.manifest import Manifest


class Command(BaseCommand):
    """Makes a backup, or proves one."""

    help = "Write journal, tables, audit and data into the new folder PATH, also while the gateway runs."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and how much."""
        parser.add_argument("path", type=Path, metavar="PATH", help="a new folder; it is there whole or not at all")
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--without-data", action="store_true", help="only name the files of market data, which never change"
        )
        choice.add_argument("--verify", action="store_true", help="make nothing: compare every file that is in PATH")

    def handle(self, *_: Any, **options: Any) -> None:
        """Do it; the exit code is 1 when nothing was made, or when something does not fit."""
        path: Path = options["path"].absolute()
        try:
            if options["verify"]:
                self.stdout.write(f"{path} is whole: {told(services.verify_backup(path))}")
            else:
                self.stdout.write(
                    f"Made {path}: {told(services.make_backup(path, with_data=not options['without_data']))}"
                )
        except DomainError as refusal:
            raise CommandError(refusal.message) from None


def told(manifest: Manifest) -> str:
    """A backup in a sentence or two."""
    included, referenced = manifest.included(), manifest.referenced()
    text = f"{len(included):,} files, {sum(file.bytes for file in included):,} bytes, of {manifest.made_at}."
    if referenced:
        text += f" {len(referenced):,} files of data are only named."
    if manifest.journal is None:
        return f"{text} There is no journal in it."
    return f"{text} The journal ends at entry {manifest.journal.seq:,}, state hash {manifest.journal.state_hash}."
