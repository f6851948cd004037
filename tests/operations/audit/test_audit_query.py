"""One query over several chains: the index leaves nothing out, the order is by time, a cursor holds under inserts."""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.chain import ChainBroken, Record
from kit.errors import Unavailable
from operations.audit.entries import AuditRecord, Subject
from operations.audit.index import BLOCK_ENTRIES, AuditIndex, Block, Wanted, differing_block
from operations.audit.indexer import Indexer
from operations.audit.query import Query
from operations.audit.sources import Glance, action_key, actor_key, object_key, trace_key
from tests.operations.audit.conftest import START_NS, ListedChain, entry

ACTORS = ("10.0.0.1", "key:one@10.0.0.1", "user:admin@10.0.0.2", "")
ACTIONS = ("orders.create", "feed.update", "config.update")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[AuditIndex]:
    index = AuditIndex(tmp_path / "audit-index.sqlite3")
    index.open()
    yield index
    index.close()


def fill(chain: ListedChain, count: int, seed: int, step_ns: int = 10) -> None:
    rng = random.Random(seed)
    chain.add(
        *(
            entry(
                number * step_ns,
                actor=rng.choice(ACTORS),
                action=rng.choice(ACTIONS),
                subject=Subject("thing", f"thing-{rng.randint(0, 200)}"),
                account=rng.choice(("default", "two", None)),
            )
            for number in range(count)
        )
    )


def everything(query: Query, limit: int) -> list[AuditRecord]:
    """All pages of a query, put together."""
    found: list[AuditRecord] = []
    page = query.page(limit=limit)
    found += page.records
    while page.next_place is not None:
        page = query.page(limit=limit, place=page.next_place)
        found += page.records
    return found


def fits(record: AuditRecord, wanted: Wanted) -> bool:
    name, at, address = record.actor.rpartition("@")
    actors = {record.actor, name, address} if at else {record.actor}
    keys = {action_key(record.action), trace_key(record.trace_id), *map(actor_key, actors)}
    keys |= {object_key(each.id) for each in record.objects} | {object_key(record.account or "none")}
    return (
        set(wanted.keys) <= keys
        and (wanted.since_ns is None or record.time >= wanted.since_ns)
        and (wanted.until_ns is None or record.time < wanted.until_ns)
    )


some_keys = st.lists(
    st.one_of(
        st.sampled_from(["10.0.0.1", "key:one", "user:admin@10.0.0.2", "nobody"]).map(actor_key),
        st.sampled_from([*ACTIONS, "none"]).map(action_key),
        st.integers(0, 210).map(lambda number: object_key(f"thing-{number}")),
        st.just(object_key("two")),
        st.integers(0, 20_000).map(lambda number: trace_key(f"trace-{number * 10}")),
    ),
    max_size=3,
    unique=True,
)
some_time = st.none() | st.integers(START_NS - 10, START_NS + 21_000)


def test_a_query_finds_exactly_what_fits(index: AuditIndex) -> None:
    one, two = ListedChain("one"), ListedChain("two")
    fill(one, 2_000, seed=1)
    fill(two, 700, seed=2, step_ns=30)
    Indexer(index, lambda: [one, two], rest_s=0).catch_up()
    every = [chain.show(record) for chain in (one, two) for record in chain.records]

    @settings(max_examples=60, deadline=None)
    @given(keys=some_keys, since_ns=some_time, until_ns=some_time, limit=st.integers(1, 300))
    def it_finds(keys: list[str], since_ns: int | None, until_ns: int | None, limit: int) -> None:
        wanted = Wanted(keys=tuple(keys), since_ns=since_ns, until_ns=until_ns)
        found = everything(Query([one, two], index, wanted), limit)
        assert sorted((each.time, each.hash) for each in found) == sorted(
            (each.time, each.hash) for each in every if fits(each, wanted)
        )
        times = [each.time for each in found]
        assert times == sorted(times, reverse=True)

    it_finds()


def test_the_index_spares_reading_what_cannot_fit(index: AuditIndex) -> None:
    chain = ListedChain()
    fill(chain, 20 * BLOCK_ENTRIES, seed=3)
    chain.add(entry(7, trace_id="the one"))
    fill(chain, 20 * BLOCK_ENTRIES, seed=4)
    Indexer(index, lambda: [chain], rest_s=0).catch_up()
    chain.reads = 0
    page = Query([chain], index, Wanted(keys=(trace_key("the one"),))).page(limit=10)
    assert [each.trace_id for each in page.records] == ["the one"]
    assert page.next_place is None
    assert chain.reads == 2  # the block that has it, and the last one, which is not whole yet


