"""What an exchange lists becomes instruments with its real steps, limits and fees."""

import pytest

from markets.instruments import make_instrument
from markets.sources.live.listings import find_listings

STEP = 4


def listed(symbol="AAA/USDT", *, price=0.01, amount=0.001, **more):
    base, quote = symbol.split("/")
    return {
        symbol: {
            "symbol": symbol, "base": base, "quote": quote, "spot": True, "active": True, "maker": 0.0008, "taker": 0.001,
            "precision": {"price": price, "amount": amount},
            "limits": {"amount": {"min": 0.002, "max": 9_000.0}, "cost": {"min": 5.0}}, **more,
        }
    }  # fmt: skip


def nothing(symbol):
    return None


def one(markets, mode=STEP, known=nothing):
    (found,) = find_listings(["AAA-USDT"], markets, mode, known).found
    return found


def test_ticks_lots_limits_and_fees_are_the_venues():
    instrument = one(listed()).instrument
    assert (str(instrument.tick), str(instrument.lot)) == ("0.01", "0.001")
    assert (instrument.maker_ppm, instrument.taker_ppm) == (800, 1_000)
    assert instrument.min_notional_units == 500_000_000
    assert (instrument.min_lots, instrument.max_lots) == (2, 9_000_000)


def test_decimal_places_are_understood_too():
    instrument = one(listed(price=5, amount=1), mode=2).instrument
    assert (str(instrument.tick), str(instrument.lot)) == ("0.00001", "0.1")


def test_a_lot_too_fine_for_its_tick_becomes_coarser():
    instrument = one(listed(price=1e-7, amount=0.001)).instrument
    assert (str(instrument.tick), str(instrument.lot)) == ("0.0000001", "0.1")


def test_an_instrument_that_is_there_already_keeps_its_steps_and_the_listing_says_so():
    ours = make_instrument("AAA-USDT", tick="0.05", lot="0.001")
    found = one(listed(), known=lambda symbol: ours)
    assert found.instrument is ours
    assert found.notes == ("The venue's tick is 0.01, here it is 0.05; what is finer is rounded.",)


@pytest.mark.parametrize(
    ("markets", "reason"),
    [
        ({}, "is not listed there"),
        (listed(active=False), "is not traded there at present"),
        (listed(price=None), "has steps that cannot be used (it does not say the step of its price)"),
        (listed(spot=False), "is not listed there"),
    ],
)
def test_what_cannot_be_followed_is_named_with_its_reason(markets, reason):
    assert find_listings(["AAA-USDT"], markets, STEP, nothing).missing == {"AAA-USDT": reason}
