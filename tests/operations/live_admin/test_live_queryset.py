"""Tables in memory behave as Django's change lists expect of a query set, and raise on anything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, F, Model, Q, Sum

from operations.live_admin.columns import Column, Runs, amount_column, time_column
from operations.live_admin.conditions import UnsupportedLookup, Wanted
from operations.live_admin.models import IdempotencyRecord
from operations.live_admin.queryset import LiveQuerySet
from operations.live_admin.tables import LiveTable, StoredTable, Table


@dataclass(frozen=True)
class Row:
    """A thing in memory."""

    id: str
    account: str
    status: int | None
    created_ns: int
    size: int


NOON_NS = 1_700_000_000_000_000_000
HOUR_NS = 3_600_000_000_000


def rows_of(count: int) -> list[Row]:
    """The newest first; every third has no status."""
    return [
        Row(f"r{number:05}", "ab"[number % 2], None if number % 3 == 0 else 200 + number % 7, NOON_NS + number, number)
        for number in reversed(range(count))
    ]


class Rows(Table):
    """A table of rows that the test made."""

    model = IdempotencyRecord
    columns = {
        "id": Column(lambda row: row.id),
        "account": Column(lambda row: row.account),
        "status": Column(lambda row: row.status),
        "created_at": time_column(lambda row: row.created_ns),
        "fingerprint": amount_column(lambda row: row.size * 10**8),
    }

    def __init__(self, rows: Sequence[Any]) -> None:
        super().__init__(rows)
        self.stored = rows
        self.loads: list[Wanted] = []
        self.shown = 0

    def taken(self, wanted: Wanted) -> Sequence[Any]:
        """All rows, and a note of what was asked for."""
        self.loads.append(wanted)
        return self.stored

    def show(self, row: Any) -> Model:
        self.shown += 1
        return IdempotencyRecord(id=row.id, account=row.account, status=row.status)


class Things(Rows, StoredTable):
    """Read in a thread."""

    def load(self, wanted: Wanted) -> Sequence[Any]:
        return self.taken(wanted)


class NaturalThings(Things):
    """The same, whose rows come in the descending order of their id."""

    natural_order = "id"


class LiveThings(Rows, LiveTable):
    """Read on the loop."""

    async def load(self, wanted: Wanted) -> Sequence[Any]:
        return self.taken(wanted)


class NaturalLiveThings(LiveThings):
    """The same, whose rows come in the descending order of their id."""

    natural_order = "id"


def ids(found: Any) -> list[str]:
    return [each.pk for each in found]


@pytest.fixture(params=[Things, LiveThings])
def things(request: pytest.FixtureRequest) -> LiveQuerySet:
    return LiveQuerySet(request.param(rows_of(9)))


def test_everything_comes_newest_first(things: LiveQuerySet) -> None:
    assert ids(things) == [f"r0000{number}" for number in range(8, -1, -1)]
    assert (things.count(), len(things), things.exists(), bool(things)) == (9, 9, True, True)
    assert things.first() is not None and ids([things.first()]) == ["r00008"]


@pytest.mark.parametrize(
    ("condition", "fitting"),
    [
        (Q(account="a"), [8, 6, 4, 2, 0]),
        (Q(account__exact="b", status__gte=204), [5]),
        (Q(status__isnull=True), [6, 3, 0]),
        (Q(status__in=[201, 202]), [8, 2, 1]),
        (Q(status__lt="203"), [8, 7, 2, 1]),
        (Q(id__contains="0003") | Q(id__startswith="r00001"), [3, 1]),
        (Q(id__icontains="R00007"), [7]),
        (Q(id__iexact="R00007"), [7]),
        (Q(id__istartswith="R00008"), [8]),
        (Q(pk="r00002"), [2]),
        (~Q(account="a"), [7, 5, 3, 1]),
        (Q(created_at__gte="2023-11-14T22:13:20.000000006Z"), [8, 7, 6]),
        (Q(created_at__gt="2023-11-14T22:13:20.000000006Z") & Q(created_at__lte="2023-11-14T22:13:20.000000007Z"), [7]),
        (Q(fingerprint__gte="6.5"), [8, 7]),
        (Q(fingerprint="6.00"), [6]),
    ],
)
def test_conditions_narrow(things: LiveQuerySet, condition: Q, fitting: list[int]) -> None:
    assert ids(things.filter(condition)) == [f"r0000{number}" for number in fitting]


def test_filters_add_up_and_leave_the_first_set_as_it_was(things: LiveQuerySet) -> None:
    narrowed = things.filter(account="a").exclude(status__isnull=True)
    assert ids(narrowed) == ["r00008", "r00004", "r00002"]
    assert things.count() == 9
    assert ids(things.none()) == []
    assert ids(things.filter()) == ids(things)


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (["id"], [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        (["-id"], [8, 7, 6, 5, 4, 3, 2, 1, 0]),
        (["account", "-id"], [8, 6, 4, 2, 0, 7, 5, 3, 1]),
        (["-account", "id"], [1, 3, 5, 7, 0, 2, 4, 6, 8]),
        (["status", "-pk"], [6, 3, 0, 7, 8, 1, 2, 4, 5]),
        (["-status", "-pk"], [5, 4, 2, 8, 1, 7, 6, 3, 0]),
    ],
)
def test_order_is_as_in_a_database_with_missing_values_first(
    things: LiveQuerySet, names: list[str], order: list[int]
) -> None:
    assert ids(things.order_by(*names)) == [f"r0000{number}" for number in order]


@pytest.mark.parametrize("names", [["id"], ["-id"], ["account", "-status", "id"], ["status", "id"]])
@pytest.mark.parametrize("kind", [Things, NaturalThings, LiveThings, NaturalLiveThings])
def test_pages_put_together_are_the_whole_in_order(kind: type[Things], names: list[str]) -> None:
    rows = rows_of(2_345)
    ordered = LiveQuerySet(kind(Runs([rows[0::2], rows[1::2]], lambda row: row.id))).order_by(*names)
    pages = Paginator(ordered, 100)
    assert (pages.count, pages.num_pages) == (2_345, 24)
    seen = [key for number in pages.page_range for key in ids(pages.page(number).object_list)]
    assert seen == ids(ordered)
    assert sorted(seen) == sorted(row.id for row in rows)
    assert ids(ordered.filter(account="a"))[700:710] == ids(ordered.filter(account="a")[700:710])


def test_a_page_makes_no_more_instances_than_it_shows() -> None:
    table = Things(rows_of(5_000))
    assert len(LiveQuerySet(table).order_by("-status", "-pk")[4_900:4_950]) == 50
    assert table.shown == 50


def test_what_a_page_asks_for_twice_is_loaded_once() -> None:
    table = Things(rows_of(10))
    things = LiveQuerySet(table)
    assert (things.count(), things.filter().count(), things.order_by("id").count()) == (10, 10, 10)
    things.filter(account="a").count()
    things.filter(account="a").exists()
    assert table.loads == [{}, {("account", "exact"): "a"}]


def test_a_table_is_told_what_must_hold_and_nothing_that_may() -> None:
    table = Things(rows_of(10))
    things = LiveQuerySet(table).filter(account="a").filter(Q(status=201) | Q(status=202)).exclude(id="r00001")
    assert things.count() == 2
    assert table.loads == [{("account", "exact"): "a"}]


def test_one_row_is_got_by_its_key(things: LiveQuerySet) -> None:
    assert things.get(pk="r00003").pk == "r00003"
    assert things.get(id__exact="r00003").pk == "r00003"
    with pytest.raises(IdempotencyRecord.DoesNotExist):
        things.get(pk="r9")
    with pytest.raises(IdempotencyRecord.MultipleObjectsReturned):
        things.get(account="a")
    with pytest.raises(IndexError):
        things[9]


def test_facets_count_within_what_is_filtered(things: LiveQuerySet) -> None:
    counts = things.filter(account="a").aggregate(
        none=Count("pk", filter=Q(status__isnull=True)),
        one=Count("pk", filter=Q(status__exact=202)),
        two=Count("pk", filter=Q(account="b")),
        chosen=Count("pk", filter=Q(pk__in=things.filter(status__gte=203))),
        whole=Count("pk"),
    )
    assert counts == {"none": 2, "one": 1, "two": 0, "chosen": 1, "whole": 5}
    assert things.values_list("account", flat=True) == ["a", "b"]
    assert things.values_list("status", flat=True)[-1] is None


def test_a_condition_looks_at_so_many_rows_and_says_so() -> None:
    table = Things(rows_of(100))
    table.max_scanned = 10
    things = LiveQuerySet(table)
    assert ids(things.filter(account="a")) == ["r00098", "r00096", "r00094", "r00092", "r00090"]
    assert things.order_by("status").count() == 100
    assert len(things.order_by("status")[0:50]) == 10
    assert table.notes == [
        "Of 100 rows the newest 10 were searched; narrow it to see older ones.",
        "Of 100 rows the newest 10 were sorted.",
    ]


@pytest.mark.parametrize(
    ("lookup", "value", "fault"),
    [
        ("nothing", 1, UnsupportedLookup),
        ("account__regex", ".", UnsupportedLookup),
        ("account__name__contains", ".", UnsupportedLookup),
        ("body", "x", UnsupportedLookup),
        ("status", "many", ValidationError),
        ("status__gt", None, ValueError),
        ("created_at__gte", "yesterday", ValueError),
        ("fingerprint__lt", "1e5", ValueError),
    ],
)
def test_a_wrong_condition_is_refused_where_it_is_stated(
    things: LiveQuerySet, lookup: str, value: Any, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        things.filter(**{lookup: value})


def test_what_a_table_in_memory_does_not_do_is_refused(things: LiveQuerySet) -> None:
    with pytest.raises(UnsupportedLookup):
        things.filter(Q(F("status")))
    with pytest.raises(UnsupportedLookup):
        things.filter(Q(status=1) ^ Q(status=2))
    with pytest.raises(NotImplementedError):
        things.order_by("body")
    with pytest.raises(NotImplementedError):
        things.aggregate(total=Sum("status"))
    with pytest.raises(NotImplementedError):
        things.values_list("id", "account")
    with pytest.raises(NotImplementedError):
        things.select_related("account")
    with pytest.raises(AttributeError, match="'delete'"):
        things.delete()
