"""Jobs, streams and services at a glance, for the admin's home."""

from jobs import services as jobs
from operations.audit import tiles as audit
from operations.live_admin.overview import LIGHT_OF_SERVICE, Detail, Light, Tile, TileState, counted, register
from operations.services_registry import SERVICES
from streams.hub import HUB

_WORST_FIRST: tuple[Light, ...] = ("bad", "warn", "off", "good")


def register_tiles() -> None:
    """Make the tiles known."""
    audit.register_tile()
    register(Tile("streams", "Stream sockets", read_streams, "operations.view_service", "admin:services", order=50))
    register(Tile("jobs", "Jobs", read_jobs, "jobs.view_job", "admin:jobs_job_changelist", order=60))
    register(Tile("services", "Services", read_services, "operations.view_service", "admin:services", order=70))


def read_streams() -> TileState:
    """Who listens, and whether anybody falls behind."""
    stats = HUB.stats()
    return TileState(
        counted(stats.sockets),
        "warn" if stats.blocked_sockets else "good",
        f"{counted(stats.blocked_sockets)} do not keep up" if stats.blocked_sockets else "keeping up",
        (
            Detail("Subscriptions", counted(stats.subscriptions)),
            Detail("Frames delivered", counted(stats.delivered)),
            Detail("Closed as too slow", counted(stats.slow_closed)),
        ),
    )


def read_jobs() -> TileState:
    """How busy the workers are."""
    state = jobs.state()
    word = "accepting" if state.is_accepting else "not accepting"
    return TileState(
        counted(state.running),
        "good" if state.is_accepting else "off",
        f"running, {word}",
        (
            Detail("Waiting", counted(state.queued)),
            Detail("Workers", counted(state.workers)),
            Detail("Last error", state.last_error or "none"),
        ),
    )


def read_services() -> TileState:
    """How many parts are well, and which are not."""
    reports = SERVICES.list_services()
    lights = [LIGHT_OF_SERVICE[report.state] for report in reports]
    unwell = [report.name for report, light in zip(reports, lights, strict=True) if light != "good"]
    worst: Light = next((light for light in _WORST_FIRST if light in lights), "off")
    word = "all well" if not unwell else f"look at {', '.join(unwell)}"
    return TileState(f"{len(reports) - len(unwell)} of {len(reports)}", worst, word)
