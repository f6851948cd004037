"""What the HTTP peers answer: the same data as Sandbar, ready in memory."""

START_S = 1_767_225_600
CANDLES = 1_000

TICKER = {
    "symbol": "BTC-USDT",
    "last": "64000.10",
    "bid": "64000.09",
    "ask": "64000.11",
    "change_24h": "1.2345",
    "high_24h": "65000.00",
    "low_24h": "63000.00",
    "volume_24h": "1234.56789",
    "time": "2026-01-01T00:00:00.000000Z",
    "source": "simulated",
    "stale": False,
}


def minute_text(number: int) -> str:
    """The open time of the candle of that number."""
    minutes = number % 60
    hours = number // 60 % 24
    return f"2026-01-01T{hours:02d}:{minutes:02d}:00Z"


CANDLE_ROWS = [
    {
        "time": minute_text(number),
        "open": f"{64000 + number / 100:.2f}",
        "high": f"{64010 + number / 100:.2f}",
        "low": f"{63990 + number / 100:.2f}",
        "close": f"{64005 + number / 100:.2f}",
        "volume": f"{1 + number / 1000:.5f}",
    }
    for number in range(CANDLES)
]
