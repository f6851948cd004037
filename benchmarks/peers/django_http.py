"""Stock Django on ASGI with `startproject`'s middleware and DRF's viewset and serializers: an order is echoed."""

import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import django
from django.conf import settings

settings.configure(
    SECRET_KEY=secrets.token_urlsafe(48),
    DEBUG=False,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="benchmarks.peers.django_http",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "rest_framework",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    REST_FRAMEWORK={
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
    },
    USE_TZ=True,
)
django.setup()

from django.core.asgi import get_asgi_application  # noqa: E402 - the apps must be ready
from django.urls import path  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.viewsets import ViewSet  # noqa: E402

from benchmarks.peers.drf_orders import OrderIn, PlacedOrderOut  # noqa: E402


class OrderViewSet(ViewSet):
    """Orders."""

    def create(self, request: Any) -> Response:
        """Validate the order and echo it as an order out."""
        serializer = OrderIn(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(PlacedOrderOut(_order_out(serializer.validated_data)).data, status=201)


def _order_out(order: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    quantity = order.get("quantity") or "0"
    return {
        "id": str(uuid4()),
        "account": "default",
        "symbol": order["symbol"],
        "side": order["side"],
        "type": order["type"],
        "status": "open",
        "status_reason": None,
        "quantity": quantity,
        "notional": order.get("notional"),
        "filled_quantity": "0",
        "remaining_quantity": quantity,
        "price": order.get("price"),
        "stop_price": order.get("stop_price"),
        "average_price": None,
        "time_in_force": order.get("time_in_force") or "gtc",
        "post_only": order["post_only"],
        "client_order_id": order.get("client_order_id"),
        "fees": [],
        "order_list_id": None,
        "fill_policy": "realistic",
        "created_at": now,
        "updated_at": now,
        "replaced_at": None,
        "fills": [],
    }


urlpatterns = [path("orders", OrderViewSet.as_view({"post": "create"}))]
application = get_asgi_application()
