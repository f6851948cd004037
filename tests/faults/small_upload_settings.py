"""Settings of a gateway that takes small uploads only: nobody sends two gibibytes in a test."""

from gateway.settings import *  # noqa: F403 - this is how Django's settings are varied

UPLOAD_LIMIT = 4 * 1024 * 1024
