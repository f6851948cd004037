"""`manage.py serve`: run the gateway under uvicorn, or under Daphne with GATEWAY_SERVER=daphne."""

import errno
import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gateway.environment import is_loopback
from operations import lifecycle
from operations.keys.services import RING


class Command(BaseCommand):
    """Serves until it is told to stop."""

    help = "Serve the REST API, the WebSocket and the pages on GATEWAY_HOST:GATEWAY_PORT."
    requires_system_checks = ["markets"]  # the others cost a third of the start; `migrate` has run them
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Check where to listen, bind, and hand over to the server."""
        host, port = settings.GATEWAY_HOST, settings.GATEWAY_PORT
        if settings.DISABLE_AUTH and not is_loopback(host):
            raise CommandError(
                f"GATEWAY_HOST={host} can be reached from other machines while DISABLE_AUTH=1 lets everybody trade. "
                "Listen on 127.0.0.1, or turn authentication on."
            )
        listener = bind(host, port)
        if settings.GATEWAY_SERVER == "daphne":
            from gateway.servers.daphne import serve
        else:
            from gateway.servers.uvicorn import serve
        is_served = serve(listener, self._announce)
        if lifecycle.LIFECYCLE.refusal:
            raise CommandError(lifecycle.LIFECYCLE.refusal)
        if not is_served:
            raise CommandError("The gateway did not start; the log says why.")

    def _announce(self) -> None:
        state = lifecycle.LIFECYCLE.state
        if state.state != "started":
            self.stderr.write(
                f"Sandbar listens but is not ready. {state.reason} The log in {settings.LOG_DIR} has more."
            )
            return
        address = f"http://{_shown(settings.GATEWAY_HOST)}:{settings.GATEWAY_PORT}"
        self.stdout.write(
            f"Sandbar is ready (Ctrl-C stops it).\n"
            f"{self._pages(address)}"
            f"  REST       {address}/api/v1/\n"
            f"  Swagger    {address}/api/docs/\n"
            f"  WebSocket  {address.replace('http', 'ws', 1)}/ws\n"
            f"  Admin      {address}/admin/\n"
            f"  Health     {address}/health"
        )
        if not settings.DISABLE_AUTH and not RING.has_usable():
            self.stdout.write("Nobody can come in yet: make a key with manage.py key add NAME --scope admin")
        self.stdout.flush()

    def _pages(self, address: str) -> str:
        is_built = (settings.FRONTEND_DIR / "index.html").is_file()
        return f"  Pages      {address}/\n" if is_built else ""


def bind(host: str, port: int) -> socket.socket:
    """A listening address, or a CommandError that says what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
    except OSError as fault:
        listener.close()
        if fault.errno == errno.EADDRINUSE:
            raise CommandError(
                f"Port {port} on {host} is taken; stop what listens there or set GATEWAY_PORT."
            ) from None
        raise CommandError(f"Cannot listen on {host}:{port}: {fault.strerror}. See GATEWAY_HOST.") from None
    return listener


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
