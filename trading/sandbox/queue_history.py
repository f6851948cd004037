"""How the queues at the prices of one symbol moved, so that an order can tell how its turn came nearer.

Kept by price and never by order, like the queues themselves: a step of the market is written down once, and an order's own
way is worked out from the steps since its time priority when somebody asks. It belongs to the market and begins anew with
the process. What is long ago is kept coarser: two steps become one that does to every queue what the two did.
"""

from collections import OrderedDict

import msgspec

from quant.fills import queue_after_change, queue_after_print
from trading.sandbox.orders import BUY, Order
from trading.sandbox.price_queues import UNKNOWN_LOTS

MAX_STEPS = 128
"""Steps kept of one price; when it has as many, its older half becomes half as many."""

MAX_PRICES = 512
"""Prices remembered on a symbol, those that moved last; a few megabytes when all are full."""


class QueueStep(msgspec.Struct, frozen=True, gc=False):
    """What one step of the market did at a price: what printed there, and what the level held before and after.

    `moment` is the highest time priority given by then. None is a level that the book did not show.
    """

    moment: int
    time_ns: int
    printed_lots: int
    before_lots: int | None
    after_lots: int | None


class QueuePoint(msgspec.Struct, frozen=True, gc=False):
    """What was ahead of an order after a step, and what had printed at its price since the point before.

    `is_first_shown` says that nobody had known what was ahead until this step showed the level.
    """

    time_ns: int
    printed_lots: int
    ahead_lots: int
    is_first_shown: bool = False


class QueueHistory:
    """The steps of one symbol's queues, by side and price."""

    __slots__ = ("_steps",)

    def __init__(self) -> None:
        self._steps: OrderedDict[tuple[bool, int], list[QueueStep]] = OrderedDict()

    def note(self, is_buy: bool, price_ticks: int, step: QueueStep) -> None:
        """Write a step down, unless it can have moved nobody."""
        key = (is_buy, price_ticks)
        steps = self._steps.get(key)
        if steps is None:
            steps = self._steps[key] = []
            if len(self._steps) > MAX_PRICES:
                self._steps.popitem(last=False)
        elif _moves_nobody(step, steps[-1]):
            return
        steps.append(step)
        self._steps.move_to_end(key)
        if len(steps) >= MAX_STEPS:
            self._steps[key] = _coarser(steps)

    def of(self, order: Order) -> list[QueuePoint]:
        """How what was ahead of an order fell, since it took its present place in the queue until it ended."""
        if order.price_ticks is None:
            return []
        policy = order.policy
        is_pro_rata = policy is not None and policy.queue_cancels == "pro_rata"
        ahead_lots = UNKNOWN_LOTS if order.queue_lots is None else order.queue_lots
        points: list[QueuePoint] = []
        printed_lots = 0
        for step in self._steps.get((order.side is BUY, order.price_ticks), ()):
            if step.moment < order.sequence:
                continue
            if not order.is_live and step.time_ns > order.updated_ns:
                break
            was_lots, ahead_lots = ahead_lots, _after(ahead_lots, step, is_pro_rata)
            printed_lots += step.printed_lots
            if ahead_lots != was_lots and ahead_lots < UNKNOWN_LOTS >> 1:
                points.append(QueuePoint(step.time_ns, printed_lots, ahead_lots, was_lots >= UNKNOWN_LOTS >> 1))
                printed_lots = 0
        return points


def _moves_nobody(step: QueueStep, last: QueueStep) -> bool:
    """Whether everybody who was there at the last step stands where that left them."""
    is_still = not step.printed_lots and step.before_lots in (None, step.after_lots)
    return is_still and (last.after_lots, last.moment) == (step.after_lots, step.moment)


def _after(ahead_lots: int, step: QueueStep, is_pro_rata: bool) -> int:
    """What is ahead after a step: the same rules by which the queue itself moves."""
    ahead_lots = queue_after_print(ahead_lots, step.printed_lots)
    if step.after_lots is None:
        return ahead_lots
    before_lots = max((step.before_lots or 0) - step.printed_lots, 0)
    return queue_after_change(ahead_lots, before_lots, step.after_lots, is_pro_rata)


def _coarser(steps: list[QueueStep]) -> list[QueueStep]:
    """The steps with each two of the older half as one."""
    half = len(steps) // 4 * 2
    return [_both(one, other) for one, other in zip(steps[0:half:2], steps[1:half:2], strict=True)] + steps[half:]


def _both(one: QueueStep, other: QueueStep) -> QueueStep:
    """One step for two.

    A step takes p from the front and then leaves at most a: min(max(x - p, 0), a). Two of them are one of the same form.
    What left evenly is no longer told apart, so that of an order for which all leave evenly as much or more is said to be
    ahead. An order that came between the two is taken to have come after both.
    """
    after_lots = other.after_lots
    if one.after_lots is not None:
        left_lots = queue_after_print(one.after_lots, other.printed_lots)
        after_lots = left_lots if after_lots is None else min(after_lots, left_lots)
    return QueueStep(one.moment, other.time_ns, one.printed_lots + other.printed_lots, None, after_lots)
