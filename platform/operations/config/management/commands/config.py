"""`manage.py config list|get|set|reset|history|rollback`: the runtime configuration, whether the gateway runs or not.

Changes are written as revisions; a running gateway puts them in force within two seconds, and the next start begins
with them.
"""

import getpass
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from api.pagination import MAX_LIMIT
from kit.caller import Caller
from kit.clock import iso_from_ns
from kit.errors import DomainError
from kit.trace import new_id, set_trace_id
from kit.tunables import TUNABLES
from operations.config import services
from operations.config.in_force import CONFIG, Setting
from operations.config.revisions import Revision, Written
from operations.config.services import MAX_REASON_LENGTH


class Command(BaseCommand):
    """See and change the runtime configuration of this installation's database."""

    help = "See and change settings that apply while the gateway runs; every change can be taken back."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One of six actions, each with its options."""
        actions = parser.add_subparsers(dest="action", required=True)
        listing = actions.add_parser("list", help="every setting, what is in force and where that comes from")
        listing.add_argument("group", nargs="?", help="only those of a group, such as risk")
        showing = actions.add_parser("get", help="one setting with all that is known about it")
        setting = actions.add_parser("set", help="set a value")
        resetting = actions.add_parser("reset", help="back to the default")
        history = actions.add_parser("history", help="the changes of a setting, newest first")
        rollback = actions.add_parser("rollback", help="as it was after one of its revisions; 0: before the first")
        for action in (showing, setting, resetting, history, rollback):
            action.add_argument("key")
        setting.add_argument("value")
        setting.add_argument("--revision", type=int, help="only if this is still the key's newest revision")
        rollback.add_argument("revision", type=int)
        history.add_argument("--limit", type=int, default=20, help="at most so many, 20 if not said")
        for action in (setting, resetting, rollback):
            action.add_argument("--reason", default="", help=f"why, in at most {MAX_REASON_LENGTH} characters")
        for action in (listing, showing, history):
            action.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *_: Any, **options: Any) -> None:
        """Do what was asked; the exit code is 1 when it is refused."""
        set_trace_id(new_id())
        with _told_in_one_line():
            services.restore_all()
            match options["action"]:
                case "list":
                    self._list(options["group"], as_json=options["json"])
                case "get":
                    self._get(options["key"], as_json=options["json"])
                case "history":
                    self._history(options["key"], options["limit"], as_json=options["json"])
                case _:
                    self._change(options)

    def _list(self, group: str | None, *, as_json: bool) -> None:
        found: list[Setting] = [*CONFIG.list_settings(group=group, limit=MAX_LIMIT, cursor=None).items]
        if as_json:
            self._write_json(found)
            return
        for name, settings in groupby(found, key=lambda setting: setting.group):
            self.stdout.write(name)
            for setting in settings:
                revision = f" {setting.revision}" if setting.source == "revision" else ""
                value = f"{_shown(setting.value)} {setting.unit}".strip()
                self.stdout.write(f"  {setting.key} = {value}  ({setting.source}{revision})")
                if setting.fault is not None:
                    self.stdout.write(f"    {setting.fault}")

    def _get(self, key: str, *, as_json: bool) -> None:
        setting = CONFIG.get(key)
        if as_json:
            self._write_json(setting)
            return
        shown = {
            "key": setting.key,
            "value": f"{_shown(setting.value)} {setting.unit}".strip(),
            "source": setting.source,
            "default": _shown(setting.default),
            "allowed": TUNABLES.find(key).rule.allowed,
            "why": setting.why,
            "variable": setting.variable,
            "revision": setting.revision or None,
            "changed by": setting.changed_by,
            "changed at": None if setting.changed_at is None else iso_from_ns(setting.changed_at),
            "reason": setting.reason,
            "fault": setting.fault,
        }
        for name, value in shown.items():
            if value not in (None, ""):
                self.stdout.write(f"{name}: {value}")

    def _history(self, key: str, limit: int, *, as_json: bool) -> None:
        if not 1 <= limit <= MAX_LIMIT:
            raise CommandError(f"--limit must be from 1 to {MAX_LIMIT}.")
        found: list[Revision] = [*services.list_history(key, limit=limit, cursor=None).items]
        if as_json:
            self._write_json(found)
            return
        for each in found:
            change = f"{_shown(each.old_value)} -> {_shown(each.new_value)}{' (default)' if each.is_default else ''}"
            reason = f": {each.reason}" if each.reason else ""
            self.stdout.write(f"{each.revision}  {iso_from_ns(each.time)}  {change}  by {each.author}{reason}")
        if not found:
            self.stdout.write(f"{key} has never changed.")

    def _change(self, options: dict[str, Any]) -> None:
        key, reason, author = options["key"], options["reason"], author_of_command()
        if len(reason) > MAX_REASON_LENGTH or not reason.isprintable():
            raise CommandError(f"--reason must be printable text of at most {MAX_REASON_LENGTH} characters.")
        written: Written
        match options["action"]:
            case "set":
                raw = TUNABLES.find(key).rule.read(options["value"])
                written = services.write_value(key, raw, reason=reason, seen=options["revision"], author=author)
            case "reset":
                written = services.write_default(key, reason=reason, author=author)
            case _:
                written = services.write_rollback(key, options["revision"], reason=reason, author=author)
        newest = written.newest
        if newest is None or not written.is_new:
            self.stdout.write(f"{key} is {_shown(CONFIG.get(key).value)} already; nothing was changed.")
            return
        self.stdout.write(
            f"{key}: {_shown(newest.old_value)} -> {_shown(newest.new_value)} (revision {newest.revision})"
        )

    def _write_json(self, value: Any) -> None:
        self.stdout.write(msgspec.json.encode(value).decode())


@contextmanager
def _told_in_one_line() -> Iterator[None]:
    """Turn a refusal, and a database that does not answer, into the command's last line."""
    try:
        yield
    except DomainError as error:
        raise CommandError(error.message) from error
    except DatabaseError as fault:
        raise CommandError(f"The database does not answer: {fault}. Has `manage.py migrate` been run?") from fault


def author_of_command() -> str:
    """Who is at the keyboard, as far as the machine knows."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "unknown"
    return Caller("system", f"manage.py config, {name}").actor


def _shown(value: Any) -> str:
    """A value as one would type it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
