"""Management commands of the markets."""
