"""The rules of a backtest one by one, on bars small enough to work out by hand: a tick is a dollar, a lot a coin."""

import numpy as np
import pytest

from analytics.backtests.engine.bars import align
from analytics.backtests.engine.preparing import Signals
from analytics.backtests.engine.running import run_backtest
from tests.analytics.backtests.stage import COIN, INSTRUMENTS, bars_of, flags, run, spec_of, story

CALM = (100, 101, 99, 100)
"""A bar around 100 in which nothing happens."""
LONG = {"long_entry": "x......"}
SHORT = {"short_entry": "x......"}


def padded(*rows: tuple[int, ...]) -> list[tuple[int, ...]]:
    """A bar for the signal at the close of bar 0, the given bars, and calm ones up to seven."""
    return [CALM, *rows, *[CALM] * (6 - len(rows))]


def levels(**percents: int) -> dict:
    return {"strategy": {name: {"kind": "fixed", "amount": str(ticks)} for name, ticks in percents.items()}}


def test_a_signal_at_a_close_fills_at_the_next_open():
    result = run(padded((103, 110, 102, 108)), signals={"long_entry": "x......", "long_exit": "..x...."})
    assert story(result) == ["1 buy 1 at 103 signal", "3 sell 1 at 100 signal"]
    assert [order.signal_time_ns for order in result.orders()] == [0, 2 * 60 * 10**9]
    assert result.final_equity == 100_000 - 3


def test_a_signal_at_a_close_fills_at_that_close_when_asked_to():
    signals = {"long_entry": ".x.....", "long_exit": "...x..."}
    rows = padded((103, 110, 102, 108), CALM, (90, 95, 90, 94))
    assert story(run(rows, signals=signals, fills={"fill_at": "signal_close"})) == [
        "1 buy 1 at 108 signal",
        "3 sell 1 at 94 signal",
    ]


STOPS = {
    "inside the bar it fills at the stop": ((100, 101, 94, 97), "2 sell 1 at 95 stop"),
    "a gap fills at the open": ((90, 93, 89, 92), "2 sell 1 at 90 stop"),
    "touched exactly": ((100, 101, 95, 97), "2 sell 1 at 95 stop"),
}


@pytest.mark.parametrize("name", STOPS)
def test_a_stop_of_a_long_position(name):
    bar, expected = STOPS[name]
    assert story(run(padded(CALM, bar), signals=LONG, **levels(stop=5)))[1] == expected


def test_a_stop_of_a_short_position_waits_above():
    rows = padded(CALM, (100, 106, 99, 101))
    assert story(run(rows, signals=SHORT, allow_short=True, **levels(stop=5))) == [
        "1 sell 1 at 100 signal",
        "2 buy 1 at 105 stop",
    ]


TARGETS = {
    "through it": ("through", (100, 106, 99, 101), "2 sell 1 at 105 target"),
    "touched, and a touch is enough": ("touch", (100, 105, 99, 101), "2 sell 1 at 105 target"),
    "a gap fills at the better open": ("through", (109, 110, 108, 109), "2 sell 1 at 109 target"),
}


@pytest.mark.parametrize("name", TARGETS)
def test_a_target(name):
    limit_fill, bar, expected = TARGETS[name]
    result = run(padded(CALM, bar), signals=LONG, fills={"limit_fill": limit_fill}, **levels(target=5))
    assert story(result)[1] == expected
    assert result.orders()[1].is_maker


def test_a_target_that_is_only_touched_does_not_fill_by_default():
    assert len(story(run(padded(CALM, (100, 105, 99, 101)), signals=LONG, **levels(target=5)))) == 1


def test_in_the_bar_of_an_entry_at_the_open_the_whole_bar_counts():
    assert story(run(padded((100, 101, 94, 97)), signals=LONG, **levels(stop=5))) == [
        "1 buy 1 at 100 signal",
        "1 sell 1 at 95 stop",
    ]


def test_in_the_bar_of_an_entry_at_the_close_nothing_of_it_counts():
    rows = padded((100, 101, 80, 100))
    result = run(rows, signals={"long_entry": ".x....."}, fills={"fill_at": "signal_close"}, **levels(stop=5))
    assert story(result) == ["1 buy 1 at 100 signal"]


PATHS = {"pessimistic": "stop", "ohlc": "target", "olhc": "stop", "nearer": "target"}


@pytest.mark.parametrize("path", PATHS)
def test_a_bar_that_touches_stop_and_target_is_ambiguous_and_both_ends_are_told(path):
    rows = padded(CALM, (101, 107, 94, 100))
    result = run(rows, signals=LONG, fills={"path": path}, **levels(stop=5, target=5))
    assert story(result)[1].endswith(PATHS[path])
    assert result.ambiguous_bars == 1
    assert result.trades.is_ambiguous.tolist() == [True]
    assert [(bound.path, bound.profit) for bound in result.bounds] == [("pessimistic", -5.0), ("optimistic", 5.0)]


