"""The markets as a Django app: what they tell the rest of the gateway about themselves."""

from functools import partial
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


class MarketsConfig(AppConfig):
    """Instruments, prices and data sets."""

    name = "markets"
    verbose_name = "Markets"

    def ready(self) -> None:
        """Register channels, start and stop, health, metrics and the check of MARKET_SOURCE; nothing runs yet."""
        from kit.http_pool import POOL
        from markets import services, tiles
        from markets.candle_store import services as candle_store
        from markets.channels import register_channels
        from markets.datasets import services as datasets
        from markets.direction.channels import register_channel as register_feed_channel
        from markets.live import follow_parameters
        from operations import health, lifecycle, services_registry
        from operations.services import register_market_clock
        from streams.hub import HUB

        register(check_market_source, "markets")
        datasets.register(find_instrument=services.find_instrument, add_instrument=services.add_instrument)
        datasets.register_candle_sink(candle_store.append_candles)
        datasets.register_in_use_check(services.use_of_dataset)
        register_channels(lambda: services.floor().snapshots)
        register_feed_channel()
        tiles.register_tiles()
        # A replay at full speed has no pace of its own: it takes that of the streams.
        services.flow_gate(HUB.drained)
        services.SPEED.on_change(services.MAIN.speed_choice.follow_default)
        POOL.configure(max_per_host=settings.HTTP_POOL_MAX_IDLE_PER_HOST)
        follow_parameters(services.LIVE_MARKETS)
        # The exchange, at order 0, needs the instruments before it; prices come when it is there to hear them.
        lifecycle.on_start(services.load, "instruments", order=-10)
        lifecycle.on_start(services.start, "feed", order=10)
        lifecycle.on_stop(services.stop, "feed", order=10)
        health.register("feed", services.check_feed, required=False)
        services_registry.register(
            services_registry.Service("feed", services.feed_service_state, restart=services.restart)
        )
        register_market_clock(services.market_time_ns)
        services_registry.register(
            services_registry.Service("sources", services.sources_state, restart=services.restart)
        )
        _register_readings()
        _register_kept()


def _register_kept() -> None:
    """Have imported and recorded prices in every backup, or named there."""
    from operations.backups import kept

    for name in ("datasets", "candles"):
        find = partial(_in_state, name)
        kept.register(kept.Kept(name=name, kind="folder", find=find, order=kept.FILES_ORDER, is_data=True))


def _in_state(name: str) -> Path:
    return Path(settings.STATE_DIR) / name


def _register_readings() -> None:
    """Make the figures of feed and live source known to `/metrics`."""
    from kit.http_pool import POOL
    from markets import services
    from operations import metrics

    readings = metrics.READINGS
    readings.add(
        "sandbar_feed_lag_seconds", "How far the feed is behind its source.", lambda: services.FEED.state().lag_s
    )
    readings.add("sandbar_feed_running", "1 while prices come.", lambda: services.FEED.state().status == "running")
    readings.add("sandbar_feed_updates_total", "Steps of prices taken.", lambda: services.FEED.updates, kind="counter")
    readings.add(
        "sandbar_feed_stale_markets",
        "Markets whose source says nothing of them.",
        lambda: len(services.FEED.stale_symbols()),
    )
    readings.add_labelled(
        "sandbar_feed_dropped_ticks_total",
        "Live prices that could not be true.",
        ("reason",),
        services.dropped_ticks,
        kind="counter",
    )
    readings.add(
        "sandbar_live_ready", "1 once the live source has given prices.", lambda: services.live_reading("ready")
    )
    readings.add(
        "sandbar_live_retries_total",
        "Reads of the live source that were repetitions.",
        lambda: services.live_reading("retries"),
        kind="counter",
    )
    readings.add(
        "sandbar_live_reconnects_total",
        "Times a stream of the live source was opened again.",
        lambda: services.live_reading("reconnects"),
        kind="counter",
    )
    readings.add("sandbar_http_pool_connections", "Outgoing connections that are open.", lambda: POOL.connections)


def check_market_source(**_: Any) -> list[CheckMessage]:
    """Refuse a MARKET_SOURCE that cannot be used, at the start and in `manage.py check`."""
    from markets import services

    fault = services.market_source_fault(settings.MARKET_SOURCE)
    return [Error(fault, id="markets.E001")] if fault else []
