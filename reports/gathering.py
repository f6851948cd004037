"""Gathers what a report is made from: plain data out of the other parts' services. On the event loop; tables in a thread."""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

import msgspec
from asgiref.sync import sync_to_async
from django.db import close_old_connections

from analytics.backtests import services as backtests
from analytics.factors import services as factors
from jobs import services as jobs
from kit.errors import Conflict
from markets.datasets import services as datasets
from reports.records import AccountSource, Asked, BacktestSource, DataSource, FactorSource, Source
from trading.ledger import services as ledgers
from trading.risk import services as risk

Found = TypeVar("Found")
JUDGING: Final = factors.EVALUATE_JOB


async def gather(account: str, asked: Asked) -> list[Source]:
    """The sources of a report; raises NotFound for what it is to be about, Conflict for a job that has judged nothing."""
    if asked.kind == "comparison":
        compared = [await in_thread(partial(_backtest, account, each)) for each in asked.backtests]
        return [*compared, *[await _account(each, asked) for each in asked.accounts]]
    if asked.job is not None:
        return [await _factor(account, asked.job)]
    if (dataset := asked.dataset) is not None:
        return [await in_thread(partial(_data, dataset))]
    if (backtest := asked.backtest) is not None:
        return [await in_thread(partial(_backtest, account, backtest))]
    return [await _account(account, asked)]


async def _account(account: str, asked: Asked) -> AccountSource:
    """The ledger of an account, and for its risk how that stands."""
    ledger = await ledgers.gather_ledger(account, epoch=asked.epoch, since_ns=asked.from_ns, until_ns=asked.to_ns)
    if asked.kind != "risk" or asked.epoch is not None or asked.to_ns is not None:
        return AccountSource(ledger=ledger)
    return AccountSource(ledger=ledger, risk=msgspec.to_builtins(await risk.get_risk(account)))


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


async def in_thread(work: Callable[[], Found]) -> Found:
    """Run something that uses the database in a thread, whose connection must not go stale."""

    def run() -> Found:
        close_old_connections()
        try:
            return work()
        finally:
            close_old_connections()

    return await sync_to_async(run, thread_sensitive=False)()
