"""The gateway's end: starts the process that makes admin pages when somebody opens one, and ends it when nobody does.

A page costs tens of milliseconds of Python. In a thread of the gateway they would be taken from the event loop, bit by bit:
each time it has waited for the network it would have to wait for the interpreter too. Another process at the lowest priority
takes only what is left of the processor. What it needs to know of orders, accounts and services it asks here; those calls
run on the event loop, in the name of who is logged in, as part of the request.
"""

import asyncio
import inspect
import logging
import os
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, cast

from django.contrib.auth import get_user_model
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError

from gateway.guard import SAFE_METHODS
from gateway.requests import GatewayRequest
from kit.caller import set_caller
from kit.errors import Unavailable
from kit.trail import current_trail
from operations.live_admin.conversation import (
    LENGTH_BYTES,
    Call,
    ConversationEnded,
    Line,
    Raised,
    Request,
    Response,
    Result,
    length_of,
    packed,
    packed_fault,
    unpacked,
)
from operations.live_admin.tables import begin_page

log = logging.getLogger(__name__)

IDLE_S: Final = 600.0
"""A process that nobody used for so long is given back: it holds some 80 MB."""

EXIT_TIMEOUT_S: Final = 3.0
BACKLOG: Final = 64
SCOPE_KEYS: Final = (
    "type",
    "http_version",
    "method",
    "path",
    "raw_path",
    "query_string",
    "headers",
    "scheme",
    "server",
)


