"""While the source of a market is silent nothing fills at its last price, unless the account wants so; and why is said."""

import pytest

from tests.trading.sandbox.scene import BTC, UNIT, Scene, replayed
from trading.sandbox.orders import ChangeAccount, OpenAccount, OrderType, PlaceOrder, ReplaceOrder, Side, TimeInForce
from trading.sandbox.policies import FillPolicy

PRICE = 6_400_000
LATE = FillPolicy(place_latency_ms=1)
SINCE_NS = 1_767_225_600_000_000_000


@pytest.fixture
def scene():
    """A market that has fallen silent, the account `a`, and the account `bold` that trades all the same."""
    made = Scene()
    made.keep(
        made.exchange.apply(
            OpenAccount(
                account_id="bold", name="bold", type="cash", base_currency="USDT", allow_short=False, maker_ppm=200,
                taker_ppm=500, fill_policy="realistic", balances={"USDT": 100_000 * UNIT}, allow_stale_prices=True,
            ),
            made.time_ns,
        )
    )  # fmt: skip
    made.market(PRICE, asks=((PRICE, 1_000), (PRICE + 10, 5_000)))
    made.exchange.grow_stale("BTC-USDT", SINCE_NS)
    return made


def test_a_market_order_is_refused_and_told_since_when_the_price_is_stale(scene):
    order = scene.place("buy", 500)
    assert (order.status, scene.events[-1].code) == ("rejected", "STALE_PRICE")
    assert order.status_reason == (
        "The last price of BTC-USDT, 64000.00, is stale: its source has been silent since 2026-01-01T00:00:00.000Z. "
        "Wait for the next one."
    )
    assert scene.events[-1].details == {"last": "64000.00", "since": "2026-01-01T00:00:00.000Z"}


def test_a_limit_that_the_last_price_reaches_waits_instead_and_fills_when_prices_come(scene):
    order = scene.place("buy", 500, type="limit", price=PRICE + 20)
    assert (order.status, order.filled_lots) == ("open", 0)
    scene.market(PRICE - 50)
    assert (order.status, scene.fills(order)) == ("filled", [(PRICE - 49, 500)])


def test_one_that_will_not_wait_expires_and_says_that_the_price_was_stale(scene):
    order = scene.place("buy", 500, type="limit", price=PRICE + 20, tif="ioc")
    assert (order.status, order.filled_lots) == ("expired", 0)
    assert "stale" in order.status_reason


def test_fill_or_kill_is_refused_for_the_same_reason(scene):
    assert scene.place("buy", 500, type="limit", price=PRICE + 20, tif="fok").status == "rejected"
    assert scene.events[-1].code == "STALE_PRICE"


def test_a_stop_that_the_last_price_has_passed_does_not_trigger(scene):
    assert scene.place("buy", 500, type="stop", stop=PRICE - 100).status == "pending"


def test_a_change_of_a_resting_order_does_not_fill_it(scene):
    order = scene.place("buy", 500, type="limit", price=PRICE - 500)
    scene.keep(
        scene.exchange.apply(ReplaceOrder(order_id=order.id, account_id="a", price_ticks=PRICE + 20), scene.time_ns)
    )
    assert scene.exchange.orders[order.id].filled_lots == 0


def test_an_account_that_allows_it_fills_at_the_last_price_and_takes_each_level_once(scene):
    first, second = scene.place("buy", 1_000, account="bold"), scene.place("buy", 1_000, account="bold")
    assert (scene.fills(first), scene.fills(second)) == ([(PRICE, 1_000)], [(PRICE + 10, 1_000)])
    assert scene.place("buy", 500).status == "rejected"


def test_its_order_that_rests_can_be_changed_into_one_that_fills(scene):
    order = scene.place("buy", 500, type="limit", price=PRICE - 500, account="bold")
    scene.keep(
        scene.exchange.apply(ReplaceOrder(order_id=order.id, account_id="bold", price_ticks=PRICE + 20), scene.time_ns)
    )
    assert scene.exchange.orders[order.id].status == "filled"


