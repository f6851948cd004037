"""The portfolio history over REST."""

from typing import Any

from api.viewsets import ApiViewSet, Call, action, operation
from kit.errors import NotFound, Unavailable
from trading.portfolio import services
from trading.portfolio.serializers import PortfolioHistoryOut, PortfolioHistoryQuery


class PortfolioViewSet(ApiViewSet):
    """What an account was worth over time."""

    in_rehearsals = True

    @operation(query=PortfolioHistoryQuery, response=PortfolioHistoryOut, account=True, errors=(NotFound, Unavailable))
    @action(detail=False, methods=["get"])
    async def history(self, call: Call) -> Any:
        """Equity, profit and drawdown over time; deposits and withdrawals are told apart from profit."""
        return await services.portfolio_history(call.account, call.query)
