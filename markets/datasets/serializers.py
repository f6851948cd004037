"""The contracts of data sets."""

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
from markets.datasets.services import MAX_COLUMN_MAP_CHARS

KINDS = ("candles", "trades")
INTERVAL_CHOICES = ("1m", "5m", "15m", "1h", "4h", "1d")
_MAX_FILE_NAME_LENGTH = 255


class PreviewIn(ApiSerializer):
    """A file to look at. What is not said is found in the file."""

    file = FileField(max_length=_MAX_FILE_NAME_LENGTH, help_text="CSV, Parquet or Feather; plain, gzipped or zipped.")
    symbol = SymbolField(required=False, help_text="BASE-QUOTE; needed when neither the file nor its name says it.")
    kind = ChoiceField(choices=KINDS, required=False)
    columns = CharField(
        required=False,
        max_length=MAX_COLUMN_MAP_CHARS,
        help_text='JSON: the column of each role, such as {"time": "date", "open": "o", …}; `time_format` too.',
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
    interval = CharField(allow_null=True, help_text="Null for trades.")
    rows = IntegerField()
    price_decimals = IntegerField(allow_null=True, help_text="Of the data; null when they are no plain decimals.")
    volume_decimals = IntegerField(allow_null=True, help_text="Of the data; null when they are no plain decimals.")
    content_hash = CharField(help_text="The same content has the same hash, whatever file it came from.")
    size_bytes = IntegerField()
    file_name = CharField()
    created_at = TimeField(source="created_ns")

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
