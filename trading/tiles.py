"""Trading at a glance, for the admin's home."""

from pathlib import Path

from django.conf import settings

from operations.live_admin.overview import Detail, Light, Tile, TileState, counted, register
from trading.sandbox.limits import ACTIVE
from trading.services import JOURNAL_FILE, NOT_RUNNING, find_desk

MEBIBYTE = 2**20
NO_DESK = TileState("–", "off", NOT_RUNNING)


def register_tiles() -> None:
    """Make the tiles known."""
    register(
        Tile(
            "accounts", "Accounts", read_accounts, "trading.view_account", "admin:trading_account_changelist", order=10
        )
    )
    register(
        Tile("orders", "Open orders", read_orders, "trading.view_order", "admin:trading_order_changelist", order=20)
    )
    register(
        Tile(
            "journal",
            "Journal",
            read_journal,
            "trading.view_journalentry",
            "admin:trading_journalentry_changelist",
            order=40,
        )
    )


def read_accounts() -> TileState:
    """How many accounts, and how many of them hold something."""
    desk = find_desk()
    if desk is None:
        return NO_DESK
    accounts = desk.published.accounts.values()
    active = sum(1 for each in accounts if each.present.order_count)
    margin = sum(1 for each in accounts if each.account.is_margin)
    everyones = desk.published.everyone.record
    halted = sum(1 for each in accounts if each.account.risk.state is not ACTIVE)
    details = [
        Detail("With orders in this epoch", counted(active)),
        Detail("On margin", counted(margin)),
        Detail("Halted or reducing", counted(halted)),
    ]
    if everyones.state is not ACTIVE:
        details.append(Detail("Everybody", f"{everyones.state.value} by {everyones.by}: {everyones.reason}"))
    light: Light = "good" if everyones.state is ACTIVE else "warn"
    return TileState(counted(len(accounts)), light, "open" if light == "good" else everyones.state.value, details)


def read_orders() -> TileState:
    """How many orders are open, and how many are in memory besides."""
    desk = find_desk()
    if desk is None:
        return NO_DESK
    opened = sum(each.present.open_count for each in desk.published.accounts.values())
    return TileState(
        counted(opened),
        "good" if desk.trouble is None else "bad",
        "taken" if desk.trouble is None else "read-only",
        (
            Detail("Ended, in memory", counted(len(desk.published.ended))),
            Detail("Symbols with a price", counted(len(desk.marks))),
        ),
    )


def read_journal() -> TileState:
    """How far the journal is, and whether it writes."""
    desk = find_desk()
    if desk is None:
        return NO_DESK
    is_well = desk.trouble is None
    details = [Detail("In flight", counted(desk.in_flight)), Detail("Kept", _where())]
    if desk.housekeeping_trouble is not None:
        details.append(Detail("Last snapshot", desk.housekeeping_trouble))
    return TileState(
        counted(desk.entries),
        "bad" if not is_well else "warn" if desk.housekeeping_trouble else "good",
        "writes" if is_well else f"read-only: {desk.trouble}",
        details,
    )


def _where() -> str:
    if not settings.SANDBOX_JOURNAL:
        return "in memory"
    if settings.JOURNAL_URL:
        return f"in the shared journal, as {settings.GATEWAY_NAME}"
    try:
        size = (Path(settings.STATE_DIR) / JOURNAL_FILE).stat().st_size
    except OSError:
        return "on disk"
    return f"{size / MEBIBYTE:,.1f} MiB on disk"
