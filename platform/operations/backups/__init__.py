"""Backups of an installation's state, made while it runs, and putting one back in an empty place."""
