"""One exchange of ccxt is loaded by itself, whichever it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from markets.sources.live.library import ccxt_errors, exchange_class, exchange_fault

ROOT = Path(__file__).resolve().parents[3]


def test_nothing_of_the_other_exchanges_is_loaded():
    code = (
        "import sys; from markets.sources.live.library import exchange_class; exchange_class('kraken');"
        "print(*sorted({name for name in sys.modules if name.startswith(('ccxt.pro.', 'ccxt.async_support.'))"
        " and name.count('.') == 2 and not name.endswith('.base')}))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "platform")))},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert ended.stdout.split() == ["ccxt.async_support.kraken", "ccxt.pro.kraken"]


@pytest.mark.parametrize("name", ["binance", "binanceus", "coinbase", "kraken", "htx", "bitstamp"])
def test_an_exchange_is_a_class_that_can_be_made(name):
    assert exchange_fault(name) is None
    assert exchange_class(name)({}).id == name


@pytest.mark.parametrize("name", ["", "nosuch", "base", "__init__", "../binance", "Binance", "binance/../x", "a" * 100])
def test_what_is_no_exchange_is_said_without_loading_anything(name):
    assert "ccxt knows no exchange" in exchange_fault(name)


def test_its_errors_are_the_ones_that_exchanges_raise():
    assert issubclass(ccxt_errors().RateLimitExceeded, ccxt_errors().NetworkError)
