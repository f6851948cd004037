"""Making, reading and revoking keys, and keeping the ring in memory equal to the table.

All of it uses the database: call it from a thread, or from a command.
"""

import logging
from collections.abc import Callable, Iterable
from threading import Lock

import msgspec
from django.db import transaction
from django.db.models import Count, Max, Sum

from kit.access import SCOPES, Access, with_implied
from kit.accounts import ACCOUNT_ID_RULE, is_account_id
from kit.clock import SYSTEM_CLOCK, Clock
from kit.errors import NotFound, Rejected, invalid_field
from kit.trail import note_change
from operations.audit.services import record_change
from operations.keys.models import ApiKey
from operations.keys.ring import Key, KeyRing, network_from
from operations.keys.tokens import new_token

MAX_KEYS = 1_000
"""Keys that may be used at once. They are for programs and people of one installation, and all of them are in memory."""

MAX_ACCOUNTS = 100
MAX_ADDRESSES = 32
MAX_NAME_LENGTH = 64
MIN_REQUESTS_PER_S, MAX_REQUESTS_PER_S = 0.1, 1_000_000.0
"""What a key's own rate may be; without one the default of all clients holds."""

MAX_TIME_NS = 2**63 - 1
"""What a column holds."""

log = logging.getLogger(__name__)

RING = KeyRing()
"""The keys of this process."""


class NewKey(msgspec.Struct, frozen=True):
    """What a key is to be. Empty lists of accounts and addresses mean any; `expires_ns` None means never."""

    name: str
    scopes: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    requests_per_s: float | None = None
    expires_ns: int | None = None


class KeyView(msgspec.Struct, frozen=True):
    """A key as it is shown: everything but its secret. Times are UTC nanoseconds."""

    id: str
    name: str
    status: str
    scopes: list[str]
    accounts: list[str]
    addresses: list[str]
    requests_per_second: float | None
    created_at: int
    created_by: str
    expires_at: int | None
    revoked_at: int | None
    last_used_at: int | None
    token: str | None = None


class SharedKey(msgspec.Struct, frozen=True):
    """What another gateway has to know of a key to let its owner in."""

    id: str
    secret_hash: str
    scopes: list[str]
    accounts: list[str]
    addresses: list[str]
    requests_per_s: float | None
    expires_ns: int | None
    revoked_ns: int | None


def create_key(wanted: NewKey, *, created_by: str, clock: Clock = SYSTEM_CLOCK) -> KeyView:
    """A new key; its token is in this answer and nowhere else. Raises Invalid naming the field, Rejected TOO_MANY_KEYS."""
    now_ns = clock.now_ns()
    _check(wanted, now_ns)
    key_id, token, secret_hash = new_token()
    with transaction.atomic():
        usable = ApiKey.objects.filter(revoked_ns=None).exclude(expires_ns__lte=now_ns)
        if usable.count() >= MAX_KEYS:
            raise Rejected(f"There are {MAX_KEYS} keys already; revoke some.", code="TOO_MANY_KEYS")
        row = ApiKey.objects.create(
            id=key_id,
            name=wanted.name,
            secret_hash=secret_hash.hex(),
            scopes=[scope for scope in SCOPES if scope in wanted.scopes],
            accounts=list(dict.fromkeys(wanted.accounts)),
            addresses=[str(network_from(each)) for each in dict.fromkeys(wanted.addresses)],
            requests_per_s=wanted.requests_per_s,
            created_ns=now_ns,
            created_by=created_by,
            expires_ns=wanted.expires_ns,
            revision=_next_revision(),
        )
    reload_ring()
    made = _view(row, now_ns)
    record_change("keys.create", subject=("key", key_id), after=made, actor=created_by)
    log.info("The key %s was made by %s.", key_id, created_by)
    return msgspec.structs.replace(made, token=token)


def revoke_key(key_id: str, *, revoked_by: str, clock: Clock = SYSTEM_CLOCK) -> KeyView:
    """End a key for good; one that was revoked before stays as it is. Raises NotFound."""
    now_ns = clock.now_ns()
    with transaction.atomic():
        row = _row(key_id)
        is_new = row.revoked_ns is None
        if is_new:
            row.revoked_ns, row.revision = now_ns, _next_revision()
            row.save(update_fields=["revoked_ns", "revision"])
    reload_ring()
    revoked = _view(row, now_ns)
    if is_new:
        record_change("keys.destroy", subject=("key", key_id), after=revoked, actor=revoked_by)
        log.info("The key %s was revoked by %s.", key_id, revoked_by)
    else:
        note_change(action="keys.destroy", subject=("key", key_id), before=revoked, after=revoked)
    return revoked


def get_key(key_id: str, clock: Clock = SYSTEM_CLOCK) -> KeyView:
    """One key; raises NotFound."""
    return _view(_row(key_id), clock.now_ns())


def list_keys(*, limit: int, before: str | None = None, clock: Clock = SYSTEM_CLOCK) -> list[KeyView]:
    """Keys, newest first; `before` is the id after which to go on."""
    rows = ApiKey.objects.all() if before is None else ApiKey.objects.filter(id__lt=before)
    now_ns = clock.now_ns()
    return [_view(row, now_ns) for row in rows[:limit]]


# What keeps the ring equal to the table ------------------------------------------------------------------------------

_listeners: list[Callable[[], None]] = []
_lock = Lock()
_loaded_revision: tuple[int, int] | None = None
_others: tuple[SharedKey, ...] = ()


def add_listener(listener: Callable[[], None]) -> None:
    """Call `listener` after each change of the ring, in the thread that noticed it."""
    _listeners.append(listener)


