"""Compiles the declared fields of a serializer, once, into a msgspec type that decodes, checks and encodes.

The compiled form may refuse what DRF would accept (DRF is then asked), but what it accepts it must give back exactly
as DRF would. What cannot be promised that way is a TypeError when the serializer is first used.
"""

import math
import re
import uuid
from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any, Literal

import msgspec
from django.core import validators as django_validators
from django.core.files.uploadedfile import UploadedFile
from rest_framework import serializers
from rest_framework import validators as drf_validators
from rest_framework.fields import empty

from api import fields as own
from api.strict_json import NumberText

Finisher = Callable[[Any], Any]
"""Turns a decoded value into the one DRF would return; raises ValueError or ValidationError to have DRF decide."""

_TRIMMED = r"\A(?:\S(?:.*\S)?)?\Z"
_BLANK_OR_NOT: dict[bool, int] = {True: 0, False: 1}


class Undecided(ValueError):
    """The compiled form cannot tell; DRF's own validation must."""


class Decoded(msgspec.Struct, frozen=True, kw_only=True):
    """The base of what contracts decode to. Its annotations are those of the wire: a finished value may differ."""


class Part(msgspec.Struct, frozen=True):
    """What one field compiles to: the type msgspec decodes, and what is left to do to a decoded value."""

    type: Any
    finish: Finisher | None = None


def compile_input(serializer: serializers.Serializer) -> tuple[type[msgspec.Struct], dict[str, Finisher]]:
    """The Struct of a serializer's writable fields, and the finisher of each attribute that needs one.

    A field is the attribute that its source names: `source="from_"` gives a field called `from` a usable one.
    """
    fields = list(serializer._writable_fields)
    parts = {str(field.source): _part(field) for field in fields}
    struct = msgspec.defstruct(
        type(serializer).__name__,
        [_struct_field(field, parts[str(field.source)]) for field in fields],
        rename={str(field.source): str(field.field_name) for field in fields},
        bases=(Decoded,),
        module=type(serializer).__module__,
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )
    return struct, {name: part.finish for name, part in parts.items() if part.finish is not None}


def default_of(field: serializers.Field) -> Any:
    """What an optional field is when it was not sent: its declared default, else None."""
    if field.default is empty:
        return None
    return field.default() if callable(field.default) else field.default


def defaults_of(struct: type[msgspec.Struct]) -> tuple[Any, ...]:
    """For each field of a Struct the very object it holds when it was not sent; empty if that is made anew each time."""
    fields = msgspec.structs.fields(struct)
    if any(field.default_factory is not msgspec.NODEFAULT for field in fields):
        return ()
    return tuple(field.default for field in fields)


def refuse(field: serializers.Field, why: str) -> TypeError:
    """The error for a field that the compiled form cannot express."""
    owner = type(field.parent).__name__ if field.parent is not None else "a serializer"
    return TypeError(f"{owner}.{field.field_name} ({type(field).__name__}) cannot be compiled: {why}")


def _struct_field(field: serializers.Field, part: Part) -> Any:
    """Name, type and default as `msgspec.defstruct` wants them."""
    name = str(field.source)
    if not name.isidentifier():
        raise refuse(field, "the source of an input field must be one attribute")
    wire_type = part.type | None if field.allow_null else part.type
    if field.required:
        return (name, wire_type)
    if getattr(field.default, "requires_context", False):
        raise refuse(field, "a default that needs the serializer is not supported")
    if field.default is empty or isinstance(field.default, (str, int, float, bool, type(None))):
        return (name, wire_type, default_of(field))
    return (name, wire_type, msgspec.field(default_factory=lambda: default_of(field)))


def _part(field: serializers.Field) -> Part:
    """What `field` compiles to; raises TypeError."""
    for kind, compile_kind in _COMPILERS:
        if type(field) is kind or (kind in _OPEN_KINDS and isinstance(field, kind)):
            return _with_validators(field, compile_kind(field))
    raise refuse(field, "use one of the fields in api.fields")


def _text(field: serializers.CharField) -> Part:
    """Text whose ends are already trimmed; DRF trims the rest."""
    if field.allow_blank and field.min_length:
        raise refuse(field, "allow_blank and min_length contradict each other")
    meta = msgspec.Meta(
        min_length=max(field.min_length or 0, _BLANK_OR_NOT[field.allow_blank]),
        max_length=field.max_length,
        pattern=f"(?s){_TRIMMED}" if field.trim_whitespace else None,
    )
    return Part(Annotated[str, meta], None if field.trim_whitespace or field.allow_blank else _not_blank)


