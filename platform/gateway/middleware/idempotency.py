"""Makes a repeated write safe: the same Idempotency-Key gives the same answer, byte for byte, and takes effect once.

The view may have stored its answer durably together with its effect; then nothing is left to do here. Answers are kept
as the view made them, before compression, which each replay gets anew.
"""

import asyncio
import hashlib
import mmap
import os
from collections.abc import Awaitable
from typing import Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from api.idempotency import (
    TABLE,
    Claimed,
    InProgress,
    Mismatch,
    Replay,
    StoredAnswer,
    fingerprint_of,
    is_kept,
    key_of_text,
    refusal_of,
)
from gateway.answers import refuse
from gateway.guard import SAFE_METHODS
from gateway.middleware.compression import compress, plain_content_of
from gateway.middleware.rate_limit import COUNTED_PREFIX
from gateway.middleware.rehearsal import HEADER as REHEARSAL
from gateway.requests import GatewayRequest, Next
from kit.accounts import DEFAULT_ACCOUNT, is_account_id
from kit.errors import DomainError, Invalid

HEADER: Final = "HTTP_IDEMPOTENCY_KEY"
HEADER_ON_WIRE: Final = b"idempotency-key"
RETRY_AFTER_S: Final = 1


@async_only_middleware
def replay_repeated_writes(get_response: Next) -> Next:
    """Execute the first write of a key, and answer the others from what it answered."""

    def answer(request: GatewayRequest) -> Awaitable[HttpResponseBase]:
        if HEADER not in request.META or request.method in SAFE_METHODS or not request.path.startswith(COUNTED_PREFIX):
            return get_response(request)
        return answer_once(request)

    async def answer_once(request: GatewayRequest) -> HttpResponseBase:
        account = request.META.get("HTTP_X_ACCOUNT", DEFAULT_ACCOUNT)
        if not is_account_id(account):
            return await get_response(request)  # nobody's key; the view refuses such an account
        try:
            key = key_of(request)
            if REHEARSAL in request.META:  # whose accounts bear the same names
                account = f"{request.META[REHEARSAL]}/{account}"
            outcome = TABLE.claim(account, key, await fingerprint_of_request(request))
        except DomainError as error:
            return refuse(request, error)
        if isinstance(outcome, Claimed):
            return await _execute(request, outcome, get_response)
        if isinstance(outcome, Replay):
            return _replay(request, outcome.answer)
        return _refusal(request, outcome)

    return answer


def key_of(request: GatewayRequest) -> str:
    """The key of a request that has one; raises Invalid, also for two: nobody can know which of them is meant."""
    if sum(name == HEADER_ON_WIRE for name, _ in request.scope["headers"]) > 1:
        raise Invalid("Idempotency-Key was given more than once.", code="INVALID_IDEMPOTENCY_KEY")
    return key_of_text(request.META[HEADER])


async def fingerprint_of_request(request: GatewayRequest) -> str:
    """What makes two requests the same write."""
    method, path, query = str(request.method), request.path, request.META["QUERY_STRING"]
    if request.upload is None:
        return fingerprint_of(method, path, query, request.body)
    boundary = request.content_params.get("boundary", "") if request.content_params else ""
    digest = await asyncio.to_thread(_digest_of_file, request.upload.fileno(), boundary.encode("latin1", "replace"))
    return fingerprint_of(method, path, query, digest)


def _digest_of_file(descriptor: int, boundary: bytes) -> bytes:
    """SHA-256 of an upload without its multipart boundary, which clients draw anew for each try."""
    digest = hashlib.sha256()
    if not os.fstat(descriptor).st_size:  # which mmap refuses
        return digest.digest()
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as content, memoryview(content) as view:
        start = 0
        while boundary and (found := content.find(boundary, start)) >= 0:
            digest.update(view[start:found])
            start = found + len(boundary)
        digest.update(view[start:])
    return digest.digest()


async def _execute(request: GatewayRequest, claim: Claimed, get_response: Next) -> HttpResponseBase:
    """Run the write that owns the key, and end the claim when it has really ended."""
    request.idempotency_claim = claim
    try:
        response = await get_response(request)
    except BaseException:
        if not _end_with_command(request, claim):
            TABLE.finish(claim, None)
        raise
    if not _end_with_command(request, claim):
        TABLE.finish(claim, _record_of(claim, response))
    return response


def _end_with_command(request: GatewayRequest, claim: Claimed) -> bool:
    """For a command that outlives its request: end the claim with its true result. False when there is none."""
    if request.unfinished is None:
        return False

    def finish(command: asyncio.Task[HttpResponseBase]) -> None:
        failed = command.cancelled() or command.exception() is not None
        TABLE.finish(claim, None if failed else _record_of(claim, command.result()))

    request.unfinished.add_done_callback(finish)
    return True


def _record_of(claim: Claimed, response: HttpResponseBase) -> StoredAnswer | None:
    if not isinstance(response, HttpResponse) or not is_kept(response.status_code):
        return None
    return claim.answer(response.status_code, response.headers.get("Content-Type", ""), plain_content_of(response))


def _replay(request: GatewayRequest, stored: StoredAnswer) -> HttpResponse:
    response = HttpResponse(stored.body, status=stored.status, content_type=stored.content_type or None)
    if not stored.content_type:
        del response.headers["Content-Type"]
    response.headers["Idempotent-Replayed"] = "true"
    compress(request, response)
    return response


def _refusal(request: GatewayRequest, outcome: InProgress | Mismatch) -> HttpResponse:
    response = refuse(request, refusal_of(outcome))
    if isinstance(outcome, InProgress):
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response