def test_without_an_index_everything_is_found_too_by_short_pages() -> None:
    chain = ListedChain()
    chain.add(entry(7, trace_id="the one"))
    fill(chain, 50 * BLOCK_ENTRIES, seed=5)
    query = Query([chain], None, Wanted(keys=(trace_key("the one"),)))
    first = query.page(limit=10)
    assert first.records == []
    assert first.next_place is not None
    assert [each.trace_id for each in everything(query, 10)] == ["the one"]


def test_a_page_reads_no_more_than_its_limit_of_blocks(index: AuditIndex) -> None:
    chain = ListedChain()
    for number in range(60 * BLOCK_ENTRIES):
        chain.add(entry(number, actor=ACTORS[number % 2], action=ACTIONS[number % 2]))
    Indexer(index, lambda: [chain], rest_s=0).catch_up()
    chain.reads = 0
    never = Wanted(keys=(actor_key("key:one@10.0.0.1"), action_key("orders.create")))
    page = Query([chain], index, never).page(limit=10)
    assert (page.records, chain.reads) == ([], 32)
    assert page.next_place is not None
    assert everything(Query([chain], index, never), 10) == []


def test_pages_hold_while_entries_are_added() -> None:
    one, two = ListedChain("one"), ListedChain("two")
    fill(one, 300, seed=6)
    fill(two, 300, seed=7)
    query = Query([one, two], None, Wanted())
    before = [(each.source, each.hash) for each in everything(query, 1_000)]
    found: list[AuditRecord] = []
    page = query.page(limit=70)
    while True:
        found += page.records
        one.add(entry(10**9))
        two.add(entry(10**9 + 1))
        if page.next_place is None:
            break
        page = query.page(limit=70, place=page.next_place)
    assert [(each.source, each.hash) for each in found] == before


def test_entries_of_a_clock_that_was_set_back_are_each_shown_once(index: AuditIndex) -> None:
    one, two = ListedChain("one"), ListedChain("two")
    one.add(*(entry(number if number < 300 else number - 250) for number in range(600)))
    two.add(*(entry(number) for number in range(0, 600, 5)))
    Indexer(index, lambda: [one, two], rest_s=0).catch_up()
    found = everything(Query([one, two], index, Wanted()), 37)
    assert sorted(each.hash for each in found) == sorted(each.hash.hex() for each in one.records + two.records)


def test_an_index_that_hides_an_entry_is_found_out(index: AuditIndex) -> None:
    chain = ListedChain()
    fill(chain, 3 * BLOCK_ENTRIES, seed=8)
    Indexer(index, lambda: [chain], rest_s=0).catch_up()
    assert differing_block(index, chain, chain) is None
    hidden = ListedChain()
    hidden.add(entry(BLOCK_ENTRIES * 10, actor="somebody else"))
    chain.records[BLOCK_ENTRIES + 3] = hidden.records[0]
    assert differing_block(index, chain, chain) == 1


def test_an_index_of_another_chain_is_made_anew(tmp_path: Path) -> None:
    chain, other = ListedChain(), ListedChain()
    fill(chain, 3 * BLOCK_ENTRIES, seed=9)
    fill(other, 2 * BLOCK_ENTRIES, seed=10)
    for chosen in (chain, other):
        index = AuditIndex(tmp_path / "audit-index.sqlite3")
        indexer = Indexer(index, lambda chosen=chosen: [chosen], rest_s=0)  # type: ignore[misc]
        indexer.start()
        indexer.stop()
        index.open()
        index_again = Indexer(index, lambda chosen=chosen: [chosen], rest_s=0)  # type: ignore[misc]
        index_again.catch_up()
        assert index.reached("listed")[1] == chosen.last()
        index.close()


def test_a_damaged_index_file_is_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "audit-index.sqlite3"
    path.write_bytes(b"not an index" * 1_000)
    index = AuditIndex(path)
    index.open()
    assert index.reached("listed")[0] == 0
    index.close()


def test_an_index_of_another_format_is_made_anew_and_not_taken_for_one_that_hides_something(tmp_path: Path) -> None:
    path = tmp_path / "audit-index.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    with pytest.raises(Unavailable, match="it has format 1; the next start makes it anew"):
        AuditIndex(path, to_read=True).open()
    index = AuditIndex(path)
    index.open()
    assert index.reached("listed")[0] == 0
    index.close()


