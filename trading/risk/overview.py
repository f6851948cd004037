"""The risk of an account at this moment, out of what is durable and the last prices; cheap enough for the stream."""

from collections.abc import Callable, Iterator
from typing import Any

from kit.units import MONEY_DECIMALS, trimmed_text_from_units
from trading.desk import Desk
from trading.numbers import money_text
from trading.published import PublishedAccount
from trading.risk.answers import (
    ExposedPosition,
    ExposedQuote,
    ExposureAnswer,
    LimitUse,
    RiskAnswer,
    state_answer,
)
from trading.sandbox.accounts import Account
from trading.sandbox.exposure import (
    Exposure,
    Reserved,
    Unpriced,
    equity_units,
    exposures,
    largest_lots,
    reserved_lots,
    share_ppm,
    worth_units,
)
from trading.sandbox.limits import AMOUNTS, RiskLimits, limits_in_force
from trading.sandbox.risk_refusals import percent_text, times_text

PERCENT_UNIT, TIMES_UNIT = "percent", "times equity"

FIELD_NAMES = dict(
    zip(
        AMOUNTS,
        (
            "max_order_notional",
            "max_position_notional",
            "max_open_orders",
            "max_orders_per_second",
            "price_collar_percent",
            "max_leverage",
            "max_concentration_percent",
            "max_daily_loss",
            "max_drawdown_percent",
        ),
        strict=True,
    )
)
"""The limits by the names that clients know."""


def risk_answer(desk: Desk, account_id: str) -> RiskAnswer:
    """An account's states, exposure and use of its limits; raises NotFound UNKNOWN_ACCOUNT."""
    published = desk.published.account(account_id)
    account = published.account
    equity = _known(lambda: equity_units(account, desk.rates))
    return RiskAnswer(
        account=account_id,
        state=account.trading_state.value,
        account_state=state_answer(account.risk),
        global_state=state_answer(account.everyone.record),
        base_currency=account.base_currency,
        equity=None if isinstance(equity, str) else money_text(equity),
        exposure=_exposure_answer(desk, account, equity),
        limits=list(LimitUses(desk, published, equity).all()),
    )


def _known(work: Callable[[], Any]) -> Any:
    """A number, or the sentence that says why it is not known."""
    try:
        return work()
    except Unpriced as missing:
        return missing.reason


def _exposure_answer(desk: Desk, account: Account, equity: int | str) -> ExposureAnswer:
    found = _known(lambda: exposures(account, desk.rates))
    if isinstance(found, str):
        return ExposureAnswer(None, None, None, None, None, [], [], found)
    long_units = sum(each.worth_units for each in found if each.worth_units > 0)
    short_units = -sum(each.worth_units for each in found if each.worth_units < 0)
    gross = long_units + short_units
    has_equity = not isinstance(equity, str) and equity > 0
    return ExposureAnswer(
        gross=money_text(gross),
        net=money_text(long_units - short_units),
        long=money_text(long_units),
        short=money_text(short_units),
        leverage=times_text(share_ppm(gross, int(equity))) if has_equity else None,
        positions=[_position(each, int(equity) if has_equity else None) for each in found],
        by_quote=list(_by_quote(found)),
        reason=equity if isinstance(equity, str) else None,
    )


def _position(exposure: Exposure, equity: int | None) -> ExposedPosition:
    instrument = exposure.instrument
    return ExposedPosition(
        symbol=instrument.symbol,
        side="long" if exposure.quantity_lots > 0 else "short",
        quantity=instrument.quantity_text(abs(exposure.quantity_lots)),
        quote=instrument.quote,
        value=money_text(exposure.value_units),
        worth=money_text(exposure.worth_units),
        share_percent=None if equity is None else percent_text(share_ppm(abs(exposure.worth_units), equity)),
    )


def _by_quote(found: list[Exposure]) -> Iterator[ExposedQuote]:
    for quote in dict.fromkeys(each.instrument.quote for each in found):
        worths = [each.worth_units for each in found if each.instrument.quote == quote]
        yield ExposedQuote(quote, money_text(sum(map(abs, worths))), money_text(sum(worths)))


