"""What the tests of seeking and scenarios over REST share."""

import asyncio

import pytest

from kit.clock import iso_from_ns
from markets import services
from markets.datasets.records import ImportSpec
from markets.instruments import DEFAULT_INSTRUMENTS
from markets.sources.simulated import SimulatedSource
from tests.markets.conftest import MINUTE_NS, START_NS

DEADLINE_S = 20.0
ROWS = 3_000


class SilentProgress:
    """Nobody watches this import."""

    def update(self, fraction, message=""):
        assert 0 <= fraction <= 1


def import_lines(tmp_path, lines, **spec):
    """Import a CSV as a worker would; returns the data set's id."""
    from markets.datasets import importing
    from markets.datasets import services as datasets

    file = tmp_path / "rows.csv"
    file.write_text("\n".join(lines) + "\n")
    found, _ = datasets.enter(
        importing.import_file(ImportSpec(str(file), file.name, str(datasets.datasets_dir()), **spec), SilentProgress())
    )
    return found.id


def bar_line(minute):
    """A bar that says by its prices which one it is."""
    price = 1_000 + minute
    return (
        f"{iso_from_ns(START_NS + minute * MINUTE_NS)},{price:.2f},{price + 5:.2f},{price - 5:.2f},{price + 1:.2f},"
        f"{minute % 7}.25"
    )


@pytest.fixture
def bars(tmp_path):
    """Two days of minutes."""
    lines = ["time,open,high,low,close,volume", *map(bar_line, range(ROWS))]
    return import_lines(tmp_path, lines, symbol="YYY-USD", interval="1m")


@pytest.fixture
def trades(tmp_path):
    """A trade every twenty seconds."""
    lines = ["time,price,quantity,side"]
    for number in range(ROWS):
        time = iso_from_ns(START_NS + number * MINUTE_NS // 3)
        lines.append(f"{time},{1_000 + number % 400:.2f},{1 + number % 3},{'buy' if number % 2 else 'sell'}")
    return import_lines(tmp_path, lines, symbol="YYY-EUR", kind="trades")


@pytest.fixture
def quotes(tmp_path):
    """A quote every twenty seconds."""
    lines = ["time,bid,ask,bid_size,ask_size"]
    for number in range(ROWS):
        time = iso_from_ns(START_NS + number * MINUTE_NS // 3)
        price = 1_000 + number % 400
        lines.append(f"{time},{price:.2f},{price + 1:.2f},{1 + number % 3},{2 + number % 5}")
    return import_lines(tmp_path, lines, symbol="YYY-GBP", kind="quotes")


@pytest.fixture
async def market():
    """The simulated market, paused after two rounds, with two hours behind it."""
    source = SimulatedSource(DEFAULT_INSTRUMENTS, start_ns=START_NS, history_minutes=120)
    await services.FEED.switch(source, speed=1, is_paused=True)
    await services.FEED.step(2)
    yield services.BOARD
    await services.FEED.switch(None, speed=1, is_paused=False)


@pytest.fixture
async def no_market():
    await services.FEED.switch(None, speed=1, is_paused=False)
    yield
    await services.FEED.switch(None, speed=1, is_paused=False)


@pytest.fixture
def heard():
    """Every update of the main feed in this test."""
    updates = []
    services.subscribe(updates.append)
    yield updates
    services.FEED._subscribers.remove(updates.append)


async def reach(condition):
    """Let the loop run until `condition` holds."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110 (the feed has no event for each of its states)
            await asyncio.sleep(0)
