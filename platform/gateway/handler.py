"""The ASGI handler: Django's middleware chain and views, without what Django's own ASGI handler costs.

Django's handler opens a thread for each request, hops through it several times and copies each body into a temporary
file; measured, it answers 900 requests a second where this one answers 14,000. An async view runs on the event loop
alone. A plain view (a page) runs as under Django: in a thread of its own request, with the database connections tidied up
after it. The admin has a process of its own.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import lru_cache
from typing import Any, Final, cast

from asgiref.sync import ThreadSensitiveContext, iscoroutinefunction, sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_started
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, get_resolver
from django.utils.module_loading import import_string

from api.errors import MethodNotAllowed
from gateway.admin_pages.process import ADMIN_PAGES
from gateway.answers import refuse
from gateway.guard import SAFE_METHODS
from gateway.middleware.admin import for_admin_alone, is_admin_path
from gateway.requests import ClientGone, GatewayRequest, Receive
from gateway.visit import Scope
from kit.errors import Invalid
from operations.audit import services as audit

Send = Callable[[Any], Awaitable[None]]
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ROUTE_CACHE_LIMIT: Final = 2_000
ROUTE_CACHE_PATH_LIMIT: Final = 200
"""Paths are remembered with their view, because finding it costs as much as all middleware together. Those unused for
longest are forgotten and long ones never kept, so that invented ids and paths fill no more than a few megabytes."""
_ROUTE_PARAMETER: Final = re.compile(r"\(\?P<(\w+)>[^()]*\)|<(?:\w+:)?(\w+)>")
_BODILESS: Final = frozenset({204, 304})


class Handler(ASGIHandler):
    """Serves HTTP scopes that the entrance let in; the scope holds their Visit."""

    def __init__(self) -> None:
        self._resolver = get_resolver(settings.ROOT_URLCONF)
        assert self._resolver.url_patterns, "a broken URLconf must stop the start, not each request"
        # A path that leads nowhere raises, and what raises is not remembered.
        self._remembered = lru_cache(maxsize=ROUTE_CACHE_LIMIT)(self._resolver.resolve)
        self._async_views: dict[Callable[..., Any], bool] = {}
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:
        """Chain settings.MIDDLEWARE. All of it is async, so nothing is adapted, and the errors of views reach the errors
        middleware as exceptions: Django would turn them into answers before any middleware sees them.

        Layers that serve the admin alone stand together, and other requests step over all of them at once.
        """
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        chain: Any = self._get_response_async
        beyond_admin: Any = None
        for path in reversed(settings.MIDDLEWARE):
            middleware = import_string(path)
            assert getattr(middleware, "async_capable", False), f"{path} is not async"
            is_admins = getattr(middleware, "is_for_admin_alone", False)
            if is_admins and beyond_admin is None:
                beyond_admin = chain
            elif not is_admins and beyond_admin is not None:
                chain, beyond_admin = for_admin_alone(chain, beyond_admin), None
            chain = middleware(chain)
            if hasattr(chain, "process_view"):
                self._view_middleware.insert(0, self.adapt_method_mode(True, chain.process_view))
        assert beyond_admin is None, "something stands before the admin's layers"
        self._middleware_chain = chain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = GatewayRequest(scope, scope["visit"], receive)
        try:
            if (refusal := self._route(request)) is not None:
                if request.method not in SAFE_METHODS:
                    audit.record_turned_away(request.visit.client, refusal.code)
                await _send(refuse(request, refusal), request, send)
            elif self._has_async_view(request):
                response = await self._middleware_chain(request)
                await _send(response, request, send)
                if response.streaming:
                    await sync_to_async(response.close, thread_sensitive=False)()
            else:
                await self._answer_beside_thread(request, send)
        except ClientGone:
            return
        finally:
            request.close()

    def _route(self, request: GatewayRequest) -> MethodNotAllowed | Invalid | None:
        """Find the view: it decides how the request is served. An unknown path is answered by the chain like any other."""
        if request.method not in METHODS:
            return MethodNotAllowed(f"{request.method} is not served here.", allowed=METHODS)
        if "\x00" in request.path:
            return Invalid("The path holds a NUL.")
        match = self._resolve(request.path)
        if match is not None:
            request.resolver_match = match
            request.visit.route = _route_label(match.route)
            request.takes_uploads = request.content_type == "multipart/form-data" and getattr(
                match.func, "takes_uploads", False
            )
        return None

    def _resolve(self, path: str) -> ResolverMatch | None:
        resolve = self._remembered if len(path) <= ROUTE_CACHE_PATH_LIMIT else self._resolver.resolve
        try:
            return resolve(path)
        except Resolver404:
            return None

    def _has_async_view(self, request: GatewayRequest) -> bool:
        """Whether no thread is needed; so for unknown paths, which have no view at all, and where another process has it."""
        match = request.resolver_match
        return match is None or self._is_async(match.func) or _is_made_elsewhere(request)

    def _is_async(self, view: Callable[..., Any]) -> bool:
        is_async = self._async_views.get(view)
        if is_async is None:
            is_async = self._async_views[view] = iscoroutinefunction(view)
        return is_async

    async def _answer_beside_thread(self, request: GatewayRequest, send: Send) -> None:
        """Serve a plain view in a thread that lives as long as the request."""
        async with ThreadSensitiveContext():
            await request_started.asend(sender=self.__class__, scope=request.scope)
            response = await self._middleware_chain(request)
            response._handler_class = self.__class__
            await _send(response, request, send)
            await sync_to_async(response.close)()

    def _get_response_async(self, request: Any) -> Awaitable[HttpResponseBase]:
        """The innermost step: the view. Its errors are left to the errors middleware."""
        match = request.resolver_match
        if match is None:
            raise Resolver404({"path": request.path})
        if self._is_async(match.func):
            return cast(Awaitable[HttpResponseBase], match.func(request, *match.args, **match.kwargs))
        if _is_made_elsewhere(request):
            return ADMIN_PAGES.answer(request)
        return cast(Awaitable[HttpResponseBase], super()._get_response_async(request))  # type: ignore[misc]


def _is_made_elsewhere(request: GatewayRequest) -> bool:
    """Whether another process makes the page."""
    return ADMIN_PAGES.is_on and is_admin_path(request.path)


@lru_cache(maxsize=ROUTE_CACHE_LIMIT)
def _route_label(route: str) -> str:
    """A pattern as people write it: `api/v1/^orders/(?P<id>[^/]+)/?$` is `/api/v1/orders/{id}`."""
    named = _ROUTE_PARAMETER.sub(lambda match: f"{{{match[1] or match[2]}}}", route)
    return "/" + named.replace("^", "").replace("/?", "").replace("$", "").replace("\\", "")


async def _send(response: HttpResponseBase, request: GatewayRequest, send: Send) -> None:
    """Write the answer out. A HEAD has the headers of its GET and no body."""
    if isinstance(response, HttpResponse):
        body = response.content
        start = _start_of(response)
        if response.status_code not in _BODILESS and "content-length" not in response.headers._store:
            start["headers"].append((b"content-length", b"%d" % len(body)))
        await send(start)
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})
        return
    await send(_start_of(response))
    if request.method != "HEAD":
        async for chunk in _chunks_of(cast(StreamingHttpResponse, response)):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _start_of(response: HttpResponseBase) -> dict[str, Any]:
    headers = [_encoded(pair) for pair in response.headers._store.values()]  # twice as fast as items()
    cookies = vars(response).get("cookies")  # an answer of ours has none until somebody sets one
    if cookies:
        headers += [(b"Set-Cookie", cookie.output(header="").strip().encode("latin1")) for cookie in cookies.values()]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}


@lru_cache(maxsize=1_000)
def _encoded(pair: tuple[str, str]) -> tuple[bytes, bytes]:
    """A header as bytes; most answers have the same few."""
    return pair[0].encode("latin1"), pair[1].encode("latin1")


async def _chunks_of(response: StreamingHttpResponse) -> AsyncIterator[bytes]:
    """A streamed body piece by piece. A file is read in a thread, a piece at a time: Django would read it whole."""
    if response.is_async:
        async for chunk in response:
            yield chunk
        return
    chunks: Iterator[bytes] = iter(response)
    while (piece := await asyncio.to_thread(next, chunks, None)) is not None:
        yield piece
