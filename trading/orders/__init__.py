"""Orders and their fills as resources."""
