"""The compiled contracts against stock DRF with the same fields and rules, and against hand-written msgspec.

DRF's side is what a viewset does with them: parse the JSON, `is_valid()`, `validated_data`; and `.data`, rendered.
"""

import json
import time
from collections.abc import Callable

import django
import msgspec

django.setup()

from rest_framework.renderers import JSONRenderer  # noqa: E402 - the apps must be ready

from benchmarks.peers import drf_orders  # noqa: E402
from trading.orders.answers import AssetAmount, OrderAnswer  # noqa: E402
from trading.orders.serializers import OrderIn, OrderOut  # noqa: E402

BODY = (
    b'{"symbol":"BTC-USDT","side":"buy","type":"limit","quantity":"0.00250","price":"64000.10","time_in_force":"gtc"}'
)
ORDER = OrderAnswer(
    id="01975f3e-7c1a-7000-8000-0123456789ab",
    account="default",
    symbol="BTC-USDT",
    side="buy",
    type="limit",
    status="partially_filled",
    status_reason=None,
    quantity="0.00250",
    notional=None,
    filled_quantity="0.00100",
    remaining_quantity="0.00150",
    price="64000.10",
    stop_price=None,
    average_price="64000.1",
    time_in_force="gtc",
    post_only=False,
    client_order_id="mine-1",
    fees=[AssetAmount("USDT", "0.0320005")],
    order_list_id=None,
    fill_policy="realistic",
    created_at="2026-01-01T00:00:00.123456Z",
    updated_at="2026-01-01T00:00:00.123456Z",
    replaced_at=None,
)
BATCH_S = 0.05


_renderer = JSONRenderer()


class HandWrittenIn(msgspec.Struct, forbid_unknown_fields=True):
    """The input as one would write it for msgspec alone, without the contract's rules."""

    symbol: str
    side: str
    type: str
    quantity: str | None = None
    notional: str | None = None
    price: str | None = None
    stop_price: str | None = None
    time_in_force: str | None = None
    post_only: bool = False
    client_order_id: str | None = None


_hand_written_in = msgspec.json.Decoder(HandWrittenIn)
_hand_written_out = msgspec.json.Encoder()


def drf_in() -> dict[str, object]:
    """Stock DRF reads the order."""
    serializer = drf_orders.OrderIn(data=json.loads(BODY))
    assert serializer.is_valid(), serializer.errors
    return dict(serializer.validated_data)


def drf_out() -> bytes:
    """Stock DRF renders the order."""
    rendered: bytes = _renderer.render(drf_orders.OrderOut(ORDER).data)
    return rendered


def measure(*, seconds: float) -> dict[str, float]:
    """Microseconds a call of each."""
    assert json.loads(OrderOut.encode(ORDER)) == json.loads(drf_out()), "both must render the same"
    assert drf_in()["price"] == OrderIn.decode(BODY).price, "both must read the same"
    calls: dict[str, Callable[[], object]] = {
        "compiled in": lambda: OrderIn.decode(BODY),
        "compiled out": lambda: OrderOut.encode(ORDER),
        "drf in": drf_in,
        "drf out": drf_out,
        "msgspec in": lambda: _hand_written_in.decode(BODY),
        "msgspec out": lambda: _hand_written_out.encode(ORDER),
    }
    spent_s = dict.fromkeys(calls, 0.0)
    made = dict.fromkeys(calls, 0)
    until_s = time.perf_counter() + seconds
    while time.perf_counter() < until_s:
        for name, call in calls.items():
            batch_s, count = _batch(call)
            spent_s[name] += batch_s
            made[name] += count
    return {name: spent_s[name] / made[name] * 1e6 for name in calls}


def _batch(call: Callable[[], object]) -> tuple[float, int]:
    """Call for a while; the seconds it took and how often it was called."""
    count = 0
    started_s = now_s = time.perf_counter()
    while now_s - started_s < BATCH_S:
        for _ in range(50):
            call()
        count += 50
        now_s = time.perf_counter()
    return now_s - started_s, count
