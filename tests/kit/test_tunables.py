"""Runtime parameters: declared once, checked on every change."""

import pytest

from kit.errors import Invalid, NotFound
from kit.tunables import Tunable, Tunables


def make_tunables() -> Tunables:
    tunables = Tunables()
    tunables.declare(Tunable("feed.speed", 1.0, "How fast", minimum=0, maximum=100))
    tunables.declare(Tunable("log.level", "INFO", "How much", choices=("INFO", "DEBUG")))
    tunables.declare(Tunable("page.size", 100, "How many", minimum=1))
    return tunables


def test_value_begins_at_the_default_and_can_be_set():
    tunables = make_tunables()
    tunables.set("feed.speed", 5)
    assert tunables.get("feed.speed").value == 5.0
    assert [tunable.value for tunable in tunables] == [5.0, "INFO", 100]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("feed.speed", -1.0),
        ("feed.speed", 101.0),
        ("feed.speed", float("nan")),
        ("feed.speed", "fast"),
        ("page.size", 1.5),
        ("page.size", True),
        ("page.size", 0),
        ("log.level", "LOUD"),
    ],
)
def test_wrong_value_is_refused_by_its_key_and_changes_nothing(key, value):
    tunables = make_tunables()
    with pytest.raises(Invalid) as caught:
        tunables.set(key, value)
    assert key in caught.value.details
    assert tunables.get(key).value == tunables.get(key).default


def test_unknown_key_is_not_found():
    with pytest.raises(NotFound):
        make_tunables().set("nothing", 1)
