"""The markets at a glance, for the admin's home."""

from kit.clock import iso_ms_from_ns
from markets import services
from markets.feed import FeedState
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
            Detail("Scenarios", _scenarios_text(state)),
            Detail("Market time", f"{iso_ms_from_ns(state.time_ns)[:SECONDS_END]}Z" if state.source else "–"),
        ),
    )


def _scenarios_text(state: FeedState) -> str:
    """The kinds that change prices now, and how many wait."""
    statuses = [(scenario.kind, scenario.status(state.time_ns)) for scenario in state.scenarios]
    kinds = dict.fromkeys(kind.replace("_", " ") for kind, status in statuses if status in ("active", "lasting"))
    scheduled = sum(status == "scheduled" for _, status in statuses)
    texts = [*kinds, *([f"{scheduled} to come"] if scheduled else [])]
    return ", ".join(texts) or "none"
