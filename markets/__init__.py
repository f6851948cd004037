"""What the world's prices are: instruments, sources, data sets, candles, books and the feed."""
