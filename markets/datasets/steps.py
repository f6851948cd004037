"""Ticks and lots of an instrument that is only known from its data, and symbols guessed from names."""

import re
from math import floor, log10

import msgspec

from kit.errors import invalid_field
from kit.units import MONEY_DECIMALS
from markets.datasets.records import ImportResult
from markets.datasets.refusals import unsuitable

SIGNIFICANT_DIGITS = 6
"""Digits of the lowest price that a tick must tell apart where the prices are no plain decimals."""
LOT_DECIMALS_WITHOUT_VOLUME = 4
_SYMBOL = re.compile(r"[A-Z0-9][A-Z0-9.]{0,19}-[A-Z0-9][A-Z0-9.]{0,19}")
_PAIR = re.compile(r"([A-Z0-9]{2,10})[-_/ ]([A-Z0-9]{3,5})(?![A-Z0-9])")
_JOINED_PAIR = re.compile(r"([A-Z0-9]{2,10}?)(USDT|USDC|FDUSD|BUSD|TUSD|USD|EUR|GBP|JPY|BTC|ETH|BNB)(?![A-Z0-9])")
_SUFFIX = re.compile(r"(?:\.(?:csv|txt|parquet|feather|arrow|ipc|gz|zip))+$", re.IGNORECASE)
_NOT_BASE = re.compile(r"[^A-Z0-9]+")
_DATE_IN_NAME = re.compile(
    r"(?<!\d)(?:19|20)\d{2}(?:[01]\d[0-3]\d|([-_.])(?:0[1-9]|1[0-2])(?:\1(?:0[1-9]|[12]\d|3[01]))?)(?!\d)"
)
"""A day as YYYYMMDD, or a day or month with separators; a bare year or YYYYMM may as well be a ticker (2018.HK)."""
_SIZE_ROLES = frozenset({"volume", "bid_size", "ask_size"})
MAX_BASE_CHARS = 20
DEFAULT_QUOTE = "USD"
"""What tickers without a quote (AAPL) are taken to be priced in; the report says so."""
_QUOTES = frozenset(
    {
        "USDT", "USDC", "FDUSD", "BUSD", "TUSD", "DAI", "USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "NZD", "KRW",
        "TRY", "BRL", "BTC", "ETH", "BNB",
    }
)  # fmt: skip


class Steps(msgspec.Struct, frozen=True):
    """Tick and lot as numbers of decimals (tick = 10**-tick_decimals), and what was coarsened."""

    tick_decimals: int
    lot_decimals: int
    notes: tuple[str, ...]

    @property
    def tick(self) -> str:
        """The tick as decimal text."""
        return _step_text(self.tick_decimals)

    @property
    def lot(self) -> str:
        """The lot as decimal text."""
        return _step_text(self.lot_decimals)


def check_symbol(symbol: str) -> str:
    """`symbol` itself; raises Invalid unless it is BASE-QUOTE in capitals and digits."""
    if _SYMBOL.fullmatch(symbol) is None:
        raise invalid_field("symbol", "Must be BASE-QUOTE in capital letters and digits, such as BTC-USDT.")
    return symbol


def check_quote(quote: str) -> str:
    """`quote` itself; raises Invalid unless it is an asset in capitals and digits."""
    if _SYMBOL.fullmatch(f"X-{quote}") is None:
        raise invalid_field("quote", "Must be an asset in capital letters and digits, such as USD.")
    return quote


def guess_symbol(*names: str) -> str | None:
    """BASE-QUOTE out of the first name that says it: a symbol cell (BTCUSD) or a file name (ADA_BTC-5m.feather)."""
    for name in names:
        text = name.strip().upper()
        if (match := _PAIR.match(text)) and match[2] in _QUOTES:
            return f"{match[1]}-{match[2]}"
        if match := _JOINED_PAIR.match(text):
            return f"{match[1]}-{match[2]}"
    return None


def symbol_of_ticker(ticker: str, quote: str) -> str | None:
    """A ticker that says no quote (AAPL, BRK/B, or a file's name AAPL.csv) as BASE-QUOTE; None when it can be none."""
    stem = _SUFFIX.sub("", ticker.strip()).upper()
    base = _NOT_BASE.sub(".", stem).strip(".")[:MAX_BASE_CHARS]
    symbol = f"{base}-{quote}"
    return symbol if _SYMBOL.fullmatch(symbol) else None


def without_date(name: str) -> str:
    """A file's name without the day or month that it is about, so that the parts of one series have one name."""
    return _DATE_IN_NAME.sub("", name)


def choose_steps(
    *, price_decimals: int | None, volume_decimals: int | None, lowest_price: float, has_volume: bool
) -> Steps:
    """Tick and lot from the data's decimals, so coarse that tick times lot is no finer than 10**-8 of the quote.

    The lot gives way first: every price of the data then stays a whole number of ticks. None decimals means that
    the numbers are no plain decimals. Raises Rejected when the lowest price would be less than a tick.
    """
    notes: list[str] = []
    tick_decimals = MONEY_DECIMALS if price_decimals is None else min(price_decimals, MONEY_DECIMALS)
    if price_decimals is None:
        tick_decimals = max(0, min(MONEY_DECIMALS, SIGNIFICANT_DIGITS - 1 - floor(log10(lowest_price))))
    if price_decimals is None or price_decimals > MONEY_DECIMALS:
        notes.append(
            f"Prices are finer than a tick of {_step_text(tick_decimals)}; they are rounded to it in the market."
        )
    if lowest_price < 10**-tick_decimals:
        raise unsuitable(f"The lowest price, {lowest_price:g}, is below the smallest tick, 10**-{MONEY_DECIMALS}.")
    wanted = volume_decimals if has_volume else LOT_DECIMALS_WITHOUT_VOLUME
    finest = MONEY_DECIMALS - tick_decimals
    lot_decimals = finest if wanted is None else min(wanted, finest)
    if has_volume and wanted != lot_decimals:
        notes.append(
            f"Volumes are finer than a lot of {_step_text(lot_decimals)}: "
            f"tick times lot may not be finer than 10**-{MONEY_DECIMALS} of the quote."
        )
    return Steps(tick_decimals, lot_decimals, tuple(notes))


def steps_of(result: ImportResult) -> Steps:
    """Tick and lot for the instrument of an import; raises Rejected when its prices fit no tick."""
    return choose_steps(
        price_decimals=result.price_decimals,
        volume_decimals=result.volume_decimals,
        lowest_price=result.lowest_price,
        has_volume=result.kind in ("trades", "depth") or bool(_SIZE_ROLES & result.quality.columns.keys()),
    )


def _step_text(decimals: int) -> str:
    return "1" if decimals == 0 else f"0.{'1'.rjust(decimals, '0')}"
