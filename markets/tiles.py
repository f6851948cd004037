"""The markets at a glance, for the admin's home."""

from kit.clock import iso_ms_from_ns
from markets import services
from operations.live_admin.overview import Detail, Light, Tile, TileState, counted, register

SECONDS_END = len("2024-01-31T12:34:56")
LIGHT_OF_FEED: dict[str, Light] = {
    "running": "good",
    "paused": "off",
    "finished": "off",
    "idle": "off",
    "failed": "bad",
}


def register_tiles() -> None:
    """Make the tile known."""
    register(
        Tile("feed", "Feed", read_feed, "markets.view_instrument", "admin:markets_instrument_changelist", order=30)
    )


def read_feed() -> TileState:
    """Where the feed stands."""
    state = services.FEED.state()
    is_late = state.lag_s > services.LAG_WARNING_S
    return TileState(
        figure=state.source or "none",
        light="warn" if is_late and state.status == "running" else LIGHT_OF_FEED[state.status],
        word=f"{state.status}, {state.lag_s:.1f} s behind" if is_late else state.status,
        details=(
            Detail("Updates a second", f"{state.updates_per_s:,.0f}"),
            Detail("Speed", f"{state.speed:g}×" if state.speed else "as fast as it goes"),
            Detail("Symbols", counted(len(state.symbols))),
            Detail("Market time", f"{iso_ms_from_ns(state.time_ns)[:SECONDS_END]}Z" if state.source else "–"),
        ),
    )
