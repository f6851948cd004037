"""The paths of trading under /api/v1."""

from rest_framework.routers import Route

from api.routers import ApiRouter
from trading.accounts.views import AccountViewSet, BalanceViewSet, PositionViewSet
from trading.orders.views import FillViewSet, OrderViewSet
from trading.portfolio.views import PortfolioViewSet
from trading.rehearsals import urls as rehearsals

_LIST = Route(
    url=r"^{prefix}{trailing_slash}$",
    mapping={"get": "list", "post": "create", "delete": "destroy_all"},
    name="{basename}-list",
    detail=False,
    initkwargs={"suffix": "List"},
)


class TradingRouter(ApiRouter):
    """The router of resources of which all can be deleted at once: `DELETE orders/` is `destroy_all`."""

    routes = [_LIST, *ApiRouter.routes[1:]]


router = TradingRouter()
router.register("orders", OrderViewSet)
router.register("fills", FillViewSet)
router.register("positions", PositionViewSet)
router.register("balances", BalanceViewSet)
router.register("accounts", AccountViewSet)
router.register("portfolio", PortfolioViewSet)

urlpatterns = [*router.urls, *rehearsals.urlpatterns]
