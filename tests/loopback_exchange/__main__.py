"""Runs the loopback exchange by hand, and says how a gateway is led to it."""

import argparse
import time

from tests.loopback_exchange import LoopbackExchange

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9_999)
    with LoopbackExchange(port=parser.parse_args().port) as exchange:
        print(
            f"MARKET_SOURCE=live:binance LIVE_EXCHANGE_URL={exchange.url} .venv/bin/python manage.py serve", flush=True
        )
        try:
            while True:
                time.sleep(3_600)
        except KeyboardInterrupt:
            pass
