"""Where Django looks for the models of this app."""

from operations.live_admin.models import IdempotencyRecord, Service

__all__ = ["IdempotencyRecord", "Service"]
