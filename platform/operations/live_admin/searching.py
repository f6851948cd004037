"""What pages ask of tables, on the gateway's side: counting, one page, the values of a field, one row.

Rows in memory are gone through on the event loop in turns, files in a thread. What fits the conditions is found once for a
page, whatever it asks after that.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q

from operations.live_admin.columns import Ordering, Runs, fitting, ordered_slice, plain_slice, read_all
from operations.live_admin.conditions import exact_value, find_field, fits_of, wanted_by
from operations.live_admin.loop import Steps, in_turns, with_rests
from operations.live_admin.tables import LiveTable, StoredTable, Table

T = TypeVar("T")
ADDED_BY_CHANGE_LISTS = "-pk"


@dataclass(frozen=True, slots=True)
class Search:
    """Rows of a table that fit all the conditions, in the order of these fields (a minus turns it round)."""

    table: Table
    conditions: tuple[Q, ...] = ()
    order_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """An answer, with what the reader of the page must know of it."""

    value: T
    notes: Sequence[str]


async def count(search: Search) -> Told[int]:
    """How many there are."""

    def steps(rows: Sequence[Any]) -> Steps[int]:
        found = yield from _matching(search, rows)
        return len(found)

    return await _answered(search, steps)


async def page(search: Search, start: int, stop: int | None) -> Told[list[Model]]:
    """Rows `start` to `stop` as instances."""

    def steps(rows: Sequence[Any]) -> Steps[list[Model]]:
        found = yield from _matching(search, rows)
        end = len(found) if stop is None else min(stop, len(found))
        shown = yield from _ordered(search, found, start, end)
        instances = []
        for row in shown:
            instances.append(search.table.show(row))
            yield
        return instances

    return await _answered(search, steps)


async def values(search: Search, name: str) -> Told[list[Any]]:
    """The values of one field, each once, sorted, missing ones last."""

    def steps(rows: Sequence[Any]) -> Steps[list[Any]]:
        found = yield from _matching(search, rows)
        every = yield from read_all(_flat(found), search.table.columns[name].read)
        return sorted(set(every), key=lambda value: (value is None, value))

    return await _answered(search, steps)


async def aggregate(search: Search, counts: Mapping[str, Q | None]) -> Told[dict[str, int]]:
    """Counts, each of what fits its own condition too: what facets ask for."""
    table = search.table

    def steps(rows: Sequence[Any]) -> Steps[dict[str, int]]:
        found = yield from _matching(search, rows)
        counted = _flat(found) if len(found) <= table.max_scanned else list(islice(found, table.max_scanned))
        tallies: dict[str, Counter[Any]] = {}
        results = {}
        for name, condition in counts.items():
            results[name] = yield from _count_of(table, condition, counted, tallies)
        return results

    return await _answered(search, steps)


async def find(table: Table, key: str) -> Told[list[Model] | None]:
    """The row of a primary key as an instance, if there is one; None where the table has no quicker way than a search."""

    def instances_of(row: Any) -> list[Model] | None:
        if row is NotImplemented:
            return None
        return [] if row is None else [table.show(row)]

    _open(table)
    if isinstance(table, LiveTable):
        return Told(instances_of(await table.find(key)), table.notes)
    assert isinstance(table, StoredTable), "there are two kinds of tables"
    return Told(instances_of(await asyncio.to_thread(table.find, key)), table.notes)


def _open(table: Table) -> None:
    if not table.is_open:
        table.is_open = True
        table.open()


async def _answered(search: Search, steps: Callable[[Sequence[Any]], Steps[T]]) -> Told[T]:
    """Load the rows, once for a page, and take the steps over them where they belong."""
    table = search.table
    _open(table)
    wanted = wanted_by(search.conditions, table.model)
    key = repr(sorted(wanted.items(), key=lambda each: each[0]))
    if isinstance(table, LiveTable):
        if key not in table.loaded:
            table.loaded[key] = await table.load(wanted)
        return Told(await in_turns(steps(table.loaded[key])), table.notes)
    assert isinstance(table, StoredTable), "there are two kinds of tables"

    def read() -> T:
        if key not in table.loaded:
            table.loaded[key] = table.load(wanted)
        return with_rests(steps(table.loaded[key]))

    return Told(await asyncio.to_thread(read), table.notes)


def _matching(search: Search, rows: Sequence[Any]) -> Steps[Sequence[Any]]:
    """The fitting rows, not sorted; only as many looked at as the table allows."""
    table, conditions = search.table, search.conditions
    if conditions not in table.found:
        fits = fits_of(Q(*conditions), table.model, table.columns) if conditions else None
        if fits is None:
            table.found[conditions] = rows
        elif isinstance(rows, Runs) and len(rows) <= table.max_scanned:
            table.found[conditions] = yield from rows.filtered(fits)
        else:
            limit = table.max_scanned
            if len(rows) > limit:
                table.note(f"Of {len(rows):,} rows the newest {limit:,} were searched; narrow it to see older ones.")
            table.found[conditions] = yield from fitting(islice(rows, limit), fits)
    yield
    return table.found[conditions]


def _ordered(search: Search, rows: Sequence[Any], start: int, stop: int) -> Steps[list[Any]]:
    """One page of rows."""
    table, names = search.table, list(search.order_by)
    if names and table.natural_order and _field_name(table, names[0]) == table.natural_order:
        # They come in this order already, or in the very opposite one.
        if names[0].startswith("-"):
            return (yield from plain_slice(rows, start, stop))
        end = len(rows)
        backwards = yield from plain_slice(rows, max(end - stop, 0), max(end - start, 0))
        return backwards[::-1]
    # A change list adds the key to make an order whole; rows come in a whole order by themselves.
    if len(names) > 1 and names[-1] == ADDED_BY_CHANGE_LISTS:
        names.pop()
    if not names:
        return (yield from plain_slice(rows, start, stop))
    if len(rows) > table.max_scanned:
        table.note(f"Of {len(rows):,} rows the newest {table.max_scanned:,} were sorted.")
        rows = yield from plain_slice(rows, 0, table.max_scanned)
    return (yield from ordered_slice(_flat(rows), [ordering_of(table, name) for name in names], start, stop))


def _count_of(table: Table, condition: Q | None, rows: Sequence[Any], tallies: dict[str, Counter[Any]]) -> Steps[int]:
    """One of the counts. Those of single values of a field are read off one tally of it."""
    if condition is None:
        return len(rows)
    value = exact_value(condition, table.model, table.columns)
    if value is not None:
        if value.name not in tallies:
            tallies[value.name] = Counter((yield from read_all(rows, value.read)))
        return tallies[value.name][value.key]
    fits = fits_of(condition, table.model, table.columns)
    return len(rows) if fits is None else len((yield from fitting(rows, fits)))


def ordering_of(table: Table, name: str) -> Ordering:
    """How to sort by a field; raises NotImplementedError for one that the table cannot sort by."""
    column = table.columns.get(_field_name(table, name))
    if column is None:
        raise NotImplementedError(f"Tables in memory do not do order_by({name!r}).")
    return Ordering(column.read, name.startswith("-"))


def _field_name(table: Table, name: str) -> str:
    return find_field(table.model, name.removeprefix("-")).name


def _flat(rows: Sequence[Any]) -> Sequence[Any]:
    """The rows in any order, without the cost of theirs."""
    return rows.flat() if isinstance(rows, Runs) else rows
