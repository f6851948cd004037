"""Gathers what a report is made from: plain data out of the other parts' services. On the event loop; tables in a thread."""

from collections.abc import Callable
from typing import TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from analytics.backtests import services as backtests
from reports.records import Asked, BacktestSource, Source

Found = TypeVar("Found")


async def gather(account: str, asked: Asked) -> list[Source]:
    """The sources of a report; raises NotFound for what it is to be about, Invalid naming the field."""
    assert asked.backtest is not None, "the request has been checked"
    return [await in_thread(lambda: backtest_source(account, asked.backtest or ""))]


def backtest_source(account: str, backtest_id: str) -> BacktestSource:
    """A backtest of the account; raises NotFound."""
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


async def in_thread(work: Callable[[], Found]) -> Found:
    """Run something that uses the database in a thread, whose connection must not go stale."""

    def run() -> Found:
        close_old_connections()
        try:
            return work()
        finally:
            close_old_connections()

    return await sync_to_async(run, thread_sensitive=False)()
