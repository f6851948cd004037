"""Which column of a file plays which role, by its name: synonyms of vendors, exchanges and libraries, in any case.

Names are compared in lower case with every run of other characters as one `_`: `Volume (BTC)` is `volume_btc`.
"""

import re
from collections.abc import Sequence
from typing import NoReturn

import msgspec

from kit.errors import invalid_field
from markets.datasets.records import Columns, Kind
from markets.datasets.refusals import unknown_layout

UNNAMED = ("", "unnamed_0", "index", "index_level_0")
"""What pandas makes of an index: an empty header in CSV, `__index_level_0__` in Parquet."""

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "time": (
        "open_time", "opentime", "time_open", "time_period_start", "unix", "unix_timestamp", "unix_time", "timestamp",
        "timestamp_ms", "epoch", "ts", "transact_time", "trade_time", "exchange_time", "ts_event", "datetime",
        "date_time", "date_utc", "time_utc", "utc_time", "gmt_time", "utc", "candle_begin_time", "bar_time", "date",
        "time", "day", "period", "t", "close_time", "closetime", "time_close", "time_period_end", "candle_end_time",
        "bar_end", *UNNAMED,
    ),
    "open": ("open", "o", "open_price", "price_open", "px_open", "opening_price"),
    "high": ("high", "h", "high_price", "price_high", "px_high", "max"),
    "low": ("low", "l", "low_price", "price_low", "px_low", "min"),
    "close": ("close", "c", "close_price", "price_close", "px_close", "closing_price", "last", "close_last"),
    "price": ("price", "p", "px", "trade_price", "rate", "last_price", "execution_price"),
    "quantity": (
        "quantity", "qty", "amount", "size", "volume", "vol", "q", "v", "base_qty", "base_quantity", "base_amount",
        "trade_size", "trade_qty", "last_size",
    ),
    "side": ("side", "taker_side", "aggressor_side", "aggressor", "direction"),
    "buyer_maker": ("buyer_maker", "is_buyer_maker", "isbuyermaker", "buyer_is_maker", "was_buyer_maker", "m"),
    "bid": ("bid", "bid_price", "bidprice", "best_bid", "best_bid_price", "bid_px", "bp"),
    "ask": ("ask", "ask_price", "askprice", "best_ask", "best_ask_price", "ask_px", "ap", "offer"),
    "bid_size": (
        "bid_size", "bidsize", "bid_qty", "bid_quantity", "bid_amount", "bid_volume", "best_bid_qty", "best_bid_size",
    ),
    "ask_size": (
        "ask_size", "asksize", "ask_qty", "ask_quantity", "ask_amount", "ask_volume", "best_ask_qty", "best_ask_size",
    ),
    "bid_open": ("bid_open", "bidopen", "open_bid", "openbid"),
    "bid_high": ("bid_high", "bidhigh", "high_bid", "highbid"),
    "bid_low": ("bid_low", "bidlow", "low_bid", "lowbid"),
    "bid_close": ("bid_close", "bidclose", "close_bid", "closebid"),
    "ask_open": ("ask_open", "askopen", "open_ask", "openask"),
    "ask_high": ("ask_high", "askhigh", "high_ask", "highask"),
    "ask_low": ("ask_low", "asklow", "low_ask", "lowask"),
    "ask_close": ("ask_close", "askclose", "close_ask", "closeask"),
    "id": ("trade_id", "tradeid", "id", "agg_trade_id", "tid", "trade_no", "a"),
    "symbol": ("symbol", "ticker", "tic", "pair", "instrument", "instrument_id", "product_id", "market", "sym"),
}  # fmt: skip
"""Names of each role, the preferred first. An exact epoch is preferred over a text of the same moment."""

_VOLUME = ("volume", "vol", "v", "qty", "quantity", "size", "tick_volume", "tickvol", "tick_vol")
_BASE_VOLUME = ("base_volume", "volume_base", "base_asset_volume", "volumefrom", "volume_from", "base_vol")
_QUOTE_VOLUME = (
    "quote_volume",
    "quote_asset_volume",
    "volume_quote",
    "quote_vol",
    "volumeto",
    "volume_to",
    "turnover",
    "amount",
)
QUOTE_ASSETS = (
    "usdt", "usdc", "busd", "tusd", "fdusd", "usd", "eur", "gbp", "jpy", "krw", "try", "aud", "cad", "chf", "dai",
)  # fmt: skip
"""Assets that a volume column is counted in when it is not the base's."""

