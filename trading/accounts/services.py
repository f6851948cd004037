"""Opening, resetting and reading accounts, and closing positions.

Reads see durable state; a change gives back a staged answer.
"""

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Protocol

import msgspec

from api.pagination import Page, decode_cursor, encode_cursor
from api.staged import Staged
from kit.accounts import DEFAULT_ACCOUNT
from kit.errors import Invalid, NotFound, Rejected, invalid_field
from kit.trace import new_id
from kit.units import MONEY_DECIMALS, PPM_PER_BPS, units_from_text
from trading.accounts.answers import (
    AccountAnswer,
    BalanceAnswer,
    PositionAnswer,
    account_answer,
    balance_answer,
    position_of,
)
from trading.accounts.epochs import ended_epoch, epoch_answer, past_account, past_rates
from trading.accounts.margin_fields import MarginRequest, margin_terms
from trading.desk import Desk
from trading.orders.answers import order_answer
from trading.orders.services import stage_placed_order
from trading.ownership.accounts import claim, working_for
from trading.sandbox.accounts import Account, Position
from trading.sandbox.margin_terms import PLAIN_TERMS
from trading.sandbox.orders import (
    ChangeAccount,
    MoveFunds,
    OpenAccount,
    OrderType,
    PlaceOrder,
    ResetAccount,
    Side,
    TimeInForce,
)
from trading.sandbox.policies import chosen_policy
from trading.services import (
    MAX_ACCOUNTS,
    STARTING_UNITS,
    StagedChange,
    default_maker_ppm,
    default_taker_ppm,
    get_desk,
)
from trading.tunables import FILL_POLICY

MAX_STARTING_UNITS = 10**10 * 10**MONEY_DECIMALS
"""Ten billion of an asset: far above any need, and sums of it stay within 64 bits."""

ASSET_NAME = re.compile(r"[A-Z0-9][A-Z0-9.]{0,19}")
"""As it stands in a symbol."""

STATUS_OK = 200
STATUS_CREATED = 201
PERCENT = 100


class FeesRequest(Protocol):
    """Fees in basis points of the notional."""

    maker_bps: float
    taker_bps: float


class AccountRequest(MarginRequest, Protocol):
    """A new account; None takes the default."""

    id: str | None
    name: str
    type: str
    base_currency: str
    balances: Mapping[str, str] | None
    allow_short: bool
    allow_stale_prices: bool
    fees: FeesRequest | None
    fill_policy: object


class ChangeRequest(MarginRequest, Protocol):
    """Other terms for an account; None leaves one as it is."""

    name: str | None
    allow_short: bool | None
    allow_stale_prices: bool | None
    fill_policy: object
    fees: FeesRequest | None


class FundsRequest(Protocol):
    """So much of an asset."""

    @property
    def asset(self) -> str:
        """Its name."""
        ...

    @property
    def amount(self) -> str:
        """Plain decimal text."""
        ...


class Funds(msgspec.Struct, frozen=True):
    """So much of an asset, as somebody typed it."""

    asset: str
    amount: str


class AccountSetup(msgspec.Struct, frozen=True, kw_only=True):
    """What an account that is called `default` is to start as."""

    type: str
    base_currency: str
    balances: Mapping[str, str] | None
    allow_short: bool
    fees: FeesRequest | None
    allow_stale_prices: bool = False
    fill_policy: object = None
    id: str = DEFAULT_ACCOUNT
    name: str = "Default"
    leverage: int | None = None
    leverage_by_symbol: Mapping[str, int] | None = None
    liquidation_fee_bps: float | None = None
    interest_percent: float | None = None
    borrow_percent: float | None = None
    funding_percent: float | None = None


def list_accounts(limit: int, cursor: str | None, *, sees: Callable[[str], bool]) -> Page:
    """A page of the accounts that the caller sees, newest first."""
    desk = get_desk()
    accounts = [account for account_id, account in desk.published.accounts.items() if sees(account_id)]
    before = len(accounts) if cursor is None else decode_cursor(cursor, int)
    if not 0 <= before <= len(accounts):
        raise Invalid("The cursor is beyond the list.", code="INVALID_CURSOR")
    first = max(before - limit, 0)
    page = [account_answer(each.account, desk.rates) for each in reversed(accounts[first:before])]
    return Page(page, encode_cursor(first) if first else None)


def get_account(account_id: str) -> AccountAnswer:
    """One account; raises NotFound UNKNOWN_ACCOUNT."""
    desk = get_desk()
    return account_answer(desk.published.account(account_id).account, desk.rates)


async def open_account(request: AccountRequest, *, actor: str) -> Staged:
    """Open an account; raises Invalid, Conflict ACCOUNT_EXISTS, Rejected TOO_MANY_ACCOUNTS, Misdirected."""
    _require_room()
    command = command_to_open(request)
    with working_for(await claim(command.account_id)):
        return _open_account(command, actor)


def _require_room() -> None:
    if len(get_desk().exchange.accounts) >= MAX_ACCOUNTS:
        raise Rejected(f"There are {MAX_ACCOUNTS} accounts already.", code="TOO_MANY_ACCOUNTS")


