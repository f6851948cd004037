"""The engine of backtests: pure, without Django. `running.run_backtest` runs one, `sweeping.sweep` many."""
