"""What a strategy, a run of it and what it said are, as data that travel. Times are UTC nanoseconds."""

from decimal import Decimal
from typing import Final

import msgspec

from kit.errors import invalid_field
from quant.fills import PPM
from quant.strategies.specs import Spec, Strategy, check_count, check_strategy, ppm_of, spec_from
from trading.strategies.program_specs import Pairs, Program, check_program, symbols_of

MAX_SYMBOLS: Final = 20
"""Of one run: each is followed, and may have a position and three orders, on one account."""

MAX_LEVERAGE: Final = 125

STARTING: Final = "starting"
RUNNING: Final = "running"
STOPPED: Final = "stopped"
FAILED: Final = "failed"
LIVE_STATES: Final = (STARTING, RUNNING)
STATES: Final = (STARTING, RUNNING, STOPPED, FAILED)

LEAVE: Final = "leave"
CANCEL: Final = "cancel"
CLOSE: Final = "close"
ENDINGS: Final = (LEAVE, CANCEL, CLOSE)
"""What a stop does with what is there: nothing, cancel the run's orders, or that and trade out of its positions."""


class Bounds(Spec, frozen=True):
    """Between which values, both included, a parameter may be set when a run starts."""

    least: float
    most: float


class StrategySpec(Spec, frozen=True):
    """What a version says: a backtest's strategy, the symbols and bars it acts on, and how much it may take on.

    With a `program` there are no conditions. `bounds` are of parameters of the strategy; one without bounds keeps its value.
    """

    symbols: tuple[str, ...]
    interval: str
    strategy: Strategy = Strategy()
    program: Program | None = None
    bounds: dict[str, Bounds] = {}
    allow_short: bool = False
    leverage: int = 1
    max_open_positions: int | None = None
    max_share_percent: Decimal | None = None

    def __post_init__(self) -> None:
        _check(self)

    @property
    def max_share_ppm(self) -> int | None:
        """The largest share of equity that one position may open with, in millionths; None: any."""
        percent = self.max_share_percent
        return None if percent is None else ppm_of("max_share_percent", percent, least=1, most=self.leverage * PPM)


def strategy_spec_from(data: object) -> StrategySpec:
    """A spec from what JSON decodes to; raises Invalid naming the field that does not fit."""
    return spec_from(data, StrategySpec, "strategy")


def _check(spec: StrategySpec) -> None:
    check_count("symbols", len(spec.symbols), 1, MAX_SYMBOLS)
    if len(set(spec.symbols)) < len(spec.symbols):
        raise invalid_field("symbols", "Name each symbol once.")
    check_count("leverage", spec.leverage, 1, MAX_LEVERAGE)
    if spec.max_open_positions is not None:
        check_count("max_open_positions", spec.max_open_positions, 1, MAX_SYMBOLS)
    assert spec.max_share_ppm is None or spec.max_share_ppm > 0, "it was checked where it was read"
    if spec.program is not None:
        if spec.strategy != Strategy():
            raise invalid_field("program", "Says by itself what to do: leave `strategy` out.")
        count = symbols_of(spec.program)
        check_count("symbols", len(spec.symbols), count, count)
        if isinstance(spec.program, Pairs) and not spec.allow_short:
            raise invalid_field("allow_short", "Of a pair one is sold short: must be true.")
        check_program(spec.program)
    check_strategy(spec.strategy, allow_short=spec.allow_short, leverage=spec.leverage)
    for name, bounds in spec.bounds.items():
        if name not in spec.strategy.parameters:
            raise invalid_field(f"bounds.{name}", f"The strategy has no parameter {name}.")
        if not bounds.least <= bounds.most:
            raise invalid_field(f"bounds.{name}.least", "Must not be above `most`.")
        check_value(name, spec.strategy.parameters[name], bounds, field=f"strategy.parameters.{name}")


def check_value(name: str, value: float, bounds: Bounds | None, *, field: str) -> None:
    """Raise Invalid for a value that a parameter may not have."""
    if bounds is None:
        raise invalid_field(field, f"{name} has no bounds, so it keeps its value; make a version with bounds for it.")
    if not bounds.least <= value <= bounds.most:
        raise invalid_field(field, f"Must be from {bounds.least:g} to {bounds.most:g}.")


class Version(msgspec.Struct, frozen=True):
    """One version of a strategy; it never changes."""

    number: int
    spec: StrategySpec
    created_ns: int
    note: str = ""


class StrategyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A strategy with its newest version. It belongs to an account, whoever trades it."""

    id: str
    account: str
    name: str
    notes: str
    template: str | None
    version: Version
    created_ns: int
    updated_ns: int


class Gap(msgspec.Struct, frozen=True):
    """Bars that came while a run did not follow them: it saw them as history at most, and traded none of them.

    `from_ns` is when the first missed bar opened and `to_ns` when the last did, None where that is not known.
    """

    symbol: str
    from_ns: int | None
    to_ns: int | None
    reason: str


MAX_GAPS: Final = 100
"""Gaps that a run remembers, the newest."""


class Progress(msgspec.Struct, frozen=True):
    """How far a run has come: the newest bar of each symbol that it acted on, what played then, and its gaps."""

    last_ns: dict[str, int] = {}
    source: str = ""
    gaps: tuple[Gap, ...] = ()


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a version: on which account it trades, with which values, and how it stands.

    `owner` is the account that the strategy belongs to; `account` the one that it trades on, often one of its own.
    `started_ns` and `ended_ns` are by the machine's clock, `market_ns` by the market's, when it began.
    `waits_for_warm_up` says that it acts only after as many bars as its conditions declare.
    """

    id: str
    strategy_id: str
    strategy_name: str
    version: int
    owner: str
    account: str
    has_own_account: bool
    parameters: dict[str, int | float]
    spec: StrategySpec
    state: str
    started_ns: int
    market_ns: int
    reason: str = ""
    ended_ns: int | None = None
    waits_for_warm_up: bool = True
    start_lots: dict[str, int] = {}
    """By symbol, what the account held when it started."""
    start_ticks: dict[str, int] = {}
    """By symbol, the last price when it started, where there was one."""
    start_equity_units: int | None = None
    """What the account was worth when it started, in its base currency."""

    @property
    def is_live(self) -> bool:
        """Whether it goes on."""
        return self.state in LIVE_STATES


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """What a run said at the close of a bar, or did of itself, with the values that made it, and what came of it.

    `outcome` is `ordered`, `refused` or `nothing`; `reason` why (`signal`, `reversal`, `no_cash`, `RISK_…`). `order_ids`
    are the orders placed for it.
    """

    id: str
    run_id: str
    symbol: str
    bar_ns: int
    time_ns: int
    said: tuple[str, ...]
    values: dict[str, float | None]
    outcome: str
    reason: str
    text: str
    order_ids: tuple[str, ...] = ()


ORDERED: Final = "ordered"
REFUSED: Final = "refused"
NOTHING: Final = "nothing"
OUTCOMES: Final = (ORDERED, REFUSED, NOTHING)
