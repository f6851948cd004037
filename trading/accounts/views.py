"""Accounts, balances and positions over REST."""

from typing import Any

from api.pagination import Page, PageQuery
from api.staged import Staged
from api.viewsets import ApiViewSet, Call, action, operation
from kit.errors import Conflict, NotFound, Rejected, Unavailable
from trading.accounts import services
from trading.accounts.forks import fork_account
from trading.accounts.serializers import (
    AccountChangeIn,
    AccountIn,
    AccountOut,
    BalanceOut,
    ClosePositionQuery,
    EpochOut,
    EpochQuery,
    ForkIn,
    FundsIn,
    PositionOut,
    ResetIn,
)
from trading.orders.serializers import OrderOut, PlacedOrderOut


class AccountViewSet(ApiViewSet):
    """Sandbox accounts."""

    in_rehearsals = True
    account_in_path = "id"

    @operation(query=PageQuery, response=AccountOut, page=True, errors=(Unavailable,))
    async def list(self, call: Call) -> Page:
        """List accounts, newest first."""
        return services.list_accounts(call.query.limit, call.query.cursor, sees=call.access.sees)

    @operation(body=AccountIn, response=AccountOut, status=201, scope="admin", errors=(Conflict, Rejected, Unavailable))
    async def create(self, call: Call) -> Staged:
        """Open an account."""
        return await services.open_account(call.body, actor=call.actor)

    @operation(response=AccountOut, errors=(NotFound, Unavailable))
    async def retrieve(self, call: Call) -> Any:
        """One account."""
        return services.get_account(call.kwargs["id"])

    @operation(body=ResetIn, optional_body=True, response=AccountOut, errors=(NotFound, Unavailable))
    @action(detail=True, methods=["post"])
    async def reset(self, call: Call) -> Staged:
        """Close the account's epoch and begin the next: open orders are canceled, positions and balances start anew."""
        return services.reset_account(call.kwargs["id"], call.body.balances, actor=call.actor)

    @operation(body=AccountChangeIn, response=AccountOut, errors=(NotFound, Rejected, Unavailable))
    async def partial_update(self, call: Call) -> Staged:
        """Change name, fees, fill policy or margin terms; they hold for what happens from now on."""
        return services.change_account(call.kwargs["id"], call.body, actor=call.actor)

    @operation(body=FundsIn, response=AccountOut, errors=(NotFound, Rejected, Unavailable))
    @action(detail=True, methods=["post"])
    async def deposit(self, call: Call) -> Staged:
        """Put money in; it is told apart from profit."""
        return services.move_funds(call.kwargs["id"], call.body, sign=1, actor=call.actor)

    @operation(body=FundsIn, response=AccountOut, errors=(NotFound, Rejected, Unavailable))
    @action(detail=True, methods=["post"])
    async def withdraw(self, call: Call) -> Staged:
        """Take money out, as much as is available: free of orders and of margin."""
        return services.move_funds(call.kwargs["id"], call.body, sign=-1, actor=call.actor)

    @operation(
        body=ForkIn,
        optional_body=True,
        response=AccountOut,
        status=201,
        scope="admin",
        errors=(NotFound, Conflict, Rejected, Unavailable),
    )
    @action(detail=True, methods=["post"])
    async def fork(self, call: Call) -> Staged:
        """Open a copy of the account, as it stands now or stood after an entry of the journal."""
        return await fork_account(call.kwargs["id"], call.body, actor=call.actor)

    @operation(response=EpochOut, page=True, errors=(NotFound, Unavailable))
    @action(detail=True, methods=["get"])
    async def epochs(self, call: Call) -> Page:
        """The epochs of the account, the present one first; orders and fills of one are read with `?epoch=`."""
        return services.list_epochs(call.kwargs["id"])


class BalanceViewSet(ApiViewSet):
    """Balances of one account."""

    in_rehearsals = True

    @operation(query=EpochQuery, response=BalanceOut, page=True, account=True, errors=(NotFound, Unavailable))
    async def list(self, call: Call) -> Page:
        """List balances; those of an epoch that ended are as they were at its end."""
        return services.list_balances(call.account, call.query.epoch)


class PositionViewSet(ApiViewSet):
    """Positions of one account."""

    in_rehearsals = True

    lookup_field = "symbol"

    @operation(query=EpochQuery, response=PositionOut, page=True, account=True, errors=(NotFound, Unavailable))
    async def list(self, call: Call) -> Page:
        """List open positions; those of an epoch that ended are as they were at its end."""
        return services.list_positions(call.account, call.query.epoch)

    @operation(response=OrderOut, page=True, account=True, errors=(NotFound, Unavailable))
    async def destroy_all(self, call: Call) -> Staged:
        """Close every open position by a market order; answers the orders."""
        return services.close_all_positions(call.account, actor=call.actor)

    @operation(response=PositionOut, account=True, errors=(NotFound, Unavailable))
    async def retrieve(self, call: Call) -> Any:
        """The position in one symbol; flat when there is none."""
        return services.get_position(call.account, call.kwargs["symbol"])

    @operation(
        query=ClosePositionQuery,
        response=PlacedOrderOut,
        account=True,
        errors=(NotFound, Rejected, Unavailable),
    )
    async def destroy(self, call: Call) -> Staged:
        """Close a position, or a part of it, by a market order; answers the order."""
        query = call.query
        return services.close_position(
            call.account, call.kwargs["symbol"], quantity=query.quantity, percent=query.percent, actor=call.actor
        )
