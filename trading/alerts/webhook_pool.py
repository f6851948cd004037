"""The connections that webhooks go over, and which addresses they may reach."""

from typing import Final

from kit.http_pool import HttpPool

POOL: Final = HttpPool(4)
"""Of its own: what the main pool may reach on loopback is nothing for addresses that anybody may name."""
