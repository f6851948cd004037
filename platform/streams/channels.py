"""Which channels there are: apps register a kind, a client's channel name is resolved to a kind and its parameters."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from kit.access import Scope
from kit.errors import NotFound

Delivery = Literal["latest", "resync", "every"]
Snapshot = Callable[[dict[str, str], str], Any]
Authorize = Callable[[dict[str, str], str], None]

MAX_NAME_LENGTH = 128
"""Longer names are unknown by definition; it also bounds the search for a near name."""

_PARAMETER = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """A family of channels.

    `pattern` has literal parts and parameters: `candles:{symbol}:{interval}`. `delivery` says what a socket that
    cannot keep up gets: `latest` (the newest alone), `resync` (a new snapshot) or `every` (all, or it is closed).
    `snapshot(params, account)` gives the whole state as published so far; it is called on the event loop, must not
    wait for anything and raises NotFound for parameters that name nothing. A `private` channel has one stream for each
    account. `authorize(params, account)` raises a DomainError when that account may not listen. `scope` is what a key
    needs to listen. A `placed` channel has one stream at each place (see `streams.places`).
    """

    name: str
    pattern: str
    delivery: Delivery
    snapshot: Snapshot
    private: bool = False
    authorize: Authorize | None = None
    scope: Scope = "read"
    placed: bool = False


@dataclass(frozen=True, slots=True)
class ResolvedChannel:
    """A channel name that fits a kind."""

    name: str
    kind: ChannelKind
    params: dict[str, str]


class ChannelRegistry:
    """The kinds of channels of a process."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, int], ChannelKind] = {}

    def register(self, kind: ChannelKind) -> None:
        """Add a kind; its first part must be literal, and unique among patterns of as many parts."""
        head, *rest = kind.pattern.split(":")
        assert not _PLACEHOLDER.fullmatch(head), f"{kind.pattern} must begin with a literal part"
        key = (head, len(rest))
        assert key not in self._kinds, f"{kind.pattern} is registered twice"
        self._kinds[key] = kind

    def resolve(self, name: str) -> ResolvedChannel:
        """The kind and parameters of a channel name; raises NotFound UNKNOWN_CHANNEL, with a near name if there is one.

        Whether the parameters name something that exists is for the kind's snapshot to say.
        """
        resolved = self._find(name)
        if resolved is None:
            raise self._unknown(name)
        return resolved

    def is_known(self, name: str) -> bool:
        """Whether the name fits a kind."""
        return self._find(name) is not None

    def patterns(self) -> list[str]:
        """All registered patterns."""
        return [kind.pattern for kind in self._kinds.values()]

    def _find(self, name: str) -> ResolvedChannel | None:
        head, *values = name.split(":") if len(name) <= MAX_NAME_LENGTH else [""]
        kind = self._kinds.get((head, len(values)))
        params = _match(kind.pattern, values) if kind else None
        return ResolvedChannel(name, kind, params) if kind is not None and params is not None else None

    def _unknown(self, name: str) -> NotFound:
        shown = name if len(name) <= MAX_NAME_LENGTH else f"{name[:MAX_NAME_LENGTH]}…"
        near = self._near_pattern(name[:MAX_NAME_LENGTH])
        hint = f" Did you mean {near}?" if near else ""
        return NotFound(f"There is no channel {shown!r}.{hint}", code="UNKNOWN_CHANNEL")

    def _near_pattern(self, name: str) -> str | None:
        """The pattern with the same first part, or with the one spelled most alike."""
        by_head: dict[str, str] = {}
        for kind in self._kinds.values():
            by_head.setdefault(kind.pattern.partition(":")[0], kind.pattern)
        heads = difflib.get_close_matches(name.partition(":")[0].lower(), by_head, n=1)
        return by_head[heads[0]] if heads else None


def _match(pattern: str, values: list[str]) -> dict[str, str] | None:
    """The parameters that make `pattern` the given parts (after the first one); None when they do not fit."""
    params: dict[str, str] = {}
    for part, value in zip(pattern.split(":")[1:], values, strict=True):
        placeholder = _PLACEHOLDER.fullmatch(part)
        if placeholder is None and part != value:
            return None
        if placeholder is not None:
            if _PARAMETER.fullmatch(value) is None:
                return None
            params[placeholder[1]] = value
    return params


REGISTRY = ChannelRegistry()


def register(kind: ChannelKind) -> None:
    """Add a kind of channel to this process; called in `AppConfig.ready()`."""
    REGISTRY.register(kind)
