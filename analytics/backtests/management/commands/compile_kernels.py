"""`manage.py compile_kernels`: compile what research runs on, so that the first to ask does not wait for it."""

import os
from typing import Any

from django.core.management.base import BaseCommand

from jobs.back_ends import compiled_code_folder


class Command(BaseCommand):
    """Takes up to a minute of one core after an installation or an update, and some two seconds otherwise."""

    help = "Compile the kernels of backtests, expressions and factors, and keep them on disk."
    requires_system_checks = []

    def handle(self, *_: Any, **__: Any) -> None:
        """Compile, and say so."""
        folder = compiled_code_folder()
        if folder is not None:
            os.environ.setdefault("NUMBA_CACHE_DIR", str(folder))
        from analytics.backtests import warming as backtests
        from analytics.factors import warming as factors

        backtests.compile_kernels()
        factors.compile_kernels()
        self.stdout.write("The kernels are compiled.")
