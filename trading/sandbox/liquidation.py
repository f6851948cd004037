"""Liquidation: what a price does to the margin accounts that can no longer carry their positions.

When the equity of an account in a quote asset is no more than the maintenance margin of its positions there
(`trading.sandbox.margin`), its open orders quoted in that asset are canceled, and its positions are closed by market
orders, the one with the largest maintenance first, until the rest is carried again. What the book does not hold is
closed with the next prices. A loss beyond all that the account had is taken over, as by a venue's insurance fund: the
journal tells of it as `bankruptcy`, so that nothing appears or disappears without an event.

Each step is a decision of its own, made after the one before was folded.
"""

from quant.fills import fee_units, maintenance_units
from trading.sandbox import events as ev
from trading.sandbox.accounts import Account
from trading.sandbox.book import chance_of, walk
from trading.sandbox.decision import Decision, canceled, expired
from trading.sandbox.ids import derived_id
from trading.sandbox.margin import Margin, margin_of
from trading.sandbox.orders import IOC, MARKET, Order, Side
from trading.sandbox.risk import money_text
from trading.sandbox.state import State, order_from
from trading.sandbox.taking import taking


class Liquidations:
    """Decides over the liquidations of one state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def next(self, account: Account, quote: str, tried: set[str], time_ns: int) -> Decision | None:
        """The next step for an account, or None when it carries its positions or nothing more can be done now.

        `tried` are the symbols that were closed as far as their book went; a closing adds to it.
        """
        margin = margin_of(account, quote, self._state.mark_of)
        if not margin.maintenance_units:
            return self._taking_over(account, quote, margin, time_ns) if tried else None
        if not margin.is_short_of_maintenance:
            return None
        reason = _reason(margin, quote)
        waiting = [each for each in account.open_orders.values() if self._quote_of(each.symbol) == quote]
        if waiting:
            return Decision(
                [
                    canceled(order, f"Canceled: {reason}", time_ns, nearest_ticks=self._state.nearest_ticks(order))
                    for order in waiting
                ]
            )
        symbol = self._largest(account, quote, tried)
        if symbol is None:
            return None
        tried.add(symbol)
        return self._closing(account, symbol, reason, time_ns)

    def _quote_of(self, symbol: str) -> str:
        return self._state.market(symbol).instrument.quote

    def _largest(self, account: Account, quote: str, tried: set[str]) -> str | None:
        """The position that asks for most, among those that can be traded now."""
        found: list[tuple[int, str]] = []
        for symbol, position in account.positions.items():
            market = self._state.market(symbol)
            update, instrument = market.update, market.instrument
            if not position.quantity_lots or symbol in tried or update is None or instrument.quote != quote:
                continue
            notional_units = instrument.notional_units(update.last_ticks, abs(position.quantity_lots))
            found.append((maintenance_units(notional_units, account.margin.leverage_of(symbol)), symbol))
        return max(found)[1] if found else None

    def _closing(self, account: Account, symbol: str, reason: str, time_ns: int) -> Decision:
        """A market order out of a position, as its owner could have placed it, and the fee of the liquidation."""
        market = self._state.market(symbol)
        position = account.positions[symbol]
        side = Side.SELL if position.quantity_lots > 0 else Side.BUY
        lots, sequence = abs(position.quantity_lots), self._state.sequence + 1
        accepted = ev.OrderAccepted(
            time_ns,
            account.id,
            derived_id(time_ns, account.id, "liquidation", str(sequence)),
            symbol,
            side,
            MARKET,
            IOC,
            lots,
            sequence,
            fill_policy=account.fill_policy,
            policy=account.policy,
            reason=reason,
        )
        order = order_from(accepted)
        takes = walk(
            market,
            account.id,
            is_buy=side is Side.BUY,
            lots=lots,
            limit_ticks=None,
            policy=account.policy,
            chance_of=chance_of(order),
        )
        taken = taking(order, account, market.instrument, takes, time_ns)
        if isinstance(taken[-1], ev.OrderExpired):
            taken[-1] = expired(order, f"{reason} What the book did not hold is closed with the next prices.", time_ns)
        return Decision([accepted, *taken, *self._fee(account, order, taken, time_ns)], takes, order.id)

    def _fee(self, account: Account, order: Order, taken: list[ev.AnyEvent], time_ns: int) -> list[ev.AnyEvent]:
        fee_ppm = account.margin.liquidation_fee_ppm
        instrument = self._state.market(order.symbol).instrument
        fee = sum(
            fee_units(instrument.notional_units(event.price_ticks, event.quantity_lots), fee_ppm)
            for event in taken
            if isinstance(event, ev.OrderFilled)
        )
        if not fee:
            return []
        return [
            ev.FundsMoved(
                time_ns=time_ns,
                account_id=account.id,
                asset=instrument.quote,
                units=-fee,
                kind="liquidation_fee",
                symbol=order.symbol,
                reason=f"The fee of the liquidation of {order.symbol}.",
            )
        ]

    def _taking_over(self, account: Account, quote: str, margin: Margin, time_ns: int) -> Decision | None:
        """Nothing is left to close: a debt that is left is nobody's to pay."""
        if margin.equity_units >= 0:
            return None
        debt = money_text(-margin.equity_units)
        return Decision(
            [
                ev.FundsMoved(
                    time_ns=time_ns,
                    account_id=account.id,
                    asset=quote,
                    units=-margin.equity_units,
                    kind="bankruptcy",
                    reason=f"The liquidation left a debt of {debt} {quote}, which is taken over.",
                )
            ]
        )


def _reason(margin: Margin, quote: str) -> str:
    return (
        f"Liquidation: the equity of {money_text(margin.equity_units)} {quote} fell to the maintenance margin of "
        f"{money_text(margin.maintenance_units)} {quote} or below. Deposit, or use less leverage."
    )
