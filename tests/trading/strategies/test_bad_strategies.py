"""Strategies that go wrong: each is limited or stopped with the reason, and the one beside it trades on."""

from collections.abc import Awaitable, Callable

import pytest

from kit.errors import NotFound
from tests.trading.strategies.stage import Script, Stage, flat, spec_of
from tests.trading.strategies.test_programs import run_of
from trading.strategies.budget import MAX_ORDERS_A_BAR
from trading.strategies.live import LiveRun

SOUND = ["bar 2: buy 1 at 106 (entry)", "bar 4: sell 1 at 97 (exit)"]
CLOSES = (90, 105, 106, 96, 97, 98)

Beside = Callable[[LiveRun], Awaitable[None]]


@pytest.fixture
def beside(stage: Stage) -> Beside:
    """Plays the bars to a strategy and to a sound one beside it, which must not notice anything."""

    async def play(bad: LiveRun) -> None:
        stage.open_account("sound")
        await stage.add(bad)
        await stage.add(stage.live(spec_of(), run_id="sound", account="sound"))
        await stage.play([flat(close) for close in CLOSES])
        assert stage.story("sound") == SOUND
        assert "sound" in stage.runner.lives

    return play


async def test_one_that_divides_by_zero_never_knows_what_it_asks_and_does_nothing(stage, beside):
    dividing = {"long_entry": "close / (close - close) > 0 or 0 / (close - close) < 1", "long_exit": None}
    await beside(stage.live(spec_of(strategy=dividing)))
    assert (stage.story(), stage.ended) == ([], [])
    assert [signal for signal in stage.signals if signal.run_id == "r1"] == []


async def test_one_that_raises_in_its_conditions_has_failed(stage, beside):
    stage.scripts["1"] = Script({}, fault_at=105.0)
    await beside(stage.live(spec_of(script=1)))
    assert stage.ended == [("r1", "failed", "It could not go on (ZeroDivisionError); the log has the rest.")]


async def test_one_that_raises_as_it_deals_has_failed(stage, beside):
    bad = stage.live(spec_of())

    def raise_it(*_: object) -> None:
        raise RecursionError("a bug of ours")

    bad.dealers["COIN-USD"].act = raise_it
    await beside(bad)
    assert stage.ended == [("r1", "failed", "It could not go on (RecursionError); the log has the rest.")]
    assert stage.story() == []


async def test_one_whose_symbol_is_gone_has_failed_and_says_so(stage, beside, monkeypatch):
    found = stage.instrument

    def instrument(symbol: str) -> object:
        if symbol == "GOLD-USD":
            raise NotFound("There is no instrument 'GOLD-USD'.", code="UNKNOWN_SYMBOL")
        return found(symbol)

    await stage.play([flat(100), flat(100)], "GOLD-USD")
    monkeypatch.setattr(stage, "instrument", instrument)
    await beside(stage.live(spec_of(("GOLD-USD",))))
    assert stage.ended == [("r1", "failed", "There is no instrument 'GOLD-USD'.")]


async def test_a_thousand_orders_at_a_bar_are_all_and_the_next_bar_has_room_again(stage):
    """Grids of as many lines as one may have, until there are too many for one moment."""
    grid = {"kind": "grid", "percent": "90", "lines": 50, "notional": "2000"}
    lines_below = 25
    fitting = MAX_ORDERS_A_BAR // lines_below
    for number in range(fitting + 2):
        account = f"account-{number}"
        stage.open_account(account, cash=1_000_000)
        await stage.add(run_of(stage, grid, price=1_001, run_id=f"r{number}", account=account))
    await stage.play([flat(1_001), flat(1_001)])
    assert [signal.outcome for signal in stage.signals] == ["ordered"] * fitting + ["refused"] * 2
    last = stage.signals[-1]
    assert (last.run_id, last.reason) == (f"r{fitting + 1}", "order_limit")
    assert last.text == "Strategies placed 1000 orders at this moment and may place 1000."
    await stage.play([flat(1_001)])
    assert [len(stage.waiting(f"account-{number}")) for number in (0, fitting, fitting + 1)] == [lines_below] * 3
    assert stage.ended == []
