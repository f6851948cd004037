"""From samples of equity to a curve: profit without deposits, time-weighted return, drawdown.

The return is time-weighted: the growth between two samples is `(equity - what was put in between) / equity before`, and
the growths are multiplied (Global Investment Performance Standards, 2020, provision 2.A.23; a sample is taken at each
deposit and withdrawal). So money that comes or goes is no profit and no loss, whenever it does.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec


class Sample(msgspec.Struct, frozen=True, gc=False):
    """What an account was worth at a moment, and what its owner had put into the epoch by then; base currency units."""

    time_ns: int
    equity_units: int
    deposit_units: int


class Point(msgspec.Struct, frozen=True, gc=False):
    """One point of a curve. Deposits and profit are those since its beginning.

    `growth` is 1.0 at the beginning and None from the moment on at which there was nothing left to grow; `drawdown` is 0.0
    at a new high and 0.25 a quarter below it.
    """

    time_ns: int
    equity_units: int
    deposit_units: int
    profit_units: int
    growth: float | None
    drawdown: float | None


class Curve(msgspec.Struct, frozen=True):
    """The points, and the deepest drawdown of all samples, those between two points included."""

    points: list[Point]
    max_drawdown: float | None


def walk(samples: Iterable[Sample]) -> Iterator[Point]:
    """A point for each sample; the first is the beginning."""
    first: Sample | None = None
    before: Sample | None = None
    growth: float | None = 1.0
    peak = 1.0
    for sample in samples:
        if first is None or before is None:
            first = sample
        else:
            growth = _grown(growth, before, sample)
        before = sample
        peak = max(peak, growth or 0.0)
        deposited_units = sample.deposit_units - first.deposit_units
        yield Point(
            time_ns=sample.time_ns,
            equity_units=sample.equity_units,
            deposit_units=deposited_units,
            profit_units=sample.equity_units - first.equity_units - deposited_units,
            growth=growth,
            drawdown=None if growth is None else 1.0 - growth / peak,
        )


def curve(samples: Sequence[Sample], *, interval_ns: int, since_ns: int, until_ns: int) -> Curve:
    """The curve from `since_ns` to `until_ns`, one point at each whole interval and at both ends.

    Samples are in order of time. The last before `since_ns` is the beginning; without one the curve begins at the first.
    Where an interval has no sample nothing has changed: the point before goes on.
    """
    walked = list(walk(_from(samples, since_ns)))
    if not walked:
        return Curve([], None)
    start_ns = max(since_ns, walked[0].time_ns)
    points = [msgspec.structs.replace(walked[0], time_ns=start_ns)]
    place = 0
    for time_ns in _times(start_ns, until_ns, interval_ns):
        while place + 1 < len(walked) and walked[place + 1].time_ns <= time_ns:
            place += 1
        points.append(msgspec.structs.replace(walked[place], time_ns=time_ns))
    if len(walked) > 1 and walked[-1].time_ns == start_ns == until_ns:
        points.append(walked[-1])  # all of it within one moment of a clock that stands still
    drawdowns = [point.drawdown for point in walked]
    deepest = None if None in drawdowns else max(each for each in drawdowns if each is not None)
    return Curve(points, deepest)


def _grown(growth: float | None, before: Sample, now: Sample) -> float | None:
    """The growth after a sample; None once there was nothing to grow."""
    if growth is None or before.equity_units <= 0:
        return None
    put_in_units = now.deposit_units - before.deposit_units
    return growth * ((now.equity_units - put_in_units) / before.equity_units)


def _from(samples: Sequence[Sample], since_ns: int) -> Sequence[Sample]:
    """The samples from the last at or before `since_ns` on; of several of one moment from the first, which it began with."""
    first = 0
    for place, sample in enumerate(samples):
        if samples[first].time_ns < sample.time_ns <= since_ns:
            first = place
    return samples[first:]


def _times(start_ns: int, until_ns: int, interval_ns: int) -> Iterator[int]:
    """Every whole interval after `start_ns` and before `until_ns`, then `until_ns`."""
    time_ns = (start_ns // interval_ns + 1) * interval_ns
    while time_ns < until_ns:
        yield time_ns
        time_ns += interval_ns
    if until_ns > start_ns:
        yield until_ns
