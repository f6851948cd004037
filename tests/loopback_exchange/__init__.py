"""An exchange on loopback that speaks Binance spot's public REST and WebSocket, and fails when it is told to.

    with LoopbackExchange() as exchange:
        …MARKET_SOURCE=live:binance, LIVE_EXCHANGE_URL=exchange.url…
        exchange.faults.hang = True
        exchange.assert_public()

By hand, for live markets without a network: `python -m tests.loopback_exchange --port 9999`.
"""

from tests.loopback_exchange.server import LoopbackExchange

__all__ = ["LoopbackExchange"]
