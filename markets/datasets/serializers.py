"""The contracts of data sets."""

import re
from collections.abc import Mapping
from typing import Any

from api.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DictField,
    Field,
    FileField,
    IntegerField,
    ListField,
    SymbolField,
    TimeField,
)
from api.pagination import PageQuery
from api.serializers import ApiSerializer
from kit.errors import Rejected
from markets.datasets.services import MAX_COLUMN_MAP_CHARS

KINDS = ("candles", "trades", "quotes", "depth")
PRICES = ("mid", "bid", "ask")
SEVERITIES = ("info", "warning", "error")
CONFIDENCES = ("high", "medium", "low")
VERDICTS = ("good", "usable", "doubtful")
INTERVAL_CHOICES = ("1m", "5m", "15m", "1h", "4h", "1d")
_MAX_FILE_NAME_LENGTH = 255
_ADDRESS = re.compile(r"[a-z0-9+.-]://|^\s*(?:file:|//|\\\\)", re.IGNORECASE)
"""Of a scheme its last character: to look for where each begins would take the square of a text's length, with the
interpreter held."""


def refuse_addresses(fields: Mapping[str, Any]) -> None:
    """Raise Rejected for a form in which an address stands where a file or a text belongs: nothing is ever fetched."""
    for name, value in fields.items():
        if isinstance(value, str) and _ADDRESS.search(value):
            message = "An address is not taken: send the file itself. Nothing was fetched."
            raise Rejected(message, code="ADDRESS_REFUSED", details={name: [message]})


class PreviewIn(ApiSerializer):
    """A file to look at. What is not said is found in the file."""

    @classmethod
    def decode_query(cls, params: Mapping[str, Any]) -> Any:
        """The fields of the form; raises Rejected for an address among them."""
        refuse_addresses(params)
        return super().decode_query(params)

    file = FileField(
        max_length=_MAX_FILE_NAME_LENGTH,
        help_text="CSV, Parquet, Feather, or a recording of a book; plain, gzipped or zipped.",
    )
    symbol = SymbolField(required=False, help_text="BASE-QUOTE; needed when neither the file nor its name says it.")
    kind = ChoiceField(choices=KINDS, required=False)
    columns = CharField(
        required=False,
        max_length=MAX_COLUMN_MAP_CHARS,
        help_text='JSON: the column of each role, such as {"time": "date", "open": "o", …}; `time_format` too.',
    )
    price = ChoiceField(
        choices=PRICES, required=False, default="mid", help_text="Of bars with a bid and an ask; the spread is kept."
    )
    quote = CharField(
        required=False, max_length=20, help_text="The asset that tickers without one (AAPL) are priced in; else USD."
    )
    closes = BooleanField(
        required=False,
        default=False,
        help_text="Take a panel of closing prices, a column for each symbol, as candles without a range.",
    )


class ImportIn(PreviewIn):
    """A file to import."""

    interval = ChoiceField(choices=INTERVAL_CHOICES, required=False, help_text="Of candles; found when not given.")


