"""Limits how long an answer may take: 504 after `requests.timeout_seconds`.

A read is abandoned. A write is never cut in half: it runs in a task of its own that neither the timeout nor a client
that hangs up can cancel, and `request.unfinished` lets idempotency keep its true result.
"""

import asyncio
from typing import Final

from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from api.envelope import failure_response
from api.errors import Timeout
from api.limits import REQUEST_TIMEOUT_S
from gateway.deadline import Deadline
from gateway.guard import SAFE_METHODS
from gateway.requests import GatewayRequest, Next

Command = asyncio.Task[HttpResponseBase]
_UNFINISHED: Final[set[Command]] = set()
"""Commands that outlived their requests; the event loop alone would not keep them."""


@async_only_middleware
def limit_duration(get_response: Next) -> Next:
    """Answer within the time limit, with the view's answer or a 504."""

    async def answer(request: GatewayRequest) -> HttpResponseBase:
        timeout_s = REQUEST_TIMEOUT_S.value
        try:
            with Deadline(timeout_s, request.visit.loop):
                if request.method in SAFE_METHODS:
                    return await get_response(request)
                return await _complete(request, get_response)
        except TimeoutError:
            outcome = "It may still take effect" if request.unfinished else "Nothing was changed"
            return failure_response(request, Timeout(f"No answer within {timeout_s:g} s. {outcome}."))

    return answer


async def _complete(request: GatewayRequest, get_response: Next) -> HttpResponseBase:
    """Run a write to its end whatever becomes of this request. It does what asyncio.shield does, in half the time."""
    loop = request.visit.loop or asyncio.get_running_loop()
    command: Command = loop.create_task(get_response(request))  # type: ignore[arg-type]  # all are coroutines
    ended = loop.create_future()

    def end(command: Command) -> None:
        if not ended.done():
            ended.set_result(None)

    command.add_done_callback(end)
    try:
        await ended
    except asyncio.CancelledError:
        # Also when it has ended in this very turn: what it did is done, whatever is answered.
        request.unfinished = command
        _UNFINISHED.add(command)
        command.add_done_callback(_UNFINISHED.discard)
        raise
    return command.result()
