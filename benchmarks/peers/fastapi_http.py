"""FastAPI with Sandbar's models: an order is validated, echoed as an order out and rendered; reads return ready data.

There is no envelope, no middleware, no risk, no match and no journal here: the peer does less than Sandbar does.
"""
# FastAPI is in the peers' environment alone:
# mypy: ignore-errors

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from benchmarks.peers.samples import CANDLE_ROWS, TICKER

DecimalText = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?$")]
Symbol = Annotated[str, Field(pattern=r"^[A-Z0-9.]{1,20}-[A-Z0-9.]{1,20}$")]
Side = Literal["buy", "sell"]
OrderType = Literal["market", "limit", "stop", "stop_limit"]
TimeInForce = Literal["gtc", "ioc", "fok"]


class OrderIn(BaseModel):
    """A new order."""

    model_config = ConfigDict(extra="forbid")

    symbol: Symbol
    side: Side
    type: OrderType
    quantity: DecimalText | None = None
    notional: DecimalText | None = None
    price: DecimalText | None = None
    stop_price: DecimalText | None = None
    time_in_force: TimeInForce | None = None
    post_only: bool = False
    client_order_id: Annotated[str, Field(pattern=r"^[!-~]{1,64}$")] | None = None


class AssetAmountOut(BaseModel):
    """So much of an asset."""

    asset: str
    amount: str


class FillOut(BaseModel):
    """One trade of an order."""

    id: str
    order_id: str
    account: str
    symbol: str
    side: Side
    price: str
    quantity: str
    fee: str
    fee_asset: str
    liquidity: Literal["maker", "taker"]
    time: datetime


class PlacedOrderOut(BaseModel):
    """An order right after it was placed, with the fills it had at once."""

    id: str
    account: str
    symbol: str
    side: Side
    type: OrderType
    status: Literal["pending", "open", "partially_filled", "filled", "canceled", "rejected", "expired"]
    status_reason: str | None
    quantity: str
    notional: str | None
    filled_quantity: str
    remaining_quantity: str
    price: str | None
    stop_price: str | None
    average_price: str | None
    time_in_force: TimeInForce
    post_only: bool
    client_order_id: str | None
    fees: list[AssetAmountOut]
    order_list_id: str | None
    fill_policy: str
    created_at: datetime
    updated_at: datetime
    replaced_at: datetime | None
    fills: list[FillOut]


class Ticker(BaseModel):
    """The market at a glance."""

    symbol: str
    last: str | None
    bid: str | None
    ask: str | None
    change_24h: str | None
    high_24h: str | None
    low_24h: str | None
    volume_24h: str | None
    time: str | None
    source: str | None
    stale: bool


class Candle(BaseModel):
    """One candle."""

    time: str
    open: str
    high: str
    low: str
    close: str
    volume: str


class CandlePage(BaseModel):
    """Candles, oldest first."""

    symbol: str
    interval: str
    candles: list[Candle]
    source: str | None
    stale: bool
    next_cursor: str | None


application = FastAPI()
_ticker = Ticker.model_validate(TICKER)
_candles = CandlePage(
    symbol="BTC-USDT",
    interval="1m",
    candles=[Candle.model_validate(row) for row in CANDLE_ROWS],
    source="simulated",
    stale=False,
    next_cursor=None,
)


@application.post("/orders", status_code=201)
async def place_order(order: OrderIn) -> PlacedOrderOut:
    """Echo the order as an order out."""
    now = datetime.now(UTC)
    return PlacedOrderOut(
        id=str(uuid4()),
        account="default",
        symbol=order.symbol,
        side=order.side,
        type=order.type,
        status="open",
        status_reason=None,
        quantity=order.quantity or "0",
        notional=order.notional,
        filled_quantity="0",
        remaining_quantity=order.quantity or "0",
        price=order.price,
        stop_price=order.stop_price,
        average_price=None,
        time_in_force=order.time_in_force or "gtc",
        post_only=order.post_only,
        client_order_id=order.client_order_id,
        fees=[],
        order_list_id=None,
        fill_policy="realistic",
        created_at=now,
        updated_at=now,
        replaced_at=None,
        fills=[],
    )


@application.get("/ticker")
async def get_ticker() -> Ticker:
    """The ready ticker."""
    return _ticker


@application.get("/candles")
async def get_candles() -> CandlePage:
    """A thousand ready candles."""
    return _candles
