"""The bare limit of a fan-out: an ASGI function that keeps every socket's `send` and awaits them in turn."""

import asyncio
from typing import Any

from benchmarks.peers.broadcasting import keep_publishing, message_text

_sends: dict[int, Any] = {}
_tasks: set[asyncio.Task[None]] = set()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Serve one socket."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    if not _tasks:
        _tasks.add(asyncio.create_task(keep_publishing(lambda: len(_sends), publish)))
    _sends[id(send)] = send
    await send({"type": "websocket.send", "text": message_text(0)})
    while (await receive())["type"] != "websocket.disconnect":
        pass
    del _sends[id(send)]


async def publish(seq: int) -> None:
    """Encode once, send to everybody, then let the loop turn."""
    message = {"type": "websocket.send", "text": message_text(seq)}
    for send in tuple(_sends.values()):
        await send(message)
    await asyncio.sleep(0)
