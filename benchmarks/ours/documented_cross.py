"""The same strategy in Sandbar, from its expressions to its trades."""

from analytics.backtests.engine.specs import backtest_from
from benchmarks.ours.backtests import SYMBOL, load, run, trades_of
from benchmarks.tools.sma_cross import DOCUMENTED_FAST, DOCUMENTED_FEE, DOCUMENTED_SLOW, QUANTITY, STARTING_CASH

FEE_BPS = f"{DOCUMENTED_FEE * 10_000:.10g}"
UP, DOWN = (
    f"cross_{side}(sma(close, {DOCUMENTED_FAST}), sma(close, {DOCUMENTED_SLOW}))" for side in ("above", "below")
)


def trade(*, path: str, result_path: str) -> dict[str, int]:
    """Run it once over a file's bars and write its trades."""
    spec = backtest_from(
        {
            "symbols": [SYMBOL],
            "interval": "1m",
            "strategy": {
                "long_entry": UP,
                "long_exit": DOWN,
                "short_entry": DOWN,
                "short_exit": UP,
                "sizing": {"kind": "fixed", "quantity": str(QUANTITY)},
            },
            "allow_short": True,
            "fees": {"maker_bps": FEE_BPS, "taker_bps": FEE_BPS},
            "starting_cash": f"{STARTING_CASH:.0f}",
        }
    )
    panel = load(path)
    trades = trades_of(run(panel, spec))
    trades.write(result_path)
    return {"trades": len(trades), "bars": len(panel.time_ns), "long": int((trades.side > 0).sum())}
