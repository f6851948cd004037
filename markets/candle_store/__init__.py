"""The store of candles: whatever comes in (live, back-fill), as Parquet by source, symbol, interval and period."""
