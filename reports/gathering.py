"""Gathers what a report is made from: plain data out of the other parts' services. On the event loop; tables in a thread."""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

import msgspec
from channels.db import database_sync_to_async

from analytics.backtests import services as backtests
from analytics.factors import services as factors
from jobs import services as jobs
from kit.clock import NS_PER_SECOND, iso_from_ns
from kit.errors import Conflict, DomainError, invalid_field
from markets import services as markets
from markets.bars import services as bars
from markets.datasets import services as datasets
from reports.records import (
    AccountSource,
    Asked,
    BacktestSource,
    BenchmarkSource,
    DataSource,
    FactorSource,
    Source,
)
from trading.ledger import services as ledgers
from trading.ledger.records import part_of
from trading.risk import services as risk
from trading.strategies import services as strategies

Found = TypeVar("Found")
Held = TypeVar("Held", AccountSource, BacktestSource)
DAY_NS: Final = 86_400 * NS_PER_SECOND
FINER_NS: Final = (("1m", 2 * DAY_NS), ("1h", 90 * DAY_NS))
"""Candles shorter than a day to hold beside something, and the longest time they are for: a picture has no room for more."""

MOST_REMEMBERED: Final = 5_000
"""Candles of the market at hand: more than a period of hours has."""

JUDGING: Final = factors.EVALUATE_JOB


async def gather(account: str, asked: Asked) -> list[Source]:
    """The sources of a report; raises NotFound for what it is to be about, Conflict for a job that has judged nothing."""
    if asked.kind == "comparison":
        compared = [await in_thread(partial(_backtest, account, each)) for each in asked.backtests]
        ran = [await _strategy(account, asked, each) for each in asked.strategies]
        return [*compared, *ran, *[await _account(each, asked) for each in asked.accounts]]
    if asked.job is not None:
        return [await _factor(account, asked.job)]
    if (dataset := asked.dataset) is not None:
        return [await in_thread(partial(_data, dataset))]
    if (backtest := asked.backtest) is not None:
        return [await _beside(asked, await in_thread(partial(_backtest, account, backtest)))]
    if asked.strategy is not None:
        return [await _beside(asked, await _strategy(account, asked, asked.strategy))]
    return [await _beside(asked, await _account(account, asked))]


async def _account(account: str, asked: Asked) -> AccountSource:
    """The ledger of an account, and for its risk how that stands."""
    ledger = await ledgers.gather_ledger(account, epoch=asked.epoch, since_ns=asked.from_ns, until_ns=asked.to_ns)
    if asked.kind != "risk" or asked.epoch is not None or asked.to_ns is not None:
        return AccountSource(ledger=ledger)
    return AccountSource(ledger=ledger, risk=msgspec.to_builtins(await risk.get_risk(account)))


async def _strategy(account: str, asked: Asked, strategy_id: str) -> AccountSource:
    """What a run of a strategy did on its account, from its start to its end."""
    part = await strategies.find_run_part(account, strategy_id, asked.run)
    run = part.run
    # An account of its own was opened with it and needs no beginning, which a clock that was set back would cut off.
    since_ns = max(
        (each for each in (asked.from_ns, None if run.has_own_account else part.since_ns) if each), default=None
    )
    until_ns = min((each for each in (asked.to_ns, part.until_ns) if each is not None), default=None)
    ledger = await ledgers.gather_ledger(run.account, epoch=asked.epoch, since_ns=since_ns, until_ns=until_ns)
    own = part_of(
        ledger,
        part.order_ids,
        name=run.strategy_name,
        part=f"Run {run.id} of {run.strategy_name}, version {run.version}, {run.state}",
        is_shared=not run.has_own_account,
    )
    return AccountSource(ledger=own)


def _backtest(account: str, backtest_id: str) -> BacktestSource:
    kept = backtests.kept_backtest(account, backtest_id)
    return BacktestSource(
        id=kept.id,
        name=kept.name,
        symbols=kept.symbols,
        interval=kept.interval,
        data_hash=kept.data_hash,
        spec=kept.spec,
        summary=kept.summary,
        arrays=kept.arrays,
        prices=kept.prices,
    )


async def _factor(account: str, job_id: str) -> FactorSource:
    job = await jobs.get(job_id, account=account)
    if job.kind != JUDGING or job.result is None:
        raise Conflict(
            f"The job {job.id} is {job.kind} and has {job.status}; a report is made of one that has judged a factor.",
            code="NOT_JUDGED",
        )
    return FactorSource(job=job.id, result=job.result)


