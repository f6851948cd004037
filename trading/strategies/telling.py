"""Tells the rules of alerts of runs that have ended."""

from typing import Final

from markets import services as markets
from trading.alerts import services as alerts
from trading.strategies.records import FAILED, Run

ENDS: Final = {FAILED: "failed"}
"""By the state that a run ended in, how a sentence says it; others have stopped."""


def tell_alerts(run: Run) -> None:
    """Say `strategy_stopped` to the account that a strategy belongs to, whatever account the run traded on."""
    symbols = run.spec.symbols
    alerts.tell(
        alerts.Occurrence(
            kind="strategy_stopped",
            account=run.owner,
            symbol=symbols[0] if len(symbols) == 1 else None,
            text=f"The strategy {run.strategy_name} {ENDS.get(run.state, 'stopped')}: {run.reason}",
            value=run.state,
            time_ns=markets.market_time_ns(),
        )
    )
