"""What a run does at the bars that close: as its backtest would, once, and never at the cost of another run."""

import itertools

import msgspec
import pytest

from kit.clock import ManualClock
from tests.trading.strategies.stage import MINUTE_NS, START_NS, Script, Stage, flat, spec_of
from trading.sandbox.limits import TradingState
from trading.sandbox.orders import CancelAllOrders, OrderType, PlaceOrder, SetRiskState, Side, TimeInForce
from trading.sandbox.policies import FillPolicy
from trading.strategies.dealing import Deed
from trading.strategies.records import Progress

STOPPED = {"strategy": {"stop": {"kind": "percent", "percent": "10"}, "target": {"kind": "fixed", "amount": "20"}}}


async def test_what_is_said_at_a_close_is_traded_at_the_next_open(stage):
    await stage.add(stage.live(spec_of()))
    await stage.play([flat(90), (99, 105, 98, 103), (107, 108, 95, 96), (94, 97, 90, 92), flat(91)])
    assert stage.story() == ["bar 2: buy 1 at 108 (entry)", "bar 3: sell 1 at 94 (exit)"]
    assert [(signal.said, signal.outcome, signal.reason) for signal in stage.signals] == [
        (("long_exit",), "nothing", ""),
        (("long_entry",), "ordered", "signal"),
        (("long_exit",), "ordered", "signal"),
    ]
    assert stage.signals[1].values == {"close": 103.0}
    assert stage.signals[1].text == "bought 1 at 108"


async def test_a_position_is_protected_at_once_and_what_protects_it_ends_with_it(stage):
    await stage.add(stage.live(spec_of(**STOPPED)))
    await stage.play([flat(105), flat(105)])
    assert stage.waiting() == ["stop", "target"]
    await stage.play([(105, 126, 105, 126)])
    assert stage.story() == ["bar 1: buy 1 at 105 (entry)", "bar 2: sell 1 at 125 (target)"]
    assert stage.waiting() == []


async def test_a_stop_that_the_open_jumps_past_fills_at_that_open(stage):
    await stage.add(stage.live(spec_of(**STOPPED)))
    await stage.play([flat(105), flat(105), flat(80)])
    assert stage.story() == ["bar 1: buy 1 at 105 (entry)", "bar 2: sell 1 at 80 (stop)", "bar 2: buy 1 at 80 (entry)"]


async def test_a_run_waits_for_its_warm_up_and_a_cold_one_does_not(stage):
    averages = {"strategy": {"long_entry": "close > sma(close, 3) - 1", "long_exit": None}}
    await stage.add(stage.live(spec_of(**averages), waits_for_warm_up=True))
    stage.open_account("b")
    await stage.add(stage.live(spec_of(**averages), run_id="r2", account="b"))
    await stage.play([flat(101)] * 5)
    need = 2
    assert stage.story("b") == ["bar 3: buy 1 at 101 (entry)"]
    assert stage.story("a") == [f"bar {need + 1}: buy 1 at 101 (entry)"]


async def test_runs_with_equal_conditions_are_followed_once(stage):
    for number in range(5):
        stage.open_account(f"account-{number}")
        await stage.add(stage.live(spec_of(), run_id=f"r{number}", account=f"account-{number}"))
    assert stage.runner.group_count == 1
    await stage.play([flat(105), flat(106)])
    assert stage.runner.evaluations == 1
    assert [stage.story(f"account-{number}") for number in range(5)] == [["bar 1: buy 1 at 106 (entry)"]] * 5
    for number in range(5):
        stage.runner.remove(f"r{number}")
    assert stage.runner.group_count == 0
    assert not stage.runner.awaits("COIN-USD", "1m")


