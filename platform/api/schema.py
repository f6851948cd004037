"""OpenAPI out of the declared operations and contracts."""
