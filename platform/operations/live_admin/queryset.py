"""A query set over a table in memory: what Django's change lists, filters and paginators call, and nothing else.

It never builds more model instances than one page shows. Anything it does not know raises, instead of answering wrong.
"""

import copy
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NoReturn, cast

from django.db.models import Aggregate, Count, Model, Q

from operations.live_admin.columns import Ordering, Runs, ordered_slice
from operations.live_admin.conditions import exact_value, find_field, fits_of, leaf_parts, wanted_by
from operations.live_admin.loop import rested
from operations.live_admin.tables import Table

ADDED_BY_CHANGE_LISTS = "-pk"


class LiveQuery:
    """The part of a query set's `query` that change lists look at."""

    def __init__(self) -> None:
        self.order_by: tuple[str, ...] = ()
        self.select_related = False


class LiveQuerySet:
    """Rows of a table that fit the conditions, in order. Immutable like Django's own; one table, one moment."""

    ordered = True
    db = "default"

    def __init__(self, table: Table) -> None:
        self.table = table
        self.model = table.model
        self.query = LiveQuery()
        self._conditions: tuple[Q, ...] = ()
        self._matching: Sequence[Any] | None = None

    # ---- building

    def _clone(self) -> "LiveQuerySet":
        """The same again; what was found already is shared."""
        other = copy.copy(self)
        other.query = copy.copy(self.query)
        return other

    all = using = _clone

    def filter(self, *conditions: Q, **lookups: Any) -> "LiveQuerySet":
        """Those that fit as well; raises UnsupportedLookup, ValueError or ValidationError at once."""
        return self._narrowed(Q(*conditions, **lookups))

    def exclude(self, *conditions: Q, **lookups: Any) -> "LiveQuerySet":
        """Those that do not fit."""
        return self._narrowed(~Q(*conditions, **lookups))

    def _narrowed(self, q: Q) -> "LiveQuerySet":
        if not q:
            return self._clone()
        q = _with_keys(q)
        fits_of(q, self.model, self.table.columns)  # so that a wrong one is refused where it is stated
        other = self._clone()
        other._conditions += (q,)
        other._matching = None
        return other

    def none(self) -> "LiveQuerySet":
        """No rows."""
        other = self._clone()
        other._matching = ()
        return other

    def order_by(self, *names: str) -> "LiveQuerySet":
        """In this order; raises UnsupportedLookup for what cannot be sorted by."""
        for name in names:
            self._ordering(name)
        other = self._clone()
        other.query.order_by = names
        return other

    def distinct(self) -> "LiveQuerySet":
        """Rows of one table are never the same twice."""
        return self._clone()

    def select_related(self, *names: str) -> "LiveQuerySet":
        """There are no relations."""
        return self._clone() if not names else self._refuse(f"select_related{names}")

    # ---- reading

    def count(self) -> int:
        """How many there are."""
        return len(self._rows())

    __len__ = count

    def exists(self) -> bool:
        """Whether there is any."""
        return bool(self._rows())

    def __bool__(self) -> bool:
        return self.exists()

    def __iter__(self) -> Iterator[Model]:
        return iter(self._shown(0, len(self._rows())))

    iterator = __iter__

    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            assert place.step is None, "pages have no steps"
            return self._shown(place.start or 0, len(self._rows()) if place.stop is None else place.stop)
        found = self._shown(place, place + 1)
        if not found:
            raise IndexError(f"there is no row {place}")
        return found[0]

    def first(self) -> Model | None:
        """The first one, or None."""
        return next(iter(self._shown(0, 1)), None)

    def get(self, **lookups: Any) -> Model:
        """The only one that fits; raises the model's DoesNotExist or MultipleObjectsReturned."""
        row = self._find_by_key(lookups)
        if row is NotImplemented:
            found = self.filter(**lookups)[0:2]
            if len(found) > 1:
                raise self._fault("MultipleObjectsReturned")(
                    f"More than one {self.model._meta.verbose_name} fits {lookups}."
                )
        else:
            found = [] if row is None else self.table.show([row])
        if not found:
            raise self._fault("DoesNotExist")(f"No {self.model._meta.verbose_name} fits {lookups}.")
        instance: Model = found[0]
        return instance

    def _fault(self, name: str) -> type[Exception]:
        """An exception class of the model's own."""
        fault: type[Exception] = getattr(self.model, name)
        return fault

    def _find_by_key(self, lookups: dict[str, Any]) -> Any:
        """The row of `get(pk=…)`, if the table can find it by itself."""
        if len(lookups) != 1 or self._conditions:
            return NotImplemented
        (name, value), *_ = lookups.items()
        is_key = find_field(self.model, name.removesuffix("__exact")).primary_key
        return self.table.find(str(value)) if is_key else NotImplemented

    def values_list(self, *names: str, flat: bool = False) -> list[Any]:
        """The values of one field as filters list them: each once, sorted, missing ones last."""
        if len(names) != 1 or not flat:
            self._refuse(f"values_list{names}, flat={flat}")
        read = self.table.columns[find_field(self.model, names[0]).name].read
        values = {read(row) for row in rested(_flat(self._rows()))}
        return sorted(values, key=lambda value: (value is None, value))

    def aggregate(self, **aggregates: Aggregate) -> dict[str, Any]:
        """Counts, each with its own filter: what facets ask for."""
        rows = self._rows()
        limit = self.table.max_scanned
        counted = _flat(rows) if len(rows) <= limit else list(rested(islice(rows, limit)))
        tallies: dict[str, Counter[Any]] = {}
        return {name: self._count_of(each, counted, tallies) for name, each in aggregates.items()}

    def _count_of(self, aggregate: Aggregate, rows: Sequence[Any], tallies: dict[str, Counter[Any]]) -> int:
        """One of the counts. Those of single values of a field are read off one tally of it."""
        if not isinstance(aggregate, Count):
            self._refuse(repr(aggregate))
        if aggregate.filter is None:
            return len(rows)
        condition = _with_keys(cast(Q, aggregate.filter))
        value = exact_value(condition, self.model, self.table.columns)
        if value is not None:
            if value.name not in tallies:
                tallies[value.name] = Counter(value.read(row) for row in rested(rows))
            return tallies[value.name][value.key]
        fits = fits_of(condition, self.model, self.table.columns)
        return len(rows) if fits is None else sum(1 for row in rested(rows) if fits(row))

    # ---- the work

    def _rows(self) -> Sequence[Any]:
        """The fitting rows, not sorted; found once, and only as many looked at as the table allows."""
        if self._matching is None:
            rows = self.table.rows(wanted_by(self._conditions, self.model))
            fits = fits_of(Q(*self._conditions), self.model, self.table.columns) if self._conditions else None
            if fits is not None:
                rows = self._fitting(rows, fits)
            self._matching = rows
        return self._matching

    def _fitting(self, rows: Sequence[Any], fits: Any) -> Sequence[Any]:
        limit = self.table.max_scanned
        if len(rows) > limit:
            self.table.note(f"Of {len(rows):,} rows the newest {limit:,} were searched; narrow it to see older ones.")
        if isinstance(rows, Runs) and len(rows) <= limit:
            return rows.filtered(fits)
        return [row for row in rested(islice(rows, limit)) if fits(row)]

    def _shown(self, start: int, stop: int) -> list[Model]:
        """One page as instances."""
        rows = self._rows()
        names = list(self.query.order_by)
        natural = self.table.natural_order
        if names and natural and self._column_name(names[0]) == natural:
            # They come in this order already, or in the very opposite one.
            if names[0].startswith("-"):
                return self.table.show(rows[start:stop])
            end = len(rows)
            return self.table.show(list(rows[max(end - stop, 0) : max(end - start, 0)])[::-1])
        # A change list adds the key to make an order whole; rows come in a whole order by themselves.
        if len(names) > 1 and names[-1] == ADDED_BY_CHANGE_LISTS:
            names.pop()
        if len(rows) > self.table.max_scanned and names:
            self.table.note(f"Of {len(rows):,} rows the newest {self.table.max_scanned:,} were sorted.")
            rows = rows[: self.table.max_scanned]
        rows = _flat(rows) if names else rows
        return self.table.show(ordered_slice(rows, [self._ordering(name) for name in names], start, stop))

    def _ordering(self, name: str) -> Ordering:
        column = self.table.columns.get(self._column_name(name))
        if column is None:
            self._refuse(f"order_by({name!r})")
        return Ordering(column.read, name.startswith("-"))

    def _column_name(self, name: str) -> str:
        return find_field(self.model, name.removeprefix("-")).name

    def _refuse(self, what: str) -> NoReturn:
        raise NotImplementedError(f"Tables in memory do not do {what}.")

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Tables in memory have no {name!r}: they are read, filtered, sorted and paged.")


def _flat(rows: Sequence[Any]) -> Sequence[Any]:
    """The rows in any order, without the cost of theirs."""
    return rows.flat() if isinstance(rows, Runs) else rows


def _with_keys(q: Q) -> Q:
    """The same condition with the primary keys of a query set in place of the query set (`pk__in=queryset`)."""
    other = Q(_connector=q.connector, _negated=q.negated)
    for child in q.children:
        if isinstance(child, Q):
            other.children.append(_with_keys(child))
        else:
            path, value = leaf_parts(child)
            is_set = isinstance(value, LiveQuerySet)
            other.children.append((path, value.values_list("pk", flat=True) if is_set else value))
    return other
