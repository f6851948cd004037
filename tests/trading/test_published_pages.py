"""Pages of a history: nothing twice, nothing missed, and an end to how far one request looks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Invalid
from trading.published import Place, PublishedAccount
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


def order(number: int, *, is_open: bool = True, client_order_id: str | None = None) -> Order:
    return Order(
        id=f"o{number}",
        account_id="a",
        symbol="BTC-USDT",
        side=Side.BUY,
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


def all_pages(account: PublishedAccount, limit: int, *, open_only: bool = False, fits=lambda _: True) -> list[str]:
    seen: list[str] = []
    after = None
    while True:
        page, after = account.page_of_orders(fits, open_only=open_only, client_order_id=None, limit=limit, after=after)
        assert len(page) <= limit
        seen += [each.id for each in page]
        if after is None:
            return seen


@given(states=st.lists(st.booleans(), max_size=40), limit=st.integers(1, 7))
def test_all_pages_together_are_the_whole_list_newest_first(states, limit):
    account = PublishedAccount(OPENED)
    for number, is_open in enumerate(states):
        account.put_order(order(number, is_open=is_open))
    newest_first = [f"o{number}" for number in range(len(states))][::-1]
    still_open = [order_id for order_id in newest_first if states[int(order_id[1:])]]
    assert all_pages(account, limit) == newest_first
    assert all_pages(account, limit, open_only=True) == still_open
    assert [each.id for each in account.open_orders(limit)] == still_open[:limit]


def test_a_page_looks_only_so_far_and_the_cursor_goes_on(monkeypatch):
    monkeypatch.setattr("trading.published.MAX_SCANNED", 10)
    account = PublishedAccount(OPENED)
    for number in range(35):
        account.put_order(order(number))
    page, after = account.page_of_orders(
        lambda each: each.id == "o3", open_only=False, client_order_id=None, limit=5, after=None
    )
    assert (page, after) == ([], Place(1, 25))
    assert all_pages(account, 5, fits=lambda each: each.id == "o3") == ["o3"]


def test_fills_are_found_by_their_order():
    account = PublishedAccount(OPENED)
    for number in range(9):
        account.put_fill(fill(number, f"o{number % 3}"))
    page, after = account.page_of_fills(lambda _: True, order_id="o1", limit=2, after=None)
    assert [each.number for each in page] == [7, 4]
    page, after = account.page_of_fills(lambda _: True, order_id="o1", limit=2, after=after)
    assert ([each.number for each in page], after) == ([1], None)
    assert account.page_of_fills(lambda _: True, order_id="none", limit=2, after=None) == ([], None)


def test_a_cursor_ends_with_its_epoch():
    account = PublishedAccount(OPENED)
    for number in range(3):
        account.put_order(order(number))
    _, after = account.page_of_orders(lambda _: True, open_only=False, client_order_id=None, limit=1, after=None)
    account.reset(AccountReset(time_ns=1, account_id="a", epoch=2, balances={}))
    with pytest.raises(Invalid, match="another epoch") as caught:
        account.page_of_orders(lambda _: True, open_only=False, client_order_id=None, limit=1, after=after)
    assert caught.value.code == "INVALID_CURSOR"


def test_an_order_that_ends_leaves_the_open_ones_and_stays_in_the_history():
    account = PublishedAccount(OPENED)
    account.put_order(order(1, client_order_id="mine"))
    account.put_order(order(1, is_open=False, client_order_id="mine"))
    assert account.open_orders(10) == []
    page, _ = account.page_of_orders(lambda _: True, open_only=False, client_order_id="mine", limit=9, after=None)
    assert [each.status for each in page] == [OrderStatus.CANCELED]
