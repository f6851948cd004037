"""`manage.py key add|list|revoke`: personal API keys, also while the gateway runs, which notices within seconds."""

import re
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from kit.access import SCOPES
from kit.caller import Caller
from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK, iso_from_ns, ns_from_iso
from kit.errors import DomainError
from operations.keys import services
from operations.keys.services import KeyView, NewKey

BY_COMMAND: Final = Caller("system", "manage.py key").actor
_SECONDS: Final = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION: Final = re.compile(r"(\d{1,5})([mhdw])")


class Command(BaseCommand):
    """Manages keys in the application's database."""

    help = "Make, list and revoke personal API keys."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One of three words, each with its own arguments."""
        words = parser.add_subparsers(dest="word", required=True)
        add = words.add_parser("add", help="make a key and show its token, once")
        add.add_argument("name", help="what the key is for")
        add.add_argument("--scope", action="append", choices=SCOPES, required=True, help="may be given more than once")
        add.add_argument("--account", action="append", default=[], metavar="ID", help="bind it to this account")
        add.add_argument("--expires", metavar="30d|TIME", help="a time in ISO 8601, or so many m, h, d or w from now")
        add.add_argument("--address", action="append", default=[], metavar="CIDR", help="let it in from here alone")
        add.add_argument("--rate", type=float, metavar="N", help="its own requests a second")
        words.add_parser("list", help="show all keys")
        revoke = words.add_parser("revoke", help="end a key for good")
        revoke.add_argument("id", help="as `key list` shows it")

    def handle(self, *_: Any, **options: Any) -> None:
        """Do what was asked; a refusal is told in its own words."""
        try:
            {"add": self._add, "list": self._list, "revoke": self._revoke}[options["word"]](options)
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        except DatabaseError as fault:
            raise CommandError(f"The database does not answer: {fault}. Has `manage.py migrate` been run?") from fault

    def _add(self, options: dict[str, Any]) -> None:
        wanted = NewKey(
            name=options["name"],
            scopes=tuple(options["scope"]),
            accounts=tuple(options["account"]),
            addresses=tuple(options["address"]),
            requests_per_s=options["rate"],
            expires_ns=None if options["expires"] is None else _end_from(options["expires"], SYSTEM_CLOCK.now_ns()),
        )
        made = services.create_key(wanted, created_by=BY_COMMAND)
        self.stderr.write(f"Key {made.id}. Its token is shown this once, and kept nowhere:")
        self.stdout.write(str(made.token))  # alone on stdout, so that a script can take it

    def _list(self, options: dict[str, Any]) -> None:
        before = None
        while page := services.list_keys(limit=services.MAX_KEYS, before=before):
            for key in page:
                self.stdout.write(_line_of(key))
            before = page[-1].id

    def _revoke(self, options: dict[str, Any]) -> None:
        revoked = services.revoke_key(options["id"], revoked_by=BY_COMMAND)
        self.stdout.write(f"Revoked: {_line_of(revoked)}")


def _end_from(text: str, now_ns: int) -> int:
    """When a key ends, in UTC nanoseconds; raises CommandError."""
    if (duration := _DURATION.fullmatch(text)) is not None:
        return now_ns + int(duration[1]) * _SECONDS[duration[2]] * NS_PER_SECOND
    try:
        return ns_from_iso(text)
    except ValueError:
        form = "a time such as 2027-01-01T00:00:00Z or a span such as 30d"
        raise CommandError(f"--expires must be {form}, not {text!r}.") from None


def _line_of(key: KeyView) -> str:
    """A key on one line."""
    parts = [
        key.id,
        key.status,
        ",".join(key.scopes),
        f"accounts={','.join(key.accounts) or 'all'}",
        f"addresses={','.join(key.addresses) or 'any'}",
        f"expires={_time(key.expires_at)}",
        f"last_used={_time(key.last_used_at)}",
        key.name,
    ]
    return "  ".join(parts)


def _time(time_ns: int | None) -> str:
    return "never" if time_ns is None else iso_from_ns(time_ns)
