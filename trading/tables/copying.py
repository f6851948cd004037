"""Copies what is published, on the loop and in short turns.

A published order or fill never changes in place, so a reference is a copy, and a list of 100,000 of them takes less than a
millisecond. Accounts do change, so of them values are taken. What belongs to one account is of one moment.
"""

from collections.abc import Iterable

import msgspec

from operations.live_admin.conditions import Wanted
from operations.live_admin.loop import Turns
from trading.desk import Desk
from trading.published import AccountImage, PublishedAccount
from trading.sandbox.events import OrderFilled
from trading.sandbox.orders import Order


class Copied(msgspec.Struct):
    """Orders and fills as they were found, a list for each epoch of an account, newest first; `total` counts what there
    was, which may be more than what was copied.
    """

    orders: list[list[Order]]
    fills: list[list[OrderFilled]]
    total: int = 0

    @property
    def order_count(self) -> int:
        """How many orders were copied."""
        return sum(map(len, self.orders))

    @property
    def fill_count(self) -> int:
        """How many fills were copied."""
        return sum(map(len, self.fills))


class AccountCopy(msgspec.Struct, frozen=True):
    """What an account has, without its history."""

    image: AccountImage
    open_orders: int

    @property
    def id(self) -> str:
        """The account's id."""
        return self.image.opened.account_id


def account_wanted(wanted: Wanted) -> str | None:
    """The one account whose rows are wanted, if there is one."""
    account = wanted.get(("account", "exact"))
    return account if isinstance(account, str) else None


async def copy_orders(desk: Desk, account_id: str | None, limit: int) -> Copied:
    """The orders in memory of one account or of all, each account's newest first, up to `limit`."""
    copied, left = Copied([], []), limit
    turns = Turns()
    for account in _accounts(desk, account_id):
        for epoch in account.epochs:
            copied.total += len(epoch.orders)
            copied.orders.append(epoch.newest_orders(left))
            left -= len(copied.orders[-1])
            await turns.pause_if_over()
    return copied


async def copy_fills(desk: Desk, account_id: str | None, limit: int) -> Copied:
    """The fills in memory, likewise, with their orders: these first, so that no fill is without its order."""
    copied = await copy_orders(desk, account_id, limit)
    copied.total, left = 0, limit
    turns = Turns()
    for account in _accounts(desk, account_id):
        for epoch in account.epochs:
            copied.total += len(epoch.fills)
            copied.fills.append(epoch.newest_fills(left))
            left -= len(copied.fills[-1])
            await turns.pause_if_over()
    return copied


async def copy_accounts(desk: Desk, account_id: str | None = None) -> list[AccountCopy]:
    """One account or all of them, the newest first."""
    copied: list[AccountCopy] = []
    turns = Turns()
    for account in _accounts(desk, account_id):
        copied.append(AccountCopy(account.image_without_orders(), account.present.open_count))
        await turns.pause_if_over()
    return copied


def find_order(desk: Desk, order_id: str) -> tuple[Order, int] | None:
    """An order in memory, of whatever account, with its epoch."""
    for account in desk.published.accounts.values():
        for epoch in account.epochs:
            order = epoch.find_order(order_id)
            if order is not None:
                return order, epoch.epoch
    return None


def _accounts(desk: Desk, account_id: str | None) -> Iterable[PublishedAccount]:
    """The newest first; as they are now, for others may be opened while the copying goes on."""
    accounts = desk.published.accounts
    if account_id is None:
        return list(accounts.values())[::-1]
    return [accounts[account_id]] if account_id in accounts else []
