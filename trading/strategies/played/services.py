"""Plays a program over bars: the steps of each bar go through an exchange in memory, where the program's dealers order.

What a rehearsal does, without its feed and its clock: so both fill alike by construction. Django-free, for workers.
"""

import asyncio
import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

import msgspec

from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK
from markets.instruments import Instrument
from markets.sources.base import Step, steps_of_bar
from markets.updates import INTERVALS, Candle
from quant.fills import PPM
from quant.strategies.deciding import SILENCE
from trading.desk import Desk
from trading.journal.stores import MemoryStore
from trading.published import Change
from trading.sandbox.events import OrderRejected
from trading.sandbox.margin_terms import MarginTerms
from trading.sandbox.orders import OpenAccount, Order, Side
from trading.sandbox.policies import CUSTOM, FillPolicy
from trading.strategies.budget import OrderBudget
from trading.strategies.dealers import dealers_of
from trading.strategies.dealing import Dealer
from trading.strategies.measuring import Measures, plans_of
from trading.strategies.program_specs import begins_at_price
from trading.strategies.records import STARTING, Run, StrategySpec, strategy_spec_from

ACCOUNT: Final = "backtest"
MAX_BARS: Final = 300_000
"""Of all symbols: each is some steps of the exchange, a hundred thousand bars a quarter of a minute."""

STEPS_PER_TURN: Final = 2_000
"""Steps between which the journal in memory is waited for."""

PERCENT_PPM: Final = PPM // 100
KEPT_ORDERS: Final = 10**9
"""All ended orders stay in memory: what each was for is read at the end."""

Pulse = Callable[[float], None]


class Play(msgspec.Struct, frozen=True, kw_only=True):
    """What is played: a spec with a program, the money, and how orders fill. Fees in millionths of the notional."""

    spec: dict[str, Any]
    cash_units: int
    maker_ppm: int
    taker_ppm: int
    slippage_ticks: int = 0
    slippage_percent: Decimal = Decimal(0)
    volume_share_impact_percent: Decimal = Decimal(0)
    root_impact_percent: Decimal = Decimal(0)
    volume_cap_percent: int = 0
    is_through: bool = False

    @property
    def policy(self) -> FillPolicy:
        """As the exchange has it: any quantity at the best price, as on bars nobody knows the book."""
        return FillPolicy(
            limit_fill="through" if self.is_through else "touch",
            depth="unlimited",
            volume_cap_percent=self.volume_cap_percent,
            slippage_ticks=self.slippage_ticks,
            slippage_ppm=int(self.slippage_percent * PERCENT_PPM),
            volume_share_impact_ppm=int(self.volume_share_impact_percent * PERCENT_PPM),
            root_impact_ppm=int(self.root_impact_percent * PERCENT_PPM),
        )


class Acted(msgspec.Struct, frozen=True, kw_only=True):
    """A fill, or an order that was refused (`refused` is the exchange's code, and no lots filled). Times are market time.

    `purpose` is what the program calls the order, `liquidation` for one of the exchange's own.
    """

    symbol: str
    is_buy: bool
    time_ns: int
    created_ns: int
    ordered_lots: int
    lots: int
    price_ticks: int
    fee_units: int
    is_maker: bool
    purpose: str
    refused: str | None = None


def play(
    wish: Play, instruments: Mapping[str, Instrument], bars: Mapping[str, Sequence[Candle]], pulse: Pulse
) -> list[Acted]:
    """Everything that was done and refused, in the order in which it happened; bars in ticks and lots, oldest first.

    Raises Invalid for a spec that does not fit its instruments.
    """
    spec = strategy_spec_from(wish.spec)
    return asyncio.run(_Stage(wish, spec, instruments, bars).play(pulse))


