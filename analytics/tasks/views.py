"""Analyses over REST. All of it uses the database or files, so every handler runs in a thread."""

from typing import Any

from analytics.backtests.serializers import plain
from analytics.backtests.services import chosen_by
from analytics.tasks import services
from analytics.tasks.serializers import AnalysisIn, AnalysisOut, AnalysisOutline, AnalysisQuery
from api.pagination import Page
from api.viewsets import ApiViewSet, Call, Later, operation
from kit.errors import Conflict, NotFound, Unavailable
from operations.jobs_api import STARTING_WORK, start_job_later


class AnalysisViewSet(ApiViewSet):
    """What bars say of the symbols they belong to."""

    @operation(query=AnalysisQuery, response=AnalysisOutline, page=True, account=True)
    def list(self, call: Call) -> Page:
        """The account's analyses, newest first."""
        query = call.query
        return services.list_analyses(call.account, kind=query.kind, limit=query.limit, cursor=query.cursor)

    @operation(body=AnalysisIn, summary="Run an analysis", errors=(NotFound, Conflict, Unavailable), **STARTING_WORK)
    def create(self, call: Call) -> Later:
        """Carry out an analysis; the job's result has its `analysis_id`. What can be refused at once is."""
        body = call.body
        sent = plain(body)
        spec = services.stage_analysis(
            body.kind,
            sent.get(body.kind, {}),
            chosen_by(body),
            interval=body.interval,
            account=call.account,
            name=body.name or "",
        )
        return start_job_later(call, services.RUN_JOB, spec)

    @operation(response=AnalysisOut, account=True, errors=(NotFound,), etag=True)
    def retrieve(self, call: Call) -> Any:
        """One analysis: what was asked, its figures and the series of its picture."""
        return services.get_analysis(call.account, call.kwargs["id"])

    @operation(status=204, account=True, errors=(NotFound,))
    def destroy(self, call: Call) -> None:
        """Delete an analysis."""
        services.delete_analysis(call.account, call.kwargs["id"])