def test_a_bar_that_only_its_stop_is_in_is_not_ambiguous():
    result = run(padded(CALM, (101, 104, 94, 100)), signals=LONG, **levels(stop=5, target=5))
    assert result.ambiguous_bars == 0
    assert [bound.profit for bound in result.bounds] == [-5.0, -5.0]


def test_a_trailing_stop_follows_the_best_price_and_never_goes_back():
    rows = padded((100, 110, 100, 109), (109, 109, 106, 108), (108, 109, 104, 104))
    result = run(rows, signals=LONG, **levels(trailing=5))
    assert story(result)[1] == "3 sell 1 at 105 trailing"


def test_a_trailing_percentage_is_of_the_best_price():
    rows = padded((100, 200, 100, 199), (199, 199, 170, 171))
    result = run(rows, signals=LONG, strategy={"trailing": {"kind": "percent", "percent": "10"}})
    assert story(result)[1] == "2 sell 1 at 180 trailing"


def test_the_nearer_of_stop_and_trailing_stop_goes():
    rows = padded((100, 101, 96, 97))
    assert story(run(rows, signals=LONG, **levels(stop=3, trailing=5)))[1] == "1 sell 1 at 97 stop"
    assert story(run(rows, signals=LONG, **levels(stop=5, trailing=3)))[1] == "1 sell 1 at 97 trailing"


def test_a_distance_in_average_true_ranges_is_measured_at_the_signal():
    rows = [(100, 104, 100, 102), (102, 106, 100, 104), (104, 105, 97, 98), *[CALM] * 2]
    # True ranges 4 and 6: an average of 5 after two bars, twice that below 104.
    stop = {"kind": "atr", "multiple": "2", "bars": 2}
    result = run(rows, signals={"long_entry": ".x..."}, strategy={"stop": stop})
    assert result.trades.risk.tolist() == []
    assert result.order_rows[0].tolist()[14] == 10 * 10**8
    early = run(rows, signals={"long_entry": "x...."}, strategy={"stop": stop})
    assert story(early) == ["1 buy refused unknown_distance"]


def test_a_reversal_closes_and_opens_at_the_same_open():
    signals = {"long_entry": "x......", "short_entry": "..x...."}
    result = run(padded(), signals=signals, allow_short=True)
    assert story(result) == ["1 buy 1 at 100 signal", "3 sell 1 at 100 reversal", "3 sell 1 at 100 reversal"]


def test_a_stop_at_the_open_comes_before_a_signal():
    signals = {"long_entry": "x......", "long_exit": ".x....."}
    assert story(run(padded(CALM, (90, 91, 89, 90)), signals=signals, **levels(stop=5)))[1] == "2 sell 1 at 90 stop"


def test_an_entry_with_an_exit_of_its_side_opens_nothing():
    assert story(run(padded(), signals={"long_entry": "x......", "long_exit": "x......"})) == ["1 buy refused conflict"]


def test_long_and_short_at_once_open_nothing():
    signals = {"long_entry": "x......", "short_entry": "x......"}
    assert story(run(padded(), signals=signals, allow_short=True)) == ["1 buy refused conflict"]


def test_a_second_entry_while_a_position_is_held_does_nothing():
    assert story(run(padded(), signals={"long_entry": "xxx...."})) == ["1 buy 1 at 100 signal"]


@pytest.mark.parametrize(("cash", "expected"), [("99", "no_cash"), ("0", "no_cash")])
def test_a_fixed_quantity_is_that_or_nothing(cash, expected):
    assert story(run(padded(), signals=LONG, starting_cash=cash)) == [f"1 buy refused {expected}"]


def test_money_must_cover_the_fee_too():
    fees = {"maker_bps": "0", "taker_bps": "100"}
    assert story(run(padded(), signals=LONG, starting_cash="100", fees=fees)) == ["1 buy refused no_cash"]
    assert story(run(padded(), signals=LONG, starting_cash="101", fees=fees)) == ["1 buy 1 at 100 signal"]


SIZES = {
    "half of equity": ({"kind": "equity_share", "percent": "50"}, {}, 50),
    "all of equity, with a fee of a percent": ({"kind": "equity_share", "percent": "100"}, {"taker_bps": "100"}, 99),
    "a risk of 1 % with a stop 5 away": ({"kind": "risk_per_trade", "percent": "1"}, {}, 20),
    "a risk of all, cut to what money covers": ({"kind": "risk_per_trade", "percent": "100"}, {}, 100),
}


