"""The contracts of the markets: what their paths read and answer."""

from api.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DecimalTextField,
    DictField,
    Field,
    FloatField,
    IntegerField,
    ListField,
    MoneyField,
    PriceField,
    QuantityField,
    SymbolField,
    TimeField,
)
from api.pagination import PageQuery
from api.serializers import ApiSerializer
from markets.answers import VENUES
from markets.corporate_actions.records import ADJUSTMENTS
from markets.direction.scenarios import KINDS
from markets.direction.serializers import ScenarioOut
from markets.feed import MAX_BEATS_PER_CALL, MAX_SPEED
from markets.intervals import MAX_INTERVAL_CHARS
from markets.updates import INTERVALS

MAX_DEPTH = 1_000
SIDES = ("buy", "sell")


class DepthQuery(ApiSerializer):
    """How much of the book."""

    depth = IntegerField(required=False, min_value=1, max_value=MAX_DEPTH, help_text="Levels a side; default all.")


class CandleQuery(PageQuery):
    """Which candles: with `from` the first from there on, else the newest."""

    interval = CharField(
        required=False,
        default="1m",
        max_length=MAX_INTERVAL_CHARS,
        help_text=f"{', '.join(INTERVALS)}; of a data set or a stored source any minutes, hours or days, such as 90m.",
    )
    dataset = CharField(required=False, max_length=64, help_text="Take them from this data set.")
    source = CharField(
        required=False, max_length=64, help_text="Take them from this stored source, such as live:binance."
    )  # type: ignore[assignment]  # a declared field, not Field.source
    adjust = ChoiceField(
        choices=ADJUSTMENTS,
        required=False,
        default="none",
        help_text="Make prices comparable over splits, or over splits and dividends (all), back from the newest candle.",
    )

    def get_fields(self) -> dict[str, Field]:
        """With `from` and `to`: the first is a Python keyword, so it cannot be declared as an attribute."""
        return {
            **super().get_fields(),
            "from": TimeField(required=False, help_text="Candles that open at or after this time."),
            "to": TimeField(required=False, help_text="Candles that open before this time."),
        }


class VenueFeesOut(ApiSerializer):
    """A venue's usual fees in basis points of the notional; what is charged is the account's own schedule."""

    maker_bps = FloatField()
    taker_bps = FloatField()


class SymbolOut(ApiSerializer):
    """An instrument."""

    symbol = SymbolField()
    base = CharField()
    quote = CharField()
    tick_size = PriceField()
    lot_size = QuantityField()
    min_notional = MoneyField()
    min_quantity = QuantityField(help_text="Of one order.")
    max_quantity = QuantityField(allow_null=True, help_text="Of one order; null where the venue has no limit.")
    fees = VenueFeesOut()
    calendar = CharField(help_text="24/7, fx, equities, or an exchange's code such as XNYS.")


class PricedOut(ApiSerializer):
    """What every price answer says about its origin."""

    source = CharField(allow_null=True, help_text="What feeds the market, or last did.")  # type: ignore[assignment]  # a declared field, not Field.source
    stale = BooleanField(help_text="Nothing feeds it now: the values are the last ones there were.")
    age_ms = IntegerField(allow_null=True, help_text="While stale: how old the last good price is.")

    def get_fields(self) -> dict[str, Field]:
        """These last, where the structs of `markets.answers` have them: so those are encoded as they are."""
        fields = super().get_fields()
        origin = {name: fields.pop(name) for name in ("source", "stale", "age_ms")}
        return {**fields, **origin}


class DirectedOut(PricedOut):
    """A price answer about the present moment: it says besides which scenarios change it."""

    scenarios = ListField(child=ChoiceField(choices=KINDS), help_text="The kinds of scenarios that change it now.")

    def get_fields(self) -> dict[str, Field]:
        """The scenarios last of all, likewise."""
        fields = super().get_fields()
        scenarios = fields.pop("scenarios")
        return {**fields, "scenarios": scenarios}


