"""Running the code of an owner's strategy inside a worker: loaded from its text, and held to its own faults.

Whatever the code raises, `SystemExit` included, becomes the refusal STRATEGY_FAILED with the line of its file; what it
prints becomes lines of the job's log. A loop without end meets the job's time limit, and code that ends the process ends
that job alone. It is no sandbox: the code may do what the gateway's user may do, and only that user can put it into the
folder.
"""

import io
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from traceback import walk_tb
from types import ModuleType, TracebackType
from typing import Final
from warnings import catch_warnings

import numpy as np

from analytics.backtests.strategy_files import StrategyFile, Value, failure, read_strategy
from analytics.strategies import Strategy
from jobs.progress import Canceled
from kit.errors import Rejected

MAX_REASON: Final = 400
MAX_LINE: Final = 1_000
MAX_LINES: Final = 200
"""Printed lines of one job that are kept: enough to look for a mistake with, too few to drown the log."""

_FOLDERS = re.compile(r"(?<![\w.])/(?:[^\s/'\"():,]+/)+")
"""The folders of a path, which messages of Python name and which are nobody's business."""

log = logging.getLogger("strategies")


class OwnerCode:
    """The class of a strategy, made from its file; every object that it makes has values for the parameters.

    `load` anew gives classes that share nothing with those before, neither what they remember nor what the module holds.
    """

    def __init__(self, file: StrategyFile) -> None:
        """Raises as `read_strategy`."""
        self.file = file
        self._source, self.declared = read_strategy(file)
        self.printed = _Printed(file.name)

    def load(self) -> type[Strategy]:
        """Run the file and give its class; raises Rejected STRATEGY_FAILED."""
        module = ModuleType(f"strategy_of_the_owner_{self.file.name}")
        # Dataclasses look the module of a class up by its name.
        sys.modules[module.__name__] = module
        with self.guarded():
            exec(compile(self._source, self.filename, "exec", dont_inherit=True), vars(module))  # noqa: S102 - its purpose
        found = vars(module).get(self.declared.class_name)
        if not (isinstance(found, type) and issubclass(found, Strategy)):
            raise failure(
                self.file.name, None, f"{self.declared.class_name} is not made of analytics.strategies.Strategy."
            )
        return found

    def make(self, kind: type[Strategy], values: Mapping[str, Value]) -> Strategy:
        """A strategy with these values of its parameters; raises Rejected STRATEGY_FAILED."""
        with self.guarded():
            strategy = kind.__new__(kind)
            for name, value in values.items():
                setattr(strategy, name, value)
            strategy.__init__()  # type: ignore[misc]
            kept = {name: getattr(strategy, name) for name in values}
        for name, value in values.items():
            if kept[name] is not value:
                raise failure(
                    self.file.name, None, f"The parameter {name} did not keep its value {value}: leave it alone."
                )
        return strategy

    @property
    def filename(self) -> str:
        """What tracebacks call the file."""
        return f"{self.file.name}.py"

    @contextmanager
    def guarded(self, where: str = "") -> Iterator[None]:
        """Have the owner's code run; what it raises becomes a refusal that names its line, and `where` it was asked."""
        try:
            with (
                redirect_stdout(self.printed),
                redirect_stderr(self.printed),
                np.errstate(all="ignore"),
                catch_warnings(),
            ):
                yield
        except Canceled:
            raise
        except BaseException as fault:
            raise self._refusal(fault, where) from fault

    def _refusal(self, fault: BaseException, where: str) -> Rejected:
        if isinstance(fault, SyntaxError) and fault.filename == self.filename:
            return failure(self.file.name, fault.lineno, f"{type(fault).__name__}: {fault.msg}")
        reason = type(fault).__name__
        # The text of an exception is the owner's code as well.
        with suppress(BaseException):
            said = _FOLDERS.sub("", str(fault)).encode(errors="replace").decode()
            reason += f": {said[:MAX_REASON]}" if said else ""
        return failure(self.file.name, self._line_of(fault.__traceback__), reason + where)

    def _line_of(self, traceback: TracebackType | None) -> int | None:
        """The innermost line of the owner's file."""
        lines = [line for frame, line in walk_tb(traceback) if frame.f_code.co_filename == self.filename]
        return lines[-1] if lines else None


class _Printed(io.TextIOBase):
    """Takes what is printed, and logs it line by line; what is too much is left out, and that is said once."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._begun = ""
        self._left = MAX_LINES

    def writable(self) -> bool:
        """Anybody may write."""
        return True

    def write(self, text: str) -> int:
        """Log every line that is whole, and keep the beginning of the next."""
        if self._left > 0:
            *lines, begun = (self._begun + text[: MAX_LINE * MAX_LINES]).split("\n")
            self._begun = begun[:MAX_LINE]
            for line in lines[: self._left]:
                log.info("%s", line[:MAX_LINE], extra={"fields": {"strategy": self._name}})
            self._left -= len(lines)
            if self._left <= 0:
                log.info("%s printed more than %d lines; the rest is left out.", self._name, MAX_LINES)
        return len(text)
