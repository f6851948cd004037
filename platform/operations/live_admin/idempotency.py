"""The table of idempotent answers, as the admin shows it."""

from collections.abc import Sequence

from django.db.models import Model

from api.idempotency import TABLE, Claimed, StoredAnswer
from kit.clock import iso_ms_from_ns
from operations.live_admin.columns import Column, time_column
from operations.live_admin.conditions import Wanted
from operations.live_admin.models import IdempotencyRecord
from operations.live_admin.pages import json_text
from operations.live_admin.tables import LiveTable

Row = Claimed | StoredAnswer
SEPARATOR = ":"
"""No account id holds one, so that account and key come apart again."""


def _id_of(row: Row) -> str:
    return f"{row.account}{SEPARATOR}{row.key}"


def _state_of(row: Row) -> str:
    return "answered" if isinstance(row, StoredAnswer) else "running"


class IdempotencyTable(LiveTable):
    """Claims and answers, newest first."""

    model = IdempotencyRecord
    columns = {
        "id": Column(_id_of),
        "account": Column(lambda row: row.account),
        "key": Column(lambda row: row.key),
        "state": Column(_state_of),
        "status": Column(lambda row: row.status if isinstance(row, StoredAnswer) else None),
        "created_at": time_column(lambda row: row.created_ns),
        "body_bytes": Column(lambda row: len(row.body) if isinstance(row, StoredAnswer) else None),
    }

    async def load(self, wanted: Wanted) -> Sequence[Row]:
        """All of them: the table itself has a limit."""
        return TABLE.records()[::-1]

    async def find(self, key: str) -> Row | None:
        """One by account and key."""
        account, _, name = key.partition(SEPARATOR)
        return TABLE.record(account, name)

    def show(self, row: Row) -> Model:
        """As an instance."""
        return _instance(row)


def _instance(row: Row) -> IdempotencyRecord:
    answer = row if isinstance(row, StoredAnswer) else None
    return IdempotencyRecord(
        id=_id_of(row),
        account=row.account,
        key=row.key,
        state=_state_of(row),
        status=None if answer is None else answer.status,
        created_at=iso_ms_from_ns(row.created_ns),
        body_bytes=None if answer is None else len(answer.body),
        content_type="" if answer is None else answer.content_type,
        fingerprint=row.fingerprint,
        body="" if answer is None else json_text(answer.body),
    )
