"""Pages of a list: `limit` and `cursor` in, items and the next cursor out.

A cursor is opaque to clients, and not secret: it holds where the next page begins, and is checked like any input.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from typing import Any, TypeVar, cast

import msgspec

from api.fields import CharField, IntegerField
from api.serializers import ApiSerializer
from kit.errors import Invalid

DEFAULT_LIMIT = 100
MAX_LIMIT = 1_000
MAX_CURSOR_LENGTH = 512
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""In JSON: behind an even number of backslashes."""

T = TypeVar("T")


class Page(msgspec.Struct, frozen=True):
    """One page: its items, and the cursor of the next one, None on the last."""

    items: Sequence[Any]
    next_cursor: str | None = None


class PageQuery(ApiSerializer):
    """The query of a paged list; lists with filters inherit from it."""

    limit = IntegerField(
        required=False, default=DEFAULT_LIMIT, min_value=1, max_value=MAX_LIMIT, help_text="Items on a page."
    )
    cursor = CharField(
        required=False, max_length=MAX_CURSOR_LENGTH, help_text="`next_cursor` of the page before, unchanged."
    )


def encode_cursor(position: Any) -> str:
    """Opaque text for the position at which the next page begins: numbers, texts, lists and objects of them."""
    text = base64.urlsafe_b64encode(msgspec.json.encode(position)).rstrip(b"=").decode()
    assert len(text) <= MAX_CURSOR_LENGTH, "a cursor is small, or no client could send it back"
    return text


def decode_cursor(text: str, kind: type[T] | None = None) -> T:
    """The position out of a cursor, checked to be a `kind` (`tuple[int, str]`, a Struct); raises Invalid INVALID_CURSOR."""
    try:
        if len(text) > MAX_CURSOR_LENGTH:
            raise ValueError("longer than any cursor of ours")
        encoded = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        if _NUL.search(encoded):
            raise ValueError("no position of ours has a text that no database takes")
        return cast(T, msgspec.json.decode(encoded, type=Any if kind is None else kind))
    except (ValueError, binascii.Error, msgspec.DecodeError, RecursionError) as fault:
        message = "cursor: Is not one that this list gave out; begin again without a cursor."
        raise Invalid(message, code="INVALID_CURSOR", details={"cursor": ["Is not one of this list's."]}) from fault
