"""How a job says how far it is, and learns that it was canceled. Django-free: it runs in workers."""

from collections.abc import Callable

MAX_MESSAGE_LENGTH = 300
"""A message is one line in a list of jobs; what is longer belongs into the result."""


class Canceled(Exception):
    """The job was canceled; let it pass, after cleaning up."""


def _never() -> bool:
    return False


class Progress:
    """Handed to every job function. `report` takes the fraction done (0 to 1) and a message."""

    def __init__(self, report: Callable[[float, str], None], is_canceled: Callable[[], bool] = _never) -> None:
        self._report = report
        self._is_canceled = is_canceled

    def update(self, fraction: float, message: str = "") -> None:
        """Say how far the work is; cheap enough for every few thousand rows. Raises Canceled when it should end."""
        if self._is_canceled():
            raise Canceled
        self._report(min(max(fraction, 0.0), 1.0), message[:MAX_MESSAGE_LENGTH])
