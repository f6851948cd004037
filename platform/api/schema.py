"""OpenAPI out of the declared operations and contracts: the envelope around every answer, errors and headers included.

Nothing is written down twice: whatever `operation` and the contracts say, dispatch does and the schema shows.
"""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, build_array_type, build_object_type
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from api import fields as own
from api.operation import Operation
from kit.accounts import ACCOUNT_ID_PATTERN, DEFAULT_ACCOUNT

JsonSchema = dict[str, Any]

_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

ACCOUNT_HEADER = OpenApiParameter(
    "X-Account",
    {"type": "string", "pattern": f"^{ACCOUNT_ID_PATTERN}$", "default": DEFAULT_ACCOUNT},
    OpenApiParameter.HEADER,
    description="The account this is about.",
)
REHEARSAL_HEADER = OpenApiParameter(
    "X-Rehearsal",
    {"type": "string", "maxLength": 64},
    OpenApiParameter.HEADER,
    description="The rehearsal this is about; left out: the main feed and exchange.",
)
IDEMPOTENCY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": r'^(?:[!-~]{1,255}|"(?:[!#-\[\]-~]|\\["\\]){1,255}")$'},
    OpenApiParameter.HEADER,
    description="The same key and request give the same answer for 24 hours, and are executed once. Quotes around it "
    "are not part of it.",
)

SYMBOL_IN_PATH = OpenApiParameter(
    "symbol",
    {"type": "string", "pattern": f"^{own.SYMBOL}$", "example": own.EXAMPLE_SYMBOL},
    OpenApiParameter.PATH,
    description="The instrument.",
)

BEARER: JsonSchema = {"bearer": []}
"""The one security scheme, declared in `schema_settings`."""

_CODES: dict[int, str] = {
    400: "The input is malformed or invalid: VALIDATION_FAILED, MALFORMED_JSON, INVALID_CURSOR, INVALID_IDEMPOTENCY_KEY.",
    401: "No key, or none that is valid: UNAUTHENTICATED.",
    403: "Not permitted: FORBIDDEN, ORIGIN_NOT_ALLOWED.",
    404: "There is no such thing: NOT_FOUND, UNKNOWN_SYMBOL, UNKNOWN_ACCOUNT.",
    409: "The present state does not allow it: each state its own code; IDEMPOTENCY_IN_PROGRESS.",
    413: "The body is too large: BODY_TOO_LARGE.",
    415: "The body is of another kind than this reads: UNSUPPORTED_MEDIA_TYPE.",
    421: "Another gateway of the installation answers for this account: MISDIRECTED. X-Account-Owner names it.",
    422: "Understood and refused: each rule its own code; IDEMPOTENCY_MISMATCH.",
    429: "Too many requests: RATE_LIMITED. Retry-After says when to come back.",
    500: "A fault of ours: INTERNAL.",
    503: "Something needed is down: UNAVAILABLE, JOURNAL_UNAVAILABLE.",
    504: "It took too long: TIMEOUT.",
}
_ALWAYS = (400, 403, 429, 500, 503, 504)
_ON_WRITES = (409, 413, 415, 422)


class ApiSchema(AutoSchema):
    """The OpenAPI of one method of an `ApiViewSet`."""

    @property
    def action(self) -> str:
        """The name of the handler."""
        view: Any = self.view
        return str(view.action)

    @property
    def operation(self) -> Operation:
        """What the handler declared."""
        declared: Operation = getattr(self.view, self.action).operation
        return declared

    def get_operation_id(self) -> str:
        """`resource_action`, out of the fixed parts of the path: stable, and unique since actions are methods."""
        words = [word.replace("-", "_") for word in self._tokenize_path()]
        return "_".join(words if words and words[-1] == self.action else [*words, self.action])

    def get_summary(self) -> str | None:
        """The declared summary, else the first line of the handler's docstring."""
        return self.operation.summary or self.get_description().partition("\n")[0].removesuffix(".") or None

    def get_override_parameters(self) -> list[Any]:
        """Query parameters out of the declared contract, and the path's and headers that mean something here."""
        parameters: list[Any] = [self.operation.query] if self.operation.query else []
        if "{symbol}" in self.path:
            parameters.append(SYMBOL_IN_PATH)
        if self.operation.account:
            parameters.append(ACCOUNT_HEADER)
        if getattr(self.view, "in_rehearsals", False):
            parameters.append(REHEARSAL_HEADER)
        if self.method in _WRITES:
            parameters.append(IDEMPOTENCY_HEADER)
        return parameters

    def get_request_serializer(self) -> Any:
        """The declared body."""
        return self.operation.body

    def get_response_serializers(self) -> Any:
        """The contract of the data in the envelope."""
        return self.operation.response

    def get_auth(self) -> list[JsonSchema]:
        """A key, and nothing at all as the other way where authentication is off; none is asked for by what is public."""
        if self.need == "public":
            return []
        return [BEARER, {}] if settings.DISABLE_AUTH else [BEARER]

    def get_operation(self, *arguments: Any) -> JsonSchema | None:
        """The operation, with `security: []` where drf-spectacular leaves out what is empty."""
        operation: JsonSchema | None = super().get_operation(*arguments)
        if operation is not None:
            operation.setdefault("security", [])
            if self.need != "public":
                operation["x-scope"] = self.need
        return operation

    @property
    def need(self) -> str:
        """The scope that a key must have."""
        return self.operation.need(self.method)

    def get_filter_backends(self) -> list[Any]:
        """None: filters are declared as the operation's query."""
        return []

    def _get_request_body(self, direction: Any = "request") -> JsonSchema | None:
        """The declared body."""
        if self.operation.body is None or self.method not in _WRITES:
            return None
        component = self.resolve_serializer(self.operation.body, "request")
        media_type = "multipart/form-data" if self.operation.upload else "application/json"
        schema = component.ref if component else {"type": "object", "additionalProperties": False}
        content: JsonSchema = {"schema": schema}
        if examples := self.operation.body.example_bodies:
            content["examples"] = {name: {"summary": name, "value": value} for name, value in examples.items()}
        return {"content": {media_type: content}, "required": not self.operation.optional_body}

    def _get_response_bodies(self, direction: Any = "response") -> JsonSchema:
        """The answer in its envelope, and every refusal a client may meet."""
        operation = self.operation
        answers = {str(status): self._answer(operation, status) for status in (operation.status, *operation.also)}
        if operation.etag:
            answers["304"] = {"description": "What If-None-Match names is still the answer."}
        for status in sorted(self._error_statuses(operation)):
            answers[str(status)] = self._refusal(status)
        return answers

    def _answer(self, operation: Operation, status: int) -> JsonSchema:
        """One successful answer."""
        description = HTTPStatus(status).phrase
        if status == HTTPStatus.NO_CONTENT:
            return {"description": description}
        if operation.media_type is not None:
            file = {"type": "string", "format": "binary"}
            kinds = (operation.media_type,) if isinstance(operation.media_type, str) else operation.media_type
            return {"content": {kind: {"schema": file} for kind in kinds}, "description": description}
        return {"content": {"application/json": {"schema": self._enveloped(operation)}}, "description": description}

    def _enveloped(self, operation: Operation) -> JsonSchema:
        """A reference to the envelope around this operation's data."""
        if operation.response is None:
            return self._component("EmptyAnswer", _envelope({"nullable": True, "enum": [None]}))
        data = self.resolve_serializer(operation.response, "response")
        name = data.name or operation.response.__name__
        item = data.ref if data else {"type": "object"}
        if operation.page:
            return self._component(f"{name}PageAnswer", _envelope(_page_of(item)))
        if operation.many:
            return self._component(f"{name}ListAnswer", _envelope(build_array_type(item)))
        return self._component(f"{name}Answer", _envelope(item))

    def _refusal(self, status: int) -> JsonSchema:
        """A reference to the error answer of that status, which all operations share."""
        schema = self._component("ErrorAnswer", _ERROR_ENVELOPE)
        phrase = HTTPStatus(status).phrase
        answer = {"content": {"application/json": {"schema": schema}}, "description": _CODES.get(status) or phrase}
        name = "".join(word.capitalize() for word in phrase.replace("-", " ").split())
        return self._component(name, answer, ResolvedComponent.RESPONSE)

    def _error_statuses(self, operation: Operation) -> set[int]:
        """The statuses of every refusal that can meet this operation."""
        statuses = {*_ALWAYS, *operation.error_statuses}
        if self.method in _WRITES:
            statuses.update(_ON_WRITES)
        if "{" in self.path or operation.account or getattr(self.view, "in_rehearsals", False):
            statuses.add(404)
        if operation.account or getattr(self.view, "account_in_path", None) is not None:
            statuses.add(421)
        if self.need != "public":
            statuses.add(401)
        return statuses

    def _component(self, name: str, schema: JsonSchema, kind: str = ResolvedComponent.SCHEMA) -> JsonSchema:
        """A reference to a shared schema, or answer, of that name."""
        component = ResolvedComponent(name=name, type=kind, schema=schema, object=name)  # type: ignore[no-untyped-call]
        self.registry.register_on_missing(component)
        return dict(component.ref)

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> JsonSchema:
        """A contract as an object: of an input, unknown fields are refused; in an answer, every key is there."""
        schema = dict(super()._map_basic_serializer(serializer, direction))  # type: ignore[no-untyped-call]
        if direction == "request":
            schema["additionalProperties"] = False
            if serializer.example is not None:
                schema["example"] = serializer.example
        elif schema.get("properties"):
            schema["required"] = sorted(schema["properties"])
        return schema

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """A field, with those limits of its own that drf-spectacular does not look for."""
        schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if direction == "request" and isinstance(schema, dict):
            schema.update(_input_limits(field, schema))
        return schema


class PatternFieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Our own fields: text with a pattern. The bounds of a decimal hold for what is sent; an answer may hold any."""

    target_class = "api.fields.PatternField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> JsonSchema:
        """The schema of the text on the wire."""
        field: own.PatternField = self.target
        if isinstance(field, own.TimeField):
            return {"type": "string", "format": "date-time"}
        pattern = (
            own.SIGNED_DECIMAL if isinstance(field, own.DecimalTextField) and direction != "request" else field.pattern
        )
        return {"type": "string", "pattern": f"^{pattern}$"}


def keep_enums_inline(result: JsonSchema, **_: Any) -> JsonSchema:
    """Drop drf-spectacular's marks on enums, which only its renaming hook reads."""
    _drop_key(result, "x-spec-enum-id")
    return result


def _drop_key(node: Any, key: str) -> None:
    """Remove `key` from every object under `node`."""
    if isinstance(node, dict):
        node.pop(key, None)
        for below in node.values():
            _drop_key(below, key)
    elif isinstance(node, list):
        for below in node:
            _drop_key(below, key)


def _input_limits(field: Any, schema: JsonSchema) -> JsonSchema:
    """Limits of an input field beyond its validators."""
    if isinstance(field, serializers.ListSerializer):
        least = max(getattr(field, "min_length", None) or 0, 0 if field.allow_empty else 1)
        limits = {"maxItems": getattr(field, "max_length", None), "minItems": least}
        return {name: limit for name, limit in limits.items() if limit}
    if isinstance(field, serializers.ListField) and not field.allow_empty:
        return {"minItems": max(1, field.min_length or 0)}
    if isinstance(field, serializers.DictField):
        return {"maxProperties": own.MAX_ITEMS}
    if type(field) is serializers.CharField and "pattern" not in schema:
        return {} if field.allow_blank or not field.trim_whitespace else {"pattern": r"\S"}
    return {}


def _page_of(item: JsonSchema) -> JsonSchema:
    """A page of items."""
    return dict(
        build_object_type(
            properties={"items": build_array_type(item), "next_cursor": {"type": "string", "nullable": True}},
            required=["items", "next_cursor"],
        )
    )


def _envelope(data: JsonSchema, status: str = "success") -> JsonSchema:
    """The six keys around `data`."""
    properties = {
        "status": {"type": "string", "enum": [status]},
        "data": data,
        "message": {"type": "string", "nullable": True},
        "timestamp": {"type": "string", "format": "date-time"},
        "trace_id": {"type": "string"},
        "execution_time_ms": {"type": "number"},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def _error_envelope() -> JsonSchema:
    """The envelope of a refusal: no data, and `error` beside the six keys."""
    schema = _envelope({"nullable": True, "enum": [None]}, status="error")
    schema["properties"]["message"] = {"type": "string"}
    schema["properties"]["error"] = {
        "type": "object",
        "properties": {
            "code": {"type": "string", "description": "Stable and machine readable."},
            "details": {
                "type": "object",
                "additionalProperties": True,
                "description": "Messages by field, or numbers.",
            },
        },
        "required": ["code", "details"],
    }
    schema["required"].append("error")
    return schema


_ERROR_ENVELOPE = _error_envelope()
