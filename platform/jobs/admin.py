"""The job table in the admin, to look at only: jobs are changed by running them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from jobs.models import Job


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    """Jobs by kind and status."""

    list_display = ("id", "kind", "account", "status", "progress", "message")
    list_filter = ("status", "kind")
    search_fields = ("id", "kind", "account", "trace_id")
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
