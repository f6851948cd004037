"""Commands of backtests."""
