"""The admin pages of trading."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from api.staged import Staged
from kit.caller import current_caller
from markets import services as markets
from operations.live_admin.loop import call_on_loop
from operations.live_admin.pages import (
    Action,
    LiveAdmin,
    ValueFilter,
    act_on,
    ask_first,
    light,
    link_to,
    link_to_list,
    preformatted,
)
from trading import models
from trading.accounts import services as accounts
from trading.accounts.forks import CopyOfNow, fork_account
from trading.desk import COMMAND_NAMES, MARKET, TIME
from trading.order_lists import services as order_lists
from trading.orders import services as orders
from trading.risk import services as risk
from trading.risk.admin import EverybodyPages
from trading.tables.account_epochs import AccountEpochTable
from trading.tables.accounts import AccountTable, BalanceTable, PositionTable
from trading.tables.archived import ArchivedFillTable, ArchivedOrderTable
from trading.tables.journal import MAX_SCANNED, JournalTable
from trading.tables.order_lists import OrderListTable
from trading.tables.orders import FillTable, OrderTable

LIGHT_OF_ORDER = {
    "accepted": "off",
    "pending": "off",
    "open": "good",
    "partially_filled": "good",
    "filled": "good",
    "canceled": "off",
    "expired": "warn",
    "rejected": "bad",
}
FUNDS_INPUTS = {"asset": "Asset", "amount": "Amount"}
LIGHT_OF_LIST = {"executing": "good", "done": "good", "canceled": "off", "rejected": "bad"}
LIVE_STATUSES = ("accepted", "pending", "open", "partially_filled")


class SymbolFilter(ValueFilter):
    """By instrument."""

    title = parameter_name = "symbol"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every instrument there is, whether or not it was traded."""
        return [(symbol, symbol) for symbol in call_on_loop(_symbols)]


