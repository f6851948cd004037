"""Deliveries over real connections: what is signed, tried again, refused, bounded and dropped."""

import asyncio
import hashlib
import hmac
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import pytest

from kit.retries import RetryPolicy
from tests.trading.alerts.receivers import Listener, Mailbox, http_listener, mail_server
from tests.waiting import eventually
from trading.alerts import mails, webhooks
from trading.alerts.deliveries import Deliverer, Sent, Target
from trading.alerts.events import AlertEvent, Delivery
from trading.alerts.webhook_pool import POOL
from trading.alerts.wishes import url_fault

QUICK = RetryPolicy(attempts=3, timeout_s=20.0, first_pause_s=0.01, longest_pause_s=0.02, jitter_s=0.0)
EVENT = AlertEvent(
    id="01a2-event", account="default", rule_id="r", rule_name="Oversold", severity="warning", kind="fired",
    text="rsi(close, 14) < 30 on BTC-USDT 1m: 28.5", value="28.5", bar_ns=60 * 10**9, time_ns=120 * 10**9,
    told_ns=121 * 10**9, deliveries=(Delivery(channel="webhook"),),
)  # fmt: skip


@pytest.fixture
def listener() -> Iterator[Listener]:
    with http_listener() as made:
        yield made


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with mail_server() as made:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield made


@pytest.fixture(autouse=True)
async def pool(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Private networks are allowed unless a test says otherwise, and pauses are short."""
    monkeypatch.setattr(webhooks, "POLICY", QUICK)
    monkeypatch.setattr(mails, "POLICY", QUICK)
    POOL.allow_private_networks(True)
    yield
    POOL.allow_private_networks(False)
    await POOL.close()


def target(url: str) -> Target:
    return Target(webhook_url=url, webhook_secret="s3cret")


# Webhooks


async def test_a_webhook_is_signed_over_its_time_and_body(listener: Listener) -> None:
    sent = await webhooks.send(EVENT, target(listener.url))
    assert sent == Sent(True, 1, "It answered 200.")
    (request,) = listener.received
    assert (request.path, request.headers["X-Sandbar-Event"]) == ("/hook", EVENT.id)
    assert (request.event["value"], request.event["bar_time"]) == ("28.5", "1970-01-01T00:01:00.000Z")
    signed = request.headers["X-Sandbar-Timestamp"].encode() + b"." + request.body
    assert request.headers["X-Sandbar-Signature"] == f"v1={hmac.new(b's3cret', signed, hashlib.sha256).hexdigest()}"
    assert b"s3cret" not in request.body


async def test_server_errors_are_tried_again_with_the_same_event(listener: Listener) -> None:
    listener.statuses = [500, 503]
    assert await webhooks.send(EVENT, target(listener.url)) == Sent(True, 3, "It answered 200.")
    assert [each.headers["X-Sandbar-Event"] for each in listener.received] == [EVENT.id] * 3


async def test_tries_are_bounded(listener: Listener) -> None:
    listener.statuses = [500] * 10
    assert await webhooks.send(EVENT, target(listener.url)) == Sent(False, 3, "It answered 500.")
    assert len(listener.received) == 3


async def test_a_refusal_is_not_tried_again(listener: Listener) -> None:
    listener.statuses = [404]
    assert await webhooks.send(EVENT, target(listener.url)) == Sent(False, 1, "It answered 404.")


async def test_a_redirect_is_not_followed(listener: Listener) -> None:
    with http_listener() as inner:
        listener.statuses, listener.location = [302], inner.url
        sent = await webhooks.send(EVENT, target(listener.url))
        assert sent == Sent(False, 1, "It answered 302. Redirects are not followed.")
        assert inner.received == []


async def test_a_receiver_that_hangs_is_given_up(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "TIMEOUT_S", 0.05)
    listener.is_hanging = True
    sent = await webhooks.send(EVENT, target(listener.url))
    assert (sent.is_delivered, sent.attempts, sent.detail) == (False, 3, "No answer within 0.05 s.")


async def test_an_endless_answer_is_not_read(listener: Listener) -> None:
    listener.answer = b"x" * 50_000_000
    assert (await webhooks.send(EVENT, target(listener.url))).is_delivered
    assert listener.sent_bytes < 25_000_000  # what the buffers of both ends take, and no more


async def test_nobody_there_is_said_after_all_tries() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        sent = await webhooks.send(EVENT, target(f"http://127.0.0.1:{taken.getsockname()[1]}/"))
    assert (sent.is_delivered, sent.attempts) == (False, 3)
    assert sent.detail.startswith("It cannot be reached")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
async def test_this_machine_is_not_connected_to(listener: Listener, host: str) -> None:
    POOL.allow_private_networks(False)
    url = listener.url.replace("127.0.0.1", host)
    sent = await webhooks.send(EVENT, target(url))
    assert (sent.is_delivered, sent.attempts) == (False, 1)
    assert "leads into this machine or its neighbourhood" in sent.detail
    assert listener.received == []


async def test_a_name_that_leads_into_a_private_network_is_not_connected_to(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that was public a moment ago: the address that is connected to is the one that is looked at."""
    POOL.allow_private_networks(False)
    port = int(listener.url.rsplit(":", 1)[1].split("/")[0])

    async def resolve(self: Any, host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
        return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}]

    monkeypatch.setattr("aiohttp.resolver.ThreadedResolver.resolve", resolve)
    sent = await webhooks.send(EVENT, target(f"http://hooks.example.org:{port}/hook"))
    assert (sent.is_delivered, sent.attempts) == (False, 1)
    assert "leads into this machine or its neighbourhood" in sent.detail
    assert listener.received == []


