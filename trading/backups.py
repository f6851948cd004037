"""What of trading a backup keeps, and the proof of a journal: the state that its entries add up to."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from kit.errors import Invalid, Unavailable
from operations.backups.kept import HISTORY_ORDER, JOURNAL_ORDER, SNAPSHOTS_ORDER, Elsewhere, Kept
from operations.backups.manifest import JournalMark
from trading.audit import Walk
from trading.journal.errors import JournalError
from trading.journal.reading import JournalReader
from trading.services import HISTORY_FILE, JOURNAL_FILE, SAMPLES_FILE, SNAPSHOT_FOLDER

if TYPE_CHECKING:  # its driver is there where several gateways share a database
    from trading.journal.shards import SharedJournal


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
            elsewhere=find_shard,
        )
    )


def find_shard() -> Elsewhere | None:
    """Where the journal is when several gateways share a database; None where it is a file."""
    if not (settings.SANDBOX_TRADING and settings.JOURNAL_URL):
        return None
    from trading.journal.shards import SharedJournal  # its driver is there where it is needed

    return KeptShard(SharedJournal(settings.JOURNAL_URL, settings.GATEWAY_NAME))


class KeptShard:
    """The shard of this gateway: a journal's file in backups, whether or not the gateway shares its database with others."""

    def __init__(self, journal: "SharedJournal") -> None:
        self._journal = journal

    def copy(self, target: Path) -> None:
        """Write the shard into a new file; raises Unavailable BACKUP_FAILED."""
        from trading.journal.shard_files import copy_shard

        with _refusing():
            copy_shard(self._journal, target)

    def check_room(self, source: Path) -> None:
        """Raises Unavailable BACKUP_FAILED where the shard is another one, is held, or its accounts are another's."""
        self._is_there(_walk(source))

    def put_back(self, source: Path) -> None:
        """Fill the shard, unless the database has what the file holds; raises Unavailable BACKUP_FAILED."""
        from trading.journal.shard_files import fill_shard

        walk = _walk(source)
        if not self._is_there(walk):
            with _refusing():
                fill_shard(self._journal, source, list(walk.exchange.accounts))

    def _is_there(self, walk: Walk) -> bool:
        from trading.journal.shard_files import has_come_through

        with _refusing():
            return has_come_through(self._journal, walk.head, list(walk.exchange.accounts))


@contextmanager
def _refusing() -> Iterator[None]:
    """Trouble with the shared journal as the refusal that a command shows."""
    try:
        yield
    except JournalError as trouble:
        raise Unavailable(str(trouble), code="BACKUP_FAILED") from trouble


def prove_journal(path: Path) -> JournalMark:
    """Go through a journal from its first entry; raises Invalid JOURNAL_DAMAGED naming the first that does not fit."""
    walk = _walk(path)
    return JournalMark(seq=walk.head.seq, hash=walk.head.hash.hex(), state_hash=walk.exchange.state_hash())


def _walk(path: Path) -> Walk:
    """The end of a walk through a journal's file; raises Invalid JOURNAL_DAMAGED."""
    try:
        with closing(JournalReader(path)) as journal:
            walk = Walk(journal)
            for _ in walk.steps():
                pass
    except JournalError as damage:
        raise Invalid(str(damage), code="JOURNAL_DAMAGED") from damage
    return walk


def _in_state(name: str) -> Path:
    return Path(settings.STATE_DIR) / name
