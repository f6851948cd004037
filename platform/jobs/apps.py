"""Django's entry for the job table."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Nothing runs here: the pool starts with the server, its first worker with the first job."""

    name = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
