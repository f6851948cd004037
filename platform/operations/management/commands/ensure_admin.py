"""`manage.py ensure_admin`: makes the admin user once, with a password that nobody chose."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

ADMIN_NAME = "admin"
PASSWORD_BYTES = 18


class Command(BaseCommand):
    """Shows the password once and keeps it in STATE_DIR/admin-password, readable by the owner alone."""

    help = "Create the admin user with a random password, unless there is an administrator already."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do nothing when any administrator exists."""
        users = get_user_model()
        if users.objects.filter(is_superuser=True).exists():
            return
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        path = Path(settings.STATE_DIR) / "admin-password"
        # The file comes first: an admin whose password nobody can read would lock the owner out.
        write_secret(path, password + "\n")
        users.objects.create_superuser(ADMIN_NAME, password=password)
        self.stdout.write(f"Admin user: {ADMIN_NAME}")
        self.stdout.write(f"Password:   {password}   (shown once; kept in {path})")


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read, from its first moment on; replaces an earlier one whole."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
