"""Expressions over REST: whether a text is one, what it needs, and which operators there are."""
