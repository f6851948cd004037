"""What Django's admin notes in its own log, for the audit too: which object was added, changed or deleted, and how."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from kit.trail import note_change


class Recorded:
    """Mixed into every page of a model: its log entries are noted for the record of the write."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Something was added."""
        note_change(action=_action(obj, "add"), subject=_subject(obj), after={"name": str(obj), "log": message})
        return super().log_addition(request, obj, message)  # type: ignore[misc]

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Something was changed."""
        note_change(action=_action(obj, "change"), subject=_subject(obj), after={"name": str(obj), "log": message})
        return super().log_change(request, obj, message)  # type: ignore[misc]

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Some things are about to be deleted."""
        for obj in queryset:
            note_change(action=_action(obj, "delete"), subject=_subject(obj), before={"name": str(obj)})
        return super().log_deletions(request, queryset)  # type: ignore[misc]


class RecordedAdminSite(AdminSite):
    """A site whose pages are recorded, Django's own for users and groups included."""

    def register(
        self, model_or_iterable: Any, admin_class: "type[ModelAdmin[Any]] | None" = None, **options: Any
    ) -> None:
        """Register a page with the notes mixed in, as Django itself mixes in options."""
        page = admin_class or ModelAdmin
        if not issubclass(page, Recorded):
            page = type(page.__name__, (Recorded, page), {"__module__": page.__module__, "__doc__": page.__doc__})
        super().register(model_or_iterable, page, **options)


def name_of_user(request: HttpRequest) -> str | None:
    """The name of who is logged in, or was until this request, as far as Django has looked.

    It is not asked to look, which would wait for the database: what is still lazy is passed over.
    """
    for user in (getattr(request, "_cached_user", None), vars(request).get("user")):
        if user is not None and type(user) is not SimpleLazyObject and user.is_authenticated:
            return str(user.get_username())
    return None


def _subject(obj: Any) -> tuple[str, str]:
    return str(obj._meta.model_name), str(obj.pk)


def _action(obj: Any, verb: str) -> str:
    return f"admin.{obj._meta.app_label}_{obj._meta.model_name}_{verb}"
