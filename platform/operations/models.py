"""Where Django looks for the models of this app."""

from operations.keys.models import ApiKey

__all__ = ["ApiKey"]
