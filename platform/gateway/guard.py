"""Decides at the door whether a request or a socket may come in: Host, Origin and where a browser says it comes from.

Without authentication this is what keeps web pages out: DNS rebinding (a foreign name that resolves to 127.0.0.1) shows
in Host, a page of another site or of another local program shows in Origin. Programs send no Origin and are let in.
"""

import ipaddress
from collections.abc import Iterable
from typing import Final

from gateway.visit import HEADER_BYTES_LIMIT, HEADER_COUNT_LIMIT, Scope, Visit
from kit.errors import DomainError, Forbidden, Invalid

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
OWN_FETCH_SITES: Final = frozenset({b"", b"same-origin", b"none"})
FORWARDED_FOR_LIMIT: Final = 20
"""Hops read from X-Forwarded-For; a longer chain is cut."""


class Guard:
    """The lists of who may come in, compared exactly: scheme, host and port."""

    def __init__(self, *, hosts: Iterable[str], origins: Iterable[str]) -> None:
        self._hosts = frozenset(host.encode() for host in hosts)
        self._origins = frozenset(origin.encode() for origin in origins)

    def refusal(self, visit: Visit, method: str) -> DomainError | None:
        """Why it may not come in, or None. Sockets are asked with GET."""
        if visit.host_count != 1 or (visit.host not in self._hosts and visit.host.lower() not in self._hosts):
            return Invalid("The Host header does not name this gateway; see ALLOWED_HOSTS.", code="INVALID_HOST")
        if visit.header_count > HEADER_COUNT_LIMIT or visit.header_bytes > HEADER_BYTES_LIMIT:
            return Invalid(f"At most {HEADER_COUNT_LIMIT} headers and {HEADER_BYTES_LIMIT} bytes of them are read.")
        if visit.origin_count:
            return None if visit.origin_count == 1 and visit.origin in self._origins else _foreign_origin()
        # Browsers leave Origin out of some requests, and then say here whether another site caused them.
        if method not in SAFE_METHODS and visit.sec_fetch_site not in OWN_FETCH_SITES:
            return _foreign_origin()
        return None


def _foreign_origin() -> Forbidden:
    return Forbidden("Pages of this origin may not call the gateway; see ALLOWED_ORIGINS.", code="ORIGIN_NOT_ALLOWED")


def believe_proxy(scope: Scope, trusted_proxies: frozenset[str]) -> None:
    """Take client and scheme from a trusted proxy's X-Forwarded headers; from anybody else they mean nothing.

    The client is the last address in the chain that is no trusted proxy: what stands before it was written by the
    client and may be invented.
    """
    if not scope["client"] or scope["client"][0] not in trusted_proxies:
        return
    chain: list[str] = []
    for name, value in scope["headers"]:
        if name == b"x-forwarded-for":
            chain += value.decode("latin1").split(",")
        elif name == b"x-forwarded-proto" and value in (b"http", b"https"):
            scope["scheme"] = value.decode() if scope["type"] == "http" else {b"http": "ws", b"https": "wss"}[value]
    for hop in reversed(chain[-FORWARDED_FOR_LIMIT:]):
        address = hop.strip()
        if not _is_address(address):
            return
        scope["client"] = (address, 0)
        if address not in trusted_proxies:
            return


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
