"""The synthetic ladder: whatever the bar, it stays within it and never crosses."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from markets.books import checksum, ladder, ladder_sizes, level_changes

lots = st.integers(min_value=0, max_value=10**15)
small_steps = st.integers(min_value=1, max_value=10**6)


@st.composite
def ranges(draw):
    """(low, price, high) with low <= price <= high, from flat to very wide."""
    low = draw(st.integers(min_value=1, max_value=10**9))
    width = draw(st.one_of(st.integers(0, 5), st.integers(0, 10**7)))
    return low, low + draw(st.integers(0, width)), low + width


@given(range_=ranges(), spread=small_steps, gap=small_steps, depth=lots)
def test_a_ladder_stays_within_its_range_and_never_crosses(range_, spread, gap, depth):
    low, price, high = range_
    sizes = ladder_sizes(depth)
    bids, asks = ladder(price, spread_ticks=spread, gap_ticks=gap, sizes=sizes, low_ticks=low, high_ticks=high)
    assert bids
    assert asks
    assert all(low <= ticks <= high and quantity >= 1 for ticks, quantity in (*bids, *asks))
    assert bids[0][0] <= price <= asks[0][0]
    assert (bids[0][0] < asks[0][0]) == (low < high)
    assert asks[0][0] - bids[0][0] == min(spread, high - low)
    assert [ticks for ticks, _ in bids] == sorted({ticks for ticks, _ in bids}, reverse=True)
    assert [ticks for ticks, _ in asks] == sorted({ticks for ticks, _ in asks})
    assert sum(quantity for _, quantity in bids) == sum(quantity for _, quantity in asks) == max(1, depth)


@given(depth=lots, levels=st.integers(1, 50))
def test_sizes_grow_from_the_touch_and_add_up_to_the_depth(depth, levels):
    sizes = ladder_sizes(depth, levels)
    assert sum(sizes) == max(1, depth)
    assert 1 <= len(sizes) <= levels
    assert list(sizes) == sorted(sizes)
    assert sizes[0] >= 1


def test_a_flat_range_gives_one_level_a_side_at_its_price():
    bids, asks = ladder(500, spread_ticks=10, gap_ticks=3, sizes=ladder_sizes(1_000), low_ticks=500, high_ticks=500)
    assert bids == ((500, 1_000),)
    assert asks == ((500, 1_000),)


def test_what_would_leave_the_range_is_folded_onto_the_last_level_inside():
    bids, asks = ladder(100, spread_ticks=2, gap_ticks=2, sizes=(1, 2, 3, 4), low_ticks=97, high_ticks=200)
    assert bids == ((99, 1), (97, 9))
    assert asks == ((101, 1), (103, 2), (105, 3), (107, 4))


sides = st.dictionaries(st.integers(1, 50), st.integers(1, 9), max_size=12).map(
    lambda levels: tuple(sorted(levels.items()))
)


@given(before=sides, after=sides)
def test_changes_turn_one_side_into_the_other(before, after):
    book = dict(before)
    for ticks, quantity in level_changes(before, after):
        assert book.get(ticks, 0) != quantity, "a level that did not change is not a change"
        if quantity:
            book[ticks] = quantity
        else:
            del book[ticks]
    assert book == dict(after)


def test_the_checksum_covers_the_ten_best_of_each_side_as_sent():
    bids = [(f"{100 - n}.00", "1.5") for n in range(12)]
    asks = [(f"{101 + n}.00", "2.5") for n in range(12)]
    text = "|".join(f"{price}:{quantity}" for price, quantity in [*bids[:10], *asks[:10]])
    assert checksum(bids, asks) == zlib.crc32(text.encode())
    assert checksum(bids[:1], []) == zlib.crc32(b"100.00:1.5")