def test_a_failed_write_leaves_the_index_as_it_was(index: AuditIndex) -> None:
    chain = ListedChain()
    fill(chain, BLOCK_ENTRIES, seed=11)
    block = Block(0, 1, 2, frozenset({7}))
    index.add("listed", [block], chain.last())
    with pytest.raises(Unavailable):
        index.add("listed", [block], chain.last())
    assert index.reached("listed")[0] == 1


@pytest.mark.parametrize("far_ns", [10**21, -(10**21)])
def test_times_beyond_what_a_column_holds_only_find_all_or_nothing(index: AuditIndex, far_ns: int) -> None:
    chain = ListedChain()
    fill(chain, 2 * BLOCK_ENTRIES, seed=12)
    Indexer(index, lambda: [chain], rest_s=0).catch_up()
    since = len(everything(Query([chain], index, Wanted(since_ns=far_ns)), 1_000))
    until = len(everything(Query([chain], index, Wanted(until_ns=far_ns)), 1_000))
    assert (since, until) == ((0, 2 * BLOCK_ENTRIES) if far_ns > 0 else (2 * BLOCK_ENTRIES, 0))


@pytest.mark.parametrize("number", [-(10**9), 0, 10**30])
def test_a_place_that_no_page_gave_out_finds_no_more_than_there_is(index: AuditIndex, number: int) -> None:
    chain = ListedChain()
    fill(chain, 2 * BLOCK_ENTRIES, seed=13)
    Indexer(index, lambda: [chain], rest_s=0).catch_up()
    page = Query([chain], index, Wanted()).page(limit=10, place={"listed": number})
    assert len(page.records) == (10 if number > 0 else 0)
    assert Query([chain], index, Wanted()).page(limit=10, place={"other": number}).records == []


class DamagedChain(ListedChain):
    """One with a block that no disk gives back, and an entry that nobody understands."""

    def __init__(self, name: str, *, lost: range, garbled: int) -> None:
        super().__init__(name)
        self.lost = lost
        self.garbled = garbled

    def read_range(self, first: int, until: int) -> list[Record]:
        if first in self.lost or until in self.lost:
            raise ChainBroken(first, "it cannot be read (a bad sector)")
        return super().read_range(first, until)

    def glance(self, record: Record) -> Glance:
        if record.seq == self.garbled:
            raise ChainBroken(record.seq, "it cannot be understood")
        return super().glance(record)


def test_what_cannot_be_read_is_left_out_of_pages_and_said_or_ends_an_export(index: AuditIndex) -> None:
    sound = ListedChain("sound")
    lost = range(BLOCK_ENTRIES + 1, 2 * BLOCK_ENTRIES + 1)
    damaged = DamagedChain("damaged", lost=lost, garbled=7)
    fill(sound, 3 * BLOCK_ENTRIES, seed=14)
    fill(damaged, 3 * BLOCK_ENTRIES, seed=15)
    query = Query([sound, damaged], index, Wanted(), leaves_out=True)
    page = query.page(limit=10_000)
    kept = [each for each in damaged.records if each.seq not in lost and each.seq != damaged.garbled]
    assert sorted(each.hash for each in page.records) == sorted(each.hash.hex() for each in [*sound.records, *kept])
    assert page.next_place is None
    assert page.left_out == [
        "Entries 257 to 512 of the damaged cannot be read: it cannot be read (a bad sector)",
        "Entry 7 of the damaged cannot be read: it cannot be understood",
    ]
    assert len(everything(query, 40)) == len(page.records), "the same by small pages"
    with pytest.raises(Unavailable) as refused:
        list(Query([sound, damaged], index, Wanted()).pages(limit=100))
    assert refused.value.code == "AUDIT_DAMAGED"


class GoneChain(ListedChain):
    """One that is not there at all for a while."""

    is_gone = True

    def open(self) -> ListedChain:
        if self.is_gone:
            raise Unavailable("the file is no database")
        return self


def test_a_chain_that_comes_back_between_two_pages_is_gone_through_from_its_newest_entry(index: AuditIndex) -> None:
    sound, gone = ListedChain("sound"), GoneChain("gone")
    fill(sound, 100, seed=16)
    fill(gone, 30, seed=17)
    query = Query([sound, gone], index, Wanted(), leaves_out=True)
    first = query.page(limit=60)
    assert (len(first.records), first.left_out) == (60, ["Nothing of the gone can be read: the file is no database"])
    gone.is_gone = False
    assert first.next_place is not None
    rest = query.page(limit=1_000, place=first.next_place)
    assert (len(rest.records), rest.next_place, rest.left_out) == (70, None, [])
    gone.is_gone = True
    with pytest.raises(Unavailable, match="no database"):
        Query([gone], index, Wanted(), leaves_out=True).page(limit=10)
