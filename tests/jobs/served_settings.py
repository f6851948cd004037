"""Settings of a real server, or a cluster's worker, that knows the tests' kinds of jobs; nothing of markets and trading."""

from gateway.settings import *  # noqa: F403 - this is how Django's settings are varied
from gateway.settings import INSTALLED_APPS as _ALL_APPS

INSTALLED_APPS = [
    *(app for app in _ALL_APPS if app not in ("markets", "trading")),
    "tests.jobs.served_app.SamplesConfig",
]
ROOT_URLCONF = "tests.jobs.served_urls"
