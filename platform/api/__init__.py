"""What every app's REST side is made of: contracts, viewsets, the envelope, errors, pages, idempotency, schema, cache."""
