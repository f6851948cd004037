"""Order lists over REST."""

from typing import Any

from api.pagination import Page
from api.staged import Staged
from api.viewsets import ApiViewSet, Call, operation
from kit.errors import Conflict, NotFound, Rejected, Unavailable
from trading.order_lists import services
from trading.order_lists.serializers import OrderListIn, OrderListOut, OrderListQuery, PlacedOrderListOut
from trading.orders.services import DAY, load_calendar


class OrderListViewSet(ApiViewSet):
    """Order lists of one account."""

    in_rehearsals = True

    @operation(query=OrderListQuery, response=OrderListOut, page=True, account=True, errors=(NotFound, Unavailable))
    async def list(self, call: Call) -> Page:
        """List order lists, newest first; those that are executing unless `status` says otherwise."""
        return await services.list_order_lists(call.account, call.query)

    @operation(
        body=OrderListIn,
        response=PlacedOrderListOut,
        status=201,
        account=True,
        errors=(NotFound, Conflict, Rejected, Unavailable),
    )
    async def create(self, call: Call) -> Staged:
        """Place an oco, an oto or a bracket: all of its orders or none. It is durable when this answers."""
        if any(leg.time_in_force == DAY for leg in services.legs_asked_for(call.body)):
            await load_calendar(call.body.symbol)
        return services.place_order_list(call.account, call.body, actor=call.actor)

    @operation(response=OrderListOut, account=True, errors=(NotFound, Unavailable))
    async def retrieve(self, call: Call) -> Any:
        """One order list with its orders."""
        return await services.get_order_list(call.account, call.kwargs["id"])

    @operation(response=OrderListOut, account=True, errors=(NotFound, Conflict, Unavailable))
    async def destroy(self, call: Call) -> Staged:
        """Cancel every order of a list that is still open."""
        return await services.cancel_order_list(call.account, call.kwargs["id"], actor=call.actor)
