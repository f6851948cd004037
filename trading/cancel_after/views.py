"""The dead-man switch over REST."""

from typing import Any

from api.staged import Staged
from api.viewsets import ApiViewSet, Call, operation
from kit.errors import NotFound, Unavailable
from trading.cancel_after import services
from trading.cancel_after.serializers import CancelAfterIn, CancelAfterOut


class CancelAfterViewSet(ApiViewSet):
    """The dead-man switch of one account."""

    in_rehearsals = True

    @operation(response=CancelAfterOut, account=True, errors=(NotFound, Unavailable))
    async def retrieve(self, call: Call) -> Any:
        """When the account's orders are canceled unless the switch is renewed."""
        return services.get_cancel_after(call.account)

    @operation(body=CancelAfterIn, response=CancelAfterOut, account=True, errors=(NotFound, Unavailable))
    async def create(self, call: Call) -> Staged:
        """Cancel every open order of the account in so many seconds, unless this is called again; 0 ends it."""
        return services.set_cancel_after(call.account, call.body.seconds, actor=call.actor)
