"""Deposits, withdrawals and other terms of an account, and what an account is worth over several currencies."""

import pytest

from kit.errors import Invalid, NotFound, Rejected
from tests.trading.sandbox.scene import INSTRUMENTS, UNIT, Scene, replayed
from trading.sandbox.events import AccountReset, FundsMoved
from trading.sandbox.limits import RiskLimits
from trading.sandbox.margin_terms import MarginTerms
from trading.sandbox.orders import ChangeAccount, MoveFunds, ResetAccount, SetRiskLimits
from trading.sandbox.policies import PRESETS
from trading.sandbox.rates import Rates


def move(scene: Scene, units: int, *, asset: str = "USDT", account: str = "a") -> FundsMoved:
    (event,) = scene.keep(scene.exchange.apply(MoveFunds(account_id=account, asset=asset, units=units), scene.time_ns))
    assert isinstance(event, FundsMoved)
    return event


def change(scene: Scene, account: str = "a", **terms: object) -> None:
    scene.keep(scene.exchange.apply(ChangeAccount(account_id=account, **terms), scene.time_ns))  # type: ignore[arg-type]


def test_a_deposit_is_there_at_once_and_a_withdrawal_gone():
    scene = Scene(USDT=100 * UNIT)
    assert move(scene, 50 * UNIT).kind == "deposit"
    assert scene.total("USDT") == 150 * UNIT
    assert move(scene, -150 * UNIT).kind == "withdrawal"
    assert scene.total("USDT") == 0


def test_what_an_order_holds_cannot_be_withdrawn_and_the_last_unit_beside_it_can():
    scene = Scene(USDT=100 * UNIT)
    scene.market(6_400_000)
    scene.place("buy", 100, type="limit", price=6_000_000)
    free = scene.total("USDT") - scene.held("USDT")
    assert 0 < free < 100 * UNIT
    before = scene.exchange.state_hash()
    with pytest.raises(Rejected) as refused:
        move(scene, -free - 1)
    assert (refused.value.code, refused.value.details["asset"]) == ("INSUFFICIENT_BALANCE", "USDT")
    assert "is available" in refused.value.message
    assert scene.exchange.state_hash() == before
    move(scene, -free)
    assert scene.total("USDT") == scene.held("USDT")


def test_margin_that_a_position_needs_cannot_be_withdrawn():
    scene = Scene(account_type="margin", USDT=1_000 * UNIT)
    scene.market(6_400_000)
    change(scene, margin=MarginTerms(leverage=10))
    scene.place("buy", 10_000)
    free = scene.exchange.available_units(scene.exchange.accounts["a"], "USDT")
    assert scene.total("USDT") < 0, "the position is bought with borrowed money"
    with pytest.raises(Rejected, match="is available"):
        move(scene, -free - 1)


def test_a_margin_account_takes_its_base_currency_alone():
    scene = Scene(account_type="margin")
    with pytest.raises(Invalid) as refused:
        move(scene, UNIT, asset="BTC")
    assert list(refused.value.details) == ["asset"]


def test_nobody_deposits_into_an_account_there_is_not():
    with pytest.raises(NotFound):
        move(Scene(), UNIT, account="nobody")


def test_a_deposit_tells_its_worth_at_the_last_price_and_none_where_no_market_tells():
    scene = Scene()
    scene.market(6_400_000)
    assert move(scene, UNIT, asset="BTC").base_units == 64_000 * UNIT
    assert move(scene, UNIT, asset="XYZ").base_units is None


def test_other_fees_hold_from_the_next_fill_on():
    scene = Scene()
    scene.market(6_400_000)
    first = scene.place("buy", 100)
    change(scene, maker_ppm=0, taker_ppm=1_000, name="Cheaper")
    second = scene.place("buy", 100)
    assert (first.fee_units, second.fee_units) == (3_200_001, 6_400_001)
    assert scene.exchange.accounts["a"].name == "Cheaper"
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_nothing_said_changes_nothing_and_is_no_event():
    scene = Scene()
    count = len(scene.events)
    change(scene)
    assert len(scene.events) == count


@pytest.mark.parametrize(
    ("terms", "field"), [({"allow_short": True}, "allow_short"), ({"margin": MarginTerms(leverage=2)}, "leverage")]
)
def test_a_cash_account_takes_no_terms_of_a_margin_account(terms, field):
    with pytest.raises(Invalid) as refused:
        change(Scene(), **terms)
    assert list(refused.value.details) == [field]