BOOK_MARKS = frozenset({"update_type", "first_update_id", "last_update_id", "bids_0_price", "asks_0_price"})
"""Columns that only order books have; their price and size are no trades."""
_QUOTE_MARKS = frozenset({"bid", "ask"})
"""Beside a price and a size these leave open whether a row is a trade or a quote: the caller has to say."""

ROLE_NAMES = frozenset({"open", "high", "low", "close", "price", "volume", "quantity", "bid", "ask", "side"})
"""Names that play a role and are no tickers; SIZE, LAST and T are both."""

_CANDLE_ROLES = ("open", "high", "low", "close")
BID_ROLES = ("bid_open", "bid_high", "bid_low", "bid_close")
ASK_ROLES = ("ask_open", "ask_high", "ask_low", "ask_close")
NUMBER_ROLES = (
    *_CANDLE_ROLES, "volume", "price", "quantity", "bid", "ask", "bid_size", "ask_size", *BID_ROLES, *ASK_ROLES,
)  # fmt: skip
"""Roles whose cells are numbers."""
REQUIRED: dict[Kind, tuple[str, ...]] = {
    "candles": ("time", *_CANDLE_ROLES),
    "trades": ("time", "price", "quantity"),
    "quotes": ("time", "bid", "ask"),
}
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
MAX_COLUMNS = 200
_OPTIONAL_TRADE_ROLES = ("side", "buyer_maker", "id")


class Picked(msgspec.Struct, frozen=True):
    """The roles found, what kind of rows they make, and remarks on choices a reader should know of."""

    kind: Kind
    columns: Columns
    notes: tuple[str, ...] = ()


def normalised(name: str) -> str:
    """`name` as synonyms are written: lower case, other characters as single `_`."""
    return _NOT_LETTERS.sub("_", name.strip().lower()).strip("_")


def pick_columns(names: Sequence[str], *, kind: Kind | None = None, symbol: str | None = None) -> Picked | None:
    """The roles of columns by their names, or None when these are neither candles nor trades.

    `symbol` (BASE-QUOTE) helps to tell the base's volume from the quote's.
    """
    by_name: dict[str, str] = {}
    for name in names:
        by_name.setdefault(normalised(name), name)
    if kind in (None, "candles"):
        picked = _pick_candles(by_name, symbol) or _pick_sided_candles(by_name)
        if picked is not None:
            return picked
    if BOOK_MARKS & by_name.keys():
        return None
    trades = _pick_trades(by_name) if kind in (None, "trades") else None
    quotes = _pick_quotes(by_name) if kind in (None, "quotes") else None
    if trades is not None and kind is None and _QUOTE_MARKS & by_name.keys():
        return None
    return trades or quotes


def check_columns(columns: Columns, names: Sequence[str], kind: Kind | None) -> Picked:
    """The roles as given by the caller; raises Invalid for a column that is not there, or a role that is missing."""
    for role, name in columns.used().items():
        if name not in names:
            shown = ", ".join(repr(known) for known in names[:20])
            raise invalid_field("columns", f"There is no column {name!r} for {role}; the file has {shown}.")
    kind = kind or ("trades" if columns.price else "quotes" if columns.bid else "candles")
    is_sided = kind == "candles" and columns.bid_open is not None
    required = ("time", *BID_ROLES, *ASK_ROLES) if is_sided else REQUIRED[kind]
    missing = [role for role in required if getattr(columns, role) is None]
    if missing:
        raise invalid_field("columns", f"A map for {kind} needs {', '.join(missing)}.")
    return Picked(kind, columns, _missing_notes(kind, columns))


def refuse_columns(names: Sequence[str]) -> NoReturn:
    """Raise Rejected about columns nobody recognises, with the way out."""
    shown = ", ".join(repr(name) for name in names[:20])
    raise unknown_layout(
        f"The columns are not recognised as candles (time, open, high, low, close, volume), trades (time, price, "
        f'quantity, side) or quotes (time, bid, ask): {shown}. Send a column map, such as {{"time": "…", "open": "…", …}}.'
    )


def _pick_candles(by_name: dict[str, str], symbol: str | None) -> Picked | None:
    found = {role: _first(by_name, role) for role in _CANDLE_ROLES}
    time = _first(by_name, "time")
    if time is None or None in found.values():
        return None
    volume, notes = _pick_volume(by_name, symbol)
    time, date = _join_date(by_name, time)
    columns = Columns(time=time, date=date, volume=volume, symbol=_first(by_name, "symbol"), **found)
    return Picked("candles", columns, notes + _missing_notes("candles", columns))