def _open_account(command: OpenAccount, actor: str) -> Staged:
    """Nothing is waited for from the check on."""
    _require_room()
    desk = get_desk()
    executed = desk.execute(command, actor=actor)
    return StagedChange(desk, [executed], _account_now(desk, command.account_id), status=STATUS_CREATED)


def command_to_open(request: AccountRequest | AccountSetup) -> OpenAccount:
    """The command for an account that was asked for; raises Invalid."""
    fees = request.fees
    balances = {request.base_currency: STARTING_UNITS}
    if request.balances is not None:
        balances = _balances(request.balances)
    fill_policy, policy = chosen_policy(FILL_POLICY.value if request.fill_policy is None else request.fill_policy)
    return OpenAccount(
        account_id=request.id or new_id(),
        name=request.name,
        type=request.type,
        base_currency=request.base_currency,
        allow_short=request.allow_short,
        allow_stale_prices=request.allow_stale_prices,
        maker_ppm=default_maker_ppm() if fees is None else _ppm("maker_bps", fees.maker_bps),
        taker_ppm=default_taker_ppm() if fees is None else _ppm("taker_bps", fees.taker_bps),
        fill_policy=fill_policy,
        policy=policy,
        balances=balances,
        margin=margin_terms(request, PLAIN_TERMS),
    )


def change_account(account_id: str, request: ChangeRequest, *, actor: str) -> Staged:
    """Give an account other terms; raises NotFound, Invalid naming the field, Rejected for too little margin."""
    desk = get_desk()
    account = _account(desk, account_id)
    fees = request.fees
    terms = margin_terms(request, account.margin)
    fill_policy, policy = (None, None) if request.fill_policy is None else chosen_policy(request.fill_policy)
    command = ChangeAccount(
        account_id=account_id,
        name=request.name,
        allow_short=request.allow_short,
        allow_stale_prices=request.allow_stale_prices,
        maker_ppm=None if fees is None else _ppm("maker_bps", fees.maker_bps),
        taker_ppm=None if fees is None else _ppm("taker_bps", fees.taker_bps),
        fill_policy=fill_policy,
        policy=policy,
        margin=None if terms == account.margin else terms,
    )
    executed = desk.execute(command, actor=actor)
    return StagedChange(desk, [executed], _account_now(desk, account_id))


def move_funds(account_id: str, request: FundsRequest, *, sign: int, actor: str) -> Staged:
    """A deposit (`sign` 1) or a withdrawal (-1); raises NotFound, Invalid, Rejected INSUFFICIENT_BALANCE."""
    desk = get_desk()
    units = units_from_text(request.amount, MONEY_DECIMALS)
    if units is None or not 0 < units <= MAX_STARTING_UNITS:
        raise invalid_field(
            "amount", f"Must be above 0, up to 10000000000, with at most {MONEY_DECIMALS} digits after the point."
        )
    if ASSET_NAME.fullmatch(request.asset) is None:
        raise invalid_field("asset", "Must be the name of an asset such as USDT.")
    command = MoveFunds(account_id=account_id, asset=request.asset, units=sign * units)
    executed = desk.execute(command, actor=actor)
    return StagedChange(desk, [executed], _account_now(desk, account_id))


def list_epochs(account_id: str) -> Page:
    """Every epoch of the account that is told of, the present one first."""
    desk = get_desk()
    published = desk.published.account(account_id)
    return Page([epoch_answer(published, record, desk.rates) for record in reversed(published.records)])


def reset_account(account_id: str, balances: Mapping[str, str] | None, *, actor: str) -> Staged:
    """Begin the account's next epoch with the balances it was opened with, or with others."""
    desk = get_desk()
    starting = desk.published.account(account_id).starting_balances
    command = ResetAccount(account_id=account_id, balances=starting if balances is None else _balances(balances))
    executed = desk.execute(command, actor=actor)
    return StagedChange(desk, [executed], _account_now(desk, account_id))


def list_balances(account_id: str, epoch: int | None = None) -> Page:
    """Every balance of the account; those of an epoch that ended are as they were at its end."""
    desk = get_desk()
    ended = ended_epoch(desk, account_id, epoch)
    if ended is not None:
        past = past_account(desk.published.account(account_id), ended)
        rates = past_rates(desk.instrument, ended)
        return Page([balance_answer(past, asset, rates) for asset in past.balances])
    return Page(balances_of(desk, account_id))


def balances_of(desk: Desk, account_id: str) -> list[BalanceAnswer]:
    """The account's durable balances."""
    account = desk.published.account(account_id).account
    return [balance_answer(account, asset, desk.rates) for asset in account.balances]


def list_positions(account_id: str, epoch: int | None = None) -> Page:
    """Every open position of the account; those of an epoch that ended are as they were at its end."""
    desk = get_desk()
    ended = ended_epoch(desk, account_id, epoch)
    if ended is not None:
        past = past_account(desk.published.account(account_id), ended)
        mark_of = past_rates(desk.instrument, ended).mark_of
        return Page(
            [position_of(past, symbol, mark_of) for symbol, each in past.positions.items() if each.quantity_lots]
        )
    return Page(positions_of(desk, account_id))


