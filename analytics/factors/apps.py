"""Factors as a Django app: their table and their jobs."""

from django.apps import AppConfig


class FactorsConfig(AppConfig):
    """Named expressions, computed and judged."""

    name = "analytics.factors"
    label = "factors"
    verbose_name = "Factors"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the kinds of jobs known."""
        from analytics.factors import services

        services.register_jobs()
