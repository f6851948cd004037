"""The cluster back end against a real scheduler and two real workers, each a process of its own.

They are started once; a test that takes one away puts another in its place.
"""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from jobs.cluster import Cluster, ClusterOptions
from jobs.executors import Load, Outcome
from tests.jobs import small_gateway
from tests.jobs.cluster_scene import ClusterScene
from tests.jobs.conftest import DEADLINE_S, Pools, Run
from tests.jobs.test_process_pool import ended, is_gone
from tests.server import free_port
from tests.waiting import eventually

SERVES = "serves tcp://"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterScene]:
    """A scheduler and two workers, one job at a time each."""
    scene = ClusterScene(tmp_path_factory.mktemp("cluster"))
    try:
        workers = [scene.start_worker(name) for name in ("first", "second")]
        scene.start_scheduler()
        for worker in workers:
            worker.wait_for(SERVES)
        yield scene
    finally:
        scene.close()


@pytest.fixture
async def cluster(scene: ClusterScene) -> AsyncIterator[Cluster]:
    """Our side, once it knows both workers."""
    made = Cluster(scene.address, ClusterOptions(cancel_grace_s=1.0))
    await has_workers(made, 2)
    yield made
    await made.stop()


async def load_of(cluster: Cluster) -> Load:
    await asyncio.sleep(0.01)
    return cluster.load()


async def has_workers(cluster: Cluster, count: int) -> None:
    await eventually(lambda: load_of(cluster), lambda load: load.workers == count, DEADLINE_S)


def error_of(outcome: Outcome) -> tuple[str, str]:
    assert outcome.error is not None, outcome
    return outcome.error.code, outcome.error.message


async def both_busy(
    cluster: Cluster, pools: Pools, function: str = "hold"
) -> tuple[list[Run], list[asyncio.Task[Outcome]]]:
    """A job on each worker, both begun."""
    runs = [pools.run_of(cluster, function) for _ in range(2)]
    ends = [run.begin() for run in runs]
    for run in runs:
        await run.first_message()
    return runs, ends


