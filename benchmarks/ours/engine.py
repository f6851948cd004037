"""The exchange alone, in one thread: orders that rest, match and cancel, with accounts, holds, risk and events.

A round of one account is nine commands: three orders far from the market that are canceled again, two near it that the
market's next moves fill, and one that crosses and fills at once. Every `ROUNDS_PER_MOVE` rounds the market goes down
through the near buys and back up through the near sells; that time counts too, as no commands.
"""

import gc
import itertools
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from markets.instruments import DEFAULT_INSTRUMENTS, Instrument
from markets.updates import MarketUpdate
from trading.sandbox.exchange import Exchange
from trading.sandbox.orders import (
    BUY,
    GTC,
    LIMIT,
    SELL,
    CancelOrder,
    Command,
    OpenAccount,
    OrderType,
    PlaceOrder,
    Side,
    Terms,
)

INSTRUMENT: Instrument = DEFAULT_INSTRUMENTS[0]
MIDDLE_TICKS = 5_000_000
NEAR_TICKS, MOVE_TICKS, FAR_TICKS = 5, 10, 100_000
FAR_PRICES = 10_000
"""Different prices at which the orders far from the market wait."""
LOTS = 10_000
ROUNDS_PER_MOVE = 50
COMMANDS_PER_ROUND = 9
TICKS_PER_CHUNK = 2_000
STOP_KINDS = (
    OrderType.STOP, OrderType.TRAILING_STOP, OrderType.TAKE_PROFIT, OrderType.TRAILING_STOP_LIMIT,
)  # fmt: skip
RISE_TICKS, FALL_TICKS = 3, 2
ROUNDS_PER_CHUNK = 1_000
ACCOUNTS_WITH_STOPS = 100
SIZES_PER_CHUNK = 1_000
"""The best price takes so many sizes in turn, and has a few orders more join it before the next round."""
JOINING_PER_CHUNK = 10
PRINTED_LOTS = 5
PLENTY_UNITS = 10**24
DEEP_LOTS = 10**12


