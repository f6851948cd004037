"""How large an entry is, whether the money covers it, and where its stop and target stand: kernels."""

from analytics.backtests.engine.filling import (
    begin_position_nb,
    best_price_nb,
    fixed_slippage_nb,
    record_nb,
    settle_nb,
    taken_nb,
)
from analytics.backtests.engine.layout import (
    CASH,
    EQUITY_SHARE,
    FIXED_LOTS,
    HIGH,
    LEAST_LOTS,
    LEAST_NOTIONAL,
    LEVERAGE,
    LOTS,
    LOW,
    MAKER_PPM,
    MARK,
    MAX_LOTS,
    MAX_NOTIONAL_UNITS,
    MAX_POSITIONS,
    MAX_SHARE_PPM,
    MOST_LOTS,
    NO_DISTANCE,
    NO_SHARE_LIMIT,
    OPEN,
    POSITIONS,
    PROTECTS,
    RISK,
    RISK_SHARE,
    SHARE_OF_PRICE,
    SIZE_KIND,
    SIZE_ROW,
    SIZE_VALUE,
    STOP_KIND,
    STOP_ROW,
    STOP_TICKS,
    STOP_VALUE,
    TAKER_PPM,
    TARGET_KIND,
    TARGET_ROW,
    TARGET_TICKS,
    TARGET_VALUE,
    TICKS,
    TRAIL_KIND,
    TRAIL_PPM,
    TRAIL_ROW,
    TRAIL_TICKS,
    TRAIL_VALUE,
    UNIT_VALUE,
    WATERMARK,
    Run,
)
from analytics.backtests.engine.reasons import (
    ABOVE_MAXIMUM,
    BELOW_LOT,
    BELOW_MINIMUM,
    BEYOND_PRICE,
    NO_CASH,
    NO_VOLUME,
    POSITION_LIMIT,
    TOO_LARGE,
    UNKNOWN_DISTANCE,
)
from quant.compiled import part_of_kernel
from quant.compiled_fills import (
    affordable_lots,
    fee_units,
    initial_units,
    maintenance_units,
    share_of_units,
    share_ticks,
    slipped_price,
)

UNKNOWN = -1
"""A distance whose average true range is not known yet."""


@part_of_kernel
def mark_nb(run: Run, symbol: int, bar: int, is_open: bool) -> int:
    """What a symbol is worth at the open or the close of a bar: its last price known then."""
    if is_open and run.prices[OPEN, symbol, bar] > 0:
        return run.prices[OPEN, symbol, bar]
    return run.prices[MARK, symbol, bar]


@part_of_kernel
def equity_nb(run: Run, bar: int, is_open: bool) -> tuple[int, int, int]:
    """Equity, the initial margin of all positions, and their maintenance margin, at the open or the close of a bar."""
    equity, used, least = run.memory[0, CASH], 0, 0
    if run.memory[0, POSITIONS] == 0:
        return equity, used, least
    for symbol in range(run.memory.shape[0]):
        lots = run.memory[symbol, LOTS]
        if lots != 0:
            notional = abs(lots) * mark_nb(run, symbol, bar, is_open) * run.memory[symbol, UNIT_VALUE]
            equity += notional if lots > 0 else -notional
            used += initial_units(notional, run.memory[symbol, LEVERAGE])
            least += maintenance_units(notional, run.memory[symbol, LEVERAGE])
    return equity, used, least


@part_of_kernel
def distance_nb(run: Run, kind: int, value: int, row: int, symbol: int, source: int, price: int) -> int:
    """A distance in ticks, at least one; 0 for none, `UNKNOWN` while the average true range is not known."""
    if kind == NO_DISTANCE:
        return 0
    if kind == TICKS:
        return value
    if kind == SHARE_OF_PRICE:
        return share_ticks(price, value)
    range_ppm = run.measures[row, symbol, source]
    return UNKNOWN if range_ppm < 0 else max(int(float(range_ppm) * float(value) / 1e12), 1)


@part_of_kernel
def nearest_distance_nb(run: Run, symbol: int, source: int, price: int) -> int:
    """The distance at which a position has lost what it risks: its stop or trailing stop, whichever is nearer; 0: none."""
    if run.memory[symbol, PROTECTS] == 0:
        return 0
    stop = distance_nb(
        run,
        run.memory[symbol, STOP_KIND],
        run.memory[symbol, STOP_VALUE],
        run.memory[symbol, STOP_ROW],
        symbol,
        source,
        price,
    )
    trail = distance_nb(
        run,
        run.memory[symbol, TRAIL_KIND],
        run.memory[symbol, TRAIL_VALUE],
        run.memory[symbol, TRAIL_ROW],
        symbol,
        source,
        price,
    )
    if stop == 0 or trail == 0 or stop == UNKNOWN or trail == UNKNOWN:
        return UNKNOWN if stop == UNKNOWN or trail == UNKNOWN else stop + trail
    return min(stop, trail)


