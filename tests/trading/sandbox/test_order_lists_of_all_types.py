"""Order lists whose legs trail, trigger on the winning side, show a part or end by themselves."""

import pytest

from kit.errors import Invalid
from tests.trading.sandbox.list_scene import ListScene, stand
from tests.trading.sandbox.scene import UNIT
from trading.sandbox.orders import ReplaceOrder, Terms

PRICE = 6_000_000
LOTS = 1_000
TARGET, STOP = 6_600_000, 5_700_000
TRAIL = 100_000


@pytest.fixture
def scene() -> ListScene:
    """An account with 100,000 USDT and 1 BTC, at a price of 60,000."""
    scene = ListScene(USDT=100_000 * UNIT, BTC=UNIT)
    scene.market(PRICE)
    return scene


def bracket(scene: ListScene, **legs: dict) -> list:
    """A bracket that buys below the market, or what is said otherwise, with a stop that trails by 1,000."""
    sides = {"entry": {"price": 5_990_000}, "take_profit": {"price": TARGET}, "stop_loss": {"trail": TRAIL}}
    return scene.place_list("bracket", "buy", LOTS, **{**sides, **legs})


def test_a_trailing_leg_begins_at_the_price_at_which_its_entry_filled(scene):
    entry, target, stop = bracket(scene)
    assert (stop.status, stop.stop_ticks, stop.watermark_ticks) == ("pending", None, None)
    scene.market(6_200_000)
    scene.market(5_990_001, came_from=6_200_000)
    assert entry.status == "open"
    scene.market(5_980_000, came_from=5_990_001)
    assert (entry.status, stop.watermark_ticks, stop.stop_ticks) == ("filled", 5_990_000, 5_990_000 - TRAIL)
    scene.market(6_100_000)
    assert scene.exchange.present(stop).stop_ticks == 6_100_000 - TRAIL
    scene.market(6_100_000 - TRAIL, came_from=6_100_000)
    assert stand(target, stop) == [("canceled", 0, LOTS), ("filled", LOTS, 0)]
    assert scene.replays()


def test_a_step_through_the_entry_and_its_trailing_stop_trades_both(scene):
    entry, target, stop = bracket(scene)
    scene.market(5_800_000, came_from=PRICE)
    assert scene.fills(entry) == [(5_990_000, LOTS)]
    assert scene.fills(stop) == [(5_990_000 - TRAIL - 1, LOTS)]
    assert target.status == "canceled"
    assert scene.replays()


def test_a_trailing_leg_keeps_its_best_price_while_it_grows(scene):
    entry, _, stop = bracket(scene)
    scene.market(5_990_000, asks=((5_990_000, 600),))
    scene.market(6_200_000)
    scene.market(5_990_000 + TRAIL + 200_000)
    best = 5_990_000 + TRAIL + 200_000
    assert scene.exchange.present(stop).stop_ticks == best - TRAIL
    assert stop.remaining_lots == 600
    scene.market(best - TRAIL + 10, asks=((5_990_000, 400),))
    assert entry.status == "filled"
    assert (stop.remaining_lots, scene.exchange.present(stop).stop_ticks) == (LOTS, best - TRAIL)
    assert scene.replays()


def test_a_pair_of_buys_with_a_trailing_leg_never_lacks_its_money(scene):
    target, stop = scene.place_list(
        "oco",
        "buy",
        LOTS,
        take_profit={"price": STOP},
        stop_loss={"trail": TRAIL, "type": "trailing_stop_limit", "limit_offset": 50},
    )
    dearest = (PRICE + TRAIL + 50) * LOTS * 10
    assert scene.held("USDT") == dearest * 10_005 // 10_000
    scene.market(5_800_000)
    scene.market(5_800_000 + TRAIL, asks=((5_800_000 + TRAIL + 1, 300),), came_from=5_800_000)
    assert stand(target, stop) == [("open", 0, 700), ("partially_filled", 300, 700)]
    assert scene.held("USDT") == target.held_units >= (5_800_000 + TRAIL + 50) * 700 * 10
    assert scene.replays()
    scene.market(STOP - 10)
    assert stand(target) == [("filled", 700, 0)]
    assert scene.held("USDT") == 0


