"""Connections to a shared database: who reads does not wait for a server that is known to hang."""

from typing import Any

import pytest

from kit.breaker import Breaker
from kit.clock import NS_PER_SECOND, ManualClock

psycopg = pytest.importorskip("psycopg")
URL = "postgres://sandbar@127.0.0.1:1/audits"


class Server:
    """One that hangs, refuses or answers, and counts who tried to connect."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.tried = 0

    def connect(self, url: str, purpose: str) -> str:
        self.tried += 1
        if self.fault is not None:
            raise self.fault
        return f"{purpose} of {url}"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(0)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, clock: ManualClock) -> Server:
    from kit import postgres

    server, breaker = Server(), Breaker(postgres.BREAKER_NAME, postgres.READERS, clock)
    monkeypatch.setattr(postgres, "connect", server.connect)
    monkeypatch.setattr(postgres, "_breaker_of", lambda url: breaker)
    return server


def read() -> Any:
    from kit.postgres import connect_to_read

    return connect_to_read(URL, "audit")


def test_one_reader_finds_out_whether_a_server_still_hangs_and_the_others_do_not_wait(
    server: Server, clock: ManualClock
) -> None:
    server.fault = psycopg.errors.ConnectionTimeout("connection timeout expired")
    with pytest.raises(psycopg.OperationalError, match="timeout expired"):
        read()
    for _ in range(5):
        with pytest.raises(psycopg.OperationalError, match="did not answer within 3 s"):
            read()
    assert server.tried == 1
    clock.advance_ns(5 * NS_PER_SECOND)
    for _ in range(5):
        with pytest.raises(psycopg.OperationalError):
            read()
    assert server.tried == 2
    server.fault = None
    clock.advance_ns(5 * NS_PER_SECOND)
    assert read() == read() == f"audit of {URL}"


def test_a_server_that_refuses_at_once_is_asked_each_time(server: Server) -> None:
    server.fault = psycopg.OperationalError("connection refused")
    for _ in range(3):
        with pytest.raises(psycopg.OperationalError, match="refused"):
            read()
    assert server.tried == 3
