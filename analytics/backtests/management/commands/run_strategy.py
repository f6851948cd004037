"""`manage.py run_strategy NAME`: trade a strategy in Python from this process, over the public API of a gateway."""

import asyncio
import json
import os
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.backtests.owner_code import OwnerCode
from analytics.backtests.strategy_files import find_strategy, values_of
from analytics.python_runs.deciding import Wish
from analytics.python_runs.public_api import PublicApi, Refused
from analytics.python_runs.running import PythonRun
from kit.errors import DomainError
from kit.http_pool import HttpPool
from markets.updates import INTERVALS

KEY: Final = "STRATEGY_KEY"
"""The environment variable that holds the key; command lines are read by others."""


class Command(BaseCommand):
    """Follows the bars of one symbol until it is interrupted; orders and positions stay as they are then."""

    help = "Trade a strategy of STRATEGY_DIR over the API of a gateway. The key, if one is needed, is in STRATEGY_KEY."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What it trades, and where."""
        parser.add_argument("name", help="Of the file, without .py.")
        parser.add_argument("--symbol", required=True)
        parser.add_argument("--interval", default="1m", choices=tuple(INTERVALS))
        parser.add_argument("--quantity", required=True, type=decimal, help="Of the base asset, for each entry.")
        parser.add_argument("--allow-short", action="store_true", help="Needs a margin account that allows it.")
        parser.add_argument("--parameters", type=json.loads, default={}, metavar="JSON", help='Such as {"fast": 10}.')
        parser.add_argument("--account", default="default")
        parser.add_argument("--rehearsal", help="The id of one; left out: the main market.")
        parser.add_argument("--url", default="http://127.0.0.1:8080")

    def handle(self, *_: Any, **options: Any) -> None:
        """Run until it is interrupted; what the strategy's code or the gateway refuses ends it with a sentence."""
        try:
            asyncio.run(self._run(options))
        except (DomainError, Refused) as refusal:
            raise CommandError(str(refusal)) from refusal
        except KeyboardInterrupt:
            self.stdout.write("Stopped; orders and positions are as they were.")

    async def _run(self, options: dict[str, Any]) -> None:
        file, declared = find_strategy(Path(settings.STRATEGY_DIR), options["name"])
        values = values_of(declared, options["parameters"], "parameters")
        wish = Wish(**{name: options[name] for name in Wish.__struct_fields__})
        pool = HttpPool()
        # Whoever starts it says where the gateway is: here, or in a network of one's own.
        pool.allow_private_networks(True)
        api = PublicApi(
            pool.session(),
            options["url"],
            account=options["account"],
            key=os.environ.get(KEY),
            rehearsal=options["rehearsal"],
        )
        try:
            await PythonRun(wish, OwnerCode(file), values, api, self._tell).follow()
        finally:
            await pool.close()

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def decimal(text: str) -> Decimal:
    """A quantity; raises ValueError, as argparse asks for."""
    try:
        found = Decimal(text)
    except InvalidOperation as fault:
        raise ValueError(text) from fault
    if not (found.is_finite() and found > 0):
        raise ValueError(text)
    return found
