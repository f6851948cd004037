"""What a strategy's conditions ask for, given what is held: the table of docs/backtests.md, in plain Python."""

from typing import Final, Literal

import msgspec

from quant.strategies.sizing import CONFLICT, NOT_CLOSED

Reason = Literal["signal", "reversal"]
LONG: Final = 1
SHORT: Final = -1
NONE: Final = 0


class Said(msgspec.Struct, frozen=True):
    """Which conditions were true at the close of a bar; what is unknown counts as no."""

    long_entry: bool = False
    long_exit: bool = False
    short_entry: bool = False
    short_exit: bool = False

    @property
    def is_anything(self) -> bool:
        """Whether any was."""
        return self.long_entry or self.long_exit or self.short_entry or self.short_exit

    @property
    def names(self) -> tuple[str, ...]:
        """Those that were true."""
        return tuple(name for name in self.__struct_fields__ if getattr(self, name))


SILENCE: Final = Said()


def wanted_side(said: Said, *, allow_short: bool) -> int:
    """The side of the position that is asked for: `LONG`, `SHORT`, or `NONE`, also where the conditions contradict."""
    is_short = said.short_entry and allow_short
    if said.long_entry == is_short:
        return NONE
    if said.long_entry:
        return NONE if said.long_exit else LONG
    return NONE if said.short_exit else SHORT


def leaving(said: Said, lots: int, *, allow_short: bool) -> Reason | None:
    """Why a position is to be closed; None when it is not."""
    if lots == 0:
        return None
    side = LONG if lots > 0 else SHORT
    if wanted_side(said, allow_short=allow_short) == -side:
        return "reversal"
    is_exit = said.long_exit if lots > 0 else said.short_exit
    return "signal" if is_exit else None


def entering(said: Said, lots: int, *, allow_short: bool) -> tuple[int, str | None]:
    """The side of a position to open after what was to be closed is closed, and why it is not opened.

    `lots` is what is held then. (`NONE`, None): nothing is asked for.
    """
    is_asked = said.long_entry or (said.short_entry and allow_short)
    if not is_asked:
        return NONE, None
    side = wanted_side(said, allow_short=allow_short)
    if side == NONE:
        return NONE, CONFLICT if lots == 0 else None
    if lots != 0:
        return NONE, NOT_CLOSED if (lots > 0) != (side > 0) else None
    return side, None
