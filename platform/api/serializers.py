"""The base of every contract: a DRF serializer whose declared fields are also compiled, once, with msgspec.

What a client sends is decoded by the compiled form. Only when that fails does DRF's own validation run: it may still
accept (a JSON number for a decimal, say), and otherwise has the messages. Both give the same Struct.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from operator import is_not
from typing import Any, ClassVar, Self

import msgspec
from django.core import validators
from django.core.exceptions import ValidationError as DjangoValidationError
from msgspec.structs import astuple
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty, get_error_detail

from api import contracts
from api import fields as own
from api.encoding import Output
from api.errors import MAX_DETAIL_FIELDS, WHOLE_INPUT, flat_details, invalid_from_details
from api.strict_json import NumberText, is_ambiguous, parse, plain_key_count
from kit.errors import Invalid

COMPILED_FAILURES = (msgspec.MsgspecError, ValueError, RecursionError, ValidationError, DjangoValidationError)
"""How the compiled form says no; whatever the reason, DRF's validation then decides and words it."""


class Input:
    """The compiled form of a serializer's writable fields."""

    def __init__(self, serializer: "ApiSerializer") -> None:
        self.struct, finishers = contracts.compile_input(serializer)
        self._finishers = tuple(finishers.items())
        self._field_hooks = serializer.field_hooks()
        self._validate = serializer.validate if serializer.has_validate() else None
        self.is_unfinished = bool(self._finishers or self._field_hooks or self._validate)
        self._defaults = contracts.defaults_of(self.struct)
        self._decode = msgspec.json.Decoder(self.struct).decode
        self._serializer = type(serializer)
        self.fields = {str(field.field_name): field for field in serializer._writable_fields}

    def decode(self, body: bytes) -> Any:
        """The Struct of a JSON body; raises Invalid naming the fields, or MalformedJson.

        As many fields that are not their default as there are keys: then no key was there twice.
        """
        try:
            decoded = self._decode(body)
            given = sum(map(is_not, astuple(decoded), self._defaults))
            if given == plain_key_count(body) or not is_ambiguous(body):
                return self.finish(decoded) if self.is_unfinished else decoded
        except COMPILED_FAILURES:
            return self.decode_by_fields(body)
        return self.decode_by_fields(body)

    def decode_by_fields(self, body: bytes) -> Any:
        """The same by DRF's own validation alone; slower, and with messages."""
        return self.validate_by_fields(parse(body))

    def convert(self, values: dict[str, Any]) -> Any:
        """The Struct of values that came from a query or a form; raises Invalid naming the fields."""
        try:
            if not any(isinstance(value, str) and "\x00" in value for value in values.values()):
                return self.finish(msgspec.convert(values, self.struct))
        except COMPILED_FAILURES:
            return self.validate_by_fields(values)
        return self.validate_by_fields(values)

    def validate_by_fields(self, values: Any) -> Any:
        """DRF's own validation of parsed input; raises Invalid with the messages by field."""
        if not isinstance(values, dict):
            raise Invalid("The body must be a JSON object.", details={WHOLE_INPUT: ["Must be a JSON object."]})
        try:
            return self._serializer().run_validation(values)
        except ValidationError as fault:
            raise invalid_from_details(flat_details(fault.detail)) from fault

    def finish(self, struct: Any) -> Any:
        """Do to a decoded Struct what its type does not say; raises one of COMPILED_FAILURES, or a DomainError."""
        for name, finish in self._finishers:
            value = getattr(struct, name)
            if value is not None:
                msgspec.structs.force_setattr(struct, name, finish(value))
        if self._validate is None and not self._field_hooks:
            return struct
        values = {name: getattr(struct, name) for name in self.struct.__struct_fields__}
        for name, hook in self._field_hooks.items():
            if values[name] is not None:
                values[name] = hook(values[name])
        return self.struct(**(values if self._validate is None else self._validate(values)))


