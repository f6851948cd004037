"""The paths of trading under /api/v1."""

from api.routers import ApiRouter
from trading.accounts.views import AccountViewSet, BalanceViewSet, PositionViewSet
from trading.orders.views import FillViewSet, OrderViewSet

_LIST, *_OTHERS = ApiRouter.routes


class TradingRouter(ApiRouter):
    """The router of resources of which all can be deleted at once: `DELETE orders/` is `destroy_all`."""

    routes = [_LIST._replace(mapping={**_LIST.mapping, "delete": "destroy_all"}), *_OTHERS]


router = TradingRouter()
router.register("orders", OrderViewSet)
router.register("fills", FillViewSet)
router.register("positions", PositionViewSet)
router.register("balances", BalanceViewSet)
router.register("accounts", AccountViewSet)

urlpatterns = router.urls
