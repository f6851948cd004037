"""The gateway as a Django app: it brings the commands, and registers what of its own starts with the server."""

from importlib import import_module

from django.apps import AppConfig

REDIS_ORDER = -30
"""Before any thread is started: two that load Redis' client at once, from its two ends, lock each other out, and what is
then loaded stays broken for the life of the process.
"""


class GatewayConfig(AppConfig):
    """Lets manage.py find `serve`."""

    name = "gateway"
    verbose_name = "Gateway"

    def ready(self) -> None:
        """Register; nothing starts here."""
        from django.conf import settings

        from gateway import log_level, tuning
        from gateway.admin_pages.process import ADMIN_PAGES
        from gateway.log_service import register_log
        from operations import lifecycle

        tuning.adopt_environment(settings)
        log_level.LOG_LEVEL.on_change(log_level.apply_level)
        lifecycle.on_start(_load_redis_client, "redis client", REDIS_ORDER)
        lifecycle.on_start(_watch_sockets, "message limit")
        lifecycle.on_start(ADMIN_PAGES.start, "admin pages")
        lifecycle.on_stop(ADMIN_PAGES.stop, "admin pages")
        register_log()


async def _load_redis_client() -> None:
    from django.conf import settings

    if settings.REDIS_URL:
        import_module("django_redis.client")  # nobody else pays for it


async def _watch_sockets() -> None:
    from gateway.sockets import limit_messages, log_operations  # commands do without Channels

    limit_messages()
    log_operations()
