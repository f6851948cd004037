"""Pages of a history: nothing twice, nothing missed, wherever an order lies, and an end to how far one request looks."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.errors import Invalid, NotFound, Unavailable
from trading import pages
from trading.history import FillFilter, History, OrderFilter
from trading.published import EndedOrder, Place, Published, PublishedAccount
from trading.sandbox.events import AccountOpened, AccountReset, OrderFilled
from trading.sandbox.orders import Order, OrderStatus, OrderType, Side, TimeInForce

OPENED = AccountOpened(
    time_ns=0,
    account_id="a",
    name="a",
    type="cash",
    base_currency="USDT",
    allow_short=False,
    maker_ppm=0,
    taker_ppm=0,
    fill_policy="realistic",
    balances={"USDT": 1},
)
ANY_ORDER, ANY_FILL = OrderFilter(), FillFilter()


def order(number: int, *, is_open: bool = False, client_order_id: str | None = None) -> Order:
    return Order(
        id=f"o{number}",
        account_id="a",
        symbol="BTC-USDT" if number % 3 else "ETH-USDT",
        side=Side.BUY if number % 2 else Side.SELL,
        type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        quantity_lots=1,
        client_order_id=client_order_id,
        status=OrderStatus.OPEN if is_open else OrderStatus.CANCELED,
        created_ns=number,
    )


def fill(number: int, order_id: str) -> OrderFilled:
    return OrderFilled(
        time_ns=number,
        account_id="a",
        order_id=order_id,
        number=number,
        price_ticks=1,
        quantity_lots=1,
        fee_units=0,
        is_maker=True,
    )


@dataclass
class Source:
    """One account, with its history in memory and on disk."""

    published: Published = field(default_factory=Published)
    history: History = field(default_factory=History)

    def __post_init__(self) -> None:
        self.published.accounts["a"] = PublishedAccount(OPENED)
        self.history.open()

    @property
    def account(self) -> PublishedAccount:
        return self.published.account("a")

    def put(self, *orders: Order) -> None:
        for each in orders:
            self.account.put_order(each)

    def put_fills(self, *fills: OrderFilled) -> None:
        for each in fills:
            self.account.present.put_fill(each)

    def archive(self, number: int, *, also_in_memory: bool = False) -> None:
        """Let an order leave for the disk, as the housekeeper does it in two steps."""
        image = self.account.present.image()
        ((place, ended),) = [item for item in image.orders.items() if item[1].id == f"o{number}"]
        fills = [item for item in image.fills.items() if item[1].order_id == ended.id]
        self.history.add([EndedOrder(image.epoch, place, ended, fills)])
        if not also_in_memory:
            self.account.forget(ended.id)


@pytest.fixture
def source() -> Iterator[Source]:
    """An account without orders."""
    source = Source()
    yield source
    source.history.close()


async def all_orders(source: Source, limit: int, wanted: OrderFilter = ANY_ORDER) -> list[str]:
    seen: list[str] = []
    after = None
    while True:
        page, after = await pages.page_of_orders(source, "a", wanted, limit=limit, after=after)
        assert len(page) <= limit
        seen += [each.id for each in page]
        if after is None:
            return seen


async def all_fills(source: Source, limit: int, wanted: FillFilter = ANY_FILL) -> list[int]:
    seen: list[int] = []
    after = None
    while True:
        page, after = await pages.page_of_fills(source, "a", wanted, limit=limit, after=after)
        assert len(page) <= limit
        seen += [each.fill.number for each in page]
        if after is None:
            return seen


PLACES = st.sampled_from(["open", "memory", "disk", "both"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.lists(PLACES, max_size=30), limit=st.integers(1, 7))
async def test_all_pages_together_are_the_whole_list_newest_first(where, limit):
    source = Source()
    numbers = range(len(where))
    source.put(*(order(number, is_open=where[number] == "open") for number in numbers))
    source.put_fills(*(fill(number * 2 + part, f"o{number}") for number in numbers for part in (0, 1)))
    for number in numbers:
        if where[number] in ("disk", "both"):
            source.archive(number, also_in_memory=where[number] == "both")
    newest_first = [f"o{number}" for number in numbers][::-1]
    still_open = [order_id for order_id in newest_first if where[int(order_id[1:])] == "open"]
    assert await all_orders(source, limit) == newest_first
    assert await all_orders(source, limit, OrderFilter(is_open=True)) == still_open
    closed = [order_id for order_id in newest_first if order_id not in still_open]
    assert await all_orders(source, limit, OrderFilter(is_open=False)) == closed
    assert [each.id for each in source.account.present.open_orders(limit)] == still_open[:limit]
    assert await all_fills(source, limit) == list(range(2 * len(where)))[::-1]
    source.history.close()


async def test_orders_are_narrowed_alike_in_memory_and_on_disk(source):
    source.put(*map(order, range(24)))
    for number in range(12):
        source.archive(number)
    assert await all_orders(source, 3, OrderFilter(symbol="ETH-USDT")) == [f"o{n}" for n in range(21, -1, -3)]
    assert await all_orders(source, 3, OrderFilter(side="buy")) == [f"o{n}" for n in range(23, 0, -2)]
    assert await all_orders(source, 3, OrderFilter(since_ns=9, until_ns=14)) == ["o13", "o12", "o11", "o10", "o9"]


async def test_fills_are_narrowed_alike_in_memory_and_on_disk(source):
    source.put(*map(order, range(6)))
    source.put_fills(*(fill(number, f"o{number % 6}") for number in range(24)))
    for number in range(3):
        source.archive(number)
    assert await all_fills(source, 2, FillFilter(order_id="o1")) == [19, 13, 7, 1]
    assert await all_fills(source, 2, FillFilter(order_id="o4")) == [22, 16, 10, 4]
    assert await all_fills(source, 2, FillFilter(order_id="none")) == []
    assert await all_fills(source, 4, FillFilter(symbol="ETH-USDT")) == [21, 18, 15, 12, 9, 6, 3, 0]
    assert await all_fills(source, 4, FillFilter(since_ns=5, until_ns=8)) == [7, 6, 5]


async def test_a_page_looks_only_so_far_and_the_cursor_goes_on(source, monkeypatch):
    monkeypatch.setattr("trading.published.MAX_SCANNED", 10)
    monkeypatch.setattr("trading.history.MAX_SCANNED", 10)
    source.put(*map(order, range(35)))
    only_o3 = OrderFilter(since_ns=3, until_ns=4)
    page, after = await pages.page_of_orders(source, "a", only_o3, limit=5, after=None)
    assert (page, after) == ([], Place(1, 25))
    assert await all_orders(source, 5, only_o3) == ["o3"]
    for number in range(20):
        source.archive(number)
    assert await all_orders(source, 5, only_o3) == ["o3"]


async def test_an_order_is_found_by_its_id_wherever_it_lies_and_of_whatever_epoch(source):
    source.put(order(1), order(2, client_order_id="mine"))
    source.account.reset(AccountReset(time_ns=1, account_id="a", epoch=2, balances={}))
    source.put(order(3), order(4, client_order_id="other"))
    for _ in range(2):
        assert [(await pages.find_order(source, "a", f"o{number}")).id for number in (1, 2, 3, 4)] == [
            "o1",
            "o2",
            "o3",
            "o4",
        ]
        assert await pages.order_of_client(source, "a", "mine") is None
        found = await pages.order_of_client(source, "a", "other")
        assert found is not None and found.id == "o4"
        if source.account.past:
            past = source.account.past[1]
            ended = [EndedOrder(1, place, each, []) for place, each in past.orders.items()]
            source.history.add(ended)
            source.account.forget("o1")
            source.account.forget("o2")
            source.archive(4)
    assert source.account.past == {}
    with pytest.raises(NotFound, match="'o5'"):
        await pages.find_order(source, "a", "o5")


async def test_a_cursor_ends_with_its_epoch(source):
    source.put(*map(order, range(3)))
    _, after = await pages.page_of_orders(source, "a", ANY_ORDER, limit=1, after=None)
    source.account.reset(AccountReset(time_ns=1, account_id="a", epoch=2, balances={}))
    with pytest.raises(Invalid, match="another epoch") as caught:
        await pages.page_of_orders(source, "a", ANY_ORDER, limit=1, after=after)
    assert caught.value.code == "INVALID_CURSOR"


async def test_an_order_that_ends_leaves_the_open_ones_and_stays_in_the_history(source):
    source.put(order(1, is_open=True, client_order_id="mine"))
    source.put(order(1, client_order_id="mine"))
    assert source.account.present.open_orders(10) == []
    found = await pages.order_of_client(source, "a", "mine")
    assert found is not None and found.status is OrderStatus.CANCELED


async def test_a_history_that_cannot_be_read_says_so_and_leaves_the_rest_readable(source):
    source.put(*map(order, range(4)))
    source.archive(0)
    source.history.close()
    page, after = await pages.page_of_orders(source, "a", ANY_ORDER, limit=2, after=None)
    assert [each.id for each in page] == ["o3", "o2"]
    with pytest.raises(Unavailable, match="Older orders cannot be read"):
        await pages.page_of_orders(source, "a", ANY_ORDER, limit=2, after=after)


async def test_a_row_that_was_changed_is_not_shown(source):
    source.put(order(0))
    source.archive(0)
    source.history._connection.execute("UPDATE orders SET body = replace(body, '1', '9')")
    with pytest.raises(Unavailable, match="not what was written"):
        await pages.find_order(source, "a", "o0")
