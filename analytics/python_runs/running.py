"""A strategy in Python, followed at a gateway: asked after each bar that closes, and its orders sent over the public API.

Nothing is remembered but the bars. What it holds is asked of the gateway, and what it ordered is known there by client
order ids; so a process that was killed is started again, and the newest bar that closed is acted on once.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from typing import Any, Final

import aiohttp
import numpy as np

from analytics.backtests.owner_answers import Answering
from analytics.backtests.owner_code import OwnerCode
from analytics.backtests.strategy_files import Value
from analytics.python_runs.deciding import Wish, orders_of, said_of
from analytics.python_runs.public_api import Bell, Busy, Candle, PublicApi, Refused
from analytics.strategies import COLUMNS, Bars
from kit.clock import NS_PER_SECOND, iso_from_ns
from markets.updates import INTERVALS
from quant.strategies.deciding import Said

KEPT_BARS: Final = 5_000
"""Bars that a strategy is shown, the newest: it is asked about all of them at each close, in some milliseconds."""

PAGE: Final = 1_000
"""Candles of one page of the API, which it begins with."""

RECONNECT_S: Final = 1.0
"""Between two attempts to reach the gateway."""

DUPLICATE: Final = "DUPLICATE_CLIENT_ORDER_ID"

Tell = Callable[[str], object]


class PythonRun:
    """One strategy on one symbol of one account; `tell` is given a line for each thing that it said or missed."""

    def __init__(self, wish: Wish, code: OwnerCode, values: Mapping[str, Value], api: PublicApi, tell: Tell) -> None:
        """Raises as `OwnerCode.load`."""
        self._wish, self._api, self._tell = wish, api, tell
        self._interval_ns = INTERVALS[wish.interval] * NS_PER_SECOND
        self._asked = Answering(code, code.load(), values, pulse=lambda: None)
        self._bars: list[Candle] = []
        self._acted_ns = 0
        """When the bar opened that was acted on last."""

    async def follow(self) -> None:
        """Go on until it is canceled; without a connection it waits for one.

        Raises Rejected STRATEGY_FAILED when its code is at fault, and Refused when the gateway does not let it read.
        """
        while True:
            try:
                async with aclosing(self._api.bells(self._wish.symbol, self._wish.interval)) as bells:
                    async for bell in bells:
                        await self._on_bell(bell)
            except (aiohttp.ClientError, TimeoutError, Busy) as fault:
                self._tell(f"Waiting for the gateway: {str(fault) or type(fault).__name__}")
            await asyncio.sleep(RECONNECT_S)

    async def _on_bell(self, bell: Bell) -> None:
        """Take in what has closed, and act on the newest bar unless that was done."""
        missed = await self._take_in(bell)
        if not self._bars or self._bars[-1].time_ns <= self._acted_ns:
            return
        if missed:
            self._tell(f"{missed} bars were missed, and are not traded.")
        newest, shown = self._bars[-1], bars_of(self._wish.symbol, self._interval_ns, self._bars)
        said = said_of(int(self._asked.answer(shown, len(shown), "")[-1]))
        if said.is_anything:
            await self._trade(newest, said)
        self._acted_ns = newest.time_ns

    async def _take_in(self, bell: Bell) -> int:
        """Read the bars that closed since the last one; returns how many of them are too old to be acted on."""
        if self._bars and bell.time_ns < self._bars[-1].time_ns:
            self._tell("The market's clock was set back; what was known of it is forgotten.")
            self._bars, self._acted_ns = [], 0
        last_ns = self._bars[-1].time_ns if self._bars else None
        found = await self._candles(last_ns)
        if last_ns is not None and len(found) >= PAGE:
            self._bars, found = [], await self._candles(None)  # too many were missed to read them all
        new = [each for each in found if bell.has_closed(each.time_ns) and (last_ns is None or each.time_ns > last_ns)]
        self._bars = [*self._bars, *new][-KEPT_BARS:]
        return 0 if last_ns is None else max(len(new) - 1, 0)

    async def _candles(self, from_ns: int | None) -> list[Candle]:
        return await self._api.candles(self._wish.symbol, self._wish.interval, limit=PAGE, from_ns=from_ns)

    async def _trade(self, bar: Candle, said: Said) -> None:
        orders, refusal = orders_of(self._wish, said, await self._api.held(self._wish.symbol), bar.time_ns)
        told = f"{iso_from_ns(bar.time_ns)} {', '.join(said.names)} at {bar.close:g}"
        for order in orders:
            self._tell(f"{told}: {await self._place(order)}")
        if not orders:
            self._tell(f"{told}: {refusal or 'nothing to do'}")

    async def _place(self, order: dict[str, Any]) -> str:
        """Send an order; what came of it in words. A refusal of the exchange is an answer, and the run goes on."""
        what = f"{order['side']} {order['quantity']}"
        try:
            placed = await self._api.place(order)
        except Refused as refusal:
            return "it was ordered before" if refusal.code == DUPLICATE else f"{what} was refused, {refusal}"
        return f"{what} is {placed['status']}"


def bars_of(symbol: str, interval_ns: int, candles: list[Candle]) -> Bars:
    """Candles as a strategy is shown them."""
    columns = {name: np.array([getattr(each, name) for each in candles]) for name in COLUMNS}
    times = np.array([each.time_ns for each in candles], np.int64)
    for column in (times, *columns.values()):
        column.flags.writeable = False
    return Bars(symbol, interval_ns, times, **columns)
