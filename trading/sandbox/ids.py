"""Ids of what the exchange makes by itself: the same decision gives the same id, in any process."""

import hashlib

NS_PER_MS = 1_000_000
_TIME_MASK = (1 << 48) - 1


def derived_id(time_ns: int, *parts: str) -> str:
    """A UUID of version 8 (RFC 9562): market time in milliseconds, then a digest of `parts`."""
    digest = int.from_bytes(hashlib.blake2b("\0".join(parts).encode(), digest_size=10).digest())
    bits = ((time_ns // NS_PER_MS) & _TIME_MASK) << 80 | digest
    bits = bits & ~(0xF << 76) | 0x8 << 76
    bits = bits & ~(0x3 << 62) | 0x2 << 62
    digits = f"{bits:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
