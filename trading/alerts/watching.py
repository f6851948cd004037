"""The rules in force and what becomes of them: readings, facts and occurrences in, events out. On the event loop alone.

A rule that fails is switched off and says so as an event; nothing that goes wrong here reaches the feed or the exchange.
"""

import logging
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK, Clock
from kit.trace import new_id
from markets.updates import INTERVALS
from quant.expressions import Expression
from trading.alerts import table
from trading.alerts.accounts import AccountWatch
from trading.alerts.answers import Standing
from trading.alerts.bars import BarWatch, Prepare, Sources, reason_of
from trading.alerts.conditions import ACCOUNT, EXPRESSION, OCCURRENCE, compares, is_back_over
from trading.alerts.deliveries import Deliverer, Send, Target
from trading.alerts.events import FAILED, FIRED, QUEUED, TEST, UNDELIVERED, AlertEvent, Delivery
from trading.alerts.facts import fact_text, fact_units
from trading.alerts.keeping import Keeper
from trading.alerts.occurrences import Occurrence, occurrences_in
from trading.alerts.reading import comparison_of, read_condition
from trading.alerts.rules import WEBSOCKET, Bar, Progress, Rule, Seen, decide, is_cooling_down
from trading.desk import Desk
from trading.published import Change

if TYPE_CHECKING:
    from trading.alerts.following import Reading

MAX_UNACKNOWLEDGED: Final = 500
"""Events of an account that a new listener is sent at once, the newest; REST has the others."""

