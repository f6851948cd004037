"""Reads environment variables for settings.py. A wrong value stops the start and names its variable."""

import importlib.util
import ipaddress
import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SECRET_BYTES = 48
MAX_MEMORY_MIB = 16 * 1024 * 1024
"""16 TiB: more than any machine has, so that a figure in bytes is noticed."""

SQLITE_CONNECTION_AGE_S = 60
"""How long a thread uses one connection: a file that was replaced under a running gateway is noticed after that."""

SQLITE_JOURNAL_BYTES = 1024 * 1024
"""Of the rollback journal stay on the disk: all that usual commits need, and not as much as the largest one ever took."""

_GATEWAY_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")

_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")


def text(name: str, default: str = "") -> str:
    """The variable without surrounding blanks; `default` when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """A yes or no: 1, true, yes, on or 0, false, no, off."""
    value = text(name, "1" if default else "0").lower()
    if value not in _TRUE + _FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in _TRUE


def number(name: str, default: float, *, minimum: float, maximum: float) -> float:
    """A number within bounds, both included."""
    value = text(name, str(default))
    try:
        parsed = float(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {value!r}.") from None
    if not minimum <= parsed <= maximum:
        raise ImproperlyConfigured(f"{name} must be from {minimum:g} to {maximum:g}, not {value}.")
    return parsed


def whole_number(name: str, default: int, *, minimum: int, maximum: int) -> int:
    """A whole number within bounds, both included."""
    value = number(name, default, minimum=minimum, maximum=maximum)
    if value != int(value):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text(name)!r}.")
    return int(value)


def choice(name: str, default: str, choices: Sequence[str]) -> str:
    """One of a few words, in any case."""
    for candidate in choices:
        if text(name, default).lower() == candidate.lower():
            return candidate
    raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {text(name)!r}.")


def words(name: str) -> list[str]:
    """A comma-separated list; none when unset."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def addresses(name: str) -> list[str]:
    """A comma-separated list of IP addresses."""
    return [str(_address(name, word)) for word in words(name)]


def _address(name: str, word: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(word)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must list IP addresses, and {word!r} is none.") from None


def origins(name: str) -> list[str]:
    """A comma-separated list of web origins, scheme://host[:port], in the form browsers send."""
    found = [word.lower().rstrip("/") for word in words(name)]
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or "*" in origin:
            raise ImproperlyConfigured(f"{name} must list origins such as https://desk.example.org, not {origin!r}.")
    return found


def endpoint(name: str) -> str:
    """The address of an HTTP service, http[s]://host[:port][/path]; empty when unset."""
    value = text(name).rstrip("/")
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
        raise ImproperlyConfigured(f"{name} must be an address such as http://localhost:4318, not {value!r}.")
    return value


def scheduler(name: str) -> str:
    """The address of a Dask scheduler, tcp://host:port; empty when unset."""
    value = text(name)
    problem = f"{name} must be an address such as tcp://10.0.0.5:8786, not {value!r}."
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:  # a port that is none
        raise ImproperlyConfigured(problem) from None
    if value and (value != f"tcp://{parts.netloc}" or not parts.hostname or not port or "@" in value):
        raise ImproperlyConfigured(problem)
    return value


def hosts(name: str) -> list[str]:
    """A comma-separated list of exact Host values, host[:port]. A wildcard or 0.0.0.0 would let any page in."""
    found = [word.lower() for word in words(name)]
    for host in found:
        if "*" in host or "/" in host or host.startswith((".", "0.0.0.0")):  # noqa: S104 - refused, not bound
            raise ImproperlyConfigured(f"{name} must list exact hosts such as desk.example.org:8080, not {host!r}.")
    return found


def folder(name: str, default: Path) -> Path:
    """A folder as an absolute path, made for its owner alone when it is missing."""
    path = Path(text(name, str(default))).expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise ImproperlyConfigured(f"{name}: the folder {path} cannot be made ({fault.strerror}).") from fault
    return path


def secret(name: str, file: Path) -> str:
    """The variable, or what `file` holds; the file is made on the first start, readable by its owner only."""
    if given := text(name):
        return given
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "w") as made:
            made.write(secrets.token_urlsafe(SECRET_BYTES))
    value = file.read_text().strip()
    if len(value) < SECRET_BYTES:
        raise ImproperlyConfigured(f"{name}: {file} holds no whole secret; remove it to have a new one made.")
    return value


def database(name: str, default: Path) -> dict[str, Any]:
    """Django's settings of the application database: an SQLite file, sqlite:///PATH or postgres://USER:PASS@HOST/NAME."""
    url = text(name)
    parts = urlsplit(url)
    if not url:
        return _sqlite(default)
    if parts.scheme == "sqlite" and not parts.netloc and parts.path:
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme in ("postgres", "postgresql") and parts.path.strip("/"):
        return _postgres(name, url)
    raise ImproperlyConfigured(f"{name} must be sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME.")


def shared_journal(name: str) -> str:
    """The database with the journals of several gateways, postgres://USER:PASSWORD@HOST:PORT/NAME; empty when unset."""
    url = text(name)
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must be postgres://USER:PASSWORD@HOST:PORT/NAME.")
    _require_driver(name)
    return url


def gateway_name(name: str) -> str:
    """What a gateway is called among several: up to 63 of a-z, 0-9 and '-', as a host is; empty when unset."""
    value = text(name)
    if value and _GATEWAY_NAME.fullmatch(value) is None:
        raise ImproperlyConfigured(f"{name} must be 1 to 63 of a-z, 0-9 and '-', such as gateway-1, not {value!r}.")
    return value


def _sqlite(path: Path) -> dict[str, Any]:
    # The rollback journal, not WAL: SQLite below 3.51.3 can corrupt a WAL that several connections write. IMMEDIATE
    # takes the write lock when a transaction begins, because one that reads first fails at once instead of waiting.
    # PERSIST leaves the journal's file as it is: readers wait for a commit, and to delete the file made up most of it
    # (https://www.sqlite.org/pragma.html#pragma_journal_mode). Threads keep their connections: to open one reads the schema,
    # which waits for commits once more, and takes longer than most of what is asked.
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": SQLITE_CONNECTION_AGE_S,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": (
                "PRAGMA journal_mode=PERSIST; PRAGMA synchronous=FULL; "
                f"PRAGMA journal_size_limit={SQLITE_JOURNAL_BYTES};"
            ),
        },
    }


def _postgres(name: str, url: str) -> dict[str, Any]:
    _require_driver(name)
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _require_driver(name: str) -> None:
    if importlib.util.find_spec("psycopg") is None:
        raise ImproperlyConfigured(f"{name} names Postgres, whose driver is missing: pip install psycopg.")
