"""The check of a token against the keys in memory: what is let in, what is not, and what a refusal gives away."""

import hashlib
import hmac

import pytest

from api.errors import Unauthenticated
from operations.keys import ring as ring_module
from operations.keys.ring import Key, network_from
from operations.keys.tokens import hash_of, new_token, public_part, split_token
from tests.operations.keys.conftest import NOW_NS

HERE = "192.0.2.7"
NOT_VALID = "This key is not valid."


def refusal_of(ring, token, address=HERE):
    with pytest.raises(Unauthenticated) as refused:
        ring.check(token, address)
    return refused.value.message


def test_a_token_is_what_headers_and_subprotocols_carry():
    key_id, token, secret_hash = new_token()
    public, secret = split_token(token)
    assert len(token) == 80 and token.startswith("sbk_")
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert public == public_part(key_id)
    assert secret_hash == hashlib.sha256(secret.encode()).digest()
    assert new_token()[1] != token


def test_the_right_token_gives_its_key(ring, add_key):
    add_key("admin")
    key, token = add_key("trade", accounts=("mine",))
    found = ring.check(token, HERE)
    assert found == key
    assert found.access.allows("read") and not found.access.allows("admin")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: "",
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "Q"),
        lambda token: "xyz_" + token[4:],
        lambda token: token[:36] + "-" + token[37:],
        lambda token: token[:-1] + "é",
        lambda token: token.upper(),
        lambda token: new_token()[1],
    ],
    ids=["empty", "short", "long", "other secret", "other prefix", "no separator", "no ascii", "capitals", "unknown"],
)
def test_any_other_token_is_not_valid_and_nothing_more_is_said(ring, add_key, spoil):
    _, token = add_key()
    assert refusal_of(ring, spoil(token)) == NOT_VALID


def test_a_key_of_which_only_the_id_is_known_says_nothing_of_its_state(ring, add_key):
    revoked, token = add_key(revoked_ns=NOW_NS)
    other_secret = new_token()[1][37:]
    assert refusal_of(ring, token) == "This key was revoked."
    assert refusal_of(ring, f"sbk_{public_part(revoked.id)}_{other_secret}") == NOT_VALID


def test_secrets_are_compared_in_constant_time_also_when_there_is_no_such_key(ring, add_key, monkeypatch):
    compared = []

    def compare(one, other):
        compared.append((one, other))
        return hmac.compare_digest(one, other)

    key, token = add_key()
    unknown = new_token()[1]
    monkeypatch.setattr(ring_module, "hmac", type("Hmac", (), {"compare_digest": staticmethod(compare)}))
    ring.check(token, HERE)
    assert refusal_of(ring, unknown) == NOT_VALID
    assert [mine for mine, _ in compared] == [key.secret_hash, hash_of(unknown[37:])]
    assert all(len(mine) == len(kept) == 32 for mine, kept in compared)


def test_a_key_ends_at_its_time(ring, add_key, clock):
    _, token = add_key(expires_ns=NOW_NS + 1)
    assert ring.check(token, HERE)
    clock.advance_ns(1)
    assert refusal_of(ring, token) == "This key has expired."
    assert not ring.has_usable()


@pytest.mark.parametrize(
    ("listed", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.0/24", "192.0.2.200"),
        ("192.0.2.0/24", "::ffff:192.0.2.200"),
        ("::ffff:192.0.2.0/120", "192.0.2.200"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.7"),
        ("2001:db8::/32", "2001:db8:1::5"),
        ("fe80::/10", "fe80::1%eth0"),
    ],
)
def test_a_listed_address_is_let_in(ring, add_key, listed, address):
    _, token = add_key(addresses=("10.0.0.0/8", listed))
    assert ring.check(token, address)


@pytest.mark.parametrize("address", ["192.0.3.1", "::ffff:192.0.3.1", "2001:db8::1", "", "unix", "192.0.2.7.1"])
def test_any_other_address_is_not(ring, add_key, address):
    _, token = add_key(addresses=("192.0.2.0/24",))
    assert refusal_of(ring, token, address) == "This key may not be used from this address."


@pytest.mark.parametrize("text", ["", "10.0.0.1/8", "300.1.1.1", "example.org", "10.0.0.0/33", "*"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        network_from(text)


def test_what_was_let_in_may_not_stay_when_its_key_is_another(ring, add_key):
    key, _ = add_key("trade", accounts=("one",))
    assert ring.fault_since(key.id, HERE, key.access) is None
    narrowed = Key(key.id, key.secret_hash, ring_module.Access(frozenset({"read"}), ("one",)))
    ring.replace([narrowed])
    assert ring.fault_since(key.id, HERE, key.access) == "This key was changed; connect again."
    ring.replace([])
    assert ring.fault_since(key.id, HERE, key.access) == "This key is gone."


def test_uses_are_remembered_until_they_are_taken(ring, add_key):
    key, token = add_key()
    add_key()
    for _ in range(3):
        ring.check(token, HERE)
    refusal_of(ring, new_token()[1])
    assert ring.take_used() == [key.id]
    assert ring.take_used() == []
