"""Analyses over REST. All of it uses the database or files, so every handler runs in a thread."""

from typing import Any

from analytics.backtests.serializers import plain
from analytics.backtests.services import Chosen
from analytics.tasks import services
from analytics.tasks.serializers import AnalysisIn, AnalysisOut, AnalysisOutline, AnalysisQuery
from api.pagination import Page
from api.viewsets import ApiViewSet, Call, Later, operation
from kit.errors import Conflict, NotFound, Unavailable
from operations.jobs_api import JobSerializer, WaitQuery, start_job_later


class AnalysisViewSet(ApiViewSet):
    """What bars say of the symbols they belong to."""

    @operation(query=AnalysisQuery, response=AnalysisOutline, page=True, account=True)
    def list(self, call: Call) -> Page:
        """The account's analyses, newest first."""
        query = call.query
        return services.list_analyses(call.account, kind=query.kind, limit=query.limit, cursor=query.cursor)

    @operation(
        body=AnalysisIn,
        query=WaitQuery,
        response=JobSerializer,
        status=202,
        account=True,
        errors=(NotFound, Conflict, Unavailable),
        starts_work=True,
        summary="Run an analysis",
    )
    def create(self, call: Call) -> Later:
        """Carry out an analysis; the job's result has its `analysis_id`. What can be refused at once is."""
        body = call.body
        sent = plain(body)
        chosen = Chosen(
            symbols=tuple(body.symbols or ()),
            dataset_ids=tuple(body.datasets or ()),
            from_ns=body.from_ns,
            to_ns=body.to_ns,
        )
        spec = services.stage_analysis(
            body.kind,
            sent.get(body.kind, {}),
            chosen,
            interval=body.interval,
            account=call.account,
            name=body.name or "",
        )
        return start_job_later(call, services.RUN_JOB, spec, on_refusal=lambda: None)

    @operation(response=AnalysisOut, account=True, errors=(NotFound,), etag=True)
    def retrieve(self, call: Call) -> Any:
        """One analysis: what was asked, its figures and the series of its picture."""
        return services.get_analysis(call.account, call.kwargs["id"])

    @operation(status=204, account=True, errors=(NotFound,))
    def destroy(self, call: Call) -> None:
        """Delete an analysis."""
        services.delete_analysis(call.account, call.kwargs["id"])
