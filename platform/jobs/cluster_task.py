"""What the gateway, the scheduler and the workers of a Dask cluster all need: the one function that travels between them.

Scheduler and workers find it by its name, as they do Dask's own. It carries a task as the JSON frame that a worker process
would be sent. What a user writes is text inside it and is never unpickled; which function runs is decided by the worker,
from the kinds it knows.
"""

import logging
from typing import Any

from distributed import get_worker

PLUGIN = "sandbar-jobs"


async def run_task(frame: bytes, topic: str, key: str) -> None:
    """Run the task in a process of the worker this is on; all it says goes to `topic` under `key`, the outcome last.

    Raises KeyError on a worker that is not one of ours.
    """
    host: Any = get_worker().plugins[PLUGIN]
    await host.run(frame, topic, key)


def quieten_dask(level: int) -> None:
    """Have Dask log nothing below `level`; it gives some of its loggers levels of their own when it is loaded."""
    for name in ("distributed", "distributed.client", "distributed.worker", "distributed.scheduler"):
        logging.getLogger(name).setLevel(level)
