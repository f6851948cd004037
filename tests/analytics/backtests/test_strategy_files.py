"""The owner's files: which may be named, what is read of them, and that reading runs nothing."""

import os

import pytest

from analytics.backtests.strategy_files import (
    MAX_FILE_BYTES,
    Parameter,
    find_strategy,
    is_strategy_name,
    list_strategies,
    read_strategy,
    values_of,
)
from kit.errors import DomainError

PLAIN = '''
from analytics.strategies import Between, Strategy
import typing

class Plain(Strategy):
    """Buys what rises.

    And this is not shown.
    """

    fast: int = 20
    slow: typing.Annotated[int, Between(2, 500)] = 50
    share: typing.Annotated[float, Between(least=-1, most=1.5)] = -1
    strict: bool = True
    remembered = 3

    def signals(self, bars):
        raise AssertionError("nobody runs this")

raise AssertionError("nor this")
'''


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "strategies"
    made.mkdir()
    return made


def refusal(call) -> DomainError:
    with pytest.raises(DomainError) as caught:
        call()
    return caught.value


def test_what_a_file_declares_is_read_and_not_run(folder):
    (folder / "plain.py").write_text(PLAIN)
    file, declared = find_strategy(folder, "plain")
    assert (file.name, len(file.sha256)) == ("plain", 64)
    assert (declared.class_name, declared.form, declared.summary) == ("Plain", "signals", "Buys what rises.")
    assert declared.parameters == (
        Parameter(name="fast", kind="int", default=20),
        Parameter(name="slow", kind="int", default=50, least=2.0, most=500.0),
        Parameter(name="share", kind="float", default=-1.0, least=-1.0, most=1.5),
        Parameter(name="strict", kind="bool", default=True),
    )
    assert type(declared.parameters[2].default) is float


def test_names_are_identifiers_and_nothing_else(folder):
    (folder / "plain.py").write_text(PLAIN)
    (folder.parent / "outside.py").write_text(PLAIN)
    for name in (
        "../outside", "..", ".", "", "plain.py", "a.b", "a/b", "/etc/passwd", "plain\n", "plain\0", "1st", "class", "plän",
        "x" * 65, " plain",
    ):  # fmt: skip
        assert not is_strategy_name(name), name
        found = refusal(lambda name=name: find_strategy(folder, name))
        assert (found.code, list(found.details)) == ("VALIDATION_FAILED", ["strategy.python.name"])
    assert is_strategy_name("Plain_2")


def test_what_is_no_file_of_the_folder_is_not_there(folder):
    (folder.parent / "outside.py").write_text(PLAIN)
    (folder / "led_out.py").symlink_to(folder.parent / "outside.py")
    (folder / "led_nowhere.py").symlink_to(folder / "gone.py")
    (folder / "round.py").symlink_to(folder / "round.py")
    (folder / "inner").mkdir()
    (folder / "inner" / "deep.py").write_text(PLAIN)
    (folder / "deep.py").symlink_to(folder / "inner" / "deep.py")
    (folder / "room.py").mkdir()
    os.mkfifo(folder / "pipe.py")
    for name in ("absent", "led_out", "led_nowhere", "round", "deep", "room", "pipe"):
        found = refusal(lambda name=name: find_strategy(folder, name))
        assert found.code == "UNKNOWN_STRATEGY", name
        assert str(folder) not in found.message
    (folder / "plain.py").write_text(PLAIN)
    (folder / "other_name.py").symlink_to(folder / "plain.py")
    assert find_strategy(folder, "other_name")[0].sha256 == find_strategy(folder, "plain")[0].sha256
    assert refusal(lambda: find_strategy(folder / "nowhere", "plain")).code == "UNKNOWN_STRATEGY"


def test_a_folder_that_is_a_link_itself_is_the_owners_choice(folder, tmp_path):
    (folder / "plain.py").write_text(PLAIN)
    (tmp_path / "link").symlink_to(folder)
    assert find_strategy(tmp_path / "link", "plain")[1].class_name == "Plain"


def test_a_large_file_is_refused(folder):
    (folder / "plain.py").write_text(PLAIN + "#" * (MAX_FILE_BYTES - len(PLAIN)))
    assert find_strategy(folder, "plain")[1].class_name == "Plain"
    (folder / "plain.py").write_text(PLAIN + "#" * MAX_FILE_BYTES)
    assert "larger than 64 KiB" in refusal(lambda: find_strategy(folder, "plain")).message


def test_a_file_that_changed_meanwhile_is_not_run(folder):
    (folder / "plain.py").write_text(PLAIN)
    file, _ = find_strategy(folder, "plain")
    assert read_strategy(file)[0] == PLAIN.encode()
    (folder / "plain.py").write_text(PLAIN + "\n")
    assert refusal(lambda: read_strategy(file)).code == "STRATEGY_CHANGED"


