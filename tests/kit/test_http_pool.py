"""The pool of outgoing connections: where it does not connect to, and how few connections it needs."""

import asyncio

import aiohttp
import pytest
from aiohttp import web

from kit.http_pool import HttpPool, address_fault


@pytest.fixture
async def pool():
    made = HttpPool(max_per_host=2)
    yield made
    await made.close()


class Server:
    """A server on loopback that counts connections; `/away` sends its callers to another address."""

    def __init__(self) -> None:
        self.peers: set[object] = set()
        self.requests = 0
        self.away = ""

    async def answer(self, request):
        self.requests += 1
        self.peers.add(request.transport.get_extra_info("peername"))
        if request.path == "/away":
            raise web.HTTPFound(self.away)
        return web.Response(text="here")


@pytest.fixture
async def server():
    made = Server()
    app = web.Application()
    app.router.add_get("/{path:.*}", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.port = site._server.sockets[0].getsockname()[1]
    made.url = f"http://127.0.0.1:{made.port}"
    yield made
    await runner.cleanup()


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "//example.org",
        "example.org",
        "",
        "http://",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://172.16.0.9/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://2852039166/",
        "https://0xa9fea9fe/",
        "https://224.0.0.1/",
        "http://api.binance.com",
        "https://user:secret@api.binance.com",
        "https://api.binance.com/?x=1",
        "https://api.binance.com:99999/",
    ],
)
def test_an_address_that_leads_nowhere_good_is_refused_whether_loopback_may_be_or_not(url):
    assert address_fault(url)
    assert address_fault(url, may_be_loopback=True)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9999", "http://localhost:9999", "http://[::1]:9999", "https://127.1/"]
)
def test_loopback_is_for_those_who_asked_for_it(url):
    assert address_fault(url) == "leads into this machine"
    assert address_fault(url, may_be_loopback=True) is None


def test_an_address_of_the_open_network_is_fine():
    assert address_fault("https://data-api.binance.vision") is None


async def test_loopback_gets_no_connection_unless_its_port_was_allowed(pool, server):
    with pytest.raises(OSError, match="leads into this machine"):
        await pool.session().get(server.url)
    pool.allow_loopback("http://127.0.0.1:1")
    with pytest.raises(OSError, match="leads into this machine"):
        await pool.session().get(server.url)
    assert server.requests == 0
    pool.allow_loopback(server.url)
    async with pool.session().get(server.url) as answer:
        assert await answer.text() == "here"


@pytest.mark.parametrize(
    "away", ["http://169.254.169.254/latest/", "http://[::1]:1/", "http://10.0.0.1/", "file:///etc/passwd"]
)
async def test_a_redirect_leads_nowhere_that_an_address_may_not(pool, server, away):
    pool.allow_loopback(server.url)
    server.away = away
    with pytest.raises((OSError, aiohttp.ClientError)):
        async with asyncio.timeout(5):
            await pool.session().get(f"{server.url}/away")
    assert server.requests == 1


async def test_a_name_that_leads_into_this_machine_is_refused_too(pool, server):
    with pytest.raises(OSError, match="leads into this machine"):
        await pool.session().get(f"http://localhost:{server.port}/")
    assert server.requests == 0


async def test_a_host_gets_no_more_connections_than_may_be_kept_for_it(pool, server):
    pool.allow_loopback(server.url)

    async def ask():
        async with pool.session().get(server.url) as answer:
            return await answer.text()

    assert await asyncio.gather(*[ask() for _ in range(20)]) == ["here"] * 20
    assert len(server.peers) <= 2
    assert 1 <= pool.connections <= 2


async def test_a_pool_that_keeps_none_closes_each(server):
    pool = HttpPool(max_per_host=0)
    pool.allow_loopback(server.url)
    for _ in range(3):
        async with pool.session().get(server.url) as answer:
            await answer.text()
    assert len(server.peers) == 3
    assert pool.connections == 0
    await pool.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "192.168.1.1", "172.16.0.1", "::1", "fd00::1"])
def test_private_networks_are_reached_where_that_is_allowed(host):
    pool = HttpPool()
    assert not pool.may_reach(host)
    pool.allow_private_networks(True)
    assert pool.may_reach(host)


@pytest.mark.parametrize("host", ["169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::"])
def test_what_is_no_network_of_anybody_is_never_reached(host):
    pool = HttpPool()
    pool.allow_private_networks(True)
    assert not pool.may_reach(host)


def test_names_are_judged_when_they_are_looked_up():
    assert HttpPool().may_reach("hooks.example.org")