@pytest.mark.parametrize("is_private_allowed", [False, True])
async def test_metadata_services_are_never_connected_to(is_private_allowed: bool) -> None:
    POOL.allow_private_networks(is_private_allowed)
    sent = await webhooks.send(EVENT, target("http://169.254.169.254/latest/meta-data/"))
    assert (sent.is_delivered, sent.attempts) == (False, 1)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "file:///etc/passwd", "http://", "https://user:pass@example.org/", "https://example.org/#x",
        "http://127.0.0.1/", "http://localhost:8080/", "http://10.1.2.3/", "http://192.168.0.1/", "http://[fe80::1]/",
        "http://169.254.169.254/", "http://[::1]/", "http://0/", "http://2130706433/", "http://exa mple.org/",
        "//example.org", "http://example.org:99999/",
    ],
)  # fmt: skip
def test_addresses_that_are_refused_when_a_rule_is_made(url: str) -> None:
    POOL.allow_private_networks(False)
    assert url_fault(url) is not None


@pytest.mark.parametrize("url", ["https://example.org/hook?key=1", "http://example.org:8000/", "https://1.1.1.1/"])
def test_addresses_that_are_taken(url: str) -> None:
    POOL.allow_private_networks(False)
    assert url_fault(url) is None


# Mail


async def test_a_mail_reaches_a_mail_server(mailbox: Mailbox) -> None:
    sent = await mails.send(EVENT, Target(email_to=("a@example.org", "b@example.org")))
    assert sent == Sent(True, 1, "The mail server took it for 2.")
    (message,) = mailbox.messages
    assert (message["Subject"], message["Message-ID"]) == ("[Sandbar] warning: Oversold", "<01a2-event@sandbar>")
    assert EVENT.text in message.get_content()
    assert mailbox.recipients == ["a@example.org", "b@example.org"]


async def test_a_mail_that_is_put_off_is_tried_again_and_one_that_is_refused_is_not(mailbox: Mailbox) -> None:
    mailbox.refusals = ["451 later"]
    assert await mails.send(EVENT, Target(email_to=("a@example.org",))) == Sent(
        True, 2, "The mail server took it for 1."
    )
    mailbox.refusals = ["554 never"]
    refused = await mails.send(EVENT, Target(email_to=("a@example.org",)))
    assert refused == Sent(False, 1, "The mail server did not take it (code 554).")


async def test_no_mail_server_is_said(settings: Any, mailbox: Mailbox) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = taken.getsockname()[1]
        sent = await mails.send(EVENT, Target(email_to=("a@example.org",)))
    assert (sent.is_delivered, sent.attempts) == (False, 3)
    assert sent.detail == "The mail server did not take it (ConnectionRefusedError)."


# The queue


async def test_what_cannot_be_queued_is_said_to_be_dropped() -> None:
    ended: list[tuple[str, str, str]] = []
    gate = asyncio.Event()

    async def send(event: AlertEvent, _: Target) -> Sent:
        await gate.wait()
        return Sent(True, 1)

    deliverer = Deliverer(
        {"webhook": send},
        lambda event, end: ended.append((event.id, end.status, end.detail)),
        max_queued=2,
        workers=1,
    )
    deliverer.start()
    for number in range(3):
        deliverer.offer(numbered(number), "webhook", Target())
    assert ended == [("2", "dropped", "2 deliveries wait already.")]
    gate.set()

    async def look() -> int:
        return len(ended)

    await eventually(look, lambda count: count == 3)
    await deliverer.stop()
    assert [each[:2] for each in ended[1:]] == [("0", "delivered"), ("1", "delivered")]
    assert deliverer.counts == {("webhook", "dropped"): 1, ("webhook", "delivered"): 2}


async def test_a_fault_of_a_sender_ends_its_delivery_and_not_the_worker() -> None:
    ended: list[str] = []

    async def send(event: AlertEvent, _: Target) -> Sent:
        if event.id == "0":
            raise ZeroDivisionError
        return Sent(True, 1)

    deliverer = Deliverer({"log": send}, lambda event, end: ended.append(end.status), workers=1)
    deliverer.start()
    for number in range(2):
        deliverer.offer(numbered(number), "log", Target())

    async def look() -> int:
        return len(ended)

    await eventually(look, lambda count: count == 2)
    await deliverer.stop()
    assert ended == ["failed", "delivered"]


def numbered(number: int) -> AlertEvent:
    """The event under another id."""
    return msgspec.structs.replace(EVENT, id=str(number))