class WorkerProcess:
    """One process and the ways to it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="sandbar-admin-")  # readable by the owner alone
        self._path = str(Path(self._folder.name) / "pages")
        self._life_ours, life_theirs = socket.socketpair()
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(self._path)
            listening.listen(BACKLOG)
            descriptors = (listening.fileno(), life_theirs.fileno())
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no input in the arguments
                    [sys.executable, "-P", "-m", "gateway.admin_pages.worker", *map(str, descriptors)],
                    pass_fds=descriptors,
                    stdin=subprocess.DEVNULL,
                    env=os.environ
                    | {"PYTHONPATH": os.pathsep.join(str(Path(each).absolute()) for each in sys.path if each)},
                    start_new_session=True,  # Ctrl-C reaches the gateway alone
                )
            except OSError:
                self._life_ours.close()
                self._folder.cleanup()
                raise
            finally:
                life_theirs.close()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def has_ended(self) -> bool:
        """Whether it is gone."""
        return self._process.poll() is not None

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection for one request; OSError when the process is gone. One that starts takes it when it is ready."""
        return await asyncio.open_unix_connection(self._path)

    def end(self) -> None:
        """End it; called in a thread."""
        self._life_ours.close()
        try:
            self._process.wait(EXIT_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()


class _WorkerGone(Exception):
    """The worker ended while it had a request."""


class AdminPages:
    """Has admin requests answered by a worker process, which is there while somebody uses it."""

    def __init__(self, worker_kind: Any = WorkerProcess, *, idle_s: float = IDLE_S) -> None:
        self.is_on = False
        """Whether a server runs, with whose end the process ends. Without one, pages are made where they are asked for."""
        self._worker_kind = worker_kind
        self._idle_s = idle_s
        self.worker: WorkerProcess | None = None
        """The process at hand."""
        self._starting = asyncio.Lock()
        self._talks = 0
        self._idle_timer: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """From here on requests are answered by a worker."""
        self.is_on = True

    async def stop(self) -> None:
        """End the worker."""
        self.is_on = False
        await self._end_worker()

    async def answer(self, request: GatewayRequest) -> HttpResponse:
        """The answer to one request; raises what its view raises, and Unavailable when the process ends under it."""
        asked = _request_of(request)
        self._begin_talk()
        try:
            try:
                response = await self._talk(asked)
            except _WorkerGone as gone:
                if request.method not in SAFE_METHODS:
                    raise Unavailable("The admin was interrupted and starts anew: look what was done.") from gone
                response = await self._talk(asked)  # with a fresh one
        except _WorkerGone as gone:
            raise Unavailable("The admin does not come up at the moment; the log says why.") from gone
        finally:
            self._end_talk()
        return _take_over(request, response)

    async def _talk(self, asked: Request) -> Response:
        """Have one request answered; raises what its view raises, and _WorkerGone."""
        async with self._starting:
            worker = await self._present_worker()
        begin_page()
        try:
            reader, writer = await worker.connect()
            try:
                return await _serve_calls(reader, writer, asked)
            finally:
                writer.close()
        except (ConversationEnded, OSError, EOFError) as fault:
            log.warning("The process that makes admin pages ended under a request: %r", fault)
            async with self._starting:
                if self.worker is worker:
                    await self._end_worker()
            raise _WorkerGone from fault

    async def _present_worker(self) -> WorkerProcess:
        """The worker at hand, or a fresh one when there is none or it has died."""
        if self.worker is not None and self.worker.has_ended():
            log.warning("The process that makes admin pages had ended; it is started anew.")
            await self._end_worker()
        if self.worker is None:
            fresh: WorkerProcess = await asyncio.to_thread(self._worker_kind)
            log.info("Started process %d, which makes admin pages.", fresh.pid)
            self.worker = fresh
        return self.worker

    async def _end_worker(self) -> None:
        worker, self.worker = self.worker, None
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None
        if worker is not None:
            await asyncio.to_thread(worker.end)

    def _begin_talk(self) -> None:
        self._talks += 1
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None

    def _end_talk(self) -> None:
        self._talks -= 1
        if self._talks == 0 and self.worker is not None:
            self._idle_timer = asyncio.get_running_loop().call_later(self._idle_s, self._give_back)

    def _give_back(self) -> None:
        """Nobody has used it for long. A request that comes now gets a fresh one."""
        worker, self.worker = self.worker, None
        if worker is not None:
            log.info("Nobody uses the admin: its process is ended.")
            asyncio.get_running_loop().run_in_executor(None, worker.end)


def _request_of(request: GatewayRequest) -> Request:
    """What the other side needs of a request. Its body has been read."""
    scope = {name: request.scope[name] for name in SCOPE_KEYS if name in request.scope}
    return Request(
        scope=scope | {"client": (request.visit.client, 0)},
        body=request.body,
        trace_id=request.visit.trace_id,
        caller=request.visit.caller,
    )


async def _serve_calls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Request) -> Response:
    """Hand the request over and serve its calls until the response."""
    writer.write(packed(asked))
    while True:
        message = unpacked(await reader.readexactly(length_of(await reader.readexactly(LENGTH_BYTES))))
        if isinstance(message, Call):
            writer.write(await _outcome_of(message))
            await writer.drain()
        elif isinstance(message, Line):
            logging.getLogger(message.logger).log(message.level, "%s", message.text, extra={"fields": message.fields})
        elif isinstance(message, Raised):
            raise message.fault
        else:
            return cast(Response, message)


async def _outcome_of(call: Call) -> bytes:
    """Run what is asked for, in the name of who is logged in."""
    set_caller(call.caller)
    try:
        async with asyncio.timeout(call.timeout_s):
            value = call.work(*call.arguments)
            return packed(Result(await value if inspect.isawaitable(value) else value))
    except Exception as fault:
        return packed_fault(fault)


def _take_over(request: GatewayRequest, response: Response) -> HttpResponse:
    """The answer, and what the layers around need to know of how it came about."""
    if response.user is not None:
        request._cached_user = get_user_model()(username=response.user)  # type: ignore[attr-defined] # where Django keeps it
    with suppress(BadRequest, SuspiciousOperation, MultiPartParserError):
        request.POST  # noqa: B018 - parsed here too, for the audit
    trail = current_trail()
    if trail is not None:
        trail.changes += response.changes
    answer = HttpResponse(response.body, status=response.status)
    for name, value in response.headers:
        answer.headers[name] = value
    answer.cookies = response.cookies
    return answer


ADMIN_PAGES = AdminPages()
"""Those of this process."""
