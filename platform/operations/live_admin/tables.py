"""What a table in memory or in files has to say of itself, so that `LiveQuerySet` can show it. One object serves one page.

The page has a table to speak of it: its fields and columns, and what can be asked. The rows are where the gateway is. So a
table that is sent from one to the other is not copied: it is named, and stands there for the one that has the rows.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any, ClassVar

from django.db.models import Model, Q

from kit.trace import new_id
from operations.live_admin.columns import Column
from operations.live_admin.conditions import Wanted

MAX_ROWS = 300_000
"""Rows copied for one page. A table that has more shows the newest of them and says so."""


class TableUnreadable(Exception):
    """The rows cannot be had now; the message says why, to whoever asked for the page."""


class Table(ABC):
    """Rows of any kind, newest first, and how they are read. `model` is unmanaged and only says what the fields are.

    Either a `LiveTable` or a `StoredTable`. `arguments` make the same table again.
    """

    model: ClassVar[type[Model]]
    columns: Mapping[str, Column]
    """What can be searched and sorted by; other fields are only shown."""

    natural_order: ClassVar[str] = ""
    """The field that rows come in the descending order of, if they do: pages by it need no sort."""

    max_scanned: int = MAX_ROWS
    """Rows looked at for a condition; beyond it they count as not there, and a note says so."""

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments
        self.name = new_id()
        self.notes: list[str] = []
        """What whoever reads the page must know: that it is cut, or why it is empty."""
        self.is_open = False
        self.loaded: dict[str, Sequence[Any]] = {}
        self.found: dict[tuple[Q, ...], Sequence[Any]] = {}

    def __reduce__(self) -> Any:
        return _named_table, (type(self), self.arguments, self.name)

    def note(self, text: str) -> None:
        """Tell the reader something, once."""
        if text not in self.notes:
            self.notes.append(text)

    def open(self) -> None:  # noqa: B027 - most have nothing to do
        """Get hold of what the rows come from, on the event loop, before anything is asked."""

    @abstractmethod
    def show(self, row: Any) -> Model:
        """A row as an instance of the model."""


class LiveTable(Table):
    """Rows in memory: everything happens on the event loop, so nothing may take long at a time."""

    @abstractmethod
    async def load(self, wanted: Wanted) -> Sequence[Any]:
        """The rows now, newest first; those that `wanted` rules out may be left out."""

    async def find(self, key: str) -> Any | None:
        """One row by its primary key; None when there is none. NotImplemented means: look through all rows."""
        return NotImplemented


class StoredTable(Table):
    """Rows in files: they are read, searched and shown in a thread."""

    @abstractmethod
    def load(self, wanted: Wanted) -> Sequence[Any]:
        """The rows now, newest first; those that `wanted` rules out may be left out."""

    def find(self, key: str) -> Any | None:
        """One row by its primary key; None when there is none. NotImplemented means: look through all rows."""
        return NotImplemented


_tables: ContextVar[dict[str, Table] | None] = ContextVar("tables", default=None)


def begin_page() -> None:
    """Keep the tables that are named from here on, in this context, for as long as it lasts."""
    _tables.set({})


def _named_table(kind: type[Table], arguments: tuple[Any, ...], name: str) -> Table:
    """The table of that name, made when it is first heard of."""
    tables = _tables.get()
    known = {} if tables is None else tables
    if name not in known:
        known[name] = kind(*arguments)
        known[name].name = name
    return known[name]
