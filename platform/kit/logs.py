"""Loggers that take fields: `get_logger(__name__).info("Order filled.", order_id=..., price=...)`.

They are structlog's, on top of the standard library's logging: a line made with either goes the same way, through the
same handlers, at the same levels. How lines look and where they go is the program's affair, not ours. Structlog is imported
here alone, in the way that costs least.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

FIELDS = "fields"
"""The attribute of a log record that holds what stands beside its message."""


@contextmanager
def _hidden(*packages: str) -> Iterator[None]:
    """Let nobody import these packages meanwhile, unless they are loaded already."""
    hidden = [name for name in packages if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None is how Python marks what cannot be imported
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


# Structlog loads whatever it finds of these, for consoles and for Twisted's own log: eight times its own cost.
with _hidden("twisted", "rich", "better_exceptions", "colorama"):
    import structlog
    from structlog.stdlib import ProcessorFormatter
    from structlog.typing import EventDict

__all__ = ["FIELDS", "EventDict", "ProcessorFormatter", "configure_structlog", "get_logger", "hand_to_logging"]


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of that name; keyword arguments of its methods become fields of the line."""
    configure_structlog()
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


@cache
def configure_structlog() -> None:
    """Have every structlog logger of the process, also of libraries that use it, write through the standard logging."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            hand_to_logging,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def hand_to_logging(_: Any, __: str, line: EventDict) -> tuple[tuple[str], dict[str, Any]]:
    """The last processor: what a method of a standard logger is called with."""
    options = {name: line.pop(name) for name in ("exc_info", "stack_info") if name in line}
    return (str(line.pop("event")),), {**options, "extra": {FIELDS: dict(line)}}
