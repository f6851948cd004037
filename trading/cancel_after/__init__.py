"""The dead-man switch of an account."""
