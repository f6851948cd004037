"""What tests of strategies share: a market by hand, whose symbols the markets know for the time of a test."""

from collections.abc import AsyncIterator

import pytest

from markets import services as markets
from tests.trading.strategies.stage import INSTRUMENTS, Stage


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """A stage with its desk open and an account `a`."""
    for symbol, instrument in INSTRUMENTS.items():
        monkeypatch.setitem(markets.UNIVERSE._by_symbol, symbol, instrument)
    made = Stage()
    await made.made.start()
    made.open_account()
    yield made
    await made.runner.stop()
    await made.made.stop()
