"""What a handler declares about itself; dispatch and OpenAPI both read it, so they cannot disagree."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPMethod
from typing import Any, TypeVar

from rest_framework import decorators

from api.errors import status_of_kind
from api.serializers import ApiSerializer
from kit.access import Need
from kit.errors import DomainError

Handler = TypeVar("Handler", bound=Callable[..., Any])
Contract = type[ApiSerializer]
View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Operation:
    """What `operation` declared about a handler; dispatch and OpenAPI both read it."""

    body: Contract | None = None
    query: Contract | None = None
    response: Contract | None = None
    status: int = 200
    page: bool = False
    many: bool = False
    upload: bool = False
    account: bool = False
    errors: tuple[type[DomainError] | int, ...] = ()
    summary: str | None = None
    also: tuple[int, ...] = ()
    media_type: str | tuple[str, ...] | None = None
    optional_body: bool = False
    etag: bool = False
    starts_work: bool = False
    only_reads: bool = False
    scope: Need | None = None
    secret: bool = False

    def need(self, method: str) -> Need:
        """The scope it needs when it is called by that method."""
        return self.scope or ("read" if method in SAFE_METHODS else "trade")

    @property
    def error_statuses(self) -> set[int]:
        """The declared errors as HTTP statuses."""
        return {error if isinstance(error, int) else status_of_kind(error) for error in self.errors}


def operation(
    *,
    body: Contract | None = None,
    query: Contract | None = None,
    response: Contract | None = None,
    status: int = 200,
    page: bool = False,
    many: bool = False,
    upload: bool = False,
    account: bool = False,
    errors: tuple[type[DomainError] | int, ...] = (),
    summary: str | None = None,
    also: tuple[int, ...] = (),
    media_type: str | tuple[str, ...] | None = None,
    optional_body: bool = False,
    etag: bool = False,
    starts_work: bool = False,
    only_reads: bool = False,
    scope: Need | None = None,
    secret: bool = False,
) -> Callable[[Handler], Handler]:
    """Declare what a handler reads and answers.

    `page`: the handler returns a Page of `response`; `many`: a list of them. `upload`: the body is multipart, its text
    fields and files are `call.body`. `account`: the operation is about the account of X-Account. `errors`: kinds of
    DomainError (or HTTP statuses) beyond those every operation may answer. `also`: further statuses of success.
    `media_type`: the handler answers a file of this kind, or of one of these, and not the
    envelope. `optional_body`: no body at all is an
    empty object. `etag`: the answer carries an ETag of its data, and a client that still has them gets a 304.
    `starts_work`: it is expensive, and each address may do it some times a minute.
    `scope`: what a key must have for it; left out, reading needs `read` and anything else `trade`. `secret`: the answer
    holds one, so it is not kept for repeats under the same Idempotency-Key.
    `only_reads`: a POST that changes nothing and leaves no record.
    """
    declared = Operation(
        body=body,
        query=query,
        response=response,
        status=status,
        page=page,
        many=many,
        upload=upload,
        account=account,
        errors=errors,
        summary=summary,
        also=also,
        media_type=media_type,
        optional_body=optional_body,
        starts_work=starts_work,
        only_reads=only_reads,
        etag=etag,
        scope=scope,
        secret=secret,
    )

    def declare(handler: Handler) -> Handler:
        handler.operation = declared  # type: ignore[attr-defined]
        return handler

    return declare


def needs(scope: Need) -> Callable[[View], View]:
    """Declare what a key must have for a view that is no viewset, by whatever method."""

    def declare(view: View) -> View:
        vars(view)["needs"] = dict.fromkeys(map(str, HTTPMethod), scope)
        return view

    return declare


def need_of(view: Callable[..., Any], method: str) -> Need | None:
    """What a key must have for this view and method; None for a method that is not served, `admin` for a view that does
    not say.
    """
    declared: Mapping[str, Need] | None = getattr(view, "needs", None)
    return "admin" if declared is None else declared.get(method)


def action(
    *, detail: bool, methods: Sequence[Any] | None = None, url_path: str | None = None, url_name: str | None = None
) -> Callable[[Any], Any]:
    """DRF's `@action`, for handlers of ours: its own types know only handlers that answer a Response at once."""
    return decorators.action(methods=methods, detail=detail, url_path=url_path, url_name=url_name)
