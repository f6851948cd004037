"""A process with a pool and one deaf job, for a test to kill: prints the worker's process id and waits."""

import asyncio

from jobs.executors import Task
from jobs.process_pool import ProcessPool


def say(fraction: float, message: str) -> None:
    print(message.split()[0], flush=True)


async def main() -> None:
    task = Task("1", "tests.jobs.sample_work:hang", {}, timeout_s=60.0, trace_id="1")
    await ProcessPool().run(task, on_started=lambda: None, on_progress=say)


if __name__ == "__main__":
    asyncio.run(main())
