"""Answers that the gateway itself makes, in the envelope and under the visit's own trace id."""

from django.http import HttpResponse

from api.envelope import JSON, failure
from api.errors import headers_of, status_of
from gateway.requests import GatewayRequest
from kit.errors import DomainError


def refuse(request: GatewayRequest, error: DomainError) -> HttpResponse:
    """The answer to a request that is refused before its view, and maybe before its trace id is published."""
    body = failure(error, started_ns=request.started_ns, trace_id=request.visit.trace_id)
    return HttpResponse(body, status=status_of(error), content_type=JSON, headers=headers_of(error))
