"""The journal as a table or as lines of JSON, for people and programs outside of Sandbar."""

from collections.abc import Iterator
from typing import Any

import msgspec

from kit.clock import iso_from_ns
from kit.spreadsheet import as_text, csv_line
from kit.units import MONEY_DECIMALS, trimmed_text_from_units
from markets.instruments import Instrument
from trading.audit import Step, Walk
from trading.numbers import percent_from_ppm
from trading.sandbox.events import (
    AccountForked,
    AccountOpened,
    AccountReset,
    AnyEvent,
    CancelAfterSet,
    FundsMoved,
    OrderAccepted,
    OrderEvent,
    OrderRejected,
    OrderReplaced,
    RiskStateSet,
    StopsTrailed,
)
from trading.sandbox.exchange import Exchange
from trading.sandbox.orders import Terms

COLUMNS = (
    "seq",
    "recorded_at",
    "market_time",
    "kind",
    "actor",
    "trace_id",
    "account",
    "event",
    "order_id",
    "client_order_id",
    "order_list_id",
    "symbol",
    "side",
    "type",
    "time_in_force",
    "quantity",
    "price",
    "stop_price",
    "watermark",
    "trail_amount",
    "trail_percent",
    "limit_offset",
    "expires_at",
    "reduce_only",
    "display_quantity",
    "notional",
    "fee",
    "liquidity",
    "code",
    "reason",
    "balances",
)
"""One line an event. Quantities, prices and money are decimal text; times are UTC."""


def json_lines(walk: Walk, *, from_seq: int, account_id: str | None) -> Iterator[str]:
    """An entry a line, with its number and hash; with an account, only its events and without a hash, which is of all."""
    for step in walk.steps():
        if step.record.seq < from_seq:
            continue
        if account_id is None:
            line = {"seq": step.record.seq, "hash": step.record.hash.hex(), "entry": msgspec.Raw(step.record.body)}
            yield msgspec.json.encode(line).decode()
        elif events := _events_of(step, account_id):
            entry = msgspec.structs.replace(step.entry, events=events)
            yield msgspec.json.encode({"seq": step.record.seq, "entry": entry}).decode()


def csv_lines(walk: Walk, *, from_seq: int, account_id: str | None) -> Iterator[str]:
    """The header, then an event a line."""
    yield csv_line(COLUMNS, dict(zip(COLUMNS, COLUMNS, strict=True)))
    for step in walk.steps():
        if step.record.seq >= from_seq:
            for event in _events_of(step, account_id):
                yield csv_line(COLUMNS, _row(step, event, walk))


def _events_of(step: Step, account_id: str | None) -> tuple[AnyEvent, ...]:
    events = step.entry.events
    return events if account_id is None else tuple(event for event in events if event.account_id == account_id)


def _row(step: Step, event: AnyEvent, walk: Walk) -> dict[str, str]:
    """The columns of one event; what it does not say is taken from its order, where that is the same for ever."""
    entry = step.entry
    row = {
        "seq": str(step.record.seq),
        "recorded_at": iso_from_ns(entry.wall_ns),
        "market_time": iso_from_ns(event.time_ns),
        "kind": entry.kind,
        "actor": as_text(entry.actor),
        "trace_id": as_text(entry.trace_id),
        "account": as_text(event.account_id),
        "event": str(event.__struct_config__.tag),
    }
    if isinstance(event, AccountOpened | AccountReset | AccountForked):
        return row | {"balances": _balances(event.balances)}
    if isinstance(event, StopsTrailed):
        return row | _extremes(event, walk.instrument(event.symbol))
    if isinstance(event, CancelAfterSet):
        until = "none" if event.deadline_ns is None else iso_from_ns(event.deadline_ns)
        return row | {"reason": f"until {until}"}
    if isinstance(event, FundsMoved):
        return row | {"balances": _balances({event.asset: event.units}), "reason": as_text(event.reason or event.kind)}
    if isinstance(event, RiskStateSet):
        return row | {"reason": as_text(f"{event.state}: {event.reason}")}
    if isinstance(event, OrderEvent):
        return row | _order_columns(event, walk.exchange, walk.instrument)
    return row


def _order_columns(event: Any, exchange: Exchange, instrument_of: Any) -> dict[str, str]:
    order = exchange.orders[event.order_id]
    instrument: Instrument = instrument_of(order.symbol)
    said = msgspec.structs.asdict(event)
    row = {
        "order_id": as_text(order.id),
        "client_order_id": as_text(order.client_order_id or ""),
        "order_list_id": "" if order.link is None else as_text(order.link.list_id),
        "symbol": order.symbol,
        "side": order.side.value,
        "type": order.type.value,
        "time_in_force": order.time_in_force.value,
        "code": said.get("code", ""),
        "reason": as_text(said.get("reason") or ""),
    }
    if (lots := said.get("quantity_lots")) is not None:
        row["quantity"] = instrument.quantity_text(lots)
    if (ticks := said.get("price_ticks")) is not None:
        row["price"] = instrument.price_text(ticks)
    if (ticks := said.get("stop_ticks") or said.get("trigger_ticks")) is not None:
        row["stop_price"] = instrument.price_text(ticks)
    if (ticks := said.get("watermark_ticks")) is not None:
        row["watermark"] = instrument.price_text(ticks)
    if (lots := said.get("shown_lots")) is not None:
        row["display_quantity"] = instrument.quantity_text(lots)
    if isinstance(event, OrderAccepted | OrderRejected | OrderReplaced) and event.terms is not None:
        row |= _terms(event.terms, instrument)
    if (units := said.get("notional_units")) is not None:
        row["notional"] = _money(units)
    if "is_maker" in said:
        row["fee"] = _money(said["fee_units"])
        row["liquidity"] = "maker" if said["is_maker"] else "taker"
    return row


def _terms(terms: Terms, instrument: Instrument) -> dict[str, str]:
    """What an order says beside type, quantity and prices."""
    row = {"reduce_only": "true"} if terms.reduce_only else {}
    if terms.expires_ns is not None:
        row["expires_at"] = iso_from_ns(terms.expires_ns)
    if terms.trail_ticks is not None:
        row["trail_amount"] = instrument.price_text(terms.trail_ticks)
    if terms.trail_ppm is not None:
        row["trail_percent"] = percent_from_ppm(terms.trail_ppm)
    if terms.limit_offset_ticks is not None:
        row["limit_offset"] = instrument.price_text(terms.limit_offset_ticks)
    if terms.display_lots is not None:
        row["display_quantity"] = instrument.quantity_text(terms.display_lots)
    return row


def _extremes(event: StopsTrailed, instrument: Instrument) -> dict[str, str]:
    """A new high for trailing sells, a new low for trailing buys, or both."""
    ticks = [each for each in (event.high_ticks, event.low_ticks) if each is not None]
    return {"symbol": event.symbol, "watermark": " ".join(map(instrument.price_text, ticks))}


def _balances(balances: dict[str, int]) -> str:
    return as_text(" ".join(f"{asset} {_money(units)}" for asset, units in balances.items()))


def _money(units: int) -> str:
    return trimmed_text_from_units(units, MONEY_DECIMALS)
