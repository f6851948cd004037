"""The process that makes the admin's pages: Django with the admin's own layers, and nothing of what is live.

Started by `gateway.admin_pages.process` as `python -m gateway.admin_pages.worker DESCRIPTOR LIFE_DESCRIPTOR`: a socket that
it takes connections from, one for each request, and a pipe that ends with the gateway. What lives in the gateway's memory
is asked for over the request's connection.
"""

import logging
import os
import socket
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import django
from django.conf import settings
from django.core import signals
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse
from django.utils.module_loading import import_string

from gateway.requests import Utf8Request
from kit.caller import set_caller
from kit.trace import set_trace_id
from kit.trail import begin_trail
from operations.audit.admin_site import name_of_user
from operations.live_admin.conversation import (
    Conversation,
    ConversationEnded,
    Line,
    Request,
    Response,
    current_conversation,
    packed,
    packed_fault,
    set_conversation,
)

THREADS: Final = 4
"""Pages made at the same time: one that waits for a disk does not hold up the next reader."""

NICENESS: Final = 19
OUT_OF_MEMORY_SCORE: Final = 500
"""Orders come first: pages take what processor time is left, and go first when memory runs out."""

MAX_LINE_LENGTH: Final = 8_000
SENDABLE: Final = (str, int, float, bool, type(None))


class PageMaker(BaseHandler):
    """Makes the answer to one request after the other, in any thread."""

    def __init__(self) -> None:
        self.load_middleware()

    def load_middleware(self, is_async: bool = False) -> None:
        """Chain the admin's own layers; the others are the gateway's. What a view raises is the gateway's to answer."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        chain: Any = self._get_response  # type: ignore[attr-defined] # Django's, of which the stubs know nothing
        for path in reversed(settings.MIDDLEWARE):
            middleware = import_string(path)
            if not getattr(middleware, "is_for_admin_alone", False):
                continue
            chain = middleware(chain)
            if hasattr(chain, "process_view"):
                self._view_middleware.insert(0, chain.process_view)
        self._middleware_chain = chain

    def serve(self, connection: socket.socket) -> None:
        """Answer the one request that comes over a connection."""
        with connection:
            conversation = Conversation(connection)
            try:
                request = conversation.receive()
                assert isinstance(request, Request), "a conversation begins with a request"
                copy_context().run(self._answer, conversation, request)
            except ConversationEnded:
                return  # nobody waits any more

    def _answer(self, conversation: Conversation, request: Request) -> None:
        set_conversation(conversation)
        set_trace_id(request.trace_id)
        set_caller(request.caller)
        signals.request_started.send(sender=PageMaker, scope=request.scope)
        try:
            conversation.send(packed(self._response_to(request)))
        except ConversationEnded:
            raise
        except Exception as fault:
            fault.add_note(traceback.format_exc())  # the gateway logs it, and its own traceback ends at the connection
            conversation.send(packed_fault(fault))
        finally:
            signals.request_finished.send(sender=PageMaker)

    def _response_to(self, asked: Request) -> Response:
        trail = begin_trail()
        request = Utf8Request(asked.scope, BytesIO(asked.body))
        response: HttpResponse = self._middleware_chain(request)
        return Response(
            status=response.status_code,
            headers=list(response.headers.items()),
            cookies=response.cookies,
            body=b"".join(response) if response.streaming else response.content,
            user=name_of_user(request),
            changes=trail.changes,
        )


class LogRelay(logging.Handler):
    """Hands log records to the gateway, which alone writes the log file; those of no request go to stderr."""

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        text = self.format(record)[:MAX_LINE_LENGTH]
        conversation = current_conversation()
        if conversation is None:
            sys.stderr.write(f"{text}\n")
            return
        fields = getattr(record, "fields", None) or {}
        plain = {name: value if isinstance(value, SENDABLE) else str(value) for name, value in fields.items()}
        conversation.tell(Line(record.levelno, record.name, text, plain))


def serve(listening: socket.socket) -> None:
    """Take connections until the socket is closed."""
    maker = PageMaker()
    with ThreadPoolExecutor(THREADS, thread_name_prefix="admin page") as threads:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threads.submit(maker.serve, connection)


def _give_way() -> None:
    """Be the first to wait for the processor, and to be ended when memory runs out.

    Under Linux an idle task gives way at once when another one wakes. One that is merely nice first runs to the end of its
    slice of some milliseconds, and the event loop would wait that long for its core.
    """
    os.nice(NICENESS)
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    try:
        Path("/proc/self/oom_score_adj").write_text(str(OUT_OF_MEMORY_SCORE))
    except OSError:
        return


def _end_with_the_gateway(life: int) -> None:
    """Wait for the end of the pipe that the gateway holds, however it ended, and end the process."""
    while os.read(life, 1):
        pass
    os._exit(0)


def main(descriptor: int, life: int) -> None:
    """Serve until the gateway ends, or ends this process."""
    _give_way()
    threading.Thread(target=_end_with_the_gateway, args=(life,), name="life", daemon=True).start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")
    django.setup(set_prefix=False)
    root = logging.getLogger()
    root.handlers[:] = [LogRelay()]
    serve(socket.socket(fileno=descriptor))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
