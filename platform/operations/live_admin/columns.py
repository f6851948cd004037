"""What can be searched and sorted of a table in memory, and the order of its rows without holding the interpreter.

A sort of 100,000 rows at once is one call of C that keeps everything else waiting for tens of milliseconds. Here runs of a
thousand rows are sorted, and only as many rows are merged out of them as the page needs.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from kit.clock import ns_from_iso
from kit.units import MONEY_DECIMALS, is_plain_decimal
from operations.live_admin.loop import rested

RUN_ROWS = 1_000
"""Rows sorted in one call: about half a millisecond."""


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Column:
    """One field: `read` gives a row's value to compare, `prepare` brings a condition's value into the same terms."""

    read: Callable[[Any], Any]
    prepare: Callable[[Any], Any] = _same


@dataclass(frozen=True, slots=True)
class Ordering:
    """Sort by what `read` gives; None comes first, as in a database."""

    read: Callable[[Any], Any]
    is_descending: bool = False


def time_column(read_ns: Callable[[Any], int | None]) -> Column:
    """A column of UTC nanoseconds that is compared with dates and times in ISO 8601."""
    return Column(read_ns, ns_from_iso)


def amount_column(read_units: Callable[[Any], int | None]) -> Column:
    """A column counted in 10**-8 that is compared with decimal text."""
    return Column(read_units, _units_of)


def _units_of(amount: str) -> Decimal:
    """Decimal text counted in 10**-8, finer digits behind the point; raises ValueError."""
    if not is_plain_decimal(amount):
        raise ValueError(f"{amount!r} is no plain decimal")
    return Decimal(amount).scaleb(MONEY_DECIMALS)


def ordered_slice(rows: Sequence[Any], orderings: Sequence[Ordering], start: int, stop: int) -> list[Any]:
    """Rows `start` to `stop` of all of them in order; equal ones keep the order they came in."""
    stop = min(stop, len(rows))
    if not orderings:
        return list(rows[start:stop])
    if start <= len(rows) - stop:
        return list(islice(_merged(rows, orderings), start, stop))
    # Nearer to the end: the same order read backwards.
    turned = [Ordering(each.read, not each.is_descending) for each in orderings]
    backwards = islice(_merged(rows[::-1], turned), len(rows) - stop, len(rows) - start)
    return list(backwards)[::-1]


def _merged(rows: Sequence[Any], orderings: Sequence[Ordering]) -> Iterable[Any]:
    """The rows in order, one after the other; each is compared only as far as it is asked for."""
    runs = [list(rows[first : first + RUN_ROWS]) for first in range(0, len(rows), RUN_ROWS)]
    for ordering in reversed(orderings):
        key = _key_of(ordering)
        for run in rested(runs, every=1):
            run.sort(key=key, reverse=ordering.is_descending)
    if len(runs) == 1:
        return runs[0]
    if len(orderings) == 1:
        only = orderings[0]
        return rested(heapq.merge(*runs, key=_key_of(only), reverse=only.is_descending))
    keys = [(_key_of(each), each.is_descending) for each in orderings]
    whole = heapq.merge(*runs, key=lambda row: [_Backwards(key(row)) if turned else key(row) for key, turned in keys])
    return rested(whole)


class Runs(Sequence[Any]):
    """Several lists, each in the descending order of `key`, as one in that order. No more is merged than is looked at."""

    def __init__(self, runs: Iterable[list[Any]], key: Callable[[Any], Any]) -> None:
        self._runs = [run for run in runs if run]
        self._key = key
        self._length = sum(map(len, self._runs))

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Any]:
        return self._newest_first()

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            return self[place : place + 1][0]
        start, stop, step = place.indices(self._length)
        assert step == 1, "pages have no steps"
        if len(self._runs) == 1:
            return self._runs[0][start:stop]
        if start <= self._length - stop:
            return list(islice(self._newest_first(), start, stop))
        return list(islice(self._oldest_first(), self._length - stop, self._length - start))[::-1]

    def filtered(self, fits: Callable[[Any], bool]) -> "Runs":
        """Those that fit."""
        return Runs(([row for row in rested(run) if fits(row)] for run in self._runs), self._key)

    def flat(self) -> list[Any]:
        """All of them, list by list: for whoever sorts them anyway."""
        return list(chain.from_iterable(self._runs))

    def _newest_first(self) -> Iterator[Any]:
        return rested(heapq.merge(*self._runs, key=self._key, reverse=True))

    def _oldest_first(self) -> Iterator[Any]:
        return rested(heapq.merge(*map(reversed, self._runs), key=self._key))


def _key_of(ordering: Ordering) -> Callable[[Any], Any]:
    """What is compared: a value that may be missing needs a pair."""
    read = ordering.read
    return lambda row: (False, 0) if (value := read(row)) is None else (True, value)


class _Backwards:
    """A value that sorts the other way round, among others that do not."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Backwards) and bool(self.value == other.value)

    def __hash__(self) -> int:
        return hash(self.value)

    def __lt__(self, other: "_Backwards") -> bool:
        return bool(other.value < self.value)
