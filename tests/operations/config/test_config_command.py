"""`manage.py config`: what an operator sees and changes while no gateway runs."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from kit.tunables import TUNABLES
from operations.config.models import ConfigRevision

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = "risk.max_open_orders"


def config(*arguments: str) -> str:
    output = io.StringIO()
    call_command("config", *arguments, stdout=output)
    return output.getvalue()


def test_a_value_is_set_seen_and_taken_back():
    assert config("set", ORDERS, "500", "--reason", "Too many.") == f"{ORDERS}: 10000 -> 500 (revision 1)\n"
    shown = config("get", ORDERS)
    assert "value: 500 orders\nsource: revision\ndefault: 10000\n" in shown
    assert "allowed: Must be a whole number from 0 to 10000000.\n" in shown
    assert "reason: Too many.\n" in shown
    assert config("reset", ORDERS) == f"{ORDERS}: 500 -> 10000 (revision 2)\n"
    assert config("rollback", ORDERS, "1") == f"{ORDERS}: 10000 -> 500 (revision 3)\n"
    lines = config("history", ORDERS).splitlines()
    assert [line.partition("  ")[0] for line in lines] == ["3", "2", "1"]
    assert "10000 -> 500  by system:manage.py config, " in lines[2]
    assert lines[2].endswith(": Too many.")
    assert "500 -> 10000 (default)" in lines[1]


def test_a_revision_of_the_command_can_be_traced_like_any_other():
    config("set", ORDERS, "500")
    assert len(ConfigRevision.objects.get().trace_id) == 36


@pytest.mark.parametrize(
    ("key", "word", "value"),
    [
        ("feed.speed", "2.5", 2.5),
        ("log.level", "DEBUG", "DEBUG"),
        ("risk.max_order_notional", "25000.50", "25000.5"),
        ("accounts.taker_fee_bps", "0", 0),
    ],
)
def test_words_are_read_as_the_type_of_the_key(key, word, value):
    config("set", key, word)
    assert ConfigRevision.objects.get().new_value == value


def test_the_list_says_what_holds_and_where_it_comes_from():
    config("set", ORDERS, "500")
    lines = config("list", "risk").splitlines()
    assert lines[0] == "risk"
    assert lines[1:] == sorted(lines[1:])
    assert all(line.startswith("  risk.") for line in lines[1:])
    assert "  risk.max_open_orders = 500 orders  (revision 1)" in lines
    assert "  risk.max_order_notional = 0 quote asset  (default)" in lines
    assert "log\n  log.level = INFO  (default)\n" in config("list")


def test_programs_read_json():
    config("set", ORDERS, "500")
    assert [each["key"] for each in json.loads(config("list", "log", "--json"))] == ["log.level"]
    assert json.loads(config("get", ORDERS, "--json"))["value"] == 500
    assert [each["revision"] for each in json.loads(config("history", ORDERS, "--json"))] == [1]


def test_what_changes_nothing_says_so():
    assert config("reset", ORDERS) == f"{ORDERS} is 10000 already; nothing was changed.\n"
    assert config("history", ORDERS) == f"{ORDERS} has never changed.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("set", ORDERS, "five"), "value: Must be a whole number from 0 to 10000000."),
        (("set", ORDERS, "-5"), "value: Must be a whole number from 0 to 10000000."),
        (("set", "risk.max_open_order", "5"), "Did you mean risk.max_open_orders?"),
        (("get", "loglevel"), "Did you mean log.level?"),
        (("set", ORDERS, "5", "--revision", "7"), "it is 10000 by revision 0, and you had seen revision 7"),
        (("rollback", ORDERS, "7"), "Must be one of the revisions of risk.max_open_orders"),
        (("set", ORDERS, "5", "--reason", "a\nb"), "--reason must be printable text of at most 500 characters."),
        (("history", ORDERS, "--limit", "0"), "--limit must be from 1 to 1000."),
    ],
)
def test_a_refusal_is_one_line_and_changes_nothing(arguments, message):
    with pytest.raises(CommandError) as refusal:
        config(*arguments)
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not ConfigRevision.objects.exists()


def test_a_database_that_is_not_there_says_what_to_do(monkeypatch):
    def missing(*_: Any) -> None:
        raise OperationalError("no such table: config_configrevision")

    monkeypatch.setattr("operations.config.revisions.newest_of_each", missing)
    with pytest.raises(CommandError, match=r"no such table.*manage\.py migrate"):
        config("list")


def test_the_operators_page_lists_every_setting_and_its_variable():
    page = (Path(__file__).resolve().parents[3] / "docs" / "operations.md").read_text()
    table = page.partition("### Settings\n")[2].partition("\n### ")[0]
    listed = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", table))
    assert listed == {tunable.key for tunable in TUNABLES}
    assert set(re.findall(r"`([A-Z_]+)`\)", table)) == {each.variable for each in TUNABLES if each.variable}