def test_an_account_that_is_short_stays_allowed_to_be():
    scene = Scene(account_type="margin", allow_short=True)
    scene.market(6_400_000)
    scene.place("sell", 100)
    with pytest.raises(Invalid, match="short in BTC-USDT"):
        change(scene, allow_short=False)
    scene.place("buy", 100, is_closing=True)
    change(scene, allow_short=False)
    assert scene.exchange.accounts["a"].allow_short is False


def test_a_reset_tells_with_how_much_the_epoch_ended_and_at_which_prices():
    scene = Scene()
    scene.market(6_400_000)
    scene.place("buy", 100_000)
    scene.market(6_500_000)
    command = ResetAccount(account_id="a", balances={"USDT": 7 * UNIT, "BTC": UNIT})
    event = scene.keep(scene.exchange.apply(command, scene.time_ns))[-1]
    assert isinstance(event, AccountReset)
    assert event.marks == {"BTC-USDT": 6_500_000}
    assert event.end_equity_units == 100_000 * UNIT + (6_500_000 - 6_400_001) * 10**6 - 32_00000500 - 0
    assert event.start_equity_units == 65_007 * UNIT


# ---- worth


def rates_at(**marks: int) -> Rates:
    named = {name.replace("_", "-"): ticks for name, ticks in marks.items()}
    return Rates(lambda symbol: (INSTRUMENTS[symbol], named.get(symbol)), named.keys)


def test_a_rate_is_found_directly_the_other_way_round_and_over_one_asset_in_between():
    rates = rates_at(BTC_USDT=6_400_000, ETH_USDT=32_000)
    assert rates.rate("BTC", "USDT").worth(UNIT) == 64_000 * UNIT
    assert rates.rate("USDT", "BTC").worth(64_000 * UNIT) == UNIT
    assert rates.rate("ETH", "BTC").worth(20 * UNIT) == UNIT
    assert rates.rate("USDT", "USDT").worth(5) == 5


def test_a_rate_that_no_market_tells_is_unknown():
    rates = rates_at(BTC_USDT=6_400_000)
    assert rates.rate("EUR", "USDT") is None
    assert rates.rate("ETH", "BTC") is None


def test_what_has_no_rate_is_named_and_not_in_the_sum():
    scene = Scene(USDT=10 * UNIT, EUR=5 * UNIT, BTC=UNIT)
    scene.market(6_400_000)
    account = scene.exchange.accounts["a"]
    worth = rates_at(BTC_USDT=6_400_000).worth(account)
    assert worth.equity_units == 64_010 * UNIT
    assert worth.cash_units == 10 * UNIT
    assert worth.not_counted == ("EUR",)


def test_an_account_gets_another_fill_policy_and_its_open_orders_keep_theirs():
    scene = Scene()
    scene.market(6_400_000)
    before = scene.place("buy", 1_000, type="limit", price=6_300_000)
    change(scene, fill_policy="pessimistic", policy=PRESETS["pessimistic"])
    after = scene.place("buy", 1_000, type="limit", price=6_300_000)
    assert [(each.fill_policy, each.policy) for each in (before, after)] == [
        ("realistic", None),
        ("pessimistic", PRESETS["pessimistic"]),
    ]
    change(scene, fill_policy="realistic")
    assert scene.exchange.accounts["a"].policy is None
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_a_deposit_is_no_profit_and_a_withdrawal_no_loss_of_the_day():
    scene = Scene()
    scene.market(6_400_000)
    limits = RiskLimits(max_daily_loss_units=100 * UNIT, max_drawdown_ppm=100_000)
    scene.keep(scene.exchange.apply(SetRiskLimits(account_id="a", limits=limits), scene.time_ns))
    before = scene.exchange.accounts["a"].risk
    move(scene, -60_000 * UNIT)
    scene.market(6_400_000)
    account = scene.exchange.accounts["a"]
    assert account.trading_state == "ACTIVE"
    assert account.risk.day_units == before.day_units - 60_000 * UNIT
    assert account.risk.peak_units == before.peak_units - 60_000 * UNIT
    assert scene.place("buy", 1_000).status == "filled"
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()
