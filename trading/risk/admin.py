"""The admin's page for the trading state of all accounts at once, which belongs to the list of accounts."""

from typing import Any, Final

import msgspec
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from kit.caller import current_caller
from kit.errors import DomainError
from operations.live_admin.loop import call_on_loop, run_on_loop
from operations.live_admin.pages import LiveAdmin, light
from trading.risk import services as risk
from trading.risk.answers import StateAnswer, StatesAnswer, state_answer
from trading.sandbox.limits import ACTIVE, MAX_REASON_LENGTH, TradingState
from trading.services import get_desk

LIGHT_OF_STATE: Final = {"ACTIVE": "good", "REDUCING": "warn", "HALTED": "bad"}
DONE: Final = {
    "ACTIVE": "All accounts were resumed",
    "REDUCING": "All accounts may only reduce",
    "HALTED": "All accounts were halted",
}
PAGE: Final = "trading_everybody"


class Everybody(msgspec.Struct, frozen=True):
    """The state of all accounts, and what a change of it would meet."""

    state: StateAnswer
    accounts: int
    with_a_state_of_their_own: int
    open_orders: int
    positions: int


class StateForm(forms.Form):
    """Into which state, why, and what becomes of orders and positions."""

    state = forms.ChoiceField(choices=[(state.value, state.value) for state in TradingState])
    reason = forms.CharField(max_length=MAX_REASON_LENGTH)
    cancel_orders = forms.BooleanField(required=False)
    close_positions = forms.BooleanField(required=False)


class EverybodyPages(LiveAdmin):
    """A list of accounts with a page beside it on which all of them are halted and resumed."""

    change_list_template = "trading/accounts.html"

    def get_urls(self) -> list[URLPattern]:
        """With that page; it comes first, for the last of Django's takes every path."""
        view = require_http_methods(["GET", "HEAD", "POST"])(self.show_everybody)
        return [path("everybody/", self.admin_site.admin_view(view), name=PAGE), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to that page for who may act."""
        return super().changelist_view(
            request, {"may_act_on_everybody": self.has_act_permission(request), **(extra_context or {})}
        )

    def show_everybody(self, request: HttpRequest) -> HttpResponse:
        """What a change would meet, and the form for it; with the form's POST, the change."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        form = StateForm(request.POST) if request.method == "POST" else StateForm(initial={"cancel_orders": True})
        if form.is_bound and form.is_valid():
            self._change(request, form.cleaned_data)
            return HttpResponseRedirect(reverse(f"admin:{PAGE}", current_app=self.admin_site.name))
        try:
            everybody = call_on_loop(_look)
        except (DomainError, TimeoutError):
            self.message_user(request, "The exchange cannot be asked now.", messages.ERROR)
            return HttpResponseRedirect(reverse("admin:index", current_app=self.admin_site.name))
        context = {
            **self.admin_site.each_context(request),
            "title": "All accounts",
            "opts": self.model._meta,
            "everybody": everybody,
            "light": light(LIGHT_OF_STATE[everybody.state.state], everybody.state.state),
            "form": form,
        }
        return TemplateResponse(request, "trading/everybody.html", context)

    def _change(self, request: HttpRequest, wanted: dict[str, Any]) -> None:
        try:
            done = run_on_loop(
                _set_state, wanted["state"], wanted["reason"], wanted["cancel_orders"], wanted["close_positions"]
            )
        except DomainError as error:
            self.message_user(request, f"It is not certain that anything was done. {error.message}", messages.ERROR)
        except TimeoutError:
            self.message_user(request, "No answer in time; look again whether it took effect.", messages.ERROR)
        else:
            canceled, closing = done.canceled_orders, len(done.closing_orders)
            told = f"{canceled} order{pluralize(canceled)} canceled, {closing} sent to close positions."
            self.message_user(request, f"{DONE[done.state]}: {told}", messages.SUCCESS)


# On the event loop -----------------------------------------------------------------------------------------------------


def _look() -> Everybody:
    published = get_desk().published
    accounts = published.accounts.values()
    return Everybody(
        state=state_answer(published.everyone.record),
        accounts=len(accounts),
        with_a_state_of_their_own=sum(each.account.risk.state is not ACTIVE for each in accounts),
        open_orders=sum(each.present.open_count for each in accounts),
        positions=sum(
            bool(position.quantity_lots) for each in accounts for position in each.account.positions.values()
        ),
    )


async def _set_state(state: str, reason: str, cancel_orders: bool, close_positions: bool) -> StatesAnswer:
    is_stop = state != ACTIVE.value
    staged = risk.set_state(
        None,
        state,
        reason=reason,
        actor=current_caller().actor,
        cancel_orders=is_stop and cancel_orders,
        close_positions=is_stop and close_positions,
    )
    if staged.error is not None:
        raise staged.error
    await staged.commit(None)
    answer: StatesAnswer = staged.value
    return answer
