"""The revisions in the admin, to look at only: settings are changed over REST or by `manage.py config`."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from operations.config.models import ConfigRevision


@admin.register(ConfigRevision)
class ConfigRevisionAdmin(admin.ModelAdmin):
    """Every change, newest first."""

    list_display = ("number", "key", "action", "old_value", "new_value", "author", "reason")
    list_filter = ("action", "key")
    search_fields = ("key", "author", "reason", "trace_id")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False
