"""Personal API keys: their table, the ring of them in memory that requests are checked against, and their management."""
