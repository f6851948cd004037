"""Gathers ledgers. Runs on the event loop, a page at a time, so that orders that come meanwhile do not wait."""

import asyncio
from typing import Final

from kit.errors import Rejected, invalid_field
from trading import pages
from trading.desk import Desk
from trading.epochs import EpochRecord
from trading.history import FillFilter, FillOfOrder, OrderFilter
from trading.ledger.records import Ledger, LedgerBalance, LedgerFill, LedgerOrder, LedgerPosition, LedgerSample
from trading.portfolio.series import walk
from trading.portfolio.services import epoch_samples
from trading.published import Place, PublishedAccount
from trading.sandbox.orders import Order
from trading.services import get_desk

MAX_FILLS: Final = 100_000
MAX_ORDERS: Final = 100_000
"""Of one ledger. More are no report any more: the journal's export has them."""

PAGE: Final = 1_000


async def gather_ledger(
    account_id: str, *, epoch: int | None = None, since_ns: int | None = None, until_ns: int | None = None
) -> Ledger:
    """The ledger of an epoch (None: the present one) from `since_ns` on and before `until_ns`.

    Raises NotFound for an account or an epoch, Invalid for a period that ends before it begins, Rejected TOO_MUCH_HISTORY.
    """
    desk = get_desk()
    published = desk.published.account(account_id)
    record = published.record(epoch)
    now_ns = desk.market_time_ns()
    start_ns = record.opened_ns if since_ns is None else max(since_ns, record.opened_ns)
    end_ns = (record.closed_ns or now_ns) + 1 if until_ns is None else until_ns
    if start_ns >= end_ns:
        if until_ns is None:
            raise invalid_field("from", "The account has no history from then on; choose an earlier beginning.")
        raise invalid_field("to", "The account has no history before it; choose a later end.")
    head = desk.durable_head
    fills = await _fills(desk, account_id, record, until_ns)
    orders = await _orders(desk, account_id, record, since_ns, until_ns)
    times = [fill.time_ns for fill in fills]
    is_set_back = bool(times) and (max(times) > (record.closed_ns or now_ns) or times != sorted(times))
    if is_set_back:
        # Whoever asks for all there is has it all, in whatever order the clock went over it.
        start_ns = min(start_ns, *times) if since_ns is None else start_ns
        end_ns = max(end_ns, max(times) + 1) if until_ns is None else end_ns
    samples = await epoch_samples(account_id, record.epoch, since_ns=start_ns)
    symbols = {each.symbol for each in fills} | {each.symbol for each in orders} | set(published.account.positions)
    return Ledger(
        account=account_id,
        name=published.account.name,
        type=published.account.type,
        base_currency=published.account.base_currency,
        epoch=record.epoch,
        opened_ns=record.opened_ns,
        now_ns=record.closed_ns or now_ns,
        since_ns=start_ns,
        until_ns=end_ns,
        head_seq=head.seq,
        head_hash=head.hash.hex(),
        fills=fills,
        orders=orders,
        samples=[
            LedgerSample(each.time_ns, each.equity_units, sample.deposit_units, each.growth)
            for sample, each in zip(samples, walk(samples), strict=True)
            if each.time_ns < end_ns
        ],
        positions=_positions(desk, published, record),
        balances=_balances(desk, published, record),
        instruments={symbol: desk.instrument(symbol) for symbol in sorted(symbols)},
        uncounted=record.uncounted,
        is_set_back=is_set_back,
    )


async def _fills(desk: Desk, account_id: str, record: EpochRecord, until_ns: int | None) -> list[LedgerFill]:
    """Every fill of an epoch before a time, in the order in which they came."""
    found: list[LedgerFill] = []
    place: Place | None = None
    while True:
        page, place = await pages.page_of_fills(
            desk, account_id, FillFilter(until_ns=until_ns), limit=PAGE, after=place, epoch_number=record.epoch
        )
        found += map(_fill, page)
        if len(found) > MAX_FILLS:
            raise _too_much("fills", MAX_FILLS)
        if place is None:
            return found[::-1]
        await asyncio.sleep(0)


async def _orders(
    desk: Desk, account_id: str, record: EpochRecord, since_ns: int | None, until_ns: int | None
) -> list[LedgerOrder]:
    """The orders of a period, in the order in which they came."""
    wanted = OrderFilter(since_ns=since_ns, until_ns=until_ns)
    found: list[LedgerOrder] = []
    place: Place | None = None
    while True:
        page, place = await pages.page_of_orders(
            desk, account_id, wanted, limit=PAGE, after=place, epoch_number=record.epoch
        )
        found += map(_order, page)
        if len(found) > MAX_ORDERS:
            raise _too_much("orders", MAX_ORDERS)
        if place is None:
            return found[::-1]
        await asyncio.sleep(0)


def _too_much(what: str, most: int) -> Rejected:
    return Rejected(
        f"The account has more than {most} {what} in this epoch; reset it, or take the journal's export.",
        code="TOO_MUCH_HISTORY",
        details={"most": most},
    )


def _fill(found: FillOfOrder) -> LedgerFill:
    fill = found.fill
    return LedgerFill(
        fill.time_ns,
        fill.order_id,
        found.symbol,
        found.side,
        fill.price_ticks,
        fill.quantity_lots,
        fill.fee_units,
        fill.is_maker,
        fill.reference_ticks or fill.price_ticks,
        fill.spread_ticks,
    )


def _order(order: Order) -> LedgerOrder:
    return LedgerOrder(
        order.id,
        order.symbol,
        order.side.value,
        order.type.value,
        order.status.value,
        order.status_reason,
        order.quantity_lots,
        order.filled_lots,
        order.created_ns,
        order.updated_ns,
        order.arrives_ns,
        order.fill_policy,
    )


def _positions(desk: Desk, published: PublishedAccount, record: EpochRecord) -> list[LedgerPosition]:
    """What is open now, or was at the epoch's end."""
    if record.closed_ns is not None:
        return [
            LedgerPosition(each.symbol, each.quantity_lots, each.cost_units, record.marks.get(each.symbol))
            for each in record.positions
            if each.quantity_lots
        ]
    return [
        LedgerPosition(symbol, each.quantity_lots, each.cost_units, desk.mark_of(symbol)[1])
        for symbol, each in published.account.positions.items()
        if each.quantity_lots
    ]


def _balances(desk: Desk, published: PublishedAccount, record: EpochRecord) -> list[LedgerBalance]:
    if record.closed_ns is not None:
        return [LedgerBalance(each.asset, each.total_units, None) for each in record.balances]
    account = published.account
    return [
        LedgerBalance(asset, each.total_units, desk.rates.worth_units(account, asset, each.total_units))
        for asset, each in account.balances.items()
    ]
