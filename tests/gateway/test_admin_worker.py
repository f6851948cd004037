"""The process that makes admin pages: what is said over its connection, and what happens when either end is gone."""

import asyncio
import os
import re
import signal
import socket
import threading
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from gateway.admin_pages.process import AdminPages
from kit.caller import Caller, set_caller
from kit.errors import Conflict, invalid_field
from operations.live_admin.conversation import (
    LENGTH_BYTES,
    MAX_MESSAGE_BYTES,
    Call,
    Conversation,
    ConversationEnded,
    Result,
    length_of,
    packed,
    packed_fault,
    unpacked,
)
from tests.admin_worker import WorkerInThreads
from tests.server import Server, run_server
from tests.waiting import eventually, until

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
WORKER = "gateway.admin_pages.worker"


@pytest.fixture
def ends() -> Iterator[tuple[Conversation, socket.socket]]:
    """A conversation, and the gateway's end of it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Conversation(ours), theirs


def test_a_call_goes_out_in_the_name_of_the_reader_and_its_result_comes_back(
    ends: tuple[Conversation, socket.socket],
) -> None:
    conversation, gateway = ends
    asked: list[Call] = []

    def ask() -> Any:
        set_caller(Caller("user", "olga", "10.0.0.1"))
        return conversation.ask(os.path.basename, ("a/b",), 1.0)

    def answer() -> None:
        other = Conversation(gateway)
        asked.append(other.receive())
        other.tell(Result(asked[0].work(*asked[0].arguments)))

    thread = threading.Thread(target=answer)
    thread.start()
    assert copy_context().run(ask) == "b"
    thread.join()
    assert asked[0].caller.actor == "user:olga@10.0.0.1"


def test_what_a_call_raises_is_raised_with_all_its_parts(ends: tuple[Conversation, socket.socket]) -> None:
    conversation, gateway = ends
    gateway.sendall(packed_fault(Conflict("It is over.", code="ORDER_NOT_OPEN", details={"id": "7"})))
    with pytest.raises(Conflict, match="It is over") as caught:
        conversation.ask(len, ("",), 1.0)
    assert (caught.value.code, caught.value.details) == ("ORDER_NOT_OPEN", {"id": "7"})


def test_an_error_about_a_field_survives_the_way() -> None:
    fault = unpacked(packed_fault(invalid_field("price", "Must be positive."))[LENGTH_BYTES:]).fault
    assert (fault.message, fault.code, fault.details) == (
        "price: Must be positive.", "VALIDATION_FAILED", {"price": ["Must be positive."]},
    )  # fmt: skip


class Odd(Exception):
    """Cannot be made again from what it is pickled as, whatever libraries have taught pickle about exceptions."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")

    def __reduce__(self) -> tuple[type["Odd"], tuple[str]]:
        return Odd, (str(self),)


def test_an_exception_that_cannot_be_sent_is_sent_as_its_text() -> None:
    fault = unpacked(packed_fault(Odd(1, 2))[LENGTH_BYTES:]).fault
    assert (type(fault), str(fault)) == (RuntimeError, "Odd: 1 and 2")


@pytest.mark.parametrize("sent", [b"", packed(Result("half"))[:-2]])
def test_a_connection_that_ends_is_noticed(ends: tuple[Conversation, socket.socket], sent: bytes) -> None:
    conversation, gateway = ends
    gateway.sendall(sent)
    gateway.close()
    with pytest.raises(ConversationEnded):
        conversation.receive()
    with pytest.raises(ConversationEnded):
        conversation.tell(Result(1))


def test_a_message_longer_than_any_of_ours_is_refused() -> None:
    with pytest.raises(ConversationEnded, match="none of ours"):
        length_of((MAX_MESSAGE_BYTES + 1).to_bytes(LENGTH_BYTES, "big"))


async def test_a_worker_that_nobody_uses_is_given_back() -> None:
    pages = AdminPages(WorkerInThreads, idle_s=0.01)
    await pages.start()
    pages._begin_talk()
    worker = await pages._present_worker()
    pages._end_talk()
    await eventually(lambda: asyncio.to_thread(worker.has_ended))
    assert pages.worker is None
    await pages.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The gateway with its first user."""
    with run_server(tmp_path_factory.mktemp("admin"), {"RATE_LIMIT_RPS": "1000"}) as running:
        assert running.run_command("ensure_admin").returncode == 0
        yield running


@pytest.fixture
def browser(server: Server) -> Iterator[httpx.Client]:
    """A client that keeps cookies, logged in."""
    with httpx.Client(base_url=server.url, headers={"Origin": server.url}, timeout=30) as client:
        token = TOKEN.search(client.get("/admin/login/").text)
        assert token is not None
        password = (Path(server.state_dir) / "admin-password").read_text().strip()
        form = {"csrfmiddlewaretoken": token[1], "username": "admin", "password": password, "next": "/admin/"}
        assert client.post("/admin/login/", data=form).status_code == 302
        yield client


def workers_of(server: Server) -> list[psutil.Process]:
    return [each for each in psutil.Process(server.pid).children() if WORKER in each.cmdline()]


def test_pages_are_made_by_one_process_which_gives_way_to_the_gateway(server: Server, browser: httpx.Client) -> None:
    for path in ("/admin/", "/admin/trading/order/", "/admin/auth/user/"):
        assert browser.get(path).status_code == 200
    (worker,) = workers_of(server)
    assert worker.nice() == 19
    assert os.sched_getscheduler(worker.pid) == os.SCHED_IDLE


def test_a_process_that_dies_is_replaced(server: Server, browser: httpx.Client) -> None:
    browser.get("/admin/")
    (before,) = workers_of(server)
    before.send_signal(signal.SIGKILL)
    until(lambda: not before.is_running() or before.status() == psutil.STATUS_ZOMBIE)
    assert browser.get("/admin/").status_code == 200
    (after,) = workers_of(server)
    assert after.pid != before.pid
    assert httpx.get(f"{server.url}/readyz").status_code == 200


def test_what_goes_wrong_in_a_page_is_in_the_log_with_its_place(server: Server, browser: httpx.Client) -> None:
    answer = browser.get("/admin/trading/order/?price__gte=many")
    assert answer.status_code in (302, 400)
    missing = browser.get("/admin/trading/order/no-such-order/change/", follow_redirects=True)
    assert missing.status_code == 200 and "doesn’t exist" in missing.text
    unknown = browser.get("/admin/no/such/page/")
    assert unknown.status_code == 404 and unknown.json()["error"]["code"] == "NOT_FOUND"


def test_the_process_ends_with_the_gateway_however_that_ends(server: Server, browser: httpx.Client) -> None:
    browser.get("/admin/")
    (worker,) = workers_of(server)
    server.kill()
    until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    server.start()
    assert httpx.get(f"{server.url}/readyz").status_code == 200
