"""A query set over a table in memory: what Django's change lists, filters and paginators call, and nothing else.

It says what is wanted; the rows are searched where they are (`operations.live_admin.searching`), and only those that one
page shows come back as instances. Anything it does not know raises, instead of answering wrong.
"""

import copy
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NoReturn, TypeVar

from django.db.models import Aggregate, Count, Model, Q

from operations.live_admin import searching
from operations.live_admin.conditions import find_field, fits_of, leaf_parts
from operations.live_admin.loop import run_on_loop
from operations.live_admin.searching import Search, Told
from operations.live_admin.tables import Table

T = TypeVar("T")


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
        self._is_none = False
        self._counted: int | None = None

    # ---- building

    def _clone(self) -> "LiveQuerySet":
        """The same again; what was counted already is shared."""
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
        other._counted = None
        return other

    def none(self) -> "LiveQuerySet":
        """No rows."""
        other = self._clone()
        other._is_none = True
        return other

    def order_by(self, *names: str) -> "LiveQuerySet":
        """In this order; raises UnsupportedLookup for what cannot be sorted by."""
        for name in names:
            searching.ordering_of(self.table, name)
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
        if self._is_none:
            return 0
        if self._counted is None:
            self._counted = self._told(searching.count, self._search())
        return self._counted

    __len__ = count

    def exists(self) -> bool:
        """Whether there is any."""
        return self.count() > 0

    def __bool__(self) -> bool:
        return self.exists()

    def __iter__(self) -> Iterator[Model]:
        return iter(self._shown(0, None))

    iterator = __iter__

    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            assert place.step is None, "pages have no steps"
            return self._shown(place.start or 0, place.stop)
        found = self._shown(place, place + 1)
        if not found:
            raise IndexError(f"there is no row {place}")
        return found[0]

    def first(self) -> Model | None:
        """The first one, or None."""
        return next(iter(self._shown(0, 1)), None)

    def get(self, **lookups: Any) -> Model:
        """The only one that fits; raises the model's DoesNotExist or MultipleObjectsReturned."""
        found = self._find_by_key(lookups)
        if found is None:
            found = self.filter(**lookups)[0:2]
        if len(found) > 1:
            raise self._fault("MultipleObjectsReturned")(
                f"More than one {self.model._meta.verbose_name} fits {lookups}."
            )
        if not found:
            raise self._fault("DoesNotExist")(f"No {self.model._meta.verbose_name} fits {lookups}.")
        instance: Model = found[0]
        return instance

    def _fault(self, name: str) -> type[Exception]:
        """An exception class of the model's own."""
        fault: type[Exception] = getattr(self.model, name)
        return fault

    def _find_by_key(self, lookups: dict[str, Any]) -> list[Model] | None:
        """What fits `get(pk=…)`, if the table can find it by itself."""
        if len(lookups) != 1 or self._conditions or self._is_none:
            return None
        (name, value), *_ = lookups.items()
        is_key = find_field(self.model, name.removesuffix("__exact")).primary_key
        return self._told(searching.find, self.table, str(value)) if is_key else None

    def values_list(self, *names: str, flat: bool = False) -> list[Any]:
        """The values of one field as filters list them: each once, sorted, missing ones last."""
        if len(names) != 1 or not flat:
            self._refuse(f"values_list{names}, flat={flat}")
        name = find_field(self.model, names[0]).name
        return [] if self._is_none else self._told(searching.values, self._search(), name)

    def aggregate(self, **aggregates: Aggregate) -> dict[str, Any]:
        """Counts, each with its own filter: what facets ask for."""
        counts: dict[str, Q | None] = {}
        for name, each in aggregates.items():
            if not isinstance(each, Count):
                self._refuse(repr(each))
            condition: Any = each.filter
            counts[name] = None if condition is None else _with_keys(condition)
        return dict.fromkeys(counts, 0) if self._is_none else self._told(searching.aggregate, self._search(), counts)

    # ---- the work

    def _shown(self, start: int, stop: int | None) -> list[Model]:
        """One page as instances."""
        return [] if self._is_none else self._told(searching.page, self._search(), start, stop)

    def _search(self) -> Search:
        return Search(self.table, self._conditions, self.query.order_by)

    def _told(self, ask: Callable[..., Awaitable[Told[T]]], *arguments: Any) -> T:
        """Ask where the rows are; what comes with the answer is noted for the reader."""
        told = run_on_loop(ask, *arguments)
        for note in told.notes:
            self.table.note(note)
        return told.value

    def _refuse(self, what: str) -> NoReturn:
        raise NotImplementedError(f"Tables in memory do not do {what}.")

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Tables in memory have no {name!r}: they are read, filtered, sorted and paged.")


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
