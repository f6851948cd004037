"""The built-in set Alpha158: 9 figures of the bar, 4 prices, and 29 figures over 5, 10, 20, 30 and 60 bars each.

It is Qlib's `qlib.contrib.data.loader.Alpha158DL` (0.9.7) said in Sandbar's language. Qlib gives values from a window's
first bar on; here a window has to be whole, so that the first 60 bars differ. Where the data have no volume weighted price,
`vwap` is the typical price.
"""

from typing import Final

WINDOWS: Final = (5, 10, 20, 30, 60)

OF_THE_BAR: Final = {
    "KMID": "(close - open) / open",
    "KLEN": "(high - low) / open",
    "KMID2": "(close - open) / (high - low + 1e-12)",
    "KUP": "(high - max(open, close)) / open",
    "KUP2": "(high - max(open, close)) / (high - low + 1e-12)",
    "KLOW": "(min(open, close) - low) / open",
    "KLOW2": "(min(open, close) - low) / (high - low + 1e-12)",
    "KSFT": "(2 * close - high - low) / open",
    "KSFT2": "(2 * close - high - low) / (high - low + 1e-12)",
    "OPEN0": "open / close",
    "HIGH0": "high / close",
    "LOW0": "low / close",
    "VWAP0": "vwap / close",
}
OVER_TIME: Final = {
    "ROC": "delay(close, {n}) / close",
    "MA": "ts_mean(close, {n}) / close",
    "STD": "ts_std(close, {n}) / close",
    "BETA": "ts_slope(close, {n}) / close",
    "RSQR": "ts_rsquare(close, {n})",
    "RESI": "ts_resid(close, {n}) / close",
    "MAX": "ts_max(high, {n}) / close",
    "MIN": "ts_min(low, {n}) / close",
    "QTLU": "ts_quantile(close, {n}, 0.8) / close",
    "QTLD": "ts_quantile(close, {n}, 0.2) / close",
    "RANK": "ts_rank(close, {n})",
    "RSV": "(close - ts_min(low, {n})) / (ts_max(high, {n}) - ts_min(low, {n}) + 1e-12)",
    "IMAX": "({n} - ts_argmax(high, {n})) / {n}",
    "IMIN": "({n} - ts_argmin(low, {n})) / {n}",
    "IMXD": "(ts_argmin(low, {n}) - ts_argmax(high, {n})) / {n}",
    "CORR": "ts_corr(close, log(volume + 1), {n})",
    "CORD": "ts_corr(close / delay(close, 1), log(volume / delay(volume, 1) + 1), {n})",
    "CNTP": "ts_count(close > delay(close, 1), {n}) / {n}",
    "CNTN": "ts_count(close < delay(close, 1), {n}) / {n}",
    "CNTD": "ts_count(close > delay(close, 1), {n}) / {n} - ts_count(close < delay(close, 1), {n}) / {n}",
    "SUMP": "ts_sum(max(delta(close, 1), 0), {n}) / (ts_sum(abs(delta(close, 1)), {n}) + 1e-12)",
    "SUMN": "ts_sum(max(-delta(close, 1), 0), {n}) / (ts_sum(abs(delta(close, 1)), {n}) + 1e-12)",
    "SUMD": "(ts_sum(max(delta(close, 1), 0), {n}) - ts_sum(max(-delta(close, 1), 0), {n}))"
    " / (ts_sum(abs(delta(close, 1)), {n}) + 1e-12)",
    "VMA": "ts_mean(volume, {n}) / (volume + 1e-12)",
    "VSTD": "ts_std(volume, {n}) / (volume + 1e-12)",
    "WVMA": "ts_std(abs(returns(close)) * volume, {n}) / (ts_mean(abs(returns(close)) * volume, {n}) + 1e-12)",
    "VSUMP": "ts_sum(max(delta(volume, 1), 0), {n}) / (ts_sum(abs(delta(volume, 1)), {n}) + 1e-12)",
    "VSUMN": "ts_sum(max(-delta(volume, 1), 0), {n}) / (ts_sum(abs(delta(volume, 1)), {n}) + 1e-12)",
    "VSUMD": "(ts_sum(max(delta(volume, 1), 0), {n}) - ts_sum(max(-delta(volume, 1), 0), {n}))"
    " / (ts_sum(abs(delta(volume, 1)), {n}) + 1e-12)",
}
"""`{n}` is each of the windows."""


def alpha158() -> dict[str, str]:
    """The 158 expressions by their names."""
    rolled = {f"{name}{bars}": text.format(n=bars) for name, text in OVER_TIME.items() for bars in WINDOWS}
    return OF_THE_BAR | rolled
