"""The epochs of accounts as a table. The present ones are valued for the rows that are shown."""

from collections.abc import Sequence

import msgspec
from django.db.models import Model

from operations.live_admin.columns import Column, time_column
from operations.live_admin.conditions import Wanted
from operations.live_admin.loop import Turns
from operations.live_admin.tables import LiveTable
from trading import models
from trading.accounts.epochs import epoch_answer
from trading.epochs import EpochRecord
from trading.published import PublishedAccount
from trading.tables.accounts import SEPARATOR
from trading.tables.copying import account_wanted
from trading.tables.orders import TradingTable


class EpochRow(msgspec.Struct, frozen=True):
    """An epoch with its account."""

    account: PublishedAccount
    record: EpochRecord

    @property
    def account_id(self) -> str:
        """The account's id."""
        return self.account.account.id

    @property
    def is_present(self) -> bool:
        """Whether it goes on."""
        return self.record.closed_ns is None

    @property
    def orders(self) -> int:
        """How many were placed."""
        return self.account.present.order_count if self.is_present else self.record.order_count

    @property
    def fills(self) -> int:
        """How many there were."""
        return self.account.present.fill_count if self.is_present else self.record.fill_count


class AccountEpochTable(TradingTable, LiveTable):
    """Epochs of all accounts that are told of."""

    model = models.AccountEpoch
    columns = {
        "id": Column(lambda row: f"{row.account_id}{SEPARATOR}{row.record.epoch}"),
        "account": Column(lambda row: row.account_id),
        "epoch": Column(lambda row: row.record.epoch),
        "opened_at": time_column(lambda row: row.record.opened_ns),
        "closed_at": time_column(lambda row: row.record.closed_ns),
        "orders": Column(lambda row: row.orders),
        "fills": Column(lambda row: row.fills),
    }

    async def load(self, wanted: Wanted) -> Sequence[EpochRow]:
        """Of one account or of all; a record never changes in place."""
        if self.desk is None:
            return []
        account_id, turns = account_wanted(wanted), Turns()
        rows: list[EpochRow] = []
        for published in list(self.desk.published.accounts.values()):
            if account_id in (None, published.account.id):
                rows += [EpochRow(published, record) for record in reversed(published.records)]
            await turns.pause_if_over()
        return rows

    async def find(self, key: str) -> EpochRow | None:
        """One epoch by account and number."""
        account_id, _, epoch = key.partition(SEPARATOR)
        rows = await self.load({("account", "exact"): account_id})
        return next((row for row in rows if str(row.record.epoch) == epoch), None)

    def show(self, row: EpochRow) -> Model:
        """As an instance, valued now."""
        assert self.desk is not None, "its rows were loaded from a desk"
        shown = msgspec.structs.asdict(epoch_answer(row.account, row.record, self.desk.rates))
        shown["not_counted"] = ", ".join(shown["not_counted"])
        return models.AccountEpoch(id=f"{row.account_id}{SEPARATOR}{row.record.epoch}", account=row.account_id, **shown)
