"""Streams as a Django app; channels and operations are registered by the apps that own them."""

from django.apps import AppConfig


class StreamsConfig(AppConfig):
    """The WebSocket manager."""

    name = "streams"
    verbose_name = "Streams"