def _data(dataset_id: str) -> DataSource:
    dataset = datasets.get_dataset(dataset_id)
    return DataSource(dataset=datasets.shown(dataset), quality=msgspec.to_builtins(datasets.get_quality(dataset_id)))


# Beside something else -----------------------------------------------------------------------------------------------------


async def _beside(asked: Asked, source: Held) -> Held:
    """The source with the prices of its benchmark, where one is asked for."""
    if asked.benchmark is None:
        return source
    from_ns, to_ns = _period(asked, source)
    found = await _prices(asked.benchmark, from_ns, to_ns, of_market=isinstance(source, AccountSource))
    return msgspec.structs.replace(source, benchmark=found)


def _period(asked: Asked, source: AccountSource | BacktestSource) -> tuple[int, int]:
    """From when to when prices are wanted."""
    if isinstance(source, AccountSource):
        return source.ledger.since_ns, min(source.ledger.until_ns, source.ledger.now_ns)
    data = source.summary["data"]
    first_ns, last_ns = min(each["from_ns"] for each in data), max(each["to_ns"] for each in data)
    return max(first_ns, asked.from_ns or first_ns), min(last_ns, asked.to_ns or last_ns)


async def _prices(symbol: str, from_ns: int, to_ns: int, *, of_market: bool) -> BenchmarkSource:
    """Prices of a symbol over a period, the shorter it is the finer: of the market at hand if it remembers so far back.

    Else those of data sets and of what was recorded; `of_market` says whether the market comes into question at all.
    Raises NotFound for an unknown symbol, Invalid NO_DATA.
    """
    markets.get_instrument(symbol)
    shorter: BenchmarkSource | None = None
    for interval in (*(name for name, most_ns in FINER_NS if to_ns - from_ns <= most_ns), "1d"):
        remembered = await _remembered(symbol, interval, from_ns, to_ns) if of_market else None
        if remembered is not None and remembered.time_ns[0] <= from_ns:
            return remembered
        if (stored := await in_thread(partial(_stored, symbol, interval, from_ns, to_ns))) is not None:
            return stored
        shorter = shorter or remembered
    if shorter is None:
        rule = f"There are no prices of {symbol} between {iso_from_ns(from_ns)} and {iso_from_ns(to_ns)}."
        raise invalid_field("benchmark", rule, code="NO_DATA")
    return shorter


async def _remembered(symbol: str, interval: str, from_ns: int, to_ns: int) -> BenchmarkSource | None:
    """Prices of the market at hand, from the last candle before a time on."""
    length_ns = bars.interval_ns_of(interval)
    found = await markets.closed_candles(symbol, interval, limit=MOST_REMEMBERED, before_ns=to_ns)
    if found is None:
        return None
    times, close = map(int, found.time_ns), map(float, found.close)
    rows = [(time_ns, price) for time_ns, price in zip(times, close, strict=True) if time_ns > from_ns - 2 * length_ns]
    if not rows:
        return None
    return BenchmarkSource(
        symbol=symbol,
        interval=interval,
        interval_ns=length_ns,
        source="the market",
        content_hash=hashlib.sha256(msgspec.json.encode(rows)).hexdigest(),
        time_ns=[time_ns for time_ns, _ in rows],
        close=[price for _, price in rows],
    )


def _stored(symbol: str, interval: str, from_ns: int, to_ns: int) -> BenchmarkSource | None:
    """Prices of a data set or of what was recorded, from the candle before a time on; None where there are none."""
    length_ns = bars.interval_ns_of(interval)
    try:
        (found,) = bars.stage_bars(symbols=[symbol], interval=interval, from_ns=from_ns - 2 * length_ns, to_ns=to_ns)
    except DomainError as fault:
        if fault.code == "NO_DATA":
            return None
        raise
    return BenchmarkSource(
        symbol=symbol,
        interval=interval,
        interval_ns=length_ns,
        source=found.source,
        content_hash=found.content_hash,
        file=found.path,
    )


async def in_thread(work: Callable[[], Found]) -> Found:
    """Run something that uses the database in a thread, whose connection must not go stale."""
    found: Found = await database_sync_to_async(work, thread_sensitive=False)()
    return found
