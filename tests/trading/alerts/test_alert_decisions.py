"""Whether a rule fires, on hand-made series: hysteresis, cool-down, once, and no bar twice."""

import pytest

from trading.alerts.conditions import Condition, faults_of, is_back_over, is_behind
from trading.alerts.rules import FRESH, SOURCES_REMEMBERED, Bar, Progress, Rule, Seen, decide

MINUTE_NS = 60 * 10**9
RSI = Condition(kind="expression", expression="rsi(close, 14) < 30", symbol="BTC-USDT", interval="1m")


def rule_with(**changes):
    return Rule(id="r", account="default", name="r", severity="info", condition=RSI, **changes)


def walk(rule, values, *, level=None, progress=FRESH, source="replay:a", first=0):
    """The numbers of the bars on which `value < 30` fires, and the progress after them."""
    fired = []
    for number, value in enumerate(values, start=first):
        is_true = value < 30
        seen = Seen(
            is_true=is_true,
            is_back=not is_true if level is None else is_back_over("<", value, level),
            time_ns=(number + 1) * MINUTE_NS,
            bar=Bar(source, number * MINUTE_NS),
        )
        progress, fires = decide(rule, progress, seen)
        if fires:
            fired.append(number)
    return fired, progress


def test_it_fires_when_the_condition_begins_to_hold_and_not_while_it_goes_on():
    assert walk(rule_with(), [40, 29, 28, 29, 31, 29])[0] == [1, 5]


def test_with_a_level_it_is_armed_again_only_once_the_value_has_come_back_over_it():
    values = [29, 31, 29, 34, 29, 35, 29]
    assert walk(rule_with(), values)[0] == [0, 2, 4, 6]
    assert walk(rule_with(rearm_level="35"), values, level=35)[0] == [0, 6]


def test_once_is_once():
    assert walk(rule_with(repeat="once"), [29, 40, 29, 40, 29])[0] == [0]


def test_while_it_cools_down_it_is_silent_and_what_is_still_true_at_the_end_is_told():
    rule = rule_with(cool_down_s=180)
    assert walk(rule, [29, 40, 29, 29, 29])[0] == [0, 3]
    assert walk(rule, [29, 40, 29, 40, 40])[0] == [0]


def test_a_clock_that_was_set_back_has_ended_the_cool_down():
    _, progress = walk(rule_with(cool_down_s=3_600), [29, 40], first=1_000)
    assert walk(rule_with(cool_down_s=3_600), [29], progress=progress, source="replay:b")[0] == [0]


def test_no_bar_is_fired_on_twice_nor_one_before_it():
    values = [40, 29, 40, 29, 40]
    fired, progress = walk(rule_with(), values)
    assert fired == [1, 3]
    assert walk(rule_with(), values, progress=progress)[0] == []
    assert walk(rule_with(), [*values, 29], progress=progress)[0] == [5]


def test_bars_of_another_source_are_other_bars_and_the_first_ones_are_remembered():
    _, progress = walk(rule_with(), [29, 40], source="a")
    fired, progress = walk(rule_with(), [29, 40], source="b", progress=progress)
    assert fired == [0]
    assert walk(rule_with(), [29, 40], source="a", progress=progress)[0] == []


def test_so_many_sources_are_remembered_and_no_more():
    progress = FRESH
    for number in range(SOURCES_REMEMBERED + 3):
        _, progress = walk(rule_with(), [29, 40], source=f"s{number}", progress=progress)
    assert list(progress.fired_bars) == [f"s{number}" for number in range(3, SOURCES_REMEMBERED + 3)]


def test_what_fired_is_noted():
    _, progress = walk(rule_with(), [40, 29])
    assert progress == Progress(
        is_armed=False, fired_count=1, fired_ns=2 * MINUTE_NS, fired_bars={"replay:a": MINUTE_NS}
    )


@pytest.mark.parametrize(
    ("comparison", "level", "back", "not_back"),
    [("<", 35, 35, 34), ("<=", 35, 36, 34), (">", 5, 5, 6), (">=", 5, 4, 6)],
)
def test_coming_back_over_a_level_has_a_direction(comparison, level, back, not_back):
    assert is_back_over(comparison, back, level)
    assert not is_back_over(comparison, not_back, level)


def test_a_level_lies_where_the_comparison_does_not_hold():
    assert is_behind("<", 35, 30) and is_behind(">", 5, 10)
    assert not is_behind("<", 25, 30) and not is_behind(">=", 12, 10)


def test_a_condition_has_the_fields_of_its_kind_and_no_others():
    assert faults_of(RSI) == {}
    wrong = faults_of(Condition(kind="account", fact="equity", symbol="BTC-USDT"))
    assert set(wrong) == {"comparison", "value", "symbol"}
    assert faults_of(Condition(kind="occurrence", occurrence="feed_stale", symbol="BTC-USDT")) == {}
