"""Deciding over accounts: opening them, their terms and their money, and beginning anew."""

from collections.abc import Iterable, Mapping

from kit.errors import Conflict, Rejected, invalid_field
from trading.sandbox import events as ev
from trading.sandbox.accounts import Account
from trading.sandbox.decision import CANCELED_BY_RESET, Decision, canceled
from trading.sandbox.margin_terms import PLAIN_TERMS, MarginTerms
from trading.sandbox.orders import ChangeAccount, MoveFunds, OpenAccount, ResetAccount
from trading.sandbox.rates import Rates
from trading.sandbox.risk import free_margin_units, money_text
from trading.sandbox.state import State

MAX_BALANCE_UNITS = 10**19
"""A hundred billion of an asset: more than anybody deposits, and far from what 128-bit sums could not hold."""


class AccountDecisions:
    """Decides over the accounts of one state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._rates: Rates = state.rates

    def open(self, command: OpenAccount, time_ns: int) -> Decision:
        """A new account; raises Conflict ACCOUNT_EXISTS, or Invalid for what does not fit its type."""
        if command.account_id in self._state.accounts:
            raise Conflict(f"There is an account {command.account_id!r} already.", code="ACCOUNT_EXISTS")
        is_margin = command.type == "margin"
        if command.allow_short and not is_margin:
            raise invalid_field("allow_short", "Only a margin account can be short.")
        _check_margin_terms(is_margin, command.margin)
        _check_funding(is_margin, command.base_currency, command.balances)
        return Decision(
            [
                ev.AccountOpened(
                    time_ns=time_ns,
                    account_id=command.account_id,
                    name=command.name,
                    type=command.type,
                    base_currency=command.base_currency,
                    allow_short=command.allow_short,
                    maker_ppm=command.maker_ppm,
                    taker_ppm=command.taker_ppm,
                    fill_policy=command.fill_policy,
                    balances=command.balances,
                    allow_stale_prices=command.allow_stale_prices,
                    policy=command.policy,
                    margin=command.margin if command.margin != PLAIN_TERMS else None,
                    start_equity_units=self._worth_units(command.base_currency, command.balances),
                )
            ]
        )

    def reset(self, command: ResetAccount, time_ns: int) -> Decision:
        """The end of an epoch with all its open orders, and the next one; raises NotFound and Invalid."""
        account = self._state.account(command.account_id)
        _check_funding(account.is_margin, account.base_currency, command.balances)
        decided: list[ev.AnyEvent] = [
            canceled(order, CANCELED_BY_RESET, time_ns, nearest_ticks=self._state.nearest_ticks(order))
            for order in account.open_orders.values()
        ]
        decided.append(
            ev.AccountReset(
                time_ns=time_ns,
                account_id=account.id,
                epoch=account.epoch + 1,
                balances=command.balances,
                end_equity_units=self._rates.worth(account).equity_units,
                start_equity_units=self._worth_units(account.base_currency, command.balances),
                marks=self._marks_of(account.positions),
            )
        )
        return Decision(decided)

    def change(self, command: ChangeAccount, time_ns: int) -> Decision:
        """Other terms; raises NotFound, Invalid for what does not fit the account, Rejected for too little margin."""
        account = self._state.account(command.account_id)
        if command.allow_short is not None:
            _check_short_allowed(account, command.allow_short)
        if command.margin is not None and command.margin != account.margin:
            _check_margin_terms(account.is_margin, command.margin)
            self._check_still_covered(account, command.margin)
        values = {name: getattr(command, name) for name in command.__struct_fields__ if name != "account_id"}
        if all(value is None for value in values.values()):
            return Decision([])
        return Decision([ev.AccountChanged(time_ns=time_ns, account_id=account.id, **values)])

    def move(self, command: MoveFunds, time_ns: int) -> Decision:
        """A deposit or a withdrawal; raises NotFound, Invalid, Rejected INSUFFICIENT_BALANCE for more than is available."""
        account = self._state.account(command.account_id)
        asset, units = command.asset, command.units
        if units < 0:
            self._check_free(account, asset, -units)
        else:
            _check_funding(account.is_margin, account.base_currency, {asset: units}, field="asset")
            balance = account.balances.get(asset)
            if (0 if balance is None else balance.total_units) + units > MAX_BALANCE_UNITS:
                raise invalid_field("amount", f"The account may have up to {money_text(MAX_BALANCE_UNITS)} {asset}.")
        rate = self._rates.rate(asset, account.base_currency)
        return Decision(
            [
                ev.FundsMoved(
                    time_ns=time_ns,
                    account_id=account.id,
                    asset=asset,
                    units=units,
                    kind="deposit" if units > 0 else "withdrawal",
                    base_units=None if rate is None else rate.worth(units),
                )
            ]
        )

    def _check_free(self, account: Account, asset: str, units: int) -> None:
        """Whether so much can leave: the free balance and, of a margin account, what no position or order needs."""
        free_units = account.available_units(asset)
        if account.is_margin:
            spare_units = free_margin_units(account, asset, self._state.mark_of)
            free_units = min(free_units, spare_units) if spare_units is not None else 0
        if units > free_units:
            required, available = money_text(units), money_text(max(free_units, 0))
            raise Rejected(
                f"The withdrawal needs {required} {asset}; {available} {asset} is available.",
                code="INSUFFICIENT_BALANCE",
                details={"asset": asset, "required": required, "available": available},
            )

    def _check_still_covered(self, account: Account, terms: MarginTerms) -> None:
        """Less leverage must leave the margin of what is held and ordered covered."""
        quotes = {self._state.market(symbol).instrument.quote for symbol in account.positions}
        for quote in sorted(quotes):
            free_units = free_margin_units(account, quote, self._state.mark_of, terms)
            if free_units is None:
                raise Rejected(
                    "An open order's symbol has no price yet, so margin cannot be known.", code="NO_MARKET_PRICE"
                )
            before_units = free_margin_units(account, quote, self._state.mark_of) or 0
            if free_units < min(before_units, 0):
                missing = money_text(-free_units)
                raise Rejected(
                    f"With that leverage {missing} {quote} of margin is missing for what the account holds and has ordered. "
                    f"Deposit it, or close a part first.",
                    code="INSUFFICIENT_BALANCE",
                    details={"asset": quote, "missing": missing},
                )

    def _marks_of(self, symbols: Iterable[str]) -> dict[str, int]:
        marks = {symbol: self._state.mark_of(symbol)[1] for symbol in symbols}
        return {symbol: ticks for symbol, ticks in marks.items() if ticks is not None}

    def _worth_units(self, base: str, balances: Mapping[str, int]) -> int:
        """What starting balances are worth; what has no known rate is not counted."""
        rates = ((self._rates.rate(asset, base), units) for asset, units in balances.items() if units)
        return sum(rate.worth(units) for rate, units in rates if rate is not None)


def _check_funding(is_margin: bool, base_currency: str, balances: dict[str, int], *, field: str = "balances") -> None:
    """A margin account nets positions against money; a deposit of something to sell would be a position without a price."""
    others = [asset for asset, units in balances.items() if units and asset != base_currency]
    if is_margin and others:
        raise invalid_field(field, f"A margin account is funded in its base currency {base_currency} alone.")


def _check_margin_terms(is_margin: bool, terms: MarginTerms | None) -> None:
    if terms is not None and not is_margin and terms != PLAIN_TERMS:
        raise invalid_field("leverage", "Only a margin account borrows, and pays for it.")


def _check_short_allowed(account: Account, allow_short: bool) -> None:
    """Whether an account can be, or no longer be, allowed to be short."""
    if allow_short and not account.is_margin:
        raise invalid_field("allow_short", "Only a margin account can be short.")
    for symbol, position in account.positions.items():
        if not allow_short and position.quantity_lots < position.selling_lots:
            raise invalid_field(
                "allow_short",
                f"The account is short in {symbol}, or has orders that could make it so; close them first.",
            )
