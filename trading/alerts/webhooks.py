"""Events to an address of the owner's, signed. Loads aiohttp and stamina, so it is imported by what sends.

    POST <webhook_url>
    X-Sandbar-Event: <id of the event; a repeat has the same>
    X-Sandbar-Timestamp: <seconds since 1970, when this try was made>
    X-Sandbar-Signature: v1=<HMAC-SHA256 over "timestamp.body" with the rule's secret, in hexadecimal>

The receiver computes the same and refuses what is older than some minutes, which keeps recorded messages from being sent
again (the scheme is that of Stripe's webhook signatures). Redirects are not followed; where an address leads is looked at
when it is connected to. Whoever answers 5xx, 408 or 429, or not at all, is tried again.
"""

import asyncio
import hashlib
import hmac
from typing import Final

import aiohttp
import msgspec

from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK
from kit.http_pool import AddressRefused
from kit.retries import RetryPolicy, repeat
from trading.alerts.answers import event_answer
from trading.alerts.deliveries import Sent, Target
from trading.alerts.events import AlertEvent
from trading.alerts.webhook_pool import POOL

TIMEOUT_S: Final = 5.0
MAX_ANSWER_BYTES: Final = 64 * 1024
"""Read of an answer, so that the connection can be used again; of a longer one the rest is never read."""

POLICY = RetryPolicy(attempts=4, timeout_s=60.0, first_pause_s=1.0, longest_pause_s=15.0, jitter_s=1.0)
WORTH_ANOTHER: Final = (408, 429, *range(500, 600))


class Refused(Exception):
    """The receiver answered something else than success."""

    def __init__(self, status: int) -> None:
        super().__init__(f"It answered {status}.")
        self.status = status


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What `X-Sandbar-Signature` says."""
    return f"v1={hmac.new(secret.encode(), timestamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


async def send(event: AlertEvent, target: Target) -> Sent:
    """Send an event to the address of its rule, with a few tries."""
    assert target.webhook_url is not None, "a rule with this channel has an address"
    body = msgspec.json.encode(event_answer(msgspec.structs.replace(event, deliveries=())))
    attempts = 0

    async def attempt() -> int:
        nonlocal attempts
        attempts += 1
        return await _post(str(target.webhook_url), body, event.id, target.webhook_secret)

    try:
        status = await repeat(attempt, is_worth_another=is_worth_another, policy=POLICY)
    except (Refused, aiohttp.ClientError, TimeoutError, OSError, ValueError) as fault:
        return Sent(False, attempts, detail_of(fault))
    return Sent(True, attempts, f"It answered {status}.")


async def _post(url: str, body: bytes, event_id: str, secret: str) -> int:
    """One try; the status of success. Raises Refused for any other."""
    timestamp = str(SYSTEM_CLOCK.now_ns() // NS_PER_SECOND)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Sandbar-Alerts",
        "X-Sandbar-Event": event_id,
        "X-Sandbar-Timestamp": timestamp,
        "X-Sandbar-Signature": signature(secret, timestamp, body),
    }
    async with (
        asyncio.timeout(TIMEOUT_S),
        POOL.session().post(url, data=body, headers=headers, allow_redirects=False) as answer,
    ):
        await _read_some(answer)
        if not 200 <= answer.status < 300:
            raise Refused(answer.status)
        return answer.status


async def _read_some(answer: aiohttp.ClientResponse) -> None:
    """Read the answer to its end or to the limit, where the connection is given up."""
    count = 0
    async for chunk in answer.content.iter_any():
        count += len(chunk)
        if count > MAX_ANSWER_BYTES:
            answer.close()
            return


def is_worth_another(fault: Exception) -> bool:
    """Whether the same may go well a moment later: not what was refused for what it is, or where it leads."""
    if isinstance(fault, Refused):
        return fault.status in WORTH_ANOTHER
    if isinstance(fault, aiohttp.InvalidURL) or _refused_address(fault) is not None:
        return False
    return isinstance(fault, aiohttp.ClientError | TimeoutError | OSError)


def detail_of(fault: Exception) -> str:
    """Why it did not arrive, as its owner may read it."""
    if isinstance(fault, Refused):
        is_redirect = 300 <= fault.status < 400
        return f"{fault} Redirects are not followed." if is_redirect else str(fault)
    if isinstance(fault, TimeoutError):
        return f"No answer within {TIMEOUT_S:g} s."
    if (refused := _refused_address(fault)) is not None:
        return f"{refused.strerror}; ALERT_WEBHOOK_PRIVATE=1 allows private networks."
    return f"It cannot be reached ({type(fault).__name__})."


def _refused_address(fault: Exception) -> AddressRefused | None:
    inner = getattr(fault, "os_error", fault)
    return inner if isinstance(inner, AddressRefused) else None