class _Stage:
    """An exchange with one account, a clock that the steps set, and the dealers of one run."""

    def __init__(
        self,
        wish: Play,
        spec: StrategySpec,
        instruments: Mapping[str, Instrument],
        bars: Mapping[str, Sequence[Candle]],
    ) -> None:
        self._wish = wish
        self._spec = spec
        self._instruments = instruments
        self._bars = bars
        self._interval_ns = INTERVALS[spec.interval] * NS_PER_SECOND
        self._time_ns = 0
        self._acted: list[Acted] = []
        self._dealers: dict[str, Dealer] = {}
        self._is_done = False
        self._budget = OrderBudget()
        self._measures = {
            symbol: Measures(plans_of(spec, instruments[symbol]), spec.leverage) for symbol in spec.symbols
        }
        self._desk = Desk(
            store=MemoryStore(),
            find_instrument=instruments.__getitem__,
            market_time_ns=lambda: self._time_ns,
            clock=SYSTEM_CLOCK,
            restore_answers=lambda answers: None,
            retry_delays_s=(0.0,),
            kept_ended_orders=KEPT_ORDERS,
            keep_house_every=KEPT_ORDERS,
            is_record=False,
        )

    async def play(self, pulse: Pulse) -> list[Acted]:
        """Go through the bars."""
        desk = self._desk
        await desk.start()
        desk.add_listener(self._note)
        try:
            await desk.commit([desk.execute(self._account())])
            total = max(sum(map(len, self._bars.values())), 1)
            for number, (symbol, step, closed) in enumerate(self._steps()):
                self._take(symbol, step, closed)
                if number % STEPS_PER_TURN == 0:
                    await desk.wait_for_room()
                    await asyncio.sleep(0)
                    pulse(min(number / (4 * total), 1.0))
                if self._is_done and not desk.exchange.accounts[ACCOUNT].open_orders:
                    break
            await desk.wait_until_durable()
            await asyncio.sleep(0)
        finally:
            await desk.stop()
        return self._acted

    def _account(self) -> OpenAccount:
        quote = self._instruments[self._spec.symbols[0]].quote
        return OpenAccount(
            account_id=ACCOUNT,
            name=ACCOUNT,
            type="margin",
            base_currency=quote,
            allow_short=self._spec.allow_short,
            maker_ppm=self._wish.maker_ppm,
            taker_ppm=self._wish.taker_ppm,
            fill_policy=CUSTOM,
            policy=self._wish.policy,
            balances={quote: self._wish.cash_units},
            margin=MarginTerms(leverage=self._spec.leverage),
        )

    def _steps(self) -> Iterator[tuple[str, Step, Candle | None]]:
        """The steps of all symbols by time, in the order of the spec where times are equal, with the bar that closes."""
        streams = [self._steps_of(symbol, self._bars[symbol]) for symbol in self._spec.symbols]
        return heapq.merge(*streams, key=lambda each: each[1].update.time_ns)

    def _steps_of(self, symbol: str, bars: Sequence[Candle]) -> Iterator[tuple[str, Step, Candle | None]]:
        """As a replay makes them: a bar closes with the first step of the next one."""
        close_ticks, before = 0, None
        for bar, following in pairwise([*bars, None]):
            assert bar is not None, "only the last one is none"
            length_ns = (
                self._interval_ns if following is None else min(self._interval_ns, following.time_ns - bar.time_ns)
            )
            for number, step in enumerate(steps_of_bar(symbol, bar, length_ns, close_ticks)):
                yield symbol, step, None if number else before
            close_ticks, before = bar.close_ticks, bar

    def _take(self, symbol: str, step: Step, closed: Candle | None) -> None:
        """The market first, then whoever acts on the bar that has closed."""
        self._time_ns = step.update.time_ns
        self._desk.on_market(step.update)
        if closed is None or self._is_done:
            return
        if not self._dealers:
            self._begin()
        self._measures[symbol].add(closed)
        self._budget.begin(closed.time_ns + self._interval_ns)
        deed = self._dealers[symbol].act(self._desk, SILENCE, closed.time_ns, self._measures[symbol], 0)
        self._is_done = deed.is_done

    def _begin(self) -> None:
        """The run begins while the first bar is known, as a rehearsal's does: its close is the price at the start."""
        starts = {symbol: self._bars[symbol][0].close_ticks for symbol in self._spec.symbols if self._bars[symbol]}
        run = Run(
            id="run",
            strategy_id="backtest",
            strategy_name="backtest",
            version=1,
            owner=ACCOUNT,
            account=ACCOUNT,
            has_own_account=True,
            parameters={},
            spec=self._spec,
            state=STARTING,
            started_ns=0,
            market_ns=0,
            waits_for_warm_up=False,
            start_lots=dict.fromkeys(self._spec.symbols, 0),
            start_ticks=starts if begins_at_price(self._spec.program) else {},
        )
        self._dealers = dealers_of(run, self._instruments.__getitem__, actor="strategy:backtest", budget=self._budget)

    def _note(self, change: Change) -> None:
        """What became durable, in order; all orders are in memory still."""
        for event in change.events:
            if isinstance(event, OrderRejected):
                self._acted.append(self._refusal(self._desk.exchange.orders[event.order_id], event.code))
        for fill in change.fills:
            order = self._desk.exchange.orders[fill.order_id]
            acted = Acted(
                symbol=order.symbol,
                is_buy=order.side is Side.BUY,
                time_ns=fill.time_ns,
                created_ns=order.created_ns,
                ordered_lots=order.quantity_lots,
                lots=fill.quantity_lots,
                price_ticks=fill.price_ticks,
                fee_units=fill.fee_units,
                is_maker=fill.is_maker,
                purpose=_purpose_of(order),
            )
            self._acted.append(acted)

    def _refusal(self, order: Order, code: str) -> Acted:
        return Acted(
            symbol=order.symbol,
            is_buy=order.side is Side.BUY,
            time_ns=order.created_ns,
            created_ns=order.created_ns,
            ordered_lots=order.quantity_lots,
            lots=0,
            price_ticks=0,
            fee_units=0,
            is_maker=False,
            purpose=_purpose_of(order),
            refused=code,
        )


def _purpose_of(order: Order) -> str:
    return "liquidation" if order.client_order_id is None else order.client_order_id.rsplit(".", 1)[1]
