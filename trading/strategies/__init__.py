"""Strategies that trade: kept in versions, run on closed bars, watched while they do."""