def _not_blank(text: str) -> str:
    """DRF calls text of nothing blank."""
    if not text:
        raise Undecided
    return text


def _pattern(field: own.PatternField) -> Part:
    """Text that matches from its first to its last character."""
    return Part(Annotated[str, msgspec.Meta(pattern=rf"\A(?:{field.pattern})\Z")])


def _time(field: own.TimeField) -> Part:
    """Text on the wire, nanoseconds inside."""
    return Part(_pattern(field).type, _time_ns)


def _time_ns(value: Any) -> int:
    """Nanoseconds of a time's text; a declared default is nanoseconds already."""
    return value if isinstance(value, int) else own.time_ns_from_text(value)


def _choice(field: own.ChoiceField) -> Part:
    """One of the declared texts, as the very object that was declared."""
    keys = list(field.choices)
    if not keys or any(not isinstance(key, str) for key in keys):
        raise refuse(field, "choices must be texts")
    if field.allow_blank:
        raise refuse(field, "declare the empty text as a choice, or allow null")
    if all(type(key) is str for key in keys):
        return Part(Literal[tuple(keys)])
    kind = type(keys[0])
    if issubclass(kind, Enum) and set(keys) == set(kind) and all(type(key) is kind for key in keys):
        return Part(kind)
    by_text = {str(key): key for key in keys}
    return Part(Literal[tuple(by_text)], lambda value: by_text[str(value)])


def _integer(field: serializers.IntegerField) -> Part:
    """A whole number within its bounds."""
    return Part(Annotated[int, msgspec.Meta(ge=field.min_value, le=field.max_value)])


def _float(field: serializers.FloatField) -> Part:
    """A finite number within its bounds. Bounds of msgspec are of the number's own type."""
    bounds: dict[str, Any] = {
        name: float(bound) for name, bound in (("ge", field.min_value), ("le", field.max_value)) if bound is not None
    }
    return Part(Annotated[float, msgspec.Meta(**bounds)] if bounds else float)


def _boolean(field: serializers.BooleanField) -> Part:
    """true or false, nothing that looks like it."""
    return Part(bool)


def _uuid(field: serializers.UUIDField) -> Part:
    """A UUID in its usual form or as 32 hexadecimal digits."""
    return Part(uuid.UUID)


def _list(field: serializers.ListField) -> Part:
    """An array of what the child compiles to."""
    child = _child(field)
    minimum = max(field.min_length or 0, _BLANK_OR_NOT[field.allow_empty])
    meta = msgspec.Meta(min_length=minimum, max_length=field.max_length)
    return Part(Annotated[list[child.type], meta], _finish_each(child))  # type: ignore[name-defined]


def _dict(field: serializers.DictField) -> Part:
    """An object whose keys are texts and whose values are what the child compiles to."""
    child = _child(field)
    key = Annotated[str, msgspec.Meta(max_length=own.MAX_TEXT_LENGTH)]
    meta = msgspec.Meta(min_length=_BLANK_OR_NOT[field.allow_empty], max_length=own.MAX_ITEMS)
    return Part(Annotated[dict[key, child.type], meta], _finish_each_value(child))  # type: ignore[name-defined]


def _child(field: serializers.ListField | serializers.DictField) -> Part:
    """What a list's or an object's child compiles to, null allowed where the child says so."""
    part = _part(field.child)
    return Part(part.type | None, part.finish) if field.child.allow_null else part


def _finish_each(child: Part) -> Finisher | None:
    """The finisher of a list, out of its child's."""
    finish = child.finish
    if finish is None:
        return None
    return lambda values: [None if value is None else finish(value) for value in values]


def _finish_each_value(child: Part) -> Finisher | None:
    """The finisher of an object, out of its child's."""
    finish = child.finish
    if finish is None:
        return None
    return lambda values: {name: None if value is None else finish(value) for name, value in values.items()}


def _anything(field: serializers.Field) -> Part:
    """Any JSON but null, within the limits of `plain_json`."""
    return Part(bool | int | float | str | list[Any] | dict[str, Any], plain_json)


def _nested(field: Any) -> Part:
    """Another contract inside this one."""
    contract = getattr(type(field), "contract", None)
    if contract is None:
        raise refuse(field, "a nested serializer must be an ApiSerializer too")
    nested = contract()
    return Part(nested.struct, nested.finish if nested.is_unfinished else None)


