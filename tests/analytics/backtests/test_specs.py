"""What a backtest is asked is checked when it is read, and every mistake names its field."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from analytics.backtests.engine.bars import align, bars_from_prices
from analytics.backtests.engine.preparing import Signals
from analytics.backtests.engine.running import run_backtest
from analytics.backtests.engine.specs import backtest_from, spec_values
from kit.errors import Invalid
from tests.analytics.backtests.stage import COIN, INSTRUMENTS, bars_of, spec_of

ROOT = Path(__file__).resolve().parents[3]

GOOD = {"symbols": ["COIN-USD"], "interval": "1m", "strategy": {"long_entry": "close > open"}}

MISTAKES = {
    "strategy": {"symbols": ["COIN-USD"], "interval": "1m"},
    "symbols": {**GOOD, "symbols": ["COIN-USD", "COIN-USD"]},
    "leverage": {**GOOD, "leverage": 0},
    "starting_cash": {**GOOD, "starting_cash": "-1"},
    "fills.path": {**GOOD, "fills": {"path": "magic"}},
    "fills.slippage_ticks": {**GOOD, "fills": {"slippage_ticks": -1}},
    "fills.slippage_percent": {**GOOD, "fills": {"slippage_percent": "51"}},
    "fills.volume_cap_percent": {**GOOD, "fills": {"volume_cap_percent": 101}},
    "fees.taker_bps": {**GOOD, "fees": {"taker_bps": "0.001"}},
    "limits.max_share_percent": {**GOOD, "limits": {"max_share_percent": "101"}},
    "strategy.short_entry": {**GOOD, "strategy": {"short_entry": "close < open"}},
    "strategy.short_exit": {**GOOD, "strategy": {"short_exit": "close > open"}},
    "strategy.parameters.n": {**GOOD, "strategy": {"parameters": {"m": 3, "n": "5"}}},
    "strategy.parameters.flag": {**GOOD, "strategy": {"parameters": {"m": 3, "flag": True}}},
    "strategy.python.parameters.fast": {
        **GOOD,
        "strategy": {"python": {"name": "a", "parameters": {"b": True, "fast": "5"}}},
    },
    "strategy.stop": {**GOOD, "strategy": {"sizing": {"kind": "risk_per_trade", "percent": "1"}}},
    "strategy.stop.percent": {**GOOD, "strategy": {"stop": {"kind": "percent", "percent": "100"}}},
    "strategy.stop.bars": {**GOOD, "strategy": {"stop": {"kind": "atr", "multiple": "1", "bars": 0}}},
    "strategy.target.amount": {**GOOD, "strategy": {"target": {"kind": "fixed", "amount": "0"}}},
    "strategy.sizing.percent": {**GOOD, "strategy": {"sizing": {"kind": "equity_share", "percent": "101"}}},
    "strategy.sizing.quantity": {**GOOD, "strategy": {"sizing": {"kind": "fixed", "quantity": "NaN"}}},
    "strategy.sizing": {**GOOD, "strategy": {"sizing": {"kind": "all_in"}}},
}


@pytest.mark.parametrize("field", MISTAKES)
def test_a_mistake_names_its_field(field):
    with pytest.raises(Invalid) as refused:
        backtest_from(MISTAKES[field])
    assert field in refused.value.message.split(": ")[0]
    assert [name.startswith(field) for name in refused.value.details] == [True]


def test_a_spec_survives_json():
    spec = backtest_from({**GOOD, "strategy": {**GOOD["strategy"], "trailing": {"kind": "atr", "multiple": "2.5"}}})
    again = backtest_from(msgspec.json.decode(msgspec.json.encode(spec_values(spec))))
    assert again == spec
    assert again.fills.path == "pessimistic"


MISFITS = {
    "strategy.sizing.quantity": {"strategy": {"sizing": {"kind": "fixed", "quantity": "0.5"}}},
    "strategy.stop.amount": {"strategy": {"stop": {"kind": "fixed", "amount": "0.5"}}},
}


@pytest.mark.parametrize("field", MISFITS)
def test_what_does_not_fit_the_instrument_names_its_field(field):
    panel = align([bars_of([(100, 101, 99, 100)] * 3)])
    with pytest.raises(Invalid) as refused:
        run_backtest(spec_of(**MISFITS[field]), panel, Signals())
    assert list(refused.value.details) == [field]


def test_a_volume_cap_needs_volumes():
    panel = align([bars_of([(100, 101, 99, 100, 0)] * 3)])
    with pytest.raises(Invalid, match="no volume"):
        run_backtest(spec_of(fills={"volume_cap_percent": 10}), panel, Signals())


@pytest.mark.parametrize("flags", [np.zeros(2, bool), np.zeros(3), np.zeros((3, 2), bool)])
def test_signals_of_another_shape_are_refused(flags):
    panel = align([bars_of([(100, 101, 99, 100)] * 3)])
    with pytest.raises(Invalid, match="long_entry"):
        run_backtest(spec_of(), panel, Signals(flags))


BAD_BARS = {
    "NO_DATA": [],
    "INVALID_BARS": [(100, 99, 98, 100)],
}


@pytest.mark.parametrize("code", BAD_BARS)
def test_bars_that_cannot_be_true_are_refused(code):
    with pytest.raises(Invalid) as refused:
        bars_of(BAD_BARS[code])
    assert refused.value.code == code


def test_bars_out_of_order_are_refused():
    with pytest.raises(Invalid, match="order of time"):
        bars_of([(100, 101, 99, 100)] * 2, times=[1, 0])


def test_a_price_that_is_no_number_is_refused():
    values = np.array([1.0, np.nan])
    with pytest.raises(Invalid, match="Bar 1"):
        bars_from_prices(COIN, 60, np.array([0, 60]), prices=(values,) * 4, volume=values)


def test_symbols_that_cannot_share_money_are_refused():
    one = bars_of([(100, 101, 99, 100)])
    with pytest.raises(Invalid, match="once"):
        align([one, one])
    with pytest.raises(Invalid, match="at least one"):
        align([])


def test_bars_as_prices_are_ticks_times_their_size():
    bars = bars_of([(201, 202, 200, 201, 55)], INSTRUMENTS[1])
    assert (bars.open[0], bars.high[0], bars.low[0], bars.close[0], bars.volume[0]) == (100.5, 101, 100, 100.5, 0.55)


def test_who_only_checks_a_spec_does_not_wait_for_the_compiler():
    modules = "analytics.backtests.engine.specs, analytics.backtests.engine.bars"
    code = f"import sys; import {modules}; print('numba' in sys.modules)"
    paths = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    environment = {**os.environ, "PYTHONPATH": paths}
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
