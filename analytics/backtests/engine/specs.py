"""What a backtest is asked to do, as frozen data that JSON can say.

Numbers that are exact elsewhere (prices, quantities, percentages, money) are decimals, in JSON as text. A spec is checked
when it is read: every mistake is an Invalid that names the field.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, Literal

from analytics.backtests.engine.bounds import NO_SHARE_LIMIT
from kit.errors import invalid_field
from kit.units import MONEY_DECIMALS, Step
from markets.instruments import Instrument
from quant.fills import ADVERSE_FIRST, HIGH_FIRST, LOW_FIRST, NEARER_FIRST, PPM
from quant.strategies import specs
from quant.strategies.specs import (
    AtrDistance,
    Distance,
    EquityShare,
    FixedDistance,
    FixedQuantity,
    PercentDistance,
    RiskPerTrade,
    Sizing,
    Spec,
    Strategy,
    VolatilityTarget,
    check_count,
    check_strategy,
    ppm_of,
    spec_from,
    whole,
)

__all__ = [
    "AtrDistance",
    "Distance",
    "EquityShare",
    "FixedDistance",
    "FixedQuantity",
    "PercentDistance",
    "RiskPerTrade",
    "Sizing",
    "Strategy",
    "VolatilityTarget",
    "ppm_of",
]

MAX_SYMBOLS = 500
"""As many as an index has; each costs a row of every array."""
MAX_LEVERAGE = 125
"""That of the exchange's margin accounts."""
MAX_PERCENT = 100
MAX_STARTING_CASH = Decimal(100_000_000)
"""A hundred million of the quote asset: 10**16 smallest units, and 64 bits hold a hundred times as much at any leverage."""
MAX_SLIPPAGE_TICKS = 10_000

FillAt = Literal["next_open", "signal_close"]
Path = Literal["pessimistic", "nearer", "ohlc", "olhc"]
LimitFill = Literal["through", "touch"]
Spread = Literal["ticks", "bar"]

PATHS: Final[dict[str, int]] = {
    "pessimistic": ADVERSE_FIRST,
    "nearer": NEARER_FIRST,
    "ohlc": HIGH_FIRST,
    "olhc": LOW_FIRST,
}
"""By the name of a path, its constant of `quant.fills`."""


PROGRAM_FILLS: Final = {"fill_at": "next_open", "path": "nearer", "spread": "bar"}
"""The rules of fills that a backtest of a program has; `limit_fill` is the request's, and `touch` unless said."""


class FillRules(Spec, frozen=True):
    """How orders fill on bars. Percentages of volume and impact are those of a step of the bar.

    `spread` is `ticks` (`spread_ticks` of them; 0: everybody trades at the price) or `bar`, as wide as the sandbox makes it.
    """

    fill_at: FillAt = "next_open"
    path: Path = "pessimistic"
    limit_fill: LimitFill = "through"
    slippage_ticks: int = 0
    slippage_percent: Decimal = Decimal(0)
    volume_share_impact_percent: Decimal = Decimal(0)
    root_impact_percent: Decimal = Decimal(0)
    volume_cap_percent: int = 0
    spread: Spread = "ticks"
    spread_ticks: int = 0


class Fees(Spec, frozen=True):
    """Fees in basis points of what is traded; targets are makers, everything else takes."""

    maker_bps: Decimal = Decimal(2)
    taker_bps: Decimal = Decimal(5)


class PositionLimits(Spec, frozen=True):
    """How many positions there may be at once, and the largest share of equity that one may open with; None: any."""

    max_open_positions: int = MAX_SYMBOLS
    max_share_percent: Decimal | None = None


class Backtest(Spec, frozen=True):
    """One backtest: what is traded, by which strategy, and by which rules.

    `delisted_after_bars`: a symbol without a bar for so many bars of the time axis counts as delisted. `close_at_end` sells
    at the last close what is still held; otherwise it is only marked. `program` is one of those that strategies have, in
    place of a strategy; the kernels know none (`analytics/backtests/programs.py`).
    """

    symbols: tuple[str, ...]
    interval: str
    strategy: Strategy
    program: dict[str, Any] | None = None
    fills: FillRules = FillRules()
    fees: Fees = Fees()
    limits: PositionLimits = PositionLimits()
    starting_cash: Decimal = Decimal(100_000)
    allow_short: bool = False
    leverage: int = 1
    close_at_end: bool = False
    delisted_after_bars: int = 100

    def __post_init__(self) -> None:
        _check(self)


def backtest_from(data: object) -> Backtest:
    """A spec from what JSON decodes to; beside a program it needs no strategy. Raises Invalid naming the misfit field."""
    if isinstance(data, dict) and data.get("program") is not None:
        data = {"strategy": {}, **data}
    return spec_from(data, Backtest, "backtest")


