"""The admin pages of the markets: instruments, data sets, splits and dividends."""

from django.contrib import admin
from django.utils.safestring import SafeString

from kit.clock import iso_ms_from_ns
from markets.models import CorporateActionRow, DatasetRow, Instrument
from markets.tables import InstrumentTable
from operations.live_admin.pages import LiveAdmin, ReadOnlyAdmin, json_text, light, preformatted

MEBIBYTE = 2**20


@admin.register(Instrument)
class InstrumentAdmin(LiveAdmin):
    """What can be traded, and its market now."""

    table_class = InstrumentTable
    help_text = "What can be traded, with its market as it is now."
    list_display = (
        "symbol",
        "calendar",
        "tick",
        "lot",
        "min_notional",
        "market_shown",
        "last",
        "bid",
        "ask",
        "source",
        "time",
    )
    list_filter = ("calendar", "market", "is_stale")
    search_fields = ("symbol",)
    ordering = ("symbol",)
    sortable_by = ("symbol", "calendar", "market_shown", "source")

    @admin.display(description="Market", ordering="market")
    def market_shown(self, instrument: Instrument) -> SafeString:
        """With its sign."""
        if instrument.market == "closed":
            return light("off", "closed")
        return light("warn", "stale") if instrument.is_stale else light("good", "open")


@admin.register(DatasetRow)
class DatasetAdmin(ReadOnlyAdmin):
    """Imported prices."""

    help_text = "Imported prices. They are imported and deleted through the API, which looks after their files."
    list_display = ("id", "symbol", "kind", "interval", "rows", "since", "until", "size", "file_name", "created")
    list_filter = ("kind", "interval", "symbol")
    search_fields = ("id", "symbol", "file_name", "content_hash")
    fields = (
        "id", "symbol", "kind", "interval", "rows", "since", "until", "price_decimals", "volume_decimals", "size",
        "file_name", "content_hash", "created", "report",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description="From", ordering="from_ns")
    def since(self, dataset: DatasetRow) -> str:
        """Its first time."""
        return iso_ms_from_ns(dataset.from_ns)

    @admin.display(description="To", ordering="to_ns")
    def until(self, dataset: DatasetRow) -> str:
        """Its last time."""
        return iso_ms_from_ns(dataset.to_ns)

    @admin.display(description="Size", ordering="size_bytes")
    def size(self, dataset: DatasetRow) -> str:
        """On disk."""
        return f"{dataset.size_bytes / MEBIBYTE:,.1f} MiB"

    @admin.display(description="Created", ordering="created_ns")
    def created(self, dataset: DatasetRow) -> str:
        """When it was imported."""
        return iso_ms_from_ns(dataset.created_ns)

    @admin.display(description="Quality")
    def report(self, dataset: DatasetRow) -> SafeString:
        """What was found when it was imported."""
        return preformatted(json_text(dataset.quality))


@admin.register(CorporateActionRow)
class CorporateActionAdmin(ReadOnlyAdmin):
    """Splits and dividends."""

    help_text = "Splits and dividends, which candles can be read without. They are entered and deleted through the API."
    list_display = ("symbol", "ex_date", "kind", "ratio", "amount", "created")
    list_filter = ("kind",)
    search_fields = ("id", "symbol")
    fields = ("id", "symbol", "ex_date", "kind", "ratio", "amount", "created")
    readonly_fields = fields

    @admin.display(description="Ratio, new:old")
    def ratio(self, row: CorporateActionRow) -> str:
        """New shares for old."""
        return f"{row.ratio_new}:{row.ratio_old}" if row.ratio_new else ""

    @admin.display(description="Created", ordering="created_ns")
    def created(self, row: CorporateActionRow) -> str:
        """When it was entered."""
        return iso_ms_from_ns(row.created_ns)
