"""Analysis tasks as a Django app: their table and their job."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """Analyses of bars."""

    name = "analytics.tasks"
    label = "analysis"
    verbose_name = "Analyses"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the kind of job known."""
        from analytics.tasks import services

        services.register_jobs()
