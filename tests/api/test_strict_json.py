"""What counts as JSON, and that refusing the rest is quick."""

import gc
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import strict_json
from api.errors import MalformedJson
from api.strict_json import NumberText, is_ambiguous, nesting_depth_exceeds, parse
from kit.errors import DomainError, Invalid
from tests.api.sample_contracts import LegIn, SampleIn

REFUSED = {
    "empty": b"",
    "truncated": b'{"price": "1',
    "not json": b"price=1",
    "a second document": b'{"price": "1"} {}',
    "NaN": b'{"price": NaN}',
    "infinity": b'{"price": -Infinity}',
    "a byte order mark": b'\xef\xbb\xbf{"price": "1"}',
    "UTF-16": '{"price": "1"}'.encode("utf-16"),
    "UTF-16 without a mark": '{"price": "1"}'.encode("utf-16-le"),
    "latin-1": '{"note": "ä"}'.encode("latin-1"),
    "a key twice": b'{"price": "1", "price": "2"}',
    "a key twice, once escaped": b'{"price": "1", "pri\\u0063e": "2"}',
    "a key twice, with spaces": b'{"price" : "1","price" : "2"}',
    "a key twice further in": b'{"price": "1", "extra": {"a": 1, "a": 2}}',
    "NUL": b'{"price": "1", "note": "a\\u0000"}',
    "NUL in a key": b'{"price": "1", "\\u0000": 1}',
    "half a surrogate pair": b'{"price": "1", "note": "\\ud83d"}',
    "a raw control character": b'{"price": "1", "note": "a\x01"}',
    "brackets without end": b"[" * 100_000,
    "deep arrays": b'{"price": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "one level too many": b"[" * 33 + b"]" * 33,
    "a bracket not closed": b'{"price": [1}',
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_is_not_plain_json_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedJson) as caught:
        LegIn.decode(body)
    assert caught.value.code == "MALFORMED_JSON"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"price": "1", "note": "a\\u0000"}', "note"),
        (b'{"legs": [{"price": "1"}, {"price": "\\udfff"}]}', "legs.1.price"),
        (b'{"extra": {"\\ud800": 1}}', "extra.(a key)"),
        (b'{"%b": "\\u0000"}' % (b"x" * 50_000), "x" * 100),
        (b'"\\u0000"', "non_field_errors"),
    ],
)
def test_text_that_no_database_takes_is_refused_by_its_place(body: bytes, path: str) -> None:
    with pytest.raises(MalformedJson, match="NUL or half a surrogate pair") as caught:
        parse(body)
    assert list(caught.value.details) == [path]


@pytest.mark.parametrize("body", [b"null", b"[]", b'"text"', b"1", b"true", b"1e400"])
def test_the_top_must_be_an_object(body: bytes) -> None:
    with pytest.raises(Invalid, match="The body must be a JSON object") as caught:
        LegIn.decode(body)
    assert (caught.value.code, list(caught.value.details)) == ("VALIDATION_FAILED", ["non_field_errors"])


NUMBERS = {
    "5,000 digits": "9" * 5_000,
    "1e400": "1e400",
    "a long fraction": "0." + "1" * 5_000,
    "an exponent": "1E+1000000",
}


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("field", ["price", "count", "any_weight", "extra", "kind", "client_id", "tags", "leg"])
def test_an_endless_number_is_refused_by_the_field_it_stands_in(field: str, number: str) -> None:
    body = f'{{"symbol":"A-B","side":"buy","quantity":"1","{field}":{number}}}'.encode()
    if number.startswith("0.") and field in ("any_weight", "extra"):
        assert SampleIn.decode(body).quantity == "1"  # a float takes the digits it can hold
        return
    with pytest.raises(Invalid) as caught:
        SampleIn.decode(body)
    assert list(caught.value.details) == [field]


PATHOLOGICAL = {
    "open brackets": b"[" * 1_000_000,
    "brackets in pairs": b"[" + b"[]," * 300_000 + b"[]]",
    "quotes": b'"' * 1_000_000,
    "escaped quotes without end": b'{"a": "' + b'\\"' * 500_000,
    "backslashes": b'{"a": "' + b"\\" * 1_000_000,
    "escapes": b'{"a": "' + b"\\u0041" * 160_000 + b'"}',
    "objects in a list": b'{"price": [' + b"{}," * 300_000 + b"{}]}",
    "digits": b'{"price": ' + b"9" * 1_000_000 + b"}",
    "unknown keys": b"{" + b",".join(b'"k%d":1' % number for number in range(80_000)) + b"}",
    "spaces in text": b'{"price": "1", "note": "' + b"a " * 500_000 + b'"}',
}


@pytest.mark.parametrize("body", PATHOLOGICAL.values(), ids=PATHOLOGICAL)
def test_a_megabyte_of_malice_costs_less_than_a_second(body: bytes) -> None:
    gc.freeze()  # what other tests have left is not searched at its cost
    try:
        started_s = time.thread_time()
        with pytest.raises(DomainError) as caught:
            LegIn.decode(body)
        took_s = time.thread_time() - started_s
    finally:
        gc.unfreeze()
    assert took_s < 1.0
    assert len(json.dumps(caught.value.details)) < 20_000


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max((depth_of(below) for below in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((depth_of(below) for below in value), default=0)
    return 0


NESTED = st.recursive(
    st.text() | st.integers(), lambda below: st.lists(below) | st.dictionaries(st.text(), below), max_leaves=30
)


@given(value=NESTED, limit=st.integers(0, 8))
def test_depth_is_counted_exactly_whatever_the_strings_hold(value: Any, limit: int) -> None:
    assert nesting_depth_exceeds(json.dumps(value).encode(), limit) == (depth_of(value) > limit)


def test_numbers_keep_their_digits() -> None:
    numbers = strict_json.parse(b'{"a": 0.10, "b": 1E2, "c": -0, "d": 123456789012345678901234567890}')
    assert numbers == {"a": "0.10", "b": "1E2", "c": "-0", "d": "123456789012345678901234567890"}
    assert {type(number) for number in numbers.values()} == {NumberText}


@given(st.dictionaries(st.text(), st.text() | st.integers(), min_size=1), st.booleans())
def test_the_quick_look_never_takes_an_ambiguous_body_for_a_plain_one(members: dict[str, Any], is_spaced: bool) -> None:
    name = next(iter(members))
    separators = (", ", ": ") if is_spaced else (",", ":")
    plain = json.dumps(members, ensure_ascii=False, separators=separators)
    twice = f"{plain[:-1]},{json.dumps(name, ensure_ascii=False)}{separators[1]}1}}"
    assert is_ambiguous(twice.encode("utf-8", "surrogatepass")) is True


def test_the_quick_look_settles_the_usual_body() -> None:
    assert is_ambiguous(b'{"symbol": "BTC-USDT", "price": "1"}') is False
    assert is_ambiguous(b'{"a": {"a": {"a": ":a"}}, "b": [{"a": "a:b"}]}') is False
