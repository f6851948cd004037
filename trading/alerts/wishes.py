"""From what somebody asks for to a rule: every check that needs no database. Raises Invalid naming the field."""

import secrets
from collections.abc import Sequence
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from api.errors import invalid_from_details
from kit.errors import invalid_field
from markets import services as markets
from trading.alerts.conditions import ACCOUNT, EXPRESSION, Condition, faults_of, is_behind
from trading.alerts.facts import DECIMALS, fact_units
from trading.alerts.reading import comparison_of, read_condition, threshold_of
from trading.alerts.rules import EMAIL, FRESH, WEBHOOK, WEBSOCKET, Progress, Rule
from trading.alerts.webhook_pool import POOL

SECRET_BYTES: Final = 32
MAX_URL_CHARS: Final = 500


class RuleWish(Protocol):
    """A rule as it is asked for; in a change, None leaves a field as it is."""

    name: str | None
    severity: str | None
    condition: Any
    repeat: str | None
    cool_down_seconds: int | None
    rearm_level: str | None
    enabled: bool | None
    channels: Sequence[str] | None
    email_to: Sequence[str] | None
    webhook_url: str | None


def new_rule(wish: RuleWish, *, rule_id: str, account: str, now_ns: int) -> Rule:
    """The rule that is wished for; raises Invalid, InvalidExpression, or NotFound for a symbol there is not."""
    channels = tuple(dict.fromkeys((WEBSOCKET, *(wish.channels or ()))))
    rule = Rule(
        id=rule_id,
        account=account,
        name=str(wish.name),
        severity=str(wish.severity),
        condition=condition_of(wish.condition),
        repeat=str(wish.repeat),
        cool_down_s=wish.cool_down_seconds or 0,
        rearm_level=wish.rearm_level,
        is_enabled=bool(wish.enabled),
        channels=channels,
        email_to=tuple(dict.fromkeys(wish.email_to or ())),
        webhook_url=wish.webhook_url,
        webhook_secret=new_secret() if WEBHOOK in channels else "",
        created_ns=now_ns,
        updated_ns=now_ns,
    )
    return checked(rule)


def replaced_rule(rule: Rule, wish: RuleWish, *, now_ns: int) -> Rule:
    """The whole rule anew, under the same id; its secret stays as long as its address does."""
    made = new_rule(wish, rule_id=rule.id, account=rule.account, now_ns=now_ns)
    return _with_its_secret(rule, msgspec.structs.replace(made, created_ns=rule.created_ns))


def changed_rule(rule: Rule, wish: RuleWish, *, now_ns: int) -> Rule:
    """The rule with what is wished for; what a channel needed goes with the channel."""
    changes: dict[str, Any] = {
        "name": wish.name,
        "severity": wish.severity,
        "condition": None if wish.condition is None else condition_of(wish.condition),
        "repeat": wish.repeat,
        "cool_down_s": wish.cool_down_seconds,
        "rearm_level": wish.rearm_level,
        "is_enabled": wish.enabled,
        "channels": None if wish.channels is None else tuple(dict.fromkeys((WEBSOCKET, *wish.channels))),
        "email_to": None if wish.email_to is None else tuple(dict.fromkeys(wish.email_to)),
        "webhook_url": wish.webhook_url,
    }
    given = {name: value for name, value in changes.items() if value is not None}
    made = msgspec.structs.replace(rule, **given, updated_ns=now_ns)
    if EMAIL not in made.channels and wish.email_to is None:
        made = msgspec.structs.replace(made, email_to=())
    if WEBHOOK not in made.channels and wish.webhook_url is None:
        made = msgspec.structs.replace(made, webhook_url=None)
    return _with_its_secret(rule, checked(made))


def _with_its_secret(before: Rule, rule: Rule) -> Rule:
    if WEBHOOK not in rule.channels:
        secret = ""
    elif rule.webhook_url == before.webhook_url and before.webhook_secret:
        secret = before.webhook_secret
    else:
        secret = new_secret()
    return msgspec.structs.replace(rule, webhook_secret=secret)


def new_secret() -> str:
    """What a receiver checks signatures with."""
    return secrets.token_urlsafe(SECRET_BYTES)


