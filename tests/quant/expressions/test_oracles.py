"""Every operator against pandas, polars and TA-Lib on real bars, and where conventions differ, how."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import talib

from quant.expressions import parse
from quant.expressions.evaluating import evaluate
from quant.expressions.panel import Panel
from tests.shared_data import shared_file

N = 20
COLUMNS = ("open", "high", "low", "close", "volume")


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    frame = pd.read_csv(shared_file("equity_daily/GOOG.csv"), index_col=0)
    frame.columns = [name.lower() for name in frame.columns]
    return frame[list(COLUMNS)].astype(float).reset_index(drop=True)


def value(text: str, bars: pd.DataFrame) -> np.ndarray:
    return evaluate([parse(text)], Panel({name: bars[name].to_numpy() for name in COLUMNS}))[0]


def close_to(found, wanted, *, rel=1e-9, absolute=1e-9) -> None:
    wanted = np.asarray(wanted, float)
    assert np.array_equal(np.isnan(found), np.isnan(wanted))
    assert np.isfinite(found).any()
    np.testing.assert_allclose(found, wanted, rtol=rel, atol=absolute, equal_nan=True)


PANDAS = {
    f"delay(close, {N})": lambda b: b.close.shift(N),
    f"delta(close, {N})": lambda b: b.close.diff(N),
    f"returns(close, {N})": lambda b: b.close.pct_change(N),
    f"ts_sum(close, {N})": lambda b: b.close.rolling(N).sum(),
    f"ts_mean(close, {N})": lambda b: b.close.rolling(N).mean(),
    f"ts_var(close, {N})": lambda b: b.close.rolling(N).var(),
    f"ts_std(close, {N})": lambda b: b.close.rolling(N).std(),
    f"ts_min(low, {N})": lambda b: b.low.rolling(N).min(),
    f"ts_max(high, {N})": lambda b: b.high.rolling(N).max(),
    f"ts_median(close, {N})": lambda b: b.close.rolling(N).median(),
    f"ts_quantile(close, {N}, 0.8)": lambda b: b.close.rolling(N).quantile(0.8),
    f"ts_rank(close, {N})": lambda b: b.close.rolling(N).rank(pct=True),
    f"ts_argmax(high, {N})": lambda b: b.high.rolling(N).apply(lambda w: N - 1 - np.argmax(w), raw=True),
    f"ts_argmin(low, {N})": lambda b: b.low.rolling(N).apply(lambda w: N - 1 - np.argmin(w), raw=True),
    f"ts_zscore(close, {N})": lambda b: (b.close - b.close.rolling(N).mean()) / b.close.rolling(N).std(),
    f"ts_skew(close, {N})": lambda b: b.close.rolling(N).skew(),
    f"ts_kurt(close, {N})": lambda b: b.close.rolling(N).kurt(),
    f"ts_corr(close, volume, {N})": lambda b: b.close.rolling(N).corr(b.volume),
    f"ts_cov(close, volume, {N})": lambda b: b.close.rolling(N).cov(b.volume),
    f"ts_slope(close, {N})": lambda b: b.close.rolling(N).apply(lambda w: np.polyfit(np.arange(N), w, 1)[0], raw=True),
    f"ts_rsquare(close, {N})": lambda b: b.close.rolling(N).apply(
        lambda w: np.corrcoef(np.arange(N), w)[0, 1] ** 2, raw=True
    ),
    f"ts_resid(close, {N})": lambda b: b.close.rolling(N).apply(
        lambda w: w[-1] - np.polyval(np.polyfit(np.arange(N), w, 1), N - 1), raw=True
    ),
    f"ts_product(close / delay(close, 1), {N})": lambda b: (
        (b.close / b.close.shift(1)).rolling(N).apply(np.prod, raw=True)
    ),
    f"ts_count(close > open, {N})": lambda b: (b.close > b.open).astype(float).rolling(N).sum(),
    f"decay_linear(close, {N})": lambda b: b.close.rolling(N).apply(
        lambda w: np.average(w, weights=np.arange(1, N + 1)), raw=True
    ),
    f"mad(close, {N})": lambda b: b.close.rolling(N).apply(lambda w: np.abs(w - w.mean()).mean(), raw=True),
    f"donchian_upper({N})": lambda b: b.high.rolling(N).max(),
    f"donchian_lower({N})": lambda b: b.low.rolling(N).min(),
    f"donchian_middle({N})": lambda b: (b.high.rolling(N).max() + b.low.rolling(N).min()) / 2,
    f"vwap({N})": lambda b: ((b.high + b.low + b.close) / 3 * b.volume).rolling(N).sum() / b.volume.rolling(N).sum(),
    f"obv({N})": lambda b: (np.sign(b.close.diff()) * b.volume).rolling(N).sum(),
    "where(close > open, close, open)": lambda b: b[["open", "close"]].max(axis=1),
    "clip(close, 200, 300)": lambda b: b.close.clip(200, 300),
    "signed_power(close - open, 2)": lambda b: np.sign(b.close - b.open) * (b.close - b.open) ** 2,
    "log1p(returns(close))": lambda b: np.log1p(b.close.pct_change()),
    "fill(delay(close, 5), 0)": lambda b: b.close.shift(5).fillna(0),
}
"""Alike in all: min_periods is the window, ddof 1. argmin and argmax count from the newest bar, numpy's from the oldest.
On a constant window pandas gives a skewness of 0 and a kurtosis of -3, and here there is none."""


@pytest.mark.parametrize("text", PANDAS)
def test_over_time_as_pandas_has_it(text, bars):
    close_to(value(text, bars), PANDAS[text](bars), rel=1e-8, absolute=1e-7 if "cov" in text else 1e-9)


POLARS = {
    f"ts_mean(close, {N})": pl.col("close").rolling_mean(N),
    f"ts_std(close, {N})": pl.col("close").rolling_std(N),
    f"ts_min(close, {N})": pl.col("close").rolling_min(N),
    f"ts_max(close, {N})": pl.col("close").rolling_max(N),
    f"ts_median(close, {N})": pl.col("close").rolling_median(N),
    f"ts_quantile(close, {N}, 0.3)": pl.col("close").rolling_quantile(0.3, "linear", window_size=N),
}


@pytest.mark.parametrize("text", POLARS)
def test_over_time_as_polars_has_it(text, bars):
    frame = pl.DataFrame({name: bars[name].to_numpy() for name in COLUMNS})
    close_to(value(text, bars), frame.select(POLARS[text].cast(pl.Float64).fill_null(np.nan)).to_series().to_numpy())


def arrays(bars: pd.DataFrame) -> list[np.ndarray]:
    return [bars[name].to_numpy() for name in ("high", "low", "close")]


TALIB = {
    "sma(close, 20)": lambda b: talib.SMA(b.close.to_numpy(), 20),
    "ema(close, 20)": lambda b: talib.EMA(b.close.to_numpy(), 20),
    "decay_linear(close, 20)": lambda b: talib.WMA(b.close.to_numpy(), 20),
    "bollinger_upper(close, 20)": lambda b: talib.BBANDS(b.close.to_numpy(), 20)[0],
    "bollinger_middle(close, 20)": lambda b: talib.BBANDS(b.close.to_numpy(), 20)[1],
    "bollinger_lower(close, 20, 3)": lambda b: talib.BBANDS(b.close.to_numpy(), 20, 3, 3)[2],
    "rsi(close, 14)": lambda b: talib.RSI(b.close.to_numpy(), 14),
    "true_range()": lambda b: talib.TRANGE(*arrays(b)),
    "atr(14)": lambda b: talib.ATR(*arrays(b), 14),
    "stochastic(14)": lambda b: talib.STOCHF(*arrays(b), 14, 1)[0],
    "stochastic_d(14, 3)": lambda b: talib.STOCHF(*arrays(b), 14, 3)[1],
    "ts_slope(close, 14)": lambda b: talib.LINEARREG_SLOPE(b.close.to_numpy(), 14),
    "ts_corr(close, open, 14)": lambda b: talib.CORREL(b.close.to_numpy(), b.open.to_numpy(), 14),
}
"""All of these begin and go on alike, but for the bar on which TA-Lib begins %K: with the first %D."""


@pytest.mark.parametrize("text", TALIB)
def test_indicators_as_ta_lib_has_them(text, bars):
    found, wanted = value(text, bars), TALIB[text](bars)
    begun = ~np.isnan(wanted)
    assert np.isfinite(found[begun]).all()
    np.testing.assert_allclose(found[begun], wanted[begun], rtol=1e-7, atol=1e-7)
    assert np.isnan(found[: max(np.argmax(begun) - 2, 0)]).all() or "stochastic" in text


SETTLING = {
    "macd(close, 12, 26)": lambda b: talib.MACD(b.close.to_numpy(), 12, 26, 9)[0],
    "macd_signal(close, 12, 26, 9)": lambda b: talib.MACD(b.close.to_numpy(), 12, 26, 9)[1],
    "macd_histogram(close, 12, 26, 9)": lambda b: talib.MACD(b.close.to_numpy(), 12, 26, 9)[2],
    "plus_di(14)": lambda b: talib.PLUS_DI(*arrays(b), 14),
    "minus_di(14)": lambda b: talib.MINUS_DI(*arrays(b), 14),
    "adx(14)": lambda b: talib.ADX(*arrays(b), 14),
}
"""TA-Lib begins the fast average of MACD where the slow one begins, and Wilder's sums of the directional index with one bar
less; both are forgotten with the beginning, so they agree from the warm-up on."""


@pytest.mark.parametrize("text", SETTLING)
def test_what_begins_otherwise_agrees_once_it_has_settled(text, bars):
    settled = parse(text).need().warm_up
    found, wanted = value(text, bars)[settled:], SETTLING[text](bars)[settled:]
    np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-6)


def test_wilders_average_as_pandas_has_it_once_it_has_settled(bars):
    wanted = bars.close.ewm(alpha=1 / 14, adjust=False).mean()
    settled = parse("rma(close, 14)").need().warm_up
    np.testing.assert_allclose(value("rma(close, 14)", bars)[settled:], wanted[settled:], rtol=1e-7)


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    chance = np.random.default_rng(5)
    frame = pd.DataFrame(np.round(chance.normal(0, 1, (60, 12)), 1))
    return frame.mask(pd.DataFrame(chance.random((60, 12)) < 0.1))


ACROSS = {
    "rank(close)": lambda x: x.rank(axis=1, pct=True),
    "demean(close)": lambda x: x.sub(x.mean(axis=1), axis=0),
    "zscore(close)": lambda x: x.sub(x.mean(axis=1), axis=0).div(x.std(axis=1), axis=0),
    "scale(close, 2)": lambda x: x.div(x.abs().sum(axis=1), axis=0) * 2,
    "winsorize(close, 1)": lambda x: x.clip(x.mean(axis=1) - x.std(axis=1), x.mean(axis=1) + x.std(axis=1), axis=0),
    "quantile_bucket(close, 4)": lambda x: np.ceil((x.rank(axis=1, pct=True) * 4).round(9)),
    "group_mean(close, sector)": lambda x: x.T.groupby(np.arange(12) % 3).transform("mean").T,
    "neutralize(close, sector)": lambda x: x - x.T.groupby(np.arange(12) % 3).transform("mean").T,
}


@pytest.mark.parametrize("text", ACROSS)
def test_across_symbols_as_pandas_has_it(text, panel):
    found = evaluate([parse(text)], Panel({"close": panel.to_numpy()}, {"sector": np.arange(12) % 3}))[0]
    wanted = ACROSS[text](panel).where(panel.notna())
    close_to(found, wanted.to_numpy())


@pytest.mark.parametrize("scale", [3e-5, 1.0, 1e6])
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_figures_stay_sound_at_any_level(scale, offset):
    chance = np.random.default_rng(9)
    steps = chance.normal(0, 1, 3_000)
    close = scale * (offset + np.cumsum(steps))
    exact = [np.longdouble(close[t - N + 1 : t + 1]) for t in range(N - 1, 3_000)]
    panel = Panel({"close": close, "open": scale * np.sin(np.arange(3_000.0))})
    mean, deviation, slope = evaluate(
        [parse(f"{name}(close, {N})") for name in ("ts_mean", "ts_std", "ts_slope")], panel
    )
    np.testing.assert_allclose(mean[N - 1 :], [float(w.mean()) for w in exact], rtol=1e-15)
    np.testing.assert_allclose(deviation[N - 1 :], [float(w.std(ddof=1)) for w in exact], rtol=1e-9)
    middle = np.arange(N, dtype=np.longdouble) - (N - 1) / np.longdouble(2)
    wanted = [float((middle * (w - w.mean())).sum() / (middle**2).sum()) for w in exact]
    np.testing.assert_allclose(slope[N - 1 :], wanted, rtol=1e-7, atol=1e-12 * scale)


def test_a_spike_leaves_nothing_behind():
    close = np.full(2_000, 3e-5)
    close[700] = 1e12
    mean = evaluate([parse("ts_mean(close, 10)")], Panel({"close": close}))[0]
    np.testing.assert_allclose(mean[720:], 3e-5, rtol=1e-12)


CONSTANT_ZERO = ("ts_std(close, 7)", "ts_slope(close, 7)", "ts_resid(close, 7)")
CONSTANT_UNDEFINED = (
    "ts_zscore(close, 7)",
    "ts_corr(close, volume, 7)",
    "ts_rsquare(close, 7)",
    "ts_skew(close, 7)",
    "rsi(close)",
)


def test_a_constant_window_has_no_spread_whatever_its_level():
    panel = Panel({"close": np.full(50, 0.1 + 0.2), "volume": np.arange(50.0)})
    for text in CONSTANT_ZERO:
        assert set(evaluate([parse(text)], panel)[0][6:]) == {0.0}
    for text in CONSTANT_UNDEFINED:
        assert np.isnan(evaluate([parse(text)], panel)[0]).all()


def test_bars_since_counts_from_the_last_time_within_its_window():
    close = np.array([1.0, 2, 1, 1, 1, 1, 2, 1])
    found = evaluate([parse("bars_since(close > 1.5, 4)")], Panel({"close": close}))[0]
    np.testing.assert_array_equal(found, [np.nan, np.nan, np.nan, 2, 3, np.nan, 0, 1])


def test_crosses_need_the_bar_before_on_the_other_side_or_equal():
    panel = Panel({"close": np.array([1.0, 2, 3, 2, 1, 2]), "open": np.full(6, 2.0)})
    above, below = evaluate([parse("cross_above(close, open)"), parse("cross_below(close, 2)")], panel)
    assert above.tolist() == [False, False, True, False, False, False]
    assert below.tolist() == [False, False, False, False, True, False]
