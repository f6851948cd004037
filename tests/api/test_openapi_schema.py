"""The schema says what the operations do, in the envelope, without a warning."""

import re
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.api import sample_urls


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The sample resource's schema, generated once."""
    GENERATOR_STATS.reset()
    generator: Any = SchemaGenerator
    generated = generator(patterns=sample_urls.urlpatterns).get_schema(request=None, public=True)
    assert isinstance(generated, dict)
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    return generated


def test_the_schema_is_valid_and_made_without_a_warning(schema: dict[str, Any]) -> None:
    validate: Any = validate_schema
    assert validate(schema) is None


def test_every_answer_is_in_the_envelope(schema: dict[str, Any]) -> None:
    components = schema["components"]["schemas"]
    answers = [name for name in components if name.endswith("Answer")]
    six = ["status", "data", "message", "timestamp", "trace_id", "execution_time_ms"]
    assert {name: components[name]["required"][:6] for name in answers} == dict.fromkeys(answers, six)
    assert components["ErrorAnswer"]["required"] == [*six, "error"]


def test_data_is_typed_as_the_operation_says(schema: dict[str, Any]) -> None:
    components = schema["components"]["schemas"]
    leg = {"$ref": "#/components/schemas/LegOut"}
    assert components["LegOutAnswer"]["properties"]["data"] == leg
    assert components["LegOutListAnswer"]["properties"]["data"]["items"] == leg
    page = components["LegOutPageAnswer"]["properties"]["data"]
    assert (page["properties"]["items"]["items"], page["required"]) == (leg, ["items", "next_cursor"])
    assert components["EmptyAnswer"]["properties"]["data"] == {"nullable": True, "enum": [None]}


def operation_of(schema: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = schema["paths"][f"/api/v1/{path}"][method]
    return found


def test_a_write_declares_its_headers_its_body_and_its_refusals(schema: dict[str, Any]) -> None:
    create = operation_of(schema, "post", "legs/")
    assert {(each["in"], each["name"]) for each in create["parameters"]} == {
        ("header", "X-Account"),
        ("header", "Idempotency-Key"),
    }
    body = create["requestBody"]
    assert body == {
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/LegInRequest"}}},
        "required": True,
    }
    assert set(create["responses"]) == {
        *("201", "400", "401", "403", "404", "409", "413", "415", "421", "422", "429", "500", "503", "504")
    }
    assert create["responses"]["422"] == {"$ref": "#/components/responses/UnprocessableEntity"}


def test_a_body_that_may_be_left_out_is_not_required(schema: dict[str, Any]) -> None:
    assert operation_of(schema, "post", "legs/{id}/annotate/")["requestBody"]["required"] is False


def test_a_read_declares_its_query_and_no_idempotency(schema: dict[str, Any]) -> None:
    listing = operation_of(schema, "get", "legs/")
    names = {(each["in"], each["name"]) for each in listing["parameters"]}
    assert names == {("header", "X-Account")} | {
        ("query", name) for name in ("cursor", "deep", "limit", "sides", "symbol", "weight")
    }
    assert set(listing["responses"]) == {"200", "400", "401", "403", "404", "421", "429", "500", "503", "504"}


def test_a_path_parameter_may_name_nothing(schema: dict[str, Any]) -> None:
    assert "404" in operation_of(schema, "get", "legs/{id}/")["responses"]


def test_uploads_files_and_204_are_declared_as_they_are(schema: dict[str, Any]) -> None:
    upload = operation_of(schema, "post", "threads/")["requestBody"]["content"]
    assert upload == {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/UploadInRequest"}}}
    assert set(operation_of(schema, "get", "threads/download/")["responses"]["200"]["content"]) == {"text/csv"}
    assert operation_of(schema, "delete", "legs/{id}/")["responses"]["204"] == {"description": "No Content"}
    assert {"200", "202"} <= set(operation_of(schema, "post", "legs/preview/")["responses"])


def test_operation_ids_are_unique_and_tags_name_the_resource(schema: dict[str, Any]) -> None:
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    ids = [operation["operationId"] for operation in operations]
    assert sorted(ids) == sorted(set(ids))
    assert {
        "legs_list",
        "legs_create",
        "legs_retrieve",
        "legs_destroy",
        "legs_preview",
        "legs_limits_set_limits",
    } <= set(ids)
    assert {tag for operation in operations for tag in operation["tags"]} == {"legs", "threads"}


def test_input_is_bounded_and_closed(schema: dict[str, Any]) -> None:
    sample = schema["components"]["schemas"]["SampleInRequest"]
    assert sample["additionalProperties"] is False
    assert sample["required"] == ["quantity", "side", "symbol"]
    properties = sample["properties"]
    assert properties["client_id"]["maxLength"] == 64
    assert properties["any_count"]["maximum"] == 2**63 - 1
    assert properties["legs"]["maxItems"] == 1_000
    assert properties["expires_at"] == {"type": "string", "format": "date-time"}
    assert properties["side"]["enum"] == ["buy", "sell"]


def test_a_decimal_is_positive_when_sent_and_any_when_answered(schema: dict[str, Any]) -> None:
    components = schema["components"]["schemas"]
    sent = components["LegInRequest"]["properties"]["price"]["pattern"]
    answered = components["LegOut"]["properties"]["price"]["pattern"]
    assert [bool(re.search(sent, text)) for text in ("1.5", "0.10", "0", "0.0", "-1", "1e5")] == [True, True] + [
        False
    ] * 4
    assert [bool(re.search(answered, text)) for text in ("1.5", "0", "-1", "1e5", "")] == [True] * 3 + [False] * 2


def test_every_key_of_an_answer_is_promised(schema: dict[str, Any]) -> None:
    assert schema["components"]["schemas"]["LegOut"]["required"] == ["note", "price"]