def _pick_sided_candles(by_name: dict[str, str]) -> Picked | None:
    """Bars of bid and ask; of one side alone they are candles of that side."""
    time = _first(by_name, "time")
    bids = {role: _first(by_name, role) for role in BID_ROLES}
    asks = {role: _first(by_name, role) for role in ASK_ROLES}
    has_bids, has_asks = None not in bids.values(), None not in asks.values()
    if time is None or not (has_bids or has_asks):
        return None
    time, date = _join_date(by_name, time)
    symbol = _first(by_name, "symbol")
    if has_bids and has_asks:
        columns = Columns(time=time, date=date, symbol=symbol, **bids, **asks)
        return Picked("candles", columns, _missing_notes("candles", columns))
    side, found = ("bid", bids) if has_bids else ("ask", asks)
    plain = {role.partition("_")[2]: name for role, name in found.items()}
    columns = Columns(time=time, date=date, symbol=symbol, **plain)
    note = f"The bars are of the {side} side alone; there is no spread."
    return Picked("candles", columns, (note, *_missing_notes("candles", columns)))


def _pick_quotes(by_name: dict[str, str]) -> Picked | None:
    time, bid, ask = (_first(by_name, role) for role in REQUIRED["quotes"])
    if time is None or bid is None or ask is None:
        return None
    sizes = {role: _first(by_name, role) for role in ("bid_size", "ask_size")}
    time, date = _join_date(by_name, time)
    columns = Columns(time=time, date=date, bid=bid, ask=ask, symbol=_first(by_name, "symbol"), **sizes)
    return Picked("quotes", columns)


def _pick_trades(by_name: dict[str, str]) -> Picked | None:
    time, price, quantity = (_first(by_name, role) for role in ("time", "price", "quantity"))
    if time is None or price is None or quantity is None:
        return None
    optional = {role: _first(by_name, role) for role in _OPTIONAL_TRADE_ROLES}
    if optional["side"] is not None:
        optional["buyer_maker"] = None
    time, date = _join_date(by_name, time)
    columns = Columns(
        time=time, date=date, price=price, quantity=quantity, symbol=_first(by_name, "symbol"), **optional
    )
    return Picked("trades", columns, _missing_notes("trades", columns))


def _first(by_name: dict[str, str], role: str) -> str | None:
    return next((by_name[name] for name in _SYNONYMS[role] if name in by_name), None)


def _join_date(by_name: dict[str, str], time: str) -> tuple[str, str | None]:
    """Where `date` and `time` are two columns (MetaTrader and many vendors), both are needed."""
    if normalised(time) == "date" and "time" in by_name:
        return by_name["time"], time
    return time, None


def _pick_volume(by_name: dict[str, str], symbol: str | None) -> tuple[str | None, tuple[str, ...]]:
    """The volume in the base asset where there is one, and a remark when there was a choice."""
    ranked = sorted(
        (rank, position, name)
        for position, name in enumerate(by_name)
        if (rank := _volume_rank(name, symbol)) is not None
    )
    if not ranked:
        return None, ()
    rank, _, chosen = ranked[0]
    others = ", ".join(repr(by_name[name]) for _, _, name in ranked[1:])
    notes: tuple[str, ...] = ()
    if others:
        notes += (f"Volume was taken from {by_name[chosen]!r} (the base asset's); {others} was left aside.",)
    if rank >= _RANK_QUOTE:
        notes = (f"Only a volume in the quote asset was found; it was taken from {by_name[chosen]!r} as it is.",)
    return by_name[chosen], notes


_RANK_QUOTE = 3


def _volume_rank(name: str, symbol: str | None) -> int | None:
    """0 for the base's volume by name, 1 for an asset's that is no usual quote, 2 plain, 3 the quote's; else None."""
    base, _, quote = (symbol or "").lower().partition("-")
    if name in _BASE_VOLUME:
        return 0
    if name in _QUOTE_VOLUME:
        return _RANK_QUOTE
    if name in _VOLUME:
        return 2
    prefix, _, asset = name.partition("_")
    if prefix not in ("volume", "vol") or not asset or "_" in asset:
        return None
    if asset == base:
        return 0
    return _RANK_QUOTE if asset == quote or asset in QUOTE_ASSETS else 1


def _missing_notes(kind: Kind, columns: Columns) -> tuple[str, ...]:
    if kind == "candles" and columns.bid_open is not None:
        return ("Bars of bid and ask hold no traded volume: every volume is 0.",)
    if kind == "candles" and columns.volume is None:
        return ("There is no volume column: every volume is 0.",)
    if kind == "trades" and columns.side is None and columns.buyer_maker is None:
        return ("There is no side column: sides follow the tick rule (a higher price than before is a buy).",)
    return ()
