"""Limits, halts and reports of risk. Reads see durable state; a change gives back a staged answer."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from api.errors import invalid_from_details
from api.staged import Staged
from kit.clock import NS_PER_SECOND, ns_from_iso
from kit.errors import NotFound
from kit.units import MONEY_DECIMALS, trimmed_text_from_units, units_from_text
from markets import services as markets
from trading.desk import Desk
from trading.numbers import money_text, time_text
from trading.risk.answers import (
    AccountLimitsAnswer,
    RiskReport,
    StatesAnswer,
    TailAnswer,
    TailRiskAnswer,
    limits_answer,
)
from trading.risk.measures import MIN_SAMPLE, Sample, sample_of, tail_levels
from trading.risk.overview import limits_of, risk_answer
from trading.sandbox.accounts import Account
from trading.sandbox.events import OrderAccepted, OrderCanceled, OrderRejected
from trading.sandbox.exposure import Unpriced, exposures
from trading.sandbox.limits import ACTIVE, EVERY_ACCOUNT, RiskLimits, SymbolLimits, TradingState
from trading.sandbox.orders import SetRiskLimits, SetRiskState
from trading.sandbox.risk_refusals import PERCENT_DECIMALS, TIMES_DECIMALS
from trading.services import StagedChange, get_desk

METHOD: Final = "historical simulation"
HORIZONS: Final = {"1d": 86_400, "1h": 3_600, "15m": 900, "5m": 300, "1m": 60}
"""Candles that moves are taken of and their seconds: the longest of which there are enough."""
MAX_SAMPLE: Final = 500
MAX_PPM: Final = 10**12
"""A limit beyond it is a mistake: a million times the equity."""
ALL_OF_IT_PPM: Final = 1_000_000


class _Row(msgspec.Struct, frozen=True):
    """What is read of a candle."""

    time: str
    close: str


_decode_rows = msgspec.json.Decoder(list[_Row]).decode


async def get_risk(account_id: str) -> RiskReport:
    """States, exposure, use of limits and what may be lost; raises NotFound UNKNOWN_ACCOUNT."""
    desk = get_desk()
    answer = risk_answer(desk, account_id)
    tail_risk = await _tail_risk(desk, account_id)
    return RiskReport(**msgspec.structs.asdict(answer), tail_risk=tail_risk)


def get_limits(account_id: str) -> AccountLimitsAnswer:
    """An account's own limits and those in force; raises NotFound UNKNOWN_ACCOUNT."""
    desk = get_desk()
    return _limits_answer(desk, desk.published.account(account_id).account)


def put_limits(account_id: str, request: Any, *, actor: str) -> Staged:
    """Replace the whole set of an account's limits; raises Invalid naming fields, NotFound for account or symbol."""
    desk = get_desk()
    limits = limits_from(request)
    executed = desk.execute(SetRiskLimits(account_id=account_id, limits=limits), actor=actor)
    return StagedChange(desk, [executed], _limits_answer(desk, desk.exchange.accounts[account_id]))


def _limits_answer(desk: Desk, account: Account) -> AccountLimitsAnswer:
    return AccountLimitsAnswer(
        account.id,
        own=limits_answer(account.risk.limits),
        installation=limits_answer(desk.order_limits.defaults),
        in_force=limits_answer(limits_of(desk, account)),
    )


def set_state(
    account_id: str | None,
    state: str,
    *,
    reason: str,
    actor: str,
    cancel_orders: bool = False,
    close_positions: bool = False,
) -> Staged:
    """Halt, restrict or resume an account, or everybody when it is None; raises NotFound UNKNOWN_ACCOUNT."""
    desk = get_desk()
    command = SetRiskState(
        account_id=EVERY_ACCOUNT if account_id is None else account_id,
        state=TradingState(state),
        reason=reason,
        by=actor,
        cancels_orders=cancel_orders,
        closes_positions=close_positions,
    )
    executed = desk.execute(command, actor=actor)
    record = desk.exchange.everyone.record if account_id is None else desk.exchange.accounts[account_id].risk
    return StagedChange(
        desk,
        [executed],
        StatesAnswer(
            scope="all" if account_id is None else "account",
            account=account_id,
            state=record.state.value,
            reason=record.reason,
            by=record.by,
            since=time_text(record.since_ns),
            canceled_orders=sum(isinstance(event, OrderCanceled) for event in executed.events),
            closing_orders=[
                event.order_id for event in executed.events if isinstance(event, OrderAccepted | OrderRejected)
            ],
        ),
    )


def resume(account_id: str | None, *, reason: str, actor: str) -> Staged:
    """Let an account trade again, or everybody when it is None; raises NotFound UNKNOWN_ACCOUNT."""
    return set_state(account_id, ACTIVE, reason=reason, actor=actor)


# ---- limits out of what was asked for


