"""The audit over REST."""

from collections.abc import Sequence
from typing import Any

from django.http import StreamingHttpResponse

from api.limits import REQUEST_TIMEOUT_S
from api.pagination import Page
from api.viewsets import Answer, ApiViewSet, Call, action, operation
from kit.errors import Unavailable, invalid_field
from operations.audit import services
from operations.audit.export import FORMATS, MEDIA_TYPES
from operations.audit.serializers import AuditEntryOut, AuditExportQuery, AuditQuery, VerificationOut
from operations.audit.services import Filters, Verification

TIMEOUT_MARGIN_S = 1.0
"""A proof that takes too long ends this long before the request's own timeout, to say so in its own words."""

SHORTEST_TIMEOUT_S = 0.5
MAX_TOLD = 5
"""Places that cannot be read and are named one by one."""


class AuditViewSet(ApiViewSet):
    """Who did what, on what, when and with which result."""

    @operation(query=AuditQuery, response=AuditEntryOut, page=True, scope="admin", errors=(Unavailable,))
    def list(self, call: Call) -> Page | Answer:
        """Entries of the journal and of the audit's own table, newest first.

        Where several gateways share a database, the tables of all of them are shown, and the journal of this one. So much
        is read for a page and no more: one may be short, or empty, and still have a next_cursor. What cannot be read, of a
        file that is damaged, is left out, and `message` says so.
        """
        found = services.list_entries(_filters(call.query), limit=call.query.limit, cursor=call.query.cursor)
        return Answer(found, message=_told(found.left_out)) if found.left_out else found

    @operation(
        response=VerificationOut, scope="admin", errors=(Unavailable,), starts_work=True, summary="Prove the chains"
    )
    @action(detail=False)
    async def verify(self, call: Call) -> Verification:
        """Go through every entry of every chain; names the first that was changed, removed or moved."""
        return await services.verify(max(REQUEST_TIMEOUT_S.value - TIMEOUT_MARGIN_S, SHORTEST_TIMEOUT_S))

    @operation(
        query=AuditExportQuery,
        media_type=tuple(MEDIA_TYPES.values()),
        scope="admin",
        errors=(Unavailable,),
        starts_work=True,
        summary="Export entries",
    )
    @action(detail=False)
    async def export(self, call: Call) -> StreamingHttpResponse:
        """All wanted entries as a file, newest first; sent as they are read. One that breaks off is not whole."""
        format_name = call.query.format
        lines = FORMATS[format_name](services.export_entries(_filters(call.query)))
        return StreamingHttpResponse(
            lines,
            content_type=MEDIA_TYPES[format_name],
            headers={"Content-Disposition": f'attachment; filename="audit.{format_name}"'},
        )


def _told(left_out: Sequence[str]) -> str:
    """What a page lacks, in one text that stays readable where much is lost."""
    more = [f"{len(left_out) - MAX_TOLD} more places cannot be read."] if len(left_out) > MAX_TOLD else []
    told = [f"{each.rstrip('.')}." for each in left_out[:MAX_TOLD]]
    return " ".join([*told, *more, "The page lacks them; audit/verify/ says where it is damaged."])


def _filters(query: Any) -> Filters:
    """The filters of a decoded query; `from` is a Python keyword, hence getattr."""
    since_ns, until_ns = getattr(query, "from"), query.to
    if since_ns is not None and until_ns is not None and since_ns > until_ns:
        raise invalid_field("from", "Must not be after `to`.")
    return Filters(
        actor=query.actor,
        action=query.action,
        object=query.object,
        trace_id=query.trace_id,
        since_ns=since_ns,
        until_ns=until_ns,
    )
