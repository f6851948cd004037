"""The keys in memory, and the check of a token against them: no I/O, a few microseconds.

The whole ring is replaced when the table has changed, in one assignment: a check sees the old keys or the new ones.
"""

import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from api.errors import Unauthenticated
from kit.access import Access
from kit.clock import SYSTEM_CLOCK, Clock
from operations.keys.tokens import hash_of, new_secret, public_part, split_token

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_NOBODYS_HASH: Final = hash_of(new_secret())
"""Compared when there is no such key, so that the time tells nothing about which ids exist."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key while requests are checked; empty `networks` mean any address."""

    id: str
    secret_hash: bytes
    access: Access
    networks: tuple[Network, ...] = ()
    expires_ns: int | None = None
    revoked_ns: int | None = None
    requests_per_s: float | None = None


class KeyRing:
    """Every key of the table, by the public part of its token."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._keys: dict[str, Key] = {}
        self._used: set[str] = set()

    def __len__(self) -> int:
        return len(self._keys)

    def has_usable(self) -> bool:
        """Whether any key could be used now, from the right address."""
        now_ns = self._clock.now_ns()
        return any(
            key.revoked_ns is None and (key.expires_ns is None or now_ns < key.expires_ns)
            for key in self._keys.values()
        )

    def replace(self, keys: Iterable[Key]) -> None:
        """Know these keys and no others; from any thread."""
        self._keys = {public_part(key.id): key for key in keys}

    def find(self, key_id: str) -> Key | None:
        """The key of that id, valid or not."""
        return self._keys.get(public_part(key_id))

    def check(self, token: str, address: str) -> Key:
        """The key of this token, which may be used now and from there; raises Unauthenticated.

        Only who has the secret is told more than that the key is not valid.
        """
        parts = split_token(token)
        if parts is None:
            raise _not_valid()
        key = self._keys.get(parts[0])
        is_right = hmac.compare_digest(hash_of(parts[1]), _NOBODYS_HASH if key is None else key.secret_hash)
        if key is None or not is_right:
            raise _not_valid()
        if (fault := self.fault_of(key, address)) is not None:
            raise Unauthenticated(fault)
        self._used.add(key.id)
        return key

    def fault_of(self, key: Key, address: str) -> str | None:
        """Why this key may not be used now and from there, or None."""
        if key.revoked_ns is not None:
            return "This key was revoked."
        if key.expires_ns is not None and self._clock.now_ns() >= key.expires_ns:
            return "This key has expired."
        if key.networks and not _is_within(address, key.networks):
            return "This key may not be used from this address."
        return None

    def fault_since(self, key_id: str, address: str, access: Access) -> str | None:
        """Why who was let in with that key and that access may not stay, or None."""
        key = self.find(key_id)
        if key is None:
            return "This key is gone."
        if key.access != access:
            return "This key was changed; connect again."
        return self.fault_of(key, address)

    def take_used(self) -> list[str]:
        """The ids that were used since this was last asked."""
        used = []
        while self._used:  # one at a time: the event loop may add more meanwhile
            used.append(self._used.pop())
        return used


def _not_valid() -> Unauthenticated:
    return Unauthenticated("This key is not valid.")


def network_from(text: str) -> Network:
    """A network, or an address as the network of it alone; IPv4 written as IPv6 is IPv4. Raises ValueError."""
    network = ipaddress.ip_network(text)
    if isinstance(network, ipaddress.IPv6Network) and network.subnet_of(_MAPPED):
        mapped = network.network_address.ipv4_mapped
        assert mapped is not None, "it lies in the mapped range"
        return ipaddress.IPv4Network((mapped, network.prefixlen - _MAPPED.prefixlen))
    return network


def _is_within(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether the address lies in one of the networks; one that is unknown lies in none."""
    parsed = _address_from(address)
    return parsed is not None and any(parsed in network for network in networks)


@lru_cache(maxsize=4_096)
def _address_from(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """A peer's address, without the name of an interface; IPv4 that came over an IPv6 socket is IPv4."""
    try:
        parsed = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
