"""Programs: buying by the clock, a grid, and two ways to trade much, each also after a restart in the middle."""

import math
import statistics

import pytest

from kit.errors import Invalid
from markets.updates import Candle
from tests.trading.strategies.stage import INSTRUMENTS, MINUTE_NS, START_NS, Stage, flat
from trading.strategies.dealers import dealers_of
from trading.strategies.dealing import Deed
from trading.strategies.live import LiveRun
from trading.strategies.measuring import VolumeProfile
from trading.strategies.pairs import deviations_from_mean
from trading.strategies.program_specs import Grid, line_ticks
from trading.strategies.records import STARTING, Progress, Run, strategy_spec_from


def run_of(
    stage: Stage,
    program: dict,
    *,
    progress: Progress | None = None,
    held: int = 0,
    price: int = 100,
    run_id: str = "r1",
    account: str = "a",
    **fields: object,
) -> LiveRun:
    spec = strategy_spec_from({"symbols": ["COIN-USD"], "interval": "1m", "program": program, **fields})
    run = Run(
        id=run_id, strategy_id="s1", strategy_name="s", version=1, owner="default", account=account, has_own_account=False,
        parameters={}, spec=spec, state=STARTING, started_ns=0, market_ns=START_NS, waits_for_warm_up=False,
        start_lots={"COIN-USD": held}, start_ticks={"COIN-USD": price},
    )  # fmt: skip
    dealers = dealers_of(run, INSTRUMENTS.__getitem__, actor="strategy:s1", budget=stage.runner.budget)
    return LiveRun(run, dealers, progress or Progress())


async def restart(stage: Stage, program: dict) -> LiveRun:
    """The run as a new process takes it up."""
    await stage.runner.stop()
    stage.new_runner()
    last_ns = stage.past["COIN-USD"][-2].time_ns
    return await stage.add(run_of(stage, program, progress=Progress({"COIN-USD": last_ns}, stage.source)))


async def test_buying_by_the_clock_buys_at_the_bars_whose_turn_it_is_and_ends(stage):
    program = {"kind": "dca", "notional": "250", "every_bars": 3, "times": 2}
    offset = START_NS // MINUTE_NS % 3
    await stage.add(run_of(stage, program))
    await stage.play([flat(100)] * 12)
    first = 3 - offset
    assert stage.story() == [f"bar {bar}: buy 2 at 100 (buy)" for bar in (first, first + 3)]
    assert stage.ended == [("r1", "stopped", "Done: It has bought 2 times.")]


async def test_a_quantity_over_time_is_traded_in_equal_parts_and_no_more(stage):
    program = {"kind": "twap", "side": "buy", "quantity": "10", "bars": 4}
    await stage.add(run_of(stage, program))
    await stage.play([flat(100)] * 8)
    assert stage.story() == [f"bar {bar}: buy {lots} at 100 (part)" for bar, lots in ((1, 3), (2, 3), (3, 2), (4, 2))]
    assert stage.ended == [("r1", "stopped", "Done: 10 of 10 are traded.")]


async def test_what_a_gap_missed_is_spread_over_the_bars_that_are_left(stage):
    program = {"kind": "twap", "side": "sell", "quantity": "12", "bars": 6}
    await stage.add(run_of(stage, program))
    await stage.play([flat(100)] * 3)
    await stage.runner.stop()
    await stage.play([flat(100)] * 2)
    assert stage.lots() == -4
    await restart(stage, program)
    await stage.play([flat(100)] * 5)
    assert stage.lots() == -12
    assert [line.split()[3] for line in stage.story()] == ["2", "2", "4", "4"]


async def test_the_bars_of_a_program_begin_when_it_can_act(stage):
    await stage.play([flat(100)] * 30)
    await stage.add(run_of(stage, {"kind": "twap", "side": "buy", "quantity": "10", "bars": 4}))
    await stage.play([flat(100)] * 8)
    assert stage.lots() == 10
    assert len(stage.story()) == 4


async def test_a_quantity_with_the_volume_of_the_day_follows_what_is_expected_at_each_time(stage):
    profile = VolumeProfile(1_440)
    volumes = {1: 100, 2: 300, 3: 100, 4: 500}
    for number, lots in volumes.items():
        for day in (1, 2):
            profile.add(Candle(START_NS + number * MINUTE_NS - day * 86_400 * 10**9, 1, 1, 1, 1, lots))
    assert profile.expected(START_NS + 2 * MINUTE_NS) == 300
    assert profile.expected(START_NS + 60 * MINUTE_NS) == 250, "what is not known is the average of what is"
    program = {"kind": "vwap", "side": "buy", "quantity": "20", "bars": 4}
    live = await stage.add(run_of(stage, program))
    await stage.play([flat(100)])
    await stage.play([flat(100)])
    assert stage.lots() == 5, "all that is known after a bar is that bar"
    [group] = stage.runner.groups_of("r1")
    group.measures.profile = profile
    await stage.play([flat(100)] * 4)
    assert [line.split()[3] for line in stage.story()] == ["5", "5", "2", "8"]
    assert live.run.spec.program.bars == 4
    assert stage.ended == [("r1", "stopped", "Done: 20 of 20 are traded.")]


