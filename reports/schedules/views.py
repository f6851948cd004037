"""Schedules over REST. All of it uses the database, so every handler runs in a thread."""

from typing import Any

from api.pagination import Page, PageQuery
from api.viewsets import ApiViewSet, Call, Later, operation
from kit.errors import Conflict, NotFound
from reports.schedules import services
from reports.schedules.keeper import KEEPER
from reports.schedules.serializers import ScheduleChangeIn, ScheduleIn, ScheduleOut
from reports.services import asked_from


class ScheduleViewSet(ApiViewSet):
    """Reports of an account that are made again and again."""

    @operation(query=PageQuery, response=ScheduleOut, page=True, account=True)
    def list(self, call: Call) -> Page:
        """The account's schedules, newest first."""
        return services.list_schedules(call.account, limit=call.query.limit, cursor=call.query.cursor)

    @operation(body=ScheduleIn, response=ScheduleOut, status=201, account=True, errors=(NotFound, Conflict))
    def create(self, call: Call) -> Later:
        """Have a report made again and again."""
        body = call.body
        asked = asked_from(body, call.access)
        made = services.create_schedule(call.account, asked, every=body.every, span=body.span, keep=body.keep)
        return _woken(made)

    @operation(response=ScheduleOut, account=True, errors=(NotFound,))
    def retrieve(self, call: Call) -> Any:
        """One schedule: when it is due next, and what came of it last."""
        return services.get_schedule(call.account, call.kwargs["id"])

    @operation(body=ScheduleChangeIn, response=ScheduleOut, account=True, errors=(NotFound,))
    def partial_update(self, call: Call) -> Later:
        """Change when it is due, what span it covers, how many are kept, or switch it off and on."""
        body = call.body
        changed = services.change_schedule(
            call.account, call.kwargs["id"], every=body.every, span=body.span, keep=body.keep, enabled=body.enabled
        )
        return _woken(changed)

    @operation(status=204, account=True, errors=(NotFound,))
    def destroy(self, call: Call) -> None:
        """Make no more of them; the reports that were made stay."""
        services.delete_schedule(call.account, call.kwargs["id"])


def _woken(schedule: services.Schedule) -> Later:
    """The schedule, once the keeper knows of it, which lives on the event loop."""

    async def finish() -> services.Schedule:
        KEEPER.wake()
        return schedule

    return Later(finish)
