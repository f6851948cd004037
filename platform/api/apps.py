"""The Django app of the api kit. It has no models; being an app lets drf-spectacular find its extensions."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Loads the schema extensions, so that OpenAPI knows the kit's own fields."""

    name = "api"

    def ready(self) -> None:
        """Register the OpenAPI extensions by importing the module that declares them."""
        import api.schema  # noqa: F401 - DRF may be imported only once the apps are ready
