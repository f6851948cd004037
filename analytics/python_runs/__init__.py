"""Strategies in Python that trade: each in a process of its own, which knows the gateway by its public API alone."""
