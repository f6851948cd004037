"""The internal parts an operator sees by name: exchange, feed, jobs and others, each with its state.

Parts register themselves in `AppConfig.ready()`; this module only keeps the table and asks.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import msgspec

from kit.clock import SYSTEM_CLOCK, Clock
from kit.errors import Conflict, NotFound

MAX_TEXT_LENGTH = 1_000
"""Of an error and of a detail; what is longer is cut, for these are lines in a table."""

State = Literal["stopped", "starting", "running", "idle", "degraded", "failed"]
log = logging.getLogger(__name__)


class ServiceState(msgspec.Struct, frozen=True):
    """How a part is doing; None where it has no such figure.

    `since` is when it came into this state (UTC nanoseconds), `last_error` what went wrong last, `latency_ms` its typical
    time for one piece of work, `load` the used share of its capacity (0 to 1), `detail` a sentence for people.
    """

    state: State
    since: int | None = None
    last_error: str | None = None
    latency_ms: float | None = None
    load: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """A part. `state` is cheap and called on the event loop; `restart` is None where restarting makes no sense."""

    name: str
    state: Callable[[], ServiceState]
    restart: Callable[[], Awaitable[None]] | None = None


class ServiceReport(msgspec.Struct, frozen=True):
    """One part as it is shown."""

    name: str
    state: State
    since: int | None
    last_error: str | None
    latency_ms: float | None
    load: float | None
    detail: str
    restartable: bool


class ServicesRegistry:
    """The parts of a process, in the order they registered, and after them those of the sources.

    A part that does not know since when it is in its state is watched here: then `since` is when a change was noticed. One
    that does not remember its last error is reminded of the last that was seen here.
    """

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._by_name: dict[str, Service] = {}
        self._sources: list[Callable[[], list[Service]]] = []
        self._seen: dict[str, tuple[State, int]] = {}
        self._last_errors: dict[str, str] = {}

    def register(self, service: Service) -> None:
        """Add a part; a name registered again replaces the earlier one."""
        self._by_name[service.name] = service

    def register_source(self, services: Callable[[], list[Service]]) -> None:
        """Have `services` asked for parts that come to be while the process runs, such as breakers."""
        self._sources.append(services)

    def list_services(self) -> list[ServiceReport]:
        """Every part's present state."""
        return [self._report(service) for service in self._all().values()]

    def _all(self) -> dict[str, Service]:
        found = dict(self._by_name)
        for services in self._sources:
            for service in services():
                found.setdefault(service.name, service)
        return found

    def get(self, name: str) -> ServiceReport:
        """One part's present state; raises NotFound."""
        return self._report(self._find(name))

    async def restart(self, name: str) -> ServiceReport:
        """Restart a part and say how it is then; raises NotFound, or Conflict when it cannot be restarted alone."""
        service = self._find(name)
        if service.restart is None:
            raise Conflict(f"{name} cannot be restarted on its own.", code="SERVICE_NOT_RESTARTABLE")
        log.info("Restarting %s.", name)
        await service.restart()
        self._seen.pop(name, None)  # it is in this state since now, also if that is the one it was in before
        return self._report(service)

    def _find(self, name: str) -> Service:
        found = self._all().get(name)
        if found is None:
            raise NotFound(f"There is no service {name!r}.")
        return found

    def _report(self, service: Service) -> ServiceReport:
        report = self._with_last_error(_report(service))
        state, since = self._seen.get(report.name, ("", 0))
        if state != report.state:
            since = self._clock.now_ns()
            self._seen[report.name] = (report.state, since)
        return report if report.since is not None else msgspec.structs.replace(report, since=since)

    def _with_last_error(self, report: ServiceReport) -> ServiceReport:
        if report.last_error is not None:
            self._last_errors[report.name] = report.last_error
            return report
        last_error = self._last_errors.get(report.name)
        return report if last_error is None else msgspec.structs.replace(report, last_error=last_error)


def _report(service: Service) -> ServiceReport:
    """The part's state; one that cannot even say its state has failed."""
    try:
        state = service.state()
    except Exception as fault:
        log.exception("%s could not say its state.", service.name)
        state = ServiceState("failed", last_error=f"Its state could not be read ({type(fault).__name__}).")
    return ServiceReport(
        name=service.name,
        state=state.state,
        since=state.since,
        last_error=state.last_error and state.last_error[:MAX_TEXT_LENGTH],
        latency_ms=state.latency_ms,
        load=state.load,
        detail=state.detail[:MAX_TEXT_LENGTH],
        restartable=service.restart is not None,
    )


SERVICES = ServicesRegistry()


def register(service: Service) -> None:
    """Show `service` under `system/services/`."""
    SERVICES.register(service)


def register_source(services: Callable[[], list[Service]]) -> None:
    """Show the parts that `services` gives whenever it is asked."""
    SERVICES.register_source(services)
