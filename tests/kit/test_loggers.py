"""Loggers that take fields write through the standard logging, in the gateway and in worker processes alike."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import structlog

from kit.logs import get_logger

ROOT = Path(__file__).resolve().parents[2]


def test_fields_stand_beside_the_message(caplog):
    caplog.set_level(logging.INFO)
    get_logger("test.fields").info("Order %s filled.", "o-1", price="64000.10", fills=2)
    (record,) = caplog.records
    assert (record.name, record.levelname, record.getMessage()) == ("test.fields", "INFO", "Order o-1 filled.")
    assert record.fields == {"price": "64000.10", "fills": 2}


def test_an_exception_and_bound_fields_come_along(caplog):
    logger = get_logger("test.bound").bind(account="default")
    try:
        raise ValueError("of this kind")
    except ValueError:
        logger.exception("It failed.", step=3)
    (record,) = caplog.records
    assert record.exc_info[0] is ValueError
    assert record.fields == {"account": "default", "step": 3}


def test_a_level_that_is_off_costs_no_record(caplog):
    caplog.set_level(logging.WARNING)
    get_logger("test.level").info("not wanted", price=1)
    assert caplog.records == []


def test_structlogs_own_loggers_go_the_same_way(caplog):
    caplog.set_level(logging.INFO)
    get_logger("configures it")
    structlog.get_logger("of.a.library").info("retrying", attempt=2)
    assert [(record.name, record.fields) for record in caplog.records] == [("of.a.library", {"attempt": 2})]


def test_importing_it_loads_neither_twisted_nor_rich():
    code = "import sys, kit.logs; print({'twisted', 'rich'} & {name.partition('.')[0] for name in sys.modules})"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "platform")}
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert ended.stdout.strip() == "set()"
