"""The gateway serves the browser application: its files for good, its page under its own paths alone."""

import gzip
import re
from pathlib import Path

import pytest
from django.urls import resolve

from gateway import frontend
from tests.asgi_client import AsgiClient

SITE = Path(__file__).parents[2] / "frontend" / "src" / "site.ts"
PAGE = b"<!doctype html><title>Sandbar</title>"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A built application."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(PAGE)
    (folder / "assets" / "index-abc123.js").write_text("export {};")
    (folder / "theme.js").write_text("void 0;")
    (folder / ".vite").mkdir()
    (folder / ".vite" / "manifest.json").write_text("{}")
    (tmp_path / "secret.js").write_text("no")
    return folder


@pytest.fixture
def browser(make_app, build: Path) -> AsgiClient:
    """A client of a gateway with that application."""
    return AsgiClient(make_app(RATE_LIMIT_RPS=1, FRONTEND_DIR=build, ROOT_URLCONF="gateway.page_urls"))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/trading",
        "/trading/BTC-USDT",
        "/trading/BTC-USDT/",
        "/risk",
        "/alerts",
        "/reports",
        "/reports/01a21b05-54bd-7000-83d5-59e2b46a3d60",
        "/accounts",
        "/parity",
        "/strategies",
        "/strategies/01a21b05-54bd-7000-83d5-59e2b46a3d60",
        "/backtests",
        "/backtests/01a21b05-54bd-7000-83d5-59e2b46a3d60",
        "/sweeps/01a21b05-54bd-7000-83d5-59e2b46a3d60/",
        "/analyses/01a21b05-54bd-7000-83d5-59e2b46a3d60",
        "/factors",
        "/jobs",
        "/data",
        "/services",
        "/system",
    ],
)
async def test_the_page_is_served_under_each_of_its_paths(browser, path):
    answer = await browser.get(path)
    assert (answer.status, answer.body) == (200, PAGE)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


async def test_files_with_a_hash_in_their_name_are_kept_for_good(browser):
    answer = await browser.get("/assets/index-abc123.js")
    assert (answer.status, answer.body) == (200, b"export {};")
    assert "javascript" in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_a_file_that_did_not_change_is_not_sent_again(browser):
    first = await browser.get("/theme.js")
    assert first.headers["cache-control"] == "no-cache"
    again = await browser.get("/theme.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/trading/a/b",
        "/backtests/a/b",
        "/jobs/a",
        "/assets/missing.js",
        "/.vite/manifest.json",
        "/assets/..%2F..%2Fsecret.js",
        "/assets/../../secret.js",
    ],
)
async def test_what_is_not_of_the_application_is_not_found(browser, path):
    answer = await browser.get(path)
    assert answer.status == 404
    assert answer.code == "NOT_FOUND"


async def test_pages_are_only_read(browser):
    answer = await browser.post("/trading", json={})
    assert answer.status == 405


async def test_a_burst_of_files_does_not_meet_the_rate_limit(browser):
    answers = [await browser.get("/assets/index-abc123.js") for _ in range(20)]
    assert {answer.status for answer in answers} == {200}


async def test_without_a_build_the_way_leads_to_the_docs(make_app, tmp_path):
    client = AsgiClient(make_app(FRONTEND_DIR=tmp_path / "nothing", ROOT_URLCONF="gateway.page_urls"))
    answer = await client.get("/")
    assert (answer.status, answer.headers["location"]) == (302, "/api/docs/")
    assert (await client.get("/trading")).status == 404


async def test_files_travel_packed_to_those_who_take_that(browser, build):
    (build / "assets" / "large-1.js").write_text("export const word = 'sandbar';\n" * 200)
    packed = await browser.get("/assets/large-1.js", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    plain = await browser.get("/assets/large-1.js")
    assert gzip.decompress(packed.body) == plain.body == (build / "assets" / "large-1.js").read_bytes()


async def test_a_new_build_is_served_at_once(browser, build):
    assert (await browser.get("/")).body == PAGE
    (build / "index.html").write_bytes(b"<!doctype html><title>Newer</title>")
    assert b"Newer" in (await browser.get("/")).body


def test_the_gateway_and_the_application_name_the_same_pages():
    paths = re.findall(r"path: '/([^']*)'", SITE.read_text())
    assert {"", "trading/:symbol?", "backtests/:id?", "analyses/:id?"} <= set(paths)
    for path in paths:
        for real in (path.split("/:")[0], re.sub(r":\w+\?", "BTC-USDT", path)):
            assert resolve(f"/{real}", "gateway.page_urls").func in (frontend.home, frontend.page)
