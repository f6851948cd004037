"""Whoever alerts are sent to, on loopback: an HTTP listener that answers as it is told, and a mail server that keeps all."""

import json
import socketserver
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> Any:
        """The event that was sent."""
        return json.loads(self.body)


@dataclass
class Listener:
    """What came, and how to answer: `statuses` one after the other, then 200; a hanging one answers when it is released."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    location: str = ""
    answer: bytes = b"thanks"
    is_hanging: bool = False
    released: Event = field(default_factory=Event)
    sent_bytes: int = 0

    def wait_for(self, count: int, deadline_s: float = 20.0) -> list[Received]:
        """So many requests, once they have come."""
        wait_until(lambda: len(self.received) >= count, deadline_s)
        return self.received


def wait_until(condition: Callable[[], bool], deadline_s: float = 20.0) -> None:
    """Return once it holds; fails when it does not come to."""
    ends_s = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < ends_s, "it does not come to be"
        time.sleep(0.005)


@contextmanager
def http_listener() -> Iterator[Listener]:
    """A listener on a free port of 127.0.0.1."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Keep the request, and answer as told."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.received.append(Received(self.path, dict(self.headers.items()), body))
            if listener.is_hanging:
                listener.released.wait(30)
            status = listener.statuses.pop(0) if listener.statuses else 200
            self.send_response(status)
            if listener.location:
                self.send_header("Location", listener.location)
            self.send_header("Content-Length", str(len(listener.answer)))
            self.end_headers()
            self._send_answer()

        def _send_answer(self) -> None:
            for start in range(0, len(listener.answer), 4_096):
                self.wfile.write(listener.answer[start : start + 4_096])
                listener.sent_bytes += 4_096

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A client that hangs up is part of the tests."""

    server = Server(("127.0.0.1", 0), Handler)
    listener.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        listener.released.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


@dataclass
class Mailbox:
    """Where the mail server listens, and what it took."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    """Lines with which it answers the next messages instead of taking them."""


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A mail server (RFC 5321, as much as a client needs) on a free port of 127.0.0.1."""
    mailbox = Mailbox()

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            """Greet, answer each command, and keep what comes between DATA and a single dot."""
            self._say("220 sink")
            for line in self.rfile:
                command = line.decode().strip()
                verb = command[:4].upper()
                if verb == "DATA":
                    self._say("354 go on")
                    content = b"".join(iter(self.rfile.readline, b".\r\n"))
                    if mailbox.refusals:
                        self._say(mailbox.refusals.pop(0))
                        continue
                    mailbox.messages.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
                elif verb == "RCPT":
                    mailbox.recipients.append(command.split("<")[1].rstrip(">"))
                self._say("221 bye" if verb == "QUIT" else "250 fine")
                if verb == "QUIT":
                    return

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    server = Server(("127.0.0.1", 0), Conversation)
    mailbox.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield mailbox
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