def positions_of(desk: Desk, account_id: str) -> list[PositionAnswer]:
    """The account's durable positions that are not flat."""
    account = desk.published.account(account_id).account
    return [
        position_of(account, symbol, desk.mark_of)
        for symbol, position in account.positions.items()
        if position.quantity_lots
    ]


def get_position(account_id: str, symbol: str) -> PositionAnswer:
    """The position in one symbol, flat if there is none; raises NotFound UNKNOWN_ACCOUNT or UNKNOWN_SYMBOL."""
    desk = get_desk()
    account = desk.published.account(account_id).account
    return position_of(account, symbol, desk.mark_of)


def close_position(account_id: str, symbol: str, *, quantity: str | None, percent: str | None, actor: str) -> Staged:
    """Trade out of a position, or a part of it, by a market order; answers that order.

    Raises NotFound when there is no open position, Invalid for a part that is no part of it.
    """
    desk = get_desk()
    instrument = desk.instrument(symbol)
    position = _account(desk, account_id).positions.get(symbol)
    if position is None or not position.quantity_lots:
        raise NotFound(f"There is no open position in {symbol}.")
    held_lots = abs(position.quantity_lots)
    lots = held_lots
    if quantity is not None and percent is not None:
        raise invalid_field("percent", "Give either quantity or percent.")
    if quantity is not None:
        counted = instrument.lot.count_from_text(quantity)
        if counted is None:
            raise invalid_field("quantity", f"Must be a multiple of the lot size {instrument.lot}.")
        lots = counted
    if percent is not None:
        lots = _share_lots(held_lots, percent)
    if lots > held_lots:
        raise invalid_field("quantity", f"The position holds {instrument.quantity_text(held_lots)}.")
    if lots == 0:
        raise invalid_field("percent", f"Is less than one lot of {instrument.lot}.")
    executed = desk.execute(_closing_order(account_id, symbol, position, lots), actor=actor)
    return stage_placed_order(desk, executed, status=STATUS_OK)


def close_all_positions(account_id: str, *, actor: str) -> Staged:
    """Trade out of every open position; answers the orders, those the exchange refused included."""
    desk = get_desk()
    open_positions = [(symbol, each) for symbol, each in _account(desk, account_id).positions.items()]
    executed = [
        desk.execute(_closing_order(account_id, symbol, position, abs(position.quantity_lots)), actor=actor)
        for symbol, position in open_positions
        if position.quantity_lots
    ]
    orders = [order_answer(each.change.orders[0], desk.instrument(each.change.orders[0].symbol)) for each in executed]
    return StagedChange(desk, executed, Page(orders))


def _account(desk: Desk, account_id: str) -> Account:
    """The account as the exchange has it, for decisions."""
    account = desk.exchange.accounts.get(account_id)
    if account is None:
        raise NotFound(f"There is no account {account_id!r}.", code="UNKNOWN_ACCOUNT")
    return account


def _account_now(desk: Desk, account_id: str) -> AccountAnswer:
    """The account right after a change that is not durable yet; it goes out only when it is."""
    return account_answer(desk.exchange.accounts[account_id], desk.rates)


def _closing_order(account_id: str, symbol: str, position: Position, lots: int) -> PlaceOrder:
    return PlaceOrder(
        order_id=new_id(),
        account_id=account_id,
        symbol=symbol,
        side=Side.SELL if position.quantity_lots > 0 else Side.BUY,
        type=OrderType.MARKET,
        time_in_force=TimeInForce.IOC,
        quantity_lots=lots,
        is_closing=True,
    )


def _share_lots(held_lots: int, percent: str) -> int:
    """`percent` of the position in whole lots, rounded down; raises Invalid beyond 100."""
    share = Decimal(percent)
    if share > PERCENT:
        raise invalid_field("percent", "Must be at most 100.")
    return int(held_lots * share / PERCENT)


def _balances(amounts: Mapping[str, str]) -> dict[str, int]:
    """Starting balances in smallest units."""
    return {asset: _starting_units(asset, amount) for asset, amount in amounts.items()}


def _starting_units(asset: str, amount: str) -> int:
    units = units_from_text(amount, MONEY_DECIMALS)
    if units is None or not 0 <= units <= MAX_STARTING_UNITS:
        raise invalid_field(
            f"balances.{asset}", f"Must be from 0 to 10000000000 with at most {MONEY_DECIMALS} digits after the point."
        )
    return units


def _ppm(field: str, bps: float) -> int:
    """Basis points as whole millionths; raises Invalid for more than two digits after the point."""
    ppm = Decimal(repr(bps)) * PPM_PER_BPS
    if ppm != ppm.quantize(Decimal(1), rounding=ROUND_HALF_EVEN):
        raise invalid_field(f"fees.{field}", "Must have at most 2 digits after the point.")
    return int(ppm)
