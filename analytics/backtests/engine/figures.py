"""The columns of a sweep's figures, for those who write and those who read them; nothing that reads arrays is loaded."""

FIGURES = (
    "total_return",
    "max_drawdown",
    "sharpe",
    "trades",
    "wins",
    "gross_profit",
    "gross_loss",
    "fees",
    "traded_value",
    "exposure",
    "ambiguous_bars",
    "is_complete",
)
"""The columns of a sweep's figures. Return, drawdown (at most 0) and Sharpe are of daily equity, money in the quote asset,
`exposure` is a share of bars. `is_complete` is 0 where a run had more orders than there may be, and its figures are NaN."""
