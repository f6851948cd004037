"""What no table can keep, and every spot of the API's schema where a client may write it.

Postgres takes no NUL and no half of a surrogate pair in a text, no text longer than its column, no integer beyond it, and
no NaN in jsonb (https://www.postgresql.org/docs/current/datatype-json.html); SQLite takes them all.
"""

import base64
import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"
FORM = "multipart/form-data"
BOUNDARY = "frontier"
METHODS = ("get", "post", "put", "patch", "delete")

LONG = 100_000
DEEPER_THAN_READ = 40
"""Levels; no body may nest so deep, whatever its contract says."""
DEEPER_THAN_FREE = 20
"""Levels; a body may, free JSON inside it may not."""
DEEP = 13
"""Levels that free JSON may have."""

Spot = tuple[str | int, ...]
"""The way to a value inside a body."""


class Raw(str):
    """JSON that Python would not write."""


TEXTS: dict[str, Any] = {
    "NUL": "a\0b",
    "half a surrogate pair": "a\ud800",
    "the other half": "\udc00a",
    "100 kB of text": "x" * LONG,
}
"""Wrong in every field, and so refused by its name."""

NO_JSON: dict[str, Any] = {
    "NaN": Raw("NaN"),
    "-Infinity": Raw("-Infinity"),
    "1e400": Raw("1e400"),
    "a deep nest": Raw("[" * DEEPER_THAN_READ + "]" * DEEPER_THAN_READ),
}
"""Refused too, as no JSON or no number."""

NUMBERS: dict[str, Any] = {
    "10^30": 10**30,
    "-10^30": -(10**30),
    "64 bits": 2**63 - 1,
    "-64 bits": 1 - 2**63,
    "32 bits and one": 2**31,
    "1e308": 1e308,
    "-1e308": -1e308,
    "5e-324": 5e-324,
}
OTHERS: dict[str, Any] = {
    "emoji": "\U0001f680 \U0001f469\u200d\U0001f469\u200d\U0001f466",
    "the end of Unicode": "\U0010ffff\uffff\ufdd0",
    "numbers in a nest": Raw('{"a":' * DEEP + "1e308" + "}" * DEEP),
    "a nest of twenty": Raw("[" * DEEPER_THAN_FREE + "]" * DEEPER_THAN_FREE),
    "an object": {"\U0001f680": 1e308, "\x7f": 2**63 - 1},
}
"""Both are wrong in most fields; what takes one of them has to keep it."""

IN_URLS: dict[str, str] = {
    "NUL": "%00",
    "half a surrogate pair": "%ED%A0%80",
    "no UTF-8": "%FF%FE",
    "5 kB of text": "x" * 5_000,
    "10^30": str(10**30),
    "-10^30": str(-(10**30)),
    "64 bits": str(2**63 - 1),
    "1e308": "1e308",
    "NaN": "NaN",
    "emoji": "%F0%9F%9A%80",
    "the last year": "9999-12-31T23:59:59Z",
}

IN_FORMS: dict[str, bytes] = {
    "NUL": b"a\0b",
    "half a surrogate pair": b"\xed\xa0\x80",
    "no UTF-8": b"\xff\xfe",
    "100 kB of text": b"x" * LONG,
    "100 kB of dashes": b"-" * LONG,
    "emoji": "\U0001f680".encode(),
    "an escaped NUL": b'{"time": "a\\u0000"}',
    "an escaped half": b'{"time": "\\ud800"}',
    "a key with NUL": b'{"\\u0000": "x"}',
    "NaN": b'{"time": NaN}',
    "1e400": b'{"time": 1e400}',
    "a nest": b"[" * LONG,
}
CHARSETS = ("unicode_escape", "idna", "punycode", "rot13", "hex", "utf-16", "latin-1")
"""Codecs of Python that a Content-Type may name: they make NUL of what holds none, or raise what others do not."""

IN_HEADERS: dict[str, bytes] = {
    "NUL": b"a\0b",
    "half a surrogate pair": b"\xed\xa0\x80",
    "no UTF-8": b"\xff\xfe",
    "controls": b"\x01\x7f\x1b[31m\x85",
    "5 kB of text": b"x" * 5_000,
    "emoji": "\U0001f680".encode(),
    "10^30": str(10**30).encode(),
}


@dataclass(frozen=True)
class Operation:
    """One method of one path; `bodies` are those that the schema shows."""

    method: str
    path: str
    parameters: list[dict[str, Any]]
    media_type: str | None = None
    schema: dict[str, Any] = field(default_factory=dict)
    bodies: list[Any] = field(default_factory=list)

    @property
    def label(self) -> str:
        """How it is named in a failure."""
        return f"{self.method} {self.path}"

    @property
    def queries(self) -> list[str]:
        """The names of its query's parameters."""
        return [each["name"] for each in self.parameters if each["in"] == "query"]


