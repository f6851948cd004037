"""Reports over REST. Asking gathers on the event loop; what uses the database or files runs in a thread."""

from functools import partial
from typing import Any

from django.http import StreamingHttpResponse

from api.pagination import Page
from api.viewsets import Answer, ApiViewSet, Call, action, operation
from jobs import services as jobs
from kit.errors import Conflict, NotFound, Rejected, Unavailable
from operations.jobs_api import JobSerializer, WaitQuery, job_answer
from reports import services
from reports.serializers import ReportIn, ReportOut, ReportQuery


class ReportViewSet(ApiViewSet):
    """Files about accounts, backtests, factors and data."""

    @operation(query=ReportQuery, response=ReportOut, page=True, account=True)
    def list(self, call: Call) -> Page:
        """The account's reports, newest first."""
        query = call.query
        return services.list_reports(
            call.account, kind=query.kind, schedule=query.schedule, limit=query.limit, cursor=query.cursor
        )

    @operation(
        body=ReportIn,
        query=WaitQuery,
        response=JobSerializer,
        status=202,
        account=True,
        errors=(NotFound, Conflict, Rejected, Unavailable),
        summary="Make a report",
        starts_work=True,
    )
    async def create(self, call: Call) -> Answer:
        """Make a report; the job's result has its `report_id`. DATA_GONE: what it was to be made from was deleted."""
        asked = services.asked_from(call.body, call.access)
        stage = partial(services.stage_report, call.account, asked)
        return await job_answer(call, await jobs.submit_prepared(services.MAKE_JOB, stage, account=call.account))

    @operation(response=ReportOut, account=True, errors=(NotFound,), etag=True)
    def retrieve(self, call: Call) -> Any:
        """One report: what was asked, and which file came of it."""
        return services.get_report(call.account, call.kwargs["id"])

    @operation(status=204, account=True, errors=(NotFound,))
    def destroy(self, call: Call) -> None:
        """Delete a report and its file."""
        services.delete_report(call.account, call.kwargs["id"])

    @operation(
        media_type=tuple(each.partition(";")[0] for each in services.MEDIA_TYPES.values()),
        account=True,
        errors=(NotFound,),
        summary="Download a report",
    )
    @action(detail=True, methods=["get"])
    def download(self, call: Call) -> StreamingHttpResponse:
        """The file, under a plain name."""
        file = services.open_report(call.account, call.kwargs["id"])
        return StreamingHttpResponse(
            file.pieces,
            content_type=file.media_type,
            headers={
                "Content-Disposition": f'attachment; filename="{file.name}"',
                "Content-Length": str(file.size_bytes),
            },
        )
