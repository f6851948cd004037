"""Seeking and scenarios over REST."""

from api.pagination import Page, PageQuery
from api.viewsets import ApiViewSet, Call, operation
from kit.errors import Conflict, NotFound
from markets.answers import FeedShown
from markets.direction import services
from markets.direction.answers import ScenarioShown
from markets.direction.scenarios import ScenarioWish
from markets.direction.serializers import FeedSeekIn, ScenarioIn, ScenarioOut
from markets.serializers import FeedOut


class FeedSeekViewSet(ApiViewSet):
    """Seeking in the feed."""

    @operation(body=FeedSeekIn, response=FeedOut, scope="admin", errors=(NotFound, Conflict), summary="Seek the feed")
    async def create(self, call: Call) -> FeedShown:
        """Go on at another time: the markets close and begin anew there. A replay goes both ways, the simulation ahead."""
        return await services.seek_feed(call.body.time, confirm=call.body.confirm)


class ScenarioViewSet(ApiViewSet):
    """What happens on top of the feed's source: crashes, gaps, wide spreads, thin books, halts."""

    @operation(query=PageQuery, response=ScenarioOut, page=True)
    async def list(self, call: Call) -> Page:
        """The scenarios of the present source, newest first; ended ones too, as long as there is room."""
        return services.list_scenarios(limit=call.query.limit, cursor=call.query.cursor)

    @operation(body=ScenarioIn, response=ScenarioOut, status=201, scope="admin", errors=(NotFound, Conflict))
    async def create(self, call: Call) -> ScenarioShown:
        """Put a scenario on. It runs by the market's clock and ends with the source."""
        body = call.body
        wish = ScenarioWish(
            kind=body.kind,
            symbols=None if body.symbols is None else tuple(body.symbols),
            start_ns=body.start,
            duration_s=body.duration_seconds,
            percent=body.percent,
            times=body.times,
            recovery_s=body.recovery_seconds,
            recovery_percent=body.recovery_percent,
            seed=body.seed,
        )
        return services.add_scenario(wish)

    @operation(response=ScenarioOut, errors=(NotFound,))
    async def retrieve(self, call: Call) -> ScenarioShown:
        """One scenario."""
        return services.get_scenario(call.kwargs["id"])

    @operation(response=ScenarioOut, scope="admin", errors=(NotFound, Conflict))
    async def destroy(self, call: Call) -> ScenarioShown:
        """End a scenario early; answers it as it stands. Its market goes back to the source's own prices by a jump."""
        return services.end_scenario(call.kwargs["id"])
