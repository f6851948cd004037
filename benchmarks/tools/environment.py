"""What a run needs beside Sandbar itself: the peers' environment, wrk, and the open-model generator."""

import os
import platform
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1]
NODE_MODULES = BENCHMARKS / "node_modules"

QUIET_LOAD = 0.5
SERVER_CORE = 0
CLIENT_CORE = 1
"""Server and load generator each have a core of their own, so that neither steals from the other."""


class ToolMissing(RuntimeError):
    """A tool that a subject needs is not there; the message says how to get it."""


def ensure_peers(group: str = "peers") -> Path:
    """The Python of an environment for peers, `.venv-<group>`, made or renewed when `requirements-<group>.txt` changed.

    Peers whose pins clash have a group each. Raises ToolMissing where a group cannot be installed here.
    """
    requirements, folder = BENCHMARKS / f"requirements-{group}.txt", BENCHMARKS / f".venv-{group}"
    python, stamp = folder / "bin" / "python", folder / ".installed"
    wanted = str(zlib.crc32(requirements.read_bytes()))
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    print(f"Installing the peers into {folder} …", file=sys.stderr, flush=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)]
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run(install, check=True)
    except subprocess.CalledProcessError as error:
        raise ToolMissing(f"{requirements.name} could not be installed: {error}") from error
    stamp.write_text(wanted)
    return python


def ensure_open_model() -> str:
    """The command `node`, after the generator's package was installed where it is missing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise ToolMissing("Latency at a fixed rate needs Node.js 20 with npm (Debian: apt-get install nodejs npm).")
    if not (NODE_MODULES / "loadtest").is_dir():
        print("Installing the open-model generator …", file=sys.stderr, flush=True)
        command = [npm, "ci", "--silent", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=BENCHMARKS, check=True, stdout=subprocess.DEVNULL)
    return node


def ensure_command(name: str, package: str) -> str:
    """The path of a system command; raises ToolMissing naming its package."""
    found = shutil.which(name)
    if found is None:
        raise ToolMissing(f"{name} is missing; on Debian and Ubuntu: apt-get install {package}")
    return found


def ensure_two_cores() -> None:
    """Server and client need a core each; raises ToolMissing on a smaller machine."""
    ensure_command("taskset", "util-linux")
    if not {SERVER_CORE, CLIENT_CORE} <= os.sched_getaffinity(0):
        raise ToolMissing("The server and its load generator need cores 0 and 1; this process may not use both.")


def check_quiet() -> str:
    """A warning when the machine has other work, which every figure would pay for; empty when it has none."""
    busy = os.getloadavg()[0]
    if busy < QUIET_LOAD:
        return ""
    return f"The load average was {busy:.1f} at the start: other work took its share of the cores from these figures."


def machine() -> str:
    """One line about the machine, for the table."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}"