class LimitUses:
    """How much of each limit in force an account uses; `equity` is a sentence where it is not known."""

    def __init__(self, desk: Desk, published: PublishedAccount, equity: int | str) -> None:
        self._desk = desk
        self._account = published.account
        self._present = published.present
        self._equity = equity
        self._in_force = limits_in_force(self._account.risk.limits, desk.order_limits.defaults)
        self._reserved = reserved_lots(published.present.open_orders(published.present.open_count))

    def all(self) -> Iterator[LimitUse]:
        """Every limit that there is, in the order of the contract."""
        own = self._account.risk.limits
        for amount, name in FIELD_NAMES.items():
            limit = getattr(self._in_force, amount)
            if limit is not None:
                yield self._use(name, limit, own=getattr(own, amount) is not None)
        for symbol in self._in_force.symbols:
            yield from self._uses_of_symbol(symbol)

    def _use(self, name: str, limit: int, *, own: bool) -> LimitUse:
        base = self._account.base_currency
        match name:
            case "max_order_notional":
                return LimitUse(name, None, money_text(limit), None, None, "quote asset", own)
            case "price_collar_percent":
                return LimitUse(name, None, percent_text(limit), None, None, PERCENT_UNIT, own)
            case "max_open_orders":
                return _used(name, limit, self._present.open_count, str, "orders", own=own)
            case "max_orders_per_second":
                now_ns = self._desk.market_time_ns()
                count = self._desk.exchange.orders_within_second(self._account.id, now_ns)
                return _used(name, limit, count, str, "orders", own=own)
            case "max_position_notional":
                return self._largest(name, limit, self._notional_of, "quote asset", money_text, own=own)
            case "max_concentration_percent":
                return self._largest(name, limit, self._share_of, PERCENT_UNIT, percent_text, own=own)
            case "max_leverage":
                return _used(name, limit, _known(self._leverage), times_text, TIMES_UNIT, own=own)
            case "max_daily_loss":
                return _used(name, limit, self._daily_loss(), money_text, base, own=own)
            case _:
                return _used(name, limit, self._drawdown(), percent_text, PERCENT_UNIT, own=own)

    def _uses_of_symbol(self, symbol: str) -> Iterator[LimitUse]:
        limits = self._in_force.symbols[symbol]
        instrument = self._desk.instrument(symbol)
        if limits.max_order_quantity_units is not None:
            text = _base_text(limits.max_order_quantity_units)
            yield LimitUse("max_order_quantity", symbol, text, None, None, instrument.base, True)
        if limits.max_position_quantity_units is not None:
            used = self._largest_lots(symbol) * instrument.lot_units
            yield _used(
                "max_position_quantity", limits.max_position_quantity_units, used, _base_text, instrument.base,
                own=True, symbol=symbol,
            )  # fmt: skip
        if limits.max_position_notional_units is not None:
            yield _used(
                "max_position_notional", limits.max_position_notional_units, _known(lambda: self._notional_of(symbol)),
                money_text, instrument.quote, own=True, symbol=symbol,
            )  # fmt: skip

    def _largest(
        self,
        name: str,
        limit: int,
        value_of: Callable[[str], int],
        unit: str,
        text: Callable[[int], str],
        *,
        own: bool,
    ) -> LimitUse:
        """A limit that holds for each symbol alike: the symbol that uses most of it."""

        def most() -> tuple[int, str | None]:
            return max(((value_of(symbol), symbol) for symbol in self._symbols()), default=(0, None))

        found = _known(most)
        if isinstance(found, str):
            return _used(name, limit, found, text, unit, own=own)
        return _used(name, limit, found[0], text, unit, own=own, symbol=found[1])

    def _symbols(self) -> list[str]:
        """What is held or may be, by the open orders."""
        held = (symbol for symbol, position in self._account.positions.items() if position.quantity_lots)
        return list(dict.fromkeys((*held, *self._reserved)))

    def _largest_lots(self, symbol: str) -> int:
        return largest_lots(self._account, symbol, self._reserved.get(symbol, Reserved()))

    def _notional_of(self, symbol: str) -> int:
        instrument, mark_ticks = self._desk.mark_of(symbol)
        if not mark_ticks:
            raise Unpriced(symbol, exists=True)
        return instrument.notional_units(mark_ticks, self._largest_lots(symbol))

    def _worth_of(self, symbol: str) -> int:
        quote = self._desk.instrument(symbol).quote
        return worth_units(quote, self._notional_of(symbol), self._account.base_currency, self._desk.rates)

    def _share_of(self, symbol: str) -> int:
        return share_ppm(self._worth_of(symbol), self._positive_equity())

    def _leverage(self) -> int:
        return share_ppm(sum(map(self._worth_of, self._symbols())), self._positive_equity())

    def _positive_equity(self) -> int:
        """The equity as something to divide by: below the smallest unit a share of it is beyond any limit."""
        return max(equity_units(self._account, self._desk.rates), 1)

    def _daily_loss(self) -> int | str:
        if isinstance(self._equity, str):
            return self._equity
        loss = self._desk.exchange.losses.of_day(self._account, self._equity, self._desk.market_time_ns())
        return max(loss, 0)

    def _drawdown(self) -> int | str:
        if isinstance(self._equity, str):
            return self._equity
        peak = self._desk.exchange.losses.peak_units(self._account, self._equity)
        return share_ppm(peak - self._equity, peak) if peak > 0 else 0


def _used(
    name: str,
    limit: int,
    used: int | str,
    text: Callable[[int], str],
    unit: str,
    *,
    own: bool,
    symbol: str | None = None,
) -> LimitUse:
    """A limit with what is used of it; a sentence in place of a number is the reason why that is not known."""
    if isinstance(used, str):
        return LimitUse(name, symbol, text(limit), None, None, unit, own, used)
    share = percent_text(share_ppm(used, limit)) if limit > 0 else None
    return LimitUse(name, symbol, text(limit), text(used), share, unit, own)


def _base_text(units: int) -> str:
    return trimmed_text_from_units(units, MONEY_DECIMALS)


def limits_of(desk: Desk, account: Account) -> RiskLimits:
    """The limits in force of an account."""
    return limits_in_force(account.risk.limits, desk.order_limits.defaults)
