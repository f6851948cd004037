"""What of a write may be kept: secrets are taken out by the names of their fields and by their form, long values are cut."""

import re
from typing import Any, Final

import msgspec

from kit.redaction import HIDDEN, hide_secrets

MAX_VALUE_BYTES: Final = 4_096
"""Of an input, or of a state before or after: an order takes 200 bytes, so this is what people send by hand."""

MAX_READ_BYTES: Final = 64 * 1024
"""A larger body is not read again for the audit; only its size is kept."""

MAX_DEPTH: Final = 16

_SECRET_NAME: Final = re.compile(
    r"passw|secret|token|authori[sz]ation|cookie|credential|private|api_?-?key|signature|passphrase|^otp$|^pin$", re.I
)
_encode = msgspec.json.Encoder(enc_hook=str).encode


def readable(value: Any) -> Any:
    """`value` as it may be kept: without secrets, and cut. None stays None."""
    if value is None:
        return None
    clean = _without_secrets(msgspec.to_builtins(value, enc_hook=str), 0)
    try:
        size = len(_encode(clean))
    except UnicodeEncodeError:
        return {"unreadable": True}
    return clean if size <= MAX_VALUE_BYTES else _cut(clean, size)


def readable_json(body: bytes) -> Any:
    """A JSON body as it may be kept; of one that is too large or no JSON only the size is."""
    if not body:
        return None
    if len(body) <= MAX_READ_BYTES:
        try:
            return readable(msgspec.json.decode(body))
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            pass
    return {"bytes": len(body)}


def readable_text(text: str, limit: int = 200) -> str:
    """A text of the client's, cut and without tokens."""
    return hide_secrets(text[:limit])


def _without_secrets(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        return "…"
    if isinstance(value, dict):
        return {
            str(name): HIDDEN if _SECRET_NAME.search(str(name)) else _without_secrets(below, depth + 1)
            for name, below in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_secrets(below, depth + 1) for below in value]
    return hide_secrets(value) if isinstance(value, str) else value


def _cut(value: Any, size: int) -> dict[str, Any]:
    """The beginning of a long value, as text: it is without secrets already."""
    return {"cut": True, "bytes": size, "start": _encode(value)[: MAX_VALUE_BYTES // 4].decode("utf-8", "ignore")}
