"""Encodes objects by the declared fields of a serializer, as DRF's own `to_representation` would, but compiled.

A msgspec Struct that declares the same keys in the same order with types that JSON writes the same way is encoded as
it is. Any other object has its declared attributes read at once and, where a value needs it, turned into its form on
the wire.
"""

import types
import typing
import uuid
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from operator import attrgetter, itemgetter
from typing import Any

import msgspec
from rest_framework import serializers

from api import fields as own
from api.contracts import Decoded, refuse

Converter = Callable[[Any], Any]
Shaper = Callable[[Any], Any]

encode_json = msgspec.json.Encoder().encode


class Output:
    """The compiled form of a serializer's readable fields."""

    def __init__(self, serializer: serializers.Serializer) -> None:
        self.name = type(serializer).__name__
        self.fields = list(serializer._readable_fields)
        self.names = tuple(str(field.field_name) for field in self.fields)
        self._converters = [_converter(field) for field in self.fields]
        self._shape_type = msgspec.defstruct(self.name, [(name, Any) for name in self.names], gc=False)
        self._shapers: dict[type, Shaper] = {}

    def encode(self, value: Any) -> bytes:
        """The JSON of one object. Raises AttributeError or KeyError when it lacks a declared field."""
        return encode_json(self.shape(value))

    def encode_many(self, values: Iterable[Any]) -> bytes:
        """The JSON array of the objects."""
        shape = self.shape
        return encode_json([shape(value) for value in values])

    def shape(self, value: Any) -> Any:
        """What msgspec has to encode for `value`: itself, or a Struct of the declared fields."""
        kind = type(value)
        shaper = self._shapers.get(kind)
        if shaper is None:
            shaper = self._shapers[kind] = self._shaper_for(kind)
        return shaper(value)

    def is_direct(self, kind: Any) -> bool:
        """Whether instances of `kind` encode as they are."""
        if not _is_plain_struct(kind) or kind.__struct_encode_fields__ != self.names:
            return False
        hints = _hints_of(kind)
        attributes = kind.__struct_fields__
        return all(
            field.source == attribute and _fits(field, hints.get(attribute, Any))
            for field, attribute in zip(self.fields, attributes, strict=True)
        )

    def _shaper_for(self, kind: type) -> Shaper:
        """How instances of `kind` become encodable; found out once for each class."""
        if self.is_direct(kind):
            return _as_it_is
        hints = _hints_of(kind)
        by_key = issubclass(kind, Mapping)
        steps = tuple(
            (index, _passing_type(field), converter)
            for index, (field, converter) in enumerate(zip(self.fields, self._converters, strict=True))
            if converter is not None and (by_key or not _fits(field, hints.get(str(field.source), Any)))
        )
        read = _reader([str(field.source) for field in self.fields], by_key=by_key)
        shape_type = self._shape_type

        def shape(value: Any) -> Any:
            values = read(value)
            for index, passing, converter in steps:
                found = values[index]
                if type(found) is not passing and found is not None:
                    values[index] = converter(found)
            return shape_type(*values)

        return shape


def _as_it_is(value: Any) -> Any:
    """Nothing to do."""
    return value


def _itself(value: Any) -> Any:
    """The object a method field is given."""
    return value


def _reader(sources: list[str], *, by_key: bool) -> Callable[[Any], list[Any]]:
    """Reads all declared attributes of an object at once, as a list."""
    if by_key or "*" in sources:
        getters = [
            _itself if source == "*" else (itemgetter(source) if by_key else attrgetter(source)) for source in sources
        ]
        return lambda value: [getter(value) for getter in getters]
    if len(sources) < 2:
        return lambda value: [attrgetter(source)(value) for source in sources]
    getter = attrgetter(*sources)
    return lambda value: list(getter(value))


def _converter(field: serializers.Field) -> Converter | None:
    """What a value that is not None goes through on its way out; None when it needs nothing."""
    if isinstance(field, serializers.SerializerMethodField):
        return _method_of(field)
    if isinstance(field, serializers.ListSerializer):
        return _each(_nested_shape(field.child))
    if isinstance(field, serializers.Serializer):
        return _nested_shape(field)
    if isinstance(field, serializers.ListField):
        return _each(_converter(field.child) or _as_it_is)
    if isinstance(field, serializers.DictField):
        return _each_value(_converter(field.child) or _as_it_is)
    for kind, converter in _CONVERTERS:
        if isinstance(field, kind):
            return converter
    if isinstance(field, own.PatternField):
        return field.to_representation
    raise refuse(field, "use one of the fields in api.fields")