class Schema:
    """A published OpenAPI document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def operations(self) -> list[Operation]:
        """All of the API, in the order of the document."""
        return [
            self._operation(method, path, declared)
            for path, methods in self._document["paths"].items()
            for method, declared in methods.items()
            if method in METHODS
        ]

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A schema without references at its top."""
        while "$ref" in schema:
            schema = self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        if len(schema.get("allOf", ())) == 1:
            return self.resolved(schema["allOf"][0])
        return schema

    def spots(self, schema: dict[str, Any], body: Any, at: Spot = ()) -> Iterator[tuple[Spot, dict[str, Any]]]:
        """Every spot of a body: what stands there, and what could stand beside it; with the spot's schema."""
        schema = self.resolved(schema)
        if at:
            yield at, schema
        if isinstance(body, dict):
            properties = schema.get("properties", {})
            for name in [*properties, *(name for name in body if name not in properties)]:
                yield from self.spots(properties.get(name, {}), body.get(name), (*at, name))
        elif isinstance(body, list) and body:
            yield from self.spots(schema.get("items", {}), body[0], (*at, 0))

    def _operation(self, method: str, path: str, declared: dict[str, Any]) -> Operation:
        content = declared.get("requestBody", {}).get("content", {})
        parameters = declared.get("parameters", [])
        media_type = next(iter(content), None)
        if media_type is None:
            return Operation(method.upper(), path, parameters)
        schema = self.resolved(content[media_type]["schema"])
        shown = [each["value"] for each in content[media_type].get("examples", {}).values()]
        return Operation(method.upper(), path, parameters, media_type, schema, shown or [schema.get("example", {})])


def doubtful_for(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The doubtful values for a field: one of the other kind is enough where texts alone, or numbers alone, can be right."""
    kind = schema.get("type")
    if kind in ("string", "boolean"):
        yield from [("10^30", NUMBERS["10^30"]), *OTHERS.items()]
    elif kind in ("integer", "number"):
        yield from [*NUMBERS.items(), ("emoji", OTHERS["emoji"])]
    else:
        yield from [*NUMBERS.items(), *OTHERS.items()]


def at_the_bounds(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The longest text and the greatest numbers that a schema takes, and the text that it takes no more.

    If a column is narrower, only the database knows.
    """
    longest = schema.get("maxLength")
    if longest is not None:
        yield "the longest text", "x" * longest
        yield "the longest text of emoji", "\U0001f680" * longest
        yield "a text too long by one", "x" * (longest + 1)
    for name in ("minimum", "maximum"):
        if name in schema:
            yield f"the {name}", schema[name]


def with_value(body: Any, spot: Spot, value: Any) -> bytes:
    """The JSON of a body with another value at one spot."""
    changed = copy.deepcopy(body)
    inside = changed
    for step in spot[:-1]:
        inside = inside[step]
    inside[spot[-1]] = _MARK if isinstance(value, Raw) else value
    text = json.dumps(changed)
    return (text.replace(f'"{_MARK}"', value) if isinstance(value, Raw) else text).encode()


_MARK = "<raw>"


POSITIONS = (b"%b", b'["older",%b]', b'{"epoch":1,"before":%b}', b'{"audit":%b,"journal":1}')
"""What cursors hold: where the next page begins, in the forms that the API's lists have."""


def forged_cursors() -> Iterator[tuple[str, str]]:
    """Cursors that no list gave out, named by what stands in them."""
    for name in (
        "NUL",
        "half a surrogate pair",
        "NaN",
        "a deep nest",
        "10^30",
        "-64 bits",
        "1e308",
        "emoji",
        "an object",
    ):
        value = {**TEXTS, **NO_JSON, **NUMBERS, **OTHERS}[name]
        written = with_value([0], (0,), value)[1:-1]
        for position in POSITIONS:
            yield name, base64.urlsafe_b64encode(position % written).decode().rstrip("=")


def form(fields: dict[str, bytes], file_name: bytes, content: bytes) -> bytes:
    """A multipart body, byte by byte: a file and its fields."""
    head = b'--%b\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
    boundary = BOUNDARY.encode()
    parts = [head % (boundary, name.encode(), b"", value) for name, value in fields.items()]
    file = head % (boundary, b"file", b'; filename="%b"' % file_name, content)
    return b"".join([*parts, file, b"--%b--\r\n" % boundary])