class KindFilter(ValueFilter):
    """By what an entry records."""

    title = parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every command, and the market."""
        return [(kind, kind.replace("_", " ")) for kind in (*COMMAND_NAMES.values(), MARKET, TIME)]


def _symbols() -> list[str]:
    return [each.symbol for each in markets.list_instruments()]


class StagedAction(Action):
    """An action whose changes are applied at once and are on their way into the journal then."""

    def __init__(self) -> None:
        self._staged: list[Staged] = []

    def take(self, staged: Staged) -> None:
        """One more; a refusal is raised."""
        if staged.error is not None:
            raise staged.error
        self._staged.append(staged)

    async def settle(self) -> None:
        """Return once all of them are durable; raises Unavailable."""
        for staged in self._staged:
            await staged.commit(None)


class ResetAccounts(StagedAction):
    """Begin the next epoch of accounts, with what they were opened with."""

    async def act(self, record: models.Account) -> str:
        """One."""
        staged = accounts.reset_account(record.id, None, actor=current_caller().actor)
        self.take(staged)
        return f"{record.id}, now in epoch {staged.value.epoch}"


class HaltAccounts(StagedAction):
    """Stop trading of accounts and cancel what they have open."""

    async def act(self, record: models.Account) -> str:
        """One."""
        staged = risk.set_state(
            record.id, "HALTED", reason="Halted in the admin.", actor=current_caller().actor, cancel_orders=True
        )
        self.take(staged)
        return f"{record.id}, {staged.value.canceled_orders} orders canceled"


class ResumeAccounts(StagedAction):
    """Let accounts trade again."""

    async def act(self, record: models.Account) -> str:
        """One."""
        self.take(risk.resume(record.id, reason="Resumed in the admin.", actor=current_caller().actor))
        return record.id


class ForkAccounts(StagedAction):
    """Open a copy of accounts as they stand, open orders included."""

    async def act(self, record: models.Account) -> str:
        """One."""
        staged = await fork_account(record.id, CopyOfNow(), actor=current_caller().actor)
        self.take(staged)
        return f"{record.id}, as {staged.value.id}"


class MoveFundsOfAccounts(StagedAction):
    """Put the same amount into accounts, or take it out of them (`sign` -1)."""

    def __init__(self, asset: str, amount: str, sign: int) -> None:
        super().__init__()
        self._funds = accounts.Funds(asset, amount)
        self._sign = sign

    async def act(self, record: models.Account) -> str:
        """One."""
        staged = accounts.move_funds(record.id, self._funds, sign=self._sign, actor=current_caller().actor)
        self.take(staged)
        return f"{record.id}, now worth {staged.value.equity} {staged.value.base_currency}"


class CancelOrders(StagedAction):
    """End orders that are open."""

    async def act(self, record: models.Order) -> str:
        """One."""
        self.take(await orders.cancel_order(record.account, record.id, actor=current_caller().actor))
        return record.id


class CancelLists(StagedAction):
    """End order lists that are executing."""

    async def act(self, record: models.OrderList) -> str:
        """One."""
        self.take(await order_lists.cancel_order_list(record.account, record.id, actor=current_caller().actor))
        return record.id


@admin.register(models.Account)
class AccountAdmin(EverybodyPages):
    """Accounts, their reset and fork, and money that is put in or taken out."""

    table_class = AccountTable
    help_text = "Every account with what it is worth at the last prices."
    list_display = (
        "id", "name", "type", "base_currency", "equity", "cash", "open_orders", "risk_state", "epoch", "created_at",
    )  # fmt: skip
    list_filter = ("type", "allow_short", ("created_at", admin.DateFieldListFilter))
    search_fields = ("id", "name")
    ordering = ("-created_at",)
    sortable_by = ("id", "name", "type", "base_currency", "open_orders", "epoch", "created_at")
    actions = (
        "reset_accounts", "fork_accounts", "deposit_into_accounts", "withdraw_from_accounts", "halt_accounts",
        "resume_accounts",
    )  # fmt: skip
    record_actions = {
        "reset_accounts": "Reset this account",
        "fork_accounts": "Fork this account",
        "deposit_into_accounts": "Deposit",
        "withdraw_from_accounts": "Withdraw",
        "halt_accounts": "Halt this account",
        "resume_accounts": "Resume this account",
    }
    readonly_fields = ("more",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Every field, and links to what belongs to the account."""
        return [*super().get_fields(request, obj), "more"]

    @admin.display(description="See also")
    def more(self, account: models.Account) -> SafeString:
        """Links to everything of the account."""
        pages = (
            (models.Order, "orders"),
            (models.OrderList, "order lists"),
            (models.Fill, "fills"),
            (models.Balance, "balances"),
            (models.Position, "positions"),
            (models.AccountEpoch, "epochs"),
            (models.ArchivedOrder, "archived orders"),
            (models.JournalEntry, "journal entries"),
        )
        links = [link_to_list(model, text, account=account.id) for model, text in pages]
        return format_html(" · ".join(["{}"] * len(links)), *links)

    @admin.action(description="Reset selected accounts", permissions=["act"])
    def reset_accounts(self, request: HttpRequest, rows: Any) -> HttpResponse | None:
        """Begin the next epoch of each, with what it was opened with."""
        question = ask_first(
            self, request, rows, action="reset_accounts",
            question="Reset these accounts? Open orders are canceled, positions and balances start anew.",
        )  # fmt: skip
        if question is not None:
            return question
        act_on(self, request, rows, ResetAccounts, done="reset")
        return None

    @admin.action(description="Halt selected accounts", permissions=["act"])
    def halt_accounts(self, request: HttpRequest, rows: Any) -> HttpResponse | None:
        """Stop their trading and cancel what they have open."""
        question = ask_first(
            self, request, rows, action="halt_accounts",
            question="Halt these accounts? Open orders are canceled, and no order is taken until they are resumed.",
        )  # fmt: skip
        if question is not None:
            return question
        act_on(self, request, rows, HaltAccounts, done="halted")
        return None

    @admin.action(description="Resume selected accounts", permissions=["act"])
    def resume_accounts(self, request: HttpRequest, rows: Any) -> None:
        """Let them trade again, as far as everybody may."""
        act_on(self, request, rows, ResumeAccounts, done="resumed")

    @admin.action(description="Fork selected accounts", permissions=["act"])
    def fork_accounts(self, request: HttpRequest, rows: Any) -> HttpResponse | None:
        """Open a copy of each as it stands, open orders included."""
        question = ask_first(
            self, request, rows, action="fork_accounts",
            question="Fork these accounts? Each gets a copy with its balances, positions and open orders.",
        )  # fmt: skip
        if question is not None:
            return question
        act_on(self, request, rows, ForkAccounts, done="forked")
        return None

    @admin.action(description="Deposit into selected accounts", permissions=["act"])
    def deposit_into_accounts(self, request: HttpRequest, rows: Any) -> HttpResponse | None:
        """Put the same amount into each."""
        return self._move(request, rows, "deposit_into_accounts", "Deposit how much into each of these accounts?", 1)

    @admin.action(description="Withdraw from selected accounts", permissions=["act"])
    def withdraw_from_accounts(self, request: HttpRequest, rows: Any) -> HttpResponse | None:
        """Take the same amount out of each."""
        return self._move(request, rows, "withdraw_from_accounts", "Withdraw how much from each of these accounts?", -1)

    def _move(self, request: HttpRequest, rows: Any, action: str, question: str, sign: int) -> HttpResponse | None:
        asked = ask_first(self, request, rows, action=action, question=question, inputs=FUNDS_INPUTS)
        if asked is not None:
            return asked
        asset, amount = request.POST.get("asset", ""), request.POST.get("amount", "")
        done = "funded" if sign > 0 else "charged"
        act_on(self, request, rows, partial(MoveFundsOfAccounts, asset, amount, sign), done=done)
        return None


