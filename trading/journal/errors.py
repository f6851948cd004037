"""What can go wrong with a journal. These are for the operator; clients see JOURNAL_UNAVAILABLE."""

from kit.chain import ChainBroken


class JournalError(Exception):
    """Base of the journal's troubles."""


class StoreFailed(JournalError):
    """The store did not write or could not be reached: disk full, I/O error, locked. It may pass."""


class JournalMissing(StoreFailed):
    """There is none yet."""


class JournalLocked(JournalError):
    """Another process owns this journal."""


class JournalDamaged(JournalError, ChainBroken):
    """The journal is not the one that was written; `seq` is the first entry that does not fit."""

    def __init__(self, seq: int, reason: str) -> None:
        ChainBroken.__init__(self, seq, reason)

    def __str__(self) -> str:
        return f"The journal does not fit at entry {self.seq}: {self.reason}"
