"""A stage for order lists: places them by role, and says how their orders stand."""

from tests.trading.sandbox.scene import Scene, replayed
from trading.sandbox.events import OrderRejected
from trading.sandbox.links import ListType, Role
from trading.sandbox.orders import Leg, Order, OrderType, PlaceOrder, PlaceOrderList, Side, Terms, TimeInForce


class ListScene(Scene):
    """A scene in which order lists are placed."""

    def place_list(
        self,
        kind: str,
        side: str,
        lots: int,
        *,
        account: str = "a",
        symbol: str = "BTC-USDT",
        **legs: dict,
    ) -> list[Order]:
        """Place a list and return its orders as they stand. Each leg is named by its role; of an oco `side` is the legs'."""
        orders = []
        closing = Side.SELL if side == "buy" else Side.BUY
        for role, leg in legs.items():
            own_side = Side(side) if kind == "oco" or role == "entry" else Side(leg.get("side", closing))
            trails = "trail" in leg or "trail_ppm" in leg
            kind_of_leg = leg.get("type") or ("trailing_stop" if trails else "stop" if "stop" in leg else "limit")
            terms = Terms(
                expires_ns=leg.get("expires"),
                trail_ticks=leg.get("trail"),
                trail_ppm=leg.get("trail_ppm"),
                limit_offset_ticks=leg.get("limit_offset"),
                reduce_only=leg.get("reduce_only", False),
                display_lots=leg.get("display"),
            )
            orders.append(
                PlaceOrder(
                    order_id=f"o{next(self._ids)}",
                    account_id=account,
                    symbol=symbol,
                    side=own_side,
                    type=OrderType(kind_of_leg),
                    time_in_force=TimeInForce(leg.get("tif") or ("ioc" if kind_of_leg == "market" else "gtc")),
                    quantity_lots=lots,
                    price_ticks=leg.get("price"),
                    stop_ticks=leg.get("stop"),
                    post_only=leg.get("post_only", False),
                    client_order_id=leg.get("client_order_id"),
                    terms=None if terms == Terms() else terms,
                )
            )
        command = PlaceOrderList(
            account_id=account,
            type=ListType(kind),
            legs=tuple(Leg(Role(role), order) for role, order in zip(legs, orders, strict=True)),
        )
        self.placed = self.keep(self.exchange.apply(command, self.time_ns))
        return [self.exchange.orders[order.order_id] for order in orders]

    @property
    def refusal(self) -> OrderRejected:
        """Why the last list was refused."""
        first = self.placed[0]
        assert isinstance(first, OrderRejected)
        return first

    def replays(self) -> bool:
        """Whether reading the events alone gives the same state."""
        return replayed(self.events).state_hash() == self.exchange.state_hash()


def stand(*orders: Order) -> list[tuple[str, int, int]]:
    """(status, filled lots, remaining lots) of orders."""
    return [(order.status.value, order.filled_lots, order.remaining_lots) for order in orders]
