"""Rehearsals of strategies: one call plays a data set through, and what came of it stays."""
