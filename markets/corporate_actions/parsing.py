"""Splits and dividends out of a CSV file: `symbol,ex_date,kind,ratio,amount`, in any order of columns; all of it or none."""

import csv
import io
from typing import Any

from kit.errors import DomainError, invalid_field
from markets.corporate_actions.records import CorporateAction, make_action

MAX_FILE_BYTES = 8 * 2**20
MAX_ROWS = 100_000
MAX_CELL_CHARS = 200
MAX_FAULTS_TOLD = 20
NEEDED = ("symbol", "ex_date", "kind")
ALLOWED = (*NEEDED, "ratio", "amount")


def parse_csv(content: bytes) -> list[CorporateAction]:
    """The actions of a file; raises Invalid that names the lines at fault, the first 20 of them."""
    if len(content) > MAX_FILE_BYTES:
        raise invalid_field("file", f"Must have at most {MAX_FILE_BYTES // 2**20} MiB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise invalid_field("file", "Must be text in UTF-8.") from None
    if "\0" in text:
        raise invalid_field("file", "Must be text; it holds a NUL.")
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return _read(rows)
    except csv.Error as fault:
        raise invalid_field("file", f"Line {rows.line_num}: {fault}.") from None


def _read(rows: Any) -> list[CorporateAction]:
    names = [cell.strip().lower() for cell in next(rows, [])]
    if sorted(set(names)) != sorted(names) or not set(NEEDED) <= set(names) <= set(ALLOWED):
        raise invalid_field(
            "file",
            f"The first line must name the columns {', '.join(NEEDED)}, and ratio for splits or amount for dividends.",
        )
    found: dict[tuple[str, object, str], CorporateAction] = {}
    faults: list[str] = []
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(found) >= MAX_ROWS:
            raise invalid_field("file", f"Must have at most {MAX_ROWS:,} rows.")
        try:
            action = _action_of(names, row)
            before = found.setdefault((action.symbol, action.ex_date, action.kind), action)
            if before is not action:
                raise invalid_field("ex_date", "This symbol has another one of that kind and day in the file.")
        except DomainError as fault:
            faults.append(f"Line {rows.line_num}: {fault.message}")
            if len(faults) == MAX_FAULTS_TOLD:
                break
    if faults:
        raise invalid_field("file", " ".join(faults))
    if not found:
        raise invalid_field("file", "It holds no split and no dividend.")
    return list(found.values())


def _action_of(names: list[str], row: list[str]) -> CorporateAction:
    if len(row) != len(names):
        raise invalid_field("columns", f"There are {len(row)}, not {len(names)}.")
    cells = {name: cell.strip() for name, cell in zip(names, row, strict=True)}
    if any(len(cell) > MAX_CELL_CHARS for cell in cells.values()):
        raise invalid_field("columns", f"A cell has more than {MAX_CELL_CHARS} characters.")
    return make_action(
        symbol=cells["symbol"].upper(),
        kind=cells["kind"].lower(),
        ex_date=cells["ex_date"],
        ratio=cells.get("ratio"),
        amount=cells.get("amount"),
    )
