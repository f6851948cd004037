"""The strategy of backtesting.py's documentation on the bars that it is shown on, as its 0.6.6 trades it.

The benchmark runs the peer itself and asks for equal trades; here a plain loop of the rule stands for it, and the numbers of
trades are those that the peer found.
"""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.ours import documented_cross
from benchmarks.tools.bars import DOCUMENTED, write_documented_bars
from benchmarks.tools.sma_cross import DOCUMENTED_FAST, DOCUMENTED_FEE, DOCUMENTED_SLOW, STARTING_CASH, read_trades
from tests.shared_data import shared_file

FOUND_BY_PEER = {"GOOG, daily": (93, 46), "EURUSD, hourly": (262, 131)}
"""By bars, its trades and how many of them are long; the one that is open at the end is none yet."""


def walked(bars: dict[str, np.ndarray]) -> list[tuple[int, int, int, float, float]]:
    """Entry and exit bar, side, and both prices of each trade, by looking at one bar after the other."""
    close, opens = bars["close"], bars["open"]

    def average(end: int, length: int) -> float:
        return float(np.mean(close[end - length + 1 : end + 1]))

    trades, side, entry = [], 0, 0
    for bar in range(DOCUMENTED_SLOW, len(close) - 1):
        before = average(bar - 1, DOCUMENTED_FAST) - average(bar - 1, DOCUMENTED_SLOW)
        now = average(bar, DOCUMENTED_FAST) - average(bar, DOCUMENTED_SLOW)
        turned = 1 if before < 0 < now else -1 if before > 0 > now else 0
        if turned and turned != side:
            if side:
                trades.append((entry, bar + 1, side, float(opens[entry]), float(opens[bar + 1])))
            side, entry = turned, bar + 1
    return trades


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_documented_strategy_trades_as_its_authors_run_it(name: str, tmp_path: Path) -> None:
    shared_file(DOCUMENTED[name])
    path, result = str(tmp_path / "bars.npz"), str(tmp_path / "trades.npz")
    write_documented_bars(path=path, name=DOCUMENTED[name])
    found = documented_cross.trade(path=path, result_path=result)
    assert (found["trades"], found["long"]) == FOUND_BY_PEER[name]
    with np.load(path) as file:
        bars = {column: file[column] for column in file.files}
    expected = walked(bars)
    trades = read_trades(Path(result))
    columns = (trades.entry_bar, trades.exit_bar, trades.side)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == [each[:3] for each in expected]
    np.testing.assert_allclose(trades.entry_price, [each[3] for each in expected], rtol=1e-9)
    np.testing.assert_allclose(trades.exit_price, [each[4] for each in expected], rtol=1e-9)
    profit = sum(each[2] * (each[4] - each[3]) - DOCUMENTED_FEE * (each[3] + each[4]) for each in expected)
    last = expected[-1]
    still_open = -last[2] * (bars["close"][-1] - bars["open"][last[1]]) - DOCUMENTED_FEE * bars["open"][last[1]]
    assert trades.final_equity - STARTING_CASH == pytest.approx(profit + still_open, rel=1e-6)
