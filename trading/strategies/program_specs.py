"""What programs are asked to do, as frozen data that JSON can say: buying by the clock, a grid, and two ways to trade much.

Every mistake is an Invalid that names the field.
"""

from decimal import Decimal
from typing import Final, Literal

from kit.errors import invalid_field
from kit.units import MONEY_DECIMALS
from markets.instruments import Instrument
from quant.fills import PPM
from quant.strategies.distances import StepsOf
from quant.strategies.specs import Spec, check_count, ppm_of, whole

MAX_LINES: Final = 50
"""Of a grid: each has an order waiting."""
MAX_TIMES: Final = 10_000
MAX_BARS: Final = 10_000
LEAST_PAIR_BARS: Final = 3
MAX_PAIR_BARS: Final = 2_000
"""Of a spread: all are looked at again at each bar, in a millisecond."""
MAX_NOTIONAL: Final = Decimal(1_000_000_000)
MAX_DIGITS: Final = 12
"""After the point, as many as a plain decimal has anywhere."""

Side = Literal["buy", "sell"]


class DollarCostAveraging(Spec, frozen=True, tag="dca", tag_field="kind"):
    """Buys for `notional` of the quote at the close of every `every_bars`-th bar of the clock.

    `times` times; None: on and on. Bars are counted from 1970: of hours, 24 of them end at midnight UTC.
    """

    notional: Decimal
    every_bars: int = 24
    times: int | None = None


class Grid(Spec, frozen=True, tag="grid", tag_field="kind"):
    """Buys at evenly spaced lines below the price and sells each a line higher, again and again.

    The lines reach from `percent` below the price at the start to as much above it; each buys for `notional`.
    """

    percent: Decimal
    lines: int
    notional: Decimal


class Twap(Spec, frozen=True, tag="twap", tag_field="kind"):
    """Trades `quantity` in equal parts at the close of each of `bars` bars: the time-weighted average price.

    What a bar missed, or the book did not hold, is spread over the bars that are left.
    """

    side: Side
    quantity: Decimal
    bars: int


class Vwap(Spec, frozen=True, tag="vwap", tag_field="kind"):
    """Trades `quantity` over `bars` bars in parts as large as the volume that each bar has at its time of the day.

    That is the average of the days in the history it begins with, a day at least. The parts follow what is expected, not
    what comes: a static strategy after Konishi (Optimal slice of a VWAP trade, 2002).
    """

    side: Side
    quantity: Decimal
    bars: int


class Iceberg(Spec, frozen=True, tag="iceberg", tag_field="kind"):
    """Trades `quantity` by one limit order at `price` that shows `display_quantity` at a time (docs/trading.md).

    `price` None: the last price at the start.
    """

    side: Side
    quantity: Decimal
    display_quantity: Decimal
    price: Decimal | None = None


class Pairs(Spec, frozen=True, tag="pairs", tag_field="kind"):
    """Trades the spread of two symbols back to its mean (Gatev, Goetzmann and Rouwenhorst, Pairs trading, 2006).

    The spread is the logarithm of the first price over the second, measured in sample deviations of its last `bars` closes
    from their mean. At `enter` deviations the dear one is sold and the cheap one bought, each for `notional`; within `leave`
    of the mean, or beyond it, both are closed.
    """

    bars: int
    notional: Decimal
    enter: Decimal = Decimal(2)
    leave: Decimal = Decimal("0.5")


Program = DollarCostAveraging | Grid | Twap | Vwap | Iceberg | Pairs


def check_program(program: Program) -> None:
    """Raise Invalid naming the field of a program that does not fit."""
    for name in program.__struct_fields__:
        value = getattr(program, name)
        if isinstance(value, Decimal):
            _check_number(f"program.{name}", value)
    if isinstance(program, DollarCostAveraging):
        check_count("program.every_bars", program.every_bars, 1, MAX_BARS)
        check_count("program.times", 1 if program.times is None else program.times, 1, MAX_TIMES)
    elif isinstance(program, Grid):
        ppm_of("program.percent", program.percent, least=100, most=PPM - 1)
        check_count("program.lines", program.lines, 2, MAX_LINES)
    elif isinstance(program, Twap | Vwap):
        check_count("program.bars", program.bars, 1, MAX_BARS)
    elif isinstance(program, Pairs):
        check_count("program.bars", program.bars, LEAST_PAIR_BARS, MAX_PAIR_BARS)
        if program.leave >= program.enter:
            raise invalid_field("program.leave", "Must be nearer to the mean than `enter`.")
    if isinstance(program, DollarCostAveraging | Grid | Pairs):
        notional_units(program.notional)


def _check_number(field: str, value: Decimal) -> None:
    """Raise Invalid for what is no number that money, prices or quantities could be: arithmetic comes after it."""
    if not value.is_finite() or not 0 < value <= MAX_NOTIONAL:
        raise invalid_field(field, f"Must be greater than 0, up to {MAX_NOTIONAL}.")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MAX_DIGITS:
        raise invalid_field(field, f"Must have at most {MAX_DIGITS} digits after the point.")


def begins_at_price(program: Program | None) -> bool:
    """Whether a program asks for the last price at its start."""
    return isinstance(program, Grid) or (isinstance(program, Iceberg) and program.price is None)


def symbols_of(program: Program) -> int:
    """How many symbols a program deals in."""
    return 2 if isinstance(program, Pairs) else 1


def check_steps(program: Program, instrument: Instrument) -> None:
    """Raise Invalid for what is no whole number of an instrument's ticks or lots, or too little to trade."""
    if isinstance(program, Twap | Vwap | Iceberg):
        lots = lots_of(program.quantity, instrument)
        if isinstance(program, Twap | Vwap) and lots < program.bars:
            raise invalid_field("program.quantity", f"Is less than one lot of {instrument.symbol} a bar.")
    if isinstance(program, Iceberg):
        if program.price is not None:
            ticks_of(program.price, instrument)
        if lots_of(program.display_quantity, instrument, "display_quantity") > lots_of(program.quantity, instrument):
            raise invalid_field("program.display_quantity", "Must not be above the quantity.")


def ticks_of(price: Decimal, instrument: Instrument) -> int:
    """A price in ticks; raises Invalid for one that is no whole number of them."""
    return StepsOf(instrument.symbol, instrument.tick.count_from_text)("program.price", price)


def lots_of(quantity: Decimal, instrument: Instrument, name: str = "quantity") -> int:
    """A quantity in lots; raises Invalid for one that is no whole number of them."""
    return StepsOf(instrument.symbol, instrument.lot.count_from_text)(f"program.{name}", quantity)


def notional_units(notional: Decimal) -> int:
    """A sum of the quote in its smallest unit; raises Invalid for nothing, too much, or what is finer than that."""
    most = int(MAX_NOTIONAL) * 10**MONEY_DECIMALS
    return whole("program.notional", notional * 10**MONEY_DECIMALS, 1, most, 10**MONEY_DECIMALS)


def line_ticks(program: Grid, start_ticks: int) -> list[int]:
    """The prices of a grid's lines, lowest first; lines that fall on the same tick are one."""
    reach = start_ticks * ppm_of("program.percent", program.percent, least=100, most=PPM - 1) // PPM
    lowest, highest, spaces = start_ticks - reach, start_ticks + reach, program.lines - 1
    lines = {lowest + (highest - lowest) * number // spaces for number in range(program.lines)}
    return sorted(ticks for ticks in lines if ticks > 0)
