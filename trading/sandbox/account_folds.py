"""Folding what happens to an account as a whole: other terms, money that comes or goes, and the state of a fork."""

import copy

from trading.sandbox import events as ev
from trading.sandbox.accounts import Account, Balance, Position
from trading.sandbox.orders import Order


def account_from(opened: ev.AccountOpened) -> Account:
    """An account right after its opening."""
    account = Account(
        account_id=opened.account_id,
        name=opened.name,
        account_type=opened.type,
        base_currency=opened.base_currency,
        allow_short=opened.allow_short,
        maker_ppm=opened.maker_ppm,
        taker_ppm=opened.taker_ppm,
        fill_policy=opened.fill_policy,
        allow_stale_prices=opened.allow_stale_prices,
        policy=opened.policy,
        margin=opened.margin,
        created_ns=opened.time_ns,
    )
    account.start_epoch(1, opened.balances)
    return account


def fold_changed(account: Account, event: ev.AccountChanged) -> None:
    """Take the terms that the event states; what it leaves out stays."""
    if event.name is not None:
        account.name = event.name
    if event.allow_short is not None:
        account.allow_short = event.allow_short
    if event.allow_stale_prices is not None:
        account.allow_stale_prices = event.allow_stale_prices
    if event.fill_policy is not None:
        account.fill_policy, account.policy = event.fill_policy, event.policy
    if event.margin is not None:
        account.margin, account.carried_ns = event.margin, event.time_ns
    if event.maker_ppm is not None or event.taker_ppm is not None:
        account.set_fees(
            account.maker_ppm if event.maker_ppm is None else event.maker_ppm,
            account.taker_ppm if event.taker_ppm is None else event.taker_ppm,
        )


def terms_of(account: Account) -> ev.AccountChanged:
    """Every term in force, stated."""
    return ev.AccountChanged(
        time_ns=account.created_ns,
        account_id=account.id,
        name=account.name,
        allow_short=account.allow_short,
        allow_stale_prices=account.allow_stale_prices,
        maker_ppm=account.maker_ppm,
        taker_ppm=account.taker_ppm,
        fill_policy=account.fill_policy,
        policy=account.policy,
        margin=account.margin,
    )


def forked_account(event: ev.AccountForked) -> tuple[Account, list[Order]]:
    """The account that a fork begins as, and copies of the orders that are open in it, still to be taken in."""
    account = account_from(event.opened)
    fold_changed(account, event.changed)
    account.balances = {asset: Balance(units) for asset, units in event.balances.items()}
    account.positions = {forked.symbol: _position_from(forked) for forked in event.positions}
    account.risk = event.risk
    return account, [copy.copy(order) for order in event.orders]


def _position_from(forked: ev.ForkedPosition) -> Position:
    position = Position()
    position.quantity_lots, position.cost_units = forked.quantity_lots, forked.cost_units
    position.realized_units, position.fee_units = forked.realized_units, forked.fee_units
    position.opened_ns = forked.opened_ns
    return position
