"""JSON as a trading API must read it: numbers keep their digits, nothing is ambiguous, nothing is unbounded.

Python's parser alone turns 0.1 into a binary float, takes NaN, keeps the last of two equal keys, lets half a
surrogate pair through and recurses as deep as the sender likes. This one answers each of these with `MalformedJson`.
"""

import json
import re
from typing import Any

import msgspec

from api.errors import WHOLE_INPUT, MalformedJson

MAX_DEPTH = 32
"""No contract nests deeper than a handful of levels."""

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""A JSON string, or an unfinished one up to the end: matching always succeeds, so it takes linear time."""

_BRACKETS_ONLY = bytes(set(range(256)) - set(b"[]{}"))
_AS_SQUARE = bytes.maketrans(b"{}", b"[]")
_SPACED_COLONS = (b" :", b"\t:", b"\n:", b"\r:")
_anything = msgspec.json.Decoder().decode
_FAR_TOO_MANY = 2**62


class NumberText(str):
    """The digits of a JSON number, as they were sent."""

    __slots__ = ()


def parse(body: bytes) -> Any:
    """The value of a JSON document; its numbers as `NumberText`. Raises MalformedJson, in linear time."""
    if not body:
        raise MalformedJson("The request needs a JSON body.")
    if nesting_depth_exceeds(body, MAX_DEPTH):
        raise MalformedJson(f"The body nests deeper than {MAX_DEPTH} levels, or a bracket is not closed.")
    try:
        text = body.decode("utf-8")
        value = _parse_text(text)
    except UnicodeDecodeError as fault:
        raise MalformedJson("The body is not UTF-8.") from fault
    except json.JSONDecodeError as fault:
        raise MalformedJson(
            f"The body is not JSON: {fault.msg} at line {fault.lineno}, column {fault.colno}."
        ) from fault
    if "\\u" in text:
        _refuse_unstorable_text(value)
    return value


def nesting_depth_exceeds(body: bytes, limit: int) -> bool:
    """Whether brackets nest deeper than `limit` or do not pair up.

    Strings are cut out, then each pass takes away the innermost pairs: after n passes all nests of depth n are gone.
    """
    brackets = _STRING.sub(b"", body).translate(None, _BRACKETS_ONLY).translate(_AS_SQUARE)
    for _ in range(limit):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def plain_key_count(body: bytes) -> int:
    """How many keys a document has at all levels, if each shows as `":` and no other colon is there; else -1."""
    if b"\\" in body:
        return -1
    keys = body.count(b'":')
    return keys if keys == body.count(b":") else -1


def is_ambiguous(body: bytes) -> bool:
    """Whether a document that msgspec decodes is still one that `parse` refuses: a key twice, a NUL, too deep a nest.

    Where nothing is escaped and no space stands before a colon, each key shows as `":`. If that is found as often as
    the decoded objects have members, then no key is there twice. Only a document that does not fit this is parsed.
    """
    if b"\\" not in body and not any(spaced in body for spaced in _SPACED_COLONS):
        keys = body.count(b'":')
        if keys == _count_members(_anything(body), MAX_DEPTH):
            return False
    try:
        parse(body)
    except MalformedJson:
        return True
    return False


def _count_members(value: Any, depth_left: int) -> int:
    """How many members the objects in `value` have together; far below zero if they nest too deep."""
    if isinstance(value, dict):
        if depth_left == 0:
            return -_FAR_TOO_MANY
        return len(value) + sum(_count_members(below, depth_left - 1) for below in value.values())
    if isinstance(value, list):
        if depth_left == 0:
            return -_FAR_TOO_MANY
        return sum(_count_members(below, depth_left - 1) for below in value)
    return 0


def _parse_text(text: str) -> Any:
    """Parse with the standard library's scanner and our own rules for numbers and objects."""
    return json.loads(
        text,
        parse_float=NumberText,
        parse_int=NumberText,
        parse_constant=_refuse_constant,
        object_pairs_hook=_object_of_distinct_keys,
    )


def _refuse_constant(name: str) -> Any:
    """NaN and Infinity are Python's invention."""
    raise MalformedJson(f"The body is not JSON: {name} is not a JSON number.")


def _object_of_distinct_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are all different; parsers disagree on which of two equal keys counts."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedJson("The body names the same key twice in one object.")
    return members


def _refuse_unstorable_text(value: Any) -> None:
    """Refuse half a surrogate pair (it has no UTF-8 form) and NUL (databases refuse it) anywhere in `value`, by its path."""
    steps = _unstorable_in(value)
    if steps is None:
        return
    path = ".".join(steps)
    said = "Holds a NUL or half a surrogate pair, which cannot be kept; send the text without it."
    raise MalformedJson(f"{path}: {said}" if path else said, details={path or WHOLE_INPUT: [said]})


def _unstorable_in(value: Any) -> list[str] | None:
    """The steps to the first text that cannot be kept, none for `value` itself; None if all can."""
    if isinstance(value, str):
        return None if _UNSTORABLE.search(value) is None else []
    if not isinstance(value, (dict, list)):
        return None
    for name, below in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(name, str) and _UNSTORABLE.search(name):
            return [_UNSAYABLE_KEY]
        steps = _unstorable_in(below)
        if steps is not None:
            return [str(name)[:_STEP_LENGTH], *steps]
    return None


_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_UNSAYABLE_KEY = "(a key)"
"""An answer cannot hold it either."""
_STEP_LENGTH = 100
"""A refusal of a body of a mebibyte must not be as long."""
