"""What the gateway and a worker process say to each other, as JSON frames over a pipe.

JSON, because specs and results are stored as JSON: what could not be stored cannot be sent either.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from jobs.executors import MAX_RESULT_BYTES, MAX_SPEC_BYTES, Outcome, Task

FRAME_OVERHEAD_BYTES = 4096
MAX_FRAME_TO_WORKER_BYTES = MAX_SPEC_BYTES + FRAME_OVERHEAD_BYTES
MAX_FRAME_TO_GATEWAY_BYTES = MAX_RESULT_BYTES + FRAME_OVERHEAD_BYTES


class Cancel(msgspec.Struct, frozen=True, tag="cancel"):
    """To a worker: raise Canceled at the next progress update of this task."""

    task_id: str


class Began(msgspec.Struct, frozen=True, tag="began"):
    """From a worker: the task is in hand. Before this, nothing of it can have happened."""


class Advance(msgspec.Struct, frozen=True, tag="advance"):
    """From a worker: how far its task is, and what it shows of its result when that has changed."""

    fraction: float
    message: str
    partial: dict[str, Any] | None = None


class LogLine(msgspec.Struct, frozen=True, tag="log"):
    """From a worker: a log record, to be written by the gateway under the task's trace id."""

    level: int
    logger: str
    text: str
    fields: dict[str, Any] = {}


ToWorker = Task | Cancel
ToGateway = Began | Advance | LogLine | Outcome

encode = msgspec.json.Encoder().encode
decode_to_worker: Callable[[bytes], ToWorker] = msgspec.json.Decoder(ToWorker).decode
decode_to_gateway: Callable[[bytes], ToGateway] = msgspec.json.Decoder(ToGateway).decode
