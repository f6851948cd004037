"""What a backup keeps. Apps register their part in `ready()`; the rest of the state follows from it, or is a secret."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from operations.backups.manifest import JournalMark

AUDIT_ORDER = 0
"""First: an entry is written once its change is made, so what it tells of is in what is copied afterwards."""
TABLES_ORDER = 5
"""Before the files: the application's tables name some, which never change, so those that are named are there afterwards."""
FILES_ORDER = 10
SNAPSHOTS_ORDER = 20
"""Before the history: a snapshot needs the ended orders up to its entry, and more do no harm."""
HISTORY_ORDER = 30
JOURNAL_ORDER = 100
"""Last: everything else then belongs to an entry that the journal has."""


class Elsewhere(Protocol):
    """A part that is in a server's database here, and a database of SQLite in every backup. All raise a DomainError."""

    def copy(self, target: Path) -> None:
        """Write it into a new file, as it stands at one moment."""
        ...

    def check_room(self, source: Path) -> None:
        """Refuse where something else is in its place than what that file holds, or what came after it."""
        ...

    def put_back(self, source: Path) -> None:
        """Put what the file holds in its place, all of it or nothing; what is there already stays."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A part of the state: a database of SQLite, or a folder of files that are written whole and never changed.

    `name` is its place in a backup, `find` its place here. Of `is_data` a backup may hold the names alone. `prove` says
    where a journal ends, and raises a DomainError when it does not fit. `is_required` refuses a backup without it.
    `elsewhere` says that it is in a server's database, and not in the file that `find` names.
    """

    name: str
    kind: Literal["database", "folder"]
    find: Callable[[], Path]
    order: int
    is_data: bool = False
    is_required: Callable[[], bool] = lambda: False
    prove: Callable[[Path], JournalMark] | None = None
    elsewhere: Callable[[], Elsewhere | None] = lambda: None


_kept: list[Kept] = []


def register(kept: Kept) -> None:
    """Have it in every backup from now on."""
    assert kept.name not in {each.name for each in _kept}, f"{kept.name} is kept already"
    _kept.append(kept)
    _kept.sort(key=lambda each: each.order)


def registered() -> tuple[Kept, ...]:
    """Everything that is kept, in the order in which it has to be copied."""
    return tuple(_kept)
