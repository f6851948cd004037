"""Compresses answers for clients that ask for gzip. In place: a thread would cost more than the compression."""

import gzip
from typing import Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.decorators import async_only_middleware

from gateway.requests import GatewayRequest, Next

SMALLEST_BYTES: Final = 1024
LEVEL: Final = 1
"""JSON of prices shrinks to a fifth at level 1, and to a sixth at level 6 for four times the work."""
_COMPRESSIBLE: Final = ("application/json", "text/", "application/javascript", "application/vnd.oai.openapi")


@async_only_middleware
def compress_answers(get_response: Next) -> Next:
    """Compress what is large enough and made of text."""

    async def answer(request: GatewayRequest) -> HttpResponseBase:
        response = await get_response(request)
        compress(request, response)
        return response

    return answer


def compress(request: GatewayRequest, response: HttpResponseBase) -> None:
    """Replace the content by its gzip form when the client takes that; `plain_content_of` still gives the original.

    Nothing here is a secret next to text that a client chooses, so lengths tell nothing (BREACH).
    """
    if not isinstance(response, HttpResponse) or len(response.content) <= SMALLEST_BYTES:
        return
    if response.has_header("Content-Encoding") or not response.headers["Content-Type"].startswith(_COMPRESSIBLE):
        return
    patch_vary_headers(response, ("Accept-Encoding",))
    if not accepts_gzip(request.META.get("HTTP_ACCEPT_ENCODING", "")):
        return
    plain = response.content
    response.content = gzip.compress(plain, LEVEL, mtime=0)
    response.plain_content = plain  # type: ignore[attr-defined]
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(response.content))
    if response.has_header("ETag"):
        response.headers["ETag"] = "W/" + response.headers["ETag"].removeprefix("W/")


def accepts_gzip(header: str) -> bool:
    """Whether Accept-Encoding lists gzip with a weight above zero (RFC 9110, section 12.5.3)."""
    for item in header.lower().split(","):
        coding, _, parameters = item.partition(";")
        if coding.strip() == "gzip":
            return parameters.replace(" ", "").rstrip(".0") != "q="
    return False


def plain_content_of(response: HttpResponse) -> bytes:
    """The content as the view made it."""
    plain: bytes = getattr(response, "plain_content", None) or response.content
    return plain
