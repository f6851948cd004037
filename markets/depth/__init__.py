"""Order books with real depth: followed from a venue's snapshots and diffs, in whole ticks and lots."""