@pytest.mark.parametrize("name", SIZES)
def test_sizes(name):
    sizing, fees, lots = SIZES[name]
    strategy = {"sizing": sizing, "stop": {"kind": "fixed", "amount": "5"}}
    fees = {"maker_bps": "0", "taker_bps": "0", **fees}
    result = run(padded(), signals=LONG, strategy=strategy, starting_cash="10000", fees=fees)
    assert story(result) == [f"1 buy {lots} at 100 signal"]


def test_a_volatility_target_buys_less_of_what_moves_more():
    rows = [(100, 100, 100, 100), (110, 110, 110, 110), (100, 100, 100, 100), *[CALM] * 3]
    # Two changes of the logarithm, +0.0953 and -0.0953: a deviation of 0.1348 a bar; the target is half of that.
    sizing = {"kind": "volatility_target", "annual_percent": "6.74", "bars": 2, "bars_per_year": 1}
    result = run(rows, signals={"long_entry": "..x..."}, strategy={"sizing": sizing}, starting_cash="10000")
    assert story(result) == ["3 buy 50 at 100 signal"]


def test_less_than_a_lot_is_refused():
    sizing = {"kind": "equity_share", "percent": "1"}
    assert story(run(padded(), signals=LONG, strategy={"sizing": sizing}, starting_cash="1000")) == [
        "1 buy refused below_lot"
    ]


def test_a_stop_that_would_be_below_every_price_is_refused():
    assert story(run(padded(), signals=LONG, **levels(stop=100))) == ["1 buy refused beyond_price"]


def test_a_volume_cap_cuts_entries_and_lets_exits_go_on_at_the_next_open():
    rows = [(100, 101, 99, 100, 400)] * 7
    strategy = {"sizing": {"kind": "fixed", "quantity": "50"}}
    signals = {"long_entry": "x......", "long_exit": "..x...."}
    result = run(rows, signals=signals, strategy=strategy, fills={"volume_cap_percent": 20})
    # A bar of 400 has four steps of 100; 20 % of one is 20.
    assert story(result) == ["1 buy 20 at 100 signal", "3 sell 20 at 100 signal"]
    thinner = [*rows[:3], *[(100, 101, 99, 100, 120)] * 4]
    result = run(thinner, signals=signals, strategy=strategy, fills={"volume_cap_percent": 20})
    cuts = [f"{bar} sell 6 at 100 signal" for bar in (3, 4, 5)]
    assert story(result)[1:] == [*cuts, "6 sell 2 at 100 signal"]
    assert result.trades.quantity.tolist() == [6, 6, 6, 2]


def test_slippage_is_never_beyond_the_bar():
    assert story(run(padded((100, 102, 99, 100)), signals=LONG, fills={"slippage_ticks": 1})) == [
        "1 buy 1 at 101 signal"
    ]
    assert story(run(padded((100, 102, 99, 100)), signals=LONG, fills={"slippage_ticks": 9})) == [
        "1 buy 1 at 102 signal"
    ]


def test_a_spread_is_paid_around_the_price():
    result = run(padded((100, 103, 97, 100)), signals=LONG, fills={"spread_ticks": 2})
    assert story(result) == ["1 buy 1 at 101 signal"]


def test_what_is_held_at_the_end_is_marked_or_sold():
    rows = padded(CALM, CALM, CALM, CALM, CALM, (100, 107, 100, 105))
    held = run(rows, signals=LONG)
    assert (held.final_equity, len(held.trades), held.positions[0].quantity_lots) == (100_005, 0, 1)
    sold = run(rows, signals=LONG, close_at_end=True)
    assert (sold.final_equity, len(sold.trades), sold.positions) == (100_005, 1, ())
    assert story(sold)[1] == "6 sell 1 at 105 end_of_data"


def test_what_is_said_at_the_last_bar_comes_too_late():
    assert story(run(padded(), signals={"long_entry": "......x"})) == ["6 buy refused no_next_bar"]


def test_one_bar_is_enough_for_an_answer():
    result = run([CALM], signals={"long_entry": "x"})
    assert (story(result), result.final_equity, result.exposure) == (["0 buy refused no_next_bar"], 100_000.0, 0.0)


def test_a_short_position_is_given_up_when_it_has_no_more_margin():
    rows = padded((100, 101, 99, 100), (100, 165, 100, 161), (162, 163, 160, 161))
    result = run(rows, signals=SHORT, allow_short=True, starting_cash="100")
    # Equity at the close of bar 2: 100 + 100 - 161 = 39, and a quarter of 161 is 40.25.
    assert story(result) == ["1 sell 1 at 100 signal", "3 buy 1 at 162 liquidation"]


