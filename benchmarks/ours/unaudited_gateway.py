"""The gateway without its audit: no notes on writes, no records, no index. Only to see what the audit costs."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")

from gateway import settings

settings.MIDDLEWARE.remove("gateway.middleware.audit.record_writes")

import django  # noqa: E402 - the settings come first

django.setup(set_prefix=False)

from django.core.management import call_command  # noqa: E402 - the apps must be ready

from operations.audit import services  # noqa: E402
from operations.lifecycle import LIFECYCLE  # noqa: E402


def main() -> None:
    """Serve."""
    LIFECYCLE._starts = [step for step in LIFECYCLE._starts if step.run not in (services.start, services.start_index)]
    call_command("serve")


if __name__ == "__main__":
    main()
