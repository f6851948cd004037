"""Alerts at a glance, for the admin's home."""

from operations.live_admin.overview import Detail, Light, Tile, TileState, counted, register
from trading.alerts.services import ALERTS

NOT_RUNNING = TileState("–", "off", "Alerts are not running.")
LIGHTS: dict[str, Light] = {"critical": "bad", "warning": "warn"}


def register_tile() -> None:
    """Make the tile known."""
    tile = Tile(
        "alerts",
        "Alerts",
        read_alerts,
        "alerts.view_alerteventrow",
        "admin:alerts_alerteventrow_changelist",
        order=35,
    )
    register(tile)


def read_alerts() -> TileState:
    """How many events nobody has acknowledged, and how severe the worst of them is."""
    if not ALERTS.is_running:
        return NOT_RUNNING
    severities = ALERTS.unacknowledged_severities()
    worst = next((each for each in LIGHTS if severities[each]), "")
    details = [Detail(f"Of severity {name}", counted(severities[name])) for name in (*LIGHTS, "info")]
    details.append(Detail("Rules", counted(ALERTS.count)))
    return TileState(counted(severities.total()), LIGHTS.get(worst, "good"), worst or "quiet", details)
