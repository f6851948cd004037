"""Messages of sockets count against the rate limit of their address."""

from gateway.sockets import limit_messages
from kit.caller import Caller


async def test_messages_are_limited_by_address(settings, monkeypatch):
    settings.RATE_LIMIT_RPS = 5
    monkeypatch.setattr("streams.consumer.limiter", None)
    limit_messages()
    from streams import consumer

    assert [consumer.limiter(Caller(address="192.0.2.1")) for _ in range(11)] == [True] * 10 + [False]
    assert consumer.limiter(Caller(address="192.0.2.2"))


async def test_zero_turns_the_limit_off(settings, monkeypatch):
    settings.RATE_LIMIT_RPS = 0
    monkeypatch.setattr("streams.consumer.limiter", None)
    limit_messages()
    from streams import consumer

    assert all(consumer.limiter(Caller(address="192.0.2.1")) for _ in range(1_000))