class OrderPages(LiveAdmin):
    """What pages of orders have in common."""

    list_display = (
        "id", "account_link", "symbol", "side_shown", "type", "status_shown", "quantity", "filled_quantity", "price",
        "average_price", "created_at", "updated_at",
    )  # fmt: skip
    list_filter = ("status", SymbolFilter, "side", "type", ("created_at", admin.DateFieldListFilter))
    search_fields = ("id", "account", "client_order_id", "symbol")
    search_help_text = "Order id, client order id, account or symbol, or a part of one."
    ordering = ("-id",)
    sortable_by = (
        "id", "account_link", "symbol", "side_shown", "type", "status_shown", "quantity", "filled_quantity", "price",
        "created_at", "updated_at",
    )  # fmt: skip
    readonly_fields = ("account_link", "fills_link", "list_link", "side_shown", "status_shown")
    fields = (
        "id", "account_link", "symbol", "side_shown", "type", "status_shown", "status_reason", "quantity", "filled_quantity",
        "remaining_quantity", "notional", "price", "stop_price", "average_price", "fees", "time_in_force", "post_only",
        "expires_at", "reduce_only", "display_quantity", "trail_amount", "trail_percent", "limit_offset", "watermark",
        "client_order_id", "list_link", "fill_policy", "epoch", "created_at", "updated_at", "replaced_at", "fills_link",
    )  # fmt: skip

    @admin.display(description="Account", ordering="account")
    def account_link(self, order: models.AnOrder) -> SafeString | str:
        """To the account."""
        return link_to(models.Account, order.account)

    @admin.display(description="Side", ordering="side")
    def side_shown(self, order: models.AnOrder) -> SafeString:
        """In its colour."""
        return format_html('<span class="side-{}">{}</span>', order.side, order.side)

    @admin.display(description="Status", ordering="status")
    def status_shown(self, order: models.AnOrder) -> SafeString:
        """With its sign."""
        return light(LIGHT_OF_ORDER[order.status], order.status.replace("_", " "))

    @admin.display(description="Order list")
    def list_link(self, order: models.AnOrder) -> SafeString | str:
        """To the list it belongs to."""
        return "-" if order.order_list_id is None else link_to(models.OrderList, order.order_list_id)

    @admin.display(description="Fills")
    def fills_link(self, order: models.AnOrder) -> SafeString:
        """To its fills, wherever they are."""
        return format_html(
            "{} · {}",
            link_to_list(models.Fill, "in memory", account=order.account, order_id=order.id),
            link_to_list(models.ArchivedFill, "archived", order_id=order.id),
        )


@admin.register(models.Order)
class OrderAdmin(OrderPages):
    """Orders that are open or ended lately, and their cancellation."""

    table_class = OrderTable
    help_text = (
        "Orders in memory: all open ones, and those that ended lately. Older ones are among the archived orders."
    )
    actions = ("cancel_orders",)
    record_actions = {"cancel_orders": "Cancel this order"}

    def may_be_acted_on(self, record: models.Order) -> bool:
        """Until it ends."""
        return record.status in LIVE_STATUSES

    @admin.action(description="Cancel selected orders", permissions=["act"])
    def cancel_orders(self, request: HttpRequest, rows: Any) -> None:
        """End orders that are open."""
        act_on(self, request, rows, CancelOrders, done="canceled")


@admin.register(models.ArchivedOrder)
class ArchivedOrderAdmin(OrderPages):
    """Orders in the history on disk."""

    table_class = ArchivedOrderTable
    help_text = (
        "Orders that ended long ago and left memory, read from the history on disk. Account, symbol, side, id and time "
        "narrow all of them; other conditions look through the newest."
    )