class ApiSerializer(serializers.Serializer):
    """A declared contract. Unknown fields are refused, JSON types are exact, every field has a limit.

    An optional field that was not sent is its default, None unless declared. `validate()` and `validate_<field>()`
    run as in DRF, except that a None is never handed to `validate_<field>()` and that nested contracts arrive as
    Structs.
    """

    example: ClassVar[dict[str, Any] | None] = None
    """A body that is well formed, for Swagger to show; what it leaves out is optional."""
    example_bodies: ClassVar[dict[str, dict[str, Any]]] = {}
    """Bodies by what they ask for, for Swagger to choose from, where one does not show it all."""

    _input: ClassVar[Input | None] = None
    _output: ClassVar[Output | None] = None

    @classmethod
    def contract(cls) -> Input:
        """The compiled input side; raises TypeError when a field cannot be compiled faithfully."""
        if cls.__dict__.get("_input") is None:
            cls._input = Input(cls())
        assert cls._input is not None, "it was just compiled"
        return cls._input

    @classmethod
    def output(cls) -> Output:
        """The compiled output side; raises TypeError when a field cannot be compiled faithfully."""
        if cls.__dict__.get("_output") is None:
            cls._output = Output(cls())
        assert cls._output is not None, "it was just compiled"
        return cls._output

    @classmethod
    def decode(cls, body: bytes) -> Any:
        """The Struct of a JSON body; raises Invalid naming the fields, or MalformedJson."""
        return cls.contract().decode(body)

    @classmethod
    def decode_query(cls, params: Mapping[str, Any]) -> Any:
        """The Struct of query parameters or form fields, which are all text; raises Invalid naming them.

        A parameter given more than once counts for lists only; a list may also be written with commas.
        """
        contract = cls.contract()
        declared = contract.fields
        values: dict[str, Any] = {}
        for name in params:
            field = declared.get(name)
            texts = params.getlist(name) if hasattr(params, "getlist") else [params[name]]
            if len(texts) > 1 and not isinstance(field, serializers.ListField):
                raise invalid_from_details({name: ["Was given more than once."]})
            values[name] = texts[0] if field is None else _value_from_texts(field, texts)
        return contract.convert(values)

    @classmethod
    def encode(cls, value: Any) -> bytes:
        """The JSON of an object that has the declared attributes."""
        return cls.output().encode(value)

    @classmethod
    def encode_many(cls, values: Iterable[Any]) -> bytes:
        """The JSON array of such objects."""
        return cls.output().encode_many(values)

    @classmethod
    def all_subclasses(cls) -> Iterator[type[Self]]:
        """Every contract that is defined so far, at any depth."""
        for subclass in cls.__subclasses__():
            yield subclass
            yield from subclass.all_subclasses()

    def field_hooks(self) -> dict[str, Callable[[Any], Any]]:
        """The `validate_<field>` methods of the writable fields that have one, by the attribute they check."""
        found = (
            (str(field.source), getattr(self, f"validate_{field.field_name}", None)) for field in self._writable_fields
        )
        return {source: hook for source, hook in found if hook is not None}

    def has_validate(self) -> bool:
        """Whether the contract checks its fields against each other."""
        return type(self).validate is not serializers.Serializer.validate

    def get_fields(self) -> dict[str, serializers.Field]:
        """The declared fields, each with the limit it did not declare."""
        fields = super().get_fields()
        for field in fields.values():
            set_limits(field)
        return fields

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The value of every writable field by DRF's validation; raises ValidationError, also for unknown fields."""
        if not isinstance(data, Mapping):
            raise ValidationError({WHOLE_INPUT: ["Must be a JSON object."]})
        hooks = self.field_hooks()
        values: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        names = set()
        for field in self._writable_fields:
            name, source = str(field.field_name), str(field.source)
            names.add(name)
            try:
                value = _validated(field, data.get(name, empty))
                values[source] = hooks[source](value) if source in hooks and value is not None else value
            except ValidationError as fault:
                errors[name] = fault.detail
            except DjangoValidationError as fault:
                errors[name] = get_error_detail(fault)
        unknown = (str(name) for name in data if name not in names)
        errors.update({name: ["Unknown field."] for name in islice(unknown, MAX_DETAIL_FIELDS)})
        if errors:
            raise ValidationError(errors)
        return values

    def run_validation(self, data: Any = empty) -> Any:
        """DRF's whole validation of parsed input, as the contract's Struct."""
        values = super().run_validation(data)
        return self.contract().struct(**values) if isinstance(values, dict) else values


