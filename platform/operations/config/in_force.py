"""What of the runtime configuration is in force in this process.

It lives on the event loop, like everything that reads a tunable; nothing here waits for the database.
"""

import logging
from collections.abc import Callable
from typing import Any, Final

import msgspec

from api.pagination import Page, decode_cursor, encode_cursor
from kit.errors import Invalid
from kit.tunables import TUNABLES, AnyTunable, Registry, Source
from operations.config.revisions import Revision
from operations.health import Health

NEVER_CHANGED: Final = 0
"""The revision of a key that has none."""

log = logging.getLogger(__name__)


class Setting(msgspec.Struct, frozen=True):
    """A tunable as it is shown. `revision` is its newest one, 0 before the first; `changed_at` in UTC nanoseconds.

    `fault` says why a value that was set is not in force.
    """

    key: str
    group: str
    type: str
    value: Any
    default: Any
    source: Source
    unit: str
    why: str
    minimum: float | str | None
    maximum: float | str | None
    choices: list[str] | None
    variable: str | None
    revision: int
    changed_at: int | None
    changed_by: str | None
    reason: str | None
    fault: str | None


class Change(msgspec.Struct, frozen=True):
    """A revision that was put in force in this process; `value` is what holds now, and where it comes from."""

    revision: Revision
    value: Any
    source: Source


class Config:
    """What of the revisions is in force in this process. Everything here but the reading of a table runs on the loop."""

    def __init__(self, tunables: Registry) -> None:
        self._tunables = tunables
        self._newest: dict[str, Revision] = {}
        self._faults: dict[str, str] = {}
        self._listeners: list[Callable[[Change], None]] = []
        self.trouble: str | None = None
        """Why the revisions cannot be read; None while they can."""

    def add_listener(self, listener: Callable[[Change], None]) -> None:
        """Call `listener` on the event loop with every change, once it is in force."""
        self._listeners.append(listener)

    # ---- seeing

    def get(self, key: str) -> Setting:
        """One setting; raises NotFound with the nearest key."""
        return self._shown(self._tunables.find(key))

    def list_settings(self, *, group: str | None, limit: int, cursor: str | None) -> Page:
        """A page of the settings by key, so that those of a group stand together."""
        after = "" if cursor is None else decode_cursor(cursor, str)
        found = [each for each in self._tunables if each.key > after and group in (None, each.group)]
        page = [self._shown(each) for each in found[:limit]]
        return Page(page, encode_cursor(page[-1].key) if len(found) > limit else None)

    def _shown(self, tunable: AnyTunable) -> Setting:
        newest = self._newest.get(tunable.key)
        rule = tunable.rule
        time_ns, author, reason = (None, None, None) if newest is None else (newest.time, newest.author, newest.reason)
        return Setting(
            key=tunable.key,
            group=tunable.group,
            type=rule.type,
            value=tunable.value,
            default=tunable.default,
            source=tunable.source,
            unit=tunable.unit,
            why=tunable.why,
            minimum=rule.minimum,
            maximum=rule.maximum,
            choices=None if rule.choices is None else [*rule.choices],
            variable=tunable.variable,
            revision=NEVER_CHANGED if newest is None else newest.revision,
            changed_at=time_ns,
            changed_by=author,
            reason=reason,
            fault=self._faults.get(tunable.key),
        )

    async def check_health(self) -> Health:
        """Whether what was set is what holds."""
        if self.trouble is not None:
            return Health("degraded", self.trouble)
        if self._faults:
            return Health("degraded", " ".join(f"{key}: {fault}" for key, fault in sorted(self._faults.items())))
        return Health("ok")

    # ---- putting in force

    def restore(self, newest_of_each: list[Revision]) -> None:
        """Begin with what was set before; all that has no revision has its default. Nobody is told."""
        self._newest.clear()
        self._faults.clear()
        changed = {revision.key for revision in newest_of_each}
        for tunable in self._tunables:
            if tunable.key not in changed:
                tunable.override(None)
        for revision in newest_of_each:
            self._enforce(revision)

    def take_effect(self, revision: Revision) -> None:
        """Put a revision in force, unless a newer one of its key is already, and tell who listens."""
        known = self._newest.get(revision.key)
        if known is not None and known.revision >= revision.revision:
            return
        self._enforce(revision)
        if self._tunables.has(revision.key):
            tunable = self._tunables.find(revision.key)
            change = Change(revision, tunable.value, tunable.source)
            log.info("Revision %d: %s is now %s.", revision.revision, revision.key, tunable.value)
            for listener in self._listeners:
                try:
                    listener(change)
                except Exception:  # the change is in force: a fault of one listener must not look like its refusal
                    log.exception("After %s was changed.", revision.key)

    def _enforce(self, revision: Revision) -> None:
        """Let the tunable have the revision's value; its default when it may not have that any more."""
        self._newest[revision.key] = revision
        self._faults.pop(revision.key, None)
        if not self._tunables.has(revision.key):
            log.warning("Revision %d is about %s, which this version does not have.", revision.revision, revision.key)
            return
        tunable = self._tunables.find(revision.key)
        value, fault = value_of(tunable, revision)
        if fault is not None:
            self._faults[revision.key] = fault
            log.warning("%s: %s", revision.key, fault)
        tunable.override(value)


def value_of(tunable: AnyTunable, revision: Revision | None) -> tuple[Any, str | None]:
    """The value that a revision gives its tunable, None for the default; and why it is not the one that was set."""
    if revision is None or revision.is_default:
        return None, None
    try:
        return tunable.check(revision.new_value), None
    except Invalid as refusal:
        allowed = str(refusal.details["value"][0])
        fault = f"Revision {revision.revision} set {revision.new_value!r}, and the default is used. {allowed}"
        return None, fault


CONFIG = Config(TUNABLES)
