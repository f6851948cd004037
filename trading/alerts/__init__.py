"""Alerts: rules that watch bars, accounts and occurrences, and the events of those that fired."""
