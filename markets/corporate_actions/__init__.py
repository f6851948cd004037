"""Splits and dividends, kept beside prices and applied when prices are read."""
