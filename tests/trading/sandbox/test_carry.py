"""Interest, borrowing and funding at the charging times of the market's clock."""

from tests.trading.sandbox.scene import UNIT, Scene, replayed
from tests.trading.sandbox.test_account_money import change
from tests.trading.sandbox.test_margin import BTC, margin_scene, to
from trading.sandbox.carry import CARRY, PERIOD_NS
from trading.sandbox.events import CarrySettled, FundsMoved
from trading.sandbox.margin_terms import MarginTerms


def charged(events: list) -> list[tuple[str, int]]:
    return [(event.kind, event.units) for event in events if isinstance(event, FundsMoved)]


def at(scene: Scene, time_ns: int, ticks: int = 5_000_000) -> list:
    scene.time_ns = time_ns - 1_000
    return to(scene, ticks)


def test_a_long_pays_funding_and_interest_at_each_charging_time_and_only_then():
    scene = margin_scene(10, funding_ppm=100, interest_ppm=109_500)
    scene.place("buy", 2 * BTC)
    assert at(scene, PERIOD_NS - 1) == []
    # 100 millionths of 100,000; 10.95 % a year of 90,000 for a third of a day.
    assert charged(at(scene, PERIOD_NS)) == [("funding", -10 * UNIT), ("interest", -9 * UNIT)]
    assert at(scene, 2 * PERIOD_NS - 1) == []
    assert [kind for kind, _ in charged(at(scene, 2 * PERIOD_NS))] == ["funding", "interest"]


def test_a_short_earns_funding_and_pays_for_what_it_borrowed():
    scene = margin_scene(10, funding_ppm=100, borrow_ppm=109_500, interest_ppm=109_500)
    scene.place("sell", 2 * BTC)
    assert charged(at(scene, PERIOD_NS)) == [("funding", 10 * UNIT), ("borrow_fee", -10 * UNIT)]


def test_every_time_that_the_clock_passes_is_charged():
    scene = margin_scene(10, funding_ppm=100)
    scene.place("buy", 2 * BTC)
    events = at(scene, 3 * PERIOD_NS + 5)
    assert [event.time_ns for event in events if isinstance(event, CarrySettled)] == [
        PERIOD_NS, 2 * PERIOD_NS, 3 * PERIOD_NS,
    ]  # fmt: skip


def test_a_position_is_not_charged_for_the_time_before_it_was_opened():
    scene = margin_scene(10, funding_ppm=100)
    at(scene, 5 * PERIOD_NS + 1)
    scene.place("buy", BTC)
    assert charged(at(scene, 6 * PERIOD_NS - 1)) == []
    assert charged(at(scene, 6 * PERIOD_NS)) == [("funding", -5 * UNIT)]


def test_nothing_is_charged_any_more_once_the_position_or_the_terms_are_gone():
    scene = margin_scene(10, funding_ppm=100)
    scene.place("buy", BTC)
    scene.place("sell", BTC, is_closing=True)
    assert at(scene, PERIOD_NS) == []
    scene.place("buy", BTC)
    change(scene, margin=MarginTerms(leverage=10))
    assert at(scene, 2 * PERIOD_NS) == []


def test_a_replay_comes_to_the_same_charges_and_the_same_next_time():
    scene = margin_scene(10, funding_ppm=100)
    scene.place("buy", BTC)
    at(scene, PERIOD_NS + 7)
    again = replayed(scene.events)
    assert again.state_hash() == scene.exchange.state_hash()
    for exchange in (again, scene.exchange):
        assert exchange._state.timers.time_of(CARRY, "a") == 2 * PERIOD_NS
