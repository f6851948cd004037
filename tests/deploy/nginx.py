"""deploy/nginx/nginx.conf under the machine's own nginx: with other ports and folders, and nothing else changed."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.required_services import find_program
from tests.server import ROOT, free_port

CONF = ROOT / "deploy" / "nginx" / "nginx.conf"
DEADLINE_S = 10.0


class Nginx:
    """One server; `http_port` and `https_port` are where it listens on the loopback interface."""

    def __init__(self, program: str, folder: Path, gateway_ports: Sequence[int]) -> None:
        self.http_port, self.https_port = free_port(), free_port()
        self.certificate = folder / "tls" / "tls.crt"
        self._program, self._folder = program, folder
        self._conf = folder / "nginx.conf"
        self._process: subprocess.Popen[bytes] | None = None
        _make_certificate(folder / "tls")
        for name in ("cache", "log"):
            (folder / name).mkdir()
        text = CONF.read_text()
        replaced = {
            "listen [::]:80 default_server;": "",
            "listen [::]:443 ssl default_server;": "",
            "listen 80 ": f"listen 127.0.0.1:{self.http_port} ",
            "listen 443 ": f"listen 127.0.0.1:{self.https_port} ",
            "gateway-1:8080": f"127.0.0.1:{gateway_ports[0]}",
            "gateway-2:8080": f"127.0.0.1:{gateway_ports[1]}",
            "/etc/nginx/tls": str(folder / "tls"),
            "/var/cache/nginx": str(folder / "cache"),
            "/var/log/nginx": str(folder / "log"),
            "/run/nginx.pid": str(folder / "pid"),
        }
        for old, new in replaced.items():
            assert old in text, f"nginx.conf has no {old!r} any more"
            text = text.replace(old, new)
        if os.geteuid() == 0:  # its workers would be somebody who cannot read the test's folder
            text = f"user root;\n{text}"
        self._conf.write_text(text)

    def check(self) -> subprocess.CompletedProcess[str]:
        """What `nginx -t` says of the file."""
        return subprocess.run([*self._command(), "-t"], capture_output=True, text=True, check=False)

    def start(self) -> None:
        """Start it and return once it listens."""
        self._process = subprocess.Popen([*self._command(), "-g", "daemon off;"], stderr=subprocess.DEVNULL)
        deadline_s = time.monotonic() + DEADLINE_S
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.https_port)) == 0:
                    return
            assert self._process.poll() is None, "nginx ended"
            assert time.monotonic() < deadline_s, "nginx does not listen"
            time.sleep(0.02)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(DEADLINE_S)

    def _command(self) -> list[str]:
        return [
            self._program,
            "-c",
            str(self._conf),
            "-p",
            str(self._folder),
            "-e",
            str(self._folder / "log" / "first"),
        ]


def _make_certificate(folder: Path) -> None:
    folder.mkdir()
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=desk.example.org",
    ]
    command += ["-addext", "subjectAltName=DNS:desk.example.org,IP:127.0.0.1"]
    files = ["-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt")]
    subprocess.run([*command, *files], check=True, capture_output=True)


@contextmanager
def run_nginx(folder: Path, gateway_ports: Sequence[int]) -> Iterator[Nginx]:
    """A running nginx; ends the test where there is none."""
    program = find_nginx()
    folder.mkdir()
    nginx = Nginx(program, folder, gateway_ports)
    nginx.start()
    try:
        yield nginx
    finally:
        nginx.stop()


def find_nginx() -> str:
    """The program; ends the test where it or that of its certificates is not there."""
    find_program("openssl", package="openssl")
    return find_program("nginx", package="nginx")
