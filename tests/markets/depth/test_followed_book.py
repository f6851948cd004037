"""A book that follows a venue: equal to the truth whenever it says that it stands, stale from a gap to a snapshot."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from markets.depth import following
from markets.depth.chains import CHAINS, Diff, Snapshot, binance_futures, binance_spot, linked, sequence
from markets.depth.following import MAX_WAITING_DIFFS, FollowedBook
from tests.markets.depth.venue import Venue

NUMBERINGS = {"spot": "binance-spot", "futures": "binance-futures", "sequence": "bybit"}


def followed(chain=linked, **options):
    asked = []
    return FollowedBook(chain, asked.append, **options), asked


def sides(book):
    return dict(book.book.bids.levels), dict(book.book.asks.levels)


class FollowingMachine(RuleBasedStateMachine):
    """A venue changes its book; its messages arrive, are lost, come twice, come late; snapshots of any age come between."""

    @initialize(numbering=st.sampled_from(sorted(NUMBERINGS)), seed=st.integers(0, 2**16))
    def begin(self, numbering, seed):
        self.venue = Venue(seed, numbering=numbering, levels=15)
        self.asked = []
        self.book = FollowedBook(CHAINS[NUMBERINGS[numbering]], self.asked.append)
        self.on_the_way = []
        self.arrived = []

    def deliver(self, diff):
        """The next change of a book that stands is applied, an older one left out, a later one shows the gap."""
        was_good, before = not self.book.is_stale, self.book.last_id
        stands = self.book.on_diff(diff)
        assert stands == (not self.book.is_stale)
        if not was_good:
            assert not stands
        elif diff.last_id <= before:
            assert (stands, self.book.last_id) == (True, before)
        else:
            follows = diff.last_id == min(one for one in self.venue.history if one > before)
            assert stands == follows

    @rule(levels=st.integers(0, 8), times=st.integers(1, 4))
    def the_book_changes(self, levels, times):
        self.on_the_way += [self.venue.change(levels) for _ in range(times)]

    @precondition(lambda self: self.on_the_way)
    @rule()
    def a_diff_arrives(self):
        self.arrived.append(self.on_the_way.pop(0))
        self.deliver(self.arrived[-1])

    @precondition(lambda self: self.on_the_way)
    @rule()
    def a_diff_is_lost(self):
        del self.on_the_way[0]

    @precondition(lambda self: self.arrived)
    @rule(data=st.data())
    def a_diff_comes_again(self, data):
        self.deliver(data.draw(st.sampled_from(self.arrived[-10:])))

    @rule(data=st.data())
    def a_snapshot_arrives(self, data):
        last_id = data.draw(st.sampled_from(sorted(self.venue.history)[-8:]))
        was_good, before = not self.book.is_stale, self.book.last_id
        self.book.on_snapshot(self.venue.snapshot(last_id))
        if was_good and last_id < before:
            assert (self.book.is_stale, self.book.last_id) == (False, before), "a late snapshot is left out"

    @invariant()
    def a_book_that_stands_is_the_true_one(self):
        if not hasattr(self, "book") or self.book.is_stale:
            return
        assert sides(self.book) == self.venue.history[self.book.last_id]

    @invariant()
    def it_is_sorted_positive_and_never_crossed(self):
        if not hasattr(self, "book"):
            return
        bids, asks = self.book.book.view()
        assert list(bids) == sorted(bids, reverse=True)
        assert list(asks) == sorted(asks)
        assert all(lots > 0 for _, lots in (*bids, *asks))
        assert not (bids and asks) or bids[0][0] < asks[0][0]

    @invariant()
    def a_stale_book_is_empty_and_has_asked(self):
        if not hasattr(self, "book") or not self.book.is_stale:
            return
        assert self.book.book.view() == ((), ())
        assert self.asked or not self.book.counts.snapshots


TestFollowing = FollowingMachine.TestCase
TestFollowing.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


@pytest.mark.parametrize("numbering", sorted(NUMBERINGS))
def test_a_lost_diff_makes_the_book_stale_until_a_snapshot_that_later_diffs_join(numbering):
    venue = Venue(7, numbering=numbering)
    book, asked = followed(CHAINS[NUMBERINGS[numbering]])
    book.on_snapshot(venue.snapshot())
    assert book.on_diff(venue.change())
    venue.change()
    assert not book.on_diff(venue.change())
    assert book.is_stale
    assert len(asked) == 1
    assert "does not follow" in asked[0]
    snapshot = venue.snapshot()
    for _ in range(3):
        assert not book.on_diff(venue.change()), "it waits for the snapshot"
    assert book.on_snapshot(snapshot)
    assert sides(book) == (venue.bids, venue.asks)
    assert (book.counts.gaps, book.counts.snapshots, book.counts.late) == (1, 2, 1)


def test_a_snapshot_older_than_what_was_lost_is_told_as_a_gap_and_asked_for_again():
    venue = Venue(3)
    book, asked = followed(binance_futures)
    old = venue.snapshot()
    book.on_snapshot(old)
    venue.change()
    book.on_diff(venue.change())
    assert not book.on_snapshot(old)
    assert len(asked) == 2
    assert book.on_snapshot(venue.snapshot())


def test_the_first_diff_on_a_futures_snapshot_spans_it_and_the_next_ones_name_their_predecessor():
    book, _ = followed(binance_futures)
    book.on_snapshot(Snapshot(100, [(9, 1)], [(11, 1)]))
    assert book.on_diff(Diff(80, 99, [(9, 5)], [], 79))
    assert book.counts.late == 1
    assert book.on_diff(Diff(95, 104, [(9, 2)], [], 94))
    assert book.on_diff(Diff(107, 110, [(9, 3)], [], 104))
    assert not book.on_diff(Diff(108, 115, [(9, 4)], [], 106)), "ids overlap, but its predecessor is another"


def test_a_first_futures_diff_behind_the_snapshot_is_a_gap():
    book, asked = followed(binance_futures)
    book.on_snapshot(Snapshot(100, [(9, 1)], [(11, 1)]))
    assert not book.on_diff(Diff(106, 110, [], [], 105))
    assert len(asked) == 1


def test_the_first_diff_on_a_spot_snapshot_may_begin_at_the_next_id_at_the_latest():
    for first_id, stands in ((90, True), (101, True), (102, False)):
        book, _ = followed(binance_spot)
        book.on_snapshot(Snapshot(100, [(9, 1)], [(11, 1)]))
        assert book.on_diff(Diff(first_id, 105, [(9, 2)], [])) is stands


def test_a_venue_that_starts_over_is_believed_whatever_its_ids():
    book, _ = followed(sequence)
    book.on_snapshot(Snapshot(500, [(9, 1)], [(11, 1)]))
    assert book.on_snapshot(Snapshot(1, [(7, 1)], [(8, 1)], is_reset=True))
    assert book.on_diff(Diff(2, 2, [(7, 0), (6, 4)], []))
    assert sides(book) == ({6: 4}, {8: 1})


def test_a_newer_level_pushes_out_the_older_ones_it_crosses_and_they_are_counted():
    book, asked = followed(sequence)
    book.on_snapshot(Snapshot(1, [(8, 1), (9, 1)], [(11, 1), (12, 2), (13, 3)]))
    assert book.on_diff(Diff(2, 2, [(12, 5)], []))
    assert sides(book) == ({8: 1, 9: 1, 12: 5}, {13: 3})
    assert book.on_diff(Diff(3, 3, [], [(9, 7)]))
    assert sides(book) == ({8: 1}, {9: 7, 13: 3})
    assert (book.counts.crossed_levels, asked) == (4, [])


def test_a_diff_or_snapshot_that_crosses_itself_is_not_believed():
    book, asked = followed(sequence)
    assert not book.on_snapshot(Snapshot(1, [(9, 1)], [(9, 1)]))
    assert book.on_snapshot(Snapshot(1, [(9, 1)], [(11, 1)]))
    assert not book.on_diff(Diff(2, 2, [(12, 5)], [(10, 5)]))
    assert book.is_stale
    assert (book.counts.contradictions, len(asked)) == (2, 2)


def test_a_checksum_that_differs_makes_the_book_stale():
    book, asked = followed(sequence, checksum=lambda book: sum(price for price, _ in book.bids.levels))
    book.on_snapshot(Snapshot(1, [(9, 1)], [(11, 1)]))
    assert book.on_diff(Diff(2, 2, [(8, 1)], [], checksum=17))
    assert not book.on_diff(Diff(3, 3, [(7, 1)], [], checksum=17))
    assert "checksum of update 3" in asked[0]
    assert book.counts.wrong_checksums == 1


def test_waiting_diffs_are_bounded_and_a_snapshot_is_asked_for_again():
    book, asked = followed(sequence)
    for number in range(MAX_WAITING_DIFFS + 10):
        book.on_diff(Diff(number + 1, number + 1, [(9, 1)], []))
    assert book.counts.forgotten == 10
    assert len(asked) == 1
    assert not book.on_snapshot(Snapshot(5, [(9, 1)], [(11, 1)])), "what followed it was forgotten"


def test_waiting_diffs_are_bounded_by_their_levels_too(monkeypatch):
    monkeypatch.setattr(following, "MAX_WAITING_LEVELS", 1_000)  # a million of them take long to join
    book, _ = followed(sequence)
    wide = [(price, 1) for price in range(1, 101)]
    for number in range(1, 31):
        book.on_diff(Diff(number, number, wide, []))
    assert book.counts.forgotten == 20
    assert not book.on_snapshot(Snapshot(19, [(9, 1)], [(200_000, 1)])), "the diff that followed it was forgotten"
    assert book.on_snapshot(Snapshot(20, [(9, 1)], [(200_000, 1)]))
    assert book.last_id == 30
