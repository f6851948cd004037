"""Gateways behind nginx, and everything that deploy/compose.yml puts beside them, as processes of this machine.

Each has ports and folders of its own; nginx has the file of deploy/, the gateways the names that it knows.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.deploy.nginx import Nginx, find_nginx, run_nginx
from tests.jobs.cluster_scene import ClusterScene
from tests.postgres import PostgresServer
from tests.redis_server import RedisServer, require_redis
from tests.server import Server, compile_kernels
from tests.shared_journal import gateway_of, run_shared_postgres

HOST = "desk.example.org"
ENVIRONMENT = {
    "ALLOWED_HOSTS": HOST,
    "ALLOWED_ORIGINS": f"https://{HOST}",
    "TRUSTED_PROXIES": "127.0.0.1",
    "GATEWAY_TLS": "1",
    "RATE_LIMIT_RPS": "0",
    "LONG_WORK_PER_MINUTE": "0",
}
NAMES = ("gateway-1", "gateway-2")
LAST_WORDS = 3_000
"""Of each member in what a failed test says."""


class Installation:
    """Two gateways, nginx, and a client of it."""

    def __init__(self, nginx: Nginx, gateways: list[Server]) -> None:
        self.nginx, self.gateways = nginx, gateways
        self.url = f"https://127.0.0.1:{nginx.https_port}"
        self.trust = ssl.create_default_context(cafile=str(nginx.certificate))
        self.client = httpx.Client(base_url=self.url, verify=self.trust, headers={"Host": HOST}, timeout=60)

    def ask(self, method: str, path: str, account: str | None = None, **more: Any) -> httpx.Response:
        """A request through nginx."""
        return self.client.request(method, path, headers={} if account is None else {"X-Account": account}, **more)

    def socket(self, path: str, **more: Any) -> ClientConnection:
        """A socket through nginx, as a browser opens it: by the installation's name."""
        connection = socket.create_connection(("127.0.0.1", self.nginx.https_port), timeout=10)
        return connect(f"wss://{HOST}{path}", sock=connection, ssl=self.trust, **more)

    def owners(self, account: str) -> list[int]:
        """Which gateways have an account, asked directly."""
        answers = [httpx.get(f"{each.url}/api/v1/accounts/{account}/").status_code for each in self.gateways]
        return [number for number, status in enumerate(answers) if status == 200]


class SharedInstallation(Installation):
    """One whose gateways share the journals' database, Redis and the workers."""

    def __init__(
        self, nginx: Nginx, gateways: list[Server], postgres: PostgresServer, redis: RedisServer, cluster: ClusterScene
    ) -> None:
        super().__init__(nginx, gateways)
        self.postgres, self.redis, self.cluster = postgres, redis, cluster

    def owner(self, account: str) -> int:
        """The number of the gateway whose journal an account is in, whoever holds that."""
        found = self.postgres.query("journals", f"SELECT shard FROM account_owner WHERE account = '{account}'")
        return NAMES.index(found)

    def last_words(self) -> str:
        """The end of what scheduler, workers and gateways printed, and how the gateways' jobs are doing."""
        said = [f"{name}: {text[-LAST_WORDS:]}" for name, text in self.cluster.outputs().items()]
        for name, gateway in zip(NAMES, self.gateways, strict=True):
            said += [f"{name}: {gateway.output()[-LAST_WORDS:]}", _parts_of(gateway)]
        return "\n".join(said)


def _parts_of(gateway: Server) -> str:
    """What a gateway says of its parts, asked directly."""
    try:
        return httpx.get(f"{gateway.url}/api/v1/system/services/", timeout=10).text
    except httpx.HTTPError as fault:
        return repr(fault)


@contextmanager
def run_shared_installation(folder: Path) -> Iterator[SharedInstallation]:
    """All of it, ready; skips the test where a program is not there."""
    find_nginx()
    require_redis()
    compile_kernels()
    with run_shared_postgres() as postgres, ExitStack() as stack:
        redis = RedisServer(folder)
        stack.callback(redis.kill)
        redis.start()
        cluster = ClusterScene(folder, settings="gateway.settings")
        stack.callback(cluster.close)
        cluster.start_scheduler()
        workers = [cluster.start_worker(name) for name in ("one", "two")]
        environment = {
            **ENVIRONMENT,
            "REDIS_URL": f"redis://127.0.0.1:{redis.port}/0",
            "DASK_SCHEDULER": cluster.address,
            "MARKET_SOURCE": "shared",
        }
        url = postgres.make_database("journals")
        gateways = []
        for number, name in enumerate(NAMES, start=1):
            tables = postgres.make_database(f"gateway_{number}")
            gateways.append(gateway_of(folder, name, url, DATABASE_URL=tables, **environment))
            stack.callback(gateways[-1].stop)
            gateways[-1].start()
        for worker in workers:
            worker.wait_for("serves")
        nginx = stack.enter_context(run_nginx(folder / "nginx", [each.port for each in gateways]))
        installation = SharedInstallation(nginx, gateways, postgres, redis, cluster)
        stack.callback(installation.client.close)
        yield installation
