"""The stream `risk`: a snapshot, and what every change makes of it."""

import pytest

from tests.trading.rest.test_trading_streams import subscribe
from trading.risk.channel import Followed

RISK, LIMITS, HALT, RESUME = (f"/api/v1/risk/{path}" for path in ("", "limits/", "halt/", "resume/"))


async def next_risk(socket) -> dict:
    return (await socket.receive_until(lambda frame: frame["type"] == "update"))["data"]


@pytest.mark.django_db(transaction=True)
async def test_the_snapshot_is_what_rest_tells_without_the_tail(client, buy, set_price):
    set_price(50_000)
    await buy()
    async with client.websocket() as socket:
        told = (await subscribe(socket, ["risk"]))["risk"]["data"]
    answer = (await client.get(RISK)).data
    del answer["tail_risk"]
    assert told == answer


async def test_states_limits_and_their_use_are_told(client, buy, set_price):
    set_price(50_000)
    async with client.websocket() as socket:
        await subscribe(socket, ["risk"])
        await client.put(LIMITS, json={"max_position_notional": "1000"})
        (use,) = [each for each in (await next_risk(socket))["limits"] if each["name"] == "max_position_notional"]
        assert (use["used"], use["limit"]) == ("0", "1000")
        await buy(quantity="0.01")
        told = await next_risk(socket)
        (use,) = [each for each in told["limits"] if each["name"] == "max_position_notional"]
        assert (use["used"], use["share_percent"], use["symbol"]) == ("500", "50", "BTC-USDT")
        await client.post(HALT, json={"reason": "Stop."})
        told = await next_risk(socket)
        assert (told["state"], told["account_state"]["reason"]) == ("HALTED", "Stop.")


async def test_everybody_hears_of_a_halt_of_all(client, desk):
    await client.post("/api/v1/accounts/", json={"id": "b", "name": "b"})
    async with client.websocket("/ws?account=b") as socket:
        await subscribe(socket, ["risk"])
        await client.post(HALT, json={"scope": "all", "reason": "Fire."})
        told = await next_risk(socket)
        assert (told["account"], told["state"], told["global_state"]["reason"]) == ("b", "HALTED", "Fire.")


async def test_a_price_is_told_of_once_a_second_at_most(client, buy, set_price, monkeypatch):
    time_s = [10.0]
    followed = Followed(lambda: time_s[0])
    monkeypatch.setattr("trading.risk.channel.FOLLOWED", followed)
    set_price(50_000)
    await buy()
    async with client.websocket() as socket:
        await subscribe(socket, ["risk"])
        heard = []
        for price, now_s in ((51_000, 10.0), (52_000, 10.5), (53_000, 11.0)):
            time_s[0] = now_s
            set_price(price)
            followed.on_market(None)
            if now_s != 10.5:
                heard.append((await next_risk(socket))["exposure"]["gross"])
    assert heard == ["510", "530"]
