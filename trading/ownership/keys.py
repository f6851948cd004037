"""The keys of all gateways on each of them: whoever stands in for a gateway lets in who has a key of that one.

Each gateway publishes the keys of its own table in the shared database, hashes and no secrets, and reads those of the others
once a second. A key is made and revoked where its table is; the command does both also while that gateway is away.
"""

import logging
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings

from operations.keys import services as keys
from operations.keys.services import SharedKey
from operations.keys.watch import WATCH
from trading.journal.errors import StoreFailed

if TYPE_CHECKING:  # its driver is there where several gateways share a database
    from trading.ownership.owners import SharedTables

_log = logging.getLogger(__name__)


class KeyExchange:
    """One gateway's part in it."""

    def __init__(self, gateway: str, tables: "SharedTables") -> None:
        self._gateway = gateway
        self._tables = tables
        self._published: dict[str, str] | None = None
        self._seen: tuple[int, int] | None = None

    def publish(self) -> None:
        """Have the others know the keys of the table here, if they do not yet; raises StoreFailed."""
        from trading.journal import shards

        bodies = {key.id: msgspec.json.encode(key).decode() for key in keys.own_keys()}
        if bodies != self._published:
            self._tables.ask(lambda connection: shards.publish_keys(connection, self._gateway, bodies))
            self._published = bodies

    def take_over(self) -> None:
        """Know the keys of the others as they stand, if they have changed; raises StoreFailed."""
        from trading.journal import shards

        seen = self._tables.ask(lambda connection: shards.revision_of_other_keys(connection, self._gateway))
        if seen != self._seen:
            bodies = self._tables.ask(lambda connection: shards.keys_of_others(connection, self._gateway))
            keys.know_others(msgspec.json.decode(body, type=SharedKey) for body in bodies)
            self._seen = seen


class _Made:
    """The exchange of this process, once it was needed."""

    exchange: KeyExchange | None = None


def _exchange() -> KeyExchange:
    if _Made.exchange is None:
        from trading.ownership.owners import SharedTables

        _Made.exchange = KeyExchange(settings.GATEWAY_NAME, SharedTables(settings.JOURNAL_URL))
    return _Made.exchange


def publish_keys() -> None:
    """Tell the others of a change here, at once where the database answers; a running gateway tries again by itself."""
    try:
        _exchange().publish()
    except StoreFailed as away:
        _log.warning("The other gateways do not know yet what has changed about keys. %s", away)


def exchange_keys() -> None:
    """Both, once a second while the gateway runs; while the database is away keys stay as they were last seen."""
    try:
        _exchange().publish()
        _exchange().take_over()
    except StoreFailed as away:
        _log.debug("Keys are not exchanged. %s", away)  # health and the keeper tell of that database already


def register_keys() -> None:
    """Exchange keys from now on, where several gateways share a journal."""
    if settings.JOURNAL_URL:
        keys.add_listener(publish_keys)
        WATCH.also(exchange_keys)
