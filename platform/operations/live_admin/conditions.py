"""Conditions as the admin states them (Q objects), turned into a plain function that says whether a row fits.

The lookups are those that change lists, filters and search boxes use; any other raises UnsupportedLookup.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db.models import BooleanField, CharField, Field, Model, Q, TextField

from operations.live_admin.columns import Column

Fits = Callable[[Any], bool]
Wanted = Mapping[tuple[str, str], Any]
"""What must hold in any case: (field, lookup) to value. A table may use it to read less than everything."""

LOOKUP_SEPARATOR = "__"
EXACT = "exact"


class UnsupportedLookup(FieldError):
    """A condition that tables in memory do not know."""


def split_lookup(model: type[Model], path: str) -> tuple[Field, str]:
    """The field and the lookup of `price__gte`; raises UnsupportedLookup for a field there is not."""
    name, _, lookup = path.partition(LOOKUP_SEPARATOR)
    return find_field(model, name), lookup or EXACT


def find_field(model: type[Model], name: str) -> Field:
    """A field of the model, `pk` included; raises UnsupportedLookup."""
    primary_key = model._meta.pk
    if name == "pk" and primary_key is not None:
        return primary_key
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist as fault:
        raise UnsupportedLookup(f"{model._meta.object_name} has no field {name!r}.") from fault
    assert isinstance(found, Field), "tables in memory have no relations"
    return found


def fits_of(q: Q, model: type[Model], columns: Mapping[str, Column]) -> Fits | None:
    """Whether a row fits; None where every row does. Raises UnsupportedLookup, ValidationError or ValueError."""
    children = sorted(q.children, key=lambda child: _is_dear(child, model, columns))
    parts = [
        fits_of(child, model, columns) if isinstance(child, Q) else _leaf(child, model, columns) for child in children
    ]
    conditions = [part for part in parts if part is not None]
    if not conditions:
        return None
    if q.connector == Q.AND:
        whole = _all_of(conditions)
    elif q.connector == Q.OR:
        # A part that everything fits makes the whole so.
        if len(conditions) < len(parts):
            return None if not q.negated else lambda row: False
        whole = _any_of(conditions)
    else:
        raise UnsupportedLookup(f"Conditions joined by {q.connector} are not known here.")
    return (lambda row: not whole(row)) if q.negated else whole


def _is_dear(child: Any, model: type[Model], columns: Mapping[str, Column]) -> bool:
    """Whether a condition is looked at after the others: it decides less often for its price."""
    if isinstance(child, Q) or not isinstance(child, tuple):
        return True
    column = columns.get(split_lookup(model, child[0])[0].name)
    return column is None or not column.repeats


@dataclass(frozen=True, slots=True)
class ExactValue:
    """The condition that a field has one value: what reads it, and the value in the same terms."""

    name: str
    read: Callable[[Any], Any]
    key: Any


def exact_value(q: Q, model: type[Model], columns: Mapping[str, Column]) -> ExactValue | None:
    """The value that `q` asks for, when it asks for nothing else."""
    if q.negated or len(q.children) != 1 or isinstance(q.children[0], Q):
        return None
    path, value = leaf_parts(q.children[0])
    field, lookup = split_lookup(model, path)
    column = columns.get(field.name)
    if lookup != EXACT or column is None:
        return None
    return ExactValue(field.name, column.read, _to_key(column, field, value))


def wanted_by(conditions: Iterable[Q], model: type[Model]) -> Wanted:
    """The plain conditions that hold whatever else is said."""
    wanted: dict[tuple[str, str], Any] = {}
    for q in conditions:
        if q.negated or (q.connector != Q.AND and len(q.children) > 1):
            continue
        for child in q.children:
            if isinstance(child, Q):
                wanted.update(wanted_by([child], model))
            else:
                path, value = leaf_parts(child)
                field, lookup = split_lookup(model, path)
                wanted[field.name, lookup] = value
    return wanted


def _all_of(conditions: list[Fits]) -> Fits:
    """Joined in pairs: calling two functions costs less than going through a list for each row."""
    first, *others = conditions
    if not others:
        return first
    rest = _all_of(others)
    return lambda row: first(row) and rest(row)


def _any_of(conditions: list[Fits]) -> Fits:
    first, *others = conditions
    if not others:
        return first
    rest = _any_of(others)
    return lambda row: first(row) or rest(row)


def leaf_parts(child: Any) -> tuple[str, Any]:
    """The path and the value of a plain condition; raises UnsupportedLookup for an expression."""
    if not isinstance(child, tuple):
        raise UnsupportedLookup(f"Conditions like {child!r} are not known here.")
    return child


def _leaf(child: Any, model: type[Model], columns: Mapping[str, Column]) -> Fits:
    path, value = leaf_parts(child)
    field, lookup = split_lookup(model, path)
    column = columns.get(field.name)
    if column is None:
        raise UnsupportedLookup(f"{field.name} of {model._meta.object_name} can only be looked at, not searched.")
    make = _LOOKUPS.get(lookup)
    if make is None:
        raise UnsupportedLookup(f"The lookup {lookup!r} is not known here; there are {', '.join(sorted(_LOOKUPS))}.")
    return make(column, field, value)


def _to_key(column: Column, field: Field, value: Any) -> Any:
    """A value of a condition in the terms of what the column reads."""
    converted = value if isinstance(field, CharField | TextField) and isinstance(value, str) else field.to_python(value)
    return None if converted is None else column.prepare(converted)


def _exact(column: Column, field: Field, value: Any) -> Fits:
    wanted, read = _to_key(column, field, value), column.read
    return lambda row: read(row) == wanted


def _in(column: Column, field: Field, value: Any) -> Fits:
    wanted, read = frozenset(_to_key(column, field, each) for each in value), column.read
    return lambda row: read(row) in wanted


def _is_null(column: Column, field: Field, value: Any) -> Fits:
    wanted, read = bool(BooleanField().to_python(value)), column.read
    return lambda row: (read(row) is None) == wanted


def _compared(compare: Callable[[Any, Any], bool]) -> Callable[[Column, Field, Any], Fits]:
    def make(column: Column, field: Field, value: Any) -> Fits:
        wanted, read = _to_key(column, field, value), column.read
        if wanted is None:
            raise ValueError(f"{field.name} cannot be compared with nothing")
        return lambda row: (found := read(row)) is not None and compare(found, wanted)

    return make


def _text(compare: Callable[[str, str], bool], *, folds: bool) -> Callable[[Column, Field, Any], Fits]:
    """Compare as text; the search box asks this of several fields of every row, so it is made of as little as possible."""

    def make(column: Column, field: Field, value: Any) -> Fits:
        read = column.read
        if not folds:
            wanted = str(value)
            return lambda row: (found := read(row)) is not None and compare(str(found), wanted)
        folded = str(value).lower()

        def is_found(found: Any) -> bool:
            return found is not None and compare(str(found).lower(), folded)

        if column.repeats:
            is_known_found = lru_cache(maxsize=MAX_REMEMBERED)(is_found)
            return lambda row: is_known_found(read(row))
        if compare is _contains:
            return lambda row: (found := read(row)) is not None and folded in str(found).lower()
        return lambda row: is_found(read(row))

    return make


MAX_REMEMBERED = 1_000


def _contains(found: str, wanted: str) -> bool:
    return wanted in found


_LOOKUPS: dict[str, Callable[[Column, Field, Any], Fits]] = {
    "exact": _exact,
    "in": _in,
    "isnull": _is_null,
    "gt": _compared(lambda found, wanted: bool(found > wanted)),
    "gte": _compared(lambda found, wanted: bool(found >= wanted)),
    "lt": _compared(lambda found, wanted: bool(found < wanted)),
    "lte": _compared(lambda found, wanted: bool(found <= wanted)),
    "iexact": _text(lambda found, wanted: found == wanted, folds=True),
    "contains": _text(_contains, folds=False),
    "icontains": _text(_contains, folds=True),
    "startswith": _text(lambda found, wanted: found.startswith(wanted), folds=False),
    "istartswith": _text(lambda found, wanted: found.startswith(wanted), folds=True),
}
