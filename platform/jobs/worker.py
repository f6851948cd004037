"""What runs in a worker process: one task after the other, without Django and without the gateway's main module.

Started by the process pool as `python -m jobs.worker DESCRIPTOR LOG_LEVEL`. When the gateway goes away, so does the
worker: its pipe ends.
"""

import importlib
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec

from jobs.checkpoints import Checkpoints
from jobs.executors import CANCELED, MAX_RESULT_BYTES, OUT_OF_MEMORY, Outcome, Task, failed, internal_fault
from jobs.progress import Canceled, Progress
from jobs.wire import (
    MAX_FRAME_TO_WORKER_BYTES,
    Advance,
    Began,
    LogLine,
    ToGateway,
    decode_to_worker,
    encode,
)
from kit.errors import DomainError
from kit.trace import set_trace_id
from quant.compiling import told_of_compiling

PROGRESS_INTERVAL_S = 0.1
"""Ten steps a second look fluent to a person; a job may report as often as it likes."""

PARTIAL_INTERVAL_S = 0.25
MAX_PARTIAL_BYTES = 16 * 1024
"""Sent with the job to everybody who follows it: four times 16 KiB a second is what a browser takes without a thought."""

MAX_LOG_LINES = 1_000
MAX_LOG_LINE_LENGTH = 8_000
"""A job that logs in a loop must not drown the gateway's log: the rest of its lines is dropped, and that is said."""

COMPILING = "Compiling, once after an installation or an update"
NICENESS = 5
OUT_OF_MEMORY_SCORE = 500
"""Orders come first: workers yield the processor, and go first when the machine runs out of memory."""

_decode_object = msgspec.json.Decoder(dict[str, Any]).decode
log = logging.getLogger("jobs.worker")


