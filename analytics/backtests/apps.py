"""Backtests as a Django app: their tables and their jobs."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class BacktestsConfig(AppConfig):
    """Backtests, sweeps and walks forward."""

    name = "analytics.backtests"
    label = "backtests"
    verbose_name = "Backtests"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the kinds of jobs known."""
        from analytics.backtests import services

        services.register_jobs()
        _register_kept()


def _register_kept() -> None:
    """Have the arrays of results in every backup, or named there, and the owner's strategies."""
    from operations.backups.kept import FILES_ORDER, Kept, register

    register(Kept(name="backtests", kind="folder", find=_results_folder, order=FILES_ORDER, is_data=True))
    register(Kept(name="strategies", kind="folder", find=lambda: Path(settings.STRATEGY_DIR), order=FILES_ORDER))


def _results_folder() -> Path:
    return Path(settings.STATE_DIR) / "backtests"
