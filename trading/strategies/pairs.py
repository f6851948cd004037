"""The spread of two symbols, traded back to its mean: whoever of the two closes a bar last looks at both.

What is held says where the program stands, so it goes on after a crash where it was.
"""

import math
from collections.abc import Sequence

from quant.strategies.deciding import Said
from trading.desk import Desk
from trading.sandbox.orders import OrderType
from trading.strategies.dealing import ENTRY, GUARD, ORDER_LIMIT, QUIET, Deed, together
from trading.strategies.measuring import Measures
from trading.strategies.program_specs import Pairs, notional_units
from trading.strategies.programs import ProgramDealer
from trading.strategies.records import ORDERED, REFUSED

Closes = Sequence[tuple[int, int]]


def deviations_from_mean(first: Closes, second: Closes, bars: int) -> float | None:
    """How many sample deviations the spread of two series of closes is from the mean of its last `bars`.

    None before there are so many bars at the same times, and where the spread stood still.
    """
    others = dict(second)
    spread = [math.log(close / others[time_ns]) for time_ns, close in first if time_ns in others][-bars:]
    if len(spread) < bars or not first or not second or first[-1][0] != second[-1][0]:
        return None
    mean = sum(spread) / bars
    deviation = math.sqrt(sum((each - mean) ** 2 for each in spread) / (bars - 1))
    return (spread[-1] - mean) / deviation if deviation > 0.0 else None


class PairDealer(ProgramDealer):
    """One of the two symbols. `partner` is the other one's."""

    partner: "PairDealer"
    closes: Closes = ()

    def act(self, desk: Desk, said: Said, bar_ns: int, measures: Measures, open_positions: int) -> Deed:
        """Look at the spread, if the other one has closed the same bar already."""
        self.closes = measures.closes
        if not self.partner.closes or self.partner.closes[-1][0] != bar_ns:
            return QUIET
        return self.step(desk, bar_ns)

    def step(self, desk: Desk, bar_ns: int) -> Deed:
        """Enter, leave, or do nothing."""
        program = self._run.spec.program
        assert isinstance(program, Pairs), "the dealer fits the program"
        is_first = self._key.endswith(".0")
        first, second = (self, self.partner) if is_first else (self.partner, self)
        distance = deviations_from_mean(first.closes, second.closes, program.bars)
        if distance is None:
            return QUIET
        seen = {"deviations": distance, **{each.symbol: each.price(each.closes[-1][1]) for each in (first, second)}}
        return self._traded(desk, bar_ns, program, (first, second), distance).explained(**seen)

    def _traded(
        self, desk: Desk, bar_ns: int, program: Pairs, both: tuple["PairDealer", "PairDealer"], distance: float
    ) -> Deed:
        account = desk.exchange.accounts[self._run.account]
        held = both[0].traded_lots(account), both[1].traded_lots(account)
        if any(held):
            is_dear = held[0] < 0 or held[1] > 0
            is_back = (distance if is_dear else -distance) <= float(program.leave)
            is_half = not all(held)
            return _left(desk, bar_ns, both, distance) if is_back or is_half else QUIET
        if abs(distance) < float(program.enter):
            return QUIET
        if not self._budget.has_room:
            return Deed(REFUSED, ORDER_LIMIT, self._budget.text)
        return _entered(desk, bar_ns, *both, distance, notional_units(program.notional))

    def enter(self, desk: Desk, bar_ns: int, *, is_buy: bool, units: int) -> Deed:
        """Trade a sum by a market order."""
        update = desk.exchange.market_update(self.symbol)
        lots = 0 if update is None else units // (update.last_ticks * self.instrument.unit_value)
        if lots < 1:
            return Deed(REFUSED, "below_lot", f"{self.symbol}: the sum is less than one lot, or there is no market.")
        command = self._order(ENTRY, bar_ns, is_buy=is_buy, lots=lots, order_type=OrderType.MARKET)
        return self._place(desk, command, "spread")


def _left(desk: Desk, bar_ns: int, both: tuple[PairDealer, PairDealer], distance: float) -> Deed:
    """Trade both back."""
    deed = together([dealer.end(desk, bar_ns) for dealer in both])
    return Deed(deed.outcome, "spread", f"{deed.text}; the spread is {distance:.3f} deviations away", deed.order_ids)


def _entered(desk: Desk, bar_ns: int, first: PairDealer, second: PairDealer, distance: float, units: int) -> Deed:
    """Sell the dear one and buy the cheap one; a leg that is refused takes the other one back."""
    is_dear = distance > 0
    one = first.enter(desk, bar_ns, is_buy=not is_dear, units=units)
    if one.outcome == REFUSED:
        return one
    other = second.enter(desk, bar_ns, is_buy=is_dear, units=units)
    if other.outcome == REFUSED:
        return together([Deed(ORDERED, GUARD, one.text, one.order_ids), other, first.end(desk, bar_ns)])
    text = f"{one.text}, {other.text}; the spread is {distance:.3f} deviations away"
    return Deed(ORDERED, "spread", text, one.order_ids + other.order_ids)
