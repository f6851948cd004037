"""What a caller may do: scopes that imply one another, and accounts that are all there is."""

import pytest

from kit.access import NO_ACCESS, SCOPES, UNLIMITED, Access, with_implied
from kit.errors import Forbidden, NotFound


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ({"read"}, {"read"}),
        ({"trade"}, {"read", "trade"}),
        ({"admin"}, {"read", "trade", "admin"}),
        ({"read", "admin"}, {"read", "trade", "admin"}),
        (set(), set()),
        ({"everything"}, set()),
    ],
)
def test_each_scope_implies_those_below_it(given, held):
    assert with_implied(frozenset(given)) == held


def test_a_missing_scope_is_named_with_what_is_there():
    reader = Access(with_implied(frozenset({"read"})))
    reader.require("read")
    with pytest.raises(Forbidden, match=r"needs the scope trade; the key has read\.") as refused:
        reader.require("trade")
    assert (refused.value.code, refused.value.details) == ("FORBIDDEN", {"scope": ["trade"]})


def test_other_accounts_do_not_exist_for_who_is_bound_to_some():
    bound = Access(frozenset({"read"}), ("mine", "ours"))
    assert bound.home_account == "mine"
    bound.require_account("ours")
    with pytest.raises(NotFound, match=r"There is no account 'theirs'\.") as refused:
        bound.require_account("theirs")
    assert refused.value.code == "UNKNOWN_ACCOUNT"


def test_who_is_bound_to_none_sees_all():
    assert UNLIMITED.sees("anything") and UNLIMITED.home_account == "default"
    assert all(UNLIMITED.allows(scope) for scope in SCOPES)


def test_without_access_nothing_is_allowed():
    assert not any(NO_ACCESS.allows(scope) for scope in SCOPES)
