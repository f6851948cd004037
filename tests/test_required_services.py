"""What a test does where one of the machine's programs is missing."""

import pytest

from tests.required_services import find_program


def test_a_program_that_is_there_is_found() -> None:
    assert find_program("no-such-program", "sh", package="dash").endswith("/sh")


def test_without_a_program_a_test_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_SERVICES", raising=False)
    with pytest.raises(pytest.skip.Exception, match="there is no no-such-program"):
        find_program("no-such-program", package="nothing")


def test_where_services_are_required_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE_SERVICES", "1")
    with pytest.raises(pytest.fail.Exception, match="REQUIRE_SERVICES=1 and there is no no-such-program"):
        find_program("no-such-program", package="nothing")
