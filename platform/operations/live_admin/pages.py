"""The admin's pages: to look at only, with actions that go the same way as the API's.

`ReadOnlyAdmin` is for models in the database, `LiveAdmin` for tables in memory. Whoever may view a model sees it;
acting on it takes its change permission.
"""

import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kit.chain import GENESIS_HASH, Record, chain_hash
from kit.errors import DomainError
from operations.live_admin.loop import Turns, run_on_loop
from operations.live_admin.queryset import LiveQuerySet
from operations.live_admin.tables import Table, TableUnreadable

ROWS_A_PAGE = 50
MAX_ACTED_ON = 500
"""Things one action takes on: each is an entry of the journal, and the page waits for all of them."""

MAX_NAMED_FAILURES = 10
ACTION_FIELD = "_selected_action"

log = logging.getLogger(__name__)


class Action(ABC):
    """Something that is done to records, on the event loop; one object for all that were selected."""

    @abstractmethod
    async def act(self, record: Any) -> str:
        """Do it to one record and say so in a few words; raises DomainError."""

    async def settle(self) -> None:  # noqa: B027 - most leave nothing
        """Wait for what `act` left on its way, so that many take no longer than one; raises DomainError."""


class Outcome:
    """What an action did: the things done, and why the others were not."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.failed: list[tuple[str, str]] = []


class ReadOnlyAdmin(admin.ModelAdmin):
    """Nobody adds, changes or deletes here."""

    list_per_page = ROWS_A_PAGE
    list_max_show_all = ROWS_A_PAGE
    show_full_result_count = False
    change_form_template = "operations/record.html"
    change_list_template = "operations/records.html"
    help_text = ""
    """A sentence above the list."""

    record_actions: Mapping[str, str] = {}
    """What the buttons on the page of one record say, by action; an action without a text has no button."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: what may be done is an action."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who has the change permission of the model."""
        options = self.model._meta
        return request.user.has_perm(f"{options.app_label}.change_{options.model_name}")

    def may_be_acted_on(self, record: Any) -> bool:
        """Whether the page of a record offers actions: not where all of them would be refused."""
        return True

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any] | tuple[Any, ...]:
        """Every field, unless the page names them."""
        return (
            list(super().get_fields(request, obj)) if self.fields else [field.name for field in self.model._meta.fields]
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, under the plain name of what it lists."""
        title = str(self.model._meta.verbose_name_plural)
        context = {"title": title[:1].upper() + title[1:], "help_text": self.help_text, **(extra_context or {})}
        return super().changelist_view(request, context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One record, with what may be done to it."""
        name = str(self.model._meta.verbose_name)
        context = {
            "title": name[:1].upper() + name[1:],
            "row_actions": [
                (key, self.record_actions[key]) for key in self.get_actions(request) if key in self.record_actions
            ],
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], add: bool = False, change: bool = False,
        form_url: str = "", obj: Any = None,
    ) -> HttpResponse:  # fmt: skip
        """Without buttons for what cannot be done any more."""
        if not self.may_be_acted_on(obj):
            context["row_actions"] = []
        return super().render_change_form(request, context, add, change, form_url, obj)


class LiveChangeList(ChangeList):
    """A change list over a `LiveQuerySet`."""

    def get_ordering_field(self, field_name: Any) -> Any:
        """The field to sort by; None for one that the table cannot sort by, whatever the address asks for."""
        name = super().get_ordering_field(field_name)
        table: Table = self.root_queryset.table  # type: ignore[attr-defined] # ours, not Django's
        return name if name in table.columns else None

    def get_results(self, request: HttpRequest) -> None:
        """Make the rows of the page, then tell what the table has to say about them."""
        super().get_results(request)
        self.result_list = list(self.result_list)  # now, not while the page is rendered: it may turn out unreadable
        for note in self.root_queryset.table.notes:  # type: ignore[attr-defined] # ours, not Django's
            messages.warning(request, note)


class LiveAdmin(ReadOnlyAdmin):
    """The page of a table in memory."""

    table_class: type[Table]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The table as it stands when it is first read."""
        rows = LiveQuerySet(self.table_class())
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows  # type: ignore[return-value]

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        """Ours."""
        return LiveChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; home, which says why, while it cannot be read."""
        with_context = super().changelist_view
        return self._or_home(request, lambda: with_context(request, extra_context))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One record, likewise."""
        with_context = super().change_view
        return self._or_home(request, lambda: with_context(request, object_id, form_url, extra_context))

    def _or_home(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        try:
            return view()
        except TableUnreadable as reason:
            self.message_user(request, str(reason), messages.ERROR)
        except TimeoutError:
            self.message_user(request, "The gateway is too busy to show that now.", messages.ERROR)
        return HttpResponseRedirect(reverse("admin:index", current_app=self.admin_site.name))


class ValueFilter(admin.SimpleListFilter):
    """A filter by one field whose values are known otherwise than from its choices."""

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those of the value chosen."""
        return queryset if self.value() is None else queryset.filter(**{self.parameter_name or "": self.value()})

    def get_facet_counts(self, pk_attname: str, filtered_qs: Any) -> dict[str, Count]:
        """A count for each value, all of them found in one look through the rows."""
        return {
            f"{place}__c": Count(pk_attname, filter=Q((self.parameter_name, value)))
            for place, (value, _) in enumerate(self.lookup_choices)
        }


# Actions -------------------------------------------------------------------------------------------------------------


def act_on(page: ReadOnlyAdmin, request: HttpRequest, rows: Any, action: Callable[[], Action], *, done: str) -> None:
    """Do something to every selected thing, on the loop, and say what became of each.

    `action` makes it, and can be pickled. `done` completes the sentence "3 orders …".
    """
    chosen = list(rows[: MAX_ACTED_ON + 1])
    if len(chosen) > MAX_ACTED_ON:
        page.message_user(request, f"At most {MAX_ACTED_ON} at once; nothing was done.", messages.ERROR)
        return
    try:
        outcome = run_on_loop(_act_on_all, action, chosen)
    except DomainError as error:
        page.message_user(request, f"It is not certain that anything was done. {error.message}", messages.ERROR)
        return
    except TimeoutError:
        page.message_user(request, "No answer in time; look again whether it took effect.", messages.ERROR)
        return
    _tell(page, request, outcome, done)


async def _act_on_all(kind: Callable[[], Action], chosen: Sequence[Model]) -> Outcome:
    action, outcome, turns = kind(), Outcome(), Turns()
    for record in chosen:
        try:
            outcome.done.append(await action.act(record))
        except DomainError as error:
            outcome.failed.append((str(record.pk), error.message))
        await turns.pause_if_over()
    if outcome.done:
        await action.settle()
    return outcome


def _tell(page: ReadOnlyAdmin, request: HttpRequest, outcome: Outcome, done: str) -> None:
    names = page.model._meta
    if outcome.done:
        count = len(outcome.done)
        name = names.verbose_name if count == 1 else names.verbose_name_plural
        which = f": {outcome.done[0]}" if count == 1 else ""
        page.message_user(request, f"{count} {name} {done}{which}.", messages.SUCCESS)
    for key, reason in outcome.failed[:MAX_NAMED_FAILURES]:
        page.message_user(request, f"{names.verbose_name} {key}: {reason}", messages.ERROR)
    if len(outcome.failed) > MAX_NAMED_FAILURES:
        more = len(outcome.failed) - MAX_NAMED_FAILURES
        page.message_user(request, f"{more} more could not be {done}.", messages.ERROR)


def ask_first(
    page: ReadOnlyAdmin,
    request: HttpRequest,
    rows: Any,
    *,
    action: str,
    question: str,
    inputs: Mapping[str, str] = MappingProxyType({}),
) -> TemplateResponse | None:
    """A page that asks whether to go on; None once it was answered with yes. `inputs` are texts it asks for: name, label."""
    if request.POST.get("confirmed") == "yes":
        return None
    context = {
        **page.admin_site.each_context(request),
        "title": question,
        "opts": page.model._meta,
        "action": action,
        "inputs": inputs,
        "action_field": ACTION_FIELD,
        "selected": request.POST.getlist(ACTION_FIELD),
        "select_across": request.POST.get("select_across", "0"),
        "things": [str(row) for row in rows[:ROWS_A_PAGE]],
        "count": rows.count(),
    }
    return TemplateResponse(request, "operations/confirm_action.html", context)


# How values are shown ------------------------------------------------------------------------------------------------


def link_to(model: type[Model], key: str, text: str = "") -> SafeString | str:
    """A link to the page of one record."""
    options = model._meta
    try:
        url = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=(quote(key),))
    except NoReverseMatch:
        return text or key
    return format_html('<a href="{}">{}</a>', url, text or key)


def link_to_list(model: type[Model], text: str, **lookups: str) -> SafeString | str:
    """A link to the records that fit."""
    options = model._meta
    try:
        url = reverse(f"admin:{options.app_label}_{options.model_name}_changelist", query=lookups)
    except NoReverseMatch:
        return text
    return format_html('<a href="{}">{}</a>', url, text)


def preformatted(text: str) -> SafeString:
    """Text as it is, with its lines and spaces."""
    return format_html('<pre class="document">{}</pre>', text)


def chain_text(record: Record, before: Record | None) -> str:
    """Whether a record's hash is what the one before and its own content make it."""
    if before is None and record.seq > 1:
        return f"Unknown: entry {record.seq - 1} is not kept any more."
    previous = GENESIS_HASH if before is None else before.hash
    origin = "the beginning" if before is None else f"entry {before.seq}"
    if chain_hash(previous, record.seq, record.body) == record.hash:
        return f"✔ The hash follows from {origin} and this content."
    return f"✖ The hash does not follow from {origin} and this content: the chain was changed."


def value_text(value: Any) -> str:
    """A value out of JSON, set out for people: text as it is, digit for digit, and nothing for None."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, indent=2, ensure_ascii=False)


def json_text(document: str | bytes | Mapping[str, Any] | Sequence[Any] | None) -> str:
    """JSON set out for people; what is none stays as it is."""
    if document is None:
        return ""
    if isinstance(document, str | bytes):
        text = document.decode("utf-8", "replace") if isinstance(document, bytes) else document
        try:
            document = json.loads(text)
        except ValueError:
            return text
    return json.dumps(document, indent=2, ensure_ascii=False)


SIGNS = {
    "good": ("●", "good"),
    "warn": ("▲", "warn"),
    "bad": ("✖", "bad"),
    "off": ("○", "off"),
}
"""A light is a sign and a word; its colour only repeats what they say."""


def light(kind: str, word: str) -> SafeString:
    """A state with its sign."""
    sign, name = SIGNS[kind]
    return format_html('<span class="light light-{}"><span aria-hidden="true">{}</span> {}</span>', name, sign, word)
