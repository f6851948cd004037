"""The channels of alerts beside the stream: each loads what it needs when it is first used."""

import logging
from typing import Final

from trading.alerts.deliveries import Send, Sent, Target
from trading.alerts.events import AlertEvent
from trading.alerts.rules import EMAIL, LOG, WEBHOOK

LEVELS: Final = {"info": logging.INFO, "warning": logging.WARNING, "critical": logging.ERROR}
_log = logging.getLogger("trading.alerts")


async def send_to_log(event: AlertEvent, _: Target) -> Sent:
    """Write a line into the gateway's log."""
    _log.log(LEVELS[event.severity], "Alert %s of the account %s: %s", event.rule_name, event.account, event.text)
    return Sent(True, 1)


async def send_by_mail(event: AlertEvent, target: Target) -> Sent:
    """See `mails`."""
    from trading.alerts import mails  # stamina is not loaded at the start

    return await mails.send(event, target)


async def send_to_webhook(event: AlertEvent, target: Target) -> Sent:
    """See `webhooks`."""
    from trading.alerts import webhooks  # nor is aiohttp

    return await webhooks.send(event, target)


SENDERS: Final[dict[str, Send]] = {LOG: send_to_log, EMAIL: send_by_mail, WEBHOOK: send_to_webhook}
