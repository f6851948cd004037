"""An answer that is written at once is, byte for byte, the one that uvicorn's own `send` would write, or is left to it."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from gateway.servers import uvicorn as served

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


class Wire(asyncio.Transport):
    """A transport that remembers each write, and can seem full."""

    def __init__(self):
        super().__init__({"peername": ("127.0.0.1", 5_000), "sockname": ("127.0.0.1", 8_080)})
        self.writes = []
        self.is_closed = False

    def write(self, data):
        self.writes.append(bytes(data))

    def close(self):
        self.is_closed = True

    def is_closing(self):
        return self.is_closed

    def pause_reading(self):
        pass

    def resume_reading(self):
        pass


def application_of(*messages):
    """An application that sends these."""

    async def answer(scope, receive, send):
        for message in messages:
            await send(message)

    return answer


def whole(status, headers, body):
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body},
    )


async def written(protocol_class, request, *messages, is_full=False):
    """What a connection writes for a request, write by write, and whether it closes."""
    config = served._config()
    config.app = application_of(*messages)
    state = ServerState()
    wire = Wire()
    protocol = protocol_class(config, state, {}, asyncio.get_running_loop())
    protocol.connection_made(wire)
    if is_full:
        protocol.pause_writing()
    protocol.data_received(request)
    await asyncio.sleep(0)
    if is_full:
        protocol.resume_writing()
    while state.tasks:  # a second request begins once the first is answered
        await asyncio.gather(*state.tasks)
    is_closed = wire.is_closed
    protocol.connection_lost(None)
    return wire.writes, is_closed


async def both(request, *messages, is_full=False):
    """The same answer by our protocol and by uvicorn's own."""
    ours = await written(served.WatchedProtocol, request, *messages, is_full=is_full)
    theirs = await written(HttpToolsProtocol, request, *messages, is_full=is_full)
    return ours, theirs


async def test_a_whole_answer_is_one_write():
    answer = whole(200, [(b"Content-Type", b"text/plain"), (b"content-length", b"2")], b"ok")
    (ours, is_closed), (theirs, _) = await both(GET, *answer)
    assert ours == [b"".join(theirs)]
    assert len(theirs) > 1
    assert not is_closed


names = st.text("abcXYZ-", min_size=1, max_size=10).map(str.encode)
values = st.text(st.characters(min_codepoint=0, max_codepoint=255), max_size=20).map(lambda text: text.encode("latin1"))
bodies = st.binary(max_size=50)


@settings(max_examples=300, deadline=None)
@given(
    request_bytes=st.sampled_from([GET, HEAD, LAST]),
    status=st.sampled_from([200, 201, 204, 304, 404, 500]),
    headers=st.lists(st.tuples(names, values), max_size=4),
    body=bodies,
    length_off=st.sampled_from([None, 0, 0, 0, 1]),
    is_full=st.booleans(),
)
def test_every_answer_is_the_one_of_uvicorn(request_bytes, status, headers, body, length_off, is_full):
    if length_off is not None:
        headers = [*headers, (b"content-length", b"%d" % (len(body) + length_off))]
    (ours, ours_closed), (theirs, theirs_closed) = asyncio.run(
        both(request_bytes, *whole(status, headers, body), is_full=is_full)
    )
    assert b"".join(ours) == b"".join(theirs)
    assert ours_closed == theirs_closed


@pytest.mark.parametrize("name", [b"connection", b"Transfer-Encoding", b"bad name", b"bad:name", b""])
@pytest.mark.parametrize("value", [b"close", b"chunked", b"x"])
async def test_headers_that_mean_something_to_the_server_are_left_to_it(name, value):
    ours, theirs = await both(GET, *whole(200, [(name, value), (b"content-length", b"2")], b"ok"))
    assert b"".join(ours[0]) == b"".join(theirs[0])
    assert ours[1] == theirs[1]


@pytest.mark.parametrize("value", [b"a\r\nset-cookie: x=1", b"a\nb", b"a\x00b", b"a\x7fb"])
async def test_a_value_that_would_begin_a_line_of_its_own_never_leaves(value):
    answers = await both(GET, *whole(200, [(b"x-text", value), (b"content-length", b"2")], b"ok"))
    assert answers == (([], True), ([], True))


async def test_a_stream_goes_piece_by_piece():
    start, _ = whole(200, [], b"")
    pieces = [
        {"type": "http.response.body", "body": b"one", "more_body": True},
        {"type": "http.response.body", "body": b"two"},
    ]
    ours, theirs = await both(GET, start, *pieces)
    assert ours == theirs
    assert b"3\r\none\r\n" in ours[0]


async def test_an_application_that_fails_after_the_head_still_answers_500():
    start, _ = whole(200, [(b"content-length", b"2")], b"")

    async def written_by(app):
        config = served._config()
        config.app = app
        wire = Wire()
        state = ServerState()
        protocol = served.WatchedProtocol(config, state, {}, asyncio.get_running_loop())
        protocol.connection_made(wire)
        protocol.data_received(GET)
        await asyncio.gather(*state.tasks)
        return b"".join(wire.writes)

    async def fail(scope, receive, send):
        await send(start)
        raise LookupError("no body")

    assert (await written_by(fail)).startswith(b"HTTP/1.1 500 ")


async def test_two_requests_in_one_piece_get_their_answers_in_order():
    answer = whole(200, [(b"content-length", b"2")], b"ok")
    (ours, _), (theirs, _) = await both(GET + GET, *answer)
    assert b"".join(ours) == b"".join(theirs)
    assert b"".join(ours).count(b"200 OK") == 2
