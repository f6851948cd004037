"""Every contract of the project: it compiles, and both of its forms agree on whatever is sent and answered."""

import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer

from api.operation import Operation
from api.serializers import ApiSerializer
from api.viewsets import ApiViewSet
from kit.errors import DomainError
from tests.api.contract_strategies import body_of, has_form_fields, object_for
from trading.orders.serializers import CancelOrderParams, OrderIn, ReplaceOrderParams

READ_EXAMPLES, ANSWERED_EXAMPLES = 24, 12
"""A contract's fields are of kinds that the kit's own test digs into with hundreds of bodies; these few, the same in every
run, are about how a contract puts them together. What is sent may be wrong in many ways; what is answered is right."""


Contract = type[ApiSerializer]


def operations(patterns: list[Any] | None = None) -> Iterator[Operation]:
    """What every handler behind the project's routes declares."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from operations(pattern.url_patterns)
            continue
        view: Any = pattern.callback
        if issubclass(getattr(view, "cls", object), ApiViewSet):
            yield from (getattr(view.cls, action).operation for action in view.actions.values())


def with_nested(roots: Iterable[Contract | None]) -> list[Contract]:
    """The contracts and those inside of them, each once."""
    found: dict[Contract, None] = {}
    left = [root for root in roots if root is not None]
    while left:
        contract = left.pop(0)
        if contract not in found:
            found[contract] = None
            children = [getattr(field, "child", field) for field in contract().fields.values()]
            left += [type(child) for child in children if isinstance(child, ApiSerializer)]
    return list(found)


OVER_SOCKETS = (OrderIn, ReplaceOrderParams, CancelOrderParams)
"""What the operations of a socket are asked with, which no route declares."""

SENT = with_nested(
    itertools.chain((contract for each in operations() for contract in (each.body, each.query)), OVER_SOCKETS)
)
READ_AS_JSON = [each for each in SENT if not has_form_fields(each)]
"""Files come in forms, not in JSON."""
ANSWERED = with_nested(each.response for each in operations())
SHOWN = [each for each in SENT if each.example is not None]
"""Contracts with an example for Swagger."""


def outcome(decode: Any, body: bytes) -> Any:
    """What decoding comes to, in a form that can be compared down to the types."""
    try:
        return repr(decode(body))
    except DomainError as error:
        return (error.code, error.details)


def named(contract: Contract) -> str:
    return f"{contract.__module__}.{contract.__name__}"


def test_every_contract_is_sent_or_answered() -> None:
    ours = {each for each in ApiSerializer.all_subclasses() if not each.__module__.startswith(("tests.", "api."))}
    bases = {base for each in ours for base in each.__mro__[1:]}
    assert ours - bases - {*SENT, *ANSWERED} == set()


@pytest.mark.parametrize("contract", SENT, ids=named)
def test_what_is_sent_compiles(contract: Contract) -> None:
    names = {str(field.field_name) for field in contract()._writable_fields}
    assert set(contract.contract().struct.__struct_encode_fields__) == names


@pytest.mark.parametrize("contract", SHOWN, ids=named)
def test_what_swagger_shows_is_accepted(contract: Contract) -> None:
    assert contract.example is not None
    for example in (contract.example, *contract.example_bodies.values()):
        decoded = contract.decode(json.dumps(example).encode())
        assert all(getattr(decoded, name) is not None for name in example)


def test_a_body_that_must_say_something_has_an_example() -> None:
    bodies = {each.body for each in operations() if each.body is not None and not each.upload}
    silent = {
        body for body in bodies if body.example is None and any(field.required for field in body().fields.values())
    }
    assert silent == set()


@pytest.mark.parametrize("contract", READ_AS_JSON, ids=named)
@settings(max_examples=READ_EXAMPLES, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_compiled_and_drf_decode_the_same(contract: type[ApiSerializer], data: st.DataObject) -> None:
    body = data.draw(body_of(contract))
    assert outcome(contract.decode, body) == outcome(contract.contract().decode_by_fields, body)


@pytest.mark.parametrize("contract", ANSWERED, ids=named)
@settings(max_examples=ANSWERED_EXAMPLES, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_compiled_and_drf_encode_the_same(contract: type[ApiSerializer], data: st.DataObject) -> None:
    value = data.draw(object_for(contract))
    assert json.loads(contract.encode(value)) == json.loads(JSONRenderer().render(contract(value).data))
