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
from operator import ge, gt, le, lt
from typing import Any

from kit.clock import ns_from_iso
from kit.units import MONEY_DECIMALS, is_plain_decimal
from operations.live_admin.loop import Steps

KeyOf = Callable[[int], Any]
RUN_ROWS = 1_000
"""Rows sorted in one call: about a fifth of a millisecond."""

ROWS_A_STEP = 200
"""Rows read, compared or merged in one step: some tens of microseconds."""


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Column:
    """One field: `read` gives a row's value to compare, `prepare` brings a condition's value into the same terms.

    `repeats` says that many rows share few values, texts; then a search looks at each of them once.
    """

    read: Callable[[Any], Any]
    prepare: Callable[[Any], Any] = _same
    repeats: bool = False


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


KEPT_AT_MOST = 200
"""Rows from one end of an order up to which they are picked out; further in, everything is sorted."""


def ordered_slice(rows: Sequence[Any], orderings: Sequence[Ordering], start: int, stop: int) -> Steps[list[Any]]:
    """Rows `start` to `stop` of all of them in order; equal ones keep the order they came in."""
    stop = min(stop, len(rows))
    if not orderings:
        return (yield from plain_slice(rows, start, stop))
    keys = []
    for each in orderings:
        keys.append(((yield from _keys_of(rows, each)), each.is_descending))
    if start <= len(rows) - stop:
        places = yield from _ordered_places(range(len(rows)), keys, start, stop)
        return [rows[place] for place in places]
    # The same order read backwards, from the last row on.
    turned = [(key_of, not is_descending) for key_of, is_descending in keys]
    backwards = range(len(rows) - 1, -1, -1)
    places = yield from _ordered_places(backwards, turned, len(rows) - stop, len(rows) - start)
    return [rows[place] for place in reversed(places)]


def _ordered_places(
    places: Sequence[int], keys: Sequence[tuple[KeyOf, bool]], start: int, stop: int
) -> Steps[list[int]]:
    """Places `start` to `stop` in order; equal ones keep the order they came in."""
    if stop <= KEPT_AT_MOST:
        return (yield from _first_places(places, keys, stop))[start:]
    merged = yield from _merged(places, keys)
    return (yield from _taken(merged, start, stop))


def _first_places(places: Sequence[int], keys: Sequence[tuple[KeyOf, bool]], count: int) -> Steps[list[int]]:
    """The first `count` places in order: of each part only what comes before the last one kept so far is looked at twice."""
    kept: list[int] = []
    (first_key_of, first_descends), *others = keys
    # What is equal to the last one by the only key came later, and stays behind it.
    comes_before = (ge if others else gt) if first_descends else (le if others else lt)
    for first in range(0, len(places), ROWS_A_STEP):
        part: Sequence[int] = places[first : first + ROWS_A_STEP]
        if len(kept) == count and count:
            last = first_key_of(kept[-1])
            part = [place for place in part if comes_before(first_key_of(place), last)]
        if part:
            kept += part
            for key_of, is_descending in reversed(keys):
                kept.sort(key=key_of, reverse=is_descending)
            del kept[count:]
        yield
    return kept


def plain_slice(rows: Sequence[Any], start: int, stop: int) -> Steps[list[Any]]:
    """Rows `start` to `stop` as they come."""
    if isinstance(rows, Runs):
        return (yield from rows.part(start, stop))
    yield
    return list(rows[start:stop])


def fitting(rows: Iterable[Any], fits: Callable[[Any], bool]) -> Steps[list[Any]]:
    """Those that fit."""
    found: list[Any] = []
    remaining = iter(rows)
    while some := list(islice(remaining, ROWS_A_STEP)):
        found += [row for row in some if fits(row)]
        yield
    return found


def read_all(rows: Iterable[Any], read: Callable[[Any], Any]) -> Steps[list[Any]]:
    """What `read` gives of each."""
    values: list[Any] = []
    remaining = iter(rows)
    while some := list(islice(remaining, ROWS_A_STEP)):
        values += map(read, some)
        yield
    return values


def _merged(places: Sequence[int], keys: Sequence[tuple[KeyOf, bool]]) -> Steps[Iterable[int]]:
    """The places in order: runs of them are sorted, and merged only as far as they are asked for."""
    runs = [list(places[first : first + RUN_ROWS]) for first in range(0, len(places), RUN_ROWS)]
    for key_of, is_descending in reversed(keys):
        for run in runs:
            run.sort(key=key_of, reverse=is_descending)
            yield
    if len(runs) == 1:
        return runs[0]
    if len(keys) == 1:
        (key_of, is_descending), *_ = keys
        return heapq.merge(*runs, key=key_of, reverse=is_descending)
    return heapq.merge(
        *runs, key=lambda place: [_Backwards(key_of(place)) if turned else key_of(place) for key_of, turned in keys]
    )


def _taken(items: Iterable[Any], start: int, stop: int) -> Steps[list[Any]]:
    """Items `start` to `stop` of what can only be gone through."""
    remaining = iter(items)
    taken: list[Any] = []
    for first in range(0, stop, ROWS_A_STEP):
        some = list(islice(remaining, min(ROWS_A_STEP, stop - first)))
        taken += some[max(start - first, 0) :]
        yield
    return taken


def _keys_of(rows: Sequence[Any], ordering: Ordering) -> Steps[KeyOf]:
    """What a place is compared by. Each value is read once, and a missing one becomes the least there is of its kind: no
    containers are made, for so many of them would set the cycle collector going.
    """
    values = yield from read_all(rows, ordering.read)
    sample = next((value for value in values if value is not None), None)
    least: Any = "" if isinstance(sample, str) else -math.inf
    yield
    return [least if value is None else value for value in values].__getitem__


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
        raise TypeError("runs are looked at in steps: by part()")

    def part(self, start: int, stop: int) -> Steps[list[Any]]:
        """Rows `start` to `stop` of all of them."""
        start, stop, _ = slice(start, stop).indices(self._length)
        if len(self._runs) == 1:
            yield
            return self._runs[0][start:stop]
        if start <= self._length - stop:
            return (yield from _taken(self._newest_first(), start, stop))
        backwards = yield from _taken(self._oldest_first(), self._length - stop, self._length - start)
        return backwards[::-1]

    def filtered(self, fits: Callable[[Any], bool]) -> Steps["Runs"]:
        """Those that fit."""
        runs = []
        for run in self._runs:
            runs.append((yield from fitting(run, fits)))
        return Runs(runs, self._key)

    def flat(self) -> list[Any]:
        """All of them, list by list: for whoever sorts them anyway."""
        return list(chain.from_iterable(self._runs))

    def _newest_first(self) -> Iterator[Any]:
        if len(self._runs) == 1:
            return iter(self._runs[0])
        return heapq.merge(*self._runs, key=self._key, reverse=True)

    def _oldest_first(self) -> Iterator[Any]:
        return heapq.merge(*map(reversed, self._runs), key=self._key)


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
