"""Files that are there whole or not at all, and what is said of a disk that does not take them."""

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from kit.errors import DomainError, Unavailable
from kit.trace import new_id

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under its name only when all of it is on the disk; raises Unavailable DISK_FULL or DISK_FAULT."""
    unfinished = path.with_name(f".{new_id()}")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as fault:
        with suppress(OSError):
            unfinished.unlink()
        raise disk_fault(fault) from fault


def disk_fault(fault: OSError) -> DomainError:
    """What a report says of a disk that does not take it."""
    if fault.errno in NO_ROOM:
        return Unavailable("The disk is full and the report was not written: delete reports or data.", code="DISK_FULL")
    return Unavailable(f"The report could not be written: {os.strerror(fault.errno or errno.EIO)}.", code="DISK_FAULT")
