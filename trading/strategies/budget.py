"""How many orders all runs together may place at one moment of the market."""

from typing import Final

MAX_ORDERS_A_BAR: Final = 1_000
"""Orders at the closes of one moment: a tenth of a second of the exchange, and of the journal."""


class OrderBudget:
    """What is left of the orders of a moment. Entries ask for room; what closes or protects is placed all the same."""

    def __init__(self, most: int = MAX_ORDERS_A_BAR) -> None:
        self._most = most
        self._spent = 0
        self._moment_ns = -1

    def begin(self, moment_ns: int) -> None:
        """A bar of that time is acted on; another time than before begins anew."""
        if moment_ns != self._moment_ns:
            self._moment_ns, self._spent = moment_ns, 0

    def spend(self) -> None:
        """An order is placed."""
        self._spent += 1

    @property
    def has_room(self) -> bool:
        """Whether another entry may be placed."""
        return self._spent < self._most

    @property
    def text(self) -> str:
        """Why not."""
        return f"Strategies placed {self._spent} orders at this moment and may place {self._most}."
