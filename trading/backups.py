"""What of trading a backup keeps, and the proof of a journal: the state that its entries add up to."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.conf import settings

from kit.errors import Invalid
from operations.backups.kept import HISTORY_ORDER, JOURNAL_ORDER, SNAPSHOTS_ORDER, Kept
from operations.backups.manifest import JournalMark
from trading.audit import Walk
from trading.journal.errors import JournalError
from trading.journal.reading import JournalReader
from trading.services import HISTORY_FILE, JOURNAL_FILE, SAMPLES_FILE, SNAPSHOT_FOLDER


def register_kept(register: Callable[[Kept], None]) -> None:
    """Have journal, snapshots, history and curves in every backup."""
    register(Kept(name=SNAPSHOT_FOLDER, kind="folder", find=partial(_in_state, SNAPSHOT_FOLDER), order=SNAPSHOTS_ORDER))
    for name in (HISTORY_FILE, SAMPLES_FILE):
        register(Kept(name=name, kind="database", find=partial(_in_state, name), order=HISTORY_ORDER))
    register(
        Kept(
            name=JOURNAL_FILE,
            kind="database",
            find=partial(_in_state, JOURNAL_FILE),
            order=JOURNAL_ORDER,
            is_required=lambda: bool(settings.SANDBOX_JOURNAL),
            prove=prove_journal,
        )
    )


def prove_journal(path: Path) -> JournalMark:
    """Go through a journal from its first entry; raises Invalid JOURNAL_DAMAGED naming the first that does not fit."""
    try:
        journal = JournalReader(path)
        try:
            walk = Walk(journal)
            for _ in walk.steps():
                pass
        finally:
            journal.close()
    except JournalError as damage:
        raise Invalid(str(damage), code="JOURNAL_DAMAGED") from damage
    return JournalMark(seq=walk.head.seq, hash=walk.head.hash.hex(), state_hash=walk.exchange.state_hash())


def _in_state(name: str) -> Path:
    return Path(settings.STATE_DIR) / name