class Scene:
    """An exchange with its accounts, and a market that goes where it is told."""

    def __init__(self, accounts: int) -> None:
        self.exchange = Exchange(lambda symbol: INSTRUMENT)
        self.time_ns = 1_700_000_000_000_000_000
        self.account_ids = [f"account-{number}" for number in range(accounts)]
        self.numbers = itertools.count(1)
        for account_id in self.account_ids:
            self.exchange.apply(_opening(account_id), self.time_ns)
        self.move(MIDDLE_TICKS, MIDDLE_TICKS)

    def move(self, from_ticks: int, to_ticks: int) -> None:
        """The price goes from one to the other through every price between, with deep levels around."""
        self.exchange.on_market(self.update(from_ticks, to_ticks))

    def update(self, from_ticks: int, to_ticks: int) -> MarketUpdate:
        """What the market says of such a step."""
        self.time_ns += 1_000_000
        return MarketUpdate(
            symbol=INSTRUMENT.symbol,
            time_ns=self.time_ns,
            from_ticks=from_ticks,
            last_ticks=to_ticks,
            low_ticks=1,
            high_ticks=10**9,
            bids=((to_ticks - 1, DEEP_LOTS), (to_ticks - 2, DEEP_LOTS)),
            asks=((to_ticks + 1, DEEP_LOTS), (to_ticks + 2, DEEP_LOTS)),
        )

    def resize(self, lots: int, printed_lots: int = 0) -> MarketUpdate:
        """What the market says when the best bid is for so many lots now, some of which may have traded there."""
        still = self.update(MIDDLE_TICKS, MIDDLE_TICKS)
        bids = ((MIDDLE_TICKS - 1, lots), *still.bids[1:])
        if not printed_lots:
            return msgspec.structs.replace(still, bids=bids)
        last_ticks, side = MIDDLE_TICKS - 1, "sell"
        return msgspec.structs.replace(
            still, from_ticks=last_ticks, last_ticks=last_ticks, bids=bids, traded_lots=printed_lots, trade_side=side
        )

    def stop(self, number: int) -> PlaceOrder:
        """One of many orders that wait for a trigger far away, each at a distance of its own."""
        kind, side = STOP_KINDS[number % len(STOP_KINDS)], (BUY, SELL)[number // len(STOP_KINDS) % 2]
        distance_ticks = FAR_TICKS + number
        is_above = (side is BUY) == (kind is OrderType.STOP)
        terms = Terms(
            trail_ticks=distance_ticks, limit_offset_ticks=1 if kind is OrderType.TRAILING_STOP_LIMIT else None
        )
        is_trailing = kind in (OrderType.TRAILING_STOP, OrderType.TRAILING_STOP_LIMIT)
        return PlaceOrder(
            order_id=f"0197{next(self.numbers):028x}",
            account_id=self.account_ids[number % len(self.account_ids)],
            symbol=INSTRUMENT.symbol,
            side=side,
            type=kind,
            time_in_force=GTC,
            quantity_lots=LOTS,
            stop_ticks=None if is_trailing else MIDDLE_TICKS + (distance_ticks if is_above else -distance_ticks),
            terms=terms if is_trailing else None,
        )

    def order(self, account_id: str, side: Side, price_ticks: int) -> PlaceOrder:
        """A limit order with the next id."""
        return PlaceOrder(
            order_id=f"0197{next(self.numbers):028x}",
            account_id=account_id,
            symbol=INSTRUMENT.symbol,
            side=side,
            type=LIMIT,
            time_in_force=GTC,
            quantity_lots=LOTS,
            price_ticks=price_ticks,
        )

    def fill_book(self, open_orders: int) -> None:
        """Let that many orders rest far from the market, over all accounts, both sides and many prices."""
        for number in range(open_orders):
            account_id = self.account_ids[number % len(self.account_ids)]
            side, sign = (BUY, -1) if number % 2 else (SELL, 1)
            price_ticks = MIDDLE_TICKS + sign * (FAR_TICKS + number % FAR_PRICES)
            self.exchange.apply(self.order(account_id, side, price_ticks), self.time_ns)

    def round_of(self, number: int) -> Iterator[Command]:
        """The nine commands of one account's round."""
        account_id = self.account_ids[number % len(self.account_ids)]
        away_ticks = FAR_TICKS // 2 + number % FAR_PRICES
        far = [self.order(account_id, BUY, MIDDLE_TICKS - away_ticks - step) for step in range(3)]
        yield from far
        yield self.order(account_id, BUY, MIDDLE_TICKS - NEAR_TICKS)
        yield self.order(account_id, SELL, MIDDLE_TICKS + NEAR_TICKS)
        crossing = (BUY, MIDDLE_TICKS + 2) if number % 2 else (SELL, MIDDLE_TICKS - 2)
        yield self.order(account_id, *crossing)
        for order in far:
            yield CancelOrder(order_id=order.order_id, account_id=account_id)


def measure(*, seconds: float, open_orders: int, accounts: int) -> dict[str, float]:
    """Commands a second over `seconds`, microseconds a command, and the memory of an open order.

    The commands themselves are made outside of the time: that is their sender's work.
    """
    scene = Scene(accounts)
    gc.collect()
    before_bytes = resident_bytes()
    scene.fill_book(open_orders)
    book_bytes = resident_bytes() - before_bytes
    spent_ns = commands = 0
    first_round = 0
    while spent_ns < seconds * 1e9:
        chunk = [list(scene.round_of(first_round + number)) for number in range(ROUNDS_PER_CHUNK)]
        spent_ns += _apply(scene, chunk)
        commands += ROUNDS_PER_CHUNK * COMMANDS_PER_ROUND
        first_round += ROUNDS_PER_CHUNK
    left_open = sum(len(account.open_orders) for account in scene.exchange.accounts.values())
    assert left_open == open_orders, f"{left_open} orders are open, and {open_orders} should be"
    return {
        "per_s": commands / (spent_ns / 1e9),
        "us_each": spent_ns / commands / 1_000,
        "bytes_each": book_bytes / open_orders if open_orders else 0.0,
    }


def measure_ticks(*, seconds: float, stops: int) -> dict[str, float]:
    """Microseconds a tick of the market while `stops` stop, take-profit and trailing orders wait in its symbol.

    Each has a trigger or a distance of its own, far enough that none is reached. The price climbs in steps of which every
    other makes a new high, so that half of all trailing stops move with every second tick. The ticks themselves are made
    outside of the time: that is the feed's work.
    """
    scene = Scene(ACCOUNTS_WITH_STOPS)
    for number in range(stops):
        scene.exchange.apply(scene.stop(number), scene.time_ns)
    spent_ns = ticks = 0
    price_ticks = MIDDLE_TICKS
    while spent_ns < seconds * 1e9 and price_ticks < MIDDLE_TICKS + FAR_TICKS // 2:
        updates = []
        for number in range(TICKS_PER_CHUNK):
            before_ticks, price_ticks = price_ticks, price_ticks + (-FALL_TICKS if number % 2 else RISE_TICKS)
            updates.append(scene.update(before_ticks, price_ticks))
        spent_ns += _take_in(scene, updates)
        ticks += TICKS_PER_CHUNK
    waiting = sum(order.status == "pending" for order in scene.exchange.orders.values())
    assert waiting == stops, f"{waiting} orders wait for their trigger, and {stops} should"
    return {"us_a_tick": spent_ns / ticks / 1_000}


def measure_queues(*, seconds: float, resting: int) -> dict[str, float]:
    """Microseconds a tick of the market while `resting` limits wait in the queue at its best price.

    Its size changes with every tick: it grows with one and shrinks with the next, then again with a trade that none of the
    orders has come to the front for. Between the rounds some orders join and as many leave. What is made and placed is
    outside of the time.
    """
    scene = Scene(ACCOUNTS_WITH_STOPS)
    waiting = [_joined(scene, number) for number in range(resting)]
    spent_ns = printed_ns = ticks = 0
    lots = DEEP_LOTS
    while spent_ns + printed_ns < seconds * 1e9:
        sizes = [lots + (number % 2) * LOTS - number for number in range(1, SIZES_PER_CHUNK + 1)]
        lots = sizes[-1]
        spent_ns += _take_in(scene, [scene.resize(size) for size in sizes])
        printed_ns += _take_in(scene, [scene.resize(size, PRINTED_LOTS) for size in sizes])
        ticks += SIZES_PER_CHUNK
        if resting:
            waiting += [_joined(scene, number) for number in range(JOINING_PER_CHUNK)]
            for order in waiting[:JOINING_PER_CHUNK]:
                scene.exchange.apply(CancelOrder(order_id=order.order_id, account_id=order.account_id), scene.time_ns)
            del waiting[:JOINING_PER_CHUNK]
    left_open = sum(order.is_live for order in scene.exchange.orders.values())
    assert left_open == resting, f"{left_open} orders are open, and {resting} should be"
    return {"us_a_tick": spent_ns / ticks / 1_000, "us_a_print": printed_ns / ticks / 1_000}


def _joined(scene: Scene, number: int) -> PlaceOrder:
    """An order that rests at the best bid."""
    order = scene.order(scene.account_ids[number % len(scene.account_ids)], BUY, MIDDLE_TICKS - 1)
    scene.exchange.apply(order, scene.time_ns)
    return order


def _take_in(scene: Scene, updates: Sequence[MarketUpdate]) -> int:
    """Hand the exchange some updates; the nanoseconds it took."""
    on_market = scene.exchange.on_market
    started_ns = time.perf_counter_ns()
    for update in updates:
        on_market(update)
    return time.perf_counter_ns() - started_ns


def _apply(scene: Scene, chunk: list[list[Command]]) -> int:
    """Carry out a chunk of rounds and the market's moves; the nanoseconds it took."""
    apply, time_ns = scene.exchange.apply, scene.time_ns
    started_ns = time.perf_counter_ns()
    for number, commands in enumerate(chunk, start=1):
        for command in commands:
            apply(command, time_ns)
        if number % ROUNDS_PER_MOVE == 0:
            scene.move(MIDDLE_TICKS, MIDDLE_TICKS - MOVE_TICKS)
            scene.move(MIDDLE_TICKS - MOVE_TICKS, MIDDLE_TICKS + MOVE_TICKS)
            scene.move(MIDDLE_TICKS + MOVE_TICKS, MIDDLE_TICKS)
            time_ns = scene.time_ns
    return time.perf_counter_ns() - started_ns


def resident_bytes() -> int:
    """This process's resident memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _opening(account_id: str) -> OpenAccount:
    return OpenAccount(
        account_id=account_id,
        name=account_id,
        type="cash",
        base_currency=INSTRUMENT.quote,
        allow_short=False,
        maker_ppm=200,
        taker_ppm=500,
        fill_policy="realistic",
        balances={INSTRUMENT.quote: PLENTY_UNITS, INSTRUMENT.base: PLENTY_UNITS},
    )
