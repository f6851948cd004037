"""Strategies in the admin: to look at, and to stop runs. They are made and started over REST."""

from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from kit.caller import current_caller
from kit.clock import iso_from_ns, iso_ms_from_ns
from operations.live_admin.pages import Action, ReadOnlyAdmin, act_on, light, link_to, link_to_list
from trading.models import Account
from trading.strategies import services
from trading.strategies.models import (
    StrategyRehearsalRow,
    StrategyRow,
    StrategyRunRow,
    StrategySignalRow,
    StrategyVersionRow,
)
from trading.strategies.records import CLOSE, FAILED, LEAVE, LIVE_STATES, RUNNING, STARTING, STOPPED

LIGHT_OF_STATE: Final = {STARTING: "warn", RUNNING: "good", STOPPED: "off", FAILED: "bad"}
LIGHT_OF_REHEARSAL: Final = {
    "running": "warn",
    "finished": "good",
    "failed": "bad",
    "canceled": "off",
    "interrupted": "off",
}
LIGHT_OF_OUTCOME: Final = {"ordered": "good", "refused": "warn", "nothing": "off"}


class StopRuns(Action):
    """Stop runs and leave what they hold and ordered."""

    ending: ClassVar[str] = LEAVE

    async def act(self, record: StrategyRunRow) -> str:
        """One."""
        by = current_caller().actor
        await services.stop_runs(record.owner, record.strategy_id, run_id=record.id, ending=self.ending, by=by)
        return str(record)


class CloseRuns(StopRuns):
    """Stop runs, cancel their orders and trade out of their positions."""

    ending = CLOSE


@admin.register(StrategyRow)
class StrategyAdmin(ReadOnlyAdmin):
    """Strategies of all accounts, newest first."""

    help_text = "What accounts trade by rules of their own. They are made, changed and started over REST."
    list_display = ("name", "account", "template", "version", "runs", "created", "id")
    list_filter = ("template",)
    search_fields = ("id", "name", "account", "notes")
    search_help_text = "The id, the name, the account or the notes, or a part of one."
    fields = ("name", "id", "account", "template", "notes", "version", "newest_spec", "runs", "created", "updated")
    readonly_fields = fields

    @admin.display(description="Runs")
    def runs(self, strategy: StrategyRow) -> SafeString | str:
        """To its runs."""
        return link_to_list(StrategyRunRow, "runs", strategy_id=strategy.id)

    @admin.display(description="Newest version")
    def newest_spec(self, strategy: StrategyRow) -> Any:
        """What it says."""
        newest = StrategyVersionRow.objects.filter(strategy=strategy, number=strategy.version).first()
        return None if newest is None else newest.spec

    @admin.display(description="Created", ordering="created_ns")
    def created(self, strategy: StrategyRow) -> str:
        """When it was made."""
        return iso_ms_from_ns(strategy.created_ns)

    @admin.display(description="Updated", ordering="updated_ns")
    def updated(self, strategy: StrategyRow) -> str:
        """When it was changed last."""
        return iso_ms_from_ns(strategy.updated_ns)


@admin.register(StrategyRunRow)
class StrategyRunAdmin(ReadOnlyAdmin):
    """Runs of all strategies on the main market, newest first."""

    help_text = "Runs on the main market; those of rehearsals are in no table. Their progress is some seconds old."
    list_display = (
        "strategy_link", "state_shown", "version", "owner", "account_link", "started", "ended", "reason", "id",
    )  # fmt: skip
    list_filter = ("state",)
    search_fields = ("id", "strategy_id", "strategy_name", "owner", "account", "reason")
    search_help_text = "The id, the strategy, an account or the reason, or a part of one."
    fields = (
        "strategy_link", "id", "state_shown", "reason", "version", "owner", "account_link", "run", "progress", "signals",
        "started", "ended",
    )  # fmt: skip
    readonly_fields = fields
    actions = ("stop_runs", "close_runs")
    record_actions = {
        "stop_runs": "Stop this run",
        "close_runs": "Stop it and close its positions",
    }

    def may_be_acted_on(self, record: StrategyRunRow) -> bool:
        """While it goes on."""
        return record.state in LIVE_STATES

    @admin.display(description="Strategy", ordering="strategy_name")
    def strategy_link(self, run: StrategyRunRow) -> SafeString | str:
        """To the strategy, which may be gone."""
        return link_to(StrategyRow, run.strategy_id, run.strategy_name)

    @admin.display(description="Account", ordering="account")
    def account_link(self, run: StrategyRunRow) -> SafeString | str:
        """To the account that it trades on."""
        return link_to(Account, run.account)

    @admin.display(description="State", ordering="state")
    def state_shown(self, run: StrategyRunRow) -> SafeString:
        """With its sign."""
        return light(LIGHT_OF_STATE[run.state], run.state)

    @admin.display(description="Signals")
    def signals(self, run: StrategyRunRow) -> SafeString | str:
        """To its signals."""
        return link_to_list(StrategySignalRow, "signals", run_id=run.id)

    @admin.display(description="Started", ordering="started_ns")
    def started(self, run: StrategyRunRow) -> str:
        """By the machine's clock."""
        return iso_ms_from_ns(run.started_ns)

    @admin.display(description="Ended", ordering="ended_ns")
    def ended(self, run: StrategyRunRow) -> str:
        """By the machine's clock."""
        return "–" if run.ended_ns is None else iso_ms_from_ns(run.ended_ns)

    @admin.action(description="Stop selected runs", permissions=["act"])
    def stop_runs(self, request: HttpRequest, rows: QuerySet[StrategyRunRow]) -> None:
        """Orders and positions stay."""
        act_on(self, request, rows, StopRuns, done="stopped")

    @admin.action(description="Stop selected runs and close their positions", permissions=["act"])
    def close_runs(self, request: HttpRequest, rows: QuerySet[StrategyRunRow]) -> None:
        """Their orders are canceled first."""
        act_on(self, request, rows, CloseRuns, done="stopped")


