"""What a table in memory has to say of itself, so that `LiveQuerySet` can show it. One object serves one page."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Model

from operations.live_admin.columns import Column
from operations.live_admin.conditions import Wanted

MAX_ROWS = 300_000
"""Rows copied for one page. A table that has more shows the newest of them and says so."""


class TableUnreadable(Exception):
    """The rows cannot be had now; the message says why, to whoever asked for the page."""


class Table(ABC):
    """Rows of any kind, newest first, and how they are read. `model` is unmanaged and only says what the fields are."""

    model: ClassVar[type[Model]]
    columns: Mapping[str, Column]
    """What can be searched and sorted by; other fields are only shown."""

    natural_order: ClassVar[str] = ""
    """The field that rows come in the descending order of, if they do: pages by it need no sort."""

    max_scanned: int = MAX_ROWS
    """Rows looked at for a condition; beyond it they count as not there, and a note says so."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        """What whoever reads the page must know: that it is cut, or why it is empty."""
        self._loaded: dict[str, Sequence[Any]] = {}

    def note(self, text: str) -> None:
        """Tell the reader something, once."""
        if text not in self.notes:
            self.notes.append(text)

    def rows(self, wanted: Wanted) -> Sequence[Any]:
        """The rows as they were when this page first asked for them."""
        key = repr(sorted(wanted.items(), key=lambda each: each[0]))
        if key not in self._loaded:
            self._loaded[key] = self.load(wanted)
        return self._loaded[key]

    @abstractmethod
    def load(self, wanted: Wanted) -> Sequence[Any]:
        """The rows now, newest first; those that `wanted` rules out may be left out. Called in a thread."""

    @abstractmethod
    def show(self, rows: Sequence[Any]) -> list[Model]:
        """The rows of one page as instances of the model."""

    def find(self, key: str) -> Any | None:
        """One row by its primary key; None when there is none. NotImplemented means: look through all rows."""
        return NotImplemented
