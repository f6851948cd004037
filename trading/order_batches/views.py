"""Batches of orders over REST."""

from typing import Any

import msgspec

from api.staged import Staged
from api.viewsets import ApiViewSet, Call, operation
from kit.errors import NotFound, Unavailable
from trading.order_batches import services
from trading.order_batches.serializers import BatchItemOut, OrderBatchIn
from trading.orders.serializers import OrderIn
from trading.orders.services import load_calendars_of


class OrderBatchViewSet(ApiViewSet):
    """Many orders of one account in one call."""

    in_rehearsals = True

    @operation(body=OrderBatchIn, response=BatchItemOut, page=True, account=True, errors=(NotFound, Unavailable))
    async def create(self, call: Call) -> Staged:
        """Place up to 100 orders. Each has an answer of its own; all of them are durable when this answers."""
        await load_calendars_of(call.body.orders)
        return services.place_orders(call.account, call.body.orders, _decoded, actor=call.actor)


def _decoded(order: dict[str, Any]) -> Any:
    """One order of the batch by the contract that it would have alone; raises Invalid."""
    return OrderIn.decode(msgspec.json.encode(order))
