"""What keeps a running gateway's keys true: each look ends what lost its key, and notes what was used."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError

from kit.access import Access
from kit.caller import Caller
from kit.clock import NS_PER_SECOND, ManualClock
from operations.keys import services, watch
from operations.keys.models import ApiKey
from operations.keys.ring import Key, network_from
from operations.keys.services import NewKey, create_key, revoke_key
from operations.keys.watch import CLOSE_KEY_LOST, KeyWatch
from streams.channels import ChannelRegistry
from streams.hub import Hub
from streams.sockets import Socket
from streams.transports import Transport
from tests.operations.keys.conftest import NOW_NS

HERE = "192.0.2.7"
READER = NewKey("reader", ("read",))


class Line:
    """A connection at whose other end everything is kept."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    async def send(self, message: dict[str, Any]) -> None:
        """ASGI `send` of a server that takes everything at once."""
        self.messages.append(message)

    @property
    def end(self) -> tuple[int, str] | None:
        """Close code and reason; None while it is open."""
        closes = [each for each in self.messages if each["type"] == "websocket.close"]
        return (closes[0]["code"], closes[0]["reason"]) if closes else None

    @property
    def said(self) -> str:
        """All text frames."""
        return "".join(each["text"] for each in self.messages if each["type"] == "websocket.send")


@pytest.fixture
async def hub(clock: ManualClock) -> Hub:
    return Hub(registry=ChannelRegistry(), clock=clock, stream="stream-1", sleep=_never)


async def _never(_seconds: float) -> None:
    await asyncio.Event().wait()


@pytest.fixture
def connect(hub: Hub) -> Callable[..., Line]:
    """Opens a socket that came in with that key, or with none."""

    def open_one(key: Key | None, address: str = HERE) -> Line:
        line = Line()
        caller = Caller("key", key.id, address) if key is not None else Caller(address=address)
        more: dict[str, Any] = {} if key is None else {"access": key.access}
        transport = Transport(line.send, lambda: None, None)
        hub.connect(
            Socket(
                transport, account="default", caller=caller, clock=hub.clock, tally=hub.tally, on_left=hub.left,
                end_consumer=lambda: None, **more,
            )
        )  # fmt: skip
        return line

    return open_one


def test_a_look_comes_often_enough_to_end_within_two_seconds():
    assert 2 * watch.POLL_S <= 2


async def test_a_socket_ends_with_its_key_and_the_others_stay(hub, ring, add_key, connect, clock):
    kept, _ = add_key("trade")
    revoked, _ = add_key("read")
    narrowed, _ = add_key("trade", accounts=("default",))
    gone, _ = add_key("read")
    short, _ = add_key("read", expires_ns=NOW_NS + 1)
    lines = {key.id: connect(key) for key in (kept, revoked, narrowed, gone, short)}
    nobody = connect(None)
    look = KeyWatch(ring, hub, clock)
    look.end_lost_sockets()
    assert not any(line.end for line in (*lines.values(), nobody))
    ring.replace(
        [
            kept,
            Key(revoked.id, revoked.secret_hash, revoked.access, revoked_ns=NOW_NS),
            Key(narrowed.id, narrowed.secret_hash, Access(frozenset({"read"}), ("default",))),
            short,
        ]
    )
    clock.advance_ns(1)
    look.end_lost_sockets()
    await asyncio.sleep(0)
    lost = (CLOSE_KEY_LOST, "UNAUTHENTICATED")
    assert {key_id: line.end for key_id, line in lines.items()} == {
        kept.id: None, revoked.id: lost, narrowed.id: lost, gone.id: lost, short.id: lost,
    }  # fmt: skip
    assert nobody.end is None
    for key, words in ((revoked, "was revoked"), (narrowed, "was changed"), (gone, "is gone"), (short, "has expired")):
        assert words in lines[key.id].said and '"UNAUTHENTICATED"' in lines[key.id].said