@admin.register(StrategySignalRow)
class StrategySignalAdmin(ReadOnlyAdmin):
    """Signals of all runs on the main market, newest first."""

    help_text = "What runs said at the close of bars, and what came of it. A run keeps its newest 10,000."
    list_display = ("time", "run_link", "symbol", "said_shown", "outcome_shown", "reason", "text", "bar_opened")
    list_filter = ("outcome",)
    search_fields = ("id", "run_id", "strategy_id", "symbol", "reason", "text")
    search_help_text = "The id, the run, the strategy, the symbol, the reason or the text, or a part of one."
    fields = (
        "id", "run_link", "symbol", "said_shown", "outcome_shown", "reason", "text", "values", "order_ids", "bar_opened",
        "time",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description="Market time", ordering="time_ns")
    def time(self, signal: StrategySignalRow) -> str:
        """By the market's clock."""
        return iso_ms_from_ns(signal.time_ns)

    @admin.display(description="Run", ordering="run_id")
    def run_link(self, signal: StrategySignalRow) -> SafeString | str:
        """To the run."""
        return link_to(StrategyRunRow, signal.run_id)

    @admin.display(description="Said")
    def said_shown(self, signal: StrategySignalRow) -> str:
        """The conditions that were true."""
        return ", ".join(signal.said)

    @admin.display(description="Outcome", ordering="outcome")
    def outcome_shown(self, signal: StrategySignalRow) -> SafeString:
        """With its sign."""
        return light(LIGHT_OF_OUTCOME[signal.outcome], signal.outcome)

    @admin.display(description="Bar", ordering="bar_ns")
    def bar_opened(self, signal: StrategySignalRow) -> str:
        """When the bar opened."""
        return iso_from_ns(signal.bar_ns)


@admin.register(StrategyRehearsalRow)
class StrategyRehearsalAdmin(ReadOnlyAdmin):
    """Rehearsals of all strategies, newest first."""

    help_text = "Data sets that strategies traded in markets of their own. A strategy keeps its newest 20."
    list_display = ("strategy_link", "state_shown", "version", "dataset", "owner", "started", "ended", "reason", "id")
    list_filter = ("state",)
    search_fields = ("id", "strategy_id", "strategy_name", "owner", "dataset", "reason")
    search_help_text = "The id, the strategy, the account, the data set or the reason, or a part of one."
    fields = (
        "strategy_link", "id", "state_shown", "reason", "version", "dataset", "owner", "record", "started", "ended",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[StrategyRehearsalRow]:
        """Without what the orders did: it is large and no text."""
        return super().get_queryset(request).defer("fills")

    @admin.display(description="Strategy", ordering="strategy_name")
    def strategy_link(self, rehearsal: StrategyRehearsalRow) -> SafeString | str:
        """To the strategy."""
        return link_to(StrategyRow, rehearsal.strategy_id, rehearsal.strategy_name)

    @admin.display(description="State", ordering="state")
    def state_shown(self, rehearsal: StrategyRehearsalRow) -> SafeString:
        """With its sign."""
        return light(LIGHT_OF_REHEARSAL[rehearsal.state], rehearsal.state)

    @admin.display(description="Started", ordering="started_ns")
    def started(self, rehearsal: StrategyRehearsalRow) -> str:
        """By the machine's clock."""
        return iso_ms_from_ns(rehearsal.started_ns)

    @admin.display(description="Ended", ordering="ended_ns")
    def ended(self, rehearsal: StrategyRehearsalRow) -> str:
        """By the machine's clock."""
        return "–" if rehearsal.ended_ns is None else iso_ms_from_ns(rehearsal.ended_ns)