@admin.register(models.OrderList)
class OrderListAdmin(LiveAdmin):
    """Order lists, and their cancellation."""

    table_class = OrderListTable
    help_text = (
        "Oco, oto and bracket lists of which an order is in memory: all that execute, and those that ended lately."
    )
    list_display = (
        "id", "account_link", "symbol", "side_shown", "type", "status_shown", "quantity", "orders_shown", "created_at",
    )  # fmt: skip
    list_filter = ("status", SymbolFilter, "side", "type", ("created_at", admin.DateFieldListFilter))
    search_fields = ("id", "account", "symbol")
    search_help_text = "List id, account or symbol, or a part of one."
    ordering = ("-id",)
    sortable_by = ("id", "account_link", "symbol", "side_shown", "type", "status_shown", "quantity", "created_at")
    readonly_fields = ("account_link", "orders_shown", "side_shown", "status_shown")
    fields = (
        "id", "account_link", "symbol", "side_shown", "type", "status_shown", "status_reason", "quantity", "orders_shown",
        "created_at", "updated_at",
    )  # fmt: skip
    actions = ("cancel_lists",)
    record_actions = {"cancel_lists": "Cancel this list"}

    @admin.display(description="Account", ordering="account")
    def account_link(self, row: models.OrderList) -> SafeString | str:
        """To the account."""
        return link_to(models.Account, row.account)

    @admin.display(description="Side", ordering="side")
    def side_shown(self, row: models.OrderList) -> SafeString:
        """In its colour."""
        return format_html('<span class="side-{}">{}</span>', row.side, row.side)

    @admin.display(description="Status", ordering="status")
    def status_shown(self, row: models.OrderList) -> SafeString:
        """With its sign."""
        return light(LIGHT_OF_LIST[row.status], row.status)

    @admin.display(description="Orders")
    def orders_shown(self, row: models.OrderList) -> SafeString:
        """Each by its role, with a link and its status."""
        return format_html_join(
            " · ",
            "{} {}",
            (
                (link_to(models.Order, order_id, role.replace("_", " ")), status.replace("_", " "))
                for role, order_id, status in row.legs
            ),
        )

    def may_be_acted_on(self, record: models.OrderList) -> bool:
        """Until it ends."""
        return record.status == "executing"

    @admin.action(description="Cancel selected order lists", permissions=["act"])
    def cancel_lists(self, request: HttpRequest, rows: Any) -> None:
        """End lists that are executing."""
        act_on(self, request, rows, CancelLists, done="canceled")


class FillPages(LiveAdmin):
    """What pages of fills have in common."""

    list_display = (
        "id", "account_link", "symbol", "side_shown", "price", "quantity", "fee", "fee_asset", "liquidity", "time",
    )  # fmt: skip
    list_filter = (SymbolFilter, "side", "liquidity", ("time", admin.DateFieldListFilter))
    search_fields = ("id", "account", "symbol")
    search_help_text = "Order id, account or symbol, or a part of one."
    ordering = ("-id",)
    sortable_by = ("id", "account_link", "symbol", "side_shown", "price", "quantity", "fee", "liquidity", "time")
    fields = (
        "id", "order_link", "account_link", "symbol", "side_shown", "price", "quantity", "fee", "fee_asset", "liquidity",
        "time",
    )  # fmt: skip
    readonly_fields = ("order_link", "account_link", "side_shown")

    @admin.display(description="Account", ordering="account")
    def account_link(self, fill: models.AFill) -> SafeString | str:
        """To the account."""
        return link_to(models.Account, fill.account)

    @admin.display(description="Order", ordering="order_id")
    def order_link(self, fill: models.AFill) -> SafeString | str:
        """To the order."""
        return link_to(models.Order, fill.order_id)

    @admin.display(description="Side", ordering="side")
    def side_shown(self, fill: models.AFill) -> SafeString:
        """In its colour."""
        return format_html('<span class="side-{}">{}</span>', fill.side, fill.side)


@admin.register(models.Fill)
class FillAdmin(FillPages):
    """Fills of orders in memory."""

    table_class = FillTable
    help_text = "Fills of the orders in memory. Those of older orders are among the archived fills."
    ordering = ("-time",)


@admin.register(models.ArchivedFill)
class ArchivedFillAdmin(FillPages):
    """Fills in the history on disk."""

    table_class = ArchivedFillTable
    help_text = "Fills of orders that left memory, those of the newest order first."


