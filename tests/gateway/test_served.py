"""The gateway over real sockets, under uvicorn and under Daphne: what only shows with a real server."""

import http.client
import json
import re
import socket
import time
from contextlib import closing, suppress

import psutil
import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from tests.server import Server, run_server

ECHO = {"DJANGO_SETTINGS_MODULE": "tests.gateway.served_settings"}
GOOD = b'{"name": "bolt"}'
MIB = 1024 * 1024


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def server(request, tmp_path_factory):
    environment = ECHO | {"GATEWAY_SERVER": request.param, "RATE_LIMIT_RPS": "10000"}
    with run_server(tmp_path_factory.mktemp(request.param), environment) as running:
        yield running


def ask(server, method, path, body=None, headers=None):
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.headers.items()), answer.read()


def post(server, body=GOOD, path="/api/v1/echo/", **headers):
    return ask(server, "POST", path, body, {"Content-Type": "application/json"} | headers)


def send_raw(server, request):
    """Send bytes as they are; the answer's status and body, or None when the server just closes the connection."""
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=10)) as connection:
        with suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        try:
            answer.begin()
            return answer.status, answer.read()
        except (http.client.RemoteDisconnected, ConnectionResetError, http.client.IncompleteRead):
            return None


def executed(server):
    return len(json.loads(ask(server, "GET", "/api/v1/echo/")[2])["data"])


def test_it_answers_in_the_envelope(server):
    status, headers, body = post(server)
    assert status == 201
    assert json.loads(body)["data"]["name"] == "bolt"
    assert {name.lower() for name in headers} >= {"x-trace-id", "content-security-policy", "server-timing"}


@pytest.mark.parametrize("host", ["evil.com:8080", "0.0.0.0"])
def test_a_foreign_host_gets_nothing(server, host):
    status, _, body = ask(server, "GET", "/api/v1/echo/", headers={"Host": host})
    assert (status, json.loads(body)["error"]["code"]) == (400, "INVALID_HOST")


def test_two_hosts_get_nothing(server):
    host = f"Host: 127.0.0.1:{server.port}\r\n"
    status, _ = send_raw(server, f"GET /api/v1/echo/ HTTP/1.1\r\n{host}{host}\r\n".encode())
    assert status == 400


def test_a_foreign_origin_gets_no_socket_and_a_program_does(server):
    handshake = (
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n"
    )
    status, _ = send_raw(server, (handshake % "Origin: http://localhost:3000\r\n").encode())
    assert status == 403
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=10)) as connection:
        connection.sendall((handshake % "").encode())
        assert b" 101 " in connection.recv(4_096).splitlines()[0]


def test_an_accepted_socket_is_told_its_trace_id(server):
    with connect(server.websocket_url, additional_headers={"X-Trace-Id": "my-socket"}) as listener:
        assert listener.response.headers["x-trace-id"] == "my-socket"
    with connect(server.websocket_url, additional_headers={"X-Trace-Id": "not sane!"}) as listener:
        assert re.fullmatch(r"[0-9a-f-]{36}", listener.response.headers["x-trace-id"])


@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
def test_listeners_of_streams_are_told_before_the_server_ends(tmp_path, kind):
    with run_server(tmp_path, ECHO | {"GATEWAY_SERVER": kind}) as server, connect(server.websocket_url) as listener:
        listener.send('{"op": "ping", "id": 1}')
        while json.loads(listener.recv(timeout=10))["type"] != "pong":
            pass
        server.process.terminate()
        frames = []
        with pytest.raises(ConnectionClosedError) as end:
            while True:
                frames.append(json.loads(listener.recv(timeout=10))["type"])
    assert frames[-1] == "shutdown"
    assert end.value.rcvd.code == 1012


def test_the_log_names_the_sockets_address_whatever_is_forwarded(server):
    ask(server, "GET", "/api/v1/whoami/", headers={"X-Forwarded-For": "6.6.6.6", "X-Trace-Id": "forwarded"})
    line = find_line(server, "forwarded")
    assert line["client"] == "127.0.0.1"
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/v1/whoami/", 200)
    assert line["ms"] > 0


def find_line(server, trace_id):
    """The access line of a request, which is written within a tenth of a second."""
    deadline_s = time.monotonic() + 5
    while time.monotonic() < deadline_s:
        for line in server.log_lines(trace_id):
            if line["logger"] == "gateway.access":
                return line
    raise AssertionError(f"no line of {trace_id}")