class _Numbers:
    """Turns decimal texts into counts and gathers what is wrong with them, field by field."""

    def __init__(self) -> None:
        self._wrong: dict[str, list[str]] = {}

    def count(self, field: str, text: str | None, decimals: int, most: int | None = None) -> int | None:
        if text is None:
            return None
        count = units_from_text(text, decimals)
        if count is None:
            self._wrong[field] = [f"Must have at most {decimals} digits after the point."]
        elif most is not None and count > most:
            self._wrong[field] = [f"Must be at most {trimmed_text_from_units(most, decimals)}."]
        return count

    def money(self, field: str, text: str | None) -> int | None:
        return self.count(field, text, MONEY_DECIMALS)

    def require_valid(self) -> None:
        if self._wrong:
            raise invalid_from_details(self._wrong)


def limits_from(request: Any) -> RiskLimits:
    """The limits that were asked for; raises Invalid naming fields."""
    numbers = _Numbers()
    limits = RiskLimits(
        max_order_notional_units=numbers.money("max_order_notional", request.max_order_notional),
        max_position_notional_units=numbers.money("max_position_notional", request.max_position_notional),
        max_open_orders=request.max_open_orders,
        max_orders_per_second=request.max_orders_per_second,
        price_collar_ppm=numbers.count("price_collar_percent", request.price_collar_percent, PERCENT_DECIMALS, MAX_PPM),
        max_leverage_ppm=numbers.count("max_leverage", request.max_leverage, TIMES_DECIMALS, MAX_PPM),
        max_concentration_ppm=numbers.count(
            "max_concentration_percent", request.max_concentration_percent, PERCENT_DECIMALS, MAX_PPM
        ),
        max_daily_loss_units=numbers.money("max_daily_loss", request.max_daily_loss),
        max_drawdown_ppm=numbers.count(
            "max_drawdown_percent", request.max_drawdown_percent, PERCENT_DECIMALS, ALL_OF_IT_PPM
        ),
        restricted_symbols=tuple(dict.fromkeys(request.restricted_symbols or ())),
        symbols={
            each.symbol: _symbol_limits_from(each, numbers, f"symbols.{place}.")
            for place, each in enumerate(request.symbols or ())
        },
        on_breach=TradingState(request.on_breach),
        closes_on_breach=request.close_on_breach,
    )
    numbers.require_valid()
    return limits


def _symbol_limits_from(request: Any, numbers: _Numbers, place: str) -> SymbolLimits:
    """The limits of one symbol; `place` is the beginning of its fields' names."""
    return SymbolLimits(
        **{
            f"{field}_units": numbers.money(place + field, getattr(request, field))
            for field in ("max_order_quantity", "max_position_quantity", "max_position_notional")
        }
    )


# ---- what may be lost


async def _tail_risk(desk: Desk, account_id: str) -> TailRiskAnswer:
    """Value at risk and expected shortfall of the positions there are, over the moves of their candles."""
    account = desk.published.account(account_id).account
    try:
        held = exposures(account, desk.rates)
    except Unpriced as missing:
        return _no_tail(missing.reason)
    if not held:
        return _no_tail("Nothing is held.")
    worths = {each.instrument.symbol: each.worth_units / 10**MONEY_DECIMALS for each in held}
    longest = 0
    for horizon, seconds in HORIZONS.items():
        sample = await _sample(worths, horizon, desk.market_time_ns() - seconds * NS_PER_SECOND)
        if sample is not None and len(sample.profits) >= MIN_SAMPLE:
            return _tail_answer(sample, horizon)
        longest = max(longest, 0 if sample is None else len(sample.profits))
    return _no_tail(
        f"There are {longest} moves in which every position has a candle, and {MIN_SAMPLE} are needed.", longest
    )


async def _sample(worths: Mapping[str, float], horizon: str, before_ns: int) -> Sample | None:
    """The moves of what is held over closed candles of one interval; those that opened after `before_ns` still form."""
    closes: dict[str, dict[int, float]] = {}
    for symbol in worths:
        page: Any
        try:
            page = await markets.list_candles(
                symbol, interval=horizon, from_ns=None, to_ns=None, limit=MAX_SAMPLE + 2, cursor=None
            )
        except NotFound:
            return None
        closes[symbol] = await asyncio.to_thread(_closes, page.items, before_ns)
    return await asyncio.to_thread(sample_of, worths, closes)


def _closes(items: Any, before_ns: int) -> dict[int, float]:
    """Close by open time of the candles that are complete."""
    rows = _decode_rows(items) if isinstance(items, msgspec.Raw) else items
    found = ((ns_from_iso(row.time), float(row.close)) for row in rows)
    return {time_ns: close for time_ns, close in found if time_ns <= before_ns and close > 0}


def _tail_answer(sample: Sample, horizon: str) -> TailRiskAnswer:
    kept = sample.profits[-MAX_SAMPLE:]
    return TailRiskAnswer(
        method=METHOD,
        horizon=horizon,
        sample=len(kept),
        since=time_text(sample.from_ns),
        until=time_text(sample.to_ns),
        levels=[
            TailAnswer(level.confidence_percent, _money(level.value_at_risk), _money(level.expected_shortfall))
            for level in tail_levels(kept)
        ],
        reason=None,
    )


def _money(amount: float) -> str:
    """An estimate, to eight digits."""
    return money_text(round(amount * 10**MONEY_DECIMALS))


def _no_tail(reason: str, sample: int = 0) -> TailRiskAnswer:
    return TailRiskAnswer(METHOD, None, sample, None, None, [], reason)
