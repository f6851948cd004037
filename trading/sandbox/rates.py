"""What one asset is worth in another, by the last prices of the markets there are.

A rate is looked for in the market of the two, then in its inverse, then over one other asset in between (the first by
name that leads there). Where none of these has a price the rate is unknown, and what depends on it says so: an unknown
worth is None and never zero.
"""

from collections.abc import Callable, Collection

import msgspec

from markets.instruments import Instrument
from trading.sandbox.accounts import Account

MarkOf = Callable[[str], tuple[Instrument, int | None]]
"""Symbol to instrument and last price in ticks (None: no price yet)."""


class Rate(msgspec.Struct, frozen=True, gc=False):
    """Units of one asset for `denominator` units of another; exact."""

    numerator: int
    denominator: int

    def worth(self, units: int) -> int:
        """What `units` are worth, rounded down."""
        return units * self.numerator // self.denominator


SAME = Rate(1, 1)


class Worth(msgspec.Struct, frozen=True):
    """What an account is worth in its base currency, and the assets that have no known rate and are not in it.

    `cash_units` is the part of it that is money: the base currency and what else markets are quoted in.
    """

    equity_units: int
    cash_units: int
    not_counted: tuple[str, ...]


class Rates:
    """The rates of one moment after another. `symbols` are those that may have a price; only ever more of them."""

    def __init__(self, mark_of: MarkOf, symbols: Callable[[], Collection[str]]) -> None:
        self.mark_of = mark_of
        self._symbols = symbols
        self._seen = 0
        self._partners: dict[str, set[str]] = {}
        self._quotes: set[str] = set()

    def rate(self, asset: str, base: str) -> Rate | None:
        """What a unit of `asset` is worth in units of `base`; None where no market tells."""
        if asset == base:
            return SAME
        self._look_at_new_symbols()
        direct = self._step(asset, base)
        if direct is not None:
            return direct
        for between in sorted(self._partners.get(asset, set()) & self._partners.get(base, set())):
            first, second = self._step(asset, between), self._step(between, base)
            if first is not None and second is not None:
                return Rate(first.numerator * second.numerator, first.denominator * second.denominator)
        return None

    def is_money(self, asset: str) -> bool:
        """Whether a market is quoted in the asset."""
        self._look_at_new_symbols()
        return asset in self._quotes

    def worth_units(self, account: Account, asset: str, units: int) -> int | None:
        """What so much of an asset is worth in the account's base currency; before its first price what it cost.

        None where neither is known.
        """
        rate = self.rate(asset, account.base_currency)
        if rate is not None:
            return rate.worth(units)
        position = account.positions.get(f"{asset}-{account.base_currency}")
        if position is None or not position.quantity_lots:
            return None
        return position.cost_units if position.quantity_lots > 0 else -position.cost_units

    def worth(self, account: Account) -> Worth:
        """The worth of all balances, each rounded down."""
        equity_units = cash_units = 0
        not_counted: list[str] = []
        base = account.base_currency
        for asset, balance in account.balances.items():
            if not balance.total_units:
                continue
            units = self.worth_units(account, asset, balance.total_units)
            if units is None:
                not_counted.append(asset)
                continue
            equity_units += units
            if asset == base or (not account.is_margin and self.is_money(asset)):
                cash_units += units
        return Worth(equity_units, cash_units, tuple(not_counted))

    def _step(self, asset: str, base: str) -> Rate | None:
        """By the market of the two, or by its inverse."""
        if base not in self._partners.get(asset, ()):
            return None
        symbols = self._symbols()
        if (symbol := f"{asset}-{base}") in symbols:
            instrument, mark_ticks = self.mark_of(symbol)
            if mark_ticks:
                return Rate(mark_ticks * instrument.tick.units, 10**instrument.tick.decimals)
        if (symbol := f"{base}-{asset}") in symbols:
            instrument, mark_ticks = self.mark_of(symbol)
            if mark_ticks:
                return Rate(10**instrument.tick.decimals, mark_ticks * instrument.tick.units)
        return None

    def _look_at_new_symbols(self) -> None:
        symbols = self._symbols()
        if len(symbols) == self._seen:
            return
        self._seen = len(symbols)
        for symbol in tuple(symbols):
            base, _, quote = symbol.partition("-")
            self._partners.setdefault(base, set()).add(quote)
            self._partners.setdefault(quote, set()).add(base)
            self._quotes.add(quote)
