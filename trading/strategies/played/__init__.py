"""Programs played over bars in a worker: the exchange and the dealers themselves, without a feed."""
