"""Secrets in texts: what is recognised goes, what only looks like it stays."""

import pytest

from kit.redaction import hide_secrets, is_secret_name, one_line, without_secrets


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Authorization: Bearer abc.def-1", "Authorization: Bearer ***"),
        ("the key sbk_ab12_Cd-EF was used", "the key sbk_*** was used"),
        ("sandbar.key.sbk_ab12_Cd", "sandbar.key.sbk_***"),
        ("redis://:pass@host/0 is away", "redis://:***@host/0 is away"),
        ("postgres://user:pass@host", "postgres://user:***@host"),
        ("/path?token=abc&x=1", "/path?token=***&x=1"),
        ('{"password": "hunter2"}', '{"password": "***"}'),
        ("api_key=abc", "api_key=***"),
        ("5 tokens left in the bucket", "5 tokens left in the bucket"),
        ("http://localhost:8080/api", "http://localhost:8080/api"),
    ],
)
def test_a_secret_is_taken_out_of_a_text(text, hidden):
    assert hide_secrets(text) == hidden


def test_what_an_error_says_is_one_line_without_its_secret():
    error = ValueError('connection to "postgres://user:pass@host/db"\n\tfailed: no such host')
    assert one_line(error) == 'connection to "postgres://user:***@host/db" failed: no such host'


def test_an_entry_with_a_secrets_name_goes_wherever_it_stands():
    value = {"user": "ann", "Password": "x", "inner": [{"api_key": "y"}, "Bearer z1"], "count": 3}
    assert without_secrets(value) == {
        "user": "ann", "Password": "***", "inner": [{"api_key": "***"}, "Bearer ***"], "count": 3,
    }  # fmt: skip


def test_names_of_secrets_are_known_by_their_words():
    assert is_secret_name("HTTP_AUTHORIZATION")
    assert not is_secret_name("account")
