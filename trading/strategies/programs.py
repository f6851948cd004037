"""Strategies that are no conditions but small programs: buying by the clock, a grid, and two ways to trade a large quantity.

Each deals in one symbol, acts on closed bars, and keeps no state of its own: what was ordered is known by client order ids,
what is done by the position against the one that the run began with. So a program goes on after a crash where it was.
"""

from itertools import islice, pairwise
from typing import Final

import msgspec

from kit.clock import NS_PER_SECOND
from quant.strategies.deciding import Said
from quant.strategies.specs import Spec
from trading.desk import Desk
from trading.sandbox.accounts import Account
from trading.sandbox.orders import OrderStatus, OrderType, PlaceOrder, Terms
from trading.strategies.dealing import END, ORDER_LIMIT, QUIET, Dealer, Deed, together
from trading.strategies.measuring import Measures
from trading.strategies.program_specs import (
    DollarCostAveraging,
    Grid,
    Iceberg,
    Twap,
    Vwap,
    line_ticks,
    lots_of,
    notional_units,
    ticks_of,
)
from trading.strategies.records import ORDERED, REFUSED

# Dealers -------------------------------------------------------------------------------------------------------------


class ProgramDealer(Dealer):
    """What all programs have in common: one symbol, and no conditions."""

    _measures: Measures

    def act(self, desk: Desk, said: Said, bar_ns: int, measures: Measures, open_positions: int) -> Deed:
        """Do what is due at the close of a bar."""
        if not self._budget.has_room:
            return Deed(REFUSED, ORDER_LIMIT, self._budget.text)
        self._measures = measures
        return self.step(desk, bar_ns)

    def step(self, desk: Desk, bar_ns: int) -> Deed:
        """What is due at the close of the bar that opened at `bar_ns`."""
        raise NotImplementedError

    def resume(self, desk: Desk, measures: Measures) -> Deed:
        """Nothing: the ids of orders say what was ordered."""
        return QUIET

    def cancel_orders(self, desk: Desk) -> list[str]:
        """End the orders of the run that wait."""
        account = desk.exchange.accounts[self._run.account]
        waiting = self.own_orders(desk).values() if account.open_orders else ()
        self._protection = {order_id: order_id for order_id in waiting if order_id in account.open_orders}
        return super().cancel_orders(desk)

    def end(self, desk: Desk, bar_ns: int) -> Deed:
        """Trade back what the run traded, for its end; what the account held before stays."""
        account = desk.exchange.accounts.get(self._run.account)
        lots = 0 if account is None else self.traded_lots(account)
        if not lots:
            return QUIET
        command = self._order(
            END, bar_ns, is_buy=lots < 0, lots=abs(lots), order_type=OrderType.MARKET, is_closing=True
        )
        return self._place(desk, command, END)

    def traded_lots(self, account: Account) -> int:
        """What the position is more than when the run began; negative: less."""
        return self.lots(account) - self._run.start_lots.get(self.symbol, 0)

    def price(self, ticks: int) -> float:
        """A price as signals show it."""
        return float(self.instrument.price_text(ticks))

    def quantity(self, lots: int) -> float:
        """A quantity as signals show it."""
        return float(self.instrument.quantity_text(lots))


class DcaDealer(ProgramDealer):
    """Buys by the clock."""

    def step(self, desk: Desk, bar_ns: int) -> Deed:
        """Buy at the bars whose turn it is."""
        program = self._run.spec.program
        assert isinstance(program, DollarCostAveraging), "the dealer fits the program"
        every_ns = program.every_bars * self._interval_ns
        if (bar_ns + self._interval_ns) % every_ns:
            return QUIET
        found = [desk.exchange.orders.get(order_id) for order_id in self.own_orders(desk).values()]
        bought = sum(order is None or order.filled_lots > 0 for order in found)
        if program.times is not None and bought >= program.times:
            return Deed(is_done=True, text=f"It has bought {bought} times.").explained(bought=bought)
        command = self._order("buy", bar_ns, is_buy=True, lots=1, order_type=OrderType.MARKET)
        by_notional = msgspec.structs.replace(
            command, quantity_lots=None, notional_units=notional_units(program.notional)
        )
        return self._place(desk, by_notional, "due").explained(bought=bought, notional=float(program.notional))


