"""The OpenAPI schema of the whole gateway: it is valid, it leaves nothing out, and every path in it answers as it says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import validate

from api.viewsets import ApiViewSet
from gateway.handler import _route_label
from reports.services import MEDIA_TYPES
from tests.server import run_server

ENVELOPE = {"status", "data", "message", "timestamp", "trace_id", "execution_time_ms"}
IN_PATHS = {"symbol": "BTC-USDT", "name": "jobs", "key": "log.level"}
QUERIES = {"/api/v1/markets/{symbol}/calculate/": {"side": "buy", "quantity": "0.01"}}
"""What must be asked for; the other paths answer without a query."""
FILES = {
    "/api/v1/audit/export/": {"application/x-ndjson", "text/csv"},
    "/api/v1/reports/{id}/download/": {each.partition(";")[0] for each in MEDIA_TYPES.values()},
}
"""What answers a file, which has no envelope around it; its refusals have."""

IDS = {"accounts": "default", "exchanges": "simulated"}
"""What there is from the start; any other id names nothing yet."""


def generated() -> dict[str, Any]:
    generator: Any = SchemaGenerator
    schema: dict[str, Any] = generator().get_schema(request=None, public=True)
    return schema


SCHEMA = generated()
OPERATIONS = [(method.upper(), path) for path, methods in SCHEMA["paths"].items() for method in methods]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a gateway that runs with everything in it."""
    with (
        run_server(tmp_path_factory.mktemp("published"), {"RATE_LIMIT_RPS": "0"}) as server,
        httpx.Client(base_url=server.url, timeout=20) as client,
    ):
        yield client


def path_with_values(path: str) -> str:
    """A path of the schema that can be asked for."""
    resource = path.split("/")[3] if path.startswith("/api/v1/") else ""
    for name, value in IN_PATHS.items():
        path = path.replace(f"{{{name}}}", value)
    return path.replace("{id}", IDS.get(resource, "none"))


def assert_in_envelope(answer: httpx.Response) -> None:
    """The six keys, the trace id, and the code of an error."""
    envelope = answer.json()
    assert set(envelope) - {"error"} == ENVELOPE
    assert envelope["trace_id"] == answer.headers["x-trace-id"]
    assert envelope["status"] == ("success" if answer.is_success else "error")
    if not answer.is_success:
        assert envelope["data"] is None
        assert envelope["message"]
        assert set(envelope["error"]) == {"code", "details"}


@pytest.mark.parametrize("slash", ["/", ""], ids=["slash", "no slash"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[" ".join(each) for each in OPERATIONS])
def test_every_operation_answers_in_the_envelope(client: httpx.Client, method: str, path: str, slash: str) -> None:
    answer = client.request(method, path_with_values(path).removesuffix("/") + slash, params=QUERIES.get(path))
    if path in FILES and answer.is_success:
        assert answer.headers["content-type"] in FILES[path]
    else:
        assert_in_envelope(answer)
    assert str(answer.status_code) in SCHEMA["paths"][path][method.lower()]["responses"]
    if method == "GET":
        exists = "none" not in path_with_values(path)
        assert answer.status_code == (200 if exists else 404), answer.text


@pytest.mark.parametrize("path", SCHEMA["paths"])
def test_another_method_is_refused_in_the_envelope(client: httpx.Client, path: str) -> None:
    unknown = {"GET", "POST", "PUT", "PATCH", "DELETE"} - {method.upper() for method in SCHEMA["paths"][path]}
    for method in sorted(unknown):
        answer = client.request(method, path_with_values(path))
        assert_in_envelope(answer)
        assert (answer.status_code, answer.json()["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")
        allowed = set(answer.headers["allow"].split(", ")) - {"HEAD", "OPTIONS"}
        assert allowed == {each.upper() for each in SCHEMA["paths"][path]}


@pytest.mark.parametrize("path", [path for method, path in OPERATIONS if method == "GET"])
def test_head_answers_like_get_without_a_body(client: httpx.Client, path: str) -> None:
    answers = [client.request(method, path_with_values(path)) for method in ("GET", "HEAD")]
    assert answers[0].status_code == answers[1].status_code
    assert answers[1].content == b""
    assert answers[1].headers["content-type"] == answers[0].headers["content-type"]
    assert answers[1].headers["x-trace-id"]


@pytest.mark.parametrize("path", ["/api/v1/nowhere/", "/api/v1/", "/api/v1", "/nowhere", "/api/v1/orders/a/b/c"])
def test_a_path_that_is_not_there_is_refused_in_the_envelope(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert_in_envelope(answer)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """The paths of every API view behind the patterns."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif issubclass(getattr(pattern.callback, "cls", object), ApiViewSet):
            yield _route_label(prefix + str(pattern.pattern)).rstrip("/") + "/"


def test_no_path_of_the_api_is_left_out_of_the_schema() -> None:
    assert set(routes(get_resolver().url_patterns)) == set(SCHEMA["paths"])


def test_every_success_and_every_refusal_is_documented_in_the_envelope() -> None:
    components = SCHEMA["components"]
    for method, path in OPERATIONS:
        for status, documented in SCHEMA["paths"][path][method.lower()]["responses"].items():
            if status in ("204", "304"):  # without a body
                continue
            shared = documented.get("$ref", "").rpartition("/")[2]
            answer = components["responses"][shared] if shared else documented
            if path in FILES and status < "400":
                assert set(answer["content"]) == FILES[path]
                continue
            name = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            required = set(components["schemas"][name]["required"])
            assert required == (ENVELOPE if status < "400" else ENVELOPE | {"error"}), (method, path, status)


def test_the_schema_is_made_and_validated_without_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    call_command("spectacular", validate=True, fail_on_warn=True, format="openapi-json", file=str(file))
    schema = json.loads(file.read_text())
    validate(schema)
    assert set(schema["paths"]) == set(SCHEMA["paths"])


def test_the_gateway_serves_that_schema(client: httpx.Client) -> None:
    served = client.get("/api/schema/").json()
    assert served == json.loads(json.dumps(SCHEMA))
    assert client.get("/api/schema").json() == served


def test_the_exceptions_to_the_envelope_are_those_for_people_and_monitors(client: httpx.Client) -> None:
    for path, media_type in {
        "/metrics": "text/plain",
        "/api/schema/": "application/vnd.oai.openapi+json",
        "/api/docs/": "text/html",
        "/admin/login/": "text/html",
    }.items():
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
        assert answer.headers["x-trace-id"]
