"""Who may come in: Host, Origin and Sec-Fetch-Site, for HTTP and WebSocket."""

import pytest

from tests.asgi_client import AsgiClient, SocketClosed, SocketRefused

FOREIGN_ORIGINS = ["http://localhost:3000", "https://evil.com", "null", "https://127.0.0.1:8080", "http://127.0.0.1"]


def host_headers(*hosts: bytes) -> list[tuple[bytes, bytes]]:
    return [(b"host", host) for host in hosts]


@pytest.mark.parametrize(
    "hosts",
    [
        [b"evil.com:8080"],
        [b"0.0.0.0"],
        [b"0.0.0.0:8080"],
        [b""],
        [],
        [b"127.0.0.1:8080", b"evil.com"],
        [b"127.0.0.1:8080", b"127.0.0.1:8080"],
        [b"127.0.0.1"],
        [b"127.0.0.1:8081"],
        [b"127.0.0.1:8080.evil.com"],
        [b"localhost:8080\xff"],
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/whoami/", "/admin/", "/nowhere"])
async def test_a_host_that_is_not_ours_gets_no_data(client, hosts, path):
    answer = await client.get(path, raw_headers=host_headers(*hosts))
    assert (answer.status, answer.code) == (400, "INVALID_HOST")
    assert answer.headers["x-trace-id"] == answer.json()["trace_id"]


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "LocalHost:8080"])
async def test_our_own_hosts_are_served(client, host):
    answer = await client.get("/api/v1/whoami/", raw_headers=host_headers(host.encode()))
    assert answer.status == 200


async def test_a_configured_host_is_served_exactly(make_app, settings):
    client = AsgiClient(make_app(EXACT_HOSTS=frozenset({"desk.example.org"}), ALLOWED_HOSTS=["desk.example.org"]))
    assert (await client.get("/api/v1/whoami/", raw_headers=host_headers(b"desk.example.org"))).status == 200
    assert (await client.get("/api/v1/whoami/", raw_headers=host_headers(b"desk.example.org:8080"))).status == 400


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
async def test_a_foreign_page_gets_403_and_no_cors_headers(client, counts, origin, method):
    body = {"name": "x"} if method == "POST" else None
    answer = await client.request(method, "/api/v1/echo/", json=body, headers={"Origin": origin})
    assert (answer.status, answer.code) == (403, "ORIGIN_NOT_ALLOWED")
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert counts.executed == []


@pytest.mark.parametrize("origin", ["https://evil.com", "null"])
async def test_a_foreign_preflight_is_allowed_nothing(client, origin):
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    answer = await client.request("OPTIONS", "/api/v1/echo/", headers=headers)
    assert answer.status == 403
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("origin", ["http://localhost:8080", "http://127.0.0.1:5173"])
async def test_our_own_pages_may_read_and_write(client, counts, origin):
    answer = await client.post("/api/v1/echo/", json={"name": "x"}, headers={"Origin": origin})
    assert answer.status == 201
    assert answer.headers["access-control-allow-origin"] == origin
    assert "X-Trace-Id" in answer.headers["access-control-expose-headers"]
    assert (b"vary", b"Origin") in answer.raw_headers


async def test_a_preflight_of_ours_is_told_what_it_may_send(client, counts):
    headers = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"}
    answer = await client.request("OPTIONS", "/api/v1/echo/", headers=headers)
    assert answer.status == 204
    assert "Idempotency-Key" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["x-trace-id"]


async def test_two_origins_are_refused(client):
    headers = [(b"origin", b"http://localhost:8080"), (b"origin", b"http://localhost:8080")]
    assert (await client.get("/api/v1/whoami/", headers=headers)).code == "ORIGIN_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("site", "method", "status"),
    [
        ("cross-site", "POST", 403),
        ("same-site", "POST", 403),
        ("same-origin", "POST", 201),
        ("none", "POST", 201),
        ("cross-site", "GET", 200),
    ],
)
async def test_a_write_that_another_site_caused_is_refused(client, counts, site, method, status):
    body = {"name": "x"} if method == "POST" else None
    answer = await client.request(method, "/api/v1/echo/", json=body, headers={"Sec-Fetch-Site": site})
    assert answer.status == status
    assert len(counts.executed) == (status == 201)


@pytest.mark.parametrize("origin", [*FOREIGN_ORIGINS, "http://127.0.0.1:9999"])
@pytest.mark.parametrize("path", ["/ws", "/api/v1/ws"])
async def test_a_foreign_page_gets_no_socket(client, origin, path):
    with pytest.raises(SocketRefused) as refusal:
        async with client.websocket(path, headers={"Origin": origin}):
            pass
    assert (refusal.value.answer.status, refusal.value.answer.code) == (403, "ORIGIN_NOT_ALLOWED")


async def test_a_foreign_host_gets_no_socket(app):
    client = AsgiClient(app, host="evil.com:8080")
    with pytest.raises(SocketRefused) as refusal:
        async with client.websocket("/ws"):
            pass
    assert refusal.value.answer.code == "INVALID_HOST"


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://127.0.0.1:8080"}])
@pytest.mark.parametrize("path", ["/ws", "/ws/", "/api/v1/ws"])
async def test_programs_and_our_own_pages_get_a_socket(client, headers, path):
    async with client.websocket(path, headers=headers) as socket:
        await socket.send_json({"op": "ping", "id": 1})
        assert (await socket.receive_until(lambda frame: frame["type"] == "pong"))["type"] == "pong"


async def test_another_socket_path_is_refused(client):
    with pytest.raises((SocketRefused, SocketClosed)):
        async with client.websocket("/elsewhere"):
            pass


@pytest.mark.parametrize(
    "headers",
    [[(b"x-filler", b"a" * 17_000)], [(b"x-%d" % number, b"1") for number in range(600)]],
    ids=["16 kB", "600 headers"],
)
async def test_oversized_heads_are_refused(client, headers):
    answer = await client.get("/api/v1/whoami/", headers=headers)
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")


async def test_a_forwarded_address_means_nothing_by_default(client):
    answer = await client.get("/api/v1/whoami/", headers={"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"})
    assert answer.json()["address"] == client.address
    assert answer.json()["scheme"] == "http"


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        ("9.9.9.9", "9.9.9.9"),
        ("1.1.1.1, 9.9.9.9", "9.9.9.9"),
        ("1.1.1.1, 9.9.9.9, 10.9.9.9", "9.9.9.9"),
        ("nonsense", "10.9.9.9"),
        ("", "10.9.9.9"),
    ],
)
async def test_a_trusted_proxy_names_the_client(make_app, chain, address):
    client = AsgiClient(make_app(TRUSTED_PROXIES=frozenset({"10.9.9.9"})), address="10.9.9.9")
    answer = await client.get("/api/v1/whoami/", headers={"X-Forwarded-For": chain, "X-Forwarded-Proto": "https"})
    assert answer.json()["address"] == address
    assert answer.json()["scheme"] == "https"


async def test_a_root_path_from_a_header_is_ignored(client, app):
    scope_headers = {"Daphne-Root-Path": "/evil"}
    answer = await client.get("/api/v1/whoami/", headers=scope_headers)
    assert answer.json()["path"] == "/api/v1/whoami/"