class TwapDealer(ProgramDealer):
    """Trades a quantity in parts, one a bar; equal ones, unless it is told how large each is beside the others."""

    def step(self, desk: Desk, bar_ns: int) -> Deed:
        """Trade the part of a bar; the run is done with the last one."""
        program = self._run.spec.program
        assert isinstance(program, Twap | Vwap), "the dealer fits the program"
        account = desk.exchange.accounts[self._run.account]
        is_buy, total = program.side == "buy", lots_of(program.quantity, self.instrument)
        left = total - abs(self.traded_lots(account))
        bar = self._number_of(desk, bar_ns)
        if left <= 0 or bar > program.bars:
            text = (
                f"{self.instrument.quantity_text(total - left)} of {self.instrument.quantity_text(total)} are traded."
            )
            return Deed(is_done=True, text=text).explained(left=self.quantity(max(left, 0)))
        bars_left = program.bars - bar + 1
        lots = self.part_lots(left, bar_ns + self._interval_ns, bars_left)
        if not lots:
            return QUIET
        command = self._order("part", bar_ns, is_buy=is_buy, lots=lots, order_type=OrderType.MARKET)
        deed = self._place(desk, command, "due")
        return deed.explained(left=self.quantity(left), bars_left=bars_left, share=lots / left)

    def _number_of(self, desk: Desk, bar_ns: int) -> int:
        """Which bar of the program it is, from 1: the first part was ordered at the first."""
        seconds = [int(name.split(".")[0], 16) for name in self.own_orders(desk)]
        return 1 if not seconds else (bar_ns - min(seconds) * NS_PER_SECOND) // self._interval_ns + 1

    def part_lots(self, left: int, first_ns: int, bars: int) -> int:
        """The part of the bar that opens at `first_ns` of what is left for so many bars, that one included."""
        return -(-left // bars)


class VwapDealer(TwapDealer):
    """As large as the volume that is expected."""

    def part_lots(self, left: int, first_ns: int, bars: int) -> int:
        """By the average volumes of the times of the day; all of it with the last bar."""
        profile = self._measures.profile
        assert profile is not None, "the plans ask for one"
        expected = [profile.expected(first_ns + number * self._interval_ns) for number in range(bars)]
        return left if bars == 1 or not sum(expected) else min(round(left * expected[0] / sum(expected)), left)


class IcebergDealer(ProgramDealer):
    """One order that hides most of itself."""

    def step(self, desk: Desk, bar_ns: int) -> Deed:
        """Place the order once; the run is done when it has ended."""
        program = self._run.spec.program
        assert isinstance(program, Iceberg), "the dealer fits the program"
        known = self.own_orders(desk)
        if known:
            order = desk.exchange.orders.get(next(iter(known.values())))
            if order is not None and order.is_live:
                return QUIET
            status = "gone from memory" if order is None else order.status.value
            filled = 0 if order is None else order.filled_lots
            return Deed(is_done=True, text=f"The order is {status}.").explained(filled=self.quantity(filled))
        shown = lots_of(program.display_quantity, self.instrument)
        price = program.price
        price_ticks = self._run.start_ticks[self.symbol] if price is None else ticks_of(price, self.instrument)
        command = self._order(
            "iceberg", bar_ns, is_buy=program.side == "buy", lots=lots_of(program.quantity, self.instrument),
            order_type=OrderType.LIMIT, price_ticks=price_ticks, terms=Terms(display_lots=shown),
        )  # fmt: skip
        deed = self._place(desk, command, "due")
        return deed.explained(price=self.price(price_ticks), shown=self.quantity(shown))


class GridDealer(ProgramDealer):
    """Buys at lines and sells a line higher. The orders of line 3 are `0.b3`, `0.s3`, then `1.b3` and so on.

    An order that left memory ended long ago; it counts as filled.
    """

    _looked_at: tuple[dict[str, str], int, dict[int, int]] = ({}, 0, {})
    """The orders of the run when they were looked at last, how many there were, and by line the newest round."""

    def step(self, desk: Desk, bar_ns: int) -> Deed:
        """Place what is missing: at each line its buy, or, once that is filled, its sell."""
        program = self._run.spec.program
        assert isinstance(program, Grid), "the dealer fits the program"
        update = desk.exchange.market_update(self.symbol)
        if update is None:
            return QUIET
        lines = line_ticks(program, self._run.start_ticks[self.symbol])
        own = self.own_orders(desk)
        rounds = self._newest_rounds(own)
        deeds = []
        for number, (buys_at, sells_at) in enumerate(pairwise(lines)):
            command = self._missing(desk, program, own, rounds.get(number, -1), number, buys_at, sells_at)
            if command is not None and (command.side.value == "sell" or buys_at < update.last_ticks):
                deeds.append(self._place(desk, command, "line"))
        refused = [deed for deed in deeds if deed.outcome == REFUSED]
        whole = together(refused)
        if not refused and deeds:
            ids = tuple(one for deed in deeds for one in deed.order_ids)
            whole = Deed(ORDERED, "line", f"placed {len(deeds)} orders", ids)
        return whole.explained(price=self.price(update.last_ticks), lowest=self.price(lines[0]),
                               highest=self.price(lines[-1]))  # fmt: skip

    def _newest_rounds(self, own: dict[str, str]) -> dict[int, int]:
        """By line, the newest round that it bought in; what was ordered before the last look is not looked at again."""
        before, count, rounds = self._looked_at
        if before is not own:
            count, rounds = 0, {}
        for name in islice(own, count, None):
            number, _, what = name.partition(".")
            if what.startswith("b"):
                line = int(what[1:])
                rounds[line] = max(rounds.get(line, -1), int(number, 16))
        self._looked_at = own, len(own), rounds
        return rounds

    def _missing(
        self, desk: Desk, program: Grid, own: dict[str, str], newest: int, line: int, buys_at: int, sells_at: int
    ) -> PlaceOrder | None:
        """The order that a line waits for; None while one of its orders waits in the market."""
        if newest < 0:
            return self._line_order(program, 0, "b", line, buys_at)
        bought = desk.exchange.orders.get(own[f"{newest:x}.b{line}"])
        if bought is not None and bought.is_live:
            return None
        if bought is not None and not bought.filled_lots:
            is_refused = bought.status is OrderStatus.REJECTED
            return None if is_refused else self._line_order(program, newest + 1, "b", line, buys_at)
        sold_id = own.get(f"{newest:x}.s{line}")
        if sold_id is None:
            lots = None if bought is None else bought.filled_lots
            return self._line_order(program, newest, "s", line, sells_at, lots=lots)
        sold = desk.exchange.orders.get(sold_id)
        if sold is not None and (sold.is_live or not sold.filled_lots):
            return None
        return self._line_order(program, newest + 1, "b", line, buys_at)

    def _line_order(
        self, program: Grid, number: int, what: str, line: int, price_ticks: int, lots: int | None = None
    ) -> PlaceOrder | None:
        if lots is None:
            lots = notional_units(program.notional) // (price_ticks * self.instrument.unit_value)
        if lots < 1:
            return None
        order = self._order(what, 0, is_buy=what == "b", lots=lots, order_type=OrderType.LIMIT, price_ticks=price_ticks)
        return msgspec.structs.replace(order, client_order_id=f"{self._key}.{number:x}.{what}{line}")


SINGLE_DEALERS: Final[dict[type[Spec], type[ProgramDealer]]] = {
    DollarCostAveraging: DcaDealer,
    Grid: GridDealer,
    Twap: TwapDealer,
    Vwap: VwapDealer,
    Iceberg: IcebergDealer,
}
"""By program, who deals by it."""
