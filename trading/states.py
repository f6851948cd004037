"""What an account has of one asset or symbol at one moment: frozen, so that it can be published and written down."""

import msgspec

from trading.sandbox.accounts import Account


class BalanceState(msgspec.Struct, frozen=True, gc=False):
    """A balance at one moment, in the asset's smallest unit."""

    account_id: str
    asset: str
    total_units: int
    held_units: int


class PositionState(msgspec.Struct, frozen=True, gc=False):
    """A position at one moment; the fields are those of `trading.sandbox.accounts.Position`."""

    account_id: str
    symbol: str
    quantity_lots: int
    cost_units: int
    realized_units: int
    fee_units: int
    opened_ns: int | None
    buying_lots: int
    selling_lots: int


def balance_state(account: Account, asset: str) -> BalanceState:
    """A balance of an account now; zero for an asset it has nothing of."""
    balance = account.balances.get(asset)
    if balance is None:
        return BalanceState(account.id, asset, 0, 0)
    return BalanceState(account.id, asset, balance.total_units, balance.held_units)


def position_state(account: Account, symbol: str) -> PositionState:
    """A position of an account now; flat where it has none."""
    position = account.positions.get(symbol)
    if position is None:
        return PositionState(account.id, symbol, 0, 0, 0, 0, None, 0, 0)
    return PositionState(
        account.id,
        symbol,
        position.quantity_lots,
        position.cost_units,
        position.realized_units,
        position.fee_units,
        position.opened_ns,
        position.buying_lots,
        position.selling_lots,
    )
