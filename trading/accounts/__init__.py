"""Accounts, balances and positions as resources."""
