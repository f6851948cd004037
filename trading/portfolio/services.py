"""The portfolio history of an account: the samples that there are, and how it stands now, as a curve."""

import asyncio
from typing import Protocol

import msgspec

from kit.clock import NS_PER_SECOND
from kit.errors import Unavailable, invalid_field
from markets.updates import INTERVALS
from trading.desk import Desk
from trading.epochs import EpochRecord
from trading.numbers import money_text, time_text
from trading.portfolio.samples import SamplesFailed
from trading.portfolio.series import Curve, Point, Sample, curve
from trading.published import PublishedAccount
from trading.services import get_desk

DAY_NS = 86_400 * NS_PER_SECOND
PERIODS_NS = {
    "1d": DAY_NS,
    "1w": 7 * DAY_NS,
    "1m": 30 * DAY_NS,
    "3m": 91 * DAY_NS,
    "1y": 365 * DAY_NS,
}
"""Back from now by the market's clock; `all` is the whole epoch."""

ALL = "all"
MAX_POINTS = 5_000
POINTS_ENOUGH = 500
"""More of them are not taken where no interval was asked for."""


class HistoryRequest(Protocol):
    """Which history; None takes the default."""

    period: str
    interval: str | None
    epoch: int | None


class PointAnswer(msgspec.Struct, frozen=True):
    """One point; deposits and profit are those since the beginning of the curve."""

    time: str
    equity: str
    net_deposits: str
    profit: str
    profit_percent: str | None
    drawdown_percent: str | None


class HistoryAnswer(msgspec.Struct, frozen=True):
    """The curve, and what it comes to."""

    account: str
    epoch: int
    base_currency: str
    period: str
    interval: str
    start_equity: str | None
    end_equity: str | None
    net_deposits: str | None
    profit: str | None
    profit_percent: str | None
    max_drawdown_percent: str | None
    not_counted: list[str]
    points: list[PointAnswer]


async def portfolio_history(account_id: str, request: HistoryRequest) -> HistoryAnswer:
    """The history of an account, oldest first; raises NotFound, and Invalid for an interval that gives too many points."""
    desk = get_desk()
    published = desk.published.account(account_id)
    record = published.record(request.epoch)
    last = _last_sample(desk, published, record)
    since_ns = record.opened_ns
    if request.period != ALL:
        since_ns = last.time_ns - PERIODS_NS[request.period]
    samples = await _samples(desk, account_id, record, last, since_ns)
    start_ns = max(since_ns, samples[0].time_ns)
    interval = _interval(request.interval, last.time_ns - start_ns)
    drawn = curve(samples, interval_ns=INTERVALS[interval] * NS_PER_SECOND, since_ns=start_ns, until_ns=last.time_ns)
    return _answer(published, record, request.period, interval, drawn)


async def epoch_samples(account_id: str, epoch: int | None = None, *, since_ns: int) -> list[Sample]:
    """What an epoch was worth over time, oldest first, from the last sample before `since_ns` to how it stands now.

    Raises NotFound, and Unavailable when older samples cannot be read.
    """
    desk = get_desk()
    published = desk.published.account(account_id)
    record = published.record(epoch)
    return await _samples(desk, account_id, record, _last_sample(desk, published, record), since_ns)


def _last_sample(desk: Desk, published: PublishedAccount, record: EpochRecord) -> Sample:
    """How the epoch stands now, or stood at its end."""
    if record.closed_ns is not None:
        return Sample(record.closed_ns, record.end_equity_units or 0, record.net_deposit_units)
    worth_units = desk.rates.worth(published.account).equity_units
    return Sample(desk.market_time_ns(), worth_units, record.net_deposit_units)


async def _samples(desk: Desk, account_id: str, record: EpochRecord, last: Sample, since_ns: int) -> list[Sample]:
    """The beginning of the epoch where it is known, the samples on disk and those that wait for it, and the last one.

    Of an epoch in which the market's clock was set back, what came after: a curve has one clock.
    """
    waiting = desk.portfolio.waiting_of(account_id, record.epoch)
    try:
        run, found = await asyncio.to_thread(desk.portfolio.samples.read, account_id, record.epoch, since_ns=since_ns)
    except SamplesFailed as fault:
        raise Unavailable(f"Older samples cannot be read at present. {fault}") from fault
    newest = max((row.run for row in waiting), default=run)
    by_time = {sample.time_ns: sample for sample in (found if newest == run else [])}
    by_time.update((row.sample.time_ns, row.sample) for row in waiting if row.run == newest)
    samples = [by_time[time_ns] for time_ns in sorted(by_time) if time_ns < last.time_ns]
    first = by_time[min(by_time)] if by_time else last
    is_moved_at_once = record.opened_ns == first.time_ns and first.deposit_units != 0
    if record.start_equity_units is not None and (record.opened_ns < first.time_ns or is_moved_at_once):
        samples.insert(0, Sample(record.opened_ns, record.start_equity_units, 0))
    return [*samples, last]


def _interval(wanted: str | None, span_ns: int) -> str:
    """The interval asked for, or the finest that does not give more points than anybody looks at."""
    counts = {name: span_ns // (seconds * NS_PER_SECOND) for name, seconds in INTERVALS.items()}
    if wanted is None:
        return next((name for name, count in counts.items() if count <= POINTS_ENOUGH), "1d")
    if counts[wanted] > MAX_POINTS:
        raise invalid_field("interval", f"Gives more than {MAX_POINTS} points; take a longer one, or a shorter period.")
    return wanted


def _answer(
    published: PublishedAccount, record: EpochRecord, period: str, interval: str, drawn: Curve
) -> HistoryAnswer:
    points = drawn.points[-MAX_POINTS:]
    first, last = (points[0], points[-1]) if points else (None, None)
    return HistoryAnswer(
        account=published.account.id,
        epoch=record.epoch,
        base_currency=published.account.base_currency,
        period=period,
        interval=interval,
        start_equity=None if first is None else money_text(first.equity_units),
        end_equity=None if last is None else money_text(last.equity_units),
        net_deposits=None if last is None else money_text(last.deposit_units),
        profit=None if last is None else money_text(last.profit_units),
        profit_percent=None if last is None else _percent(last.growth, 1.0),
        max_drawdown_percent=_percent(drawn.max_drawdown, 0.0),
        not_counted=list(record.uncounted),
        points=[_point(point) for point in points],
    )


def _point(point: Point) -> PointAnswer:
    return PointAnswer(
        time=time_text(point.time_ns),
        equity=money_text(point.equity_units),
        net_deposits=money_text(point.deposit_units),
        profit=money_text(point.profit_units),
        profit_percent=_percent(point.growth, 1.0),
        drawdown_percent=_percent(point.drawdown, 0.0),
    )


def _percent(value: float | None, base: float) -> str | None:
    """A share as percent with four digits, less `base`; never "-0.0000"."""
    return None if value is None else f"{round((value - base) * 100, 4) + 0.0:.4f}"
