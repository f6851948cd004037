"""Bars for research: candles of a symbol as one memory-mapped file under the hash of its content."""