class TickerOut(DirectedOut):
    """The market at a glance. Figures of 24 hours are by the market's own clock."""

    symbol = SymbolField()
    last = PriceField(allow_null=True)
    bid = PriceField(allow_null=True)
    ask = PriceField(allow_null=True)
    change_24h = DecimalTextField(allow_null=True, help_text="In percent.")
    high_24h = PriceField(allow_null=True)
    low_24h = PriceField(allow_null=True)
    volume_24h = QuantityField(allow_null=True)
    time = TimeField(allow_null=True)


class MarketOut(DirectedOut):
    """A symbol's market."""

    symbol = SymbolField()
    status = ChoiceField(choices=("open", "halted", "closed"), help_text="Halted: by a scenario.")
    instrument = SymbolOut()
    ticker = TickerOut()


class OrderBookOut(DirectedOut):
    """The order book, best levels first, each as [price, quantity]."""

    symbol = SymbolField()
    bids = ListField(child=ListField(child=DecimalTextField()))
    asks = ListField(child=ListField(child=DecimalTextField()))
    checksum = IntegerField(help_text="CRC32 of the ten best bids then asks, each price:quantity, joined by |.")
    time = TimeField(allow_null=True)


class CalculateQuery(ApiSerializer):
    """What to take from the book: exactly one of quantity, notional and price."""

    side = ChoiceField(choices=SIDES, help_text="buy takes asks, sell takes bids.")
    quantity = QuantityField(required=False, help_text="At which prices would so much of the base fill?")
    notional = MoneyField(required=False, help_text="How much would so much of the quote fill?")
    price = PriceField(required=False, help_text="How much is there up to this price?")


class CalculationOut(PricedOut):
    """What the book gives a taker, by the walk that fills orders; fees are not in it."""

    symbol = SymbolField()
    side = ChoiceField(choices=SIDES)
    quantity = QuantityField(help_text="What the book gives.")
    notional = MoneyField(help_text="What that costs.")
    average_price = PriceField(allow_null=True, help_text="To eight digits, rounded half to even.")
    best_price = PriceField(allow_null=True, help_text="Of the first level.")
    worst_price = PriceField(allow_null=True, help_text="Of the last level used.")
    levels = IntegerField(help_text="How many levels are used.")
    complete = BooleanField(help_text="Whether the book holds all that was asked for.")
    missing_quantity = QuantityField(allow_null=True, help_text="What it lacks of a quantity.")
    missing_notional = MoneyField(allow_null=True, help_text="What it lacks of a notional.")
    time = TimeField(allow_null=True)


class TradeOut(ApiSerializer):
    """One print on the tape."""

    price = PriceField()
    quantity = QuantityField()
    side = ChoiceField(choices=SIDES, help_text="The taker's.")
    time = TimeField()


class TradePageOut(PricedOut):
    """Prints, newest first; those still kept in memory."""

    items = TradeOut(many=True)
    next_cursor = CharField(allow_null=True)


class CandleOut(ApiSerializer):
    """One candle; `time` is its open time."""

    time = TimeField()
    open = PriceField()
    high = PriceField()
    low = PriceField()
    close = PriceField()
    volume = QuantityField()


class CandlePageOut(PricedOut):
    """Candles, oldest first; the last one may still be forming."""

    items = CandleOut(many=True)
    next_cursor = CharField(allow_null=True)


class SeriesOut(ApiSerializer):
    """A series of candles that can be read: of the store, or a data set (as the source `dataset:ID`)."""

    source = CharField()  # type: ignore[assignment]  # a declared field, not Field.source
    symbol = SymbolField()
    interval = CharField()
    rows = IntegerField()
    content_hash = CharField(help_text="Of all of it; for a data set the one it was imported under.")
    price_decimals = IntegerField(allow_null=True, help_text="Of the data; null when they are no plain decimals.")
    volume_decimals = IntegerField(allow_null=True, help_text="Of the data; null when they are no plain decimals.")
    size_bytes = IntegerField()

    def get_fields(self) -> dict[str, Field]:
        """With `from` and `to`, the open times of the first and the last candle."""
        return {**super().get_fields(), "from": TimeField(source="from_ns"), "to": TimeField(source="to_ns")}


