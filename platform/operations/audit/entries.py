"""What the audit keeps of one write, and the one form in which entries of every source are shown."""

from typing import Any, Literal

import msgspec

Result = Literal["done", "refused", "failed"]


class Subject(msgspec.Struct, frozen=True):
    """What a write was done to: `order` and its id, `dataset` and its id, `segment` and its number."""

    kind: str
    id: str


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of the audit's own table, as it is kept.

    `action` is the operation (`datasets.create`, `config.update`, `admin.auth_user_change`), `result` whether it was
    done, refused, or failed for a fault of ours, `status` and `code` how it was answered. `input` is what was asked for
    with its secrets taken out; `before` and `after` are of what was changed, where the change could say it.
    """

    action: str
    wall_ns: int
    actor: str = ""
    account: str | None = None
    subject: Subject | None = None
    trace_id: str = ""
    result: Result = "done"
    status: int | None = None
    code: str | None = None
    input: Any = None
    before: Any = None
    after: Any = None
    detail: Any = None


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of any source as it is shown. `time` is when it was recorded, in UTC nanoseconds; `hash` is its place in
    its source's chain.
    """

    id: str
    source: str
    seq: int
    time: int
    actor: str
    action: str
    account: str | None
    objects: list[Subject]
    trace_id: str
    result: Result
    status: int | None
    code: str | None
    input: Any
    before: Any
    after: Any
    detail: Any
    hash: str


_encode = msgspec.json.Encoder(enc_hook=str).encode
_decode = msgspec.json.Decoder(AuditEntry).decode


def encode_entry(entry: AuditEntry) -> bytes:
    """The body that is chained; text that JSON cannot carry is made visible."""
    try:
        return _encode(entry)
    except UnicodeEncodeError:
        plain = msgspec.structs.asdict(entry)
        return _encode(AuditEntry(**{name: _speakable(value) for name, value in plain.items()}))


def decode_entry(body: bytes) -> AuditEntry:
    """The entry of a body; raises msgspec.DecodeError or msgspec.ValidationError."""
    return _decode(body)


def _speakable(value: Any) -> Any:
    """The value with half surrogate pairs escaped; what is not text is left alone, or written as text."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Subject):
        return Subject(_speakable(value.kind), _speakable(value.id))
    return _speakable(repr(value))
