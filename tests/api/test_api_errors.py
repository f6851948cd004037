"""Every error has a status, and what Django and DRF raise has a code of ours."""

import pytest
from django.core import exceptions as django_exceptions
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions as drf_exceptions

from api import errors
from api.errors import domain_error_from, flat_details, headers_of, status_of
from kit.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Rejected, Unavailable


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Invalid("x"), 400, "VALIDATION_FAILED"),
        (errors.MalformedJson("x"), 400, "MALFORMED_JSON"),
        (errors.Unauthenticated("x"), 401, "UNAUTHENTICATED"),
        (Forbidden("x"), 403, "FORBIDDEN"),
        (NotFound("x"), 404, "NOT_FOUND"),
        (errors.MethodNotAllowed("x"), 405, "METHOD_NOT_ALLOWED"),
        (Conflict("x", code="ORDER_NOT_OPEN"), 409, "ORDER_NOT_OPEN"),
        (errors.BodyTooLarge("x"), 413, "BODY_TOO_LARGE"),
        (errors.UnsupportedMediaType("x"), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (Rejected("x", code="WOULD_TAKE"), 422, "WOULD_TAKE"),
        (errors.RateLimited("x", retry_after_s=1), 429, "RATE_LIMITED"),
        (errors.Internal(), 500, "INTERNAL"),
        (Unavailable("x"), 503, "UNAVAILABLE"),
        (errors.Timeout("x"), 504, "TIMEOUT"),
        (DomainError("x"), 500, "ERROR"),
    ],
)
def test_every_kind_has_its_status(error: DomainError, status: int, code: str) -> None:
    assert (status_of(error), error.code) == (status, code)
    assert errors.status_of_kind(type(error)) == status


def test_every_kind_of_error_is_in_the_table() -> None:
    kinds = [kind for kind in DomainError.__subclasses__() if kind.__module__ in ("kit.errors", "api.errors")]
    assert set(kinds) == set(errors.STATUS_BY_KIND)


@pytest.mark.parametrize(
    ("exception", "status", "code"),
    [
        (OperationalError("connection refused"), 503, "DATABASE_UNAVAILABLE"),
        (InterfaceError("the connection is closed"), 503, "DATABASE_UNAVAILABLE"),
        (NotFound("x"), 404, "NOT_FOUND"),
        (Http404(), 404, "NOT_FOUND"),
        (django_exceptions.PermissionDenied(), 403, "FORBIDDEN"),
        (django_exceptions.DisallowedHost(), 400, "INVALID_HOST"),
        (django_exceptions.RequestDataTooBig(), 413, "BODY_TOO_LARGE"),
        (django_exceptions.TooManyFieldsSent(), 400, "VALIDATION_FAILED"),
        (django_exceptions.BadRequest(), 400, "VALIDATION_FAILED"),
        (django_exceptions.ValidationError("x"), 400, "VALIDATION_FAILED"),
        (drf_exceptions.ParseError(), 400, "MALFORMED_JSON"),
        (drf_exceptions.NotAuthenticated(), 401, "UNAUTHENTICATED"),
        (drf_exceptions.PermissionDenied(), 403, "FORBIDDEN"),
        (drf_exceptions.NotFound(), 404, "NOT_FOUND"),
        (drf_exceptions.MethodNotAllowed("GET"), 405, "METHOD_NOT_ALLOWED"),
        (drf_exceptions.UnsupportedMediaType("x"), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (drf_exceptions.Throttled(3), 429, "RATE_LIMITED"),
    ],
)
def test_exceptions_of_the_frameworks_become_ours(exception: Exception, status: int, code: str) -> None:
    error = domain_error_from(exception)
    assert error is not None
    assert (status_of(error), error.code) == (status, code)


@pytest.mark.parametrize("exception", [ZeroDivisionError(), KeyError("x"), drf_exceptions.APIException()])
def test_a_fault_of_ours_stays_one(exception: Exception) -> None:
    assert domain_error_from(exception) is None


def test_the_headers_of_an_error() -> None:
    assert headers_of(errors.RateLimited("x", retry_after_s=0)) == {"Retry-After": "1"}
    assert headers_of(errors.MethodNotAllowed("x", allowed=("GET", "POST"))) == {"Allow": "GET, POST"}
    assert headers_of(NotFound("x")) == {}


def test_details_are_flat_and_bounded() -> None:
    detail = drf_exceptions.ValidationError({"a": ["x"], "legs": [{}, {"b": ["y"]}], "c": {"d": {"e": ["z"]}}}).detail
    assert flat_details(detail) == {"a": ["x"], "legs.1.b": ["y"], "c.d.e": ["z"]}
    many = drf_exceptions.ValidationError({str(number): ["x"] for number in range(5_000)}).detail
    assert len(flat_details(many)) == errors.MAX_DETAIL_FIELDS


def test_a_message_about_the_whole_input_names_no_field() -> None:
    error = domain_error_from(drf_exceptions.ValidationError("Too early."))
    assert error is not None
    assert (error.message, error.details) == ("Too early.", {"non_field_errors": ["Too early."]})