def test_a_body_shorter_than_its_length_executes_nothing(server):
    before = executed(server)
    head = (
        f"POST /api/v1/echo/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        "Content-Type: application/json\r\nContent-Length: 400\r\n\r\n"
    )
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=10)) as connection:
        connection.sendall(head.encode() + GOOD)
    assert executed(server) == before


def test_a_body_in_chunks_is_taken(server):
    request = (
        f"POST /api/v1/echo/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        '8\r\n{"name":\r\n8\r\n "bolt"}\r\n0\r\n\r\n'
    )
    status, body = send_raw(server, request.encode())
    assert (status, json.loads(body)["data"]["name"]) == (201, "bolt")


def test_ten_megabytes_in_chunks_are_refused_and_memory_stays(server):
    post(server)
    before = psutil.Process(server.pid).memory_info().rss
    head = (
        f"POST /api/v1/echo/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    answer = send_raw(server, head + chunk * 160 + b"0\r\n\r\n")
    # A server that closes while the client still sends may reset the connection under its own answer.
    assert answer is None or (answer[0] == 413 and b"BODY_TOO_LARGE" in answer[1])
    assert psutil.Process(server.pid).memory_info().rss - before < 8 * MIB
    assert post(server)[0] == 201


def test_clients_that_hang_up_after_their_order_leave_nothing_half_done(server):
    before = executed(server)
    request = (
        f"POST /api/v1/echo/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(GOOD)}\r\n\r\n"
    ).encode() + GOOD
    for _ in range(100):
        with closing(socket.create_connection(("127.0.0.1", server.port), timeout=10)) as connection:
            connection.sendall(request)
    deadline_s = time.monotonic() + 10
    while executed(server) < before + 100 and time.monotonic() < deadline_s:
        pass
    assert executed(server) == before + 100


@pytest.mark.parametrize(
    "request_text",
    [
        "TRACE /api/v1/echo/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
        "GET /api/v1/echo/ HTTP/1.1\r\nHost: {host}\r\nX-Filler: " + "a" * 17_000 + "\r\n\r\n",
        "GET /api/v1/echo/ HTTP/1.1\r\nHost: {host}\r\n" + "X-Many: 1\r\n" * 600 + "\r\n",
    ],
    ids=["TRACE", "16 kB header", "600 headers"],
)
def test_strange_requests_get_an_answer_and_the_next_one_is_served(server, request_text):
    answer = send_raw(server, request_text.format(host=f"127.0.0.1:{server.port}").encode())
    # Daphne drops what is too large for Twisted without a word.
    assert answer is None or answer[0] in (400, 405)
    assert post(server)[0] == 201


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_pages_of_the_admin_and_static_files_are_served(server, method):
    for path in ("/admin/login/", "/static/admin/css/base.css", "/api/docs/"):
        status, headers, body = ask(server, method, path)
        length = {name.lower(): value for name, value in headers.items()}["content-length"]
        assert status == 200
        assert len(body) == (int(length) if method == "GET" else 0)


def test_one_address_is_limited_and_another_is_not(tmp_path):
    with run_server(tmp_path, ECHO) as server:
        statuses = [
            ask(server, "GET", "/api/v1/whoami/", headers={"X-Forwarded-For": f"1.2.3.{number}"})[0]
            for number in range(100)
        ]
        other = http.client.HTTPConnection("127.0.0.1", server.port, source_address=("127.0.0.9", 0))
        with closing(other):
            other.request("GET", "/api/v1/whoami/")
            assert other.getresponse().status == 200
    assert 40 <= statuses.count(200) <= 80
    assert statuses.count(200) + statuses.count(429) == 100


def test_a_taken_port_is_said_in_a_sentence(tmp_path):
    server = Server(tmp_path, ECHO)
    with closing(socket.socket()) as holder:
        holder.bind(("127.0.0.1", server.port))
        holder.listen()
        ended = server.run_command("serve")
    assert ended.returncode != 0
    assert f"Port {server.port}" in ended.stderr and "GATEWAY_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
def test_it_ends_when_told_to_and_starts_again_on_its_folders(tmp_path, kind):
    server = Server(tmp_path, ECHO | {"GATEWAY_SERVER": kind})
    server.start()
    assert server.stop() == 0
    server.start()
    server.kill()
    server.start()
    assert server.stop() == 0
    assert "Traceback" not in server.output()
    assert "The server is stopped." in "".join(file.read_text() for file in server.log_dir.iterdir())
