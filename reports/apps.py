"""Reports as a Django app: their tables, their jobs, and the keeper of schedules that runs with the server."""

from functools import partial

from django.apps import AppConfig

LEFTOVERS_ORDER = 4
"""Before the jobs: nobody is writing a report yet."""

SCHEDULES_ORDER = 60
"""After the jobs and the feed: a report that was missed while nobody looked is asked for at once, and needs both."""


class ReportsConfig(AppConfig):
    """Reports and their schedules."""

    name = "reports"
    verbose_name = "Reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register only; the keeper of schedules starts with the server."""
        from operations import lifecycle, services_registry
        from reports import services
        from reports.gathering import in_thread
        from reports.schedules.keeper import KEEPER

        services.register_jobs()
        services_registry.register(services_registry.Service("schedules", KEEPER.state, KEEPER.restart))
        lifecycle.on_start(partial(in_thread, services.clear_leftovers), "report files", order=LEFTOVERS_ORDER)
        lifecycle.on_start(KEEPER.start, "schedules", order=SCHEDULES_ORDER)
        lifecycle.on_stop(KEEPER.stop, "schedules", order=SCHEDULES_ORDER)
