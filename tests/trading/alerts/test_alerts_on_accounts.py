"""Rules over facts of accounts, through the real exchange: prices and trades move them, levels hold them back."""

import pytest

from tests.waiting import eventually
from trading.alerts import services


@pytest.fixture
def move(set_price):
    """Move the price of BTC-USDT, as the feed tells everybody."""

    def to(price):
        set_price(price)
        services.ALERTS.accounts.on_market(None)

    return to


def fact(name, comparison, value):
    return {"kind": "account", "fact": name, "comparison": comparison, "value": value}


async def test_a_drawdown_is_told_and_again_only_after_it_was_over_its_level(owner, move, buy):
    move(50_000)
    await buy(quantity="1")
    await owner.make(fact("drawdown_percent", ">=", "10"), rearm_level="5")
    looks, fired = services.ALERTS.accounts, services.ALERTS.fired
    prices = [
        (39_000, 1),  # 100,000 less 11,000 and fees: 11 percent
        (41_000, 1),
        (39_000, 1),  # not over the level yet
        (46_000, 1),  # 4 percent
        (38_000, 2),
    ]
    for price, count in prices:
        before = looks.looks
        move(price)
        await looked(looks, before)
        assert services.ALERTS.fired - fired == count
    events = await owner.wait_for(2)
    assert [each["value"].split(".")[0] for each in events] == ["11", "12"]
    assert events[0]["text"].startswith("drawdown_percent >= 10: 11")


async def test_equity_exposure_leverage_and_profit_of_the_day(owner, move, buy):
    move(50_000)
    wanted = {
        "equity": fact("equity", "<", "99000"),
        "exposure": fact("exposure", ">", "40000"),
        "leverage": fact("leverage", ">=", "0.5"),
        "day_profit": fact("day_profit", "<=", "-1000"),
    }
    for name, condition in wanted.items():
        await owner.make(condition, name=name)
    await buy(quantity="1")
    first = {each["rule_name"]: each["value"] for each in await owner.wait_for(2)}
    assert set(first) == {"exposure", "leverage"}
    assert first["exposure"].startswith("50000") and first["leverage"].startswith("0.50")
    move(48_000)
    told = {each["rule_name"]: each["value"] for each in await owner.wait_for(4)}
    equity = (await owner.client.get("/api/v1/risk/")).data["equity"]
    assert told["equity"] == equity
    assert float(told["day_profit"]) == pytest.approx(float(equity) - 100_000)


async def test_a_deposit_is_no_profit(owner, move, buy):
    move(50_000)
    await owner.make(fact("day_profit", ">", "500"))
    await owner.client.post("/api/v1/accounts/default/deposit/", json={"asset": "USDT", "amount": "5000"})
    await buy(quantity="1")
    looks = services.ALERTS.accounts
    before = looks.looks
    move(50_100)
    await looked(looks, before)
    assert await owner.events() == []
    move(51_000)
    (event,) = await owner.wait_for(1)
    assert 900 < float(event["value"]) < 1_000


async def test_what_has_no_price_is_not_known_and_fires_nothing(owner, desk, buy, move):
    move(50_000)
    await buy(quantity="1")
    desk.marks.clear()
    await owner.make(fact("equity", ">", "0"))
    looks = services.ALERTS.accounts
    before = looks.looks
    services.ALERTS.accounts.on_market(None)
    await looked(looks, before)
    assert await owner.events() == []


async def looked(looks, before):
    """Return once accounts were looked at again."""

    async def look():
        return looks.looks

    await eventually(look, lambda count: count > before)
