"""Makes an exchange class of ccxt unable to do anything but read what is public.

Sandbar never holds keys of a venue, so nothing private could succeed; this makes that it is not even tried. Three gates, the
last one in front of the network itself:

1. `sign`: where ccxt names the group of an endpoint. Private and signed groups are refused.
2. `fetch`: every request on its way out. Only GET, without a body, to the venue's own hosts, with nothing in headers or
   query that could be a key, a token or a signature.
3. `client`, `watch` and `watch_multiple`: every stream. Only the venue's own hosts, and only messages without such names.
"""

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

CREDENTIALS: Final = (
    "apiKey", "secret", "uid", "accountId", "login", "password", "twofa", "privateKey", "walletAddress", "token"
)  # fmt: skip
"""What ccxt calls the things a venue knows its customers by."""

SECRET_NAME: Final = re.compile(
    r"(api.?key|secret|signature|signed|passphrase|password|authori[sz]ation|cookie|listen.?key|nonce|recvwindow"
    r"|(^|[-_.])(sign|key|token|auth|apikey|jwt)($|[-_.]))",
    re.IGNORECASE,
)
"""Names of headers, parameters and message fields that only a customer sends."""

PRIVATE_GROUP: Final = re.compile(r"private|signed|sapi|papi|account|wallet|broker", re.IGNORECASE)
"""Groups of endpoints that ask for keys, as ccxt names them."""

PRIVATE_PATH: Final = re.compile(r"/ws-api(/|$)|/private(/|$)|listenkey|userdata", re.IGNORECASE)
LONGEST_PAUSE_S: Final = 3_600.0
"""A venue that wants to be left alone for longer is asked again after an hour."""

MAX_DEPTH: Final = 6
"""A message nested deeper than this is none of a venue's."""


class PrivateCall(PermissionError):
    """Something other than a public read was about to be sent; it was not."""


def read_only(kind: type[Any]) -> type[Any]:
    """A subclass of an exchange that can only read."""

    class ReadOnly(kind):
        """The exchange behind its three gates; `not_before_s` is when it wants to be asked again (monotonic)."""

        not_before_s = 0.0
        late: Sequence[asyncio.Future[Any]] = ()
        on_garbage: Callable[[Any], None] | None = None
        """Told a message of a stream that ccxt could not read, which would otherwise end the stream without a word."""

        def handle_message(self, client: Any, message: Any) -> None:
            try:
                super().handle_message(client, message)
            except Exception:
                # ccxt reads a message as it should be: one that is not breaks its parser anywhere, with anything.
                if self.on_garbage is not None:
                    self.on_garbage(message)

        def sign(self, path: Any, api: Any = "public", method: str = "GET", *rest: Any, **named: Any) -> Any:
            groups = [str(group) for group in api] if isinstance(api, (list, tuple)) else [str(api)]
            if any(PRIVATE_GROUP.search(group) for group in groups):
                raise PrivateCall(f"{self.id}: {path} belongs to the group {'.'.join(groups)}")
            return super().sign(path, api, method, *rest, **named)

        async def fetch(self, url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Any:
            check_request(url, method, headers, body, hosts_of(self))
            return await super().fetch(url, method, headers, body)

        def client(self, url: str) -> Any:
            check_stream(url, hosts_of(self))
            return super().client(url)

        def on_connected(self, client: Any, *rest: Any) -> None:
            super().on_connected(client, *rest)
            if (self.clients or {}).get(client.url) is not client:
                # It was dropped while it was being opened: nobody else would ever close it.
                left = [task for task in self.late if not task.done()]
                self.late = [*left, asyncio.ensure_future(client.close())]

        async def watch(self, url: str, message_hash: Any, message: Any = None, *rest: Any, **named: Any) -> Any:
            check_message(message)
            return await super().watch(url, message_hash, message, *rest, **named)

        async def watch_multiple(self, url: str, hashes: Any, message: Any = None, *rest: Any, **named: Any) -> Any:
            check_message(message)
            return await super().watch_multiple(url, hashes, message, *rest, **named)

        async def authenticate(self, *_: Any, **__: Any) -> Any:
            raise PrivateCall(f"{self.id}: there is nobody to authenticate")

        def on_rest_response(self, code: int, reason: Any, url: Any, method: Any, headers: Any, *rest: Any) -> Any:
            pause_s = retry_after_s(code, headers)
            if pause_s is not None:
                self.not_before_s = time.monotonic() + pause_s
            return super().on_rest_response(code, reason, url, method, headers, *rest)

    ReadOnly.__name__ = kind.__name__
    return ReadOnly


def check_no_credentials(exchange: Any) -> None:
    """Raise PrivateCall when an exchange was made with anything that identifies a customer."""
    held = [name for name in CREDENTIALS if getattr(exchange, name, None)]
    if held:
        raise PrivateCall(f"{exchange.id} was given {', '.join(held)}")


def check_request(url: str, method: str, headers: Mapping[str, Any] | None, body: Any, hosts: set[str]) -> None:
    """Raise PrivateCall unless a request is a public read of the venue."""
    parts = urlsplit(url)
    if method.upper() != "GET" or body:
        raise PrivateCall(f"{method} {parts.path} is more than a read")
    if parts.netloc not in hosts:
        raise PrivateCall(f"{parts.netloc} is no host of the venue")
    names = [*(headers or {}), *(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))]
    _check_names(names, parts.path)
    if PRIVATE_PATH.search(parts.path):
        raise PrivateCall(f"{parts.path} is private")


def check_stream(url: str, hosts: set[str]) -> None:
    """Raise PrivateCall unless a stream's address is one of the venue's for everybody."""
    parts = urlsplit(url)
    if parts.netloc not in hosts:
        raise PrivateCall(f"{parts.netloc} is no host of the venue")
    if PRIVATE_PATH.search(parts.path):
        raise PrivateCall(f"{parts.path} is private")
    _check_names((name for name, _ in parse_qsl(parts.query, keep_blank_values=True)), parts.path)


def check_message(message: Any, depth: int = 0) -> None:
    """Raise PrivateCall when a message on a stream holds what only a customer sends."""
    if depth > MAX_DEPTH:
        raise PrivateCall("a message is nested too deep to be looked through")
    if isinstance(message, dict):
        _check_names(map(str, message), "a stream")
        for value in message.values():
            check_message(value, depth + 1)
    elif isinstance(message, (list, tuple)):
        for value in message:
            check_message(value, depth + 1)


def hosts_of(exchange: Any) -> set[str]:
    """Every host and port that an exchange's public addresses name."""
    found: set[str] = set()
    waiting = [exchange.urls.get("api")]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting.extend(value for group, value in each.items() if not PRIVATE_GROUP.search(str(group)))
        elif isinstance(each, str):
            found.add(urlsplit(exchange.implode_hostname(each)).netloc)
    return found


def retry_after_s(code: int, headers: Mapping[str, str] | None) -> float | None:
    """How long a refusal (418, 429, 503) asks to be left alone; None when it does not say, or says it as a date."""
    if code not in (418, 429, 503):
        return None
    said = next((value for name, value in (headers or {}).items() if name.lower() == "retry-after"), None)
    if said is None or not said.strip().isdecimal():
        return None
    return min(float(said), LONGEST_PAUSE_S)


def _check_names(names: Iterable[str], where: str) -> None:
    held = next((name for name in names if SECRET_NAME.search(name)), None)
    if held is not None:
        raise PrivateCall(f"{where}: {held} is for customers")
