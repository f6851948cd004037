"""Accounts, balances and positions as clients see them, over REST and on the streams alike."""

import msgspec

from kit.units import ratio_text
from markets.instruments import Instrument
from quant.fills import initial_units, maintenance_units
from trading.numbers import bps_from_ppm, money_text, time_text
from trading.sandbox.accounts import Account, Position
from trading.sandbox.margin import liquidation_ticks, margin_of
from trading.sandbox.policies import CUSTOM, policy_values
from trading.sandbox.rates import MarkOf, Rates
from trading.sandbox.risk import free_margin_units

PPM_PER_PERCENT = 10_000


class FeesAnswer(msgspec.Struct, frozen=True):
    """What an account pays, in basis points of the notional."""

    maker_bps: float
    taker_bps: float


class MarginAnswer(msgspec.Struct, frozen=True):
    """How a margin account may borrow, what that costs, and what its positions ask of its equity; rates in percent."""

    leverage: int
    leverage_by_symbol: dict[str, int]
    initial_margin: str
    maintenance_margin: str
    liquidation_fee_bps: float
    interest_percent: float
    borrow_percent: float
    funding_percent: float


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
    not_counted: list[str]
    margin: MarginAnswer | None
    fill_policy_numbers: dict[str, str | int] | None = None


class BalanceAnswer(msgspec.Struct, frozen=True):
    """What an account has of an asset; total is available and held together."""

    asset: str
    total: str
    available: str
    held: str
    worth: str | None


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
    leverage: int = 1
    initial_margin: str | None = None
    maintenance_margin: str | None = None
    liquidation_price: str | None = None


def account_answer(account: Account, rates: Rates) -> AccountAnswer:
    """An account with its worth in its base currency."""
    worth = rates.worth(account)
    return AccountAnswer(
        id=account.id,
        name=account.name,
        type=account.type,
        base_currency=account.base_currency,
        equity=money_text(worth.equity_units),
        cash=money_text(worth.cash_units),
        buying_power=money_text(buying_power_units(account, rates)),
        allow_short=account.allow_short,
        allow_stale_prices=account.allow_stale_prices,
        fill_policy=account.fill_policy,
        fees=FeesAnswer(bps_from_ppm(account.maker_ppm), bps_from_ppm(account.taker_ppm)),
        risk_state=account.trading_state,
        epoch=account.epoch,
        created_at=time_text(account.created_ns),
        not_counted=list(worth.not_counted),
        margin=_margin_answer(account, rates.mark_of) if account.is_margin else None,
        fill_policy_numbers=policy_values(account.policy) if account.fill_policy == CUSTOM else None,
    )


def _margin_answer(account: Account, mark_of: MarkOf) -> MarginAnswer:
    terms, margin = account.margin, margin_of(account, account.base_currency, mark_of)
    return MarginAnswer(
        leverage=terms.leverage,
        leverage_by_symbol=terms.by_symbol,
        initial_margin=money_text(margin.initial_units),
        maintenance_margin=money_text(margin.maintenance_units),
        liquidation_fee_bps=bps_from_ppm(terms.liquidation_fee_ppm),
        interest_percent=terms.interest_ppm / PPM_PER_PERCENT,
        borrow_percent=terms.borrow_ppm / PPM_PER_PERCENT,
        funding_percent=terms.funding_ppm / PPM_PER_PERCENT,
    )


def buying_power_units(account: Account, rates: Rates) -> int:
    """What could be bought now, in the base currency: all available money, or free margin times the leverage."""
    base = account.base_currency
    if account.is_margin:
        return available_units(account, base, rates.mark_of) * account.margin.leverage
    total_units = 0
    for asset in account.balances:
        if asset == base or rates.is_money(asset):
            total_units += rates.worth_units(account, asset, account.available_units(asset)) or 0
    return total_units


def balance_answer(account: Account, asset: str, rates: Rates) -> BalanceAnswer:
    """One balance; zero for an asset the account has nothing of.

    A margin account holds nothing for single orders: there, held is what positions and orders use of the balance.
    """
    balance = account.balances.get(asset)
    total_units = 0 if balance is None else balance.total_units
    available = available_units(account, asset, rates.mark_of)
    worth_units = rates.worth_units(account, asset, total_units) if total_units else 0
    return BalanceAnswer(
        asset,
        money_text(total_units),
        money_text(available),
        money_text(total_units - available),
        None if worth_units is None else money_text(worth_units),
    )


def position_of(account: Account, symbol: str, mark_of: MarkOf) -> PositionAnswer:
    """A position of an account at the last price, flat where it has none; of a margin account with its margin."""
    instrument, mark_ticks = mark_of(symbol)
    position = account.positions.get(symbol) or Position()
    answer = position_answer(position, instrument, mark_ticks)
    if not account.is_margin:
        return answer
    leverage = account.margin.leverage_of(symbol)
    if mark_ticks is None:
        return msgspec.structs.replace(answer, leverage=leverage)
    notional_units = instrument.notional_units(mark_ticks, abs(position.quantity_lots))
    ticks = liquidation_ticks(account, symbol, mark_of)
    return msgspec.structs.replace(
        answer,
        leverage=leverage,
        initial_margin=money_text(initial_units(notional_units, leverage)),
        maintenance_margin=money_text(maintenance_units(notional_units, leverage)),
        liquidation_price=None if ticks is None else instrument.price_text(ticks),
    )


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
