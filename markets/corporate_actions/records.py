"""A split or a dividend as plain values, and how each is written. No Django here."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import msgspec

from kit.errors import invalid_field
from markets.datasets.steps import check_symbol

Kind = Literal["split", "dividend"]
KINDS: tuple[Kind, ...] = ("split", "dividend")
Adjust = Literal["none", "splits", "all"]
ADJUSTMENTS: tuple[Adjust, ...] = ("none", "splits", "all")

FIRST_DATE, LAST_DATE = date(1800, 1, 1), date(2199, 12, 31)
MAX_RATIO = 100_000
"""Shares for one, or one for so many: beyond every split there was."""
MAX_RATIO_PART = 10**9
_RATIO = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(?::([0-9]{1,9}(?:\.[0-9]{1,9})?))?")
_AMOUNT = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,12})?")


class CorporateAction(msgspec.Struct, frozen=True, kw_only=True):
    """A split of `ratio` new shares for one, or a dividend of `amount` a share; the other one is None."""

    symbol: str
    kind: Kind
    ex_date: date
    ratio: Fraction | None = None
    amount: Decimal | None = None
    id: str = ""
    created_ns: int = 0

    def is_same_as(self, other: "CorporateAction") -> bool:
        """Whether both say the same of the same day."""
        return (self.symbol, self.kind, self.ex_date, self.ratio, self.amount) == (
            other.symbol, other.kind, other.ex_date, other.ratio, other.amount,
        )  # fmt: skip


class Changed(msgspec.Struct, frozen=True):
    """What an import did: actions that are new, that replaced another of their day, and that were there already."""

    added: int
    replaced: int
    unchanged: int


def make_action(*, symbol: str, kind: str, ex_date: str, ratio: str | None, amount: str | None) -> CorporateAction:
    """An action from text; raises Invalid that names the field at fault."""
    if kind == "split":
        if amount:
            raise invalid_field("amount", "Is for dividends; a split has a ratio.")
        return CorporateAction(
            symbol=check_symbol(symbol), kind="split", ex_date=_date_of(ex_date), ratio=_ratio_of(ratio or "")
        )
    if kind == "dividend":
        if ratio:
            raise invalid_field("ratio", "Is for splits; a dividend has an amount.")
        return CorporateAction(
            symbol=check_symbol(symbol), kind="dividend", ex_date=_date_of(ex_date), amount=_amount_of(amount or "")
        )
    raise invalid_field("kind", f"Must be one of: {', '.join(KINDS)}.")


def ratio_text(ratio: Fraction) -> str:
    """A ratio as `new:old`."""
    return f"{ratio.numerator}:{ratio.denominator}"


def _date_of(text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise invalid_field("ex_date", "Must be a date such as 2020-08-31.") from None
    if not FIRST_DATE <= day <= LAST_DATE:
        raise invalid_field("ex_date", f"Must lie between {FIRST_DATE} and {LAST_DATE}.")
    return day


def _ratio_of(text: str) -> Fraction:
    found = _RATIO.fullmatch(text.strip())
    parts = [Fraction(part) for part in found.groups("1")] if found and text.isascii() else []
    if not parts or not all(parts):
        raise invalid_field("ratio", "Must be new shares for old ones, such as 4:1, 1:10 or 1.5.")
    ratio = parts[0] / parts[1]
    if not Fraction(1, MAX_RATIO) <= ratio <= MAX_RATIO or max(ratio.numerator, ratio.denominator) > MAX_RATIO_PART:
        raise invalid_field("ratio", f"Must lie between 1:{MAX_RATIO} and {MAX_RATIO}:1.")
    if ratio == 1:
        raise invalid_field("ratio", "Must not be 1:1, which splits nothing.")
    return ratio


def _amount_of(text: str) -> Decimal:
    if _AMOUNT.fullmatch(text.strip()) is None or not text.isascii() or not Decimal(text):
        raise invalid_field("amount", "Must be a plain decimal above 0, such as 0.205.")
    return Decimal(text.strip())
