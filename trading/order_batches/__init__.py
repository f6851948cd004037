"""Many orders in one call."""
