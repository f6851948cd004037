"""A small stage for exchange tests: one instrument with round numbers, an account, and ways to move the market."""

from itertools import count

from kit.errors import NotFound
from markets.instruments import Instrument, make_instrument
from markets.updates import Level, MarketUpdate
from trading.sandbox.events import AnyEvent
from trading.sandbox.exchange import Exchange
from trading.sandbox.orders import (
    OpenAccount,
    Order,
    OrderType,
    PlaceOrder,
    Side,
    Terms,
    TimeInForce,
)
from trading.sandbox.policies import FillPolicy

BTC = make_instrument("BTC-USDT", tick="0.01", lot="0.00001", min_notional="5")
ETH = make_instrument("ETH-USDT", tick="0.1", lot="0.01")
SHIB = make_instrument("SHIB-USDT", tick="0.00000001", lot="1")
"""So fine that a fill costs a few units and the rounding of fees matters."""
INSTRUMENTS = {instrument.symbol: instrument for instrument in (BTC, ETH, SHIB)}
UNIT = 10**8


def find_instrument(symbol: str) -> Instrument:
    """The instruments of the stage."""
    if symbol not in INSTRUMENTS:
        raise NotFound(f"There is no symbol {symbol!r}.", code="UNKNOWN_SYMBOL")
    return INSTRUMENTS[symbol]


class Scene:
    """An exchange with the account `a`, 100,000 USDT, 2 bps maker and 5 bps taker."""

    def __init__(
        self,
        *,
        account_type: str = "cash",
        allow_short: bool = False,
        policy: FillPolicy | None = None,
        **balances: int,
    ) -> None:
        self.exchange = Exchange(find_instrument)
        self.events: list[AnyEvent] = []
        self._ids = count(1)
        self.time_ns = 1_000
        self.open_account(
            "a", account_type=account_type, allow_short=allow_short, balances=balances or None, policy=policy
        )

    def open_account(
        self,
        account_id: str,
        *,
        account_type: str = "cash",
        allow_short: bool = False,
        balances: dict | None = None,
        policy: FillPolicy | None = None,
    ) -> None:
        self.keep(
            self.exchange.apply(
                OpenAccount(
                    account_id=account_id,
                    name=account_id,
                    type=account_type,
                    base_currency="USDT",
                    allow_short=allow_short,
                    maker_ppm=200,
                    taker_ppm=500,
                    fill_policy="realistic" if policy is None else "custom",
                    policy=policy,
                    balances=balances or {"USDT": 100_000 * UNIT},
                ),
                self.time_ns,
            )
        )

    def keep(self, events: list[AnyEvent]) -> list[AnyEvent]:
        self.events += events
        return events

    def market(
        self,
        last: int,
        *,
        came_from: int | None = None,
        bids: tuple[Level, ...] | None = None,
        asks: tuple[Level, ...] | None = None,
        low: int = 1,
        high: int = 10**12,
        symbol: str = "BTC-USDT",
        after_ns: int = 1_000,
        traded: int = 0,
        trade_side: str = "",
        is_real_depth: bool = False,
    ) -> list[AnyEvent]:
        """Move the market: by default a spread of 2 ticks around `last` with plenty on both sides; a jump."""
        self.time_ns += after_ns
        return self.keep(
            self.exchange.on_market(
                MarketUpdate(
                    symbol=symbol,
                    time_ns=self.time_ns,
                    from_ticks=last if came_from is None else came_from,
                    last_ticks=last,
                    low_ticks=low,
                    high_ticks=high,
                    bids=bids if bids is not None else ((last - 1, 10**9),),
                    asks=asks if asks is not None else ((last + 1, 10**9),),
                    is_real_depth=is_real_depth,
                    traded_lots=traded,
                    trade_side=trade_side,
                )
            )
        )

    def place(
        self,
        side: str,
        lots: int | None = None,
        *,
        type: str = "market",  # noqa: A002 - the trade's own word
        tif: str | None = None,
        price: int | None = None,
        stop: int | None = None,
        notional: int | None = None,
        post_only: bool = False,
        client_order_id: str | None = None,
        is_closing: bool = False,
        expires: int | None = None,
        trail: int | None = None,
        trail_ppm: int | None = None,
        limit_offset: int | None = None,
        reduce_only: bool = False,
        display: int | None = None,
        account: str = "a",
        symbol: str = "BTC-USDT",
    ) -> Order:
        """Place an order and return it as it stands afterwards."""
        order_id = f"o{next(self._ids)}"
        default_tif = "ioc" if type == "market" else "gtc"
        terms = Terms(
            expires_ns=expires,
            trail_ticks=trail,
            trail_ppm=trail_ppm,
            limit_offset_ticks=limit_offset,
            reduce_only=reduce_only,
            display_lots=display,
        )
        command = PlaceOrder(
            order_id=order_id,
            account_id=account,
            symbol=symbol,
            side=Side(side),
            type=OrderType(type),
            time_in_force=TimeInForce(tif or default_tif),
            quantity_lots=lots,
            notional_units=notional,
            price_ticks=price,
            stop_ticks=stop,
            post_only=post_only,
            client_order_id=client_order_id,
            is_closing=is_closing,
            terms=None if terms == Terms() else terms,
        )
        self.keep(self.exchange.apply(command, self.time_ns))
        return self.exchange.orders[order_id]

    def total(self, asset: str, account: str = "a") -> int:
        found = self.exchange.accounts[account].balances.get(asset)
        return found.total_units if found else 0

    def held(self, asset: str, account: str = "a") -> int:
        found = self.exchange.accounts[account].balances.get(asset)
        return found.held_units if found else 0

    def fills(self, order: Order) -> list[tuple[int, int]]:
        """(price_ticks, lots) of each fill of an order."""
        return [
            (event.price_ticks, event.quantity_lots)
            for event in self.events
            if type(event).__name__ == "OrderFilled" and event.order_id == order.id
        ]


def replayed(events: list[AnyEvent]) -> Exchange:
    """A new exchange that has only read the events."""
    exchange = Exchange(find_instrument)
    for event in events:
        exchange.fold(event)
    return exchange
