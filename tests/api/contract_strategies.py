"""Hypothesis strategies for any contract: input near its declared fields, good and bad, and objects for its output."""

import json
import uuid
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st
from rest_framework import serializers

from api import fields as own

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**21), 10**21),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        ["", " ", "0", "-1", "1e5", "1_000", "٣", "nan", "null", " a ", "a\x00", "true", "5.0", "x" * 1001]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
DECIMALS = st.from_regex(rf"\A{own.SIGNED_DECIMAL}\Z")
POSITIVE_DECIMALS = st.from_regex(r"\A[1-9][0-9]{0,5}(\.[0-9]{1,8})?\Z")
YEAR_1700, YEAR_2200 = datetime(1700, 1, 1), datetime(2200, 1, 1)
FREE_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=3), below, max_size=3),
    max_leaves=6,
)


def good_value(field: Any) -> st.SearchStrategy[Any]:
    """Values a client that has read the contract would send."""
    if isinstance(field, own.DecimalTextField):
        return DECIMALS if field.allow_negative else POSITIVE_DECIMALS
    if isinstance(field, own.TimeField):
        return st.datetimes(YEAR_1700, YEAR_2200).map(lambda time: time.isoformat() + "Z")
    if isinstance(field, own.PatternField):
        return st.from_regex(rf"\A(?:{field.pattern})\Z")
    if isinstance(field, serializers.ChoiceField):
        return st.sampled_from([str(key) for key in field.choices])
    if isinstance(field, serializers.CharField):
        text = st.text(
            st.characters(codec="utf-8"), min_size=field.min_length or 1, max_size=min(field.max_length or 20, 20)
        )
        return text.filter(lambda value: value.strip() == value)
    if isinstance(field, serializers.IntegerField):
        return st.integers(field.min_value, field.max_value)
    if isinstance(field, serializers.FloatField):
        return st.floats(field.min_value, field.max_value, allow_nan=False, allow_infinity=False) | st.integers(0, 1)
    return _good_compound(field)


def _good_compound(field: Any) -> st.SearchStrategy[Any]:
    """The kinds whose values are simple or hold others."""
    if isinstance(field, serializers.BooleanField):
        return st.booleans()
    if isinstance(field, serializers.UUIDField):
        return st.uuids().map(str)
    if isinstance(field, (serializers.ListField, serializers.ListSerializer)):
        return st.lists(good_value(field.child), max_size=min(getattr(field, "max_length", None) or 3, 3))
    if isinstance(field, serializers.DictField):
        return st.dictionaries(st.text(max_size=5), good_value(field.child), max_size=3)
    if isinstance(field, serializers.Serializer):
        return _good_object(type(field))
    return FREE_JSON


def odd_value(field: Any) -> st.SearchStrategy[Any]:
    """Values at the edge of what a field takes, and beyond it."""
    if isinstance(field, own.DecimalTextField):
        return JUNK | DECIMALS | st.floats(0, 10**9) | st.integers()
    if isinstance(field, own.TimeField):
        return JUNK | st.from_regex(rf"\A{own.TIME}\Z")
    if isinstance(field, serializers.CharField):
        return JUNK | st.text(max_size=20) | st.from_regex(r"\A\s?[a-z]{0,3}\s?\Z")
    if isinstance(field, serializers.UUIDField):
        return JUNK | st.uuids().flatmap(lambda value: st.sampled_from([value.hex, str(value).upper(), value.urn]))
    if isinstance(field, serializers.IntegerField):
        return JUNK | st.integers(-10, 10) | st.floats(-10, 10).map(round).map(float)
    if isinstance(field, (serializers.ListField, serializers.ListSerializer)):
        return JUNK | st.lists(good_value(field.child) | odd_value(field.child), max_size=5)
    if isinstance(field, serializers.DictField):
        return JUNK | st.dictionaries(st.text(max_size=5), odd_value(field.child), max_size=3)
    if isinstance(field, serializers.Serializer):
        return JUNK | input_of(type(field))
    return JUNK


def _good_object(contract: type[serializers.Serializer]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects of good values: all required fields, any of the others."""
    fields = {str(field.field_name): field for field in contract()._writable_fields}
    required = {name: good_value(field) for name, field in fields.items() if field.required}
    optional = {name: good_value(field) for name, field in fields.items() if not field.required}
    return st.fixed_dictionaries(required, optional=optional)


@st.composite
def input_of(draw: st.DrawFn, contract: type[serializers.Serializer]) -> dict[str, Any]:
    """Objects near a contract's input: half of them good, the others with an odd field or two, or one missing."""
    values = dict(draw(_good_object(contract)))
    fields = {str(field.field_name): field for field in contract()._writable_fields}
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2]))):
        name = draw(st.sampled_from([*fields, "nobody_knows_me"]))
        if draw(st.booleans()) and name in values:
            del values[name]
        else:
            values[name] = draw(odd_value(fields[name]) if name in fields else JUNK)
    return values


@st.composite
def body_of(draw: st.DrawFn, contract: type[serializers.Serializer]) -> bytes:
    """The JSON of such an object, written in one of the ways programs write it."""
    value = draw(input_of(contract))
    separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", " :\t")]))
    text = json.dumps(value, ensure_ascii=draw(st.booleans()), separators=separators)
    return text.encode("utf-8", "surrogatepass")


def output_value(field: Any) -> st.SearchStrategy[Any]:
    """Values as our services hand them out for a field."""
    value = _output_value(field)
    return st.none() | value if field.allow_null else value


def _output_value(field: Any) -> st.SearchStrategy[Any]:
    simple: tuple[tuple[type, st.SearchStrategy[Any]], ...] = (
        (own.DecimalTextField, DECIMALS | st.decimals(allow_nan=False, allow_infinity=False, places=4)),
        (own.TimeField, st.integers(0, 2**62)),
        (own.PatternField, st.text()),
        (serializers.CharField, st.text()),
        (serializers.IntegerField, st.integers(-(2**63), 2**63)),
        (serializers.FloatField, st.floats(allow_nan=False, allow_infinity=False)),
        (serializers.BooleanField, st.booleans()),
        (serializers.UUIDField, st.uuids()),
        (serializers.JSONField, FREE_JSON),
        (own.FreeField, FREE_JSON),
    )
    if isinstance(field, serializers.ChoiceField):
        return st.sampled_from(list(field.choices))
    if isinstance(field, (serializers.ListField, serializers.ListSerializer)):
        return st.lists(output_value(field.child), max_size=3)
    if isinstance(field, serializers.DictField):
        return st.dictionaries(st.text(max_size=5), output_value(field.child), max_size=3)
    if isinstance(field, serializers.Serializer):
        return object_for(type(field))
    return next(strategy for kind, strategy in simple if isinstance(field, kind))


def object_for(contract: type[serializers.Serializer]) -> st.SearchStrategy[Any]:
    """Objects with every attribute that a contract sends out."""
    fields = [
        field for field in contract()._readable_fields if not isinstance(field, serializers.SerializerMethodField)
    ]
    attributes = {str(field.source): output_value(field) for field in fields}
    return st.fixed_dictionaries(attributes).map(lambda values: SimpleNamespace(**values))


def has_form_fields(contract: type[serializers.Serializer]) -> bool:
    """Whether a contract holds files, which JSON cannot carry."""
    return any(isinstance(field, serializers.FileField) for field in contract().fields.values())


def plain(value: Any) -> Any:
    """What JSON can compare: UUIDs as text."""
    return str(value) if isinstance(value, uuid.UUID) else value
