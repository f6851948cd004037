"""What an account is beside its orders, started from a snapshot as from the whole journal."""

import pytest

from tests.trading.desk.bench import Bench, market_update, open_account_command
from tests.trading.desk.test_desk_housekeeping import keep_house
from trading.desk import Desk
from trading.journal.entries import Head
from trading.portfolio.samples import Samples
from trading.sandbox.carry import CARRY, PERIOD_NS
from trading.sandbox.margin_terms import MarginTerms
from trading.sandbox.orders import ChangeAccount, ForkAccount, MoveFunds, ResetAccount, Side

UNIT = 10**8


async def lived(desk: Desk, market_order) -> None:
    """Terms, money, a position that is charged for, an epoch that ended and a fork."""
    desk.execute(open_account_command("m", account_type="margin", allow_short=True))
    desk.execute(ChangeAccount(account_id="m", name="Other", margin=MarginTerms(leverage=3, funding_ppm=100)))
    desk.on_market(market_update(5_000_000, time_ns=1_000))
    desk.execute(market_order(account_id="m", side=Side.SELL))
    desk.on_market(market_update(5_000_000, time_ns=PERIOD_NS))
    desk.execute(MoveFunds(account_id="m", asset="USDT", units=7 * UNIT))
    desk.execute(market_order())
    desk.execute(ResetAccount(account_id="default", balances={"USDT": UNIT}))
    desk.execute(ForkAccount(account_id="f", source_id="m", name="F", starting_balances={"USDT": 5}, with_orders=True))
    await desk.wait_until_durable()


@pytest.mark.parametrize("by_snapshot", [True, False])
async def test_a_restart_gives_back_terms_epochs_money_and_what_is_due(
    bench: Bench, desk: Desk, market_order, by_snapshot
):
    await lived(desk, market_order)
    if by_snapshot:
        await keep_house(desk)
        assert bench.snapshots()
    state_hash = desk.exchange.state_hash()
    records = {account_id: each.records for account_id, each in desk.published.accounts.items()}
    again = await bench.restarted()
    assert again.exchange.state_hash() == state_hash
    assert {account_id: each.records for account_id, each in again.published.accounts.items()} == records
    assert [record.epoch for record in records["default"]] == [1, 2]
    assert records["m"][-1].net_deposit_units == 7 * UNIT
    shown = again.published.accounts["m"].account
    assert (shown.name, shown.margin.leverage, shown.carried_ns) == ("Other", 3, PERIOD_NS)
    state = again.exchange._state
    assert state.timers.time_of(CARRY, "m") == 2 * PERIOD_NS
    assert list(state.margin_holders["BTC-USDT"]) == ["m", "f"]


async def test_samples_of_another_journal_are_begun_anew(bench: Bench, desk: Desk, market_order, tmp_path, caplog):
    path = tmp_path / "portfolio.sqlite3"
    foreign = Samples(path)
    foreign.open()
    foreign.add([], head=Head(3, b"y" * 32), run=9, last_ns=5)
    foreign.close()
    await desk.stop()
    again = bench.new_desk()
    again.portfolio.samples = Samples(path)
    await again.start()
    assert "begun anew" in caplog.text
    assert again.portfolio.run == 1