async def test_hundreds_side_by_side_each_act_at_each_bar(stage):
    """A third on the same conditions, the others each on their own, all on accounts of their own."""
    for number in range(300):
        stage.open_account(f"account-{number}")
        level = 100 if number < 100 else 100 - number / 10
        rules = {"long_entry": f"close > {level}", "long_exit": f"close < {level}"}
        await stage.add(stage.live(spec_of(strategy=rules), run_id=f"r{number}", account=f"account-{number}"))
    await stage.play([flat(105), flat(106), flat(60), flat(61)])
    assert (stage.runner.group_count, stage.runner.decisions) == (201, 900)
    told = ["bar 1: buy 1 at 106 (entry)", "bar 3: sell 1 at 61 (exit)"]
    assert [stage.story(f"account-{number}") for number in range(300)] == [told] * 300
    assert stage.ended == []


async def test_a_run_that_fails_is_ended_with_its_reason_and_others_go_on(stage):
    stage.scripts["1"] = Script({}, fault_at=106.0)
    await stage.add(stage.live(spec_of(script=1), run_id="broken"))
    stage.open_account("b")
    await stage.add(stage.live(spec_of(), run_id="sound", account="b"))
    await stage.play([flat(105), flat(106), flat(107), flat(108)])
    [(run_id, state, reason)] = stage.ended
    assert (run_id, state) == ("broken", "failed")
    assert reason == "It could not go on (ZeroDivisionError); the log has the rest."
    assert stage.story("b") == ["bar 1: buy 1 at 106 (entry)"]


async def test_a_run_whose_conditions_are_slow_is_ended(stage):
    clock = ManualClock(0)

    class Slow(Script):
        def take(self, bar):
            clock.advance_ns(60_000_000)
            return super().take(bar)

    slow = Stage(clock)
    await slow.made.start()
    slow.open_account()
    slow.scripts["1"] = Slow({})
    await slow.add(slow.live(spec_of(script=1)))
    await slow.play([flat(105)] * 12)
    await slow.made.stop()
    assert [(run_id, state) for run_id, state, _ in slow.ended] == [("r1", "failed")]
    assert "too long" in slow.ended[0][2]


async def test_entries_beyond_the_orders_of_a_moment_are_refused_and_told(stage):
    stage.runner.budget._most = 3
    for number in range(5):
        stage.open_account(f"account-{number}")
        await stage.add(stage.live(spec_of(), run_id=f"r{number}", account=f"account-{number}"))
    await stage.play([flat(105), flat(106)])
    outcomes = [(signal.outcome, signal.reason) for signal in stage.signals]
    assert outcomes == [("ordered", "signal")] * 3 + [("refused", "order_limit")] * 2
    await stage.play([flat(107)])
    assert [stage.lots(f"account-{number}") for number in range(5)] == [1] * 5, "the next moment has orders of its own"


async def test_what_the_money_does_not_cover_is_refused_as_a_backtest_does(stage):
    await stage.add(stage.live(spec_of(strategy={"sizing": {"kind": "fixed", "quantity": "1000"}})))
    await stage.play([flat(105), flat(106), flat(107)])
    assert [(signal.outcome, signal.reason) for signal in stage.signals] == [("refused", "no_cash")]
    assert stage.story() == []


async def test_a_position_is_left_where_its_stop_is_refused(stage):
    """By chance, as a venue that is busy does: every stop, and nothing else."""
    live = await stage.add(stage.live(spec_of(**STOPPED)))
    dealer = live.dealers["COIN-USD"]
    place = dealer._place

    def refuse_stops(desk, command, reason):
        return Deed("refused", "REJECTED_BY_CHANCE", "Try again.") if reason == "stop" else place(desk, command, reason)

    dealer._place = refuse_stops
    await stage.play([flat(105), flat(106)])
    assert stage.story() == ["bar 1: buy 1 at 106 (entry)", "bar 1: sell 1 at 106 (guard)"]
    assert stage.signals[0].text == "bought 1 at 106, then Try again., then sold 1 at 106"
    assert stage.waiting() == []


