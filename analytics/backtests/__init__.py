"""Backtests: strategies over recorded bars by the exchange's own fill rules, alone, in sweeps and walking forward."""
