#!/usr/bin/env python
"""The one entrance: every command of Sandbar starts here."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent

# platform/ holds the packages every domain stands on (kit, api, streams, gateway …). It has no __init__.py, so that it
# never hides Python's own `platform` module; its packages are found because the folder itself is on the path. The path
# is absolute: spawned workers and servers that change their folder inherit it.
for folder in (str(ROOT / "platform"), str(ROOT)):
    if folder not in sys.path:
        sys.path.insert(0, folder)


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")
    os.umask(
        0o077
    )  # what it writes (journal, database, log) is its owner's, also in a folder that others may look into
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        sys.exit(f"Wrong configuration: {fault}")  # a sentence for whoever set it; where in the code says nothing more


if __name__ == "__main__":
    main()
