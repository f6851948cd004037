"""Settings of a real server with the echo views: everything of the gateway, nothing of markets and trading."""

from gateway.settings import *  # noqa: F403 - this is how Django's settings are varied
from gateway.settings import INSTALLED_APPS as _ALL_APPS

INSTALLED_APPS = [app for app in _ALL_APPS if app not in ("markets", "trading")]
ROOT_URLCONF = "tests.gateway.served_urls"