async def test_a_socket_ends_when_its_key_may_no_longer_be_used_from_there(hub, ring, add_key, connect, clock):
    key, _ = add_key("read", addresses=("192.0.2.0/24",))
    inside, mapped = connect(key), connect(key, f"::ffff:{HERE}")
    look = KeyWatch(ring, hub, clock)
    look.end_lost_sockets()
    assert (inside.end, mapped.end) == (None, None)
    ring.replace([Key(key.id, key.secret_hash, key.access, (network_from("10.0.0.0/8"),))])
    look.end_lost_sockets()
    await asyncio.sleep(0)
    assert inside.end is not None and mapped.end is not None
    assert "may not be used from this address" in inside.said


@pytest.mark.django_db
@pytest.mark.usefixtures("empty_ring")
class TestUses:
    """When a key was last used, as the table has it."""

    def used_ns(self) -> int | None:
        return ApiKey.objects.get().last_used_ns

    def test_a_use_is_written_at_most_once_a_minute_and_is_no_change(self, clock, hub, django_assert_num_queries):
        made = create_key(READER, created_by="tests", clock=clock)
        ring = services.RING
        look = KeyWatch(ring, hub, clock)
        revision = services.table_revision()
        look.write_uses()
        assert self.used_ns() is None
        ring.check(made.token, HERE)
        look.write_uses()
        assert self.used_ns() == NOW_NS
        clock.advance_ns(59 * NS_PER_SECOND)
        ring.check(made.token, HERE)
        look.write_uses()
        assert self.used_ns() == NOW_NS, "it was written less than a minute ago"
        clock.advance_ns(NS_PER_SECOND)
        look.write_uses()
        assert self.used_ns() == NOW_NS + 59 * NS_PER_SECOND, "what was used meanwhile is not forgotten"
        assert services.table_revision() == revision
        clock.advance_ns(60 * NS_PER_SECOND)
        with django_assert_num_queries(0):
            look.write_uses()  # nothing was used since

    def test_the_last_uses_are_written_at_the_end(self, clock, hub):
        made = create_key(READER, created_by="tests", clock=clock)
        look = KeyWatch(services.RING, hub, clock)
        for _ in range(2):
            services.RING.check(made.token, HERE)
            look.write_uses(all_of_them=True)
            clock.advance_ns(1)
        assert self.used_ns() == NOW_NS + 1

    def test_a_wrong_key_counts_as_no_use(self, clock, hub):
        made = create_key(READER, created_by="tests", clock=clock)
        revoke_key(made.id, revoked_by="tests", clock=clock)
        with pytest.raises(Exception, match="revoked"):
            services.RING.check(made.token, HERE)
        KeyWatch(services.RING, hub, clock).write_uses()
        assert self.used_ns() is None

    def test_a_look_takes_over_what_another_process_did(self, clock, hub):
        made = create_key(READER, created_by="tests", clock=clock)
        ApiKey.objects.update(revoked_ns=1, revision=7)
        KeyWatch(services.RING, hub, clock).look()
        with pytest.raises(Exception, match="revoked"):
            services.RING.check(made.token, HERE)


def test_while_the_database_is_away_keys_stay_as_they_were_and_it_is_told_once(hub, ring, add_key, clock, caplog):
    _, token = add_key("read")
    look = KeyWatch(ring, hub, clock)

    def away() -> None:
        raise DatabaseError("no such host")

    for _ in range(3):
        look._try(away)
    assert ring.check(token, HERE)
    assert caplog.text.count("keys stay as they were last seen") == 1
    look._try(lambda: None)
    look._try(away)
    assert caplog.text.count("keys stay as they were last seen") == 2


async def test_nothing_is_watched_where_keys_are_off(hub, ring, settings, clock):
    settings.PERSONAL_API_KEY_ENABLED = False
    look = KeyWatch(ring, hub, clock)
    await look.start()
    assert look._thread is None
    look.look_at_sockets()
    await look.stop()
