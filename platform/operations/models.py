"""Where Django looks for the models of this app."""

from operations.audit.models import AuditEntry
from operations.keys.models import ApiKey
from operations.live_admin.models import IdempotencyRecord, Service

__all__ = ["ApiKey", "AuditEntry", "IdempotencyRecord", "Service"]
