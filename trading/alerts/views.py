"""Alerts over REST."""

from typing import Any

from api.pagination import Page, PageQuery
from api.viewsets import ApiViewSet, Call, action, operation
from kit.errors import NotFound, Rejected, Unavailable
from trading.alerts import services
from trading.alerts.answers import EventAnswer, RuleAnswer
from trading.alerts.serializers import (
    AlertChangeIn,
    AlertEventOut,
    AlertEventQuery,
    AlertIn,
    AlertOut,
    MadeAlertOut,
)
from trading.alerts.table import Wanted

MAKING: dict[str, Any] = {
    "response": MadeAlertOut,
    "account": True,
    "errors": (NotFound, Rejected, Unavailable),
    "secret": True,
}


class AlertViewSet(ApiViewSet):
    """Rules that watch bars, the account and occurrences."""

    @operation(query=PageQuery, response=AlertOut, page=True, account=True, errors=(Unavailable,))
    async def list(self, call: Call) -> Page:
        """The account's rules, newest first."""
        return services.list_rules(call.account, limit=call.query.limit, cursor=call.query.cursor)

    @operation(body=AlertIn, status=201, **MAKING)
    async def create(self, call: Call) -> RuleAnswer:
        """Make a rule. The secret of its webhook is in this answer alone."""
        return await services.create_rule(call.account, call.body)

    @operation(response=AlertOut, account=True, errors=(NotFound, Unavailable))
    async def retrieve(self, call: Call) -> RuleAnswer:
        """One rule, and how far it has come."""
        return services.get_rule(call.account, call.kwargs["id"])

    @operation(body=AlertIn, **MAKING)
    async def update(self, call: Call) -> RuleAnswer:
        """Replace a rule as a whole, and arm it anew. Another address of its webhook has another secret."""
        return await services.replace_rule(call.account, call.kwargs["id"], call.body)

    @operation(body=AlertChangeIn, **MAKING)
    async def partial_update(self, call: Call) -> RuleAnswer:
        """Change some of a rule. Another condition begins anew; `enabled: true` arms it."""
        return await services.change_rule(call.account, call.kwargs["id"], call.body)

    @operation(status=204, account=True, errors=(NotFound, Unavailable))
    async def destroy(self, call: Call) -> None:
        """Delete a rule; its events stay."""
        await services.delete_rule(call.account, call.kwargs["id"])

    @operation(response=AlertEventOut, status=202, account=True, errors=(NotFound, Unavailable))
    @action(detail=True, methods=["post"])
    async def test(self, call: Call) -> EventAnswer:
        """Send a test message by every channel of a rule; its event tells what became of it."""
        return services.test_rule(call.account, call.kwargs["id"])


class AlertEventViewSet(ApiViewSet):
    """What came of the rules."""

    @operation(query=AlertEventQuery, response=AlertEventOut, page=True, account=True)
    async def list(self, call: Call) -> Page:
        """The account's events, newest first."""
        query = call.query
        wanted = Wanted(
            account=call.account,
            rule_id=query.rule,
            severity=query.severity,
            is_acknowledged=query.acknowledged,
            from_ns=getattr(query, "from"),
            to_ns=query.to,
        )
        return await services.list_events(wanted, limit=query.limit, cursor=query.cursor)

    @operation(response=AlertEventOut, account=True, errors=(NotFound,))
    async def retrieve(self, call: Call) -> EventAnswer:
        """One event, with what became of its deliveries."""
        return await services.get_event(call.account, call.kwargs["id"])

    @operation(response=AlertEventOut, account=True, errors=(NotFound,))
    @action(detail=True, methods=["post"])
    async def acknowledge(self, call: Call) -> EventAnswer:
        """Say that it was seen. Who does so first is noted; again changes nothing."""
        return await services.acknowledge_event(call.account, call.kwargs["id"], by=call.actor)
