"""The admin's home at a glance: tiles that the parts register, each read on the loop when somebody looks."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from kit.clock import SYSTEM_CLOCK, iso_ms_from_ns
from operations.health import CHECKS, HealthReport
from operations.lifecycle import LIFECYCLE
from operations.services_registry import SERVICES, ServiceReport

Light = Literal["good", "warn", "bad", "off"]
"""Well; working but not well; broken; not running and not meant to."""

LIGHT_OF_HEALTH: dict[str, Light] = {"ok": "good", "degraded": "warn", "failed": "bad"}
LIGHT_OF_SERVICE: dict[str, Light] = {
    "running": "good",
    "idle": "good",
    "starting": "warn",
    "degraded": "warn",
    "failed": "bad",
    "stopped": "off",
}
LIGHT_OF_SERVER: dict[str, Light] = {
    "started": "good",
    "starting": "warn",
    "stopping": "warn",
    "failed": "bad",
    "stopped": "off",
}
log = logging.getLogger(__name__)


class Detail(msgspec.Struct, frozen=True):
    """A line of a tile."""

    label: str
    value: str


class TileState(msgspec.Struct, frozen=True):
    """What a tile shows: one figure, a word with its light, a few lines."""

    figure: str
    light: Light = "good"
    word: str = ""
    details: Sequence[Detail] = ()


@dataclass(frozen=True, slots=True)
class Tile:
    """One part at a glance. `read` is cheap and called on the loop; `permission` is needed to see it, and `page` is the
    name of the admin page behind it.
    """

    name: str
    title: str
    read: Callable[[], TileState | Awaitable[TileState]]
    permission: str
    page: str
    order: int = 0


class ShownTile(msgspec.Struct, frozen=True):
    """A tile as it is sent."""

    name: str
    title: str
    state: TileState


class ShownLight(msgspec.Struct, frozen=True):
    """A health check or a service as it is sent."""

    name: str
    light: Light
    word: str
    detail: str


class Overview(msgspec.Struct, frozen=True):
    """Everything the home page shows; `time` is when it was looked at."""

    time: str
    server: ShownLight
    tiles: list[ShownTile]
    checks: list[ShownLight]
    services: list[ShownLight]


class Tiles:
    """The tiles of a process."""

    def __init__(self) -> None:
        self._by_name: dict[str, Tile] = {}

    def register(self, tile: Tile) -> None:
        """Add a tile; a name registered again replaces the earlier one."""
        self._by_name[tile.name] = tile

    def get(self, name: str) -> Tile:
        """The tile of that name."""
        return self._by_name[name]

    def visible(self, may_see: Callable[[str], bool]) -> list[Tile]:
        """Those somebody may see, in order."""
        return sorted(
            (tile for tile in self._by_name.values() if may_see(tile.permission)), key=lambda tile: tile.order
        )


TILES = Tiles()
register = TILES.register


async def look(names: Sequence[str], with_services: bool) -> Overview:
    """The present state, on the loop, with the tiles of these names."""
    shown = [ShownTile(tile.name, tile.title, await _read(tile)) for tile in map(TILES.get, names)]
    report = await CHECKS.report()
    server = LIFECYCLE.state
    return Overview(
        time=iso_ms_from_ns(SYSTEM_CLOCK.now_ns()),
        server=ShownLight("server", LIGHT_OF_SERVER[server.state], server.state, server.reason),
        tiles=shown,
        checks=_lights_of_health(report),
        services=[light_of_service(each) for each in SERVICES.list_services()] if with_services else [],
    )


async def _read(tile: Tile) -> TileState:
    """A tile's state; one that cannot say it shows that."""
    try:
        state = tile.read()
        return await state if inspect.isawaitable(state) else state
    except asyncio.CancelledError:
        raise
    except Exception as fault:
        log.exception("The tile %s could not be read.", tile.name)
        return TileState("–", "bad", f"unknown ({type(fault).__name__})")


def _lights_of_health(report: HealthReport) -> list[ShownLight]:
    return [ShownLight(each.name, LIGHT_OF_HEALTH[each.status], each.status, each.detail) for each in report.checks]


def light_of_service(report: ServiceReport) -> ShownLight:
    """A service with its light; beside one that is well an error of earlier is no news."""
    light = LIGHT_OF_SERVICE[report.state]
    text = report.detail if light == "good" else report.last_error or report.detail
    return ShownLight(report.name, light, report.state, text)


def counted(count: int) -> str:
    """A count with its thousands apart."""
    return f"{count:,}"
