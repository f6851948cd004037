"""Risk over REST."""

from typing import Any

from api.staged import Staged
from api.viewsets import ApiViewSet, Call, operation
from kit.errors import Forbidden, NotFound, Unavailable
from trading.risk import services
from trading.risk.serializers import AccountLimitsOut, HaltIn, ResumeIn, RiskLimitsIn, RiskOut, TradingStatesOut


class RiskViewSet(ApiViewSet):
    """The risk of one account, and the halting of one or all."""

    in_rehearsals = True

    @operation(response=RiskOut, account=True, errors=(NotFound, Unavailable))
    async def retrieve(self, call: Call) -> Any:
        """States, exposure, use of each limit, value at risk and expected shortfall."""
        return await services.get_risk(call.account)

    @operation(response=AccountLimitsOut, account=True, errors=(NotFound, Unavailable))
    async def limits(self, call: Call) -> Any:
        """The account's own limits, and those in force."""
        return services.get_limits(call.account)

    @operation(body=RiskLimitsIn, response=AccountLimitsOut, account=True, errors=(NotFound, Unavailable))
    async def put_limits(self, call: Call) -> Staged:
        """Replace the whole set of the account's own limits."""
        return services.put_limits(call.account, call.body, actor=call.actor)

    @operation(body=HaltIn, response=TradingStatesOut, account=True, errors=(Forbidden, NotFound, Unavailable))
    async def halt(self, call: Call) -> Staged:
        """Stop trading of the account, or with `scope: all` of every account, or let it only reduce positions."""
        body = call.body
        return services.set_state(
            _account_of(call),
            body.state,
            reason=body.reason,
            actor=call.actor,
            cancel_orders=body.cancel_orders,
            close_positions=body.close_positions,
        )

    @operation(body=ResumeIn, response=TradingStatesOut, account=True, errors=(Forbidden, NotFound, Unavailable))
    async def resume(self, call: Call) -> Staged:
        """Let the account, or with `scope: all` every account, trade again. Its losses count from the present equity."""
        return services.resume(_account_of(call), reason=call.body.reason, actor=call.actor)


def _account_of(call: Call) -> str | None:
    """The account that is meant, or None for all: there a key must administer, and be bound to no accounts."""
    if call.body.scope == "account":
        return call.account
    call.access.require("admin")
    if call.access.accounts:
        raise Forbidden("The key is bound to accounts; scope all is not among them.", details={"scope": ["all"]})
    return None