async def test_a_position_that_cannot_be_left_now_keeps_its_stop_and_is_left_at_the_next_bar(stage):
    await stage.add(stage.live(spec_of(**STOPPED)))
    await stage.play([flat(105), flat(105), flat(96)])
    halt = SetRiskState(account_id="a", state=TradingState.HALTED, reason="Lunch.", by="me")
    stage.made.execute(halt)
    await stage.play([flat(97)])
    assert (stage.signals[-1].outcome, stage.signals[-1].reason) == ("refused", "TRADING_HALTED")
    assert stage.waiting() == ["stop", "target"]
    stage.made.execute(msgspec.structs.replace(halt, state=TradingState.ACTIVE))
    await stage.play([flat(98)])
    assert stage.story()[1:] == ["bar 4: sell 1 at 98 (exit)"]
    assert stage.waiting() == []


async def test_a_closing_that_was_put_off_is_forgotten_once_somebody_else_has_closed(stage):
    await stage.add(stage.live(spec_of(**STOPPED)))
    await stage.play([flat(105), flat(105), flat(96)])
    halt = SetRiskState(account_id="a", state=TradingState.HALTED, reason="Lunch.", by="me")
    stage.made.execute(halt)
    await stage.play([flat(106)])
    stage.made.execute(msgspec.structs.replace(halt, state=TradingState.ACTIVE))
    sell = PlaceOrder(
        order_id="mine", account_id="a", symbol="COIN-USD", side=Side.SELL, type=OrderType.MARKET,
        time_in_force=TimeInForce.IOC, quantity_lots=1, is_closing=True,
    )  # fmt: skip
    stage.made.execute(CancelAllOrders(account_id="a"))
    stage.made.execute(sell)
    await stage.play([flat(106), flat(106), flat(106)])
    assert (stage.lots(), stage.waiting()) == (1, ["stop", "target"])


async def test_a_journal_that_fails_for_a_while_costs_a_bar_and_not_the_run(stage, monkeypatch):
    live = await stage.add(stage.live(spec_of()))
    await stage.play([flat(105)])
    monkeypatch.setattr(stage.made, "trouble", "The disk is full.")
    await stage.play([flat(106)])
    assert [(signal.outcome, signal.reason) for signal in stage.signals] == [("refused", "JOURNAL_UNAVAILABLE")]
    monkeypatch.setattr(stage.made, "trouble", None)
    await stage.play([flat(107)])
    assert stage.lots() == 1
    assert (live.run.state, stage.ended) == ("running", [])


async def test_an_entry_under_latency_is_protected_when_it_fills(stage):
    slow = FillPolicy(limit_fill="touch", depth="unlimited", place_latency_ms=20_000)
    stage.open_account("slow", policy=slow)
    await stage.add(stage.live(spec_of(**STOPPED), account="slow"))
    await stage.play([flat(105), flat(105)])
    assert (stage.lots("slow"), stage.waiting("slow")) == (0, ["entry"])
    await stage.play([flat(105), flat(105)])
    assert stage.lots("slow") == 1
    assert stage.waiting("slow") == ["stop", "target"]


async def test_a_reversal_is_within_the_limit_of_positions(stage):
    both = {"long_entry": "close > 100", "short_entry": "close < 100", "long_exit": None}
    await stage.add(stage.live(spec_of(strategy=both, allow_short=True, max_open_positions=1)))
    await stage.play([flat(105), flat(105), flat(95), flat(95)])
    assert stage.lots() == -1


async def test_two_symbols_share_the_money_and_the_limit_of_positions(stage):
    spec = spec_of(("COIN-USD", "GOLD-USD"), max_open_positions=1)
    await stage.add(stage.live(spec))
    for _ in range(2):
        await stage.play([flat(105)], "COIN-USD")
        await stage.play([flat(105)], "GOLD-USD")
    assert (stage.lots(symbol="COIN-USD"), stage.lots(symbol="GOLD-USD")) == (1, 0)
    assert [(signal.symbol, signal.reason) for signal in stage.signals] == [
        ("COIN-USD", "signal"),
        ("GOLD-USD", "position_limit"),
    ]


# After a restart -------------------------------------------------------------------------------------------------------


