"""Secrets never get into the audit, and long values are cut."""

import json
from typing import Any

import pytest

from operations.audit.redaction import MAX_VALUE_BYTES, readable, readable_json, readable_text


@pytest.mark.parametrize(
    "name",
    ["password", "new_password1", "Authorization", "token", "csrfmiddlewaretoken", "api_key", "apiKey", "secret",
     "client_secret", "cookie", "private_key", "signature", "passphrase", "otp"],
)  # fmt: skip
def test_a_field_whose_name_says_secret_is_hidden_at_any_depth(name: str) -> None:
    assert readable({"outer": [{name: "hunter2"}], "kept": 1}) == {"outer": [{name: "***"}], "kept": 1}


@pytest.mark.parametrize("text", ["Bearer abcdefgh12345678", "basic dXNlcjpwYXNz", "sbk_01a2b3c4_deadbeef"])
def test_a_token_is_hidden_wherever_it_stands(text: str) -> None:
    shown = readable({"note": f"my {text} here"})["note"]
    assert "***" in shown
    assert text.split("_")[-1].split()[-1] not in shown
    assert readable_text(f"/path/{text}").endswith("***")


def test_what_is_no_secret_stays_as_it_is() -> None:
    order = {"symbol": "BTC-USDT", "price": "50000.00", "post_only": True, "quantity": None}
    assert readable(order) == order


def test_a_long_value_is_cut_and_says_so() -> None:
    shown = readable({"note": "x" * 10 * MAX_VALUE_BYTES})
    assert (shown["cut"], shown["bytes"] > 10 * MAX_VALUE_BYTES) == (True, True)
    assert len(json.dumps(shown)) < MAX_VALUE_BYTES


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b"x" * 100_000])
def test_of_a_body_that_is_no_json_only_the_size_is_kept(body: bytes) -> None:
    assert readable_json(body) == {"bytes": len(body)}


def test_deep_values_end_somewhere() -> None:
    deep: Any = "bottom"
    for _ in range(40):
        deep = [deep]
    assert "bottom" not in json.dumps(readable(deep))
