"""The venues' own checksums, against the examples of their documentation."""

import zlib

from markets.depth import checksums


def test_the_checksum_of_kraken_is_that_of_its_documented_example():
    asks = [(f"0.{5005 + 5 * n:05}", "0.00000500") for n in range(10)]
    bids = [(f"0.{price:05}", "0.00000500") for price in (5000, 4995, 4990, 4980, 4975, 4970, 4965, 4960, 4955, 4950)]
    assert checksums.kraken(bids, asks) == 974_947_235


def test_levels_beyond_the_tenth_do_not_count_for_kraken():
    levels = [(f"{n}.50", "1.00") for n in range(1, 20)]
    assert checksums.kraken(levels, levels) == checksums.kraken(levels[:10], levels[:10])
    assert checksums.kraken(levels, levels) != checksums.kraken(levels[1:], levels)


def test_the_checksum_of_okx_takes_sides_in_turn_and_goes_on_with_the_longer_one():
    bids, asks = [("3366.1", "7")], [("3366.8", "9"), ("3368", "8"), ("3372", "8")]
    unsigned = zlib.crc32(b"3366.1:7:3366.8:9:3368:8:3372:8")
    assert checksums.okx(bids, asks) % 2**32 == unsigned
    assert -(2**31) <= checksums.okx(bids, asks) < 2**31