def _nested_list(field: Any) -> Part:
    """A list of another contract."""
    child = _part(field.child)
    meta = msgspec.Meta(
        min_length=max(field.min_length or 0, _BLANK_OR_NOT[field.allow_empty]), max_length=field.max_length
    )
    return Part(Annotated[list[child.type], meta], _finish_each(child))  # type: ignore[name-defined]


def _uploaded_file(field: serializers.FileField) -> Part:
    """An uploaded file: it never comes out of JSON, only out of a form."""
    return Part(UploadedFile, _file_of_a_form)


def _file_of_a_form(value: Any) -> Any:
    """DRF checks the file itself; a file is far too slow for its validation to matter."""
    raise Undecided


def _with_validators(field: serializers.Field, part: Part) -> Part:
    """`part`, finished by those declared validators that its type does not express."""
    left: list[Any] = [validator for validator in field.validators if not _is_expressed(field, validator)]
    if not left:
        return part

    def finish(value: Any) -> Any:
        if part.finish is not None:
            value = part.finish(value)
        for validator in left:
            if getattr(validator, "requires_context", False):
                validator(value, field)
            else:
                validator(value)
        return value

    return Part(part.type, finish)


def _is_expressed(field: Any, validator: Any) -> bool:
    """Whether the compiled type already says what `validator` says."""
    if isinstance(validator, (django_validators.ProhibitNullCharactersValidator, _surrogates)):
        return True
    for kind, attribute in _BOUNDS:
        if isinstance(validator, kind):
            bound = getattr(field, attribute, None)
            return bound is not None and bool(validator.limit_value == bound)
    return False


_surrogates = drf_validators.ProhibitSurrogateCharactersValidator
_BOUNDS: tuple[tuple[Any, str], ...] = (
    (django_validators.MaxLengthValidator, "max_length"),
    (django_validators.MinLengthValidator, "min_length"),
    (django_validators.MaxValueValidator, "max_value"),
    (django_validators.MinValueValidator, "min_value"),
)

_COMPILERS: tuple[tuple[type, Callable[[Any], Part]], ...] = (
    (own.TimeField, _time),
    (own.PatternField, _pattern),
    (serializers.RegexField, _text),
    (serializers.CharField, _text),
    (own.ChoiceField, _choice),
    (serializers.IntegerField, _integer),
    (serializers.FloatField, _float),
    (serializers.BooleanField, _boolean),
    (serializers.UUIDField, _uuid),
    (serializers.FileField, _uploaded_file),
    (own.FreeField, _anything),
    (serializers.JSONField, _anything),
    (serializers.ListField, _list),
    (serializers.DictField, _dict),
    (serializers.ListSerializer, _nested_list),
    (serializers.Serializer, _nested),
)
_OPEN_KINDS = frozenset({own.PatternField, serializers.Serializer})
"""Kinds whose subclasses compile like them. A subclass of another field may change its meaning, so it is refused."""


def plain_json(value: Any, depth: int = 0) -> Any:
    """Free-form JSON as plain Python values, whole numbers within 64 bits; raises Undecided beyond our limits."""
    if isinstance(value, NumberText):
        return _plain_number(value)
    if isinstance(value, (list, dict)):
        if depth >= own.MAX_FREE_DEPTH or len(value) > own.MAX_ITEMS:
            raise Undecided
        if isinstance(value, list):
            return [plain_json(below, depth + 1) for below in value]
        return {key: plain_json(below, depth + 1) for key, below in value.items()}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > own.MAX_INTEGER:
        raise Undecided
    return value


def _plain_number(digits: NumberText) -> int | float:
    """A number by its digits: whole if it is written without point and exponent, else the nearest finite float."""
    number = whole_number(digits) if digits.lstrip("-").isdigit() else finite_number(digits)
    if number is None:
        raise Undecided
    return number


_WHOLE = re.compile(r"(-?[0-9]{1,19})(?:\.0{1,19})?")
"""The 19 digits of 64 bits; a fraction of zeros is still a whole number."""
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def whole_number(digits: str) -> int | None:
    """The number written as an integer or with a fraction of zeros alone, within 64 bits; else None."""
    match = _WHOLE.fullmatch(digits)
    number = int(match[1]) if match else None
    return number if number is not None and abs(number) <= own.MAX_INTEGER else None


def finite_number(digits: str) -> float | None:
    """The nearest float, or None when the text is no number or beyond a float's range."""
    if _NUMBER.fullmatch(digits) is None:
        return None
    value = float(digits)
    return value if math.isfinite(value) else None
