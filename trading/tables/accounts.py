"""Accounts, balances and positions as tables. What depends on prices is worked out for the rows that are shown."""

from collections.abc import Collection, Sequence

import msgspec
from django.db.models import Model

from markets.instruments import Instrument
from operations.live_admin.columns import Column, amount_column, time_column
from operations.live_admin.conditions import Wanted
from operations.live_admin.tables import LiveTable
from trading import models
from trading.accounts.answers import account_answer, balance_answer, position_of
from trading.published import account_of
from trading.sandbox.rates import Rates
from trading.states import BalanceState, PositionState
from trading.tables.copying import AccountCopy, account_wanted, copy_accounts
from trading.tables.orders import TradingTable, price_unit

SEPARATOR = ":"
"""Between an account and an asset or a symbol; no account id holds one."""


class AccountsTable(TradingTable, LiveTable):
    """What the three tables share: copies of accounts, and the prices at that moment."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: dict[str, int] = {}
        self.rates = Rates(self.mark_of, self._symbols)

    async def copies(self, account_id: str | None) -> list[AccountCopy]:
        """One account or all, and the marks to value them at."""
        if self.desk is None:
            return []
        copied = await copy_accounts(self.desk, account_id)
        self._marks = self.desk.marks.copy()
        return copied

    def _symbols(self) -> Collection[str]:
        """Those that had a price by then."""
        return self._marks.keys()

    def mark_of(self, symbol: str) -> tuple[Instrument, int | None]:
        """The instrument and its last price when the accounts were copied."""
        return self.instrument_of(symbol), self._marks.get(symbol)


class AccountTable(AccountsTable):
    """Accounts, the newest first."""

    model = models.Account
    columns = {
        "id": Column(lambda copy: copy.id),
        "name": Column(lambda copy: copy.image.terms.name),
        "type": Column(lambda copy: copy.image.opened.type),
        "base_currency": Column(lambda copy: copy.image.opened.base_currency),
        "open_orders": Column(lambda copy: copy.open_orders),
        "epoch": Column(lambda copy: copy.image.epoch),
        "allow_short": Column(lambda copy: copy.image.terms.allow_short),
        "fill_policy": Column(lambda copy: copy.image.terms.fill_policy),
        "created_at": time_column(lambda copy: copy.image.opened.time_ns),
    }

    async def load(self, wanted: Wanted) -> Sequence[AccountCopy]:
        """Copies."""
        account_id = wanted.get(("id", "exact"))
        return await self.copies(account_id if isinstance(account_id, str) else None)

    async def find(self, key: str) -> AccountCopy | None:
        """One account."""
        return next(iter(await self.copies(key)), None)

    def show(self, row: AccountCopy) -> Model:
        """As an instance, valued now."""
        account = account_of(row.image)
        if self.desk is not None:
            account.everyone = self.desk.published.everyone
        shown = msgspec.structs.asdict(account_answer(account, self.rates))
        fees = shown.pop("fees")
        for other in ("not_counted", "margin", "fill_policy_numbers"):
            shown.pop(other)
        return models.Account(**shown, maker_bps=fees.maker_bps, taker_bps=fees.taker_bps, open_orders=row.open_orders)


class BalanceRow(msgspec.Struct, frozen=True, gc=False):
    """A balance with its account, which is needed to say what of it is available."""

    copy: AccountCopy
    state: BalanceState


class BalanceTable(AccountsTable):
    """Balances of all accounts."""

    model = models.Balance
    columns = {
        "id": Column(lambda row: f"{row.state.account_id}{SEPARATOR}{row.state.asset}"),
        "account": Column(lambda row: row.state.account_id),
        "asset": Column(lambda row: row.state.asset),
        "total": amount_column(lambda row: row.state.total_units),
    }

    async def load(self, wanted: Wanted) -> Sequence[BalanceRow]:
        """Copies."""
        return [
            BalanceRow(copy, state)
            for copy in await self.copies(account_wanted(wanted))
            for state in copy.image.balances
        ]

    async def find(self, key: str) -> BalanceRow | None:
        """One balance by account and asset."""
        account_id, _, asset = key.partition(SEPARATOR)
        rows = await self.load({("account", "exact"): account_id})
        return next((row for row in rows if row.state.asset == asset), None)

    def show(self, row: BalanceRow) -> Model:
        """As an instance."""
        answer = balance_answer(account_of(row.copy.image), row.state.asset, self.rates)
        return models.Balance(
            id=f"{row.state.account_id}{SEPARATOR}{row.state.asset}",
            account=row.state.account_id,
            **{name: value for name, value in msgspec.structs.asdict(answer).items() if name != "worth"},
        )


class PositionRow(msgspec.Struct, frozen=True, gc=False):
    """A position with its account, which is needed to say what margin it takes."""

    copy: AccountCopy
    state: PositionState


class PositionTable(AccountsTable):
    """Positions of all accounts, those that were closed in this epoch included."""

    model = models.Position

    def __init__(self) -> None:
        super().__init__()
        self.columns = {
            "id": Column(lambda row: f"{row.state.account_id}{SEPARATOR}{row.state.symbol}"),
            "account": Column(lambda row: row.state.account_id),
            "symbol": Column(lambda row: row.state.symbol),
            "side": Column(_side_of),
            "quantity": amount_column(
                lambda row: abs(row.state.quantity_lots) * self.instrument_of(row.state.symbol).lot_units
            ),
            "mark_price": amount_column(self._mark_units),
            "market_value": amount_column(self._value_units),
            "cost_basis": amount_column(lambda row: row.state.cost_units),
            "unrealized_pnl": amount_column(self._profit_units),
            "realized_pnl": amount_column(lambda row: row.state.realized_units),
            "fees": amount_column(lambda row: row.state.fee_units),
            "opened_at": time_column(lambda row: row.state.opened_ns),
        }

    async def load(self, wanted: Wanted) -> Sequence[PositionRow]:
        """Copies."""
        return [
            PositionRow(copy, state)
            for copy in await self.copies(account_wanted(wanted))
            for state in copy.image.positions
        ]

    async def find(self, key: str) -> PositionRow | None:
        """One position by account and symbol."""
        account_id, _, symbol = key.partition(SEPARATOR)
        rows = await self.load({("account", "exact"): account_id})
        return next((row for row in rows if row.state.symbol == symbol), None)

    def show(self, row: PositionRow) -> Model:
        """As an instance, valued now; with its margin if the account is a margin account."""
        state = row.state
        answer = position_of(account_of(row.copy.image), state.symbol, self.mark_of)
        return models.Position(
            id=f"{state.account_id}{SEPARATOR}{state.symbol}",
            account=state.account_id,
            **msgspec.structs.asdict(answer),
        )

    def _mark_units(self, row: PositionRow) -> int | None:
        instrument, ticks = self.mark_of(row.state.symbol)
        return None if ticks is None else ticks * price_unit(instrument)

    def _value_units(self, row: PositionRow) -> int | None:
        instrument, ticks = self.mark_of(row.state.symbol)
        return None if ticks is None else instrument.notional_units(ticks, abs(row.state.quantity_lots))

    def _profit_units(self, row: PositionRow) -> int | None:
        value_units = self._value_units(row)
        if value_units is None:
            return None
        return (
            value_units - row.state.cost_units if row.state.quantity_lots >= 0 else row.state.cost_units - value_units
        )


def _side_of(row: PositionRow) -> str:
    return "flat" if row.state.quantity_lots == 0 else "long" if row.state.quantity_lots > 0 else "short"
