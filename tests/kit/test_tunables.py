"""Tunables: what a value may be, where it comes from, and who hears of a change."""

import math

import pytest

from kit import tunables
from kit.errors import Invalid, NotFound
from kit.tunables import Choice, DecimalText, Flag, Number, Registry, Text, Tunable, WholeNumber


def tunable(rule, default, key="test.one"):
    return Tunable(key, rule, default, unit="", why="For this test.", variable=None)


@pytest.fixture
def registry():
    """Three tunables of its own."""
    made = Registry()
    for key in ("risk.max_open_orders", "rate_limit.requests_per_second", "log.level"):
        made.add(tunable(Flag(), True, key))
    return made


@pytest.mark.parametrize(
    ("rule", "raw", "value"),
    [
        (WholeNumber(0, 10), 0, 0),
        (WholeNumber(0, 10), 10, 10),
        (WholeNumber(0, 10), 5.0, 5),
        (Number(0.5, 2), 0.5, 0.5),
        (Number(0.5, 2), 2, 2.0),
        (Number(0.5, 2, or_zero=True), 0, 0.0),
        (Number(0, 10, decimals=2), 2.55, 2.55),
        (DecimalText("0", "100", decimals=8), "12.50", "12.5"),
        (DecimalText("0", "100", decimals=8), 7, "7"),
        (DecimalText("0", "100", decimals=8), 0.25, "0.25"),
        (DecimalText("0", "100", decimals=8), "100", "100"),
        (Flag(), False, False),
        (Text(3), "äöü", "äöü"),
        (Text(3), "", ""),
        (Choice(("a", "b")), "b", "b"),
    ],
)
def test_an_allowed_value_is_taken_as_its_type(rule, raw, value):
    taken = rule.check(raw)
    assert (taken, type(taken)) == (value, type(value))


@pytest.mark.parametrize("raw", [-1, 11, 5.5, True, "5", None, [], {}, math.nan, math.inf, -math.inf, 10**400])
def test_what_is_no_whole_number_within_the_bounds_is_refused_with_them(raw):
    with pytest.raises(Invalid) as refusal:
        tunable(WholeNumber(0, 10), 5).check(raw)
    assert refusal.value.message == "value: Must be a whole number from 0 to 10."
    assert refusal.value.details == {"value": ["Must be a whole number from 0 to 10."], "minimum": 0, "maximum": 10}


@pytest.mark.parametrize("raw", [0.4, 2.1, -0.5, False, "1", None, math.nan, math.inf])
def test_what_is_no_number_within_the_bounds_is_refused(raw):
    with pytest.raises(Invalid, match=r"a number from 0\.5 to 2\."):
        tunable(Number(0.5, 2), 1).check(raw)


def test_zero_is_allowed_beside_the_bounds_only_where_it_means_something():
    with pytest.raises(Invalid):
        tunable(Number(0.5, 2), 1).check(0)
    with pytest.raises(Invalid, match=r"Must be 0 or a number from 0\.5 to 2\."):
        tunable(Number(0.5, 2, or_zero=True), 1).check(0.1)


def test_more_digits_than_can_be_kept_are_refused():
    with pytest.raises(Invalid, match="at most 2 digits"):
        tunable(Number(0, 10, decimals=2), 1).check(2.555)
    with pytest.raises(Invalid, match="at most 2 digits"):
        tunable(DecimalText("0", "100", decimals=2), "1").check("0.001")


@pytest.mark.parametrize("raw", ["-1", "101", "1e1", "1_0", " 5", "", "NaN", True, None, [], 1e300, math.inf])
def test_what_is_no_decimal_within_the_bounds_is_refused(raw):
    with pytest.raises(Invalid, match="a decimal from 0 to 100"):
        tunable(DecimalText("0", "100", decimals=8), "1").check(raw)


@pytest.mark.parametrize("raw", [0, 1, "true", None])
def test_yes_and_no_are_nothing_but_themselves(raw):
    with pytest.raises(Invalid, match="true or false"):
        tunable(Flag(), True).check(raw)


@pytest.mark.parametrize("raw", ["four", "a\nb", "\x00", 5, None])
def test_text_is_short_and_printable(raw):
    with pytest.raises(Invalid, match="at most 3 characters"):
        tunable(Text(3), "abc").check(raw)


