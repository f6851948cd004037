"""The request object of the gateway: Django's HttpRequest, filled from an ASGI scope without Django's detours.

Its body is read only when the rate limiter has let the request in: into memory up to the JSON limit, or, for a path that
takes uploads, into a temporary file of the state folder. Both limits count what arrives, whatever Content-Length says.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import Awaitable, Callable
from typing import Any, BinaryIO, Final, cast

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http.response import HttpResponseBase
from django.utils.http import parse_header_parameters

from api.errors import BodyTooLarge, Timeout
from api.limits import JSON_BODY_LIMIT_BYTES, REQUEST_TIMEOUT_S, UPLOAD_LIMIT_BYTES
from gateway.deadline import Deadline
from gateway.visit import Scope, Visit
from kit.access import UNLIMITED, Access
from kit.errors import Invalid

Receive = Callable[[], Awaitable[Any]]
UPLOAD_BLOCK_BYTES: Final = 1024 * 1024
"""Uploads are written in blocks of this size, each in a thread, so that the disk never holds up the event loop."""
UPLOAD_IDLE_LIMIT_S: Final = 30.0
"""An upload may take long, but not stand still."""
DISCARD_LIMIT_BYTES: Final = 16 * 1024 * 1024
DISCARD_LIMIT_S: Final = 5.0
"""How much of a refused body is taken in, and for how long, before its answer: a server that closes while the client
still sends resets the connection, and the client never learns why."""
KNOWN_HEADER_LIMIT: Final = 1_000

_meta_names: dict[bytes, str] = {b"content-length": "CONTENT_LENGTH", b"content-type": "CONTENT_TYPE"}


Next = Callable[["GatewayRequest"], Awaitable[HttpResponseBase]]
"""What a middleware is given: the rest of the chain."""


class ClientGone(Exception):
    """The client hung up before its request was complete; there is nobody to answer and nothing to do."""


class Utf8Request(ASGIRequest):
    """Django's request, whose query and forms are UTF-8 whatever its Content-Type names: Django would take any codec of
    Python's, also one that decodes no text (`rot13`), knows no replacement (`idna`) or makes halves of surrogate pairs
    (`unicode_escape`).
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class GatewayRequest(Utf8Request):
    """One HTTP request. `visit` says who and since when; `takes_uploads` lifts the body limit to the upload limit.

    `access` is what its caller may do. `unfinished` is a command that goes on although its request was answered with a
    timeout.
    """

    visit: Visit
    access: Access = UNLIMITED
    started_ns: int
    trace_id: str
    takes_uploads: bool
    upload: BinaryIO | None
    unfinished: asyncio.Task[HttpResponseBase] | None
    idempotency_claim: Any

    def __init__(self, scope: Scope, visit: Visit, receive: Receive) -> None:
        # ASGIRequest.__init__ is left out on purpose: it wants the whole body first, and costs twice as much.
        self.scope = scope
        self.visit = visit
        self.started_ns = visit.started_ns
        self.unfinished = None
        self.takes_uploads = False
        self.method = scope["method"]
        self.path = self.path_info = scope["path"]
        self.script_name = ""
        self.resolver_match = None
        self.META = _meta_from(scope, visit)
        self._receive = receive
        self._post_parse_error = False
        self._read_started = False
        self._has_more_body = True
        self.upload = None
        self._set_content_type(self.META.get("CONTENT_TYPE", ""))

    def _set_content_type(self, header: str) -> None:
        if header in ("", "application/json"):
            self.content_type = header
            self.content_params = {}
        else:
            self._set_content_type_params(self.META)

    @property
    def declared_length(self) -> int | None:
        """What Content-Length says; None without one. Raises Invalid for what is no length."""
        header = self.META.get("CONTENT_LENGTH")
        if header is None:
            return None
        if not (header.isascii() and header.isdigit() and len(header) < 20):
            raise Invalid("The Content-Length header is malformed.")
        return int(header)

    def has_no_body(self) -> bool:
        """Whether the head already says that there is none (RFC 9112, section 6.3)."""
        meta = self.META
        return (
            "CONTENT_LENGTH" not in meta
            and "HTTP_TRANSFER_ENCODING" not in meta
            and bool(self.scope["http_version"] == "1.1")
        )

    def take_empty_body(self) -> None:
        """Go on with an empty body; nothing is received."""
        self._body, self._stream = b"", _EMPTY_STREAM

    async def read_body(self) -> None:
        """Receive the whole body. Raises BodyTooLarge, Invalid, Timeout for a client that is too slow, or ClientGone."""
        declared = self.declared_length
        if self.has_no_body():
            self.take_empty_body()
            return
        limit = UPLOAD_LIMIT_BYTES.value if self.takes_uploads else JSON_BODY_LIMIT_BYTES.value
        if declared is not None and declared > limit:
            raise _too_large(limit)
        received = await (self._read_upload(limit) if self.takes_uploads else self._read_small(limit))
        if declared is not None and declared != received:
            raise Invalid(f"The body has {received} bytes and its Content-Length says {declared}.")

    async def _read_small(self, limit: int) -> int:
        """Receive into memory; most bodies come in one message."""
        timeout_s = REQUEST_TIMEOUT_S.value
        try:
            with Deadline(timeout_s, self.visit.loop):
                message = await self._take_message()
                body = message.get("body", b"")
                if self._has_more_body:
                    body = await self._read_rest(body, limit)
        except TimeoutError:
            raise _too_slow(timeout_s) from None
        if len(body) > limit:
            raise _too_large(limit)
        self._body = body
        self._stream: Any = _EMPTY_STREAM
        return len(body)

    async def _read_rest(self, first: bytes, limit: int) -> bytes:
        chunks = [first]
        size = len(first)
        while self._has_more_body and size <= limit:
            message = await self._take_message()
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
        return b"".join(chunks)

    async def _read_upload(self, limit: int) -> int:
        """Receive into a temporary file that has no name and vanishes with the request."""
        self.upload = self._stream = cast(BinaryIO, tempfile.TemporaryFile(dir=settings.UPLOAD_DIR))  # noqa: SIM115
        block = bytearray()
        size = 0
        more = True
        while more:
            message = await self._next_block()
            block += message.get("body", b"")
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
            if size > limit:
                raise _too_large(limit)
            if len(block) >= UPLOAD_BLOCK_BYTES or not more:
                await asyncio.to_thread(self.upload.write, bytes(block))
                block.clear()
        self.upload.seek(0)
        return size

    async def discard_body(self) -> None:
        """Take in what is left of a body that is too large, so that the client reads its refusal.

        Not of one that goes far beyond, nor of a client that waits for our leave to send it.
        """
        if (self.declared_length or 0) > DISCARD_LIMIT_BYTES or "HTTP_EXPECT" in self.META:
            return
        discarded = 0
        with contextlib.suppress(TimeoutError), Deadline(DISCARD_LIMIT_S, self.visit.loop):
            while self._has_more_body and discarded < DISCARD_LIMIT_BYTES:
                discarded += len((await self._take_message()).get("body", b""))

    async def _next_block(self) -> Any:
        """The next piece of an upload, which may not stand still."""
        try:
            with Deadline(UPLOAD_IDLE_LIMIT_S, self.visit.loop):
                return await self._take_message()
        except TimeoutError:
            raise _too_slow(UPLOAD_IDLE_LIMIT_S) from None

    async def _take_message(self) -> Any:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        self._has_more_body = message.get("more_body", False)
        return message

    def close(self) -> None:
        """Let go of uploaded files and of the body's own."""
        if hasattr(self, "_files"):
            for uploaded in self._files.values():
                uploaded.close()
        if self.upload is not None:
            self.upload.close()


