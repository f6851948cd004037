"""What a strategy says, and how much of it: the same in backtests and in markets. No numpy, no compiler."""
