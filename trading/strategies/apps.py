"""Strategies as a Django app: their tables, and what they register with the layers below."""

from functools import partial

from django.apps import AppConfig

START_ORDER = 7
"""After the exchange that they trade on, and before the feed, whose first bars they must hear."""

READINGS = {
    "runs": "Runs of strategies that go on.",
    "groups": "Sets of conditions that are followed on a symbol and interval.",
    "signals_waiting": "Signals that wait to be written.",
}
COUNTERS = {
    "evaluations": "Sets of conditions evaluated on closed bars since the start.",
    "decisions": "Bars that runs acted on since the start.",
}


class StrategiesConfig(AppConfig):
    """Strategies, their versions, runs and signals."""

    name = "trading.strategies"
    label = "strategies"
    verbose_name = "Strategies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register only; runs are taken up with the server."""
        from markets import services as markets
        from operations import health, lifecycle, services_registry
        from trading import services as trading
        from trading.strategies import channel, services, telling
        from trading.strategies.arenas import MAIN
        from trading.strategies.rehearsed import services as rehearsed

        runner = MAIN.runner
        channel.register_channel(services.runs_of_account)
        trading.add_listener(runner.on_change)
        markets.on_candle_closed(runner.on_candle_closed)
        markets.act_on_candles(runner.awaits)
        markets.on_market_closed(runner.on_market_closed)
        markets.flow_gate(MAIN.flow_gate)
        services.on_ended(telling.tell_alerts)
        health.register("strategies", services.check_health, required=False)
        services_registry.register(
            services_registry.Service("strategies", services.service_state, restart=services.restart)
        )
        lifecycle.on_start(services.start, "strategies", order=START_ORDER)
        lifecycle.on_stop(services.stop, "strategies", order=START_ORDER)
        lifecycle.on_start(rehearsed.start, "rehearsals of strategies", order=START_ORDER)
        lifecycle.on_stop(rehearsed.stop, "rehearsals of strategies", order=START_ORDER)
        _register_readings()


def _register_readings() -> None:
    """What `/metrics` asks of strategies."""
    from operations.metrics import READINGS as metrics
    from trading.strategies.services import reading

    for name, documentation in READINGS.items():
        metrics.add(f"sandbar_strategy_{name}", documentation, partial(reading, name))
    for name, documentation in COUNTERS.items():
        metrics.add(f"sandbar_strategy_{name}_total", documentation, partial(reading, name), kind="counter")
