"""The runtime configuration at a glance, for the admin's home."""

from kit.clock import iso_ms_from_ns
from operations.config.in_force import CONFIG
from operations.config.table import all_settings
from operations.live_admin.overview import Detail, Tile, TileState, counted, register


def register_tile() -> None:
    """Make the tile known."""
    register(
        Tile(
            "config",
            "Settings changed",
            read_config,
            "config.view_setting",
            "admin:config_setting_changelist",
            order=80,
        )
    )


def read_config() -> TileState:
    """How many settings are not what this installation was started with, and the last change."""
    settings = all_settings()
    changed = sum(1 for each in settings if each.source == "revision")
    refused = sum(1 for each in settings if each.fault is not None)
    word = CONFIG.trouble or (f"{counted(refused)} could not be put in force" if refused else "in force")
    newest = max(settings, key=lambda each: each.revision)
    details = [Detail("Settings", counted(len(settings)))]
    if newest.changed_at is not None:
        details += [
            Detail("Last change", iso_ms_from_ns(newest.changed_at)),
            Detail(newest.key, f"by {newest.changed_by}"),
        ]
    return TileState(counted(changed), "warn" if CONFIG.trouble or refused else "good", word, details)
