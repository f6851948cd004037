"""Pure numerics that more than one domain must agree on: fill rules now, indicators and metrics beside them. No Django."""
