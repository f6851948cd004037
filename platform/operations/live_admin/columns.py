"""What can be searched and sorted of a table in memory, and the order of its rows without holding the interpreter.

A sort of 100,000 rows at once is one call of C that keeps everything else waiting for tens of milliseconds. Here runs of a
thousand rows are sorted, and only as many rows are merged out of them as the page needs.
"""

import heapq
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from kit.clock import ns_from_iso
from kit.units import MONEY_DECIMALS, is_plain_decimal
from operations.live_admin.loop import rested

KeyOf = Callable[[int], Any]
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
    places = _Places(rows, orderings)
    if start <= len(rows) - stop:
        return [rows[place] for place in islice(places.first_to_last(), start, stop)]
    backwards = islice(places.last_to_first(), len(rows) - stop, len(rows) - start)
    return [rows[place] for place in backwards][::-1]


class _Places:
    """The places of rows, to be brought into order. Each value is read once; then whole numbers and texts are compared."""

    def __init__(self, rows: Sequence[Any], orderings: Sequence[Ordering]) -> None:
        self._count = len(rows)
        self._keys = [(_keys_of(rows, each), each.is_descending) for each in orderings]

    def first_to_last(self) -> Iterable[int]:
        """In order, one after the other; compared only as far as they are asked for."""
        return self._merged(range(self._count), self._keys)

    def last_to_first(self) -> Iterable[int]:
        """The same order, read backwards."""
        turned = [(key_of, not is_descending) for key_of, is_descending in self._keys]
        return self._merged(range(self._count - 1, -1, -1), turned)

    def _merged(self, places: Sequence[int], keys: Sequence[tuple[KeyOf, bool]]) -> Iterable[int]:
        runs = [list(places[first : first + RUN_ROWS]) for first in range(0, len(places), RUN_ROWS)]
        for key_of, is_descending in reversed(keys):
            for run in rested(runs, every=1):
                run.sort(key=key_of, reverse=is_descending)
        if len(runs) == 1:
            return runs[0]
        if len(keys) == 1:
            (key_of, is_descending), *_ = keys
            return rested(heapq.merge(*runs, key=key_of, reverse=is_descending))
        whole = heapq.merge(
            *runs, key=lambda place: [_Backwards(key_of(place)) if turned else key_of(place) for key_of, turned in keys]
        )
        return rested(whole)


def _keys_of(rows: Sequence[Any], ordering: Ordering) -> KeyOf:
    """What a place is compared by. A missing value becomes the least there is of its kind: no containers are made, for
    so many of them would set the cycle collector going.
    """
    values = list(map(ordering.read, rested(rows)))
    sample = next((value for value in values if value is not None), None)
    least: Any = "" if isinstance(sample, str) else -math.inf
    return [least if value is None else value for value in rested(values)].__getitem__


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