def with_class(body: str) -> str:
    return f"class Mine(Strategy):\n    {body}\n    def signals(self, bars): ...\n"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("class Mine(Strategy\n", 1, "'(' was never closed"),
        ("x = 1\n  y = 2\n", 2, "unexpected indent"),
        ("\0", None, "null bytes"),
        ("(" * 5_000, 1, "too many nested parentheses"),
        ("x = " + "-" * 40_000 + "1", None, "."),
        ("x = 1\n", None, "must have one class of Strategy, and has 0"),
        (with_class("") + with_class(""), None, "and has 2"),
        ("class Mine(Strategy):\n    n: int = 3\n", 1, "has neither"),
        (with_class("def on_bar(self, bar, history): ..."), 1, "has both"),
        (with_class("n: str = 'a'"), 2, "must be an int, a float or a bool"),
        (with_class("n: int"), 2, "needs a default"),
        (with_class("n: int = 2 * 3"), 2, "needs a default"),
        (with_class("n: int = 2.5"), 2, "n: Must be a whole number."),
        (with_class("n: int = True"), 2, "n: Must be a whole number."),
        (with_class("n: bool = 1"), 2, "n: Must be true or false."),
        (with_class("n: float = 1e999"), 2, "n: Must be from"),
        (with_class(f"n: int = {10**40}"), 2, "n: Must be from"),
        (with_class("n: Annotated[int, Between(5, 9)] = 3"), 2, "n: Must be from 5 to 9."),
        (with_class("n: Annotated[int, Between(9, 5)] = 7"), 2, "Bounds are written"),
        (with_class("n: Annotated[int, Between(5)] = 7"), 2, "Bounds are written"),
        (with_class("n: Annotated[int, Between(5, a)] = 7"), 2, "Bounds are written"),
        (with_class("n: Annotated[int, 5] = 7"), 2, "Bounds are written"),
        (with_class("stop: int = 7"), 2, "cannot be called stop"),
        (with_class("n: int = 1\n    n: int = 2"), 1, "each declared once"),
        (with_class("\n    ".join(f"n{place}: int = 1" for place in range(51))), 1, "at most 50 parameters"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_where(folder, text, line, reason):
    (folder / "mine.py").write_text(text)
    found = refusal(lambda: find_strategy(folder, "mine"))
    assert (found.code, found.details["line"]) == ("STRATEGY_FAILED", line), found.message
    assert reason in found.message


def test_the_folder_is_listed_with_what_is_wrong(folder):
    (folder / "plain.py").write_text(PLAIN)
    (folder / "broken.py").write_text("class")
    (folder / "odd.py").write_text("class Odd(Strategy):\n    '\\ud800'\n    def on_bar(self, bar, history): ...\n")
    for name in ("two.words.py", "read-me.py", "notes.txt", "1st.py"):
        (folder / name).write_text(PLAIN)
    (folder.parent / "outside.py").write_text(PLAIN)
    (folder / "led_out.py").symlink_to(folder.parent / "outside.py")
    broken, led_out, odd, plain = list_strategies(folder)
    assert (broken.name, broken.declared, broken.error) == ("broken", None, "broken.py, line 1: invalid syntax.")
    assert (led_out.sha256, led_out.declared) == (None, None)
    assert (odd.declared.summary, odd.declared.form) == ("?", "on_bar")
    assert (plain.sha256, plain.error) == (find_strategy(folder, "plain")[0].sha256, None)
    assert list_strategies(folder / "nowhere") == []


def test_a_listing_has_an_end(folder):
    for number in range(120):
        (folder / f"s{number:03}.py").write_text("")
    assert [each.name for each in list_strategies(folder)] == [f"s{number:03}" for number in range(100)]


def test_values_are_checked_by_their_parameter(folder):
    (folder / "plain.py").write_text(PLAIN)
    _, declared = find_strategy(folder, "plain")
    assert values_of(declared, {"slow": 60, "share": 1}, "here") == {
        "fast": 20, "slow": 60, "share": 1.0, "strict": True,
    }  # fmt: skip
    for given, reason in (
        ({"slow": 1}, "here.slow: Must be from 2 to 500."),
        ({"slow": 2.0}, "here.slow: Must be a whole number."),
        ({"fast": True}, "here.fast: Must be a whole number."),
        ({"fast": 10**16}, "here.fast: Must be from -1e+15 to 1e+15."),
        ({"share": 1.51}, "here.share: Must be from -1 to 1.5."),
        ({"share": float("nan")}, "here.share: Must be from -1 to 1.5."),
        ({"strict": 1}, "here.strict: Must be true or false."),
        ({"no": 1}, "here.no: Plain has no such parameter; it has fast, slow, share, strict."),
    ):
        assert refusal(lambda given=given: values_of(declared, given, "here")).message == reason
