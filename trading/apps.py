"""Trading as a Django app: what it registers with the layers below."""

from django.apps import AppConfig

START_ORDER = 0
"""Before the jobs and the feed: the journal's lock decides who is the gateway, and prices must find the exchange rebuilt."""


class TradingConfig(AppConfig):
    """The exchange, its journal and the resources around them."""

    name = "trading"
    verbose_name = "Trading"

    def ready(self) -> None:
        """Register only; the exchange starts with the server."""
        from markets import services as markets
        from operations import health, lifecycle, services_registry
        from streams import consumer
        from trading import channels, services, tiles

        channels.register_channels()
        tiles.register_tiles()
        consumer.account_exists = services.has_account
        services.add_listener(channels.publish_change)
        services.add_listener(services.count_change)
        markets.subscribe(services.on_market)
        markets.on_market_closed(services.on_market_closed)
        markets.flow_gate(services.wait_for_room)
        health.register("journal", services.check_health)
        services_registry.register(services_registry.Service("exchange", services.exchange_state))
        lifecycle.on_start(services.start, "exchange", order=START_ORDER)
        lifecycle.on_stop(services.stop, "exchange", order=START_ORDER)
