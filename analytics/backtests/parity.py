"""Where a session in the sandbox left a backtest of the same strategy: order by order, each divergence by its kind. Pure.

Both sides are cut into what was done in one bar by one order: a backtest's order fills at once, an order of the sandbox may
fill in parts, which are taken together.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec

Kind = Literal["signal", "data", "timing", "fill", "fee", "risk"]
KINDS: Final[tuple[Kind, ...]] = ("signal", "data", "timing", "fill", "fee", "risk")

Place = tuple[bool, int | None]
"""Whether it is a buy, and the bar."""

TIMING_BARS: Final = 3
"""Within so many bars the same thing done twice is one thing done at another time; further off they are two decisions."""


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """What one order did in one bar; `bar` counts the backtest's bars, None for a time it has no bar for.

    `value` is the sum of price in ticks times lots, `refused` why nothing was done (then there are no lots).
    """

    symbol: str
    time_ns: int
    bar: int | None
    is_buy: bool
    lots: int
    value: int = 0
    fee_units: int = 0
    refused: str | None = None
    order_id: str | None = None

    @property
    def price_ticks(self) -> float:
        """The mean price by lots."""
        return self.value / self.lots


class BarsOf(msgspec.Struct, frozen=True):
    """The bars of a symbol in a backtest: their open times, length, lows and highs in ticks."""

    time_ns: Sequence[int]
    interval_ns: int
    low_ticks: Sequence[int]
    high_ticks: Sequence[int]

    def bar_at(self, time_ns: int) -> int | None:
        """The bar that a time falls into; None where there is none."""
        place = bisect_right(self.time_ns, time_ns) - 1
        if place < 0 or time_ns >= self.time_ns[place] + self.interval_ns:
            return None
        return place

    def spans(self, bar: int, price_ticks: float) -> bool:
        """Whether a price lies within the bar."""
        return self.low_ticks[bar] <= price_ticks <= self.high_ticks[bar]


class Divergence(msgspec.Struct, frozen=True):
    """One difference: its kind, in words, and what each side did (None: nothing)."""

    kind: Kind
    text: str
    backtest: Deed | None
    sandbox: Deed | None

    @property
    def symbol(self) -> str:
        """Of what."""
        one = self.backtest or self.sandbox
        assert one is not None, "somebody did something"
        return one.symbol

    @property
    def time_ns(self) -> int:
        """When the earlier of the two acted."""
        return min(each.time_ns for each in (self.backtest, self.sandbox) if each is not None)


class Parity(msgspec.Struct, frozen=True):
    """How many orders were alike on both sides, and every divergence, oldest first."""

    backtest_orders: int
    sandbox_orders: int
    alike: int
    divergences: list[Divergence]

    @property
    def counts(self) -> dict[str, int]:
        """Divergences by kind."""
        return {kind: sum(each.kind == kind for each in self.divergences) for kind in KINDS}


def compare(backtest: Iterable[Deed], sandbox: Iterable[Deed], bars: dict[str, BarsOf]) -> Parity:
    """Compare what a backtest did with what was done in the sandbox."""
    ours, theirs = list(backtest), list(sandbox)
    done, acted = _by_symbol(ours), _by_symbol(theirs)
    alike, found = 0, []
    for symbol in sorted(done.keys() | acted.keys()):
        matched, differing = _of_symbol(done[symbol], acted[symbol], bars.get(symbol))
        alike += matched
        found += differing
    found.sort(key=lambda each: each.time_ns)
    return Parity(_filled(ours), _filled(theirs), alike, found)


def _filled(deeds: Iterable[Deed]) -> int:
    return sum(deed.lots > 0 for deed in deeds)


def deeds_of_fills(fills: Iterable[Deed]) -> list[Deed]:
    """Fills of the same order in the same bar as one deed, in the order of their first ones."""
    together: dict[tuple[str | None, int | None], list[Deed]] = defaultdict(list)
    for fill in fills:
        together[fill.order_id, fill.bar].append(fill)
    return [_together(parts) for parts in together.values()]


def _together(parts: list[Deed]) -> Deed:
    totals = {name: sum(getattr(part, name) for part in parts) for name in ("lots", "value", "fee_units")}
    return msgspec.structs.replace(parts[0], **totals)


def _by_symbol(deeds: Iterable[Deed]) -> dict[str, list[Deed]]:
    found: dict[str, list[Deed]] = defaultdict(list)
    for deed in deeds:
        found[deed.symbol].append(deed)
    return found


def _of_symbol(ours: list[Deed], theirs: list[Deed], bars: BarsOf | None) -> tuple[int, list[Divergence]]:
    """How many are alike, and what differs. Pairs are sought from the closest likeness to the furthest."""
    pairs: list[tuple[Deed, Deed]] = []
    left, right = list(ours), list(theirs)
    for is_pair in (_is_same, _is_in_same_bar, _is_refusal_of, _is_near):
        left, right = _pair_off(left, right, is_pair, pairs)
    alike = 0
    found = []
    for one, other in pairs:
        difference = _difference(one, other, bars)
        if difference is None:
            alike += one.lots > 0
        else:
            found.append(difference)
    # What both sides refused, or one alone without the other having tried, is no difference in what was done.
    found += [_alone(deed, None) for deed in left if deed.lots > 0]
    found += [_alone(None, deed) for deed in right if deed.lots > 0]
    return alike, found


def _pair_off(
    left: list[Deed], right: list[Deed], is_pair: Callable[[Deed, Deed], bool], pairs: list[tuple[Deed, Deed]]
) -> tuple[list[Deed], list[Deed]]:
    """Add pairs to `pairs`, each with the first that fits; gives what is left of both."""
    by_place: dict[Place, list[Deed]] = defaultdict(list)
    for deed in right:
        by_place[deed.is_buy, deed.bar].append(deed)
    rest, taken = [], set()
    for deed in left:
        free = (each for each in _around(by_place, deed) if id(each) not in taken)
        partner = next((each for each in free if is_pair(deed, each)), None)
        if partner is None:
            rest.append(deed)
        else:
            pairs.append((deed, partner))
            taken.add(id(partner))
    return rest, [each for each in right if id(each) not in taken]


def _around(by_place: Mapping[Place, list[Deed]], deed: Deed) -> Iterator[Deed]:
    """Those of the same side within the bars that timing may differ by, nearest first, and of two as near the earlier."""
    if deed.bar is None:
        return
    for apart in range(TIMING_BARS + 1):
        for bar in sorted({deed.bar - apart, deed.bar + apart}):
            yield from by_place.get((deed.is_buy, bar), ())


def _is_same(one: Deed, other: Deed) -> bool:
    return one.bar == other.bar and one.lots == other.lots and one.value == other.value


def _is_in_same_bar(one: Deed, other: Deed) -> bool:
    return one.bar == other.bar and bool(one.lots) == bool(other.lots)


def _is_refusal_of(one: Deed, other: Deed) -> bool:
    return one.bar == other.bar and bool(one.lots) != bool(other.lots)


def _is_near(one: Deed, other: Deed) -> bool:
    return one.lots > 0 and other.lots > 0


def _difference(one: Deed, other: Deed, bars: BarsOf | None) -> Divergence | None:
    """What differs within a pair: the first in the order of what explains the rest."""
    if not one.lots and not other.lots:
        return None
    if not one.lots or not other.lots:
        refused = one if not one.lots else other
        side = "backtest" if refused is one else "sandbox"
        return Divergence("risk", f"The {side} refused it: {refused.refused}.", one, other)
    if one.bar != other.bar:
        apart = (other.bar or 0) - (one.bar or 0)
        bars_apart = f"{abs(apart)} bar{'s' if abs(apart) > 1 else ''}"
        text = f"The sandbox acted {bars_apart} {'later' if apart > 0 else 'earlier'}."
        return Divergence("timing", text, one, other)
    if one.value != other.value or one.lots != other.lots:
        if bars is not None and one.bar is not None and not bars.spans(one.bar, other.price_ticks):
            text = "The sandbox filled at a price that the backtest's bar never had: its bars are others."
            return Divergence("data", text, one, other)
        what = "price" if one.lots == other.lots else "quantity"
        return Divergence("fill", f"The {what} differs.", one, other)
    if one.fee_units != other.fee_units:
        return Divergence("fee", "The fee differs.", one, other)
    return None


def _alone(one: Deed | None, other: Deed | None) -> Divergence:
    if one is not None:
        return Divergence("signal", "The sandbox did nothing here.", one, None)
    assert other is not None, "one of them acted"
    if other.bar is None:
        return Divergence("data", "The backtest has no bar for this time.", None, other)
    return Divergence("signal", "The backtest did nothing here.", None, other)
