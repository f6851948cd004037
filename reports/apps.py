"""Reports as a Django app: their tables, their jobs, and the keeper of schedules that runs with the server."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Reports and their schedules."""

    name = "reports"
    verbose_name = "Reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the kind of job known."""
        from reports import services

        services.register_jobs()
