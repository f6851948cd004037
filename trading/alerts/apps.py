"""Alerts as a Django app: their tables, and what they register with the layers below."""

from functools import partial

from django.apps import AppConfig

START_ORDER = 6
"""After the exchange, whose accounts rules watch, and before the feed, whose first bars they must hear."""

READINGS = {
    "rules": "Alert rules, those switched off included.",
    "queued_deliveries": "Deliveries of alerts that wait.",
}
COUNTERS = {
    "evaluations": "Expressions of alerts evaluated on closed bars since the start.",
    "fired": "Events of alerts that fired since the start.",
}


class AlertsConfig(AppConfig):
    """Rules and events."""

    name = "trading.alerts"
    label = "alerts"
    verbose_name = "Alerts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register only; rules are taken up with the server."""
        from markets import services as markets
        from operations import health, lifecycle, services_registry
        from trading import services as trading
        from trading.alerts import channel, services, tiles

        alerts = services.ALERTS
        channel.register_channel(alerts.unacknowledged)
        tiles.register_tile()
        trading.add_listener(alerts.on_change)
        markets.subscribe(alerts.accounts.on_market)
        markets.on_candle_closed(alerts.bars.on_candle_closed)
        markets.on_market_closed(alerts.bars.on_market_closed)
        markets.on_market_stale(services.on_market_stale)
        markets.flow_gate(alerts.flow_gate)
        health.register("alerts", services.check_health, required=False)
        services_registry.register(
            services_registry.Service("alerts", services.service_state, restart=services.restart)
        )
        lifecycle.on_start(services.start, "alerts", order=START_ORDER)
        lifecycle.on_stop(services.stop, "alerts", order=START_ORDER)
        _register_readings()


def _register_readings() -> None:
    """What `/metrics` asks of alerts."""
    from operations.metrics import READINGS as metrics
    from trading.alerts.services import ended_deliveries, reading

    for name, documentation in READINGS.items():
        metrics.add(f"sandbar_alert_{name}", documentation, partial(reading, name))
    for name, documentation in COUNTERS.items():
        metrics.add(f"sandbar_alert_{name}_total", documentation, partial(reading, name), kind="counter")
    metrics.add_labelled(
        "sandbar_alert_deliveries_total",
        "Deliveries of alerts that ended, by channel and outcome.",
        ("channel", "outcome"),
        ended_deliveries,
        kind="counter",
    )
