"""Factors: named expressions, their values over many symbols, and what those say of the returns that follow."""
