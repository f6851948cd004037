"""Fixtures of the api kit's tests: requests that go straight to a view, without the gateway around it."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import AsyncRequestFactory
from django.urls import resolve

Ask = Callable[..., Awaitable[Any]]


async def ask_view(method: str, path: str, body: Any = None, **extra: Any) -> Any:
    """Send a request to the view of the sample resource. `body`: bytes as they are, anything else as JSON.

    `query` is the query string, `headers` go along, `attributes` are put on the request as a middleware would.
    """
    content_type = extra.pop("content_type", "application/json" if body is not None else "")
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    query = extra.pop("query", "")
    attributes = extra.pop("attributes", {})
    headers = extra.pop("headers", {})
    if content_type and not data:  # the factory names the kind of a body only when there is one
        headers = {"Content-Type": content_type, **headers}
    whole_path = f"{quote(path)}?{query}" if query else quote(path)
    request = AsyncRequestFactory().generic(method, whole_path, data, content_type, headers=headers, **extra)
    for name, value in attributes.items():
        setattr(request, name, value)
    match = resolve(path, urlconf="tests.api.sample_urls")
    return await match.func(request, *match.args, **match.kwargs)


@pytest.fixture
def ask() -> Ask:
    """The way to a view."""
    return ask_view
