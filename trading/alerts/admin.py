"""Alerts in the admin: to look at, to switch off and on, and to acknowledge. Secrets of webhooks are not shown."""

from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from kit.caller import current_caller
from kit.clock import iso_ms_from_ns
from operations.live_admin.pages import Action, ReadOnlyAdmin, act_on, light, link_to
from trading.alerts import services
from trading.alerts.models import AlertEventRow, AlertRuleRow

HIDDEN_FIELD: Final = "webhook_secret"
LIGHT_OF_SEVERITY: Final = {"info": "good", "warning": "warn", "critical": "bad"}


class SwitchOff(Action):
    """Switch rules off."""

    async def act(self, record: AlertRuleRow) -> str:
        """One."""
        await services.switch_rule(record.account, record.id, is_on=False)
        return str(record)


class SwitchOn(Action):
    """Switch rules on, armed anew."""

    async def act(self, record: AlertRuleRow) -> str:
        """One."""
        await services.switch_rule(record.account, record.id, is_on=True)
        return str(record)


class Acknowledge(Action):
    """Say that events were seen."""

    async def act(self, record: AlertEventRow) -> str:
        """One."""
        await services.acknowledge_event(record.account, record.id, by=current_caller().actor)
        return str(record)


@admin.register(AlertRuleRow)
class AlertRuleAdmin(ReadOnlyAdmin):
    """Rules of all accounts, newest first."""

    help_text = "What accounts want to be told of. Rules are made over REST; how far they have come is a second old."
    list_display = ("name", "severity_shown", "is_enabled", "account", "condition_text", "created", "id")
    list_filter = ("severity", "is_enabled")
    search_fields = ("id", "name", "account", "condition_text")
    search_help_text = "The id, the name, the account or the condition, or a part of one."
    fields = ("name", "id", "account", "severity", "is_enabled", "condition_text", "rule", "progress", "created")
    readonly_fields = fields
    actions = ("switch_off", "switch_on")
    record_actions = {"switch_off": "Switch this rule off", "switch_on": "Switch this rule on"}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All rules, without secrets."""
        return super().get_queryset(request).defer(HIDDEN_FIELD)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Whatever is shown may be asked for; an address that asks about secrets would find them out bit by bit."""
        return not lookup.startswith(HIDDEN_FIELD) and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    @admin.display(description="Severity", ordering="severity")
    def severity_shown(self, rule: AlertRuleRow) -> SafeString:
        """With its sign."""
        return light(LIGHT_OF_SEVERITY[rule.severity], rule.severity)

    @admin.display(description="Created", ordering="created_ns")
    def created(self, rule: AlertRuleRow) -> str:
        """When it was made."""
        return iso_ms_from_ns(rule.created_ns)

    @admin.action(description="Switch selected rules off", permissions=["act"])
    def switch_off(self, request: HttpRequest, rows: Any) -> None:
        """They are not evaluated any more."""
        act_on(self, request, rows, SwitchOff, done="switched off")

    @admin.action(description="Switch selected rules on", permissions=["act"])
    def switch_on(self, request: HttpRequest, rows: Any) -> None:
        """They are armed anew."""
        act_on(self, request, rows, SwitchOn, done="switched on")


@admin.register(AlertEventRow)
class AlertEventAdmin(ReadOnlyAdmin):
    """Events of all accounts, newest first."""

    help_text = "What rules told, with what became of their deliveries. An account keeps its newest 10,000."
    list_display = (
        "told", "severity_shown", "rule_link", "kind", "account", "value", "text", "acknowledged", "acknowledged_by",
    )  # fmt: skip
    list_filter = ("severity", "kind", ("acknowledged_ns", admin.EmptyFieldListFilter))
    search_fields = ("id", "rule_id", "rule_name", "account", "text")
    search_help_text = "The id, the rule, the account or the text, or a part of one."
    fields = (
        "id", "rule_link", "account", "severity", "kind", "text", "value", "bar_opened", "market_time", "told",
        "deliveries", "acknowledged", "acknowledged_by",
    )  # fmt: skip
    readonly_fields = fields
    actions = ("acknowledge",)
    record_actions = {"acknowledge": "Acknowledge this event"}

    def may_be_acted_on(self, record: AlertEventRow) -> bool:
        """Until somebody acknowledged it."""
        return record.acknowledged_ns is None

    @admin.display(description="Time", ordering="told_ns")
    def told(self, event: AlertEventRow) -> str:
        """By the machine's clock."""
        return iso_ms_from_ns(event.told_ns)

    @admin.display(description="Severity", ordering="severity")
    def severity_shown(self, event: AlertEventRow) -> SafeString:
        """With its sign."""
        return light(LIGHT_OF_SEVERITY[event.severity], event.severity)

    @admin.display(description="Rule", ordering="rule_name")
    def rule_link(self, event: AlertEventRow) -> SafeString | str:
        """To the rule, which may be gone."""
        return link_to(AlertRuleRow, event.rule_id, event.rule_name)

    @admin.display(description="Market time", ordering="time_ns")
    def market_time(self, event: AlertEventRow) -> str:
        """By the market's clock."""
        return iso_ms_from_ns(event.time_ns)

    @admin.display(description="Bar")
    def bar_opened(self, event: AlertEventRow) -> str:
        """When the bar opened that it fired on."""
        return "–" if event.bar_ns is None else iso_ms_from_ns(event.bar_ns)

    @admin.display(description="Acknowledged", ordering="acknowledged_ns")
    def acknowledged(self, event: AlertEventRow) -> str:
        """When it was."""
        return "–" if event.acknowledged_ns is None else iso_ms_from_ns(event.acknowledged_ns)

    @admin.action(description="Acknowledge selected events", permissions=["act"])
    def acknowledge(self, request: HttpRequest, rows: Any) -> None:
        """Say that they were seen."""
        act_on(self, request, rows, Acknowledge, done="acknowledged")