class ExchangeOut(PricedOut):
    """A price source as a venue."""

    id = CharField()
    name = CharField()
    status = ChoiceField(choices=("running", "paused", "finished", "failed", "idle", "connecting"))
    latency_ms = FloatField(allow_null=True, help_text="How late its prices are; what an exchange takes to answer.")
    breaker = ChoiceField(
        choices=("closed", "half_open", "open"), help_text="Open: the source has failed and is left alone."
    )
    symbols = ListField(child=SymbolField())
    stale_symbols = ListField(child=SymbolField(), help_text="Those that it says nothing of at present.")
    streams = BooleanField(help_text="Whether prices come over its streams now.")
    dropped_ticks = DictField(child=IntegerField(), help_text="Prices that could not be true, by reason.")
    reconnects = IntegerField(help_text="How often a stream was opened again.")
    missing_symbols = DictField(child=CharField(), help_text="Wanted symbols that it does not have, and why.")
    notes = DictField(child=ListField(child=CharField()), help_text="What of an instrument does not fit its steps.")
    error = CharField(allow_null=True)


class FeedIn(ApiSerializer):
    """Source and pace; what is left out stays as it is, another source begins unpaused at `feed.speed`."""

    example = {"source": "simulated", "speed": 2.0, "paused": False}

    source = ChoiceField(choices=(*VENUES, "live"), required=False)  # type: ignore[assignment]  # a declared field, not Field.source
    exchange = CharField(
        required=False,
        max_length=32,
        allow_null=True,
        help_text="For live: any exchange of ccxt; that of MARKET_SOURCE.",
    )
    dataset = CharField(required=False, max_length=64, allow_null=True, help_text="For replay.")
    speed = FloatField(
        required=False, min_value=0, max_value=MAX_SPEED, help_text="Times real time; 0: as fast as it goes."
    )
    paused = BooleanField(required=False, allow_null=True, default=None)


class FeedPositionOut(ApiSerializer):
    """How far the feed is."""

    time = TimeField(help_text="Market time.")
    index = IntegerField(help_text="Bars, prints or rounds of ticks so far.")
    total = IntegerField(allow_null=True, help_text="Null: without end.")


class FeedOut(ApiSerializer):
    """The feed of this gateway."""

    status = ChoiceField(choices=("running", "paused", "finished", "failed", "idle"))
    source = CharField(allow_null=True)  # type: ignore[assignment]  # a declared field, not Field.source
    exchange = CharField(allow_null=True, help_text="Whose markets a live source shows.")
    waiting_for = CharField(allow_null=True, help_text="The live source that has given no price yet.")
    dataset = CharField(allow_null=True)
    symbols = ListField(child=SymbolField())
    stale_symbols = ListField(child=SymbolField(), help_text="Those that the source says nothing of at present.")
    speed = FloatField()
    paused = BooleanField()
    finished = BooleanField()
    position = FeedPositionOut()
    lag_ms = FloatField(help_text="How far it is behind its pace.")
    updates_per_second = FloatField()
    dropped_ticks = DictField(child=IntegerField(), help_text="Live prices that could not be true, by reason.")
    error = CharField(allow_null=True)
    scenarios = ScenarioOut(many=True)
    dataset_hash = CharField(allow_null=True, help_text="The content hash of the data set that is replayed.")


class FeedStepIn(ApiSerializer):
    """How many steps to take."""

    steps = IntegerField(
        required=False,
        default=1,
        min_value=1,
        max_value=MAX_BEATS_PER_CALL,
        help_text="Bars or prints of a replay, rounds of ticks of the simulation.",
    )


class FeedSteppedOut(ApiSerializer):
    """What was done, and where the feed is now."""

    steps = IntegerField(help_text="Fewer than asked for at the end of the data.")
    feed = FeedOut()
