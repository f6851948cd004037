"""Rehearsals over REST."""

from api.pagination import Page, PageQuery
from api.viewsets import ApiViewSet, Call, operation
from kit.errors import Conflict, NotFound, Unavailable
from markets.direction import services as direction
from trading.accounts.services import AccountSetup
from trading.rehearsals import services
from trading.rehearsals.serializers import RehearsalIn, RehearsalOut
from trading.rehearsals.services import RehearsalShown, RehearsalWish


class RehearsalViewSet(ApiViewSet):
    """Feeds and exchanges of their own beside the main ones, in memory alone."""

    @operation(query=PageQuery, response=RehearsalOut, page=True)
    async def list(self, call: Call) -> Page:
        """The rehearsals that go on, newest first."""
        return services.list_rehearsals(limit=call.query.limit, cursor=call.query.cursor)

    @operation(
        body=RehearsalIn,
        optional_body=True,
        response=RehearsalOut,
        status=201,
        scope="admin",
        errors=(NotFound, Conflict, Unavailable),
    )
    async def create(self, call: Call) -> RehearsalShown:
        """Begin one. Requests with `X-Rehearsal: ID` trade, read and direct the feed in it; nothing of it is durable."""
        body, account = call.body, call.body.account
        wish = RehearsalWish(
            name=body.name,
            source=body.source,
            dataset=body.dataset,
            seed=body.seed,
            speed=body.speed,
            is_paused=body.paused,
            scenarios=[direction.wish_of(scenario) for scenario in body.scenarios],
            account=None
            if account is None
            else AccountSetup(
                type=account.type,
                base_currency=account.base_currency,
                balances=account.balances,
                allow_short=account.allow_short,
                fill_policy=account.fill_policy,
                fees=account.fees,
            ),
        )
        return await services.open_rehearsal(wish, actor=call.actor)

    @operation(response=RehearsalOut, errors=(NotFound,))
    async def retrieve(self, call: Call) -> RehearsalShown:
        """One rehearsal, and where its feed stands."""
        return services.get_rehearsal(call.kwargs["id"])

    @operation(response=RehearsalOut, scope="admin", errors=(NotFound,))
    async def destroy(self, call: Call) -> RehearsalShown:
        """End a rehearsal and everything in it; answers how it stood."""
        return await services.end_rehearsal(call.kwargs["id"])
