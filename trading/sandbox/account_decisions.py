"""Deciding over accounts: opening them, and beginning anew."""

from kit.errors import Conflict, invalid_field
from trading.sandbox import events as ev
from trading.sandbox.decision import CANCELED_BY_RESET, Decision, canceled
from trading.sandbox.orders import OpenAccount, ResetAccount
from trading.sandbox.state import State


class AccountDecisions:
    """Decides over the accounts of one state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def open(self, command: OpenAccount, time_ns: int) -> Decision:
        """A new account; raises Conflict ACCOUNT_EXISTS, or Invalid for what does not fit its type."""
        if command.account_id in self._state.accounts:
            raise Conflict(f"There is an account {command.account_id!r} already.", code="ACCOUNT_EXISTS")
        if command.allow_short and command.type != "margin":
            raise invalid_field("allow_short", "Only a margin account can be short.")
        _check_funding(command.type == "margin", command.base_currency, command.balances)
        return Decision(
            [
                ev.AccountOpened(
                    time_ns=time_ns,
                    account_id=command.account_id,
                    name=command.name,
                    type=command.type,
                    base_currency=command.base_currency,
                    allow_short=command.allow_short,
                    maker_ppm=command.maker_ppm,
                    taker_ppm=command.taker_ppm,
                    fill_policy=command.fill_policy,
                    balances=command.balances,
                    allow_stale_prices=command.allow_stale_prices,
                    policy=command.policy,
                )
            ]
        )

    def reset(self, command: ResetAccount, time_ns: int) -> Decision:
        """The end of an epoch with all its open orders, and the next one; raises NotFound and Invalid."""
        account = self._state.account(command.account_id)
        _check_funding(account.is_margin, account.base_currency, command.balances)
        decided: list[ev.AnyEvent] = [
            canceled(order, CANCELED_BY_RESET, time_ns, nearest_ticks=self._state.nearest_ticks(order))
            for order in account.open_orders.values()
        ]
        epoch = account.epoch + 1
        decided.append(ev.AccountReset(time_ns=time_ns, account_id=account.id, epoch=epoch, balances=command.balances))
        return Decision(decided)


def _check_funding(is_margin: bool, base_currency: str, balances: dict[str, int]) -> None:
    """A margin account nets positions against money; a deposit of something to sell would be a position without a price."""
    others = [asset for asset, units in balances.items() if units and asset != base_currency]
    if is_margin and others:
        raise invalid_field("balances", f"A margin account is funded in its base currency {base_currency} alone.")