def test_excursions_are_what_a_position_has_certainly_seen():
    rows = padded((100, 108, 97, 104), (104, 106, 99, 103), (103, 120, 80, 90))
    result = run(rows, signals={"long_entry": "x......", "long_exit": "..x...."})
    trade = result.trades
    assert (trade.profit[0], trade.mae[0], trade.mfe[0]) == (3, -3, 8)


def test_profit_and_fees_of_a_trade():
    result = run(
        padded(CALM, (110, 110, 110, 110)),
        signals={"long_entry": "x......", "long_exit": ".x....."},
        fees={"maker_bps": "0", "taker_bps": "10"},
    )
    assert result.trades.fees.tolist() == [0.21]
    assert result.trades.profit.tolist() == [9.79]
    assert (result.fees, result.traded_value, result.final_equity) == (0.21, 210.0, 100_009.79)


# Several symbols -------------------------------------------------------------------------------------------------------


def panel_of(*tables: tuple[list[tuple[int, ...]], list[int]]):
    return align(
        [bars_of(rows, instrument, times) for (rows, times), instrument in zip(tables, INSTRUMENTS, strict=False)]
    )


def test_symbols_share_the_money_in_their_order():
    panel = panel_of(([CALM] * 4, [0, 1, 2, 3]), ([(200, 200, 200, 200)] * 4, [0, 1, 2, 3]))
    said = Signals(long_entry=np.stack([flags("x..."), flags("x...")], axis=1))
    spec = spec_of(
        ("COIN-USD", "GOLD-USD"), starting_cash="150", strategy={"sizing": {"kind": "equity_share", "percent": "60"}}
    )
    result = run_backtest(spec, panel, said)
    # 60 % of 150 is 90: no coin of 100, so gold at 100 gets 0.90 of it.
    assert story(result) == ["1 buy refused below_lot", "1 buy 90 at 200 signal"]


def test_money_that_a_symbol_frees_is_there_for_another_at_the_same_open():
    panel = panel_of(([CALM] * 5, list(range(5))), ([(200, 200, 200, 200)] * 5, list(range(5))))
    entry = np.stack([flags("..x.."), flags("x....")], axis=1)
    leave = np.stack([flags("....."), flags("..x..")], axis=1)
    spec = spec_of(("COIN-USD", "GOLD-USD"), starting_cash="100")
    assert story(run_backtest(spec, panel, Signals(entry, leave))) == [
        "1 buy 100 at 200 signal",
        "3 sell 100 at 200 signal",
        "3 buy 1 at 100 signal",
    ]


def test_no_more_positions_than_allowed():
    panel = panel_of(([CALM] * 3, [0, 1, 2]), ([CALM] * 3, [0, 1, 2]))
    said = Signals(long_entry=np.stack([flags("x.."), flags("x..")], axis=1))
    spec = spec_of(("COIN-USD", "GOLD-USD"), limits={"max_open_positions": 1})
    assert story(run_backtest(spec, panel, said)) == ["1 buy 1 at 100 signal", "1 buy refused position_limit"]


def test_over_a_gap_an_order_waits_for_the_next_bar_and_a_stop_fills_at_its_open():
    panel = panel_of(([CALM, CALM, (90, 91, 89, 90)], [0, 3, 5]), ([CALM] * 6, list(range(6))))
    said = Signals(long_entry=np.stack([flags("x....."), flags("......")], axis=1))
    result = run_backtest(spec_of(("COIN-USD", "GOLD-USD"), **levels(stop=5)), panel, said)
    assert story(result) == ["3 buy 1 at 100 signal", "5 sell 1 at 90 stop"]


def test_a_symbol_whose_bars_end_is_closed_at_its_last_close_when_that_is_clear():
    panel = panel_of(([CALM, (100, 103, 99, 102)], [0, 1]), ([CALM] * 8, list(range(8))))
    said = Signals(long_entry=np.stack([flags("x......."), flags("........")], axis=1))
    spec = spec_of(("COIN-USD", "GOLD-USD"), delisted_after_bars=3)
    result = run_backtest(spec, panel, said)
    assert story(result) == ["1 buy 1 at 100 signal", "4 sell 1 at 102 delisted"]
    assert result.equity.tolist() == [100_000, *[100_002] * 7]


def test_lots_and_ticks_of_each_symbol_are_its_own():
    panel = panel_of(([CALM] * 3, [0, 1, 2]), ([(201, 201, 201, 201)] * 3, [0, 1, 2]))
    said = Signals(long_entry=np.stack([flags("..."), flags("x..")], axis=1))
    result = run_backtest(spec_of(("COIN-USD", "GOLD-USD")), panel, said)
    assert result.cash_units[-1] == (100_000 - 100.5) * 10**8
    assert COIN.unit_value == 10**8
