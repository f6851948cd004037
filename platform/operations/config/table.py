"""The runtime parameters as a table of the admin: what is in force in this process, read on the event loop."""

from collections.abc import Sequence

from django.db.models import Model

from kit.clock import iso_ms_from_ns
from operations.config import models
from operations.config.in_force import CONFIG, Setting
from operations.live_admin.columns import Column, time_column
from operations.live_admin.conditions import Wanted
from operations.live_admin.pages import value_text
from operations.live_admin.tables import LiveTable

MAX_SETTINGS = 10_000
"""More than anybody declares."""


class SettingTable(LiveTable):
    """Every parameter, by its key."""

    model = models.Setting
    columns = {
        "key": Column(lambda row: row.key),
        "group": Column(lambda row: row.group),
        "type": Column(lambda row: row.type),
        "value": Column(lambda row: value_text(row.value)),
        "unit": Column(lambda row: row.unit),
        "source": Column(lambda row: row.source),
        "variable": Column(lambda row: row.variable),
        "why": Column(lambda row: row.why),
        "revision": Column(lambda row: row.revision, int),
        "changed_at": time_column(lambda row: row.changed_at),
        "changed_by": Column(lambda row: row.changed_by),
        "reason": Column(lambda row: row.reason),
        "fault": Column(lambda row: row.fault),
    }

    async def load(self, wanted: Wanted) -> Sequence[Setting]:
        """All of them."""
        if CONFIG.trouble is not None:
            self.note(CONFIG.trouble)
        return all_settings()

    def show(self, row: Setting) -> Model:
        """As an instance."""
        return _instance(row)


def all_settings() -> list[Setting]:
    """Every parameter as it is now; on the event loop."""
    return list(CONFIG.list_settings(group=None, limit=MAX_SETTINGS, cursor=None).items)


def _instance(row: Setting) -> models.Setting:
    return models.Setting(
        key=row.key,
        group=row.group,
        type=row.type,
        value=value_text(row.value),
        unit=row.unit,
        default=value_text(row.default),
        allowed=allowed_text(row),
        source=row.source,
        variable=row.variable,
        why=row.why,
        revision=row.revision,
        changed_at=None if row.changed_at is None else iso_ms_from_ns(row.changed_at),
        changed_by=row.changed_by,
        reason=row.reason,
        fault=row.fault,
    )


def allowed_text(row: Setting) -> str:
    """What may be set, in a few words."""
    if row.choices is not None:
        return ", ".join(row.choices)
    if row.minimum is not None and row.maximum is not None:
        return f"{_bound(row.minimum)} to {_bound(row.maximum)}"
    return "true, false" if row.type == "bool" else "any text"


def _bound(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,.15g}"
