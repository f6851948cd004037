"""What the runtime configuration registers: its start before everything that reads it, and its health."""

from django.apps import AppConfig

START_ORDER = -20
"""Before the instruments and the exchange, so that all parts begin with the values that were set."""


class ConfigConfig(AppConfig):
    """Changes of the tunables of all apps."""

    name = "operations.config"
    label = "config"
    verbose_name = "Runtime configuration"

    def ready(self) -> None:
        """Register; nothing starts here."""
        from operations import channels, health, lifecycle
        from operations.config import tiles
        from operations.config.follower import FOLLOWER
        from operations.config.in_force import CONFIG

        CONFIG.add_listener(channels.publish_config)
        lifecycle.on_start(FOLLOWER.start, "config", START_ORDER)
        lifecycle.on_stop(FOLLOWER.stop, "config", START_ORDER)
        tiles.register_tile()
        health.register("config", CONFIG.check_health, required=False)
