"""Seeking and scenarios over REST."""

from api.pagination import Page, PageQuery
from api.viewsets import ApiViewSet, Call, operation
from kit.errors import Conflict, NotFound
from markets.answers import FeedShown
from markets.direction import services
from markets.direction.answers import ScenarioShown
from markets.direction.contracts import ScenarioIn
from markets.direction.serializers import FeedSeekIn, ScenarioOut
from markets.serializers import FeedOut


class FeedSeekViewSet(ApiViewSet):
    """Seeking in the feed."""

    in_rehearsals = True

    @operation(body=FeedSeekIn, response=FeedOut, scope="admin", errors=(NotFound, Conflict), summary="Seek the feed")
    async def create(self, call: Call) -> FeedShown:
        """Go on at another time: the markets close and begin anew there. A replay goes both ways, the simulation ahead."""
        return await services.seek_feed(call.body.time, confirm=call.body.confirm)


class ScenarioViewSet(ApiViewSet):
    """What happens on top of the feed's source: crashes, gaps, wide spreads, thin books, halts."""

    in_rehearsals = True

    @operation(query=PageQuery, response=ScenarioOut, page=True)
    async def list(self, call: Call) -> Page:
        """The scenarios of the present source, newest first; ended ones too, as long as there is room."""
        return services.list_scenarios(limit=call.query.limit, cursor=call.query.cursor)

    @operation(body=ScenarioIn, response=ScenarioOut, status=201, scope="admin", errors=(NotFound, Conflict))
    async def create(self, call: Call) -> ScenarioShown:
        """Put a scenario on. It runs by the market's clock and ends with the source."""
        return services.add_scenario(services.wish_of(call.body))

    @operation(response=ScenarioOut, errors=(NotFound,))
    async def retrieve(self, call: Call) -> ScenarioShown:
        """One scenario."""
        return services.get_scenario(call.kwargs["id"])

    @operation(response=ScenarioOut, scope="admin", errors=(NotFound, Conflict))
    async def destroy(self, call: Call) -> ScenarioShown:
        """End a scenario early; answers it as it stands. Its market goes back to the source's own prices by a jump."""
        return services.end_scenario(call.kwargs["id"])
