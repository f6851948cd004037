"""Tables for spreadsheets: a text from outside must never be computed as a formula, and a number must stay one."""

import csv
import io
from collections.abc import Mapping, Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a text for a formula, the wide forms where people write in Japanese or Chinese.

https://owasp.org/www-community/attacks/CSV_Injection
"""


def as_text(text: str) -> str:
    """Text that came from outside, so that no spreadsheet computes with it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_line(columns: Sequence[str], row: Mapping[str, str | int]) -> str:
    """One line of a table, without its end; what the row does not have is empty."""
    line = io.StringIO()
    csv.DictWriter(line, columns, restval="", lineterminator="").writerow(row)
    return line.getvalue()
