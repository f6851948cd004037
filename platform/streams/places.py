"""Places: worlds beside the main one that the same hub serves, such as rehearsals, each with streams of its own.

A socket is at one place for its whole life. Channels whose kind is `placed` exist once at each; the others, such as the
log, are the same everywhere. Whoever has such worlds says here how they are told apart; the main one is `""`.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from kit.errors import NotFound

MAIN = ""

Enter = Callable[[str], AbstractContextManager[Any]]
HasAccount = Callable[[str, str], bool]


class Places:
    """The places of this process."""

    def __init__(self) -> None:
        self._enter: Enter | None = None
        self._has_account: HasAccount | None = None

    def register(self, *, enter: Enter, has_account: HasAccount) -> None:
        """Say how work is done at a place, and whether an account is there; both raise NotFound for no place."""
        self._enter, self._has_account = enter, has_account

    def enter(self, place: str) -> AbstractContextManager[Any]:
        """Work at a place for the time of a `with`; raises NotFound when there is none."""
        if place == MAIN:
            return nullcontext()
        if self._enter is None:
            raise _unknown(place)
        return self._enter(place)

    def has_account(self, place: str, account: str) -> bool:
        """Whether a place has an account; raises NotFound when there is no such place."""
        if self._has_account is None:
            raise _unknown(place)
        return self._has_account(place, account)


def _unknown(place: str) -> NotFound:
    return NotFound(f"There is no rehearsal {place!r}.")


PLACES = Places()
