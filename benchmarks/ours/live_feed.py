"""The live source, the feed and the hub in one process, told ticks at a steady pace."""

import asyncio
import os
import random
import time
from typing import Any

SYMBOLS, TICKS_PER_S = 200, 20
ROUNDS_PER_S = 100
WARM_UP_S = 0.5
BOOK_SHARE = 0.3
"""Of the ticks; the others are prints. A venue sends ten books a second of each market and as many prints as there are."""

LEVELS = 20


def measure(seconds: float, *, listens: bool) -> dict[str, float]:
    """Processor seconds ÷ wall seconds, and the ticks a second that went through."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")
    import django

    django.setup()
    return asyncio.run(_measure(seconds, listens))


async def _measure(seconds: float, listens: bool) -> dict[str, float]:
    from kit.clock import SYSTEM_CLOCK
    from markets import services
    from markets.instruments import make_instrument
    from markets.sources.live.listings import Listing
    from markets.sources.live.source import LiveSource

    instruments = [make_instrument(f"C{number:03d}-USDT", tick="0.01", lot="0.001") for number in range(SYMBOLS)]
    for instrument in instruments:
        services.UNIVERSE.add(instrument)
    listings = [Listing(instrument, instrument.symbol.replace("-", "/")) for instrument in instruments]
    source = LiveSource("live:bench", listings, clock=SYSTEM_CLOCK, max_jump=lambda: 0.2)
    said = _make_ticks([listing.venue_symbol for listing in listings])
    for tick in said[:SYMBOLS]:
        source.take_book(tick["book"])
    await services.FEED.switch(source, speed=1.0, is_paused=False, is_live=True)
    if listens:
        _listen([instrument.symbol for instrument in instruments])
    await _tell(source, said, WARM_UP_S)
    before, started_s, used_s = services.FEED.updates, time.perf_counter(), time.process_time()
    await _tell(source, said, seconds)
    used_s, took_s = time.process_time() - used_s, time.perf_counter() - started_s
    taken = services.FEED.updates - before
    await services.FEED.stop()
    assert taken > 0.9 * SYMBOLS * TICKS_PER_S * seconds, f"only {taken} ticks went through"
    return {"cores": used_s / took_s, "ticks_per_s": taken / took_s}


async def _tell(source: Any, said: list[dict[str, Any]], seconds: float) -> None:
    """Say ticks at their pace, a hundredth of a second of them at a time."""
    a_round = SYMBOLS * TICKS_PER_S // ROUNDS_PER_S
    started_s = time.perf_counter()
    for number in range(int(seconds * ROUNDS_PER_S)):
        for place in range(number * a_round, (number + 1) * a_round):
            tick = said[place % len(said)]
            if tick["is_book"]:
                source.take_book(tick["book"])
            else:
                source.take_print(tick["print"])
        await asyncio.sleep(max(0.0, started_s + (number + 1) / ROUNDS_PER_S - time.perf_counter()))


def _make_ticks(symbols: list[str]) -> list[dict[str, Any]]:
    """Ten ticks of each symbol, as ccxt would hand them over; without times, which are then those of their arrival."""
    chance = random.Random(1)
    ticks: list[dict[str, Any]] = []
    for _ in range(10):
        for number, symbol in enumerate(symbols):
            price = (100 + number) * (1 + chance.uniform(-0.001, 0.001))
            sizes = [chance.uniform(0.1, 9) for _ in range(LEVELS)]
            bids = [[round(price - 0.01 * (level + 1), 2), sizes[level]] for level in range(LEVELS)]
            asks = [[round(price + 0.01 * (level + 1), 2), sizes[level]] for level in range(LEVELS)]
            ticks.append(
                {
                    "is_book": chance.random() < BOOK_SHARE,
                    "book": {"symbol": symbol, "bids": bids, "asks": asks, "timestamp": None},
                    "print": {
                        "symbol": symbol,
                        "price": round(price, 2),
                        "amount": chance.uniform(0.01, 2),
                        "side": chance.choice(("buy", "sell")),
                        "timestamp": None,
                    },
                }
            )
    return ticks


def _listen(symbols: list[str]) -> None:
    """Sockets that take whatever they are sent: one for all tickers, one for books, one for candles."""
    from kit.clock import SYSTEM_CLOCK
    from streams.frames import ChannelRequest
    from streams.hub import HUB
    from streams.sockets import Socket
    from streams.transports import Transport

    async def take(message: Any) -> None:
        """Nothing to do."""

    half = len(symbols) // 2
    wanted = (
        [f"ticker:{symbol}" for symbol in symbols],
        [f"orderbook:{symbol}" for symbol in symbols[:half]],
        [f"candles:{symbol}:1m" for symbol in symbols[:half]],
    )
    for names in wanted:
        socket = Socket(
            Transport(take), account="default", clock=SYSTEM_CLOCK, tally=HUB.tally, on_left=HUB.left,
            end_consumer=lambda: None,
        )  # fmt: skip
        HUB.connect(socket)
        subscriptions = [HUB.subscribe(socket, HUB.registry.resolve(name), ChannelRequest(name)) for name in names]
        for subscription in subscriptions:
            socket.begin({"type": "ack"}, [subscription])  # type: ignore[arg-type]  # any frame will do
