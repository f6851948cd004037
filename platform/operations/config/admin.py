"""The runtime configuration in the admin, to look at only: settings are changed over REST or by `manage.py config`."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kit.clock import iso_ms_from_ns
from kit.tunables import TUNABLES
from operations.audit.models import AuditEntry
from operations.config.models import ConfigRevision, Setting
from operations.config.table import SettingTable
from operations.live_admin.pages import (
    LiveAdmin,
    ReadOnlyAdmin,
    ValueFilter,
    light,
    link_to,
    link_to_list,
    preformatted,
    value_text,
)

LIGHT_OF_SOURCE = {"default": "off", "environment": "good", "revision": "good"}


class GroupFilter(ValueFilter):
    """By the first part of the key."""

    title = parameter_name = "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every group there is."""
        return [(each, each) for each in sorted({tunable.group for tunable in TUNABLES})]


class KeyFilter(admin.SimpleListFilter):
    """By the key of a revision."""

    title = parameter_name = "key"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Those that were ever changed, also by versions that had others."""
        keys = ConfigRevision.objects.order_by("key").values_list("key", flat=True).distinct()
        return [(each, each) for each in keys]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """The revisions of the key chosen."""
        return queryset if self.value() is None else queryset.filter(key=self.value())


@admin.register(Setting)
class SettingAdmin(LiveAdmin):
    """What is in force."""

    table_class = SettingTable
    help_text = (
        "What is in force in this gateway. Settings are changed over REST (PUT /api/v1/config/KEY/) "
        "or by manage.py config, at once and for good."
    )
    list_display = ("key", "in_force", "default", "allowed", "source_shown", "why", "changed_by")
    list_filter = ("source", GroupFilter)
    search_fields = ("key", "why", "variable", "reason")
    search_help_text = "A part of a key, of what it is for, of its variable, or of why it was changed."
    ordering = ("key",)
    sortable_by = ("key", "source_shown", "changed_by")
    fields = (
        "key", "why", "value", "unit", "source_shown", "fault", "default", "allowed", "type", "variable", "revision",
        "changed_at", "changed_by", "reason", "more",
    )  # fmt: skip
    readonly_fields = ("source_shown", "more")

    @admin.display(description="In force")
    def in_force(self, setting: Setting) -> str:
        """The value with its unit."""
        return f"{setting.value} {setting.unit}".rstrip()

    @admin.display(description="Source", ordering="source")
    def source_shown(self, setting: Setting) -> SafeString:
        """With its sign; one whose value could not be taken says so."""
        if setting.fault:
            return light("bad", "not in force")
        return light(LIGHT_OF_SOURCE[setting.source], setting.source)

    @admin.display(description="See also")
    def more(self, setting: Setting) -> SafeString:
        """Links to its changes."""
        revisions = link_to_list(ConfigRevision, "revisions", key=setting.key)
        return format_html("{} · {}", revisions, link_to_list(AuditEntry, "in the audit", q=setting.key))


@admin.register(ConfigRevision)
class ConfigRevisionAdmin(ReadOnlyAdmin):
    """Every change, newest first."""

    help_text = "Every change of a setting, newest first. Nothing is ever taken out of here."
    list_display = ("number", "key_link", "old", "new", "author", "reason", "time", "action", "trace_link")
    list_filter = ("action", KeyFilter)
    search_fields = ("key", "author", "reason", "trace_id")
    search_help_text = "A part of a key, of who changed it, of the reason, or of a trace id."
    fields = ("number", "key_link", "action", "difference", "became_default", "author", "reason", "time", "trace_link")
    readonly_fields = fields

    @admin.display(description="Key", ordering="key")
    def key_link(self, revision: ConfigRevision) -> SafeString | str:
        """To the setting as it is now."""
        return link_to(Setting, revision.key) if TUNABLES.has(revision.key) else revision.key

    @admin.display(description="Before")
    def old(self, revision: ConfigRevision) -> str:
        """What was in force."""
        return value_text(revision.old_value)

    @admin.display(description="After")
    def new(self, revision: ConfigRevision) -> str:
        """What is in force since."""
        return value_text(revision.new_value)

    @admin.display(description="Difference")
    def difference(self, revision: ConfigRevision) -> SafeString:
        """Both, one above the other."""
        return preformatted(f"- {self.old(revision)}\n+ {self.new(revision)}")

    @admin.display(description="To the default")
    def became_default(self, revision: ConfigRevision) -> str:
        """Whether it put the default back in force."""
        return "yes" if revision.is_default else "no"

    @admin.display(description="Time", ordering="time_ns")
    def time(self, revision: ConfigRevision) -> str:
        """When it was made."""
        return iso_ms_from_ns(revision.time_ns)

    @admin.display(description="Trace id")
    def trace_link(self, revision: ConfigRevision) -> SafeString | str:
        """To the record of the request that made it."""
        trace_id = revision.trace_id
        return link_to_list(AuditEntry, trace_id, trace_id=trace_id) if trace_id else "–"
