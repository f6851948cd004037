"""Markets over REST. All of it reads memory on the event loop; candles of data sets are read in a thread."""

from collections.abc import Sequence

from msgspec import Raw

from api.etags import etag_of
from api.pagination import Page, PageQuery
from api.viewsets import Answer, ApiViewSet, Call, action, operation
from kit.errors import Conflict, Invalid, NotFound, Rejected, Unavailable
from markets import services
from markets.answers import (
    CandlePage,
    EncodedCandlePage,
    FeedShown,
    FeedStepped,
    MarketShown,
    SymbolShown,
    TradePage,
    Venue,
)
from markets.calculations import Calculation
from markets.candle_store.records import SeriesShown
from markets.serializers import (
    CalculateQuery,
    CalculationOut,
    CandlePageOut,
    CandleQuery,
    DepthQuery,
    ExchangeOut,
    FeedIn,
    FeedOut,
    FeedStepIn,
    FeedSteppedOut,
    MarketOut,
    OrderBookOut,
    SeriesOut,
    SymbolOut,
    TickerOut,
    TradePageOut,
)


class ExchangeViewSet(ApiViewSet):
    """Where prices come from."""

    in_rehearsals = True

    @operation(query=PageQuery, response=ExchangeOut, page=True)
    async def list(self, call: Call) -> Page:
        """The price sources, with their state."""
        return services.list_venues(limit=call.query.limit, cursor=call.query.cursor)

    @operation(response=ExchangeOut, errors=(NotFound,))
    async def retrieve(self, call: Call) -> Venue:
        """One price source."""
        return services.get_venue(call.kwargs["id"])


class SymbolViewSet(ApiViewSet):
    """What can be traded."""

    lookup_field = "symbol"

    @operation(query=PageQuery, response=SymbolOut, page=True)
    async def list(self, call: Call) -> Page:
        """All instruments."""
        return services.list_symbols(limit=call.query.limit, cursor=call.query.cursor)

    @operation(response=SymbolOut, errors=(NotFound,))
    async def retrieve(self, call: Call) -> SymbolShown:
        """One instrument."""
        return services.get_symbol(call.kwargs["symbol"])


class MarketViewSet(ApiViewSet):
    """Prices."""

    in_rehearsals = True

    lookup_field = "symbol"

    @operation(query=PageQuery, response=TickerOut, page=True)
    async def list(self, call: Call) -> Page:
        """The tickers of all instruments."""
        return services.list_tickers(limit=call.query.limit, cursor=call.query.cursor)

    @operation(response=MarketOut, errors=(NotFound,))
    async def retrieve(self, call: Call) -> MarketShown:
        """One market: instrument, state and ticker."""
        return services.get_market(call.kwargs["symbol"])

    @operation(response=TickerOut, errors=(NotFound,))
    @action(detail=True, methods=["get"])
    async def ticker(self, call: Call) -> Raw:
        """Last price, best bid and ask, and the last 24 hours."""
        return services.latest_ticker(call.kwargs["symbol"], TickerOut.encode)

    @operation(query=DepthQuery, response=OrderBookOut, errors=(NotFound,))
    @action(detail=True, methods=["get"])
    async def orderbook(self, call: Call) -> Raw:
        """The order book."""
        return services.latest_order_book(call.kwargs["symbol"], OrderBookOut.encode, depth=call.query.depth)

    @operation(query=CalculateQuery, response=CalculationOut, errors=(Invalid, NotFound))
    @action(detail=True, methods=["get"])
    async def calculate(self, call: Call) -> Calculation:
        """What a quantity, a notional or everything up to a price would fill at, by the present book."""
        query = call.query
        return services.calculate(
            call.kwargs["symbol"], query.side, quantity=query.quantity, notional=query.notional, price=query.price
        )

    @operation(query=PageQuery, response=TradePageOut, errors=(NotFound,))
    @action(detail=True, methods=["get"])
    async def trades(self, call: Call) -> TradePage:
        """The newest prints."""
        return services.list_trades(call.kwargs["symbol"], limit=call.query.limit, cursor=call.query.cursor)

    @operation(query=CandleQuery, response=CandlePageOut, errors=(NotFound,), etag=True)
    @action(detail=True, methods=["get"])
    async def candles(self, call: Call) -> CandlePage | Answer:
        """Candles, oldest first: of the feed, or of the symbol's data set while nothing feeds it."""
        query = call.query
        page = await services.list_candles(
            call.kwargs["symbol"],
            interval=query.interval,
            from_ns=getattr(query, "from"),
            to_ns=query.to,
            limit=query.limit,
            cursor=query.cursor,
            dataset=query.dataset,
            source=query.source,
            adjust=query.adjust,
        )
        if isinstance(page, EncodedCandlePage):
            return Answer(page.encoded(), etag=etag_of(repr(page.version).encode()))
        return page

    @operation(response=SeriesOut, many=True, errors=(NotFound,))
    @action(detail=True, methods=["get"])
    def series(self, call: Call) -> Sequence[SeriesShown]:
        """The stored candles of the symbol: each series with its span and the hash of its content."""
        return services.list_series(call.kwargs["symbol"])


class FeedViewSet(ApiViewSet):
    """The feed: which source makes the markets, and at which pace."""

    in_rehearsals = True

    @operation(response=FeedOut)
    async def retrieve(self, call: Call) -> FeedShown:
        """What feeds the markets, and how far it is."""
        return services.get_feed()

    @operation(body=FeedIn, response=FeedOut, scope="admin", errors=(NotFound, Rejected))
    async def update(self, call: Call) -> FeedShown:
        """Choose the source or change the pace. Another source closes the markets that the present one feeds."""
        body = call.body
        return await services.set_feed(
            source=body.source,
            exchange=body.exchange,
            dataset=body.dataset,
            speed=body.speed,
            is_paused=body.paused,
        )

    @operation(body=FeedStepIn, response=FeedSteppedOut, scope="admin", errors=(Conflict, Unavailable))
    async def step(self, call: Call) -> FeedStepped:
        """Take steps of a paused feed; answers when they are done."""
        return await services.step_feed(call.body.steps)
