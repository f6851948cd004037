"""Data sets: candles and trades imported from files, checked, sorted and kept as Parquet by content hash."""
