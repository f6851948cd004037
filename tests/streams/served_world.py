"""A server that holds the stream consumer and the sample channels, steered by operations over its own sockets.

`publish` sends updates, `advance` lets time pass, `stats` tells what the hub counts, `shutdown` begins one. Run as a
program it serves under Daphne on a free port, prints that port and ends with its standard input.
"""

import asyncio
import sys
from typing import Any

import msgspec

from streams.consumer import StreamConsumer
from streams.operations import OperationAnswer
from tests.streams.conftest import World


def make_app(world: World) -> Any:
    """The ASGI application over `world`."""

    async def publish(params: dict[str, Any], _account: str, _key: str | None) -> OperationAnswer:
        filling = "x" * params.get("size", 0)
        for number in range(params["first"], params["first"] + params["count"]):
            world.hub.publish(params["channel"], f"{number} {filling}")
        await world.hub.drained()
        return OperationAnswer(200, msgspec.to_builtins(world.hub.stats()))

    async def advance(params: dict[str, Any], _account: str, _key: str | None) -> OperationAnswer:
        await world.pass_time(params["seconds"])
        return OperationAnswer(200)

    async def stats(_params: dict[str, Any], _account: str, _key: str | None) -> OperationAnswer:
        return OperationAnswer(200, msgspec.to_builtins(world.hub.stats()))

    async def shutdown(_params: dict[str, Any], _account: str, _key: str | None) -> OperationAnswer:
        await world.hub.shutdown()
        return OperationAnswer(200)

    for handler in (publish, advance, stats, shutdown):
        world.operations.register(handler.__name__, handler)
    return StreamConsumer.as_asgi(hub=world.hub, operations=world.operations, buckets=world.buckets)


def serve_daphne() -> None:
    """Serve until standard input ends."""
    from daphne.server import Server
    from twisted.internet import reactor, stdio
    from twisted.internet.protocol import Protocol

    running: Any = reactor

    class UntilInputEnds(Protocol):
        def connectionLost(self, reason: Any = None) -> None:
            if running.running:
                running.stop()

    server = Server(
        application=make_app(World(sleep=asyncio.sleep)),
        endpoints=["tcp:port=0:interface=127.0.0.1"],
        websocket_max_message_size=1024 * 1024,
        websocket_max_frame_size=1024 * 1024,
        application_close_timeout=2,
    )

    def announce() -> None:
        stdio.StandardIO(UntilInputEnds())  # type: ignore[no-untyped-call]
        sys.stdout.write(f"{server.listening_addresses[0][1]}\n")
        sys.stdout.flush()

    running.callWhenRunning(announce)
    server.run()


if __name__ == "__main__":
    serve_daphne()