def set_limits(field: Any) -> None:
    """Give a field, and the children inside it, the limit that it did not declare itself, and messages for clients."""
    if isinstance(field, serializers.CharField) and field.max_length is None:
        field.max_length = own.MAX_TEXT_LENGTH
        field.validators.append(_maximum_length(field, own.MAX_TEXT_LENGTH))
    elif (
        isinstance(field, (serializers.ListField, serializers.ListSerializer))
        and getattr(field, "max_length", None) is None
    ):
        vars(field)["max_length"] = own.MAX_ITEMS
        if isinstance(field, serializers.ListField):  # a list of contracts looks at its max_length itself
            field.validators.append(_maximum_length(field, own.MAX_ITEMS))
    elif isinstance(field, serializers.IntegerField):
        _bound_integer(field)
    # DRF's own messages name the Python type of what was sent, which says nothing to a client.
    if isinstance(field, (serializers.ListField, serializers.ListSerializer)):
        field.error_messages["not_a_list"] = "Must be a JSON array."
    elif isinstance(field, serializers.DictField):
        field.error_messages["not_a_dict"] = "Must be a JSON object."
    if isinstance(field, (serializers.ListField, serializers.DictField)):
        set_limits(field.child)


def _maximum_length(field: Any, limit: int) -> validators.MaxLengthValidator:
    """DRF's own validator with DRF's own message."""
    return validators.MaxLengthValidator(limit, field.error_messages["max_length"].format(max_length=limit))


def _bound_integer(field: serializers.IntegerField) -> None:
    """Keep a whole number within 64 bits."""
    if field.max_value is None:
        field.max_value = own.MAX_INTEGER
        message = field.error_messages["max_value"].format(max_value=own.MAX_INTEGER)
        field.validators.append(validators.MaxValueValidator(own.MAX_INTEGER, message))
    if field.min_value is None:
        field.min_value = -own.MAX_INTEGER
        message = field.error_messages["min_value"].format(min_value=-own.MAX_INTEGER)
        field.validators.append(validators.MinValueValidator(-own.MAX_INTEGER, message))


def _validated(field: serializers.Field, raw: Any) -> Any:
    """One field by DRF's validation, after its JSON type was checked."""
    if raw is empty and not field.required:
        return contracts.default_of(field)
    return field.run_validation(raw if raw is empty else json_value(field, raw))


def json_value(field: serializers.Field, value: Any) -> Any:
    """`value` as plain Python if its JSON type is the field's; raises ValidationError otherwise.

    DRF alone would take "yes" for true and 5 for "5"; a contract that says boolean means it.
    """
    if value is None:
        return None
    for kind, check in _JSON_TYPES:
        if isinstance(field, kind):
            return check(field, value)
    return value


def _json_text(field: Any, value: Any) -> str:
    """A JSON string."""
    if not isinstance(value, str) or isinstance(value, NumberText):
        raise ValidationError(field.error_messages.get("not_text", "Must be a string."))
    return value


