"""Simulated prices that several gateways show alike: one leads, the others follow it over Redis."""