@pytest.mark.parametrize("raw", ["c", "A", "", 1, None, ["a"]])
def test_another_word_is_refused_with_those_there_are(raw):
    with pytest.raises(Invalid) as refusal:
        tunable(Choice(("a", "b")), "a").check(raw)
    assert refusal.value.details == {"value": ["Must be one of: a, b."], "choices": ("a", "b")}


def test_a_default_that_breaks_its_own_rule_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="from 0 to 10"):
        tunable(WholeNumber(0, 10), 11)


def test_a_revision_beats_the_environment_and_the_environment_the_code():
    one = tunable(WholeNumber(0, 10), 1)
    assert (one.value, one.source, one.default) == (1, "default", 1)
    one.take_environment(2)
    assert (one.value, one.source, one.default) == (2, "environment", 2)
    one.override(3)
    assert (one.value, one.source, one.default) == (3, "revision", 2)
    one.take_environment(4)
    assert (one.value, one.default) == (3, 4)
    one.override(None)
    assert (one.value, one.source) == (4, "environment")
    one.take_environment(None)
    assert (one.value, one.source) == (1, "default")


def test_a_listener_hears_of_each_change_and_of_nothing_else():
    one, heard = tunable(WholeNumber(0, 10), 1), []
    one.on_change(heard.append)
    one.override(5)
    one.override(5)
    one.take_environment(7)
    one.override(None)
    assert heard == [5, 7]


def test_a_listener_that_breaks_keeps_no_other_from_hearing(caplog):
    one, heard = tunable(WholeNumber(0, 10), 1), []
    one.on_change(lambda value: 1 // 0)
    one.on_change(heard.append)
    one.override(5)
    assert (one.value, heard) == (5, [5])
    assert "did not take the new value of test.one" in caplog.text


@pytest.mark.parametrize(
    ("key", "suggestion"),
    [
        ("risk.max_open_order", "risk.max_open_orders"),
        ("max_open_orders", "risk.max_open_orders"),
        ("rate_limit.requests", "rate_limit.requests_per_second"),
        ("LOG.LEVEL", "log.level"),
        ("loglevel", "log.level"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_one(registry, key, suggestion):
    with pytest.raises(NotFound, match=rf"Did you mean {suggestion}\?") as refusal:
        registry.find(key)
    assert refusal.value.details == {"suggestion": suggestion}


def test_a_key_unlike_all_others_is_refused_without_a_guess_and_not_echoed_whole(registry):
    with pytest.raises(NotFound) as refusal:
        registry.find("#" * 500)
    assert refusal.value.message == f"There is no setting '{'#' * 64}…'."
    assert refusal.value.details == {}


def test_they_are_listed_by_key(registry):
    assert [one.key for one in registry] == ["log.level", "rate_limit.requests_per_second", "risk.max_open_orders"]
    assert [one.group for one in registry] == ["log", "rate_limit", "risk"]


def test_a_key_is_declared_once(registry):
    with pytest.raises(AssertionError, match="declared twice"):
        registry.add(tunable(Flag(), True, "log.level"))


@pytest.mark.parametrize(
    ("rule", "word", "raw"),
    [
        (WholeNumber(0, 10), "5", 5),
        (WholeNumber(0, 10), "-5", -5),
        (WholeNumber(0, 10), "five", "five"),
        (Number(0, 10), "0.5", 0.5),
        (Number(0, 10), "9" * 5_000, "9" * 5_000),
        (DecimalText("0", "1", decimals=1), "0.5", "0.5"),
        (Flag(), "Off", False),
        (Flag(), "1", True),
        (Flag(), "maybe", "maybe"),
        (Choice(("a",)), "a", "a"),
    ],
)
def test_a_word_of_a_command_line_is_read_as_its_type(rule, word, raw):
    assert rule.read(word) == raw


def test_what_the_project_declares_says_what_it_is_for():
    declared = list(tunables.TUNABLES)
    assert len(declared) > 10
    for one in declared:
        assert one.why.endswith("."), one.key
        assert one.rule.allowed.startswith("Must be"), one.key
