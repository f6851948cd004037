"""Events by e-mail, through the mail server of Django's settings. A thread talks to it; loads stamina, as webhooks do."""

import asyncio
import smtplib

from django.core.mail import EmailMessage
from django.core.mail.message import BadHeaderError

from kit.retries import RetryPolicy, repeat
from trading.alerts.deliveries import Sent, Target
from trading.alerts.events import AlertEvent
from trading.numbers import time_text

POLICY = RetryPolicy(attempts=3, timeout_s=60.0, first_pause_s=1.0, longest_pause_s=15.0, jitter_s=1.0)
FIRST_PERMANENT = 500
"""SMTP codes from here on say that the same message will never be taken (RFC 5321, 4.2.1)."""


async def send(event: AlertEvent, target: Target) -> Sent:
    """Send an event to everybody its rule names, in one message."""
    attempts = 0

    async def attempt() -> None:
        nonlocal attempts
        attempts += 1
        await asyncio.to_thread(_message(event, target).send)

    try:
        await repeat(attempt, is_worth_another=is_worth_another, policy=POLICY)
    except (OSError, BadHeaderError) as fault:  # what smtplib raises is an OSError
        return Sent(False, attempts, detail_of(fault))
    return Sent(True, attempts, f"The mail server took it for {len(target.email_to)}.")


def _message(event: AlertEvent, target: Target) -> EmailMessage:
    lines = [
        event.text,
        "",
        f"Rule: {event.rule_name}",
        f"Account: {event.account}",
        f"Severity: {event.severity}",
        f"Value: {event.value or 'none'}",
        *([f"Bar: {time_text(event.bar_ns)}"] if event.bar_ns is not None else []),
        f"Market time: {time_text(event.time_ns)}",
        f"Event: {event.id}",
    ]
    return EmailMessage(
        subject=f"[Sandbar] {event.severity}: {event.rule_name}",
        body="\n".join(lines),
        to=list(target.email_to),
        headers={"Message-ID": f"<{event.id}@sandbar>"},
    )


def is_worth_another(fault: Exception) -> bool:
    """Whether the server may take it a moment later."""
    code = getattr(fault, "smtp_code", 0)
    if isinstance(fault, smtplib.SMTPRecipientsRefused | smtplib.SMTPNotSupportedError):
        return False
    return isinstance(fault, OSError) and code < FIRST_PERMANENT


def detail_of(fault: Exception) -> str:
    """Why it was not taken, without what the server may have said of passwords."""
    code = getattr(fault, "smtp_code", None)
    told = f"code {code}" if code is not None else type(fault).__name__
    return f"The mail server did not take it ({told})."
