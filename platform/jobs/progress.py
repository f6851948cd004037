"""How a job says how far it is, shows what it has, learns that it was canceled and keeps checkpoints.

Django-free: it runs in workers.
"""

from collections.abc import Callable
from typing import Any

from jobs.checkpoints import Checkpoints

MAX_MESSAGE_LENGTH = 300
"""A message is one line in a list of jobs; what is longer belongs into the result."""


class Canceled(Exception):
    """The job was canceled; let it pass, after cleaning up."""


def _never() -> bool:
    return False


def _to_nobody(partial: dict[str, Any]) -> None:
    pass


class Progress:
    """Handed to every job function. `report` takes the fraction done (0 to 1) and a message.

    `show_partial` takes what there is of the result so far. `checkpoints` is None unless the kind is resumable.
    """

    def __init__(
        self,
        report: Callable[[float, str], None],
        is_canceled: Callable[[], bool] = _never,
        show_partial: Callable[[dict[str, Any]], None] = _to_nobody,
        checkpoints: Checkpoints | None = None,
    ) -> None:
        self._report = report
        self._is_canceled = is_canceled
        self._show_partial = show_partial
        self._fraction = 0.0
        self.checkpoints = checkpoints

    def update(self, fraction: float, message: str = "", partial: dict[str, Any] | None = None) -> None:
        """Say how far the work is; cheap enough for every few thousand rows. Raises Canceled when it should end.

        `partial` is a small dict of what JSON can say (at most `MAX_PARTIAL_BYTES`), such as the best candidate so far;
        the newest is shown about four times a second, and None leaves what is shown. Encoding 16 KiB takes some 20 µs.
        """
        if self._is_canceled():
            raise Canceled
        if partial is not None:
            self._show_partial(partial)
        self._fraction = min(max(fraction, 0.0), 1.0)
        self.say(message)

    def say(self, message: str) -> None:
        """Say what the work is at, no further than before; never raises Canceled."""
        self._report(self._fraction, message[:MAX_MESSAGE_LENGTH])
