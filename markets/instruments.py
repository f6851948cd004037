"""What can be traded: an instrument's symbol, steps, smallest notional and calendar.

A plain type that every part may import. Which instruments exist is kept by `markets.services`.
"""

import msgspec

from kit.units import MONEY_DECIMALS, Step, ratio_text, text_from_units


class Instrument(msgspec.Struct, frozen=True):
    """One tradable pair, written BASE-QUOTE.

    `tick` is the step of a price, `lot` the step of a quantity. `min_notional_units` is in the quote's smallest unit
    (10**-8). `calendar` is one of `markets.calendars`: `24/7`, `fx`, `equities` or an exchange (`XNYS`). `maker_ppm` and
    `taker_ppm` are the venue's usual fees in millionths of the notional (2 bps is 200); an account's own fee schedule is
    what is charged. `min_lots` and `max_lots` are the venue's limits of one order's quantity; a `max_lots` of 0 is none.
    """

    symbol: str
    base: str
    quote: str
    tick: Step
    lot: Step
    min_notional_units: int = 0
    calendar: str = "24/7"
    maker_ppm: int = 200
    taker_ppm: int = 500
    min_lots: int = 1
    max_lots: int = 0
    unit_value: int = 0
    """Quote units that one lot costs at a price of one tick; a whole number by construction."""
    lot_units: int = 0
    """Base units (10**-8) in one lot."""

    def __post_init__(self) -> None:
        if self.lot.decimals > MONEY_DECIMALS:
            raise ValueError(f"{self.symbol}: a lot of {self.lot} is finer than 10**-{MONEY_DECIMALS}")
        spare = MONEY_DECIMALS - self.tick.decimals - self.lot.decimals
        if spare < 0:
            raise ValueError(
                f"{self.symbol}: tick {self.tick} times lot {self.lot} is finer than the quote's smallest unit, "
                f"10**-{MONEY_DECIMALS}"
            )
        msgspec.structs.force_setattr(self, "unit_value", self.tick.units * self.lot.units * 10**spare)
        msgspec.structs.force_setattr(self, "lot_units", self.lot.units * 10 ** (MONEY_DECIMALS - self.lot.decimals))

    def price_text(self, price_ticks: int) -> str:
        """A price in ticks as decimal text with the tick's digits."""
        return text_from_units(price_ticks * self.tick.units, self.tick.decimals)

    def quantity_text(self, quantity_lots: int) -> str:
        """A quantity in lots as decimal text with the lot's digits."""
        return text_from_units(quantity_lots * self.lot.units, self.lot.decimals)

    def average_price_text(self, value: int, lots: int) -> str:
        """The average of prices to eight digits, where `value` is the sum of price_ticks * quantity_lots."""
        tick = self.tick
        return ratio_text(value * tick.units, lots * 10**tick.decimals, least_decimals=tick.decimals)

    def notional_units(self, price_ticks: int, quantity_lots: int) -> int:
        """What `quantity_lots` cost at `price_ticks`, in the quote's smallest unit; exact."""
        return price_ticks * quantity_lots * self.unit_value


def make_instrument(
    symbol: str,
    *,
    tick: str,
    lot: str,
    min_notional: str = "0",
    calendar: str = "24/7",
    maker_ppm: int = 200,
    taker_ppm: int = 500,
    min_lots: int = 1,
    max_lots: int = 0,
) -> Instrument:
    """An instrument from decimal text; raises ValueError when a part does not fit."""
    base, dash, quote = symbol.partition("-")
    if not (dash and base and quote):
        raise ValueError(f"a symbol is written BASE-QUOTE, not {symbol!r}")
    min_notional_units = (
        0
        if min_notional == "0"
        else int(Step.from_text(min_notional).units) * 10 ** (MONEY_DECIMALS - Step.from_text(min_notional).decimals)
    )
    return Instrument(
        symbol=symbol,
        base=base,
        quote=quote,
        tick=Step.from_text(tick),
        lot=Step.from_text(lot),
        min_notional_units=min_notional_units,
        calendar=calendar,
        maker_ppm=maker_ppm,
        taker_ppm=taker_ppm,
        min_lots=min_lots,
        max_lots=max_lots,
    )


DEFAULT_INSTRUMENTS = (
    make_instrument("BTC-USDT", tick="0.01", lot="0.00001", min_notional="5"),
    make_instrument("ETH-USDT", tick="0.01", lot="0.0001", min_notional="5"),
    make_instrument("SOL-USDT", tick="0.01", lot="0.001", min_notional="5"),
    make_instrument("AAPL-USD", tick="0.01", lot="0.0001", min_notional="1", calendar="equities"),
    make_instrument("EUR-USD", tick="0.00001", lot="1", min_notional="1", calendar="fx"),
)
"""The universe of a fresh installation; ticks and lots follow the usual venues (Binance spot, Alpaca, Oanda)."""