class _Reporter:
    """Sends progress ten times a second at most, partial results four times; the newest of both is never lost."""

    def __init__(self, send: Callable[[ToGateway], None]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._newest = Advance(0.0, "")
        self._is_pending = False
        self._partial: dict[str, Any] | None = None
        self._was_too_large = False
        self._next_s = 0.0
        self._next_partial_s = 0.0

    def report(self, fraction: float, message: str) -> None:
        """Note the newest progress and send it when it is time."""
        with self._lock:
            self._newest, self._is_pending = Advance(fraction, message), True
        self.flush()

    def show_partial(self, partial: dict[str, Any]) -> None:
        """Note what there is of the result as it is now: it goes with the progress when it is time.

        One that is too large is left out and said once in the log: no work should fail for what is only shown.
        """
        encoded = msgspec.json.encode(partial)
        if len(encoded) <= MAX_PARTIAL_BYTES:
            with self._lock:
                self._partial = _decode_object(encoded)
        elif not self._was_too_large:
            self._was_too_large = True
            log.warning("A partial result has %d bytes; at most %d are shown.", len(encoded), MAX_PARTIAL_BYTES)

    def flush(self) -> None:
        """Send what is pending, if it is time."""
        now_s = time.monotonic()
        with self._lock:
            if now_s < self._next_s:
                return
            partial = self._partial if now_s >= self._next_partial_s else None
            if partial is not None:
                self._partial, self._next_partial_s = None, now_s + PARTIAL_INTERVAL_S
            elif not self._is_pending:
                return
            self._send(msgspec.structs.replace(self._newest, partial=partial))
            self._is_pending, self._next_s = False, now_s + PROGRESS_INTERVAL_S

    def close(self) -> None:
        """Send nothing from here on: the outcome follows."""
        with self._lock:
            self._next_s = float("inf")


class _LogRelay(logging.Handler):
    """Hands log records to the gateway, which alone writes the log file."""

    def __init__(self, send: Callable[[ToGateway], None]) -> None:
        super().__init__()
        self._send = send
        self._left = MAX_LOG_LINES

    def renew(self) -> None:
        """Allow the next task its own number of lines."""
        self._left = MAX_LOG_LINES

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record; the last one allowed says that the rest is dropped."""
        if self._left <= 0:
            return
        self._left -= 1
        # Half a surrogate pair cannot be sent, and a log line is no reason to fail a job.
        text = self.format(record)[:MAX_LOG_LINE_LENGTH].encode(errors="replace").decode()
        if self._left == 0:
            text += f" (the job's further log lines are dropped: the limit is {MAX_LOG_LINES})"
        self._send(LogLine(record.levelno, record.name, text, _sendable(getattr(record, "fields", None) or {})))


def _sendable(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a line as JSON can say them; too many or too long ones as the text that is left of them."""
    try:
        encoded = msgspec.json.encode(fields, enc_hook=str)
        if len(encoded) <= MAX_LOG_LINE_LENGTH:
            return _decode_object(encoded)
    except (TypeError, ValueError, RecursionError):
        pass
    return {"fields": ascii(fields)[:MAX_LOG_LINE_LENGTH]}


class _Current:
    """The task at hand."""

    def __init__(self, task: Task, send: Callable[[ToGateway], None]) -> None:
        self.task = task
        self.canceled = threading.Event()
        self.reporter = _Reporter(send)

    def progress_with(self, checkpoints: Checkpoints | None) -> Progress:
        """What its function is handed."""
        return Progress(self.reporter.report, self.canceled.is_set, self.reporter.show_partial, checkpoints)


class Worker:
    """One end of the pipe: a thread listens for tasks and cancellations, the main thread works."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._send_lock = threading.Lock()
        self._inbox: queue.SimpleQueue[_Current] = queue.SimpleQueue()
        self._current: _Current | None = None
        self.log_relay = _LogRelay(self._send)

    def serve(self) -> None:
        """Work until the gateway closes the pipe."""
        threading.Thread(target=self._listen, name="listener", daemon=True).start()
        while True:
            current = self._inbox.get()
            set_trace_id(current.task.trace_id)
            self.log_relay.renew()
            self._send(Began())
            outcome = outcome_of(current.task, current.progress_with)
            current.reporter.close()
            self._current = None
            self._send(outcome)

    def _send(self, message: ToGateway) -> None:
        with self._send_lock:
            self._connection.send_bytes(encode(message))

    def _listen(self) -> None:
        """Take frames as they come; while a task runs, also send the progress that the throttle held back."""
        try:
            while True:
                if self._connection.poll(PROGRESS_INTERVAL_S if self._current else None):
                    self._take(self._connection.recv_bytes(MAX_FRAME_TO_WORKER_BYTES))
                elif (current := self._current) is not None:
                    current.reporter.flush()
        except (EOFError, OSError):
            # The gateway is gone. The main thread may be deep in a computation: leave without asking it.
            os._exit(0)

    def _take(self, frame: bytes) -> None:
        message = decode_to_worker(frame)
        if isinstance(message, Task):
            self._current = _Current(message, self._send)
            self._inbox.put(self._current)
        elif (current := self._current) is not None and current.task.id == message.task_id:
            current.canceled.set()


def outcome_of(task: Task, progress_with: Callable[[Checkpoints | None], Progress]) -> Outcome:
    """Run the task's function and say how it ended. Only what ends the process itself gets out of here."""
    try:
        outcome = _run(task, progress_with)
        size_bytes = len(encode(outcome))
    except MemoryError:
        log.warning("%s asked for more memory than there is.", task.function)
        return failed(OUT_OF_MEMORY, "The job asked for more memory than there is.")
    except Exception as fault:
        # A bug of ours or of the job's author: the log gets the traceback, the job only its kind.
        log.exception("%s failed.", task.function)
        return internal_fault(task.trace_id, fault)
    if size_bytes > MAX_RESULT_BYTES:
        return failed(
            "RESULT_TOO_LARGE", f"The result has {size_bytes} bytes; at most {MAX_RESULT_BYTES} can be kept with a job."
        )
    return outcome


def _run(task: Task, progress_with: Callable[[Checkpoints | None], Progress]) -> Outcome:
    try:
        with _checkpoints_of(task) as checkpoints:
            progress = progress_with(checkpoints)
            with told_of_compiling(lambda: progress.say(COMPILING)):
                result = find_function(task.function)(task.spec, progress)
        return Outcome("succeeded", result=result)
    except Canceled:
        return CANCELED
    except DomainError as fault:
        # Details hold whatever the refusal saw; what JSON does not know goes as its text.
        return failed(fault.code, fault.message, msgspec.to_builtins(fault.details, str_keys=True, enc_hook=str))


def _checkpoints_of(task: Task) -> AbstractContextManager[Checkpoints | None]:
    """The task's checkpoints, this process's alone as long as it lasts; None for a kind that keeps none."""
    return nullcontext() if task.checkpoints is None else closing(Checkpoints(Path(task.checkpoints)))


def find_function(name: str) -> Callable[[dict[str, Any], Progress], dict[str, Any]]:
    """The function called `package.module:function`."""
    module_name, _, function_name = name.partition(":")
    function: Callable[[dict[str, Any], Progress], dict[str, Any]] = getattr(
        importlib.import_module(module_name), function_name
    )
    return function


def _give_way() -> None:
    """Be the first to wait for the processor, and to be ended when memory runs out (Linux only)."""
    os.nice(NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(OUT_OF_MEMORY_SCORE))


def main(descriptor: int, log_level: int) -> None:
    """Serve the pipe with that descriptor until it ends."""
    # A job may start programs of its own; they must not keep the pipe open.
    os.set_inheritable(descriptor, False)
    _give_way()
    worker = Worker(Connection(descriptor))
    logging.basicConfig(level=log_level, format="%(message)s", handlers=[worker.log_relay])
    worker.serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
