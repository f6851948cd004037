"""What an operator can change about live markets while the gateway runs."""

from typing import Final

from kit import tunables

MAJORS: Final = (
    "BTC-USDT,ETH-USDT,SOL-USDT,BNB-USDT,XRP-USDT,DOGE-USDT,ADA-USDT,AVAX-USDT,LINK-USDT,LTC-USDT"
)  # fmt: skip
MAX_SYMBOLS: Final = 500
"""Two of Binance's connections hold the streams of so many, and half a core their prices."""

MAX_SYMBOLS_CHARS: Final = 12_000

SYMBOLS = tunables.text(
    "live.symbols",
    MAJORS,
    max_length=MAX_SYMBOLS_CHARS,
    why="The markets that a live source follows, BASE-QUOTE, by commas. A change begins the live source again.",
    variable="LIVE_SYMBOLS",
)

DEPTH_SYMBOLS = tunables.whole_number(
    "live.depth_symbols",
    20,
    minimum=0,
    maximum=MAX_SYMBOLS,
    unit="symbols",
    why="How many of these markets, from the first on, have their whole book followed; the others have best bid and ask.",
)

STALE_AFTER_S = tunables.number(
    "live.stale_after_seconds",
    10,
    minimum=0.5,
    maximum=3_600,
    unit="seconds",
    why="A live market that has said nothing for so long is stale: it is shown as such, and nothing fills at its prices.",
)

MAX_JUMP_PERCENT = tunables.number(
    "live.max_jump_percent",
    20,
    minimum=0.1,
    maximum=1_000,
    unit="percent",
    why="A live price this far from the last good one is dropped as an error unless those after it agree with it.",
)

STAND_IN = tunables.flag(
    "live.simulated_until_first",
    default=True,
    why="Whether simulated markets serve until a live source has given its first price. No: there are none until then.",
)

POLL_INTERVAL_S = tunables.number(
    "live.poll_seconds",
    2,
    minimum=0.2,
    maximum=60,
    unit="seconds",
    why="How often a market is asked for where the exchange has no streams, or while a stream says nothing.",
)

KEEP_CANDLES_S = tunables.number(
    "live.keep_candles_seconds",
    300,
    minimum=10,
    maximum=86_400,
    or_zero=True,
    unit="seconds",
    why="How often the closed minutes of live markets are asked for and stored. 0: they are not stored.",
)


def wanted_symbols() -> list[str]:
    """The symbols of `live.symbols`, each once, at most MAX_SYMBOLS."""
    words = (word.strip().upper().replace("/", "-") for word in SYMBOLS.value.split(","))
    return list(dict.fromkeys(word for word in words if word))[:MAX_SYMBOLS]
