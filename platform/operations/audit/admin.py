"""The audit in the admin, to look at only. Registered by `operations.admin`."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from kit.clock import iso_ms_from_ns, ns_from_iso
from operations.audit.models import AuditEntry
from operations.audit.sources import registered
from operations.audit.table import AuditTable
from operations.live_admin.pages import LiveAdmin, ValueFilter, light, link_to_list, preformatted
from operations.live_admin.queryset import LiveQuerySet

LIGHT_OF_RESULT = {"done": "good", "refused": "warn", "failed": "bad"}
MAX_OBJECTS_IN_LIST = 3


class SourceFilter(ValueFilter):
    """By chain."""

    title = parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every chain there is."""
        return [(each.name, each.name) for each in registered()]


class AuditAdmin(LiveAdmin):
    """Who did what, on what, when and with which result."""

    table_class = AuditTable
    help_text = (
        "Every change and every refused write, newest first: entries of the journal, and of the audit's own table (those of "
        "all gateways, where several share a database). "
        "Click an action, who did it or a trace id for all that has the same."
    )
    list_display = (
        "id", "recorded", "result_shown", "action_link", "actor_link", "objects_shown", "code", "account", "trace_link",
    )  # fmt: skip
    list_filter = ("result", SourceFilter, ("time", admin.DateFieldListFilter))
    search_fields = ("trace_id",)
    search_help_text = (
        "In full: a trace id, the id of an order, an account, a key, a job…, an action, or who did it "
        "(user:admin, key:…, an address)."
    )
    ordering = ("-time",)
    sortable_by = ("recorded", "action_link", "actor_link", "account", "result_shown")
    fields = (
        "id", "time", "action_link", "actor_link", "objects_shown", "account", "trace_link", "result_shown", "status",
        "code", "input_shown", "before_shown", "after_shown", "detail_shown", "source", "seq", "hash", "chain",
    )  # fmt: skip
    readonly_fields = (
        "action_link", "actor_link", "objects_shown", "trace_link", "result_shown", "input_shown", "before_shown",
        "after_shown", "detail_shown",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The audit, narrowed by the text of the search box: the index finds it, however old."""
        rows = LiveQuerySet(AuditTable(found_by=request.GET.get("q", "").strip()))
        return rows.order_by(*self.ordering)  # type: ignore[return-value]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """As they are: the table has looked for the text already."""
        return queryset, False

    @admin.display(description="Recorded", ordering="time")
    def recorded(self, entry: AuditEntry) -> str:
        """When, to the millisecond; the page of the entry has all digits."""
        return iso_ms_from_ns(ns_from_iso(entry.time))

    @admin.display(description="Action", ordering="action")
    def action_link(self, entry: AuditEntry) -> SafeString | str:
        """To all that was done in the same way."""
        return link_to_list(AuditEntry, entry.action, action=entry.action)

    @admin.display(description="Who", ordering="actor")
    def actor_link(self, entry: AuditEntry) -> SafeString | str:
        """To all that was done by the same."""
        return link_to_list(AuditEntry, entry.actor, actor=entry.actor) if entry.actor else "the market"

    @admin.display(description="Trace id")
    def trace_link(self, entry: AuditEntry) -> SafeString | str:
        """To all that one request did."""
        return link_to_list(AuditEntry, entry.trace_id, trace_id=entry.trace_id) if entry.trace_id else "–"

    @admin.display(description="Objects")
    def objects_shown(self, entry: AuditEntry) -> SafeString | str:
        """Each with a link to all that was done to it; in the list only the first ones."""
        lines = entry.objects_touched.splitlines()
        shown = lines if entry.chain else lines[:MAX_OBJECTS_IN_LIST]
        links = [(link_to_list(AuditEntry, each, q=each.partition(" ")[2]),) for each in shown]
        if len(shown) < len(lines):
            links.append((f"{len(lines) - len(shown)} more",))
        return format_html_join(", ", "{}", links) or "–"

    @admin.display(description="Result", ordering="result")
    def result_shown(self, entry: AuditEntry) -> SafeString:
        """With its sign."""
        return light(LIGHT_OF_RESULT[entry.result], entry.result)

    @admin.display(description="Input")
    def input_shown(self, entry: AuditEntry) -> SafeString | str:
        """What was asked for."""
        return _document(entry.input)

    @admin.display(description="Before")
    def before_shown(self, entry: AuditEntry) -> SafeString | str:
        """How it was."""
        return _document(entry.before)

    @admin.display(description="After")
    def after_shown(self, entry: AuditEntry) -> SafeString | str:
        """How it is since."""
        return _document(entry.after)

    @admin.display(description="Detail")
    def detail_shown(self, entry: AuditEntry) -> SafeString | str:
        """What else was kept."""
        return _document(entry.detail)


def _document(text: str) -> SafeString | str:
    return preformatted(text) if text else "–"
