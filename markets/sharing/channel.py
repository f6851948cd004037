"""Redis as the way of shared prices: who leads, the stream of what was said, and the past for who joins.

The lead is a key that expires unless it is renewed. The stream keeps what was said for some minutes, numbered by the term
of who led and a count, and Redis takes no number below the last: a leader that was replaced and does not know it yet can
say nothing any more (https://redis.io/docs/latest/commands/xadd/). Loaded only where prices are shared.
"""

from collections.abc import Iterator
from typing import Any, Final

import redis.asyncio
from redis import exceptions as redis_exceptions

from markets.sharing.messages import Past, Said, decode_past, decode_said, encode

LEAD: Final = "sandbar:prices:leader"
TERM: Final = "sandbar:prices:term"
STREAM: Final = "sandbar:prices:said"
PAST: Final = "sandbar:prices:past"

LEAD_MS: Final = 3_000
"""How long the lead outlives its holder."""

KEPT_MESSAGES: Final = 4_000
"""Some three minutes: the past is said anew every minute, and who joins reads on from there."""

ANSWER_WITHIN_S: Final = 1.0
READ_WAIT_MS: Final = 500
READ_MESSAGES: Final = 500

FAULTS: tuple[type[Exception], ...] = (redis_exceptions.RedisError, OSError, TimeoutError)

_HOLD: Final = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""
_LET_GO: Final = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class PriceChannel:
    """One gateway's side of it; every method raises one of FAULTS while Redis is away."""

    def __init__(self, url: str, holder: str) -> None:
        self._client: Any = redis.asyncio.Redis.from_url(
            url, socket_timeout=ANSWER_WITHIN_S, socket_connect_timeout=ANSWER_WITHIN_S
        )
        self._holder = holder

    async def hold_lead(self) -> bool:
        """Take the lead, or keep it; whether this gateway has it now."""
        return bool(await self._client.eval(_HOLD, 1, LEAD, self._holder, LEAD_MS))

    async def let_go(self) -> None:
        """Give the lead up, if this gateway has it."""
        await self._client.eval(_LET_GO, 1, LEAD, self._holder)

    async def new_term(self) -> int:
        """The number of a new leader's term, above everything that was said: also where Redis forgot the count."""
        last = await self._client.xrevrange(STREAM, count=1)
        said_in = int(last[0][0].split(b"-")[0]) if last else 0
        term = int(await self._client.incr(TERM))
        if term <= said_in:
            term = said_in + 1
            await self._client.set(TERM, term)
        return term

    async def say(self, position: str, said: Said) -> None:
        """Add to the stream; refused when somebody with a later term has spoken."""
        await self._client.xadd(STREAM, {"m": encode(said)}, id=position, maxlen=KEPT_MESSAGES, approximate=True)

    async def hear(self, after: str, *, wait: bool = True) -> list[tuple[str, Said]]:
        """What was said after a position, at most some hundred messages; waits a moment for it unless told not to."""
        block_ms = READ_WAIT_MS if wait else None
        found = await self._client.xread({STREAM: after}, count=READ_MESSAGES, block=block_ms)
        return list(_messages(found))

    async def keep_past(self, past: Past) -> None:
        """Let who joins from now on begin with it."""
        await self._client.set(PAST, encode(past))

    async def past(self) -> Past | None:
        """What to begin with; None before any was kept."""
        found = await self._client.get(PAST)
        return None if found is None else decode_past(found)

    async def close(self) -> None:
        """End the connections."""
        await self._client.aclose()


def _messages(found: Any) -> Iterator[tuple[str, Said]]:
    streams = found.items() if isinstance(found, dict) else found or ()
    for _, messages in streams:
        for group in messages:
            pairs = [group] if isinstance(group, tuple) else group  # one level more in answers of RESP 3
            for position, fields in pairs:
                yield position.decode(), decode_said(fields[b"m"])