class BackfillIn(ApiSerializer):
    """Past candles of an exchange to fetch."""

    example = {"symbol": "BTC-USDT", "interval": "1h", "from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}

    symbol = SymbolField(help_text="BASE-QUOTE, as the exchange lists it.")
    interval = ChoiceField(choices=INTERVAL_CHOICES, required=False, default="1m")
    exchange = CharField(
        required=False,
        max_length=32,
        allow_null=True,
        help_text="Any exchange of ccxt; that of MARKET_SOURCE, or binance.",
    )

    def get_fields(self) -> dict[str, Field]:
        """With `from`, a Python keyword, and `to`."""
        return {
            **super().get_fields(),
            "from": TimeField(help_text="Candles that open at or after this time."),
            "to": TimeField(
                required=False, help_text="Candles that open before this time; by default those closed by now."
            ),
        }


class DatasetQuery(PageQuery):
    """Which data sets to list."""

    symbol = SymbolField(required=False)
    kind = ChoiceField(choices=KINDS, required=False)


class DatasetOut(ApiSerializer):
    """A stored data set; `from` and `to` are the times of its first and last row."""

    id = CharField()
    symbol = SymbolField()
    kind = ChoiceField(choices=KINDS)
    interval = CharField(allow_null=True, help_text="Null for trades and depth.")
    rows = IntegerField(help_text="Bars, trades, or messages of depth.")
    price_decimals = IntegerField(allow_null=True, help_text="Of the data; null when they are no plain decimals.")
    volume_decimals = IntegerField(allow_null=True, help_text="Of the data; null when they are no plain decimals.")
    content_hash = CharField(help_text="The same content has the same hash, whatever file it came from.")
    size_bytes = IntegerField()
    file_name = CharField()
    created_at = TimeField(source="created_ns")
    parent = CharField(  # type: ignore[assignment]  # a declared field, not Field.parent
        allow_null=True, help_text="The data set that this one repairs."
    )

    def get_fields(self) -> dict[str, Field]:
        """With `from` and `to`: the first is a Python keyword, so it cannot be declared as an attribute."""
        return {**super().get_fields(), "from": TimeField(source="from_ns"), "to": TimeField(source="to_ns")}


class GapOut(ApiSerializer):
    """A run of missing bars between two bars that are there."""

    after = TimeField(help_text="Open time of the bar before.")
    before = TimeField(help_text="Open time of the bar after.")
    missing_bars = IntegerField()


class GapsOut(ApiSerializer):
    """Runs of missing bars."""

    count = IntegerField(help_text="Runs of missing bars.")
    missing_bars = IntegerField()
    longest_seconds = IntegerField(help_text="From the bar before to the bar after; for trades the longest silence.")
    items = GapOut(many=True, help_text="The longest, oldest first.")


class BadRowOut(ApiSerializer):
    """A row that was left out."""

    line = IntegerField(help_text="Line of the text file; row number in Parquet and Feather.")
    reason = CharField()
    text = CharField()


class InstrumentNoteOut(ApiSerializer):
    """The instrument of the data set."""

    symbol = SymbolField()
    created = BooleanField(help_text="Whether this import made it, out of the data's decimals.")
    tick_size = CharField()
    lot_size = CharField()
    notes = ListField(child=CharField())


class ExampleOut(ApiSerializer):
    """One place where something was found."""

    time = TimeField(allow_null=True)
    row = IntegerField(allow_null=True, help_text="Row of the data set, from 1; null for a row that was left out.")
    line = IntegerField(allow_null=True, help_text="Line of the file, for a row that was left out.")
    text = CharField()


class FindingOut(ApiSerializer):
    """One kind of trouble: how bad, how often, where first, and what can be done."""

    kind = CharField()
    severity = ChoiceField(choices=SEVERITIES)
    count = IntegerField()
    text = CharField()
    remedy = CharField()
    handled = BooleanField(help_text="Whether the import or a repair has dealt with it.")
    choice = CharField(allow_null=True, help_text="The field of a repair that is about it.")
    examples = ExampleOut(many=True)


class GuessOut(ApiSerializer):
    """What the data say about something that nobody stated."""

    value = CharField()
    confidence = ChoiceField(choices=CONFIDENCES)
    why = CharField()


class RepairPlanOut(ApiSerializer):
    """The choices of a repair."""

    duplicates = CharField()
    contradictions = CharField()
    gaps = CharField()
    outliers = CharField()
    bar_time = CharField()
    time_zone = CharField(allow_null=True)


class RepairStepOut(ApiSerializer):
    """One step of a repair."""

    kind = CharField()
    rows = IntegerField(allow_null=True)
    text = CharField()


class RepairDoneOut(ApiSerializer):
    """Where a repaired data set came from."""

    parent = CharField()  # type: ignore[assignment]  # as above
    parent_hash = CharField(help_text="The content hash of the data set that was repaired.")
    plan = RepairPlanOut()
    steps = RepairStepOut(many=True)


class RepairIn(ApiSerializer):
    """What is to be done with a data set. What is not said changes nothing; `dry_run` says what would come of it."""

    dry_run = BooleanField(required=False, default=False)
    duplicates = ChoiceField(
        choices=("last", "first", "refuse"),
        required=False,
        default="last",
        help_text="Of rows of one time that differed.",
    )
    contradictions = ChoiceField(
        choices=("drop", "refuse"), required=False, default="drop", help_text="Rows whose prices contradict each other."
    )
    gaps = ChoiceField(
        choices=("leave", "fill"), required=False, default="leave", help_text="fill: flat bars without volume."
    )
    outliers = ChoiceField(
        choices=("keep", "drop"), required=False, default="keep", help_text="The bars the report lists as outliers."
    )
    bar_time = ChoiceField(
        choices=("open", "close"), required=False, default="open", help_text="What the file's times are; close: moved."
    )
    time_zone = CharField(
        required=False,
        allow_null=True,
        max_length=60,
        help_text="The IANA zone the file's times were written in, or America/New_York+7h for FX brokers.",
    )


class QualityOut(ApiSerializer):
    """What was found in the file, and what was done about it."""

    rows = IntegerField()
    to = TimeField()
    interval = CharField(allow_null=True)
    gaps = GapsOut()
    breaks = GapsOut(help_text="Runs of missing bars while the market was closed, by its calendar.")
    calendar = CharField()
    duplicates = IntegerField(help_text="Rows left out because another one has their time.")
    conflicting_duplicates = IntegerField(help_text="Those of them that had other values.")
    out_of_order = IntegerField()
    order = CharField()
    bad_rows = IntegerField()
    bad_row_reasons = DictField(child=IntegerField())
    bad_row_examples = BadRowOut(many=True)
    blank_lines = IntegerField()
    zero_volume = IntegerField()
    off_grid = IntegerField(help_text="Bars that do not open at a multiple of the interval.")
    time_zone = CharField()
    time_format = CharField()
    file_format = CharField()
    banner = ListField(child=CharField())
    columns = DictField(child=CharField(), help_text="The column taken for each role.")
    ignored_columns = ListField(child=CharField())
    repairs = ListField(child=CharField(), help_text="What was changed.")
    notes = ListField(child=CharField())
    instrument = InstrumentNoteOut(allow_null=True)
    verdict = ChoiceField(choices=VERDICTS, help_text="The worst finding that nothing has been done about.")
    findings = FindingOut(many=True, help_text="The worst first.")
    bar_time = GuessOut(allow_null=True, help_text="Whether a bar bears the time of its open or its close.")
    zone = GuessOut(allow_null=True, help_text="The zone in which the times seem to be written.")
    proposal = RepairPlanOut(allow_null=True, help_text="The repair that the findings suggest.")
    repair = RepairDoneOut(allow_null=True)

    def get_fields(self) -> dict[str, Field]:
        """With `from`, a Python keyword."""
        return {**super().get_fields(), "from": TimeField(source="from_")}


class PreviewOut(ApiSerializer):
    """The head of a file as an import would read it."""

    file_format = CharField()
    kind = ChoiceField(choices=KINDS, allow_null=True)
    header_line = IntegerField(help_text="0 when there is no header.")
    banner = ListField(child=CharField())
    column_names = ListField(child=CharField())
    columns = DictField(child=CharField(), help_text="The proposed column of each role.")
    ignored_columns = ListField(child=CharField())
    time_format = CharField(allow_null=True)
    time_zone = CharField(allow_null=True)
    symbol = CharField(allow_null=True)
    rows = ListField(child=ListField(child=CharField()))
    notes = ListField(child=CharField())
    problem = CharField(allow_null=True, help_text="Why the layout is not recognised; send a column map then.")
