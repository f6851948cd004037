"""Places where a test can have the process die, as a power cut would have it. Inert unless the environment arms one.

`SANDBOX_FAILPOINT=after_write:3` kills the process with SIGKILL the third time it comes to `after_write`.
"""

import logging
import os
import signal
from collections.abc import Mapping

VARIABLE = "SANDBOX_FAILPOINT"
BEFORE_WRITE = "before_write"
"""A batch was gathered; nothing of it is in the store."""
AFTER_WRITE = "after_write"
"""The batch is in an open transaction."""
AFTER_COMMIT = "after_commit"
"""The batch is durable; nobody knows yet."""
BEFORE_PUBLISH = "before_publish"
"""The loop knows that the batch is durable; nothing was published or answered."""
DURING_SNAPSHOT = "during_snapshot"
"""A snapshot is written in part."""
NAMES = (BEFORE_WRITE, AFTER_WRITE, AFTER_COMMIT, BEFORE_PUBLISH, DURING_SNAPSHOT)

_log = logging.getLogger(__name__)


class Failpoints:
    """The armed failpoint of this process, if any."""

    def __init__(self) -> None:
        self._armed: str | None = None
        self._left = 0

    def arm(self, environment: Mapping[str, str]) -> None:
        """Arm what the environment asks for, if anything; raises ValueError for a name that does not exist."""
        wanted = environment.get(VARIABLE, "")
        name, _, times = wanted.partition(":")
        if not name:
            self._armed = None
            return
        if name not in NAMES:
            raise ValueError(f"{VARIABLE}={wanted}: there is no failpoint {name!r}, only {', '.join(NAMES)}.")
        self._armed, self._left = name, int(times or 1)
        _log.critical("%s=%s: this process will kill itself there. It is for tests alone.", VARIABLE, wanted)

    def is_armed(self, name: str) -> bool:
        """Whether the process is to die there."""
        return name == self._armed

    def reach(self, name: str) -> None:
        """Come by a failpoint: nothing happens, unless it is the armed one and its time has come."""
        if name == self._armed:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


FAILPOINTS = Failpoints()
