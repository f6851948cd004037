"""How much an account has lost: since its day began, and since its equity was highest.

Where counting begins is state (`RiskRecord`). Between two notes of a peak the true one is remembered here, so that while
the exchange runs a drawdown is exact; after a restart it counts from the last note, at most a thousandth below.
"""

from trading.sandbox.accounts import Account

DAY_NS = 24 * 3_600 * 1_000_000_000
PEAK_STEP = 1_000
"""A peak is noted when it is one part in so many above the last one that was."""


class Losses:
    """The peaks of accounts since they were last noted."""

    def __init__(self) -> None:
        self._peaks: dict[str, tuple[tuple[int, int], int]] = {}
        """Account to the time and peak of the note that it follows, and the highest equity since."""

    def of_day(self, account: Account, equity_units: int, time_ns: int) -> int:
        """What was lost since the day began; negative for a profit, 0 when the day has not been seen to begin."""
        record = account.risk
        if record.day_units is None or record.day != day_of(time_ns):
            return 0
        return record.day_units - equity_units

    def peak_units(self, account: Account, equity_units: int) -> int:
        """The highest equity of the epoch that is known, the present one included."""
        noted = account.risk.peak_units
        if noted is None:
            return equity_units
        followed, peak = self._peaks.get(account.id, ((0, 0), noted))
        return max(equity_units, noted, peak if followed == (account.risk.marked_ns, noted) else noted)

    def look(self, account: Account, equity_units: int) -> None:
        """Remember the equity if it is the highest."""
        noted = account.risk.peak_units
        if noted is not None and equity_units > noted:
            self._peaks[account.id] = ((account.risk.marked_ns, noted), self.peak_units(account, equity_units))

    def is_worth_noting(self, account: Account, peak_units: int) -> bool:
        """Whether a peak is so far above the noted one that it has to be noted."""
        noted = account.risk.peak_units
        return noted is None or peak_units - noted > abs(noted) // PEAK_STEP


def day_of(time_ns: int) -> int:
    """The UTC day of a time, counted from 1970."""
    return time_ns // DAY_NS
