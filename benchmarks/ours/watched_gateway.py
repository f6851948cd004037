"""The gateway as it ships (`manage.py serve`), with one more figure in /metrics: how many tasks its event loop has."""

import asyncio
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - the apps must be ready

from benchmarks.tools.samples import TASKS  # noqa: E402
from operations.metrics import READINGS  # noqa: E402


def main() -> None:
    """Serve."""
    READINGS.add(TASKS, "Tasks of the event loop.", lambda: float(len(asyncio.all_tasks())))
    call_command("serve")


if __name__ == "__main__":
    main()
