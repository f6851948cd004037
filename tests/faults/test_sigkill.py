"""SIGKILL under load, at random moments and at every step of a write: nothing acknowledged is lost, nothing happens twice.

Fifty kills, or as many as SIGKILL_TIMES says: `SIGKILL_TIMES=200 pytest tests/faults/test_sigkill.py`.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.kill_scene import KillScene
from trading.audit import audit
from trading.history import History
from trading.journal.failpoints import DURING_SNAPSHOT, NAMES
from trading.journal.snapshots import SnapshotFolder

TIMES = int(os.environ.get("SIGKILL_TIMES", "50"))
RANDOM_SCENES = 3
RANDOM_KILLS = max(TIMES * 3 // 5 // RANDOM_SCENES, 1)
FAILPOINT_KILLS = max(TIMES * 2 // 5 // len(NAMES), 1)
SECONDS_A_KILL = 20

pytestmark = pytest.mark.timeout(60 + SECONDS_A_KILL * max(RANDOM_KILLS, FAILPOINT_KILLS))


@pytest.fixture
def scene(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[KillScene]:
    """A gateway with its own folders, that is gone at the end whatever happens."""
    scene = KillScene(tmp_path, seed=request.node.callspec.params.get("seed", 1))
    scene.open()
    yield scene
    scene.server.kill()


def check_files(scene: KillScene) -> str:
    """The gateway is down: its journal is whole, snapshots and history agree with it. Returns what the journal folds to."""
    state_dir = scene.server.state_dir
    history = History(state_dir / "history.sqlite3", to_read=True)
    history.open()
    findings = audit(state_dir / "journal.sqlite3", SnapshotFolder(state_dir / "snapshots"), history)
    history.close()
    assert [finding for finding in findings if not finding.is_sound] == []
    return findings[0].text


def check_end(scene: KillScene) -> None:
    """What the running gateway shows is what its journal folds to, with snapshots and without."""
    shown = scene.everything_shown()
    scene.server.kill()
    folded = check_files(scene)
    scene.start()
    assert scene.everything_shown() == shown
    scene.server.kill()
    for file in SnapshotFolder(scene.server.state_dir / "snapshots").files():
        file.path.unlink()
    scene.start()
    assert scene.everything_shown() == shown
    scene.server.kill()
    assert check_files(scene) == folded


@pytest.mark.parametrize("seed", range(RANDOM_SCENES))
def test_killed_at_random_moments(scene, seed):
    for _ in range(RANDOM_KILLS):
        scene.trade_until_killed(after_answers=scene.rng.randint(1, 150))
        check_files(scene)
        scene.start()
        scene.check_back()
    assert scene.kills == RANDOM_KILLS
    assert scene.heard != [], "the socket was told nothing"
    check_end(scene)


@pytest.mark.parametrize("failpoint", NAMES)
def test_killed_at_a_failpoint(scene, failpoint):
    for _ in range(FAILPOINT_KILLS):
        scene.server.kill()
        scene.start(f"{failpoint}:{scene.rng.randint(1, 2 if failpoint == DURING_SNAPSHOT else 60)}")
        scene.trade_until_killed(after_answers=None)
        check_files(scene)
        scene.start()
        scene.check_back()
    assert scene.kills == FAILPOINT_KILLS
    check_end(scene)
