"""A process with one deaf job in a pool, or on the cluster it is told of, for a test to kill: prints that job's pid."""

import asyncio
import sys
from typing import Any

from jobs.executors import Executor, Task
from jobs.process_pool import ProcessPool

TASK_ID = "1"


def say(fraction: float, message: str, partial: dict[str, Any] | None) -> None:
    if message[:1].isdigit():  # a cluster says first what it waits for
        print(message.split()[0], flush=True)


def executor() -> Executor:
    if sys.argv[1:]:
        from jobs.cluster import Cluster

        return Cluster(sys.argv[1])
    return ProcessPool()


async def main() -> None:
    task = Task(TASK_ID, "tests.jobs.sample_work:hang", {}, timeout_s=60.0, trace_id="1")
    await executor().run(task, on_started=lambda: None, on_progress=say)


if __name__ == "__main__":
    asyncio.run(main())
