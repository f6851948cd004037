"""`manage.py worker`: run jobs of a Dask cluster on this machine, until SIGTERM."""

import asyncio
import logging
import os
import socket
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from gateway import environment
from jobs.back_ends import compiled_code_folder
from jobs.process_pool import PoolOptions

MAX_THREADS = 256


class Command(BaseCommand):
    """Serves a scheduler, and waits for it while it is away."""

    help = "Run long work for the gateway whose DASK_SCHEDULER is the same."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which scheduler, and how much of this machine."""
        parser.add_argument(
            "--scheduler", default=settings.DASK_SCHEDULER, help="tcp://host:port; DASK_SCHEDULER by default"
        )
        parser.add_argument("--threads", type=_threads, default=1, help="jobs at once, each in its own process")
        parser.add_argument(
            "--memory-mib",
            type=_memory_mib,
            default=settings.JOB_MEMORY_MIB,
            help="what one job may hold; by default JOB_MEMORY_MIB or its share of three quarters of the memory",
        )
        parser.add_argument("--name", default=f"{socket.gethostname()}-{os.getpid()}", help="as Dask's pages show it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the address, and work."""
        os.environ["DASK_SCHEDULER"] = options["scheduler"]
        try:
            scheduler = environment.scheduler("DASK_SCHEDULER")
        except ImproperlyConfigured as fault:
            raise CommandError(str(fault)) from fault
        if not scheduler:
            raise CommandError("Say which scheduler to serve: --scheduler tcp://HOST:PORT, or set DASK_SCHEDULER.")
        pool = PoolOptions(
            workers=options["threads"],
            memory_bytes=options["memory_mib"] * 2**20,
            compiled_code=compiled_code_folder(),
        )
        # Dask is loaded here alone: no other command needs it.
        from jobs.cluster_task import quieten_dask
        from jobs.cluster_worker import HostOptions, serve

        quieten_dask(logging.WARNING)
        asyncio.run(serve(HostOptions(scheduler, options["name"], options["threads"], pool), self._say))
        self._say("The worker has ended.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _threads(text: str) -> int:
    return _between(text, 1, MAX_THREADS)


def _memory_mib(text: str) -> int:
    return _between(text, 0, environment.MAX_MEMORY_MIB)


def _between(text: str, minimum: int, maximum: int) -> int:
    if not text.isdecimal() or not minimum <= int(text) <= maximum:
        raise ArgumentTypeError(f"a whole number from {minimum} to {maximum}, not {text!r}")
    return int(text)
