"""The margin terms of an account as clients write them, and what they become inside."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

import msgspec

from kit.errors import invalid_field
from kit.units import PPM_PER_BPS
from trading.sandbox.margin_terms import MAX_LEVERAGE, MarginTerms
from trading.services import get_desk

PPM_PER_PERCENT = 10_000


class MarginRequest(Protocol):
    """Margin terms as they were asked for; None leaves one as it is."""

    @property
    def leverage(self) -> int | None:
        """As clients write it."""
        ...

    @property
    def leverage_by_symbol(self) -> Mapping[str, int] | None:
        """As clients write it."""
        ...

    @property
    def liquidation_fee_bps(self) -> float | None:
        """As clients write it."""
        ...

    @property
    def interest_percent(self) -> float | None:
        """As clients write it."""
        ...

    @property
    def borrow_percent(self) -> float | None:
        """As clients write it."""
        ...

    @property
    def funding_percent(self) -> float | None:
        """As clients write it."""
        ...


def margin_terms(request: MarginRequest, before: MarginTerms) -> MarginTerms:
    """The terms that a request makes of those before; raises Invalid naming the field, NotFound for an unknown symbol."""
    changes: dict[str, object] = {}
    if request.leverage is not None:
        changes["leverage"] = request.leverage
    if request.leverage_by_symbol is not None:
        changes["by_symbol"] = _by_symbol(request.leverage_by_symbol)
    for field, name, scale in (
        ("liquidation_fee_bps", "liquidation_fee_ppm", PPM_PER_BPS),
        ("interest_percent", "interest_ppm", PPM_PER_PERCENT),
        ("borrow_percent", "borrow_ppm", PPM_PER_PERCENT),
        ("funding_percent", "funding_ppm", PPM_PER_PERCENT),
    ):
        value = getattr(request, field)
        if value is not None:
            changes[name] = ppm_of(field, value, scale)
    return msgspec.structs.replace(before, **changes)


def _by_symbol(leverages: Mapping[str, int]) -> dict[str, int]:
    for symbol, leverage in leverages.items():
        get_desk().instrument(symbol)
        if not 1 <= leverage <= MAX_LEVERAGE:
            raise invalid_field(f"leverage_by_symbol.{symbol}", f"Must be from 1 to {MAX_LEVERAGE}.")
    return dict(sorted(leverages.items()))


def ppm_of(field: str, value: float, scale: int) -> int:
    """A rate as whole millionths; raises Invalid for one that is finer than that."""
    ppm = Decimal(repr(value)) * scale
    if ppm != ppm.to_integral_value():
        digits = len(str(scale)) - 1
        raise invalid_field(field, f"Must have at most {digits} digits after the point.")
    return int(ppm)