MAX_RESUMED: Final = 1_000
"""Deliveries of before the start that are queued again; as many as may wait."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Watched:
    """A rule in force, how far it has come, and what of it is worked out once.

    `threshold` and `level` are in the units of what is compared: of the fact, or as the expression has them.
    """

    rule: Rule
    progress: Progress
    expression: Expression | None = None
    warm_up_bars: int | None = None
    comparison: str | None = None
    threshold: float = 0
    level: float | None = None


class Alerts:
    """All rules of a gateway."""

    def __init__(
        self,
        *,
        sources: Sources,
        prepare: Prepare,
        find_desk: Callable[[], Desk | None],
        market_time_ns: Callable[[], int],
        publish: Callable[[AlertEvent], None],
        senders: Mapping[str, Send],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._market_time_ns = market_time_ns
        self._publish = publish
        self._clock = clock
        self._rules: dict[str, Watched] = {}
        self._by_account: dict[str, dict[str, None]] = {}
        self._comparing: dict[str, dict[str, None]] = {}
        self._waiting_for: dict[str, dict[str, dict[str, None]]] = {}
        self._unacknowledged: dict[str, dict[str, AlertEvent]] = {}
        self._under_way: dict[str, AlertEvent] = {}
        self.bars = BarWatch(sources, prepare, self._on_reading, self.fail, clock)
        self.accounts = AccountWatch(find_desk, self._on_facts)
        self.keeper = Keeper(self._progress_of, self._on_written)
        self.deliverer = Deliverer(senders, self._on_delivery_end, clock)
        self.is_running = False
        self.fired = 0
        """Events of rules that fired since the start."""

    # ---- life

    async def start(self) -> None:
        """Take up the rules where they were, and the deliveries that had not ended. Raises DatabaseError."""
        rules = await table.in_table(table.load_rules)
        counts = await table.in_table(table.count_events)
        unfinished = await table.in_table(table.unfinished_events, MAX_RESUMED)
        unacknowledged = await table.in_table(table.unacknowledged_events, table.MAX_EVENTS)
        self.bars.start()
        self.accounts.start()
        self.keeper.start(counts)
        self.deliverer.start()
        self.is_running = True
        for event in unacknowledged:
            self._remember(event)
        for rule, progress in rules:
            self.put(rule, progress)
        for event in unfinished:
            self._deliver(event)

    async def stop(self) -> None:
        """Evaluate no more, write down what happened, and send no more; what was not sent is sent after the next start."""
        if not self.is_running:
            return
        self.is_running = False
        await self.bars.stop()
        await self.accounts.stop()
        await self.deliverer.stop()
        await self.keeper.stop()
        for held in (self._rules, self._by_account, self._comparing, self._waiting_for):
            held.clear()
        self._unacknowledged.clear()
        self._under_way.clear()

    # ---- rules

    def put(self, rule: Rule, progress: Progress) -> None:
        """Have a rule in force as it is now; one of the same id gives way.

        Where the condition is the same, what watches it goes on, so that no bar is missed.
        """
        before = self._rules.get(rule.id)
        if before is not None and _watch_the_same(before.rule, rule):
            before.rule, before.progress = rule, progress
            before.level = _level_of(rule)
            return
        self._unwatch(rule.id)
        watched = self._rules[rule.id] = Watched(rule, progress)
        self._by_account.setdefault(rule.account, {})[rule.id] = None
        if rule.is_enabled:
            try:
                self._watch(watched)
            except Exception as fault:  # a rule that was written under other rules than today's
                _log.exception("The alert rule %s cannot be put in force.", rule.id)
                self.fail(rule.id, reason_of(fault))

    def remove(self, rule_id: str) -> None:
        """Forget a rule."""
        self._unwatch(rule_id)
        watched = self._rules.pop(rule_id, None)
        if watched is not None:
            self._by_account[watched.rule.account].pop(rule_id, None)
        self.keeper.forget(rule_id)

    def find(self, rule_id: str) -> Watched | None:
        """A rule in force or switched off; None when there is none."""
        return self._rules.get(rule_id)

    def of_account(self, account: str) -> list[Watched]:
        """The rules of an account, oldest first."""
        return [self._rules[rule_id] for rule_id in self._by_account.get(account, ())]

    @property
    def count(self) -> int:
        """How many rules there are."""
        return len(self._rules)

    def standing(self, watched: Watched) -> Standing:
        """How a rule is doing."""
        rule, progress = watched.rule, watched.progress
        status = "armed"
        if not rule.is_enabled:
            status = "off" if progress.fault is None else "failed"
        elif not progress.is_armed:
            status = "fired"
        elif is_cooling_down(rule, progress, self._market_time_ns()):
            status = "cooling_down"
        if watched.expression is None:
            return Standing(status=status)
        bars = self.bars.bars_seen(rule.id)
        place = f"a market of {rule.condition.symbol} with bars of {rule.condition.interval}"
        return Standing(
            status=status,
            waiting_for=place if bars is None and rule.is_enabled else None,
            history_bars=bars,
            warm_up_bars=watched.warm_up_bars,
        )

    def _watch(self, watched: Watched) -> None:
        rule, condition = watched.rule, watched.rule.condition
        watched.level = _level_of(rule)
        if condition.kind == EXPRESSION:
            expression = watched.expression = read_condition(str(condition.expression))
            watched.comparison, watched.warm_up_bars = comparison_of(expression), expression.need().warm_up
            self.bars.watch(rule.id, (str(condition.symbol), str(condition.interval)), expression)
        elif condition.kind == ACCOUNT:
            fact = str(condition.fact)
            watched.comparison = condition.comparison
            watched.threshold = fact_units(fact, str(condition.value)) or 0
            self._comparing.setdefault(rule.account, {})[rule.id] = None
            self.accounts.watch(rule.account)
        else:
            by_account = self._waiting_for.setdefault(str(condition.occurrence), {})
            by_account.setdefault(rule.account, {})[rule.id] = None

    def _unwatch(self, rule_id: str) -> None:
        watched = self._rules.get(rule_id)
        if watched is None:
            return
        self.bars.forget(rule_id)
        account = watched.rule.account
        if rule_id in self._comparing.get(account, {}):
            del self._comparing[account][rule_id]
            if not self._comparing[account]:
                del self._comparing[account]
            self.accounts.forget(account)
        if watched.rule.condition.kind == OCCURRENCE:
            by_account = self._waiting_for.get(str(watched.rule.condition.occurrence), {})
            by_account.get(account, {}).pop(rule_id, None)

    def _progress_of(self, rule_id: str) -> tuple[Progress, bool] | None:
        watched = self._rules.get(rule_id)
        return None if watched is None else (watched.progress, watched.rule.is_enabled)

    # ---- what is seen

    def on_change(self, change: Change) -> None:
        """Something became durable on the main desk."""
        if not self.is_running:
            return
        self.accounts.on_change(change)
        if self._waiting_for:
            for occurrence in occurrences_in(change):
                self.tell(occurrence)

    def on_market_stale(self, symbol: str, since_ns: int) -> None:
        """The source of a symbol has fallen silent."""
        text = f"The source of {symbol} has fallen silent."
        now_ns = self._market_time_ns()
        self.tell(Occurrence(kind="feed_stale", account=None, symbol=symbol, text=text, value=symbol, time_ns=now_ns))

    def tell(self, occurrence: Occurrence) -> None:
        """Something happened that rules may wait for."""
        by_account = self._waiting_for.get(occurrence.kind, {})
        accounts = list(by_account) if occurrence.account is None else [occurrence.account]
        for rule_id in [rule_id for account in accounts for rule_id in by_account.get(account, ())]:
            if self._rules[rule_id].rule.condition.symbol in (None, occurrence.symbol):
                self._consider(rule_id, lambda _: _seen_of(occurrence))

    def _on_reading(self, rule_id: str, reading: "Reading", bar: Bar) -> None:
        self._consider(rule_id, lambda watched: _seen_on_bar(watched, reading, bar))

    def _on_facts(self, account: str, facts: dict[str, int], time_ns: int) -> None:
        for rule_id in list(self._comparing.get(account, ())):
            if str(self._rules[rule_id].rule.condition.fact) in facts:
                self._consider(rule_id, lambda watched: _seen_in_facts(watched, facts, time_ns))

    def _consider(self, rule_id: str, look: Callable[[Watched], Seen]) -> None:
        """See what there is to see for a rule, and act on it. A rule that makes trouble is the only one to have it."""
        watched = self._rules[rule_id]
        try:
            seen, before = look(watched), watched.progress
            watched.progress, fires = decide(watched.rule, before, seen)
        except Exception as fault:
            _log.exception("The alert rule %s failed.", rule_id)
            self.fail(rule_id, reason_of(fault))
            return
        if fires:
            self.fired += 1
            self._add(self._event(watched.rule, FIRED, seen.text, seen=seen))
        elif watched.progress is not before:
            self.keeper.note_progress(rule_id)

    def fail(self, rule_id: str, reason: str) -> None:
        """Switch a rule off that cannot be evaluated, and say so."""
        watched = self._rules.get(rule_id)
        if watched is None or not watched.rule.is_enabled:
            return
        self._unwatch(rule_id)
        watched.rule = msgspec.structs.replace(watched.rule, is_enabled=False)
        watched.progress = msgspec.structs.replace(watched.progress, fault=reason)
        self._add(self._event(watched.rule, FAILED, f"The rule was switched off. {reason}"))

    def test(self, rule: Rule) -> AlertEvent:
        """Send a message by every channel of a rule as if it had fired, which changes nothing of the rule."""
        event = self._event(rule, TEST, f"This is a test of the rule {rule.name}: {rule.condition.text}")
        self._add(event)
        return event

    # ---- events

    def _event(self, rule: Rule, kind: str, text: str, *, seen: Seen | None = None) -> AlertEvent:
        return AlertEvent(
            id=new_id(),
            account=rule.account,
            rule_id=rule.id,
            rule_name=rule.name,
            severity=rule.severity,
            kind=kind,
            text=text[: table.MAX_TEXT],
            value=None if seen is None or seen.value is None else seen.value[: table.MAX_VALUE],
            bar_ns=None if seen is None or seen.bar is None else seen.bar.time_ns,
            time_ns=self._market_time_ns() if seen is None else seen.time_ns,
            told_ns=self._clock.now_ns(),
            deliveries=tuple(Delivery(channel=each) for each in rule.channels if each != WEBSOCKET),
        )

    def _add(self, event: AlertEvent) -> None:
        self._remember(event)
        self.keeper.add(event)

    def _on_written(self, event: AlertEvent) -> None:
        self._publish(event)
        self._deliver(event)

    def _deliver(self, event: AlertEvent) -> None:
        """Queue what of an event has to go out; where its rule is gone, so are the addresses."""
        waiting = [each.channel for each in event.deliveries if each.status == QUEUED]
        if not waiting:
            return
        self._under_way[event.id] = event
        watched = self._rules.get(event.rule_id)
        for channel in waiting:
            if watched is None:
                gone = Delivery(channel=channel, status=UNDELIVERED, detail="Its rule was deleted.")
                self._on_delivery_end(event, gone)
            else:
                self.deliverer.offer(event, channel, target_of(watched.rule))

    def _on_delivery_end(self, event: AlertEvent, delivery: Delivery) -> None:
        present = self._under_way.get(event.id)
        if present is None:
            return
        present = self._under_way[event.id] = present.with_delivery(delivery)
        if not present.is_under_way:
            del self._under_way[event.id]
        kept = self._unacknowledged.get(event.account, {})
        if event.id in kept:
            kept[event.id] = present
        self.keeper.change(present)
        self._publish(present)

    def unacknowledged(self, account: str) -> list[AlertEvent]:
        """The events of an account that nobody has acknowledged, newest first."""
        return list(reversed(self._unacknowledged.get(account, {}).values()))

    def unacknowledged_severities(self) -> Counter[str]:
        """How many of those that are remembered there are of each severity, over all accounts."""
        return Counter(event.severity for kept in self._unacknowledged.values() for event in kept.values())

    def note_acknowledged(self, event: AlertEvent) -> None:
        """An event was acknowledged: who listens is told, as far as its deliveries are by now."""
        self._unacknowledged.get(event.account, {}).pop(event.id, None)
        if (present := self._under_way.get(event.id)) is not None:
            event = msgspec.structs.replace(event, deliveries=present.deliveries)
            self._under_way[event.id] = event
        self._publish(event)

    def _remember(self, event: AlertEvent) -> None:
        kept = self._unacknowledged.setdefault(event.account, {})
        kept[event.id] = event
        while len(kept) > MAX_UNACKNOWLEDGED:
            del kept[next(iter(kept))]

    # ---- pace

    def flow_gate(self) -> Awaitable[None] | None:
        """What a feed that runs ahead of rules or of the table waits for; None while it does not."""
        if self.keeper.is_behind:
            return self.keeper.wait_for_room()
        return self.bars.wait_for_room() if self.bars.is_behind else None


def _seen_of(occurrence: Occurrence) -> Seen:
    """What happened is over at once."""
    return Seen(is_true=True, is_back=True, time_ns=occurrence.time_ns, value=occurrence.value, text=occurrence.text)


def _seen_on_bar(watched: Watched, reading: "Reading", bar: Bar) -> Seen:
    """What a closed bar shows, at the time of its end."""
    condition, is_known = watched.rule.condition, not math.isnan(reading.value)
    is_back = not reading.is_true and is_known
    if watched.level is not None and watched.comparison is not None:
        is_back = is_known and is_back_over(watched.comparison, reading.value, watched.level)
    value = f"{reading.value:.10g}" if is_known else None
    return Seen(
        is_true=reading.is_true,
        is_back=is_back,
        time_ns=bar.time_ns + INTERVALS[str(condition.interval)] * NS_PER_SECOND,
        value=value,
        bar=bar,
        text=f"{condition.text}: {value}",
    )


def _seen_in_facts(watched: Watched, facts: dict[str, int], time_ns: int) -> Seen:
    """What the facts of an account show; the one that is compared is among them."""
    fact, comparison = str(watched.rule.condition.fact), str(watched.comparison)
    units = facts[fact]
    is_true = compares(comparison, units, watched.threshold)
    is_back = not is_true if watched.level is None else is_back_over(comparison, units, watched.level)
    value = fact_text(fact, units)
    text = f"{watched.rule.condition.text}: {value}"
    return Seen(is_true=is_true, is_back=is_back, time_ns=time_ns, value=value, text=text)


def _watch_the_same(before: Rule, rule: Rule) -> bool:
    return before.is_enabled and rule.is_enabled and before.condition == rule.condition


def _level_of(rule: Rule) -> float | None:
    """The level that a value must come back over, in the units of what is compared."""
    if rule.rearm_level is None:
        return None
    fact = rule.condition.fact
    return float(rule.rearm_level) if fact is None else fact_units(fact, rule.rearm_level)


def target_of(rule: Rule) -> Target:
    """Where events of a rule go."""
    return Target(email_to=rule.email_to, webhook_url=rule.webhook_url, webhook_secret=rule.webhook_secret)