def test_a_preview_says_what_would_happen(scene):
    command = PlaceOrder(
        order_id="p", account_id="a", symbol="BTC-USDT", side=Side.BUY, type=OrderType.MARKET,
        time_in_force=TimeInForce.IOC, quantity_lots=100,
    )  # fmt: skip
    assert scene.exchange.preview(command, scene.time_ns).refusal.code == "STALE_PRICE"


@pytest.mark.parametrize(
    ("asked", "status", "fills"),
    [
        ({}, "filled", [(PRICE, 500)]),
        ({"type": "limit", "price": PRICE + 20}, "filled", [(PRICE, 500)]),
        ({"type": "limit", "price": PRICE + 20, "tif": "fok"}, "filled", [(PRICE, 500)]),
        ({"type": "stop", "stop": PRICE - 100}, "filled", [(PRICE, 500)]),
        ({"type": "limit", "price": PRICE - 20}, "open", []),
    ],
)
def test_an_order_that_arrives_late_in_silence_meets_the_last_price_if_its_account_wants_so(
    scene, asked, status, fills
):
    scene.keep(scene.exchange.apply(ChangeAccount(account_id="bold", policy=LATE, fill_policy="custom"), scene.time_ns))
    order = scene.place("buy", 500, account="bold", **asked)
    assert order.status == "accepted"
    scene.time_ns += 2_000_000
    scene.keep(scene.exchange.on_time(scene.time_ns))
    assert (order.status, scene.fills(order)) == (status, fills)
    other = scene.place("buy", 600, account="bold", type="limit", price=PRICE + 20, tif="ioc")
    scene.time_ns += 2_000_000
    scene.keep(scene.exchange.on_time(scene.time_ns))
    taken = sum(lots for _, lots in fills)
    assert scene.fills(other) == ([(PRICE, 500), (PRICE + 10, 100)] if taken else [(PRICE, 600)])
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


@pytest.mark.parametrize("asked", [{}, {"type": "limit", "price": PRICE + 20, "tif": "ioc"}, {"tif": "fok"}])
def test_one_that_was_on_its_way_when_the_source_fell_silent_ends_and_says_that_the_price_was_stale(asked):
    scene = Scene(policy=LATE)
    scene.market(PRICE)
    order = scene.place("buy", 500, **asked)
    scene.exchange.grow_stale("BTC-USDT", SINCE_NS)
    scene.time_ns += 2_000_000
    scene.keep(scene.exchange.on_time(scene.time_ns))
    assert (order.status, order.filled_lots) == ("expired", 0)
    assert "stale" in order.status_reason


def test_a_market_that_closes_while_it_is_stale_is_closed_for_everybody(scene):
    scene.exchange.close_market("BTC-USDT")
    assert scene.place("buy", 500, account="bold").status == "rejected"
    assert scene.events[-1].code == "NO_MARKET_PRICE"


def test_the_next_price_makes_it_a_market_again(scene):
    scene.market(PRICE + 100)
    assert scene.place("buy", 500).status == "filled"


def test_the_permission_is_part_of_the_account_and_survives_a_replay(scene):
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()
    assert replayed(scene.events).accounts["bold"].allow_stale_prices
    assert not replayed(scene.events).accounts["a"].allow_stale_prices


def test_an_order_beyond_the_venues_limits_is_refused_with_them(monkeypatch):
    from markets.instruments import make_instrument
    from tests.trading.sandbox import scene as stage

    small = make_instrument("BTC-USDT", tick="0.01", lot="0.00001", min_lots=10, max_lots=1_000)
    monkeypatch.setitem(stage.INSTRUMENTS, "BTC-USDT", small)
    scene = Scene()
    scene.market(PRICE)
    assert scene.place("buy", 1_001).status == "rejected"
    assert scene.events[-1].code == "QUANTITY_LIMIT"
    assert scene.events[-1].details == {"min_quantity": "0.00010", "max_quantity": "0.01000"}
    assert scene.place("buy", 9).status == "rejected"
    assert scene.place("buy", 1_000).status == "filled"
    assert BTC.max_lots == 0
