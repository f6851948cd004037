"""Backtests: what a strategy would have done, by the fill rules of the sandbox."""
