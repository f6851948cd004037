"""Splits and dividends for the rest of Sandbar: entered, imported, listed, deleted, and applied to candles.

Everything here uses the database: call it in a thread, never on the event loop.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import msgspec
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q

from api.pagination import Page, decode_cursor, encode_cursor
from kit.clock import SYSTEM_CLOCK, Clock
from kit.errors import Conflict, NotFound, invalid_field
from kit.trace import new_id
from kit.trail import note_change
from markets.corporate_actions import parsing
from markets.corporate_actions.models import CorporateActionRow
from markets.corporate_actions.records import Changed, CorporateAction, Kind, ratio_text

MAX_ACTIONS_OF_SYMBOL = 10_000
"""More than four a year since 1800; what a symbol has is read at once."""
MAX_SYMBOLS_ASKED = 500
"""Symbols asked for by name; for more the whole table is read, since databases limit the parameters of a query."""


class Place(msgspec.Struct, frozen=True, array_like=True):
    """The last action of a page, which the next one follows."""

    symbol: str
    ex_date: str
    kind: str


def add_action(action: CorporateAction, clock: Clock = SYSTEM_CLOCK) -> CorporateAction:
    """Enter one action; raises Conflict ACTION_EXISTS when the symbol has one of that kind and day."""
    row, is_new = CorporateActionRow.objects.get_or_create(
        symbol=action.symbol, ex_date=action.ex_date, kind=action.kind, defaults=_values(action, clock)
    )
    if not is_new:
        raise Conflict(
            f"{action.symbol} has a {action.kind} on {action.ex_date} already; delete it first.",
            code="ACTION_EXISTS",
            details={"id": row.id},
        )
    made = _action(row)
    note_change(subject=("corporate action", made.id), after=shown(made))
    return made


def import_file(file: UploadedFile) -> Changed:
    """Enter the actions of an uploaded CSV file, all or none; raises Invalid that names the lines at fault."""
    if file.size is None or file.size > parsing.MAX_FILE_BYTES:
        raise invalid_field("file", f"Must have at most {parsing.MAX_FILE_BYTES // 2**20} MiB.")
    return import_actions(parsing.parse_csv(file.read()))


def import_actions(actions: Iterable[CorporateAction], clock: Clock = SYSTEM_CLOCK) -> Changed:
    """Enter actions, all or none; one of a symbol, kind and day that is there already is replaced if it differs."""
    added = replaced = unchanged = 0
    actions = list(actions)
    symbols = {action.symbol for action in actions}
    with transaction.atomic():
        rows = CorporateActionRow.objects.select_for_update()
        if len(symbols) <= MAX_SYMBOLS_ASKED:
            rows = rows.filter(symbol__in=symbols)
        known = {(row.symbol, row.ex_date, row.kind): row for row in rows}
        new: list[CorporateActionRow] = []
        for action in actions:
            row = known.get((action.symbol, action.ex_date, action.kind))
            if row is None:
                new.append(_row_of(action, clock))
                added += 1
            elif action.is_same_as(_action(row)):
                unchanged += 1
            else:
                CorporateActionRow.objects.filter(id=row.id).update(**_numbers(action))
                replaced += 1
        CorporateActionRow.objects.bulk_create(new, batch_size=500)
    changed = Changed(added, replaced, unchanged)
    note_change(subject=("corporate action", "import"), after=changed)
    return changed


def list_actions(*, symbol: str | None, kind: str | None, limit: int, cursor: str | None) -> Page:
    """A page of actions by symbol, day and kind; raises Invalid INVALID_CURSOR."""
    chosen = {name: value for name, value in (("symbol", symbol), ("kind", kind)) if value is not None}
    rows = CorporateActionRow.objects.filter(**chosen).order_by("symbol", "ex_date", "kind")
    if cursor is not None:
        rows = rows.filter(_later_than(decode_cursor(cursor, Place)))
    found = list(rows[: limit + 1])
    next_cursor = None
    if len(found) > limit:
        last = found[limit - 1]
        next_cursor = encode_cursor(Place(last.symbol, last.ex_date.isoformat(), last.kind))
    return Page([shown(_action(row)) for row in found[:limit]], next_cursor)


def get_action(action_id: str) -> CorporateAction:
    """The action of that id; raises NotFound."""
    return _action(_row(action_id))


def delete_action(action_id: str) -> None:
    """Delete an action; raises NotFound."""
    row = _row(action_id)
    note_change(subject=("corporate action", action_id), before=shown(_action(row)))
    row.delete()


def actions_of(symbol: str) -> tuple[CorporateAction, ...]:
    """Every action of a symbol, oldest first."""
    rows = CorporateActionRow.objects.filter(symbol=symbol).order_by("ex_date", "kind")
    return tuple(_action(row) for row in rows[:MAX_ACTIONS_OF_SYMBOL])


class ActionShown(msgspec.Struct, frozen=True):
    """An action as REST shows it."""

    id: str
    symbol: str
    kind: str
    ex_date: str
    ratio: str | None
    amount: str | None
    created_at: int


def shown(action: CorporateAction) -> ActionShown:
    """The action as REST shows it."""
    return ActionShown(
        action.id,
        action.symbol,
        action.kind,
        action.ex_date.isoformat(),
        None if action.ratio is None else ratio_text(action.ratio),
        None if action.amount is None else format(action.amount, "f"),
        action.created_ns,
    )


def _later_than(place: Place) -> Q:
    symbol, kind = place.symbol, place.kind
    try:
        ex_date = date.fromisoformat(place.ex_date)
    except ValueError:
        raise invalid_field("cursor", "Is not one of this list's.", code="INVALID_CURSOR") from None
    same_day = Q(symbol=symbol, ex_date=ex_date, kind__gt=kind)
    return Q(symbol__gt=symbol) | Q(symbol=symbol, ex_date__gt=ex_date) | same_day


def _row(action_id: str) -> CorporateActionRow:
    row = CorporateActionRow.objects.filter(id=action_id).first()
    if row is None:
        raise NotFound(f"There is no corporate action {action_id[:40]!r}.")
    return row


def _action(row: CorporateActionRow) -> CorporateAction:
    return CorporateAction(
        id=row.id,
        symbol=row.symbol,
        kind=msgspec.convert(row.kind, Kind),
        ex_date=row.ex_date,
        ratio=Fraction(row.ratio_new, row.ratio_old) if row.ratio_new and row.ratio_old else None,
        amount=Decimal(row.amount) if row.amount else None,
        created_ns=row.created_ns,
    )


def _row_of(action: CorporateAction, clock: Clock) -> CorporateActionRow:
    return CorporateActionRow(symbol=action.symbol, ex_date=action.ex_date, kind=action.kind, **_values(action, clock))


def _values(action: CorporateAction, clock: Clock) -> dict[str, object]:
    return {"id": new_id(), "created_ns": clock.now_ns(), **_numbers(action)}


def _numbers(action: CorporateAction) -> dict[str, object]:
    return {
        "ratio_new": None if action.ratio is None else action.ratio.numerator,
        "ratio_old": None if action.ratio is None else action.ratio.denominator,
        "amount": "" if action.amount is None else format(action.amount, "f"),
    }