@part_of_kernel
def bought_lots_nb(units: int, price: int, unit_value: int, fee_ppm: int) -> int:
    """`affordable_lots`, or `MAX_LOTS` where it is more than orders may have."""
    lot_cost = price * unit_value
    if units // lot_cost >= MAX_LOTS:
        return MAX_LOTS
    return affordable_lots(units, lot_cost, fee_ppm)


@part_of_kernel
def wanted_lots_nb(run: Run, symbol: int, source: int, equity: int, price: int, distance: int) -> int:
    """How many lots an entry is for at `price`; `UNKNOWN` where what it is measured with is not known."""
    kind, value, unit_value = (
        run.memory[symbol, SIZE_KIND],
        run.memory[symbol, SIZE_VALUE],
        run.memory[symbol, UNIT_VALUE],
    )
    if kind == FIXED_LOTS:
        return value
    fee_ppm = max(run.memory[symbol, MAKER_PPM], run.memory[symbol, TAKER_PPM])
    if kind == RISK_SHARE:
        if distance <= 0:
            return UNKNOWN
        lots = share_of_units(equity, value) // (distance * unit_value)
        lots = min(lots, bought_lots_nb(equity * run.memory[symbol, LEVERAGE], price, unit_value, fee_ppm))
    else:
        share = value if kind == EQUITY_SHARE else run.measures[run.memory[symbol, SIZE_ROW], symbol, source]
        if share < 0:
            return UNKNOWN
        lots = bought_lots_nb(share_of_units(equity, share), price, unit_value, fee_ppm)
    if run.memory[symbol, MAX_SHARE_PPM] < NO_SHARE_LIMIT:
        lots = min(lots, share_of_units(equity, run.memory[symbol, MAX_SHARE_PPM]) // (price * unit_value))
    return min(lots, run.memory[symbol, MOST_LOTS]) if run.memory[symbol, MOST_LOTS] > 0 else lots


@part_of_kernel
def is_covered_nb(run: Run, symbol: int, free: int, price: int, lots: int) -> bool:
    """Whether free margin covers the initial margin of a new position and its fee, as the exchange asks for it."""
    notional = price * lots * run.memory[symbol, UNIT_VALUE]
    return (
        initial_units(notional, run.memory[symbol, LEVERAGE])
        + fee_units(notional, max(run.memory[symbol, MAKER_PPM], run.memory[symbol, TAKER_PPM]))
        <= free
    )


@part_of_kernel
def covered_lots_nb(run: Run, symbol: int, free: int, price: int, lots: int) -> int:
    """The most of `lots` that free margin covers."""
    if free <= 0:
        return 0
    if is_covered_nb(run, symbol, free, price, lots):
        return lots
    leverage, fee_ppm = run.memory[symbol, LEVERAGE], max(run.memory[symbol, MAKER_PPM], run.memory[symbol, TAKER_PPM])
    lots = min(lots, bought_lots_nb(free * leverage, price, run.memory[symbol, UNIT_VALUE], fee_ppm * leverage))
    while lots > 0 and not is_covered_nb(run, symbol, free, price, lots):
        lots -= 1
    return lots


@part_of_kernel
def refusal_nb(run: Run, symbol: int, lots: int, price: int, equity: int) -> int:
    """Why an entry of that size is not allowed whatever the money; 0: it is."""
    notional = float(price) * float(lots) * float(run.memory[symbol, UNIT_VALUE])
    if lots >= MAX_LOTS or notional >= MAX_NOTIONAL_UNITS:
        return TOO_LARGE
    if lots < 1:
        return BELOW_LOT
    if lots < run.memory[symbol, LEAST_LOTS] or notional < run.memory[symbol, LEAST_NOTIONAL]:
        return BELOW_MINIMUM
    if 0 < run.memory[symbol, MOST_LOTS] < lots:
        return ABOVE_MAXIMUM
    if run.memory[symbol, MAX_SHARE_PPM] < NO_SHARE_LIMIT and notional > share_of_units(
        equity, run.memory[symbol, MAX_SHARE_PPM]
    ):
        return POSITION_LIMIT
    return 0


@part_of_kernel
def protect_nb(run: Run, symbol: int, source: int, side: int, price: int, last: int) -> int:
    """Set stop, target and trailing stop of a position that is to open at `price`; 0, or why it may not open."""
    if run.memory[symbol, PROTECTS] == 0:
        return 0
    stop = distance_nb(
        run,
        run.memory[symbol, STOP_KIND],
        run.memory[symbol, STOP_VALUE],
        run.memory[symbol, STOP_ROW],
        symbol,
        source,
        price,
    )
    target = distance_nb(
        run,
        run.memory[symbol, TARGET_KIND],
        run.memory[symbol, TARGET_VALUE],
        run.memory[symbol, TARGET_ROW],
        symbol,
        source,
        price,
    )
    trail = distance_nb(
        run,
        run.memory[symbol, TRAIL_KIND],
        run.memory[symbol, TRAIL_VALUE],
        run.memory[symbol, TRAIL_ROW],
        symbol,
        source,
        last,
    )
    if stop == UNKNOWN or target == UNKNOWN or trail == UNKNOWN:
        return UNKNOWN_DISTANCE
    is_beyond = stop >= price or trail >= last if side > 0 else target >= price
    if is_beyond:
        return BEYOND_PRICE
    run.memory[symbol, STOP_TICKS] = price - side * stop if stop > 0 else 0
    run.memory[symbol, TARGET_TICKS] = price + side * target if target > 0 else 0
    run.memory[symbol, TRAIL_PPM] = (
        run.memory[symbol, TRAIL_VALUE] if run.memory[symbol, TRAIL_KIND] == SHARE_OF_PRICE else 0
    )
    run.memory[symbol, TRAIL_TICKS] = 0 if run.memory[symbol, TRAIL_KIND] == SHARE_OF_PRICE else trail
    run.memory[symbol, WATERMARK] = last
    return 0


@part_of_kernel
def entry_size_nb(
    run: Run, symbol: int, bar: int, source: int, side: int, step: int, last: int, printed: int
) -> tuple[int, int, int]:
    """Ordered lots, the best price, and why the entry is refused (0: it is not), before volume is asked."""
    level = best_price_nb(run, symbol, bar, last, side > 0)
    if run.memory[0, POSITIONS] >= run.memory[0, MAX_POSITIONS]:
        return 0, level, POSITION_LIMIT
    equity, used, _ = equity_nb(run, bar, step == 0)
    if equity - used <= 0:
        return 0, level, NO_CASH
    if equity > MAX_NOTIONAL_UNITS // run.memory[symbol, LEVERAGE]:
        return 0, level, TOO_LARGE
    price, slippage = level, fixed_slippage_nb(run, symbol, level)
    if slippage > 0:
        worst = run.prices[HIGH, symbol, bar] if side > 0 else run.prices[LOW, symbol, bar]
        price = slipped_price(side > 0, level, slippage, worst)
    distance = nearest_distance_nb(run, symbol, source, price)
    lots = wanted_lots_nb(run, symbol, source, equity, max(price, last), distance)
    if lots == UNKNOWN or distance == UNKNOWN:
        return 0, level, UNKNOWN_DISTANCE
    refused = refusal_nb(run, symbol, lots, price, equity)
    if refused != 0:
        return max(lots, 0), level, refused
    # What moves with the quantity is known now: money must cover the price that is really paid.
    price = max(taken_nb(run, symbol, bar, level, side > 0, lots, printed)[0], last)
    covered = covered_lots_nb(run, symbol, equity - used, price, lots)
    if covered == lots:
        return lots, level, 0
    if run.memory[symbol, SIZE_KIND] == FIXED_LOTS or covered == 0:
        return lots, level, NO_CASH
    return covered, level, refusal_nb(run, symbol, covered, price, equity)


@part_of_kernel
def open_position_nb(
    run: Run, symbol: int, bar: int, source: int, side: int, reason: int, step: int, last: int, printed: int
) -> bool:
    """Open a position by a taker while the price stands at `last`, or write down why not; whether it is open."""
    lots, level, refused = entry_size_nb(run, symbol, bar, source, side, step, last, printed)
    price, filled = level, 0
    if refused == 0:
        price, filled = taken_nb(run, symbol, bar, level, side > 0, lots, printed)
        refused = NO_VOLUME if filled <= 0 else protect_nb(run, symbol, source, side, price, last)
    row = record_nb(run, symbol, bar, source, side, lots, reason, refused, step)
    if refused != 0:
        return False
    settle_nb(run, row, filled, price, False)
    distance = nearest_distance_nb(run, symbol, source, price)
    if distance > 0:
        run.orders[row, RISK] = distance * filled * run.memory[symbol, UNIT_VALUE]
    begin_position_nb(run, row)
    return True
