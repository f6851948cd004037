"""`manage.py restore PATH`: put a backup in the place of this installation's state, where nothing is yet."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from kit.errors import DomainError
from operations.backups import services
from operations.management.commands.backup import told

SHOWN_MISSING: Final = 10


class Command(BaseCommand):
    """Puts a backup back."""

    help = "Put the backup in PATH into STATE_DIR and the database of DATABASE_URL, both of which must be empty."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from."""
        parser.add_argument("path", type=Path, metavar="PATH", help="a folder that `manage.py backup` has made")

    def handle(self, *_: Any, **options: Any) -> None:
        """Do it; the exit code is 1 when nothing was put back."""
        path: Path = options["path"].absolute()
        try:
            restored = services.restore_backup(path)
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"Put back {path}: {told(restored.manifest)}")
        if restored.missing:
            self.stderr.write(f"{len(restored.missing):,} files that the backup only names are not here, such as:")
            for file in restored.missing[:SHOWN_MISSING]:
                self.stderr.write(f"  {file.place}")
        self.stdout.write("Run manage.py migrate if this version is newer, then start the gateway.")