@admin.register(models.Balance)
class BalanceAdmin(LiveAdmin):
    """Balances of all accounts."""

    table_class = BalanceTable
    help_text = (
        "What every account has of every asset. Held is what open orders, or a margin account's positions, use of it."
    )
    list_display = ("id", "account_link", "asset", "total", "available", "held")
    search_fields = ("account", "asset")
    ordering = ("id",)
    sortable_by = ("id", "account_link", "asset", "total")
    fields = ("id", "account_link", "asset", "total", "available", "held")
    readonly_fields = ("account_link",)

    @admin.display(description="Account", ordering="account")
    def account_link(self, row: Any) -> SafeString | str:
        """To the account."""
        return link_to(models.Account, row.account)


@admin.register(models.Position)
class PositionAdmin(LiveAdmin):
    """Positions of all accounts."""

    table_class = PositionTable
    help_text = "What every account holds through trading, at the last prices; flat ones were closed in this epoch."
    list_display = (
        "id", "account_link", "symbol", "side", "quantity", "average_price", "mark_price", "market_value",
        "unrealized_pnl", "realized_pnl", "leverage", "maintenance_margin", "liquidation_price", "opened_at",
    )  # fmt: skip
    list_filter = ("side", SymbolFilter)
    search_fields = ("account", "symbol")
    ordering = ("-market_value", "id")
    sortable_by = (
        "id", "account_link", "symbol", "side", "quantity", "mark_price", "market_value", "unrealized_pnl", "realized_pnl",
        "opened_at",
    )  # fmt: skip
    readonly_fields = ("account_link",)
    fields = (
        "id", "account_link", "symbol", "side", "quantity", "average_price", "mark_price", "market_value", "cost_basis",
        "unrealized_pnl", "realized_pnl", "fees", "opened_at", "leverage", "initial_margin", "maintenance_margin",
        "liquidation_price",
    )  # fmt: skip

    @admin.display(description="Account", ordering="account")
    def account_link(self, row: Any) -> SafeString | str:
        """To the account."""
        return link_to(models.Account, row.account)


@admin.register(models.AccountEpoch)
class AccountEpochAdmin(LiveAdmin):
    """The epochs of all accounts."""

    table_class = AccountEpochTable
    help_text = "From one reset of an account to the next: with how much it began and ended, without what was put in."
    list_display = (
        "id", "account_link", "epoch", "opened_at", "closed_at", "start_equity", "end_equity", "net_deposits", "profit",
        "orders", "fills",
    )  # fmt: skip
    search_fields = ("account",)
    ordering = ("-opened_at", "id")
    sortable_by = ("id", "account_link", "epoch", "opened_at", "closed_at", "orders", "fills")
    fields = (
        "id", "account_link", "epoch", "opened_at", "closed_at", "start_equity", "end_equity", "net_deposits", "profit",
        "not_counted", "orders", "fills",
    )  # fmt: skip
    readonly_fields = ("account_link",)

    @admin.display(description="Account", ordering="account")
    def account_link(self, row: Any) -> SafeString | str:
        """To the account."""
        return link_to(models.Account, row.account)


@admin.register(models.JournalEntry)
class JournalEntryAdmin(LiveAdmin):
    """Lines of the journal."""

    table_class = JournalTable
    help_text = (
        f"Every change of an account, newest first. Kind, account, actor and trace id look through the newest "
        f"{MAX_SCANNED:,} entries, or through a range of numbers: add ?seq__lte=NUMBER to the address."
    )
    list_display = ("seq", "kind", "account_link", "actor", "events", "recorded_at", "trace_id")
    list_filter = (KindFilter, ("recorded_at", admin.DateFieldListFilter))
    search_fields = ("=trace_id", "=account", "actor")
    search_help_text = "A whole trace id or account, or a part of who asked."
    ordering = ("-seq",)
    sortable_by = ("seq", "kind", "account_link", "actor", "events", "recorded_at")
    fields = (
        "seq", "kind", "account_link", "actor", "trace_id", "events", "time", "recorded_at", "hash", "chain", "document",
    )  # fmt: skip
    readonly_fields = ("account_link", "document")

    @admin.display(description="Account", ordering="account")
    def account_link(self, entry: models.JournalEntry) -> SafeString | str:
        """To the account."""
        return link_to(models.Account, entry.account) if entry.account else "–"

    @admin.display(description="Body")
    def document(self, entry: models.JournalEntry) -> SafeString:
        """The entry's JSON, set out."""
        return preformatted(entry.body)
