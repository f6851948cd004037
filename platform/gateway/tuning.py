"""Ties the runtime parameters of all apps to this installation: the environment's defaults, and what a change applies to."""

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from gateway import limiter, log_level
from gateway.middleware import long_work
from kit.errors import Invalid
from kit.tunables import TUNABLES

DECLARING = (limiter, log_level, long_work)
"""The gateway's own modules that declare some: commands must know them too."""


def adopt_environment(settings: Any) -> None:
    """Let what the environment says be the defaults; `settings` has read it. Raises ImproperlyConfigured."""
    for tunable in TUNABLES:
        if tunable.variable is None:
            continue
        value = getattr(settings, tunable.variable)
        try:
            tunable.check(value)
        except Invalid as fault:
            raise ImproperlyConfigured(f"{tunable.variable}: {fault.message}") from fault
        is_given = bool(os.environ.get(tunable.variable, "").strip()) or value != tunable.code_default
        tunable.take_environment(value if is_given else None)