async def test_an_iceberg_is_one_order_that_shows_a_part_and_the_run_ends_with_it(stage):
    program = {"kind": "iceberg", "side": "buy", "quantity": "50", "price": "95", "display_quantity": "5"}
    await stage.add(run_of(stage, program))
    await stage.play([flat(100)] * 3)
    [order] = stage.made.exchange.accounts["a"].open_orders.values()
    assert (order.price_ticks, order.quantity_lots, order.display_lots) == (95, 50, 5)
    await restart(stage, program)
    await stage.play([flat(100)])
    assert len(stage.made.exchange.accounts["a"].client_order_ids) == 1, "it is not placed again"
    await stage.play([(100, 100, 90, 90), flat(90), flat(90)])
    assert stage.lots() == 50
    assert stage.ended == [("r1", "stopped", "Done: The order is filled.")]


async def test_an_iceberg_without_a_price_stands_at_the_one_at_the_start(stage):
    await stage.add(run_of(stage, {"kind": "iceberg", "side": "buy", "quantity": "50", "display_quantity": "5"}))
    await stage.play([flat(103), flat(104)])
    [order] = stage.made.exchange.accounts["a"].open_orders.values()
    assert order.price_ticks == 100


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ({"kind": "dca", "notional": "250", "every_bars": 1}, {"bought": 0, "notional": 250}),
        ({"kind": "twap", "side": "buy", "quantity": "10", "bars": 4}, {"left": 10, "bars_left": 4, "share": 0.3}),
        ({"kind": "vwap", "side": "buy", "quantity": "10", "bars": 4}, {"left": 10, "bars_left": 4, "share": 0.2}),
        (
            {"kind": "iceberg", "side": "buy", "quantity": "50", "price": "95", "display_quantity": "5"},
            {"price": 95, "shown": 5},
        ),
        (
            {"kind": "grid", "percent": "10", "lines": 5, "notional": "100"},
            {"price": 103, "lowest": 90, "highest": 110},
        ),
    ],
)
async def test_a_program_tells_the_numbers_that_it_decided_by(stage, program, values):
    await stage.add(run_of(stage, program))
    await stage.play([flat(102), flat(103)])
    assert stage.signals[0].values == values


GRID = {"kind": "grid", "percent": "10", "lines": 5, "notional": "100"}


def test_the_lines_of_a_grid_are_even_and_each_has_a_price_of_its_own():
    grid = strategy_spec_from({"symbols": ["COIN-USD"], "interval": "1m", "program": GRID}).program
    assert isinstance(grid, Grid)
    assert line_ticks(grid, 100) == [90, 95, 100, 105, 110]
    assert line_ticks(grid, 10) == [9, 10, 11]


async def test_a_grid_buys_at_its_lines_and_sells_each_a_line_higher_again_and_again(stage):
    await stage.add(run_of(stage, GRID))
    await stage.play([flat(98), flat(98)])
    assert stage.waiting() == ["b0", "b1"]
    await stage.play([(98, 98, 94, 96), flat(96)])
    assert stage.story() == ["bar 2: buy 1 at 95 (b1)"]
    assert stage.waiting() == ["b0", "s1"]
    await stage.play([(96, 101, 96, 101), flat(101)])
    assert stage.story()[1:] == ["bar 4: sell 1 at 100 (s1)"]
    assert stage.waiting() == ["b0", "b1", "b2"], "the price is above the line at 100 now, so that one waits as well"


async def test_a_grid_goes_on_after_a_restart_with_the_orders_that_it_has(stage):
    await stage.add(run_of(stage, GRID))
    await stage.play([flat(98), flat(98), (98, 98, 94, 96), flat(96)])
    await stage.runner.stop()
    await stage.play([(96, 101, 96, 96), flat(96)])
    assert stage.lots() == 0
    await restart(stage, GRID)
    await stage.play([flat(96)])
    assert stage.waiting() == ["b0", "b1"]


async def test_the_end_of_a_program_trades_back_what_it_traded_alone(stage):
    stage.time_ns = START_NS
    program = {"kind": "twap", "side": "buy", "quantity": "4", "bars": 2}
    live = await stage.add(run_of(stage, program, held=0))
    await stage.play([flat(100)] * 2)
    assert stage.lots() == 2
    dealer = live.dealers["COIN-USD"]
    dealer.cancel_orders(stage.made)
    dealer.end(stage.made, stage.time_ns)
    assert stage.lots() == 0


