"""Keys of the tests: made in memory where that is enough, in the table where it is not."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kit.access import Access, with_implied
from kit.clock import ManualClock
from operations.keys import services
from operations.keys.ring import Key, KeyRing, network_from
from operations.keys.tokens import new_token

NOW_NS = 1_767_225_600_000_000_000
"""2026-01-01T00:00:00Z."""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW_NS)


@pytest.fixture
def ring(clock: ManualClock) -> KeyRing:
    """A ring without keys."""
    return KeyRing(clock)


@pytest.fixture
def add_key(ring: KeyRing) -> Callable[..., tuple[Key, str]]:
    """Puts a key into the ring; gives it and its token."""

    def add(
        *scopes: str, accounts: tuple[str, ...] = (), addresses: tuple[str, ...] = (), **changes: Any
    ) -> tuple[Key, str]:
        key_id, token, secret_hash = new_token()
        access = Access(with_implied(frozenset(scopes or ("read",))), accounts)
        key = Key(key_id, secret_hash, access, tuple(map(network_from, addresses)), **changes)
        ring.replace([*ring._keys.values(), key])
        return key, token

    return add


@pytest.fixture
def empty_ring() -> Iterator[KeyRing]:
    """The process's ring, left empty for the tests that follow."""
    yield services.RING
    services.RING.replace([])
