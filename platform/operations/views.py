"""The REST side of health, system, services and jobs, and /metrics."""

from typing import Annotated

import msgspec
from django.http import HttpRequest, HttpResponse

from api.operation import needs
from api.pagination import Page, decode_cursor, encode_cursor
from api.viewsets import ApiViewSet, Call, action, operation
from jobs import services as jobs
from kit.clock import SYSTEM_CLOCK
from kit.errors import Conflict, Unavailable
from operations import metrics
from operations.health import CHECKS, HealthReport
from operations.serializers import (
    AliveSerializer,
    HealthSerializer,
    JobSerializer,
    JobsQuery,
    LogLineSerializer,
    LogsQuery,
    ReadySerializer,
    ServiceSerializer,
    SystemInfoSerializer,
    SystemTimeSerializer,
)
from operations.services import SYSTEM, readiness, recent_log_lines
from operations.services_registry import SERVICES, ServiceReport
from operations.system import SystemInfo, SystemTime

JobId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f-]{36}$")]
ALIVE = msgspec.Raw(b'{"status":"ok"}')


class ProbeViewSet(ApiViewSet):
    """What load balancers, supervisors and people ask to know whether the gateway is well."""

    @operation(response=AliveSerializer, summary="Whether the process answers", scope="public")
    async def alive(self, call: Call) -> msgspec.Raw:
        """The event loop runs and requests get through; says nothing about anything behind it."""
        return ALIVE

    @operation(response=HealthSerializer, summary="All health checks")
    async def health(self, call: Call) -> HealthReport:
        """Every check with its detail; 503 with the same under `details` when a required one failed."""
        report = await CHECKS.report()
        if report.status == "failed":
            raise Unavailable("A required part has failed.", details=msgspec.to_builtins(report))
        return report

    @operation(response=ReadySerializer, summary="Whether to send requests here", scope="public")
    async def ready(self, call: Call) -> "Ready":
        """200 once everything that belongs to the server is started and no required check fails.

        Why not is told where authentication is off; where it is on, `/health` tells it to who has a key.
        """
        state = await readiness()
        shows_details = call.access.allows("read")
        if not state.is_ready and not shows_details:
            raise Unavailable("Not ready.")
        if not state.is_ready:
            message = f"Not ready. {' '.join(state.reasons)}"
            raise Unavailable(message, details={"reasons": state.reasons})
        degraded = [f"{check.name}: {check.detail}" for check in state.report.checks if check.status != "ok"]
        return Ready("degraded" if degraded else "ready", degraded if shows_details else [])


class Ready(msgspec.Struct, frozen=True):
    """The answer of a gateway that is in service."""

    status: str
    degraded: list[str]


class SystemViewSet(ApiViewSet):
    """The machine and the clocks."""

    @operation(response=SystemInfoSerializer)
    @action(detail=False)
    def info(self, call: Call) -> SystemInfo:
        """Versions, process, disk and configuration."""
        return SYSTEM.info(SYSTEM_CLOCK.now_ns())

    @operation(response=SystemTimeSerializer)
    @action(detail=False)
    async def time(self, call: Call) -> SystemTime:
        """The server's time and the main market's."""
        return SYSTEM.time(SYSTEM_CLOCK.now_ns())

    @operation(query=LogsQuery, response=LogLineSerializer, page=True, scope="admin")
    @action(detail=False)
    def logs(self, call: Call) -> Page:
        """The last log lines in memory, newest first; the stream channel `logs` has them as they come."""
        return recent_log_lines(call.query)


class ServiceViewSet(ApiViewSet):
    """The internal parts of the gateway."""

    lookup_field = "name"

    @operation(response=ServiceSerializer, page=True)
    async def list(self, call: Call) -> Page:
        """Every part's state; they are few, so this is always the whole of them."""
        return Page(SERVICES.list_services(), None)

    @operation(response=ServiceSerializer)
    async def retrieve(self, call: Call) -> ServiceReport:
        """One part's state."""
        return SERVICES.get(call.kwargs["name"])

    @operation(response=ServiceSerializer, errors=(Conflict,), starts_work=True, scope="admin")
    @action(detail=True, methods=["post"])
    async def restart(self, call: Call) -> ServiceReport:
        """Restart one part, where that makes sense."""
        return await SERVICES.restart(call.kwargs["name"])


class JobViewSet(ApiViewSet):
    """Long work of the account."""

    @operation(query=JobsQuery, response=JobSerializer, page=True, account=True)
    async def list(self, call: Call) -> Page:
        """Jobs, newest first."""
        query = call.query
        before = decode_cursor(query.cursor, JobId) if query.cursor else None
        found = await jobs.list_jobs(
            account=call.account, kind=query.kind, status=query.status, before=before, limit=query.limit + 1
        )
        has_more = len(found) > query.limit
        items = found[: query.limit]
        return Page(items, encode_cursor(items[-1].id) if has_more else None)

    @operation(response=JobSerializer, account=True)
    async def retrieve(self, call: Call) -> jobs.JobView:
        """One job as it stands."""
        return await jobs.get(call.kwargs["id"], account=call.account)

    @operation(response=JobSerializer, account=True, errors=(Conflict,))
    async def destroy(self, call: Call) -> jobs.JobView:
        """Cancel a job; JOB_NOT_CANCELABLE when it has ended."""
        return await jobs.cancel(call.kwargs["id"], account=call.account)


@needs("read")
async def show_metrics(request: HttpRequest) -> HttpResponse:
    """Everything Prometheus reads, in its text format."""
    return HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
