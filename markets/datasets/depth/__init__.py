"""Data sets of depth: a market's whole book, recorded message by message."""
