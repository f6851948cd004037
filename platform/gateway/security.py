"""The headers that tell browsers what a page of ours may do and who may embed it; on every answer, whoever makes it."""

from typing import Final

from django.conf import settings

HeaderPairs = tuple[tuple[bytes, bytes], ...]

DOCS_PATH: Final = "/api/docs"

_COMMON: Final[HeaderPairs] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    *([(b"strict-transport-security", b"max-age=31536000")] if settings.IS_BEHIND_TLS else []),
)
_OWN_ONLY: Final = b"default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'"

# Swagger UI writes style attributes and shows its pictures from data: addresses; its scripts are files of ours.
_DOCS: Final = _OWN_ONLY + b"; style-src 'self' 'unsafe-inline'; img-src 'self' data:"

_HEADERS: Final[HeaderPairs] = (*_COMMON, (b"content-security-policy", _OWN_ONLY))
_DOCS_HEADERS: Final[HeaderPairs] = (*_COMMON, (b"content-security-policy", _DOCS))


def security_headers_of(path: str) -> HeaderPairs:
    """The headers of an answer under `path`."""
    return _DOCS_HEADERS if path.startswith(DOCS_PATH) else _HEADERS
