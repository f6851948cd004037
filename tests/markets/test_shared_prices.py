"""Two gateways on one Redis show the same simulated prices: whoever leads them, and again after Redis was away."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.redis_server import RedisServer, require_redis
from tests.server import Server
from tests.waiting import until

WITHIN_S = 30.0
BTC = "markets/BTC-USDT"


class Pair:
    """Two gateways and their Redis."""

    def __init__(self, redis: RedisServer, gateways: list[Server]) -> None:
        self.redis, self.gateways = redis, gateways


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    require_redis()
    folder = tmp_path_factory.mktemp("shared-prices")
    redis = RedisServer(folder)
    redis.start()
    environment = {
        "REDIS_URL": f"redis://127.0.0.1:{redis.port}/0",
        "MARKET_SOURCE": "shared",
        "RATE_LIMIT_RPS": "0",
        "LOG_LEVEL": "INFO",
    }
    with ExitStack() as stack:
        stack.callback(redis.kill)
        gateways = []
        for name in ("first", "second"):
            (folder / name).mkdir()
            gateways.append(Server(folder / name, environment))
            stack.callback(gateways[-1].stop)
            gateways[-1].start()
        yield Pair(redis, gateways)


def read(gateway: Server, path: str) -> Any:
    return httpx.get(f"{gateway.url}/api/v1/{path}", timeout=30).json()["data"]


def prints(gateway: Server) -> dict[str, tuple[str, str, str]]:
    """Time, price and quantity of the newest prints."""
    items = read(gateway, f"{BTC}/trades/?limit=1000")["items"]
    return {item["time"]: (item["price"], item["quantity"], item["side"]) for item in items}


def show_the_same(gateways: list[Server]) -> bool:
    """Whether both have some prints of the last moments, and every print that both have is one."""
    one, two = map(prints, gateways)
    common = sorted(one.keys() & two.keys())
    newest = min(max(one, default=""), max(two, default=""))
    return len(common) >= 3 and common[-1] == newest and all(one[time] == two[time] for time in common[-3:])


def health_of(gateway: Server) -> str:
    checks = httpx.get(f"{gateway.url}/health", timeout=30).json()["data"]["checks"]
    return str(next(check["detail"] for check in checks if check["name"] == "feed"))


def test_both_show_the_same_prices_and_past(pair: Pair) -> None:
    until(lambda: show_the_same(pair.gateways), WITHIN_S)
    one, two = (read(each, f"{BTC}/candles/?interval=1m&limit=200")["items"] for each in pair.gateways)
    closed = sorted({row[0] for row in one} & {row[0] for row in two})[-100:-1] if isinstance(one[0], list) else []
    by_time = [{row[0] if isinstance(row, list) else row["time"]: row for row in rows} for rows in (one, two)]
    common = sorted(by_time[0].keys() & by_time[1].keys())[:-2]
    assert len(common) > 100, closed
    assert [by_time[0][time] for time in common] == [by_time[1][time] for time in common]


def test_nobody_directs_prices_that_others_see(pair: Pair) -> None:
    for gateway in pair.gateways:
        refused = httpx.put(f"{gateway.url}/api/v1/feed/", json={"paused": True})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "FEED_SHARED")
        scenario = {"kind": "halt", "symbol": "BTC-USDT", "duration_s": 60}
        refused = httpx.post(f"{gateway.url}/api/v1/feed/scenarios/", json=scenario)
        assert refused.status_code in (400, 409), refused.text
        assert read(gateway, "feed/")["status"] == "running"


def test_when_who_leads_is_killed_the_other_leads_on(pair: Pair) -> None:
    first, second = pair.gateways
    until(lambda: show_the_same(pair.gateways), WITHIN_S)
    before = prints(second)
    price = float(before[max(before)][0])
    first.kill()
    until(lambda: len(prints(second).keys() - before.keys()) > 40, WITHIN_S)
    after = prints(second)
    assert abs(float(after[max(after)][0]) / price - 1) < 0.02
    first.start()
    until(lambda: show_the_same(pair.gateways), WITHIN_S)


def test_without_redis_each_goes_on_alone_and_says_so(pair: Pair) -> None:
    pair.redis.kill()
    alone = "Redis is away: this gateway shows prices of its own."
    until(lambda: all(health_of(each) == alone for each in pair.gateways), WITHIN_S)
    before = [len(prints(each)) for each in pair.gateways]
    until(lambda: all(len(prints(each)) != count for each, count in zip(pair.gateways, before, strict=True)), WITHIN_S)
    pair.redis.start()
    until(lambda: show_the_same(pair.gateways), WITHIN_S)
    until(lambda: all(health_of(each) != alone for each in pair.gateways), WITHIN_S)


def test_sharing_needs_a_redis(tmp_path: Path) -> None:
    server = Server(tmp_path, {"MARKET_SOURCE": "shared"})
    checked = server.run_command("check")
    assert checked.returncode != 0
    assert "MARKET_SOURCE=shared needs a REDIS_URL" in checked.stderr