def test_a_target_with_a_trigger_ends_the_stop(scene):
    target, stop = scene.place_list(
        "oco", "sell", LOTS, take_profit={"stop": TARGET, "type": "take_profit"}, stop_loss={"stop": STOP}
    )
    scene.market(TARGET)
    assert stand(target, stop) == [("filled", LOTS, 0), ("canceled", 0, LOTS)]


def test_a_waiting_trailing_leg_takes_another_distance(scene):
    _, _, stop = bracket(scene)
    command = ReplaceOrder(order_id=stop.id, account_id="a", terms=Terms(trail_ticks=2 * TRAIL))
    scene.keep(scene.exchange.apply(command, scene.time_ns))
    scene.market(5_980_000)
    assert stop.stop_ticks == stop.watermark_ticks - 2 * TRAIL
    assert scene.replays()


@pytest.mark.parametrize("leg", [0, 1, 2])
def test_an_order_of_a_list_that_ends_by_its_time_ends_the_list(scene, leg):
    role = ("entry", "take_profit", "stop_loss")[leg]
    base = {"entry": {"price": 5_990_000}, "take_profit": {"price": TARGET}, "stop_loss": {"stop": STOP}}
    orders = bracket(scene, **{**base, role: {**base[role], "tif": "gtd", "expires": scene.time_ns + 5_000}})
    scene.keep(scene.exchange.on_time(scene.time_ns + 5_000))
    assert [order.status for order in orders] == ["expired" if number == leg else "canceled" for number in range(3)]
    assert scene.replays()


def test_an_iceberg_leg_shows_its_part_of_what_was_filled(scene):
    entry, target, _ = bracket(scene, take_profit={"price": TARGET, "display": 200}, stop_loss={"stop": STOP})
    scene.market(5_990_000, asks=((5_990_000, 150),))
    assert (target.remaining_lots, target.shown_lots) == (150, 150)
    scene.market(5_980_000)
    assert (entry.status, target.remaining_lots) == ("filled", LOTS)
    scene.market(TARGET + 10)
    assert target.status == "filled"
    assert scene.replays()


def test_an_oco_may_only_lessen_a_position_and_a_follower_always_does(scene):
    scene.place("buy", LOTS)
    reducing = {"take_profit": {"price": TARGET, "reduce_only": True}, "stop_loss": {"stop": STOP, "reduce_only": True}}
    target, stop = scene.place_list("oco", "sell", LOTS, **reducing)
    scene.market(TARGET + 10, bids=((TARGET, 400),))
    assert stand(target, stop) == [("partially_filled", 400, 600), ("pending", 0, 600)]
    assert scene.held("BTC") == 600 * 1_000
    scene.market(STOP)
    assert stand(stop) == [("filled", 600, 0)]
    scene.place("buy", 10)
    scene.place_list("oco", "sell", LOTS, **reducing)
    assert scene.refusal.code == "REDUCE_ONLY"
    with pytest.raises(Invalid) as refused:
        bracket(scene, take_profit={"price": TARGET, "reduce_only": True})
    assert list(refused.value.details) == ["take_profit.reduce_only"]
    assert scene.replays()


@pytest.mark.parametrize(
    ("stop_loss", "field"),
    [
        ({"trail": PRICE + 1}, "stop_loss.trail_amount"),
        ({"type": "trailing_stop"}, "stop_loss.trail_amount"),
        ({"trail": TRAIL, "limit_offset": 5}, "stop_loss.limit_offset"),
        ({"stop": STOP, "tif": "gtd"}, "stop_loss.expires_at"),
    ],
)
def test_terms_that_cannot_be_are_named_by_leg_and_field(scene, stop_loss, field):
    with pytest.raises(Invalid) as refused:
        bracket(scene, stop_loss=stop_loss)
    assert list(refused.value.details) == [field]


def test_a_distance_beyond_the_price_at_which_the_entry_filled_ends_the_legs_with_the_numbers(scene):
    entry, target, stop = bracket(scene, stop_loss={"trail": 5_995_000})
    scene.market(5_980_000)
    assert [order.status for order in (entry, target, stop)] == ["filled", "expired", "expired"]
    assert stop.status_reason == (
        "When its turn came its distance was more than 59800.01, which it was to follow. Use a percentage."
    )
    assert scene.replays()