def progress_after(before: Rule, rule: Rule, progress: Progress, *, is_armed_anew: bool) -> Progress:
    """How far a rule has come once it was changed: another condition begins anew, switching it on arms it."""
    if rule.condition != before.condition:
        return FRESH
    if is_armed_anew or rule.repeat != before.repeat or rule.rearm_level != before.rearm_level:
        return msgspec.structs.replace(progress, is_armed=True, fault=None)
    return progress


# Checks --------------------------------------------------------------------------------------------------------------


def condition_of(asked: Any) -> Condition:
    """The condition as it travels; raises Invalid for fields that do not belong together."""
    condition = Condition(**{name: getattr(asked, name) for name in Condition.__struct_fields__})
    faults = faults_of(condition)
    if faults:
        raise invalid_from_details({f"condition.{name}": texts for name, texts in faults.items()})
    return condition


def checked(rule: Rule) -> Rule:
    """The rule itself, if it makes sense as a whole."""
    condition = rule.condition
    if condition.symbol is not None:
        markets.get_instrument(condition.symbol)
    if condition.kind == EXPRESSION:
        _check_expression(rule)
    elif condition.kind == ACCOUNT:
        _check_fact(rule)
    elif rule.rearm_level is not None:
        raise invalid_field("rearm_level", "An occurrence has no level; leave it out.")
    _check_email(rule)
    _check_webhook(rule)
    return rule


def _check_expression(rule: Rule) -> None:
    expression = read_condition(str(rule.condition.expression))
    if rule.rearm_level is None:
        return
    comparison, threshold = comparison_of(expression), threshold_of(expression)
    if comparison is None:
        rule_text = "The expression must compare a series by < <= > or >= outermost, as rsi(close, 14) < 30 does."
        raise invalid_field("rearm_level", rule_text)
    if threshold is not None:
        _check_level(float(rule.rearm_level), comparison, threshold)


def _check_fact(rule: Rule) -> None:
    fact, comparison = str(rule.condition.fact), str(rule.condition.comparison)
    threshold = fact_units(fact, str(rule.condition.value))
    digits = f"Must have at most {DECIMALS[fact]} digits after the point."
    if threshold is None:
        raise invalid_field("condition.value", digits)
    if rule.rearm_level is not None:
        level = fact_units(fact, rule.rearm_level)
        if level is None:
            raise invalid_field("rearm_level", digits)
        _check_level(level, comparison, threshold)


def _check_level(level: float, comparison: str, threshold: float) -> None:
    if not is_behind(comparison, level, threshold):
        side = "at or above" if comparison in ("<", "<=") else "at or below"
        raise invalid_field("rearm_level", f"Must lie {side} the number after {comparison}, or it would mean nothing.")


def _check_email(rule: Rule) -> None:
    if EMAIL not in rule.channels:
        if rule.email_to:
            raise invalid_field("email_to", "Belongs to the channel email, which is not among the channels.")
        return
    if not settings.EMAIL_HOST:
        raise invalid_field("channels", "There is no mail server: set EMAIL_HOST, or leave email out.")
    if not rule.email_to:
        raise invalid_field("email_to", "The channel email needs an address.")
    for address in rule.email_to:
        try:
            validate_email(address)
        except ValidationError:
            raise invalid_field("email_to", f"{address!r} is no e-mail address.") from None


def _check_webhook(rule: Rule) -> None:
    if WEBHOOK not in rule.channels:
        if rule.webhook_url is not None:
            raise invalid_field("webhook_url", "Belongs to the channel webhook, which is not among the channels.")
        return
    if rule.webhook_url is None:
        raise invalid_field("webhook_url", "The channel webhook needs an address.")
    fault = url_fault(rule.webhook_url)
    if fault is not None:
        raise invalid_field("webhook_url", fault)


def url_fault(url: str) -> str | None:
    """What speaks against sending to an address; None when nothing does. Where names lead is asked at each connection."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "Is no address."
    if parts.scheme not in ("http", "https") or not host or not url.isascii() or not url.isprintable() or " " in url:
        return "Must begin with https:// or http:// and a host, in plain ASCII."
    if parts.username is not None or parts.password is not None:
        return "Must not hold a name or a password."
    if parts.fragment:
        return "Must end before any #."
    if not POOL.may_reach(host):
        return "Leads into this machine or a private network; ALERT_WEBHOOK_PRIVATE=1 allows those."
    return None
