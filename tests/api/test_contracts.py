"""What a contract takes and gives, field by field, and what it refuses to be compiled from."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.core.validators import RegexValidator
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers

from api import fields as own
from api.serializers import ApiSerializer
from kit.errors import Conflict, Invalid
from tests.api.sample_contracts import Kind, LegIn, SampleIn, SampleQuery, Side

LEAST = {"symbol": "BTC-USDT", "side": "buy", "quantity": "0.5"}


def decoded(**fields: Any) -> Any:
    return SampleIn.decode(msgspec.json.encode(LEAST | fields))


def refused(**fields: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        decoded(**fields)
    assert caught.value.code == "VALIDATION_FAILED"
    return caught.value.details


def test_a_body_becomes_a_frozen_struct_with_the_declared_defaults() -> None:
    body = decoded()
    assert (body.symbol, body.side, body.quantity) == ("BTC-USDT", Side.BUY, "0.5")
    assert (body.mode, body.post_only, body.tags, body.kind, body.leg, body.expires_at) == (
        "plain",
        False,
        [],
        None,
        None,
        None,
    )
    assert type(body.side) is Side
    with pytest.raises(AttributeError):
        body.symbol = "X-Y"


def test_the_usual_body_needs_nothing_of_drf(monkeypatch: pytest.MonkeyPatch) -> None:
    contract = SampleIn.contract()
    monkeypatch.setattr(type(contract), "validate_by_fields", lambda *_: pytest.fail("DRF was asked"))
    body = decoded(kind="limit", price="64000.10", client_id="abc", leg={"price": "1"}, tags=["a"], levels={"x": "1"})
    assert (body.kind, body.leg.price, body.leg.ratio) == (Kind.LIMIT, "1", 1)


@pytest.mark.parametrize(
    ("field", "value", "inside"),
    [
        ("expires_at", "2026-01-01T00:00:00Z", 1_767_225_600_000_000_000),
        ("expires_at", "2026-01-01T01:00:00.123456789+01:00", 1_767_225_600_123_456_789),
        ("expires_at", "2026-01-01", 1_767_225_600_000_000_000),
        ("times", ["2026-01-01T00:00:00Z", None], [1_767_225_600_000_000_000, None]),
        ("parent_id", "12345678-1234-5678-1234-567812345678", UUID("12345678123456781234567812345678")),
        ("client_id", "  ABC ", "abc"),
        ("count", 5, 5),
        ("count", 5.0, 5),
        ("weight", 1, 1.0),
        ("extra", {"a": [1, 2.5, None, "x"]}, {"a": [1, 2.5, None, "x"]}),
        ("price", None, None),
    ],
)
def test_values_arrive_in_their_inner_form(field: str, value: Any, inside: Any) -> None:
    assert getattr(decoded(**{field: value}), field) == inside


@pytest.mark.parametrize("number", ["0.1", "64000.10", "5", "0.000000000001", "100000000000000000"])
def test_a_json_number_is_taken_for_a_decimal_by_its_digits(number: str) -> None:
    body = SampleIn.decode(f'{{"symbol":"BTC-USDT","side":"buy","quantity":{number}}}'.encode())
    assert body.quantity == number


PLAIN = 'Must be a plain decimal of up to 18 digits before and 12 after the point, such as "64000.10".'


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("0", "Must be greater than 0."),
        ("0.000", "Must be greater than 0."),
        ("-1", "Must be greater than 0."),
        ("1_000", PLAIN),
        ("1E+1000000", PLAIN),
        ("1e5", PLAIN),
        ("٣", PLAIN),
        ("+1", PLAIN),
        (".5", PLAIN),
        ("1.", PLAIN),
        ("1\n", PLAIN),
        ("", PLAIN),
        ("NaN", PLAIN),
        ("0x10", PLAIN),
        ("0." + "1" * 30, PLAIN),
        ("9" * 19, PLAIN),
        (True, 'Must be a decimal in a string, such as "64000.10".'),
        ([], 'Must be a decimal in a string, such as "64000.10".'),
        (None, "This field may not be null."),
    ],
)
def test_a_quantity_that_is_none_is_named(value: Any, message: str) -> None:
    assert refused(quantity=value) == {"quantity": [message]}


def test_an_exponent_is_refused_in_a_number_too() -> None:
    with pytest.raises(Invalid) as caught:
        SampleIn.decode(b'{"symbol":"BTC-USDT","side":"buy","quantity":1e-5}')
    assert caught.value.details == {"quantity": [PLAIN]}


def test_a_signed_amount_may_be_zero_or_negative() -> None:
    assert (decoded(change="-1.5").change, decoded(change="0").change) == ("-1.5", "0")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("post_only", "true"),
        ("post_only", 1),
        ("count", "5"),
        ("count", True),
        ("count", 5.5),
        ("count", 6),
        ("any_count", 2**63),
        ("weight", "0.5"),
        ("weight", 1.01),
        ("client_id", 5),
        ("client_id", ""),
        ("client_id", "   "),
        ("client_id", "x" * 65),
        ("client_id", "bad one"),
        ("raw_text", "x"),
        ("raw_text", "x" * 9),
        ("symbol", "btc-usdt"),
        ("symbol", "BTC"),
        ("symbol", "'; DROP TABLE orders; --"),
        ("symbol", "{{7*7}}"),
        ("symbol", "../../etc/passwd"),
        ("symbol", 5),
        ("side", "BUY"),
        ("side", 5),
        ("kind", "stop"),
        ("mode", None),
        ("parent_id", "not a uuid"),
        ("expires_at", "yesterday"),
        ("expires_at", 1_767_225_600),
        ("expires_at", "2026-13-01"),
        ("expires_at", "9999-12-31T00:00:00Z"),
        ("expires_at", "٢٠٢٦-01-01"),
        ("tags", ["a"] * 4),
        ("tags", "a"),
        ("levels", []),
        ("extra", [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]),
        ("extra", 10**20),
        ("extra", None),
        ("nobody_knows_me", 1),
    ],
)
def test_a_wrong_value_is_refused_by_name(field: str, value: Any) -> None:
    assert list(refused(**{field: value})) == [field]


@pytest.mark.parametrize("value", [5, "text", 1.5, True])
def test_a_list_or_an_object_that_is_none_is_told_what_it_must_be(value: Any) -> None:
    details = refused(tags=value, levels=value, legs=value, leg=value)
    assert (details["tags"], details["legs"]) == (["Must be a JSON array."], ["Must be a JSON array."])
    assert (details["levels"], details["leg"]) == (["Must be a JSON object."], ["Must be a JSON object."])


def test_messages_of_nested_fields_have_dotted_paths() -> None:
    details = refused(legs=[{"price": "1"}, {"price": "0", "x": 1}], tags=["ok", "too long"], levels={"a": "-1"})
    assert details == {
        "tags.1": ["Ensure this field has no more than 5 characters."],
        "levels.a": ["Must be greater than 0."],
        "legs.1.price": ["Must be greater than 0."],
        "legs.1.x": ["Unknown field."],
    }


def test_rules_between_fields_run_in_nested_contracts_too() -> None:
    leg = {"price": "1", "ratio": 2, "note": "same"}
    assert refused(leg=leg) == {"leg.ratio": ["Must be 1 for the same."]}
    assert LegIn.decode(b'{"price": "1", "ratio": 1, "note": "same"}').note == "same"


def test_a_rule_may_refuse_with_an_error_of_the_domain() -> None:
    class Strict(ApiSerializer):
        name = own.CharField()

        def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
            raise Conflict("It is taken.", code="NAME_TAKEN")

    with pytest.raises(Conflict) as caught:
        Strict.decode(b'{"name": "a"}')
    assert caught.value.code == "NAME_TAKEN"


def test_a_declared_validator_runs_on_the_compiled_path() -> None:
    class Named(ApiSerializer):
        name = own.CharField(validators=[RegexValidator("^[a-z]+$", "Only small letters.")])

    assert Named.decode(b'{"name": "abc"}').name == "abc"
    with pytest.raises(Invalid) as caught:
        Named.decode(b'{"name": "ABC"}')
    assert caught.value.details == {"name": ["Only small letters."]}


def test_read_only_fields_are_unknown_on_input_and_write_only_fields_absent_on_output() -> None:
    class Both(ApiSerializer):
        id = own.CharField(read_only=True)
        secret = own.CharField(write_only=True)

    assert Both.decode(b'{"secret": "x"}').secret == "x"
    with pytest.raises(Invalid):
        Both.decode(b'{"secret": "x", "id": "1"}')
    assert Both.encode({"id": "1", "secret": "x"}) == b'{"id":"1"}'


def test_a_source_gives_a_field_a_usable_attribute() -> None:
    class Period(ApiSerializer):
        locals()["from"] = own.TimeField(source="from_")
        to = own.TimeField(required=False)

        def validate_from(self, value: int) -> int:
            """Whole seconds."""
            return value // 10**9 * 10**9

        def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
            """In order."""
            if attrs["to"] is not None and attrs["from_"] > attrs["to"]:
                raise serializers.ValidationError({"to": "Must not be before from."})
            return attrs

    period = Period.decode(b'{"from": "1970-01-01T00:00:01.5Z"}')
    assert (period.from_, period.to) == (10**9, None)
    assert Period.encode(period) == b'{"from":"1970-01-01T00:00:01.000Z","to":null}'
    with pytest.raises(Invalid) as caught:
        Period.decode_query({"from": "1970-01-02", "to": "1970-01-01"})
    assert caught.value.details == {"to": ["Must not be before from."]}


class _Plain(serializers.Serializer):
    """A nested serializer that is no contract."""


class _Loud(serializers.CharField):
    """A field that changes what its base means."""

    def to_internal_value(self, data: Any) -> str:
        """Shout."""
        return str(data).upper()


@pytest.mark.parametrize(
    "field",
    [
        serializers.DecimalField(max_digits=5, decimal_places=2),
        serializers.DateTimeField(),
        serializers.MultipleChoiceField(choices=["a"]),
        serializers.ChoiceField(choices=[1, 2]),
        serializers.CharField(source="other.attribute"),
        serializers.CharField(allow_blank=True, min_length=2),
        serializers.HiddenField(default=1),
        _Plain(),
        _Loud(),
    ],
    ids=lambda field: type(field).__name__,
)
def test_what_cannot_be_promised_is_not_compiled(field: serializers.Field) -> None:
    contract: Any = type("Vague", (ApiSerializer,), {"field": field, "__doc__": "A contract.", "__module__": __name__})
    with pytest.raises(TypeError, match=r"Vague\.field .* cannot be compiled"):
        contract.contract()


def test_a_query_is_read_from_texts() -> None:
    query = SampleQuery.decode_query(QueryDict("limit=5&deep=true&sides=buy&sides=sell&weight=0.5&symbol=BTC-USDT"))
    assert (query.limit, query.deep, query.sides, query.weight) == (5, True, [Side.BUY, Side.SELL], 0.5)
    assert SampleQuery.decode_query({"sides": "buy,sell"}).sides == [Side.BUY, Side.SELL]
    assert SampleQuery.decode_query({}).limit == 100


@given(st.text(max_size=30))
def test_no_query_text_is_a_fault_of_ours(text: str) -> None:
    for name in ("limit", "deep", "sides", "weight", "symbol", "cursor"):
        try:
            SampleQuery.decode_query({name: text})
        except Invalid as error:
            assert all(key.split(".")[0] == name for key in error.details)


def test_decimals_and_datetimes_go_out_as_text() -> None:
    class Out(ApiSerializer):
        price = own.PriceField()

    assert Out.encode({"price": Decimal("1E+3")}) == b'{"price":"1000"}'


def test_a_struct_with_a_time_in_nanoseconds_is_converted() -> None:
    class Tick(msgspec.Struct):
        price: str
        time: int

    class TickOut(ApiSerializer):
        price = own.PriceField()
        time = own.TimeField()

    assert not TickOut.output().is_direct(Tick)
    assert TickOut.encode(Tick("1", 0)) == b'{"price":"1","time":"1970-01-01T00:00:00.000Z"}'
    assert TickOut.encode_many([Tick("1", 0)]) == b'[{"price":"1","time":"1970-01-01T00:00:00.000Z"}]'


def test_a_lacking_attribute_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        LegIn.encode({"price": "1"})


def test_every_contract_is_known() -> None:
    assert {SampleIn, SampleQuery, LegIn} <= set(ApiSerializer.all_subclasses())