def reload_ring() -> None:
    """Take over the table as it stands."""
    global _loaded_revision  # noqa: PLW0603 - one ring of one process
    with _lock:  # one load at a time, or an older one could come in last
        revision = table_revision()
        rows: list[ApiKey | SharedKey] = [*_others, *ApiKey.objects.all()]  # ours last: of one id they count
        RING.replace(key for row in rows if (key := _key(row)) is not None)
        _loaded_revision = revision
    for listener in _listeners:
        listener()


def own_keys() -> list[SharedKey]:
    """The keys of the table, for other gateways."""
    return [
        SharedKey(**{name: getattr(row, name) for name in SharedKey.__struct_fields__}) for row in ApiKey.objects.all()
    ]


def know_others(keys: Iterable[SharedKey]) -> None:
    """Let in who has one of these keys of other gateways too, and nobody by another gateway's key that is not among them."""
    global _others  # noqa: PLW0603 - one ring of one process
    _others = tuple(keys)
    reload_ring()


def refresh_ring() -> None:
    """Take over the table if it has changed; cheap when it has not."""
    if table_revision() != _loaded_revision:
        reload_ring()


def table_revision() -> tuple[int, int]:
    """Two numbers of which one is another after any change: how many rows, and the sum of their revisions."""
    found = ApiKey.objects.aggregate(rows=Count("id"), revisions=Sum("revision"))
    return found["rows"], found["revisions"] or 0


def write_uses(last_used_ns: dict[str, int]) -> None:
    """Note when keys were last used."""
    for key_id, used_ns in last_used_ns.items():
        ApiKey.objects.filter(id=key_id).update(last_used_ns=used_ns)


def _next_revision() -> int:
    newest: int | None = ApiKey.objects.aggregate(newest=Max("revision"))["newest"]
    return (newest or 0) + 1


def _row(key_id: str) -> ApiKey:
    row = ApiKey.objects.filter(id=key_id).first()
    if row is None:
        raise NotFound(f"There is no key {key_id!r}.")
    return row


def _check(wanted: NewKey, now_ns: int) -> None:
    """Raise Invalid, naming the field, for what makes no key."""
    if not wanted.name.strip() or len(wanted.name) > MAX_NAME_LENGTH:
        raise invalid_field("name", f"Must have 1 to {MAX_NAME_LENGTH} characters.")
    if not wanted.scopes or not set(wanted.scopes) <= set(SCOPES):
        raise invalid_field("scopes", f"Must be some of {', '.join(SCOPES)}.")
    if "admin" in wanted.scopes and wanted.accounts:
        # It could make itself a key that is not bound, so the bond would only pretend.
        raise invalid_field("accounts", "A key with the scope admin is not bound to accounts.")
    if len(wanted.accounts) > MAX_ACCOUNTS or not all(map(is_account_id, wanted.accounts)):
        raise invalid_field("accounts", f"At most {MAX_ACCOUNTS}. {ACCOUNT_ID_RULE}")
    check_addresses(wanted.addresses)
    rate = wanted.requests_per_s
    if rate is not None and not MIN_REQUESTS_PER_S <= rate <= MAX_REQUESTS_PER_S:
        allowed = f"Must be from {MIN_REQUESTS_PER_S:g} to {MAX_REQUESTS_PER_S:g}."
        raise invalid_field("requests_per_second", allowed)
    if wanted.expires_ns is not None and not now_ns < wanted.expires_ns <= MAX_TIME_NS:
        raise invalid_field("expires_at", "Must lie in the future, before the year 2262.")


def check_addresses(addresses: tuple[str, ...]) -> None:
    """Raise Invalid for a list that holds anything but addresses and networks."""
    if len(addresses) > MAX_ADDRESSES:
        raise invalid_field("addresses", f"Must have at most {MAX_ADDRESSES} entries.")
    for text in addresses:
        try:
            network_from(text)
        except ValueError:
            form = "Must be an IP address, or a network such as 10.0.0.0/8 without bits behind its prefix"
            raise invalid_field("addresses", f"{form}, not {text!r}.") from None


def _key(row: ApiKey | SharedKey) -> Key | None:
    """A row as the ring has it; None for one that somebody edited into nonsense, which then opens nothing."""
    try:
        return Key(
            id=row.id,
            secret_hash=bytes.fromhex(row.secret_hash),
            access=Access(with_implied(frozenset(row.scopes)), tuple(row.accounts)),
            networks=tuple(network_from(text) for text in row.addresses),
            expires_ns=row.expires_ns,
            revoked_ns=row.revoked_ns,
            requests_per_s=row.requests_per_s,
        )
    except (TypeError, ValueError):
        log.exception("The key %s cannot be read and is not let in.", row.id)
        return None


def _view(row: ApiKey, now_ns: int) -> KeyView:
    return KeyView(
        id=row.id,
        name=row.name,
        status=status_of(row, now_ns),
        scopes=row.scopes,
        accounts=row.accounts,
        addresses=row.addresses,
        requests_per_second=row.requests_per_s,
        created_at=row.created_ns,
        created_by=row.created_by,
        expires_at=row.expires_ns,
        revoked_at=row.revoked_ns,
        last_used_at=row.last_used_ns,
    )


def status_of(row: ApiKey, now_ns: int) -> str:
    """`active`, `expired` or `revoked`, at that time."""
    if row.revoked_ns is not None:
        return "revoked"
    return "expired" if row.expires_ns is not None and row.expires_ns <= now_ns else "active"
