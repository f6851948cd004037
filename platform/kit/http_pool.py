"""The one pool of outgoing HTTP connections: bounded, kept open, and unable to reach what an address must not lead to.

    session = POOL.session()          # on the event loop; aiohttp is loaded by the first who asks

Whoever fetches something from elsewhere does it with this session. An address that leads into this machine or its
neighbourhood (loopback, private and link-local networks, where metadata services and routers answer) gets no connection,
be it written in a setting, found by a name server or reached by a redirect. What is on loopback can be allowed by its
exact port, for rehearsals against a server of one's own.
"""

import errno
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import aiohttp

DEFAULT_PER_HOST: Final = 10
MAX_CONNECTIONS: Final = 100
"""All outgoing connections together, those in use included."""
IDLE_S: Final = 30.0
"""How long an unused connection is kept; venues close theirs after about a minute."""
CONNECT_S: Final = 5.0
TOTAL_S: Final = 30.0
"""No request takes longer, whatever its caller forgot to say."""
MAX_HEADER_BYTES: Final = 16_384
_DEFAULT_PORTS: Final = {"http": 80, "ws": 80, "https": 443, "wss": 443}

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
MayConnect = Callable[[str, int, Iterable[str]], bool]
"""Whether a host and port may be connected to at these addresses."""


class AddressRefused(OSError):
    """The address leads where this process must not connect to; nothing was sent. aiohttp wraps it, with its words."""


def address_fault(url: str, *, may_be_loopback: bool = False) -> str | None:
    """What speaks against connecting to an address, as the end of a sentence; None when nothing does.

    Names pass: where they lead to is checked when they are looked up. Plain http is for loopback alone.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address"
    if parts.scheme not in ("http", "https", "ws", "wss") or not host:
        return "must begin with https:// and a host"
    if parts.username is not None or parts.password is not None:
        return "must not hold a name or a password"
    if parts.query or parts.fragment:
        return "must end before any ? or #"
    address = _literal(host)
    is_local = host == "localhost" or (address is not None and address.is_loopback)
    if is_local:
        return None if may_be_loopback else "leads into this machine"
    if address is not None and not is_public(address):
        return "leads into a private or link-local network"
    return None if parts.scheme in ("https", "wss") else "must begin with https:// (plain http is for loopback alone)"


def is_public(address: IpAddress) -> bool:
    """Whether an address is of the open network: not private, link-local, loopback, reserved or a group's."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return is_public(mapped)
    return address.is_global and not address.is_multicast


def is_of_a_private_network(address: IpAddress) -> bool:
    """Whether an address is of this machine or a private network; link-local ones (metadata services) are neither."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return is_of_a_private_network(mapped)
    is_special = address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved
    return address.is_loopback or (address.is_private and not is_special)


def _literal(host: str) -> IpAddress | None:
    """The address that a host is, in any of the ways C libraries read one (`127.1`, `0x7f000001`); None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


class HttpPool:
    """Makes the session when it is first asked for, and closes it with the process."""

    def __init__(self, max_per_host: int = DEFAULT_PER_HOST) -> None:
        self._max_per_host = max_per_host
        self._may_be_private = False
        self._session: aiohttp.ClientSession | None = None
        self._allowed: set[tuple[str, int]] = set()

    def configure(self, *, max_per_host: int) -> None:
        """How many connections one host may have, idle ones included, from the next session on; 0 keeps none open."""
        self._max_per_host = max_per_host

    def allow_private_networks(self, is_allowed: bool) -> None:
        """Whether connections may go into this machine and private networks, from the next connection on."""
        self._may_be_private = is_allowed

    def allow_loopback(self, url: str) -> None:
        """Let connections go to the loopback host and port of `url`; anything else in it is ignored."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        address = _literal(host)
        if host == "localhost" or (address is not None and address.is_loopback):
            self._allowed.add((host, parts.port or _DEFAULT_PORTS[parts.scheme]))

    def refuse_loopback(self) -> None:
        """Take back what was allowed."""
        self._allowed.clear()

    def may_reach(self, host: str) -> bool:
        """Whether a host that is written as an address may be connected to. Names pass: they are looked up later."""
        address = _literal("127.0.0.1" if host == "localhost" else host)
        return address is None or self._is_allowed(address)

    def session(self) -> "aiohttp.ClientSession":
        """The session of this process; its owner closes nothing."""
        if self._session is None or self._session.closed:
            self._session = _make_session(self._may_connect, self._max_per_host)
        return self._session

    @property
    def connections(self) -> int:
        """Connections that are open, idle ones included."""
        if self._session is None or self._session.closed:
            return 0
        connector: Any = self._session.connector
        return len(connector._acquired) + sum(map(len, connector._conns.values()))

    @property
    def load(self) -> float | None:
        """They as a share of what one host may have, 1 at most; None where none are kept open."""
        return min(1.0, self.connections / self._max_per_host) if self._max_per_host else None

    async def close(self) -> None:
        """Close every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _may_connect(self, host: str, port: int, addresses: Iterable[str]) -> bool:
        """Whether a host may be connected to at these addresses."""
        if (host, port) in self._allowed:
            return True
        found = [_literal(address) for address in addresses]
        return bool(found) and all(address is not None and self._is_allowed(address) for address in found)

    def _is_allowed(self, address: IpAddress) -> bool:
        return is_public(address) or (self._may_be_private and is_of_a_private_network(address))


def _make_session(may_connect: MayConnect, max_per_host: int) -> "aiohttp.ClientSession":
    """A session whose connections are counted and checked."""
    import aiohttp
    import certifi

    class GuardedConnector(aiohttp.TCPConnector):
        """Looks at what every connection leads to: also at those of redirects and at addresses written as numbers."""

        async def _resolve_host(self, host: str, port: int, traces: Any = None) -> Any:
            found = await super()._resolve_host(host, port, traces)
            if not may_connect(host, port, [each["host"] for each in found]):
                raise AddressRefused(errno.EACCES, f"{host}:{port} leads into this machine or its neighbourhood")
            return found

    connector = GuardedConnector(
        limit=MAX_CONNECTIONS,
        # aiohttp bounds connections, idle or not: what a host may have open at once it may have idle afterwards.
        limit_per_host=max_per_host,
        force_close=max_per_host == 0,
        keepalive_timeout=None if max_per_host == 0 else IDLE_S,
        ssl=ssl.create_default_context(cafile=certifi.where()),
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=TOTAL_S, sock_connect=CONNECT_S),
        max_line_size=MAX_HEADER_BYTES,
        max_field_size=MAX_HEADER_BYTES,
        trust_env=False,
        cookie_jar=aiohttp.DummyCookieJar(),
    )


POOL = HttpPool()
"""The pool of this process; `configure` it before the first session."""
