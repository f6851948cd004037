"""Alerts for the rest of Sandbar: rules and events, and `tell` for what happens elsewhere. On the event loop."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings
from django.db import DatabaseError

from api.pagination import Page, decode_cursor, encode_cursor
from kit.clock import SYSTEM_CLOCK
from kit.errors import NotFound, Rejected, Unavailable, invalid_field
from kit.trace import new_id
from kit.trail import note_change
from markets import services as markets
from operations.health import OK, Health
from operations.services_registry import ServiceState
from quant.expressions import Expression
from trading.alerts import channel, table
from trading.alerts.answers import EventAnswer, RuleAnswer, event_answer, rule_answer
from trading.alerts.bars import ClosedBar, Sources
from trading.alerts.conditions import OCCURRENCES
from trading.alerts.deliveries import MAX_QUEUED
from trading.alerts.occurrences import Occurrence as Occurrence
from trading.alerts.rules import FRESH, Progress, Rule
from trading.alerts.watching import Alerts, Watched
from trading.alerts.ways_out import SENDERS
from trading.alerts.webhook_pool import POOL
from trading.alerts.wishes import RuleWish, changed_rule, new_rule, progress_after, replaced_rule
from trading.services import find_desk

if TYPE_CHECKING:
    from trading.alerts.following import Follower

MAX_RULES = 200
"""Rules of one account."""

MAX_RULES_IN_ALL = 2_000
"""Rules of all accounts. An expression keeps twice the bars of each window, 80 kB of the longest."""


class FromMarkets(Sources):
    """Bars of the main floor."""

    async def history(self, symbol: str, interval: str, *, limit: int, before_ns: int | None) -> markets.Candles | None:
        """See `markets.closed_candles`."""
        return await markets.closed_candles(symbol, interval, limit=limit, before_ns=before_ns)

    def floats_of(self, bar: ClosedBar) -> dict[str, float]:
        """As charts show it."""
        assert bar.candle is not None, "a bar that closed"
        found = markets.floats_of(bar.symbol, [bar.candle])
        return {name: getattr(found, name)[0] for name in ("open", "high", "low", "close", "volume")}

    def playing(self) -> str:
        """See `markets.playing`."""
        return markets.playing()


async def prepare(expression: Expression, history: markets.Candles) -> "Follower":
    """A follower that has seen the history, made in a thread: it loads numba the first time."""
    return await asyncio.to_thread(_prepare, expression, history)


def _prepare(expression: Expression, history: markets.Candles) -> "Follower":
    from trading.alerts import following  # numpy and numba are loaded by the first rule

    return following.prepare(expression, history)


ALERTS = Alerts(
    sources=FromMarkets(),
    prepare=prepare,
    find_desk=find_desk,
    market_time_ns=markets.market_time_ns,
    publish=channel.publish,
    senders=SENDERS,
)


# Told by others ------------------------------------------------------------------------------------------------------


def tell(occurrence: Occurrence) -> None:
    """Something happened that rules may wait for; for any app, on the event loop. It never raises and never waits."""
    assert occurrence.kind in OCCURRENCES, f"{occurrence.kind} is not among the occurrences that rules know"
    if ALERTS.is_running:
        ALERTS.tell(occurrence)


def on_market_stale(symbol: str, since_ns: int) -> None:
    """The source of a symbol has fallen silent."""
    if ALERTS.is_running:
        ALERTS.on_market_stale(symbol, since_ns)


# Rules ---------------------------------------------------------------------------------------------------------------


def list_rules(account: str, *, limit: int, cursor: str | None) -> Page:
    """The rules of an account, newest first."""
    before = None if cursor is None else decode_cursor(cursor, str)
    found = [each for each in reversed(_running().of_account(account)) if before is None or each.rule.id < before]
    page = found[:limit]
    next_cursor = encode_cursor(page[-1].rule.id) if len(found) > limit else None
    return Page([_answer(each) for each in page], next_cursor)


def get_rule(account: str, rule_id: str) -> RuleAnswer:
    """One rule; raises NotFound, also for one of another account."""
    return _answer(_rule_of(account, rule_id))


async def create_rule(account: str, wish: RuleWish) -> RuleAnswer:
    """Put a new rule in force; its webhook's secret is in this answer alone.

    Raises Invalid, InvalidExpression, NotFound for account or symbol, Rejected TOO_MANY_ALERTS, Unavailable.
    """
    alerts = _running()
    if (desk := find_desk()) is not None:
        desk.published.account(account)
    _check_count(alerts, account)
    rule = new_rule(wish, rule_id=new_id(), account=account, now_ns=SYSTEM_CLOCK.now_ns())
    alerts.put(rule, FRESH)
    try:
        await _write(rule, FRESH)
    except BaseException:
        alerts.remove(rule.id)
        raise
    answer = _answer(_rule_of(account, rule.id), secret=rule.webhook_secret)
    note_change(subject=("alert", rule.id), after=get_rule(account, rule.id))
    return answer


async def replace_rule(account: str, rule_id: str, wish: RuleWish) -> RuleAnswer:
    """Make a rule anew under its id; errors as `create_rule`. A new address of its webhook has a new secret."""
    before = _rule_of(account, rule_id)
    rule = replaced_rule(before.rule, wish, now_ns=SYSTEM_CLOCK.now_ns())
    return await _put(before, rule, is_armed_anew=True)


async def change_rule(account: str, rule_id: str, wish: RuleWish) -> RuleAnswer:
    """Change what is given; errors as `create_rule`. `enabled: true` arms the rule anew."""
    before = _rule_of(account, rule_id)
    rule = changed_rule(before.rule, wish, now_ns=SYSTEM_CLOCK.now_ns())
    return await _put(before, rule, is_armed_anew=bool(wish.enabled))


async def switch_rule(account: str, rule_id: str, *, is_on: bool) -> RuleAnswer:
    """Switch a rule on, armed anew, or off; errors as `change_rule`."""
    before = _rule_of(account, rule_id)
    rule = msgspec.structs.replace(before.rule, is_enabled=is_on, updated_ns=SYSTEM_CLOCK.now_ns())
    return await _put(before, rule, is_armed_anew=is_on)


async def delete_rule(account: str, rule_id: str) -> None:
    """Forget a rule; its events stay. Raises NotFound."""
    watched = _rule_of(account, rule_id)
    note_change(subject=("alert", rule_id), before=_answer(watched))
    ALERTS.remove(rule_id)
    try:
        await table.in_table(table.delete_rule, rule_id)
    except DatabaseError as fault:
        ALERTS.put(watched.rule, watched.progress)
        raise _unavailable() from fault


def test_rule(account: str, rule_id: str) -> EventAnswer:
    """Send a test message by every channel of a rule; what became of it is in the event. Raises NotFound."""
    watched = _rule_of(account, rule_id)
    note_change(subject=("alert", rule_id))
    return event_answer(ALERTS.test(watched.rule))


async def _put(before: Watched, rule: Rule, *, is_armed_anew: bool) -> RuleAnswer:
    """Have a changed rule in force, and written; as it was before when it cannot be written."""
    old_rule, old_progress, old_answer = before.rule, before.progress, _answer(before)
    progress = progress_after(old_rule, rule, old_progress, is_armed_anew=is_armed_anew)
    ALERTS.put(rule, progress)
    try:
        await _write(rule, progress)
    except BaseException:
        ALERTS.put(old_rule, old_progress)
        raise
    is_new_secret = rule.webhook_secret not in ("", old_rule.webhook_secret)
    watched = _rule_of(rule.account, rule.id)
    note_change(subject=("alert", rule.id), before=old_answer, after=_answer(watched))
    return _answer(watched, secret=rule.webhook_secret if is_new_secret else "")


async def _write(rule: Rule, progress: Progress) -> None:
    try:
        await table.in_table(table.write_rule, rule, progress)
    except DatabaseError as fault:
        raise _unavailable() from fault
    ALERTS.keeper.note_progress(rule.id)  # it may have fired meanwhile


def _check_count(alerts: Alerts, account: str) -> None:
    if len(alerts.of_account(account)) >= MAX_RULES:
        raise Rejected(f"The account has {MAX_RULES} alerts already; delete some first.", code="TOO_MANY_ALERTS")
    if alerts.count >= MAX_RULES_IN_ALL:
        raise Rejected(f"There are {MAX_RULES_IN_ALL} alerts in all already.", code="TOO_MANY_ALERTS")


def _rule_of(account: str, rule_id: str) -> Watched:
    watched = _running().find(rule_id)
    if watched is None or watched.rule.account != account:
        raise NotFound(f"There is no alert {rule_id!r}.")
    return watched


def _answer(watched: Watched, *, secret: str = "") -> RuleAnswer:
    return rule_answer(watched.rule, watched.progress, ALERTS.standing(watched), secret=secret or None)


# Events --------------------------------------------------------------------------------------------------------------


async def list_events(wanted: table.Wanted, *, limit: int, cursor: str | None) -> Page:
    """Events of an account, newest first; raises Invalid."""
    if wanted.from_ns is not None and wanted.to_ns is not None and wanted.from_ns > wanted.to_ns:
        raise invalid_field("from", "Must not be after `to`.")
    if cursor is not None:
        wanted = table.after(wanted, decode_cursor(cursor, str))
    found = await table.in_table(table.list_events, wanted, limit + 1)
    page = found[:limit]
    next_cursor = encode_cursor(page[-1].id) if len(found) > limit else None
    return Page([event_answer(event) for event in page], next_cursor)


async def get_event(account: str, event_id: str) -> EventAnswer:
    """One event; raises NotFound, also for one of another account."""
    return event_answer(await table.in_table(table.get_event, account, event_id))


async def acknowledge_event(account: str, event_id: str, *, by: str) -> EventAnswer:
    """Note who has seen an event. The first who did so stays. Raises NotFound."""
    event, is_first = await table.in_table(table.acknowledge, account, event_id, by, SYSTEM_CLOCK.now_ns())
    answer = event_answer(event)
    note_change(subject=("alert_event", event_id), after=answer)
    if is_first:
        ALERTS.note_acknowledged(event)
    return answer


# Life and health -----------------------------------------------------------------------------------------------------


def _running() -> Alerts:
    if not ALERTS.is_running:
        raise Unavailable("Alerts are not running.")
    return ALERTS


def _unavailable() -> Unavailable:
    return Unavailable("The table of alerts cannot be written now; try again.")


async def start() -> None:
    """Take up the rules."""
    POOL.allow_private_networks(settings.ALERT_WEBHOOK_PRIVATE)
    await ALERTS.start()


async def stop() -> None:
    """Write down what happened, and stop."""
    await ALERTS.stop()
    await POOL.close()


async def restart() -> None:
    """Stop and start: every rule begins with its history anew."""
    await stop()
    await start()


async def check_health() -> Health:
    """Whether events are written and go out."""
    if not ALERTS.is_running:
        return Health("failed", "Alerts are not running.")
    if ALERTS.keeper.trouble is not None:
        return Health("degraded", ALERTS.keeper.trouble)
    if ALERTS.keeper.never_written:
        return Health("degraded", f"{ALERTS.keeper.never_written} events were told and could not be written.")
    if ALERTS.deliverer.queued >= MAX_QUEUED:
        return Health("degraded", f"{MAX_QUEUED} deliveries wait; more are dropped.")
    return OK


def service_state() -> ServiceState:
    """How alerts are doing, for the list of services."""
    if not ALERTS.is_running:
        return ServiceState("stopped")
    keeper, queued = ALERTS.keeper, ALERTS.deliverer.queued
    return ServiceState(
        "running" if keeper.trouble is None and queued < MAX_QUEUED else "degraded",
        last_error=keeper.trouble,
        load=queued / MAX_QUEUED,
        detail=(
            f"Rules: {ALERTS.count}. Expressions followed: {ALERTS.bars.expressions}. Evaluations: "
            f"{ALERTS.bars.evaluations}. Fired: {ALERTS.fired}. Deliveries waiting: {queued}."
        ),
    )


def reading(name: str) -> float:
    """One of the figures for `/metrics`."""
    figures = {
        "rules": ALERTS.count,
        "evaluations": ALERTS.bars.evaluations,
        "fired": ALERTS.fired,
        "queued_deliveries": ALERTS.deliverer.queued,
    }
    return float(figures[name])


def ended_deliveries() -> Sequence[tuple[tuple[str, ...], float]]:
    """Deliveries that ended, by channel and outcome, for `/metrics`."""
    return [(key, float(count)) for key, count in ALERTS.deliverer.counts.items()]