async def test_a_job_on_each_worker_at_once_with_progress_log_lines_and_partial_results(
    cluster: Cluster, pools: Pools, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    heard = tmp_path / "heard"
    runs = [pools.run_of(cluster, "show", heard=str(heard)) for _ in range(2)]
    ends = [run.begin() for run in runs]
    for run in runs:
        await run.first_message()
        assert run.started.is_set()
        assert run.progress[-1] == (0.5, "showing")
        await eventually(lambda run=run: _now(run.partials))
        assert run.partials[0]["best"] == [1, 2]
    assert (cluster.load().running, cluster.load().waiting) == (2, 0)
    heard.touch()
    for end in ends:
        assert (await ended(end)).status == "succeeded"
    with caplog.at_level(logging.WARNING):
        described = await ended(pools.run_of(cluster, "describe").begin())
    assert described.result is not None
    assert (described.result["trace_id"], described.result["django"]) == ("trace-of-the-test", False)
    assert ("tests.work", logging.WARNING, "described in a worker") in caplog.record_tuples


async def _now(value: object) -> object:
    await asyncio.sleep(0.01)
    return value


async def test_more_jobs_than_workers_wait_for_their_turn(cluster: Cluster, pools: Pools) -> None:
    ends = [pools.run_of(cluster, "add", a=number, b=1).begin() for number in range(6)]
    outcomes = [await ended(end) for end in ends]
    assert [(outcome.result or {})["sum"] for outcome in outcomes] == [1, 2, 3, 4, 5, 6]


async def test_a_canceled_job_tidies_up_and_leaves_its_worker_free(
    cluster: Cluster, pools: Pools, tmp_path: Path
) -> None:
    run = pools.run_of(cluster, "hold", left=str(tmp_path / "left"))
    end = run.begin()
    pid = int(await run.first_message())
    cluster.cancel(run.task.id)
    assert (await ended(end)).status == "canceled"
    assert (tmp_path / "left").read_text() == "tidied up"
    assert not is_ended(pid), "its process is kept for the next one"
    _, ends = await both_busy(cluster, pools)
    await cluster.stop()
    assert [(await ended(end)).status for end in ends] == ["interrupted", "interrupted"]


def is_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_a_deaf_job_is_ended_by_force_with_all_it_started(cluster: Cluster, pools: Pools) -> None:
    run = pools.run_of(cluster, "hang")
    end = run.begin()
    pids = [int(word) for word in (await run.first_message()).split()]
    cluster.cancel(run.task.id)
    assert (await ended(end)).status == "canceled"
    for pid in pids:
        assert await asyncio.to_thread(is_gone, pid)


async def test_a_waiting_job_is_canceled_at_once(cluster: Cluster, pools: Pools) -> None:
    runs, ends = await both_busy(cluster, pools)
    waiting = pools.run_of(cluster, "hold")
    waits = waiting.begin()
    await asyncio.sleep(0)
    cluster.cancel(waiting.task.id)
    assert (await ended(waits)).status == "canceled"
    assert not waiting.started.is_set()
    for run, end in zip(runs, ends, strict=True):
        cluster.cancel(run.task.id)
        assert (await ended(end)).status == "canceled"


async def test_a_job_that_overstays_its_time_is_ended(cluster: Cluster, pools: Pools) -> None:
    outcome = await ended(pools.run_of(cluster, "hang", timeout_s=0.5).begin())
    assert error_of(outcome)[0] == "JOB_TIMEOUT"


async def test_a_memory_hog_fails_alone(cluster: Cluster, pools: Pools) -> None:
    neighbour = pools.run_of(cluster, "hold")
    neighbour_ends = neighbour.begin()
    await neighbour.first_message()
    outcome = await ended(pools.run_of(cluster, "swell", memory_bytes=128 * 2**20, mib=4096).begin())
    assert error_of(outcome)[0] == "JOB_OUT_OF_MEMORY"
    cluster.cancel(neighbour.task.id)
    assert (await ended(neighbour_ends)).status == "canceled"
    assert cluster.load().workers == 2


async def test_a_crash_of_the_job_takes_no_worker_along(cluster: Cluster, pools: Pools) -> None:
    code, message = error_of(await ended(pools.run_of(cluster, "leave").begin()))
    assert code == "JOB_WORKER_DIED"
    assert "exit status 3" in message
    assert (await ended(pools.run_of(cluster, "add", a=1, b=1).begin())).status == "succeeded"
    assert cluster.load().workers == 2


async def test_a_function_of_no_registered_kind_is_not_run(cluster: Cluster, pools: Pools) -> None:
    run = pools.run_of(cluster, "add")
    run.task = msgspec.structs.replace(run.task, function="os:getcwd")
    code, message = error_of(await ended(run.begin()))
    assert (code, run.started.is_set()) == ("UNAVAILABLE", False)
    assert "knows no such kind of job" in message


async def test_a_worker_killed_under_a_job_fails_that_job_and_no_other(
    scene: ClusterScene, cluster: Cluster, pools: Pools
) -> None:
    third = await asyncio.to_thread(started_worker, scene, "third")
    await has_workers(cluster, 3)
    runs = [pools.run_of(cluster, "hold") for _ in range(3)]
    ends = [run.begin() for run in runs]
    pids = [int(await run.first_message()) for run in runs]
    victims = [number for number, pid in enumerate(pids) if os.getpgid(pid) and parent_of(pid) == third.process.pid]
    assert len(victims) == 1
    (victim,) = victims
    third.kill()
    code, message = error_of(await ended(ends[victim]))
    assert (code, message) == (
        "JOB_WORKER_DIED",
        "The job's worker went away before the job was done; submit it again.",
    )
    assert await asyncio.to_thread(is_gone, pids[victim]), "the job's process goes with its worker"
    await has_workers(cluster, 2)
    for number in {0, 1, 2} - {victim}:
        assert not ends[number].done()
        cluster.cancel(runs[number].task.id)
        assert (await ended(ends[number])).status == "canceled"


def started_worker(scene: ClusterScene, name: str, *options: str):
    worker = scene.start_worker(name, *options)
    worker.wait_for(SERVES)
    return worker


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


async def test_a_worker_ends_cleanly_and_says_so_for_its_job(
    scene: ClusterScene, cluster: Cluster, pools: Pools
) -> None:
    third = await asyncio.to_thread(started_worker, scene, "leaving")
    await has_workers(cluster, 3)
    runs = [pools.run_of(cluster, "hold") for _ in range(3)]
    ends = [run.begin() for run in runs]
    pids = [int(await run.first_message()) for run in runs]
    (victim,) = [number for number, pid in enumerate(pids) if parent_of(pid) == third.process.pid]
    assert await asyncio.to_thread(third.stop) == 0
    assert "The worker has ended." in third.output()
    assert "Traceback" not in third.output()
    code, message = error_of(await ended(ends[victim]))
    assert (code, message) == (
        "JOB_WORKER_DIED",
        "The job's worker was stopped before the job was done; submit it again.",
    )
    for number in {0, 1, 2} - {victim}:
        cluster.cancel(runs[number].task.id)
        assert (await ended(ends[number])).status == "canceled"


async def test_a_job_of_a_gateway_that_was_killed_is_ended_and_may_go_on(
    scene: ClusterScene, cluster: Cluster, pools: Pools
) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    gateway = subprocess.Popen(  # noqa: ASYNC220 - starting it takes no time
        [sys.executable, "-m", "tests.jobs.small_gateway", scene.address],
        stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    with gateway:
        assert gateway.stdout is not None
        pid = int(await asyncio.to_thread(gateway.stdout.readline))
        assert not is_ended(pid)
        gateway.send_signal(signal.SIGKILL)
    assert await asyncio.to_thread(is_gone, pid)
    resumed = pools.run_of(cluster, "add", a=1, b=1)
    resumed.task = msgspec.structs.replace(resumed.task, id=small_gateway.TASK_ID)
    assert (await ended(resumed.begin())).status == "succeeded"


async def test_the_scheduler_killed_and_back(scene: ClusterScene, cluster: Cluster, pools: Pools) -> None:
    runs, ends = await both_busy(cluster, pools)
    pids = [int(run.progress[-1][1]) for run in runs]
    waiting = pools.run_of(cluster, "add", a=1, b=1)
    waits = waiting.begin()
    await eventually(lambda: load_of(cluster), lambda load: load.waiting == 1)
    assert scene.scheduler is not None
    scene.scheduler.kill()
    for end in ends:
        code, message = error_of(await ended(end))
        assert code == "UNAVAILABLE"
        assert "went away while the job ran; submit it again" in message
    for pid in pids:
        assert await asyncio.to_thread(is_gone, pid), "workers end what nobody waits for"
    assert scene.address in cluster.load().fault
    assert "scheduler" in await waiting.first_message(), "what had not begun waits, and says for what"
    await asyncio.to_thread(scene.start_scheduler)
    assert (await ended(waits)).status == "succeeded"
    await has_workers(cluster, 2)
    assert cluster.load().fault == ""
    assert waiting.progress[-1] == (0.5, "adding")


async def test_a_cluster_that_was_never_there_lets_jobs_wait_for_so_long_and_no_longer(pools: Pools) -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    cluster = Cluster(address, ClusterOptions(wait_timeout_s=0.5))
    run = pools.run_of(cluster, "add", a=1, b=1)
    code, message = error_of(await ended(run.begin()))
    assert (code, run.started.is_set()) == ("UNAVAILABLE", False)
    assert message == (f"The cluster's scheduler at {address} does not answer. The job waited as long as it may.")
    held = pools.run_of(cluster, "add", a=1, b=1)
    ends = held.begin()
    await held.first_message()
    cluster.cancel(held.task.id)
    assert (await ended(ends)).status == "canceled"
    await cluster.stop()
    assert (await ended(pools.run_of(cluster, "add").begin())).status == "interrupted"


def test_nothing_of_dask_is_loaded_without_a_scheduler() -> None:
    code = (
        "import django, sys; django.setup(); import jobs.services, gateway.asgi; from jobs.back_ends import make_executor;"
        "make_executor(); print(sorted({'dask', 'distributed', 'tornado'} & set(sys.modules)))"
    )
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        "DJANGO_SETTINGS_MODULE": "gateway.settings",
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["worker"], "--scheduler tcp://HOST:PORT"),
        (["worker", "--scheduler", "localhost"], "DASK_SCHEDULER must be an address"),
        (["worker", "--scheduler", "tcp://h:1", "--threads", "0"], "from 1 to 256"),
    ],
)
def test_a_worker_that_is_told_nonsense_says_what_is_wrong(arguments: list[str], words: str) -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, str(root / "manage.py"), *arguments], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr
