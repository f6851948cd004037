"""Accounts, balances and positions as clients see them, over REST and on the streams alike."""

from collections.abc import Callable

import msgspec

from kit.errors import NotFound
from kit.units import ratio_text
from markets.instruments import Instrument
from trading.numbers import bps_from_ppm, money_text, time_text
from trading.sandbox.accounts import Account, Position
from trading.sandbox.risk import free_margin_units

MarkOf = Callable[[str], tuple[Instrument, int | None]]
"""Symbol to instrument and last price in ticks (None: no price yet); raises NotFound for an unknown symbol."""


class FeesAnswer(msgspec.Struct, frozen=True):
    """What an account pays, in basis points of the notional."""

    maker_bps: float
    taker_bps: float


class AccountAnswer(msgspec.Struct, frozen=True):
    """An account and what it is worth."""

    id: str
    name: str
    type: str
    base_currency: str
    equity: str
    cash: str
    buying_power: str
    allow_short: bool
    allow_stale_prices: bool
    fill_policy: str
    fees: FeesAnswer
    risk_state: str
    epoch: int
    created_at: str


class BalanceAnswer(msgspec.Struct, frozen=True):
    """What an account has of an asset; total is available and held together."""

    asset: str
    total: str
    available: str
    held: str


class PositionAnswer(msgspec.Struct, frozen=True):
    """A position; quantity, value and cost are never negative, `side` says which way it is."""

    symbol: str
    side: str
    quantity: str
    average_price: str | None
    mark_price: str | None
    market_value: str | None
    cost_basis: str
    unrealized_pnl: str | None
    realized_pnl: str
    fees: str
    opened_at: str | None


def account_answer(account: Account, mark_of: MarkOf) -> AccountAnswer:
    """An account with its worth in its base currency."""
    base = account.base_currency
    held = account.balances.get(base)
    return AccountAnswer(
        id=account.id,
        name=account.name,
        type=account.type,
        base_currency=base,
        equity=money_text(equity_units(account, mark_of)),
        cash=money_text(held.total_units if held is not None else 0),
        buying_power=money_text(available_units(account, base, mark_of)),
        allow_short=account.allow_short,
        allow_stale_prices=account.allow_stale_prices,
        fill_policy=account.fill_policy,
        fees=FeesAnswer(bps_from_ppm(account.maker_ppm), bps_from_ppm(account.taker_ppm)),
        risk_state=account.trading_state,
        epoch=account.epoch,
        created_at=time_text(account.created_ns),
    )


def balance_answer(account: Account, asset: str, mark_of: MarkOf) -> BalanceAnswer:
    """One balance; zero for an asset the account has nothing of.

    A margin account holds nothing for single orders: there, held is what positions and orders use of the balance.
    """
    balance = account.balances.get(asset)
    total_units = 0 if balance is None else balance.total_units
    available = available_units(account, asset, mark_of)
    return BalanceAnswer(asset, money_text(total_units), money_text(available), money_text(total_units - available))


def position_answer(position: Position, instrument: Instrument, mark_ticks: int | None) -> PositionAnswer:
    """One position at the last price; what depends on a price is None before the first."""
    lots = abs(position.quantity_lots)
    value_units = None if mark_ticks is None else instrument.notional_units(mark_ticks, lots)
    profit_units = None if value_units is None else value_units - position.cost_units
    if position.quantity_lots < 0 and profit_units is not None:
        profit_units = -profit_units
    return PositionAnswer(
        symbol=instrument.symbol,
        side="flat" if lots == 0 else "long" if position.quantity_lots > 0 else "short",
        quantity=instrument.quantity_text(lots),
        average_price=entry_price_text(position.cost_units, lots, instrument) if lots else None,
        mark_price=None if mark_ticks is None else instrument.price_text(mark_ticks),
        market_value=None if value_units is None else money_text(value_units),
        cost_basis=money_text(position.cost_units),
        unrealized_pnl=None if profit_units is None else money_text(profit_units),
        realized_pnl=money_text(position.realized_units),
        fees=money_text(position.fee_units),
        opened_at=None if position.opened_ns is None else time_text(position.opened_ns),
    )


def entry_price_text(cost_units: int, lots: int, instrument: Instrument) -> str:
    """The average price at which `lots` were entered for `cost_units` in all."""
    return ratio_text(cost_units, lots * instrument.lot_units, least_decimals=instrument.tick.decimals)


def available_units(account: Account, asset: str, mark_of: MarkOf) -> int:
    """What the account may use of an asset: free balance, or free margin for the quote side of a margin account."""
    if not account.is_margin or not any(mark_of(symbol)[0].quote == asset for symbol in account.positions):
        return account.available_units(asset)
    return max(free_margin_units(account, asset, mark_of) or 0, 0)


def equity_units(account: Account, mark_of: MarkOf) -> int:
    """The worth of all balances in the base currency, rounded down per asset.

    An asset is valued at the last price of its market with the base currency, or at what its position cost while there
    is no price yet. One that has no such market counts nothing: there is no rate to value it at.
    """
    total_units = 0
    for asset, balance in account.balances.items():
        if asset == account.base_currency:
            total_units += balance.total_units
        elif balance.total_units:
            total_units += _worth_units(account, asset, balance.total_units, mark_of)
    return total_units


def _worth_units(account: Account, asset: str, units: int, mark_of: MarkOf) -> int:
    base = account.base_currency
    try:
        instrument, mark_ticks = mark_of(f"{asset}-{base}")
    except NotFound:
        return _worth_units_inverse(asset, base, units, mark_of)
    if mark_ticks is None:
        position = account.positions.get(instrument.symbol)
        if position is None:
            return 0
        return position.cost_units if position.quantity_lots > 0 else -position.cost_units
    scale: int = 10**instrument.tick.decimals
    return units * mark_ticks * instrument.tick.units // scale


def _worth_units_inverse(asset: str, base: str, units: int, mark_of: MarkOf) -> int:
    """By the market of the base currency in the asset (a dollar account that holds yen)."""
    try:
        instrument, mark_ticks = mark_of(f"{base}-{asset}")
    except NotFound:
        return 0
    if mark_ticks is None:
        return 0
    scale: int = 10**instrument.tick.decimals
    return units * scale // (mark_ticks * instrument.tick.units)
