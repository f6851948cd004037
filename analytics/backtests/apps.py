"""Backtests as a Django app: their tables and their jobs."""

from django.apps import AppConfig


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
