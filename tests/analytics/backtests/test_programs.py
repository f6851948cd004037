"""Backtests of programs on bars that can be worked out by hand, and what of a request for one is refused."""

import numpy as np
import pytest

from analytics.backtests.engine import layout
from analytics.backtests.engine.bars import align
from analytics.backtests.engine.results import Result
from analytics.backtests.engine.specs import PROGRAM_FILLS, backtest_from
from analytics.backtests.programs import run_program
from kit.errors import Invalid
from tests.analytics.backtests.stage import COIN, INSTRUMENTS, bars_of
from tests.markets.datasets.conftest import Silent

FREE = {"maker_bps": "0", "taker_bps": "0"}
DOLLAR = INSTRUMENTS[1]


def flat(price: int) -> tuple[int, ...]:
    return price, price, price, price


def played(rows: list[tuple[int, ...]], program: dict, **fields: object) -> Result:
    spec = backtest_from(
        {
            "symbols": [COIN.symbol],
            "interval": "1m",
            "program": program,
            "fees": FREE,
            "fills": {**PROGRAM_FILLS, "limit_fill": "touch"},
            "starting_cash": "1000",
            **fields,
        }
    )
    return run_program(spec, align([bars_of(rows)]), Silent())


def story(result: Result) -> list[str]:
    """Each order: its bar, side, lots and price."""
    return [
        f"{int(np.searchsorted(result.time_ns, each.time_ns))} {each.side} {each.filled_lots} at {each.price_ticks}"
        for each in result.orders()
    ]


def test_equal_parts_are_bought_at_the_opens_after_the_closes_and_marked():
    result = played([flat(100), flat(100), flat(110), flat(120), flat(130)], {
        "kind": "twap", "side": "buy", "quantity": "4", "bars": 2,
    })  # fmt: skip
    assert story(result) == ["1 buy 2 at 100", "2 buy 2 at 110"]
    assert result.equity.tolist() == [1000.0, 1000.0, 1020.0, 1060.0, 1100.0]
    assert [(each.symbol, each.quantity_lots, each.mark_ticks) for each in result.positions] == [(COIN.symbol, 4, 130)]
    assert (len(result.trades), result.traded_value, result.exposure) == (0, 420.0, 0.8)
    assert {order.reason for order in result.orders()} == {"program"}
    assert [order.is_entry for order in result.orders()] == [True, True]


def test_a_grid_buys_a_line_and_sells_it_a_line_higher_and_its_trades_are_paired():
    # Lines at 90, 95, 100, 105, 110 around the first close.
    rows = [flat(100), flat(101), (101, 101, 94, 96), flat(96), (96, 101, 96, 101), flat(101), flat(101)]
    result = played(rows, {"kind": "grid", "percent": "10", "lines": 5, "notional": "100"})
    assert story(result) == ["2 buy 1 at 100", "2 buy 1 at 95", "4 sell 1 at 100"]
    trades = result.trades
    assert (trades.entry_price.tolist(), trades.exit_price.tolist()) == ([100.0], [100.0]), "first in, first out"
    assert (trades.profit.tolist(), trades.mae.tolist(), trades.mfe.tolist()) == ([0.0], [-4.0], [0.0])
    assert [order.is_maker for order in result.orders()] == [True, True, True]


def test_fees_of_parts_add_up_and_a_sale_beyond_what_is_held_opens_the_other_way():
    fees = {"maker_bps": "0", "taker_bps": "100"}
    result = played([flat(100)] * 6, {"kind": "twap", "side": "buy", "quantity": "3", "bars": 3}, fees=fees)
    assert result.fees == pytest.approx(3.0)
    assert result.equity[-1] == pytest.approx(997.0)


def test_what_money_does_not_cover_is_a_refusal_and_no_fill():
    result = played([flat(100)] * 4, {"kind": "twap", "side": "buy", "quantity": "30", "bars": 2})
    assert result.order_rows[:, layout.FILLED_LOTS].sum() == 0
    assert set(result.refusals()) == {"no_cash"}
    assert result.equity.tolist() == [1000.0] * 4


def test_a_pair_is_traded_on_the_bars_of_both():
    wave = [100 + (bar % 8) * (1 if bar % 16 < 8 else -1) for bar in range(64)]
    spec = backtest_from(
        {
            "symbols": [COIN.symbol, DOLLAR.symbol],
            "interval": "1m",
            "program": {"kind": "pairs", "bars": 8, "notional": "200", "enter": "1.5", "leave": "0.2"},
            "allow_short": True,
            "fees": FREE,
            "fills": {**PROGRAM_FILLS, "limit_fill": "touch"},
        }
    )
    panel = align([bars_of([flat(price) for price in wave]), bars_of([flat(200)] * 64, instrument=DOLLAR)])
    result = run_program(spec, panel, Silent())
    orders = result.orders()
    assert {order.symbol for order in orders} == {COIN.symbol, DOLLAR.symbol}
    assert [order.side for order in orders[:2]] in (["buy", "sell"], ["sell", "buy"])
    assert len(result.trades) >= 2
    final = sum(result.trades.profit) + sum(
        each.quantity_lots * each.mark_ticks * float(panel.symbols[place].tick_size * panel.symbols[place].lot_size)
        for place, each in enumerate(panel.symbols)
        for each in result.positions
        if each.symbol == panel.symbols[place].symbol
    )
    assert result.positions or final == pytest.approx(result.equity[-1] - result.starting_equity)


def test_nothing_looks_ahead():
    rows = [flat(100), flat(101), (101, 101, 94, 96), flat(96), (96, 101, 96, 101), flat(101), flat(99)]
    program = {"kind": "grid", "percent": "10", "lines": 5, "notional": "100"}
    whole = played(rows, program)
    for cut in range(2, len(rows)):
        part = played(rows[:cut], program)
        before = whole.order_rows[whole.order_rows[:, layout.BAR] < cut]
        assert part.order_rows.tolist() == before.tolist()
        assert part.equity.tolist() == whole.equity[:cut].tolist()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"strategy": {"long_entry": "close > 1"}}, "program"),
        ({"fills": {**PROGRAM_FILLS, "path": "pessimistic"}}, "fills.path"),
        ({"fills": {**PROGRAM_FILLS, "spread": "ticks"}}, "fills.spread"),
        ({"fills": {**PROGRAM_FILLS, "fill_at": "signal_close"}}, "fills.fill_at"),
        ({"close_at_end": True}, "close_at_end"),
        ({"limits": {"max_open_positions": 1}}, "limits"),
    ],
)
def test_what_the_exchange_does_not_do_is_refused(fields, field):
    with pytest.raises(Invalid) as refused:
        played([flat(100)] * 3, {"kind": "dca", "notional": "100"}, **fields)
    assert list(refused.value.details) == [field]
