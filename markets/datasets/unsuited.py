"""What a table of numbers is when it is neither candles nor trades nor quotes, so that a refusal can say it.

A panel of closing prices is the one such table that can be imported, and only when the caller asks for it: candles
without a range fill stops and limits at prices nobody knows.
"""

import re
from collections.abc import Sequence

from markets.datasets.columns import BOOK_MARKS, ROLE_NAMES, normalised

_TIME_NAMES = frozenset(
    {"date", "time", "datetime", "timestamp", "day", "period", "time_period", "", "unnamed_0", "index"}
)
_MATURITY = re.compile(r"(?:dgs|y|yield_)?\d{1,3}_?(?:m|mo|month|months|y|yr|year|years|w|week|weeks)")
_FUNDING = re.compile(r"(?:last_)?funding.*")
_RETURN = re.compile(r"(?:.*_)?(?:return|returns|ret|pct_change|change_pct|log_return)")
_FACTORS = frozenset(
    {"mkt_rf", "smb", "hml", "rmw", "cma", "mom", "umd", "rf", "alpha", "factor", "zscore", "beta", "signal"}
)
_JSON_LINE = re.compile(r"^(?:\d{10,19} )?[\[{]")
MAX_SHOWN = 6


def why_unsuited(names: Sequence[str]) -> str | None:
    """What a table of these columns holds instead of prices, with the way out; None when nobody can tell."""
    known = [normalised(name) for name in names]
    values = [name for name in known if name not in _TIME_NAMES]
    shown = ", ".join(repr(name) for name in names[:MAX_SHOWN])
    if BOOK_MARKS & set(known):
        return f"This is an order book ({shown}), and not candles, trades or quotes: replay it as a book, not as a data set."
    if any(_FUNDING.fullmatch(name) for name in values):
        return f"These are funding rates ({shown}), not prices: there is nothing in them to trade against."
    if values and all(_MATURITY.fullmatch(name) for name in values):
        return f"These are yields by maturity ({shown}), not prices: there is nothing in them to trade against."
    if values and all(_RETURN.fullmatch(name) for name in values):
        return f"These are returns ({shown}), not prices: a market cannot be made of them without a price to begin at."
    if _FACTORS & set(values):
        return f"This is a table of factors ({shown}), not prices."
    return None


def why_json(line: str) -> str | None:
    """The reason for a text file whose lines are JSON; None for other lines."""
    if _JSON_LINE.match(line) is None:
        return None
    return "The lines are JSON, as streams of an exchange's order book are recorded; data sets come from tables (CSV)."


def panel_columns(names: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The columns of a panel of closing prices: all but the first, which is the time, one for each symbol.

    Empty unless every filled cell of the sampled `rows` is a positive number and the names could be tickers.
    """
    if len(names) < 2 or normalised(names[0]) not in _TIME_NAMES or why_unsuited(names):
        return ()
    if any(not name or (name[0].isdigit() and name.isdigit()) for name in names[1:]):
        return ()
    known = {normalised(name) for name in names[1:]}
    if len(known) < len(names) - 1 or known & ROLE_NAMES:
        return ()
    cells = [cell.strip() for row in rows for cell in row[1 : len(names)]]
    filled = [cell for cell in cells if cell]
    return tuple(names[1:]) if filled and all(map(_is_price, filled)) else ()


def refusal_of_panel(symbols: Sequence[str]) -> str:
    """What is said about a panel when closing prices were not asked for."""
    shown = ", ".join(symbols[:MAX_SHOWN])
    return (
        f"This looks like a panel of closing prices, one column for each symbol ({shown}): there is no open, high or low, "
        'so fills within a bar cannot be told. Send "closes": true to import each column as candles whose four prices '
        "are the close."
    )


def _is_price(cell: str) -> bool:
    try:
        return 0 < float(cell) < float("inf")
    except ValueError:
        return False
