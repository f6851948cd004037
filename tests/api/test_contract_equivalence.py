"""The compiled path and DRF's own validation accept, reject and return the same; so do the two ways to encode."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer

from api.serializers import ApiSerializer
from kit.errors import DomainError
from tests.api.contract_strategies import body_of, input_of, object_for
from tests.api.sample_contracts import LegIn, LegOut, SampleIn, SampleOut, SampleQuery


def outcome(decode: Any, given_input: Any) -> Any:
    """What decoding comes to, in a form that can be compared down to the types."""
    try:
        struct = decode(given_input)
    except DomainError as error:
        return (error.code, error.details)
    return repr(struct)


@pytest.mark.parametrize("contract", [SampleIn, LegIn, SampleQuery])
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_compiled_and_drf_decode_the_same(contract: type[ApiSerializer], data: st.DataObject) -> None:
    body = data.draw(body_of(contract))
    assert outcome(contract.decode, body) == outcome(contract.contract().decode_by_fields, body)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_compiled_and_drf_take_the_same_from_a_query(data: st.DataObject) -> None:
    values = data.draw(input_of(SampleQuery))
    contract = SampleQuery.contract()
    assert outcome(contract.convert, values) == outcome(contract.validate_by_fields, values)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_drf_itself_decodes_the_same_as_plain_json(data: st.DataObject) -> None:
    """The contract used as a plain DRF serializer, on what json.loads gives, agrees wherever floats are not involved."""
    values = data.draw(input_of(LegIn))
    serializer = LegIn(data=values)
    is_valid = serializer.is_valid()
    compiled = outcome(LegIn.decode, json.dumps(values).encode())
    if is_valid and "MALFORMED_JSON" not in compiled:
        assert repr(serializer.validated_data) == compiled


@pytest.mark.parametrize("contract", [SampleOut, LegOut])
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_compiled_and_drf_encode_the_same(contract: type[ApiSerializer], data: st.DataObject) -> None:
    value = data.draw(object_for(contract))
    by_drf = JSONRenderer().render(contract(value).data)
    assert json.loads(contract.encode(value)) == json.loads(by_drf)


class LegStruct(msgspec.Struct):
    """A Struct that is LegOut's own form on the wire."""

    price: str
    note: str | None


@settings(deadline=None, derandomize=True, database=None)
@given(price=st.text(), note=st.none() | st.text())
def test_a_struct_of_the_same_form_is_encoded_as_it_is(price: str, note: str | None) -> None:
    value = LegStruct(price, note)
    assert LegOut.output().is_direct(LegStruct)
    assert json.loads(LegOut.encode(value)) == json.loads(JSONRenderer().render(LegOut(value).data))
