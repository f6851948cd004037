"""Candles that may be stored: sorted, one of a time, on the grid of their interval and free of contradiction."""

import polars as pl

from kit.clock import NS_PER_SECOND, iso_from_ns
from kit.errors import invalid_field
from markets.candle_store.places import DAY_NS
from markets.datasets.records import Candles
from markets.datasets.store import CANDLE_SCHEMA

MAX_CANDLES_PER_CALL = 1_000_000
"""48 MB; whoever has more appends in parts."""
FIRST_NS = -5_364_662_400 * NS_PER_SECOND
LAST_NS = 7_258_118_400 * NS_PER_SECOND
"""1800 and 2200, the bounds of imported times."""
DAILY_GRID_NS = 60 * NS_PER_SECOND
"""A daily candle opens when its session does, which is a whole minute."""
PRICES = ("open", "high", "low", "close")


def frame_of(candles: Candles) -> pl.DataFrame:
    """Columns as a frame; raises Invalid when they are not equally long, or too many."""
    columns = {"time": candles.time_ns, **{name: getattr(candles, name) for name in (*PRICES, "volume")}}
    if len({len(values) for values in columns.values()}) != 1:
        raise invalid_field("candles", "Every column must be equally long.")
    if len(candles) > MAX_CANDLES_PER_CALL:
        raise invalid_field("candles", f"Must be at most {MAX_CANDLES_PER_CALL:,} at a time.")
    try:
        return pl.DataFrame(columns, schema=CANDLE_SCHEMA)
    except (TypeError, OverflowError, pl.exceptions.PolarsError) as fault:
        raise invalid_field("candles", "Times must be whole nanoseconds, prices and volumes numbers.") from fault


def checked(frame: pl.DataFrame, interval_s: int) -> pl.DataFrame:
    """The rows in order of time, of equal times the last given; raises Invalid that names the first candle at fault."""
    grid_ns = min(interval_s * NS_PER_SECOND, DAY_NS)
    grid_ns = DAILY_GRID_NS if grid_ns == DAY_NS else grid_ns
    time, open_, high, low, close, volume = (pl.col(name) for name in CANDLE_SCHEMA.names())
    rules = {
        "a value that is missing or no finite number": ~pl.all_horizontal(
            time.is_not_null(), *(pl.col(name).is_finite().fill_null(False) for name in (*PRICES, "volume"))
        ),
        "a time outside 1800 to 2200": (time < FIRST_NS) | (time >= LAST_NS),
        "an open time off the grid of its interval": time % grid_ns != 0,
        "a price that is not above 0": pl.min_horizontal(*PRICES) <= 0,
        "a high below its open or close": high < pl.max_horizontal(open_, close),
        "a low above its open or close": low > pl.min_horizontal(open_, close),
        "a negative volume": volume < 0,
    }
    for fault, is_broken in rules.items():
        broken = frame.filter(is_broken)
        if broken.height:
            first = broken["time"][0]
            where = (
                "without a time"
                if first is None
                else f"at {iso_from_ns(first)}"
                if abs(first) < LAST_NS
                else f"at {first}"
            )
            raise invalid_field("candles", f"The candle {where} has {fault}.")
    # Adding 0.0 turns -0.0, which is the same volume with another hash, into 0.0.
    plain = frame.with_columns(volume + 0.0)
    return plain if _is_strictly_rising(plain["time"]) else plain.unique("time", keep="last").sort("time")


def _is_strictly_rising(times: pl.Series) -> bool:
    return bool((times.diff(null_behavior="drop") > 0).all())
