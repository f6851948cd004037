"""The gateway as a Django app: it brings the commands, and no models."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """Lets manage.py find `serve`."""

    name = "gateway"
    verbose_name = "Gateway"
