"""Trading as a Django app: what it registers with the layers below."""

from functools import partial

from django.apps import AppConfig

START_ORDER = 0
"""Before the jobs and the feed: the journal's lock decides who is the gateway, and prices must find the exchange rebuilt."""


JOURNAL_READINGS = {
    "in_flight": "Appends that wait to become durable.",
    "entries": "Entries of the journal.",
    "writable": "1 while changes can be made durable.",
}
EXCHANGE_READINGS = {
    "accounts": "Accounts.",
    "orders": "Orders in memory, live and ended.",
    "symbols": "Symbols that have had a price.",
}


class TradingConfig(AppConfig):
    """The exchange, its journal and the resources around them."""

    name = "trading"
    verbose_name = "Trading"

    def ready(self) -> None:
        """Register only; the exchange starts with the server."""
        from markets import services as markets
        from markets.direction import services as direction
        from operations import health, lifecycle, services_registry
        from operations.audit import sources
        from operations.backups import kept
        from streams import consumer
        from streams.places import PLACES
        from trading import backups, channels, services, sockets, tiles
        from trading.figures import TradingFigures
        from trading.journal.source import JournalSource
        from trading.ownership import services as ownership
        from trading.ownership.keys import register_keys
        from trading.rehearsals import services as rehearsals
        from trading.risk.channel import FOLLOWED

        channels.register_channels()
        sockets.register_operations()
        tiles.register_tiles()
        consumer.account_exists = services.has_account
        services.add_listener(channels.publish_change)
        services.add_listener(TradingFigures().count)
        services.follow_tunables()
        markets.subscribe(services.on_market)
        markets.subscribe(FOLLOWED.on_market)
        markets.on_market_closed(services.on_market_closed)
        markets.on_market_halted(services.on_market_halted)
        direction.count_waiting_orders(services.count_waiting_orders)
        markets.on_market_stale(services.on_market_stale)
        markets.flow_gate(services.wait_for_room)
        sources.register(JournalSource(services.journal_place))
        backups.register_kept(kept.register)
        register_keys()
        health.register("journal", services.check_health)
        health.register("ownership", ownership.check_health)
        services_registry.register(services_registry.Service("exchange", services.exchange_state))
        services_registry.register(services_registry.Service("journal", services.journal_state))
        _register_readings()
        lifecycle.on_start(services.start, "exchange", order=START_ORDER)
        lifecycle.on_stop(services.stop, "exchange", order=START_ORDER)
        lifecycle.on_stop(rehearsals.end_all, "exchange", order=START_ORDER)
        lifecycle.on_start(ownership.start, "ownership", order=START_ORDER)
        lifecycle.on_stop(ownership.stop, "ownership", order=START_ORDER)
        PLACES.register(enter=rehearsals.work_in, has_account=rehearsals.has_account)


def _register_readings() -> None:
    """What `/metrics` asks of the exchange and its journal."""
    from operations.metrics import READINGS
    from trading.services import exchange_reading, journal_reading

    for name, documentation in JOURNAL_READINGS.items():
        READINGS.add(f"sandbar_journal_{name}", documentation, partial(journal_reading, name))
    for name, documentation in EXCHANGE_READINGS.items():
        READINGS.add(f"sandbar_exchange_{name}", documentation, partial(exchange_reading, name))