def fee_ppm_of(field: str, bps: Decimal) -> int:
    """Basis points in millionths; raises Invalid below 0, above 100 %, or finer than a hundredth."""
    return whole(field, bps * 100, 0, PPM, 100)


def cash_units_of(cash: Decimal) -> int:
    """Money in its smallest unit; raises Invalid for less than nothing or too much."""
    if not 0 <= cash <= MAX_STARTING_CASH:
        raise invalid_field("starting_cash", f"Must be from 0 to {MAX_STARTING_CASH}.")
    return whole("starting_cash", cash * 10**MONEY_DECIMALS, 0, 10**16, 10**MONEY_DECIMALS)


def _check(spec: Backtest) -> None:
    """Raise Invalid naming the first field that does not fit."""
    strategy, fills = spec.strategy, spec.fills
    check_count("symbols", len(spec.symbols), 1, MAX_SYMBOLS)
    if len(set(spec.symbols)) < len(spec.symbols):
        raise invalid_field("symbols", "Name each symbol once.")
    check_count("leverage", spec.leverage, 1, MAX_LEVERAGE)
    check_count("delisted_after_bars", spec.delisted_after_bars, 1, 10**9)
    check_count("limits.max_open_positions", spec.limits.max_open_positions, 1, MAX_SYMBOLS)
    share_limit_ppm(spec)
    cash_units_of(spec.starting_cash)
    fee_ppm_of("fees.maker_bps", spec.fees.maker_bps)
    fee_ppm_of("fees.taker_bps", spec.fees.taker_bps)
    check_count("fills.slippage_ticks", fills.slippage_ticks, 0, MAX_SLIPPAGE_TICKS)
    check_count("fills.spread_ticks", fills.spread_ticks, 0, MAX_SLIPPAGE_TICKS)
    check_count("fills.volume_cap_percent", fills.volume_cap_percent, 0, 100)
    for name in ("slippage_percent", "volume_share_impact_percent", "root_impact_percent"):
        ppm_of(f"fills.{name}", getattr(fills, name), least=0, most=PPM // 2)
    check_strategy(strategy, allow_short=spec.allow_short, leverage=spec.leverage)
    if spec.program is not None:
        _check_program(spec)


def _check_program(spec: Backtest) -> None:
    """Raise Invalid for what the exchange, which fills the orders of a program, does not do."""
    if spec.strategy != Strategy():
        raise invalid_field("program", "Says by itself what to do: leave `strategy` out.")
    for name, value in PROGRAM_FILLS.items():
        if getattr(spec.fills, name) != value:
            raise invalid_field(f"fills.{name}", f"The exchange fills a program's orders: must be {value}.")
    if spec.close_at_end:
        raise invalid_field("close_at_end", "What a program holds at the end is marked: leave it out.")
    if spec.limits != PositionLimits():
        raise invalid_field("limits", "A program says by itself how much: leave it out.")


def share_limit_ppm(spec: Backtest) -> int:
    """The largest share of equity of one position in millionths; more than anybody has where there is no limit."""
    percent = spec.limits.max_share_percent
    if percent is None:
        return NO_SHARE_LIMIT
    return ppm_of("limits.max_share_percent", percent, least=1, most=spec.leverage * PPM)


def require_steps(spec: Backtest, instruments: Sequence[Instrument]) -> None:
    """Raise Invalid for a fixed quantity or distance that is no whole number of the lots or ticks of every instrument."""
    strategy = spec.strategy
    for each in instruments:
        if isinstance(strategy.sizing, FixedQuantity):
            lots_of("strategy.sizing.quantity", strategy.sizing.quantity, each)
        for name in ("stop", "target", "trailing"):
            distance = getattr(strategy, name)
            if isinstance(distance, FixedDistance):
                ticks_of(f"strategy.{name}.amount", distance.amount, each)


def lots_of(field: str, quantity: Decimal, instrument: Instrument) -> int:
    """A quantity in lots; raises Invalid unless it is a whole number of them."""
    return _steps_of(field, quantity, instrument.lot, f"the lot of {instrument.symbol}")


def ticks_of(field: str, amount: Decimal, instrument: Instrument) -> int:
    """A distance in price in ticks; raises Invalid unless it is a whole number of them."""
    return _steps_of(field, amount, instrument.tick, f"the tick of {instrument.symbol}")


def _steps_of(field: str, value: Decimal, step: Step, what: str) -> int:
    steps = step.count_from_text(f"{value:f}")
    if steps is None or steps <= 0:
        raise invalid_field(field, f"Must be a multiple of {step}, {what}.")
    return steps


def spec_values(spec: Backtest) -> Any:
    """The spec as plain values that JSON can hold, defaults included; `backtest_from` reads them back."""
    return specs.spec_values(spec)
