"""Past candles of an exchange become a data set like any other, and reach whoever keeps candles."""

import pytest

from jobs import services as jobs
from kit.clock import NS_PER_SECOND, ns_from_iso
from kit.errors import Invalid, Rejected, Unavailable
from markets import services as markets
from markets.candle_store import services as candle_store
from markets.datasets import backfilling, services
from markets.datasets.backfilling import BackfillSpec
from tests.loopback_exchange import LoopbackExchange
from tests.tables import ask_tables

FROM, TO = "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z"
MINUTES = 2 * 1_440


class Quiet:
    """Progress that nobody looks at."""

    def __init__(self):
        self.messages = []

    def update(self, fraction, message=""):
        self.messages.append((fraction, message))


@pytest.fixture
def exchange(settings):
    with LoopbackExchange() as running:
        settings.LIVE_EXCHANGE_URL = running.url
        yield running
        running.assert_public()


@pytest.fixture
def spec(exchange, tmp_path):
    return BackfillSpec(
        exchange="binance", base_url=exchange.url, symbol="BTC-USDT", interval="1m", from_ns=ns_from_iso(FROM),
        to_ns=ns_from_iso(TO), datasets_dir=str(tmp_path),
    )  # fmt: skip


def replaced(spec, **values):
    return BackfillSpec(**{**{name: getattr(spec, name) for name in spec.__struct_fields__}, **values})


def test_every_candle_of_the_time_comes_once_over_several_pages(spec, exchange):
    progress = Quiet()
    result = backfilling.backfill(spec, progress)
    assert (result.rows, result.interval, result.symbol) == (MINUTES, "1m", "BTC-USDT")
    assert (result.from_ns, result.to_ns) == (spec.from_ns, spec.to_ns - 60 * NS_PER_SECOND)
    assert (result.quality.gaps.count, result.quality.duplicates, result.quality.bad_rows) == (0, 0, 0)
    assert sum("/klines" in request for request in exchange.requests) == 3
    assert any("2,000 candles" in message for _, message in progress.messages)


def test_the_same_time_again_is_the_same_content(spec):
    assert backfilling.backfill(spec, Quiet()).content_hash == backfilling.backfill(spec, Quiet()).content_hash


def test_a_fault_on_the_way_is_tried_again(spec, exchange, monkeypatch):
    answer, failures = exchange._candles, iter([True, False, True])

    def sometimes(query):
        if next(failures, False):
            raise ConnectionResetError
        return answer(query)

    monkeypatch.setattr(exchange, "_candles", sometimes)
    assert backfilling.backfill(spec, Quiet()).rows == MINUTES


@pytest.mark.parametrize(
    ("wish", "kind", "words"),
    [
        ({"symbol": "NOPE-USDT"}, Rejected, "binance refused"),
        (
            {"from_ns": ns_from_iso("2090-01-01T00:00:00Z"), "to_ns": ns_from_iso("2090-01-02T00:00:00Z")},
            Rejected,
            "no candles",
        ),
    ],
)
def test_what_the_exchange_does_not_have_is_said(spec, wish, kind, words):
    with pytest.raises(kind, match=words):
        backfilling.backfill(replaced(spec, **wish), Quiet())


def test_an_exchange_that_is_away_is_said_too_and_nothing_is_left_behind(spec, exchange, tmp_path):
    exchange.faults.status = 503
    with pytest.raises(Unavailable, match="binance cannot be read"):
        backfilling.backfill(spec, Quiet())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"from_ns": 0}, "brings up to"),
        ({"from_ns": ns_from_iso(TO), "to_ns": ns_from_iso(FROM)}, "at least one closed candle"),
    ],
)
@pytest.mark.django_db
def test_too_much_and_nothing_at_all_are_refused_at_once(exchange, wish, words):
    asked = {
        "exchange": None,
        "symbol": "BTC-USDT",
        "interval": "1m",
        "from_ns": ns_from_iso(FROM),
        "to_ns": ns_from_iso(TO),
    }
    with pytest.raises(Invalid) as refusal:
        services.stage_backfill(**{**asked, **wish})
    assert words in refusal.value.details["from"][0]
    assert exchange.requests == []


@pytest.mark.parametrize("exchange_id", ["http://169.254.169.254/", "nosuch"])
@pytest.mark.django_db
def test_an_exchange_there_is_not_is_refused_at_once(exchange, exchange_id):
    with pytest.raises(Rejected) as refusal:
        services.stage_backfill(
            exchange=exchange_id, symbol="BTC-USDT", interval="1m", from_ns=ns_from_iso(FROM), to_ns=None
        )
    assert refusal.value.code == "UNKNOWN_EXCHANGE"
    assert exchange.requests == []


@pytest.mark.django_db(transaction=True)
async def test_over_rest_it_is_a_job_whose_result_is_the_data_set_and_the_store_keeps_it(
    client, exchange, settings, tmp_path
):
    settings.STATE_DIR = tmp_path
    body = {"symbol": "XRP-USDT", "interval": "1h", "from": FROM, "to": TO}
    await jobs.start()
    try:
        answer = await client.post("/api/v1/datasets/backfill/", query={"wait": 25}, json=body)
    finally:
        await jobs.stop()
    assert (answer.status, answer.data["status"]) == (202, "succeeded"), answer.json()
    dataset = answer.data["result"]
    assert (dataset["symbol"], dataset["interval"], dataset["rows"]) == ("XRP-USDT", "1h", 48)
    assert markets.UNIVERSE.has("XRP-USDT")
    stored = {facts.key.source: facts for facts in await ask_tables(candle_store.list_series, "XRP-USDT")}
    kept, imported = stored["live:binance"], stored[f"dataset:{dataset['id']}"]
    assert (kept.key.interval, kept.rows, imported.rows) == ("1h", 48, 48)