class _EmptyStream:
    """Stands for the stream of a body that is in memory: Django reads `_body` instead."""

    def read(self, *_: int) -> bytes:
        """Nothing more."""
        return b""

    def close(self) -> None:
        """Nothing to do."""


_EMPTY_STREAM = _EmptyStream()


def _too_slow(timeout_s: float) -> Timeout:
    return Timeout(f"The body did not arrive within {timeout_s:g} s; nothing was done.")


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(f"The body is larger than the {limit} bytes this path accepts.", details={"limit_bytes": limit})


def _meta_from(scope: Scope, visit: Visit) -> dict[str, Any]:
    """The headers and the connection in the form Django and its views expect."""
    server = scope.get("server") or ("unknown", 0)
    meta: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "QUERY_STRING": scope["query_string"].decode("latin1"),
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"],
        "REMOTE_ADDR": visit.client,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
    }
    for name, value in scope["headers"]:
        key = _meta_names.get(name) or _meta_name(name)
        if key in meta:
            meta[key] = f"{meta[key]},{value.decode('latin1')}"
        elif key:
            meta[key] = value.decode("latin1")
    return meta


def _meta_name(name: bytes) -> str:
    """`HTTP_…` for a header, remembered for the next request; empty for a name that could pose as another one."""
    if b"_" in name:
        return ""
    key = "HTTP_" + name.decode("latin1").upper().replace("-", "_")
    if len(_meta_names) < KNOWN_HEADER_LIMIT:
        _meta_names[name] = key
    return key
