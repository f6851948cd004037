"""What the numbers say: expressions, factors, backtests and analysis tasks over the data of the markets."""
