"""Who asks, in the form that is kept."""

import asyncio

import pytest

from kit.caller import NOBODY, Caller, current_caller, set_caller


@pytest.mark.parametrize(
    ("caller", "actor"),
    [
        (Caller(address="127.0.0.1"), "127.0.0.1"),
        (Caller("key", "01a2", "127.0.0.1"), "key:01a2@127.0.0.1"),
        (Caller("user", "admin", "::1"), "user:admin@::1"),
        (Caller("strategy", "sma-1"), "strategy:sma-1"),
        (Caller("system", "first start"), "system:first start"),
        (NOBODY, ""),
    ],
)
def test_a_caller_is_kept_as_kind_name_and_address(caller, actor):
    assert caller.actor == actor


async def test_each_task_has_a_caller_of_its_own():
    async def asked_by(name: str) -> str:
        set_caller(Caller("key", name))
        await asyncio.sleep(0)
        return current_caller().name

    assert await asyncio.gather(asked_by("a"), asked_by("b")) == ["a", "b"]
    assert current_caller() is NOBODY
