"""The Django app of the api kit. It has no models and starts nothing; apps above it build on its modules."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Makes the kit an installed app."""

    name = "api"