def _method_of(field: serializers.SerializerMethodField) -> Converter:
    """The method of the serializer that makes the value."""
    method: Converter = getattr(field.parent, str(field.method_name))
    return method


def _nested_shape(field: Any) -> Converter:
    """The shape of a contract inside this one."""
    output = getattr(type(field), "output", None)
    if output is None:
        raise refuse(field, "a nested serializer must be an ApiSerializer too")
    nested: Output = output()
    return nested.shape


def _each(convert: Converter) -> Converter:
    """`convert` for the items of a list."""
    return lambda values: [None if value is None else convert(value) for value in values]


def _each_value(convert: Converter) -> Converter:
    """`convert` for the values of an object."""
    return lambda values: {str(key): None if value is None else convert(value) for key, value in values.items()}


def _passing_type(field: Any) -> type:
    """The type whose values go out for `field` as they are."""
    return next((hints[0] for kind, hints in _FITTING if isinstance(field, kind)), Converted)


class Converted:
    """A type that no value has: every value of the field is converted."""


def _text(value: Any) -> str:
    """Text as DRF writes it; an enum's member as its value."""
    return value if type(value) is str else str(value)


_CONVERTERS: tuple[tuple[type, Converter | None], ...] = (
    (own.TimeField, own.time_text),
    (serializers.CharField, _text),
    (own.ChoiceField, _text),
    (serializers.IntegerField, int),
    (serializers.FloatField, float),
    (serializers.BooleanField, bool),
    (serializers.UUIDField, _text),
    (serializers.JSONField, None),
    (serializers.ReadOnlyField, None),
    (own.FreeField, None),
)


def _hints_of(kind: type) -> dict[str, Any]:
    """The declared types of a Struct's fields; nothing for classes whose annotations promise nothing."""
    if not issubclass(kind, msgspec.Struct) or issubclass(kind, Decoded):
        return {}
    try:
        return typing.get_type_hints(kind)
    except NameError:  # an annotation that exists for type checkers only
        return {}


def _is_plain_struct(kind: Any) -> bool:
    """Whether a class is a Struct that encodes to an object of all its fields."""
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)) or issubclass(kind, Decoded):
        return False
    config = kind.__struct_config__
    return not (config.tag is not None or config.omit_defaults or config.array_like)


def _fits(field: Any, hint: Any) -> bool:
    """Whether msgspec writes a value of the annotated type exactly as DRF writes it for `field`."""
    hint = _without_none(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(field, serializers.ListSerializer):
        return _is_list_of(origin, arguments) and _fits(field.child, arguments[0])
    if isinstance(field, serializers.ListField):
        return _is_list_of(origin, arguments) and _fits(field.child, arguments[0])
    if isinstance(field, serializers.DictField):
        return origin in (dict, Mapping) and arguments[0] is str and _fits(field.child, arguments[1])
    if isinstance(field, serializers.Serializer):
        return _nested_is_direct(field, hint)
    for kind, hints in _FITTING:
        if isinstance(field, kind):
            return hint in hints or (hints is _TEXTS and isinstance(hint, type) and issubclass(hint, StrEnum))
    return isinstance(field, (serializers.JSONField, serializers.ReadOnlyField, own.FreeField))


def _nested_is_direct(field: Any, hint: Any) -> bool:
    """Whether a Struct inside another is written as its own contract says."""
    output = getattr(type(field), "output", None)
    return output is not None and isinstance(hint, type) and output().is_direct(hint)


def _is_list_of(origin: Any, arguments: tuple[Any, ...]) -> bool:
    """Whether a type is a list, or a tuple of any length."""
    return origin is list or (origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis)


def _without_none(hint: Any) -> Any:
    """`X` of `X | None`."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        rest = [argument for argument in typing.get_args(hint) if argument is not type(None)]
        if len(rest) == 1:
            return rest[0]
    return hint


_TEXTS = (str,)
_FITTING: tuple[tuple[type, tuple[type, ...]], ...] = (
    (own.PatternField, _TEXTS),
    (serializers.CharField, _TEXTS),
    (own.ChoiceField, _TEXTS),
    (serializers.IntegerField, (int,)),
    (serializers.FloatField, (float,)),
    (serializers.BooleanField, (bool,)),
    (serializers.UUIDField, (uuid.UUID, str)),
)