PAIRS = {"kind": "pairs", "bars": 10, "notional": "1000", "enter": "2", "leave": "0.5"}
BOTH = {"symbols": ["COIN-USD", "GOLD-USD"], "allow_short": True}


async def play_both(stage: Stage, prices: list[tuple[int, int]]) -> None:
    for coin, gold in prices:
        await stage.play([flat(coin)], "COIN-USD")
        await stage.play([flat(gold)], "GOLD-USD")


def test_a_spread_is_measured_at_the_same_times_from_the_mean_of_its_last_bars():
    first = [(number, close) for number, close in enumerate((100, 101, 99, 100, 110))]
    second = [(number, 100) for number in range(5)]
    spread = [math.log(close / 100) for _, close in first]
    expected = (spread[-1] - statistics.mean(spread)) / statistics.stdev(spread)
    assert deviations_from_mean(first, second, 5) == pytest.approx(expected)
    assert deviations_from_mean(first, second, 6) is None
    assert deviations_from_mean(first, second[:-1], 4) is None, "the other one has not closed this bar"
    assert deviations_from_mean(second, second, 5) is None, "a spread that stands still has no deviation"


async def test_a_pair_is_entered_at_a_wide_spread_and_left_at_its_mean(stage):
    await stage.add(run_of(stage, PAIRS, **BOTH))
    await play_both(stage, [(100, 50), (101, 50)] * 6 + [(110, 50), (110, 50)])
    assert (stage.lots(symbol="COIN-USD"), stage.lots(symbol="GOLD-USD")) == (-9, 20)
    assert stage.signals[0].text.startswith("sold 9 at 110, bought 20 at")
    assert stage.signals[0].values == {"deviations": pytest.approx(2.4, abs=0.5), "COIN-USD": 110, "GOLD-USD": 50}
    await play_both(stage, [(100, 50), (100, 50)])
    assert (stage.lots(symbol="COIN-USD"), stage.lots(symbol="GOLD-USD")) == (0, 0)
    assert [signal.reason for signal in stage.signals] == ["spread", "spread"]


async def test_a_pair_of_which_one_leg_is_refused_takes_the_other_back(stage):
    live = await stage.add(run_of(stage, PAIRS, **BOTH))
    gold = live.dealers["GOLD-USD"]
    gold.enter = lambda *_, **__: Deed("refused", "REJECTED_BY_CHANCE", "Try again.")
    await play_both(stage, [(100, 50), (101, 50)] * 6 + [(110, 50), (110, 50)])
    assert (stage.lots(symbol="COIN-USD"), stage.lots(symbol="GOLD-USD")) == (0, 0)
    assert [line.split(": ")[1].split()[0] for line in stage.story()] == ["sell", "buy"]


@pytest.mark.parametrize(
    ("program", "field"),
    [
        ({"kind": "dca", "notional": "0"}, "program.notional"),
        ({"kind": "dca", "notional": "sNaN"}, "program.notional"),
        ({"kind": "dca", "notional": "1E+999999"}, "program.notional"),
        ({"kind": "dca", "notional": "1E-999"}, "program.notional"),
        ({"kind": "dca", "notional": "1", "every_bars": 0}, "program.every_bars"),
        ({"kind": "dca", "notional": "1", "times": 0}, "program.times"),
        ({"kind": "grid", "percent": "5", "lines": 51, "notional": "1"}, "program.lines"),
        ({"kind": "grid", "percent": "100", "lines": 5, "notional": "1"}, "program.percent"),
        ({"kind": "twap", "side": "hold", "quantity": "1", "bars": 5}, "program.side"),
        ({"kind": "twap", "side": "buy", "quantity": "1", "bars": 0}, "program.bars"),
        ({**PAIRS, "bars": 2}, "symbols"),
        ({"kind": "martingale"}, "program.kind"),
        ("dca", "program"),
        ({"kind": "dca", "notional": "1", "luck": True}, "program.luck"),
    ],
)
def test_a_program_that_could_not_run_is_refused_by_its_field(program, field):
    with pytest.raises(Invalid) as refused:
        strategy_spec_from({"symbols": ["COIN-USD"], "interval": "1m", "program": program})
    assert list(refused.value.details) == [field]


def test_a_program_has_no_conditions_and_one_symbol():
    program = {"kind": "dca", "notional": "1"}
    for changes, field in (
        ({"strategy": {"long_entry": "close > 1"}}, "program"),
        ({"symbols": ["A-B", "C-B"]}, "symbols"),
    ):
        with pytest.raises(Invalid) as refused:
            strategy_spec_from({"symbols": ["COIN-USD"], "interval": "1m", "program": program, **changes})
        assert list(refused.value.details) == [field]
