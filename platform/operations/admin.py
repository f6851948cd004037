"""The admin pages of operations: jobs and idempotent answers here, the audit and the keys beside what they show.

A page of another part is one class here: `ReadOnlyAdmin` for a table in the database, `LiveAdmin` with its `Table` for
what lives in memory. Home gets a tile by `live_admin.overview.register`.
"""

from typing import Any

import msgspec
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.safestring import SafeString

from jobs import services as jobs
from jobs.models import Job
from kit.clock import iso_ms_from_ns
from operations.audit.admin import AuditAdmin
from operations.audit.models import AuditEntry
from operations.keys.admin import KeyAdmin
from operations.keys.models import ApiKey
from operations.live_admin.idempotency import IdempotencyTable
from operations.live_admin.loop import call_on_loop
from operations.live_admin.models import IdempotencyRecord
from operations.live_admin.pages import Action, LiveAdmin, ReadOnlyAdmin, act_on, json_text, light, preformatted

admin.site.register(AuditEntry, AuditAdmin)
admin.site.register(ApiKey, KeyAdmin)

LIGHT_OF_JOB = {
    "queued": "off",
    "running": "good",
    "succeeded": "good",
    "failed": "bad",
    "canceled": "off",
    "interrupted": "warn",
}
UNDER_WAY = ("queued", "running")
PERCENT = 100


class JobChangeList(ChangeList):
    """Jobs out of the table, those under way as the job service has them: their progress is in memory alone."""

    def get_results(self, request: HttpRequest) -> None:
        """Bring the page's jobs up to date."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        bring_up_to_date(self.result_list)


def _recent_jobs() -> list[jobs.JobView]:
    return jobs.recent()


class CancelJobs(Action):
    """End jobs that are queued or running."""

    async def act(self, record: Job) -> str:
        """One."""
        return f"{record.id} is {(await jobs.cancel(record.id)).status}"


def bring_up_to_date(rows: list[Job]) -> None:
    """Put the present state of jobs that are under way, or have just ended, over what the table has."""
    known = {view.id: view for view in call_on_loop(_recent_jobs)}
    for row in rows:
        view = known.get(row.id)
        if view is not None:
            row.status, row.progress, row.message = view.status, view.progress, view.message
            row.result, row.error = view.result, msgspec.to_builtins(view.error)
            row.started_ns, row.finished_ns = view.started_at, view.finished_at


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Long work, newest first."""

    help_text = "Imports and other long work of all accounts. What is under way is shown with its present progress."
    list_display = ("id", "kind", "account", "state", "done", "subject", "created", "finished", "message")
    list_filter = ("status", "kind")
    search_fields = ("id", "kind", "subject", "account", "trace_id", "message")
    fields = (
        "id", "kind", "subject", "account", "state", "done", "message", "created", "started", "finished", "trace_id",
        "given", "outcome", "fault",
    )  # fmt: skip
    readonly_fields = fields
    actions = ("cancel_jobs",)
    record_actions = {"cancel_jobs": "Cancel this job"}

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        """Ours."""
        return JobChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Job | None:
        """One job as it stands."""
        job: Job | None = super().get_object(request, object_id, from_field)
        if job is not None:
            bring_up_to_date([job])
        return job

    def may_be_acted_on(self, record: Job) -> bool:
        """Until it ends."""
        return record.status in UNDER_WAY

    @admin.display(description="Status", ordering="status")
    def state(self, job: Job) -> SafeString:
        """With its sign."""
        return light(LIGHT_OF_JOB[job.status], job.status)

    @admin.display(description="Progress", ordering="progress")
    def done(self, job: Job) -> str:
        """In percent."""
        return f"{job.progress * PERCENT:.0f} %"

    @admin.display(description="Created", ordering="created_ns")
    def created(self, job: Job) -> str:
        """When it was submitted."""
        return iso_ms_from_ns(job.created_ns)

    @admin.display(description="Started", ordering="started_ns")
    def started(self, job: Job) -> str:
        """When a worker took it."""
        return "–" if job.started_ns is None else iso_ms_from_ns(job.started_ns)

    @admin.display(description="Finished", ordering="finished_ns")
    def finished(self, job: Job) -> str:
        """When it ended."""
        return "–" if job.finished_ns is None else iso_ms_from_ns(job.finished_ns)

    @admin.display(description="Spec")
    def given(self, job: Job) -> SafeString:
        """What was asked for."""
        return preformatted(json_text(job.spec))

    @admin.display(description="Result")
    def outcome(self, job: Job) -> SafeString:
        """What came of it."""
        return preformatted(json_text(job.result))

    @admin.display(description="Error")
    def fault(self, job: Job) -> SafeString:
        """Why it failed."""
        return preformatted(json_text(job.error))

    @admin.action(description="Cancel selected jobs", permissions=["act"])
    def cancel_jobs(self, request: HttpRequest, rows: Any) -> None:
        """End jobs that are queued or running."""
        act_on(self, request, rows, CancelJobs, done="canceled")


@admin.register(IdempotencyRecord)
class IdempotencyAdmin(LiveAdmin):
    """Answers kept for repeated writes."""

    table_class = IdempotencyTable
    help_text = (
        "Answers of the last 24 hours to writes that carried an Idempotency-Key: the same write gets the same one."
    )
    list_display = ("key", "account", "state", "status", "body_bytes", "created_at")
    list_filter = ("state", ("created_at", admin.DateFieldListFilter))
    search_fields = ("key", "account")
    ordering = ("-created_at",)
    fields = ("account", "key", "state", "status", "created_at", "content_type", "body_bytes", "fingerprint", "answer")
    readonly_fields = fields

    @admin.display(description="Answer")
    def answer(self, record: IdempotencyRecord) -> SafeString:
        """The body as it was sent."""
        return preformatted(record.body)