def _json_decimal(field: Any, value: Any) -> str:
    """A JSON string, or a JSON number by its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise ValidationError(field.error_messages["not_text"])
    return str(value)


def _json_choice(field: Any, value: Any) -> str:
    """A JSON string; another type is no choice."""
    if not isinstance(value, str) or isinstance(value, NumberText):
        field.fail("invalid_choice", input=value)
    return str(value)


def _json_integer(field: Any, value: Any) -> int:
    """A whole JSON number within 64 bits."""
    if isinstance(value, NumberText):
        number = contracts.whole_number(value)
        if number is not None:
            return number
    elif isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValidationError(field.error_messages["invalid"])


def _json_float(field: Any, value: Any) -> float:
    """A finite JSON number."""
    if isinstance(value, NumberText):
        number = contracts.finite_number(value)
        if number is not None:
            return number
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    raise ValidationError(field.error_messages["invalid"])


def _json_boolean(field: Any, value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValidationError(field.error_messages["invalid"].format(input=value))
    return value


def _json_uuid(field: Any, value: Any) -> str:
    """A string; DRF alone would take a number too."""
    if not isinstance(value, str) or isinstance(value, NumberText):
        field.fail("invalid", value=value)
    return str(value)


def _json_list(field: Any, value: Any) -> list[Any]:
    """An array, each item of the child's JSON type."""
    if not isinstance(value, list):
        field.fail("not_a_list", input_type=type(value).__name__)
    if len(value) > field.max_length:
        raise ValidationError(field.error_messages["max_length"].format(max_length=field.max_length))
    return list(_each_json_value(field.child, enumerate(value)).values())


def _json_object(field: Any, value: Any) -> dict[str, Any]:
    """An object of limited size, each value of the child's JSON type."""
    if not isinstance(value, dict):
        field.fail("not_a_dict", input_type=type(value).__name__)
    if len(value) > own.MAX_ITEMS or any(len(str(key)) > own.MAX_TEXT_LENGTH for key in value):
        raise ValidationError(f"Must have at most {own.MAX_ITEMS} keys of at most {own.MAX_TEXT_LENGTH} characters.")
    return _each_json_value(field.child, value.items())


def _each_json_value(child: serializers.Field, items: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """The JSON value of each item by its key; raises one ValidationError for all that do not fit."""
    values: dict[Any, Any] = {}
    errors: dict[Any, Any] = {}
    for key, item in items:
        try:
            values[key] = json_value(child, item)
        except ValidationError as fault:
            errors[key] = fault.detail
    if errors:
        raise ValidationError(errors)
    return values


def _free_json(field: Any, value: Any) -> Any:
    """Any JSON within the limits of free-form values."""
    try:
        return contracts.plain_json(value)
    except contracts.Undecided as fault:
        message = (
            f"Must nest at most {own.MAX_FREE_DEPTH} levels with at most {own.MAX_ITEMS} items each, "
            "and hold numbers of 64 bits only."
        )
        raise ValidationError(message) from fault


_JSON_TYPES: tuple[tuple[type, Callable[[Any, Any], Any]], ...] = (
    (own.DecimalTextField, _json_decimal),
    (own.PatternField, _json_text),
    (serializers.CharField, _json_text),
    (own.ChoiceField, _json_choice),
    (serializers.IntegerField, _json_integer),
    (serializers.FloatField, _json_float),
    (serializers.BooleanField, _json_boolean),
    (serializers.UUIDField, _json_uuid),
    (serializers.ListField, _json_list),
    (serializers.DictField, _json_object),
    (serializers.JSONField, _free_json),
    (own.FreeField, _free_json),
)


def _value_from_texts(field: serializers.Field, texts: list[Any]) -> Any:
    """What the text of a query parameter or form field means to `field`; text it cannot read stays text."""
    if isinstance(field, serializers.ListField):
        items = texts[0].split(",") if len(texts) == 1 else texts
        return [_value_from_texts(field.child, [item]) for item in items]
    text = texts[0]
    if isinstance(field, serializers.IntegerField):
        number = contracts.whole_number(text)
        return text if number is None else number
    if isinstance(field, serializers.FloatField):
        value = contracts.finite_number(text)
        return text if value is None else value
    if isinstance(field, serializers.BooleanField):
        return {"true": True, "false": False}.get(text, text)
    return text
