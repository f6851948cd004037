"""What a worker may take: memory by kind, threads by its share of the cores, and a folder for compiled code."""

import subprocess
from pathlib import Path

import pytest

from jobs import process_pool, resources
from jobs.executors import Outcome
from tests.jobs.conftest import Pools
from tests.jobs.test_process_pool import ended, is_gone

MIB = 2**20


def code_of(outcome: Outcome) -> str | None:
    return None if outcome.error is None else outcome.error.code


async def test_a_job_that_outgrows_its_memory_is_ended_and_its_neighbour_goes_on(pools: Pools) -> None:
    pool = pools.pool(workers=2)
    neighbour = pools.run_of(pool, "hold")
    neighbour_ends = neighbour.begin()
    await neighbour.first_message()
    hog = pools.run_of(pool, "swell", memory_bytes=128 * MIB, mib=4096)
    outcome = await ended(hog.begin())
    assert outcome.error is not None
    assert outcome.error.code == "JOB_OUT_OF_MEMORY"
    assert outcome.error.message == (
        "The job was ended because it needed more than 128 MiB of memory; give it less to do at once."
    )
    assert outcome.error.details["limit_bytes"] == 128 * MIB < outcome.error.details["memory_bytes"]
    assert is_gone(int(hog.progress[-1][1].split()[-1]))
    pool.cancel(neighbour.task.id)
    assert (await ended(neighbour_ends)).status == "canceled"
    assert (await ended(pools.run_of(pool, "add", a=1, b=1).begin())).status == "succeeded"


class SlowToGo(subprocess.Popen[bytes]):
    """A process that the system has not taken away when its killer has waited long enough."""

    def wait(self, timeout: float | None = None) -> int:
        status = super().wait(timeout)
        if timeout == process_pool.EXIT_TIMEOUT_S:
            raise subprocess.TimeoutExpired(self.args, timeout)
        return status


async def test_why_a_job_was_ended_is_told_when_its_worker_takes_long_to_go(
    pools: Pools, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(subprocess, "Popen", SlowToGo)
    pool = pools.pool(memory_bytes=96 * MIB)
    outcome = await ended(pools.run_of(pool, "swell", mib=2048).begin())
    assert code_of(outcome) == "JOB_OUT_OF_MEMORY"
    assert "has not gone after 3 s" in caplog.text
    assert (await ended(pools.run_of(pool, "add", a=1, b=1).begin())).status == "succeeded"


async def test_the_pools_limit_holds_for_kinds_without_one_and_for_those_that_want_more(pools: Pools) -> None:
    pool = pools.pool(memory_bytes=96 * MIB)
    for memory_bytes in (None, 4096 * MIB):
        outcome = await ended(pools.run_of(pool, "swell", memory_bytes=memory_bytes, mib=2048).begin())
        assert outcome.error is not None
        assert outcome.error.details["limit_bytes"] == 96 * MIB


async def test_a_mapped_file_is_not_the_jobs_memory(pools: Pools, tmp_path: Path) -> None:
    file = tmp_path / "dataset"
    with file.open("wb") as made:
        made.truncate(256 * MIB)
    run = pools.run_of(pools.pool(), "map_file", memory_bytes=96 * MIB, path=str(file), seconds=0.3)
    outcome = await ended(run.begin())
    assert outcome.result == {"bytes": 256 * MIB, "sum": 0}


async def test_memory_that_the_system_refuses_is_the_same_fault(pools: Pools) -> None:
    outcome = await ended(pools.run_of(pools.pool(), "ask_for_too_much").begin())
    assert code_of(outcome) == "JOB_OUT_OF_MEMORY"


async def test_what_a_worker_kept_is_not_held_against_a_later_job(pools: Pools) -> None:
    pool = pools.pool()
    keeper = await ended(pools.run_of(pool, "keep", mib=80).begin())
    assert keeper.result is not None
    same = await ended(pools.run_of(pool, "add", a=1, b=1).begin())
    assert same.result is not None
    assert same.result["pid"] == keeper.result["pid"]
    other = await ended(pools.run_of(pool, "add", memory_bytes=120 * MIB, a=1, b=1).begin())
    assert other.result is not None
    assert other.result["pid"] != keeper.result["pid"]


async def test_workers_share_the_cores_and_the_folder_of_compiled_code(
    pools: Pools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "core_count", lambda: 8)
    monkeypatch.setenv("POLARS_MAX_THREADS", "3")
    for name in ("NUMBA_NUM_THREADS", "NUMBA_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    names = ["NUMBA_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_CACHE_DIR"]
    run = pools.run_of(pools.pool(workers=4, compiled_code=tmp_path), "read_environment", names=names)
    outcome = await ended(run.begin())
    assert outcome.result == {
        "NUMBA_NUM_THREADS": "2",
        "POLARS_MAX_THREADS": "3",  # the operator's own
        "NUMBA_CACHE_DIR": str(tmp_path),
    }


async def test_what_one_worker_compiled_the_next_one_finds(pools: Pools, tmp_path: Path) -> None:
    pool = pools.pool(idle_s=0.01, compiled_code=tmp_path)
    compiling = pools.run_of(pool, "compile_kernel")
    first = await ended(compiling.begin())
    assert first.result is not None
    assert compiling.progress == [(0.0, "Compiling, once after an installation or an update")]
    assert (first.result["doubled"], first.result["was_compiled_before"]) == (42, False)
    assert is_gone(first.result["pid"])
    finding = pools.run_of(pool, "compile_kernel")
    second = await ended(finding.begin())
    assert second.result is not None
    assert finding.progress == []
    assert (second.result["doubled"], second.result["was_compiled_before"]) == (42, True)


def test_workers_together_get_a_share_of_the_containers_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit, unlimited = tmp_path / "memory.max", tmp_path / "memory.limit_in_bytes"
    limit.write_text("1073741824\n")
    unlimited.write_text("max\n")
    monkeypatch.setattr(resources, "CGROUP_LIMITS", (unlimited, tmp_path / "not there", limit))
    assert resources.memory_share_bytes(3) == 256 * MIB


def test_a_process_that_is_gone_holds_nothing() -> None:
    assert resources.own_memory_bytes(2**22 + 1) == 0
