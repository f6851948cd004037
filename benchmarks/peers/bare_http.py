"""The bare limit over HTTP: an ASGI function that sends the body back, and bytes that are ready."""

import json
from typing import Any

from benchmarks.peers.samples import CANDLE_ROWS, TICKER

HEADERS = [(b"content-type", b"application/json")]
TICKER_BYTES = json.dumps(TICKER).encode()
CANDLES_BYTES = json.dumps({"candles": CANDLE_ROWS}).encode()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Serve one request."""
    if scope["type"] != "http":
        return
    status, body = 200, TICKER_BYTES
    if scope["method"] == "POST":
        status, body = 201, b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
    elif scope["path"] == "/candles":
        body = CANDLES_BYTES
    await send({"type": "http.response.start", "status": status, "headers": HEADERS})
    await send({"type": "http.response.body", "body": body})
