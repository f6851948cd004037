"""Rehearsals of strategies as clients see them."""

from typing import Any

import msgspec

from kit.clock import iso_ms_from_ns
from markets.services import get_instrument
from trading.numbers import money_text, time_text
from trading.strategies.performance import PerformanceAnswer
from trading.strategies.rehearsed.records import Kept, Outcome, StrategyRehearsal

PPM_PER_PERCENT = 10_000


class EquityAnswer(msgspec.Struct, frozen=True):
    """What the account was worth when a bar closed."""

    time: str
    equity: str


class OutcomeAnswer(msgspec.Struct, frozen=True):
    """What came of it; `equity` None in lists."""

    performance: PerformanceAnswer
    max_drawdown_percent: str | None
    from_time: str
    to_time: str
    bars: int
    signals: int
    ordered: int
    refused: int
    orders: int | None
    equity: list[EquityAnswer] | None


class StrategyRehearsalAnswer(msgspec.Struct, frozen=True):
    """One rehearsal; `progress` is the share of the data that has played."""

    id: str
    strategy_id: str
    strategy: str
    version: int
    parameters: dict[str, int | float]
    symbols: tuple[str, ...]
    interval: str
    dataset: str
    datasets: tuple[str, ...]
    start: str | None
    end: str | None
    cash: str | None
    fees: dict[str, float] | None
    fill_policy: Any
    state: str
    reason: str
    rehearsal: str | None
    run_id: str
    started_at: str
    ended_at: str | None
    progress: float
    result: OutcomeAnswer | None


class RehearsedOrderAnswer(msgspec.Struct, frozen=True):
    """What one order did: all its fills together, or why it was refused."""

    order_id: str
    symbol: str
    side: str
    purpose: str
    time: str
    quantity: str
    price: str | None
    fee: str | None
    refused: str | None


def rehearsal_answer(record: StrategyRehearsal, progress: float, *, has_curve: bool) -> StrategyRehearsalAnswer:
    """One as clients see it."""
    asked = record.asked
    start, end = (None if each is None else time_text(each) for each in (asked.start_ns, asked.end_ns))
    return StrategyRehearsalAnswer(
        id=record.id,
        strategy_id=record.strategy_id,
        strategy=record.strategy_name,
        version=record.version,
        parameters=record.parameters,
        symbols=record.symbols,
        interval=record.interval,
        dataset=record.dataset,
        datasets=(record.dataset, *record.more_datasets),
        start=start,
        end=end,
        cash=asked.cash,
        fees=asked.fees,
        fill_policy=asked.fill_policy,
        state=record.state,
        reason=record.reason,
        rehearsal=record.rehearsal_id,
        run_id=record.run_id,
        started_at=iso_ms_from_ns(record.started_ns),
        ended_at=None if record.ended_ns is None else iso_ms_from_ns(record.ended_ns),
        progress=progress,
        result=None if record.outcome is None else _outcome_answer(record.outcome, has_curve=has_curve),
    )


def _outcome_answer(outcome: Outcome, *, has_curve: bool) -> OutcomeAnswer:
    fall_ppm = outcome.max_drawdown_ppm
    points = [EquityAnswer(time_text(each.time_ns), money_text(each.units)) for each in outcome.equity]
    return OutcomeAnswer(
        performance=outcome.performance,
        max_drawdown_percent=None if fall_ppm is None else f"{fall_ppm / PPM_PER_PERCENT:.4f}",
        from_time=time_text(outcome.from_ns),
        to_time=time_text(outcome.to_ns),
        bars=outcome.bars,
        signals=outcome.signals,
        ordered=outcome.ordered,
        refused=outcome.refused,
        orders=outcome.orders,
        equity=points if has_curve else None,
    )


def order_answers(kept: Kept) -> list[RehearsedOrderAnswer]:
    """What its orders did, in the order of their first fill or refusal."""
    by_order: dict[str, list[Any]] = {}
    for fill in kept.session.fills:
        by_order.setdefault(fill.order_id, []).append(fill)
    found = [(parts[0].time_ns, _filled(parts, kept.reasons.get(order, ""))) for order, parts in by_order.items()]
    for refusal in kept.session.refusals:
        answer = RehearsedOrderAnswer(
            order_id=refusal.order_id,
            symbol=refusal.symbol,
            side="buy" if refusal.is_buy else "sell",
            purpose=kept.reasons.get(refusal.order_id, ""),
            time=time_text(refusal.time_ns),
            quantity="0",
            price=None,
            fee=None,
            refused=refusal.reason,
        )
        found.append((refusal.time_ns, answer))
    return [answer for _, answer in sorted(found, key=lambda each: each[0])]


def _filled(parts: list[Any], purpose: str) -> RehearsedOrderAnswer:
    first, instrument = parts[0], get_instrument(parts[0].symbol)
    lots = sum(part.quantity_lots for part in parts)
    return RehearsedOrderAnswer(
        order_id=first.order_id,
        symbol=first.symbol,
        side="buy" if first.is_buy else "sell",
        purpose=purpose,
        time=time_text(first.time_ns),
        quantity=instrument.quantity_text(lots),
        price=instrument.average_price_text(sum(part.price_ticks * part.quantity_lots for part in parts), lots),
        fee=money_text(sum(part.fee_units for part in parts)),
        refused=None,
    )
