"""Orders and fills over REST."""

from typing import Any

from api.pagination import Page
from api.staged import Staged
from api.viewsets import ApiViewSet, Call, action, operation
from kit.errors import Conflict, NotFound, Rejected, Unavailable
from trading.orders import services
from trading.orders.explain_serializers import ExplainOut
from trading.orders.serializers import (
    CancelAllQuery,
    FillOut,
    FillQuery,
    OrderIn,
    OrderOut,
    OrderPreviewOut,
    OrderQuery,
    PlacedOrderOut,
    ReplaceOrderIn,
)


class OrderViewSet(ApiViewSet):
    """Orders of one account."""

    in_rehearsals = True

    @operation(query=OrderQuery, response=OrderOut, page=True, account=True, errors=(NotFound, Unavailable))
    async def list(self, call: Call) -> Page:
        """List orders, newest first; the open ones unless `status` says otherwise."""
        return await services.list_orders(call.account, call.query)

    @operation(
        body=OrderIn,
        response=PlacedOrderOut,
        status=201,
        account=True,
        errors=(NotFound, Conflict, Rejected, Unavailable),
    )
    async def create(self, call: Call) -> Staged:
        """Place an order. It is durable when this answers."""
        if call.body.time_in_force == services.DAY:
            await services.load_calendar(call.body.symbol)
        return services.place_order(call.account, call.body, actor=call.actor)

    @operation(query=CancelAllQuery, response=OrderOut, page=True, account=True, errors=(NotFound, Unavailable))
    async def destroy_all(self, call: Call) -> Staged:
        """Cancel every open order; answers those that were canceled."""
        return services.cancel_all_orders(call.account, call.query.symbol, actor=call.actor)

    @operation(response=OrderOut, account=True, errors=(NotFound, Unavailable))
    async def retrieve(self, call: Call) -> Any:
        """One order."""
        return await services.get_order(call.account, call.kwargs["id"])

    @operation(body=ReplaceOrderIn, response=OrderOut, account=True, errors=(NotFound, Conflict, Rejected, Unavailable))
    async def partial_update(self, call: Call) -> Staged:
        """Change quantity or prices of an open order; it keeps its id, and its place when only the quantity shrinks."""
        return await services.replace_order(call.account, call.kwargs["id"], call.body, actor=call.actor)

    @operation(response=OrderOut, account=True, errors=(NotFound, Conflict, Unavailable))
    async def destroy(self, call: Call) -> Staged:
        """Cancel an order."""
        return await services.cancel_order(call.account, call.kwargs["id"], actor=call.actor)

    @operation(
        body=OrderIn, response=OrderPreviewOut, account=True, errors=(NotFound, Conflict, Unavailable), only_reads=True
    )
    @action(detail=False, methods=["post"])
    async def preview(self, call: Call) -> Any:
        """What the same order would do now: accepted or not, fills, fees, slippage, balances afterwards."""
        if call.body.time_in_force == services.DAY:
            await services.load_calendar(call.body.symbol)
        return services.preview_order(call.account, call.body)

    @operation(response=ExplainOut, account=True, errors=(NotFound, Unavailable))
    @action(detail=True, methods=["get"])
    async def explain(self, call: Call) -> Any:
        """Why the order filled as it did, or did not: its life in words and numbers, of ended orders too."""
        return await services.explain_order(call.account, call.kwargs["id"])


class FillViewSet(ApiViewSet):
    """Fills of one account."""

    in_rehearsals = True

    @operation(query=FillQuery, response=FillOut, page=True, account=True, errors=(NotFound, Unavailable))
    async def list(self, call: Call) -> Page:
        """List fills, newest first."""
        return await services.list_fills(call.account, call.query)