async def again(stage, spec, last_ns, **run):
    """The run as a new process takes it up."""
    await stage.runner.stop()
    stage.new_runner()
    progress = Progress(last_ns={"COIN-USD": last_ns}, source=stage.source)
    return await stage.add(stage.live(spec, progress=progress, **run))


async def test_a_bar_that_is_acted_on_again_orders_nothing_twice(stage):
    await stage.add(stage.live(spec_of(**STOPPED)))
    await stage.play([flat(105), flat(105)])
    keys = set(stage.made.exchange.accounts["a"].client_order_ids)
    live = await again(stage, spec_of(**STOPPED), START_NS - MINUTE_NS)
    assert set(stage.made.exchange.accounts["a"].client_order_ids) == keys
    assert (stage.lots(), stage.waiting(), live.run.state) == (1, ["stop", "target"], "running")


@pytest.mark.parametrize("orders", [1, 2])
async def test_what_a_crash_left_unprotected_is_protected(stage, orders):
    """The entry was durable, and of what should follow it nothing, or the stop alone."""
    spec = spec_of(**STOPPED)
    live = stage.live(spec)
    await stage.add(live)
    dealer, executed = live.dealers["COIN-USD"], itertools.count(1)
    place = dealer._place

    def die_after(desk, command, reason):
        if next(executed) > orders:
            raise ConnectionError("the power is gone")
        return place(desk, command, reason)

    dealer._place = die_after
    await stage.play([flat(105), flat(105)])
    assert stage.waiting() == (["stop"] if orders == 2 else [])
    await again(stage, spec, START_NS)
    assert stage.waiting() == ["stop", "target"]
    await stage.play([(105, 105, 90, 90)])
    assert stage.story() == ["bar 1: buy 1 at 105 (entry)", "bar 2: sell 1 at 95 (stop)"]


async def test_bars_that_were_missed_are_named_and_only_the_newest_is_traded(stage):
    spec = spec_of()
    await stage.add(stage.live(spec))
    await stage.play([flat(90), flat(90)])
    await stage.runner.stop()
    await stage.play([flat(105), flat(90), flat(105), flat(106)])
    live = await again(stage, spec, START_NS)
    gap = live.progress.gaps[0]
    assert (gap.from_ns, gap.to_ns) == (START_NS + MINUTE_NS, START_NS + 3 * MINUTE_NS)
    await stage.play([flat(107)])
    assert stage.story() == ["bar 5: buy 1 at 106 (entry)"], "the bar after the newest forms still, so it is traded"


async def test_every_bar_that_was_acted_on_is_to_be_written_down(stage):
    await stage.add(stage.live(spec_of()))
    await stage.play([flat(90), flat(90), flat(105)])
    assert stage.moved == [{"COIN-USD": START_NS}, {"COIN-USD": START_NS + MINUTE_NS}]


async def test_a_market_of_another_source_is_a_gap_of_its_own(stage):
    stage.source = "simulated"
    progress = Progress(last_ns={"COIN-USD": START_NS}, source="replay:set-1")
    await stage.play([flat(105), flat(105)])
    live = await stage.add(stage.live(spec_of(), progress=progress))
    assert [gap.reason for gap in live.progress.gaps] == ["The market changed from replay:set-1 to simulated."]
    assert live.progress.source == "simulated"


async def test_the_end_of_a_market_makes_a_run_wait_for_the_next_one(stage):
    live = await stage.add(stage.live(spec_of()))
    await stage.play([flat(90), flat(90)])
    stage.runner.on_market_closed("COIN-USD")
    [group] = stage.runner.groups_of("r1")
    assert group.follower is None
    await stage.play([flat(105), flat(106), flat(107)])
    assert group.follower is not None
    assert stage.story() == ["bar 3: buy 1 at 106 (entry)"]
    assert msgspec.structs.asdict(live.progress)["last_ns"] == {"COIN-USD": START_NS + 3 * MINUTE_NS}
