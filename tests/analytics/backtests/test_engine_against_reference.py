"""The kernels do what a slow and obvious engine does, to the last unit, on random bars, signals and rules."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.backtests.engine.bars import align
from analytics.backtests.engine.preparing import Signals
from analytics.backtests.engine.running import run_backtest
from tests.analytics.backtests.stage import INSTRUMENTS, bars_of, compared_orders, reference_of, spec_of

distances = st.one_of(
    st.none(),
    st.builds(lambda ticks: {"kind": "fixed", "amount": str(ticks)}, st.integers(1, 12)),
    st.builds(lambda percent: {"kind": "percent", "percent": str(percent)}, st.sampled_from([1, 2, 5, 10])),
    st.builds(
        lambda m, n: {"kind": "atr", "multiple": str(m), "bars": n}, st.sampled_from([1, 2.5]), st.integers(1, 4)
    ),
)


@st.composite
def candles(draw: st.DrawFn, count: int) -> list[tuple[int, ...]]:
    """A walk in ticks with gaps, flat bars and bars without volume."""
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    reach = draw(st.sampled_from([1, 3, 10]))
    rows, price = [], draw(st.sampled_from([30, 100, 1_000]))
    for _ in range(count):
        opens = max(1, price + int(chance.integers(-reach, reach + 1)) * int(chance.random() < 0.4))
        closes = max(1, opens + int(chance.integers(-2 * reach, 2 * reach + 1)))
        high = max(opens, closes) + int(chance.integers(0, reach + 1))
        low = max(1, min(opens, closes) - int(chance.integers(0, reach + 1)))
        rows.append((opens, high, low, closes, int(chance.choice([0, 7, 60, 1_000]))))
        price = closes
    return rows


@st.composite
def sizings(draw: st.DrawFn, leverage: int, has_stop: bool) -> dict:
    kinds = ["fixed", "equity_share", "volatility_target", *(["risk_per_trade"] if has_stop else [])]
    kind = draw(st.sampled_from(kinds))
    if kind == "fixed":
        return {"kind": kind, "quantity": str(10 * draw(st.integers(1, 40)))}
    if kind == "volatility_target":
        return {"kind": kind, "annual_percent": "50", "bars": draw(st.integers(2, 5)), "bars_per_year": 365}
    most = leverage * 100 if kind == "equity_share" else 20
    return {"kind": kind, "percent": str(draw(st.one_of(st.integers(1, most), st.just(most))))}


@st.composite
def specs(draw: st.DrawFn, symbols: tuple[str, ...]) -> dict:
    leverage, allow_short = draw(st.sampled_from([1, 1, 3, 20, 100])), draw(st.booleans())
    stop, target, trailing = draw(distances), draw(distances), draw(distances)
    return {
        "symbols": symbols,
        "allow_short": allow_short,
        "leverage": leverage,
        "starting_cash": draw(st.sampled_from(["0", "500", "20000", "1000000"])),
        "close_at_end": draw(st.booleans()),
        "delisted_after_bars": draw(st.integers(1, 12)),
        "strategy": {
            "stop": stop,
            "target": target,
            "trailing": trailing,
            "sizing": draw(sizings(leverage, bool(stop or trailing))),
        },
        "fees": {
            "maker_bps": draw(st.sampled_from(["0", "2", "50"])),
            "taker_bps": draw(st.sampled_from(["0", "7.5"])),
        },
        "limits": {
            "max_open_positions": draw(st.sampled_from([1, 2, 500])),
            "max_share_percent": draw(st.sampled_from([None, "25", "100"])),
        },
        "fills": {
            "fill_at": draw(st.sampled_from(["next_open", "next_open", "signal_close"])),
            "path": draw(st.sampled_from(["pessimistic", "nearer", "ohlc", "olhc"])),
            "limit_fill": draw(st.sampled_from(["through", "touch"])),
            "slippage_ticks": draw(st.sampled_from([0, 0, 1, 3])),
            "slippage_percent": draw(st.sampled_from(["0", "0", "1"])),
            "volume_share_impact_percent": draw(st.sampled_from(["0", "0", "10"])),
            "root_impact_percent": draw(st.sampled_from(["0", "0", "2"])),
            "volume_cap_percent": draw(st.sampled_from([0, 0, 10, 50])),
            "spread": draw(st.sampled_from(["ticks", "bar"])),
            "spread_ticks": draw(st.sampled_from([0, 0, 1, 2])),
        },
    }


@st.composite
def cases(draw: st.DrawFn) -> tuple:
    instruments = INSTRUMENTS[: draw(st.sampled_from([1, 1, 2, 3]))]
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    count = draw(st.sampled_from([1, 2, 5, 40, 150]))
    symbols = []
    for instrument in instruments:
        rows, times = draw(candles(count)), np.arange(count)
        if len(instruments) > 1:
            start, stop = sorted(chance.integers(0, count + 1, 2))
            there = (chance.random(count) < draw(st.sampled_from([0.5, 1.0]))) & (times >= start // 2) & (times <= stop)
            there[int(chance.integers(0, count))] = True
            rows, times = [row for row, is_there in zip(rows, there, strict=True) if is_there], times[there]
        if not any(row[4] for row in rows):
            rows[0] = (*rows[0][:4], 50)
        symbols.append(bars_of(rows, instrument, list(times)))
    panel = align(symbols)
    rate = draw(st.sampled_from([0.05, 0.3, 0.7]))
    fields = draw(specs(tuple(each.symbol for each in instruments)))
    shape = (len(panel.time_ns), len(instruments))
    names = ["long_entry", "long_exit", *(["short_entry", "short_exit"] if fields["allow_short"] else [])]
    signals = Signals(**{name: chance.random(shape) < rate for name in names})
    return spec_of(**fields), panel, signals


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_orders_money_and_equity_are_those_of_the_reference(case):
    spec, panel, signals = case
    result, expected = run_backtest(spec, panel, signals), reference_of(spec, panel, signals)
    assert compared_orders(result) == expected.orders
    assert result.cash_units.tolist() == expected.cash_by_bar
    assert np.allclose(result.equity, np.array(expected.equity) / 1e8, rtol=1e-12, atol=1e-9)
    assert result.ambiguous_bars == expected.ambiguous
    assert round(result.exposure * len(panel.time_ns)) == expected.exposed


def leveraged_case(seed: int) -> tuple:
    """One or two symbols in wild markets, held long and short with all the leverage there is."""
    chance = np.random.default_rng(seed)
    instruments, symbols = INSTRUMENTS[: 1 + seed % 2], []
    for instrument in instruments:
        price, rows = 1_000, []
        for _ in range(120):
            closes = max(2, price + int(chance.normal() * price / 25))
            rows.append((price, max(price, closes) + 1, min(price, closes) - 1, closes))
            price = closes
        symbols.append(bars_of(rows, instrument))
    leverage = int(chance.choice([2, 5, 10]))
    spec = spec_of(
        tuple(each.symbol for each in symbols),
        allow_short=True,
        leverage=leverage,
        starting_cash="50000",
        strategy={"sizing": {"kind": "equity_share", "percent": str(leverage * 90 // len(symbols))}},
    )
    names = ("long_entry", "short_entry", "long_exit", "short_exit")
    rates = (0.05, 0.05, 0.01, 0.01)
    said = {name: chance.random((120, len(symbols))) < rate for name, rate in zip(names, rates, strict=True)}
    return spec, align(symbols), Signals(**said)


def test_positions_without_margin_are_given_up_as_by_the_reference():
    liquidated = [0, 0]
    for seed in range(80):
        spec, panel, signals = leveraged_case(seed)
        result, expected = run_backtest(spec, panel, signals), reference_of(spec, panel, signals)
        assert compared_orders(result) == expected.orders, seed
        assert result.cash_units.tolist() == expected.cash_by_bar, seed
        liquidated[seed % 2] += sum(order.reason == "liquidation" for order in result.orders())
    assert min(liquidated) >= 10
