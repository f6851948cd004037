"""`manage.py scheduler`: run a Dask scheduler that finds our code, until SIGTERM."""

import asyncio
import logging
import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

DEFAULT_PORT = 8786
"""Dask's own."""


class Command(BaseCommand):
    """Serves workers and gateways; holds nothing that outlives it."""

    help = "Run the scheduler between a gateway with DASK_SCHEDULER and its workers."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where it listens."""
        parser.add_argument(
            "--host",
            default="127.0.0.1",
            help="whoever reaches it may run programs on the workers; loopback by default",
        )
        parser.add_argument("--port", type=int, default=DEFAULT_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen, and say where."""
        try:
            asyncio.run(self._serve(options["host"], options["port"]))
        except OSError as fault:
            raise CommandError(f"Cannot listen on {options['host']}:{options['port']}: {fault.strerror}.") from fault

    async def _serve(self, host: str, port: int) -> None:
        # Loaded here alone: no other command needs it.
        from distributed import Scheduler

        from jobs.cluster_task import quieten_dask

        quieten_dask(logging.WARNING)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with Scheduler(host=host, port=port, dashboard_address="127.0.0.1:0") as scheduler:
            self.stdout.write(f"The scheduler listens on {scheduler.address}.")
            self.stdout.flush()
            await stop.wait()
