"""Keys in the admin: to look at, and to revoke. A key's secret is nowhere, and what is kept of it is not shown either.

Registered by `operations.admin`. Keys are made over REST or by `manage.py key add`, which show the token once.
"""

from typing import Any, Final

from asgiref.sync import sync_to_async
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kit.caller import current_caller
from kit.clock import SYSTEM_CLOCK, iso_ms_from_ns
from kit.errors import Conflict
from operations.audit.models import AuditEntry
from operations.keys.models import ApiKey
from operations.keys.services import revoke_key, status_of
from operations.live_admin.pages import Action, ReadOnlyAdmin, act_on, ask_first, light, link_to_list

HASH_FIELD: Final = "secret_hash"
LIGHT_OF_KEY = {"active": "good", "expired": "warn", "revoked": "off"}


class StatusFilter(admin.SimpleListFilter):
    """By whether they let anybody in."""

    title = parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The three there are."""
        return [(each, each) for each in LIGHT_OF_KEY]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the status chosen, at this moment."""
        ended = Q(expires_ns__lte=SYSTEM_CLOCK.now_ns())
        if self.value() == "active":
            return queryset.filter(~ended | Q(expires_ns=None), revoked_ns=None)
        if self.value() == "expired":
            return queryset.filter(ended, revoked_ns=None)
        return queryset.exclude(revoked_ns=None) if self.value() == "revoked" else queryset


class RevokeKeys(Action):
    """End keys for good."""

    async def act(self, record: ApiKey) -> str:
        """One."""
        if record.revoked_ns is not None:
            raise Conflict(f"It was revoked before, at {_time(record.revoked_ns)}.", code="KEY_REVOKED")
        ended = await sync_to_async(revoke_key)(record.id, revoked_by=current_caller().actor)
        return f"{ended.name} ({ended.id})"


class KeyAdmin(ReadOnlyAdmin):
    """Personal API keys, newest first."""

    help_text = (
        "Keys of programs and people. They are made over REST or by manage.py key add, which show the token once; "
        "it is kept nowhere."
    )
    list_display = (
        "name", "status", "scopes_shown", "accounts_shown", "addresses_shown", "rate", "expires", "last_used", "created",
        "created_by", "id",
    )  # fmt: skip
    list_filter = (StatusFilter,)
    search_fields = ("id", "name", "created_by")
    search_help_text = "The id, the name or who made it, or a part of one."
    fields = (
        "name", "id", "status", "scopes_shown", "accounts_shown", "addresses_shown", "rate", "created", "created_by",
        "expires", "revoked", "last_used", "recorded",
    )  # fmt: skip
    readonly_fields = fields
    actions = ("revoke_keys",)
    record_actions = {"revoke_keys": "Revoke this key"}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All keys, without what is kept of their secrets."""
        return super().get_queryset(request).defer(HASH_FIELD)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Whatever is shown may be asked for: an address that asks about secrets would find them out bit by bit."""
        return not lookup.startswith(HASH_FIELD) and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def may_be_acted_on(self, record: ApiKey) -> bool:
        """As long as it was not revoked."""
        return record.revoked_ns is None

    @admin.display(description="Status")
    def status(self, key: ApiKey) -> SafeString:
        """With its sign."""
        status = status_of(key, SYSTEM_CLOCK.now_ns())
        return light(LIGHT_OF_KEY[status], status)

    @admin.display(description="Scopes")
    def scopes_shown(self, key: ApiKey) -> str:
        """What it may do."""
        return ", ".join(key.scopes)

    @admin.display(description="Accounts")
    def accounts_shown(self, key: ApiKey) -> str:
        """What it is bound to."""
        return ", ".join(key.accounts) or "all"

    @admin.display(description="Addresses")
    def addresses_shown(self, key: ApiKey) -> str:
        """Where it is let in from."""
        return ", ".join(key.addresses) or "any"

    @admin.display(description="Requests a second", ordering="requests_per_s")
    def rate(self, key: ApiKey) -> str:
        """Its own limit."""
        return "default" if key.requests_per_s is None else f"{key.requests_per_s:,g}"

    @admin.display(description="Created", ordering="created_ns")
    def created(self, key: ApiKey) -> str:
        """When it was made."""
        return iso_ms_from_ns(key.created_ns)

    @admin.display(description="Expires", ordering="expires_ns")
    def expires(self, key: ApiKey) -> str:
        """When it ends by itself."""
        return _time(key.expires_ns)

    @admin.display(description="Revoked")
    def revoked(self, key: ApiKey) -> str:
        """When somebody ended it."""
        return _time(key.revoked_ns)

    @admin.display(description="Last used", ordering="last_used_ns")
    def last_used(self, key: ApiKey) -> str:
        """When it last let somebody in, give or take a minute."""
        return _time(key.last_used_ns)

    @admin.display(description="In the audit")
    def recorded(self, key: ApiKey) -> SafeString | str:
        """Links to what was done to it and with it."""
        done_to_it = link_to_list(AuditEntry, "made and revoked", q=key.id)
        return format_html("{} · {}", done_to_it, link_to_list(AuditEntry, "what it did", q=f"key:{key.id}"))

    @admin.action(description="Revoke selected keys", permissions=["act"])
    def revoke_keys(self, request: HttpRequest, rows: Any) -> HttpResponse | None:
        """End them for good."""
        question = ask_first(
            self, request, rows, action="revoke_keys",
            question="Revoke these keys? They are refused from then on, their sockets end, and it cannot be undone.",
        )  # fmt: skip
        if question is not None:
            return question
        act_on(self, request, rows, RevokeKeys, done="revoked")
        return None


def _time(time_ns: int | None) -> str:
    return "never" if time_ns is None else iso_ms_from_ns(time_ns)
