"""Data sets over REST, through the real application, the job table and a worker process."""

import gzip
import io
import json
import zipfile

import polars as pl
import pytest

from jobs import services as jobs
from markets.services import UNIVERSE
from tests.asgi_client import AsgiClient
from tests.markets.depth.venue import record

BOUNDARY = "----sandbar"
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
START_S = 1_546_300_800
CANDLES = "time,open,high,low,close,volume\n" + "".join(
    f"{START_S + 60 * minute},2.5,4,1,3,10.125\n" for minute in range(10)
)


def form(content: bytes | str | None, name: str = "prices.csv", **fields: str) -> bytes:
    """A multipart body with the file as part `file`."""
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()]
    if content is not None:
        data = content.encode() if isinstance(content, str) else content
        head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
        parts.append(head.encode() + data)
    lines = b"".join(b"--" + BOUNDARY.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return lines + b"--" + BOUNDARY.encode() + b"--\r\n"


@pytest.fixture
def client(app, settings, tmp_path, monkeypatch, transactional_db):
    # Instruments that imports make are forgotten with the test.
    monkeypatch.setattr(UNIVERSE, "_by_symbol", dict(UNIVERSE._by_symbol))
    settings.RATE_LIMIT_RPS = 10_000
    settings.STATE_DIR = tmp_path / "var"
    settings.UPLOAD_DIR = tmp_path / "var" / "uploads"
    settings.UPLOAD_DIR.mkdir(parents=True)
    return AsgiClient(app)


@pytest.fixture
async def workers(client):
    """The job service with its real worker processes."""
    await jobs.start()
    yield
    await jobs.stop()


async def upload(client, content, path="/api/v1/datasets/?wait=20", **fields):
    return await client.post(path, body=form(content, **fields), headers=MULTIPART)


async def imported(client, content=CANDLES, **fields):
    answer = await upload(client, content, **{"symbol": "NEW-USD", **fields})
    assert answer.status == 202
    assert answer.data["status"] == "succeeded", answer.data
    return answer.data["result"]


def left(settings) -> list[str]:
    """Files that are not stored data sets."""
    return [str(path) for path in settings.STATE_DIR.rglob("*") if path.is_file() and path.suffix != ".parquet"]


async def test_an_import_is_a_job_whose_result_is_the_data_set(client, workers, settings):
    dataset = await imported(client)
    shown = (await client.get(f"/api/v1/datasets/{dataset['id']}/")).data
    assert {key: value for key, value in dataset.items() if key != "already_stored"} == shown
    assert (shown["symbol"], shown["kind"], shown["interval"], shown["rows"]) == ("NEW-USD", "candles", "1m", 10)
    assert (shown["from"], shown["to"]) == ("2019-01-01T00:00:00.000Z", "2019-01-01T00:09:00.000Z")
    assert left(settings) == []
    (job,) = (await client.get("/api/v1/jobs/")).data["items"]
    assert (job["kind"], job["subject"]) == ("dataset.import", "prices.csv")


async def test_an_import_for_an_unknown_symbol_makes_its_instrument(client, workers):
    await imported(client, symbol="MADE-USD")
    symbol = (await client.get("/api/v1/symbols/MADE-USD/")).data
    assert (symbol["tick_size"], symbol["lot_size"]) == ("0.1", "0.001")


async def test_the_quality_report_says_what_was_found(client, workers):
    text = CANDLES + "oops,1,2,3,4,5\n" + f"{START_S + 1200},2.5,4,1,3,10.125\n"
    dataset = await imported(client, text)
    quality = (await client.get(f"/api/v1/datasets/{dataset['id']}/quality/")).data
    assert (quality["rows"], quality["bad_rows"], quality["duplicates"], quality["out_of_order"]) == (11, 1, 0, 0)
    assert quality["gaps"]["count"] == 1
    assert quality["gaps"]["items"][0]["missing_bars"] == 10
    assert quality["bad_row_examples"][0]["line"] == 12
    assert quality["from"] == "2019-01-01T00:00:00.000Z"
    assert quality["time_zone"].startswith("UTC")
    assert quality["repairs"] == ["1 bad rows were left out."]


async def test_the_same_content_again_is_the_same_data_set(client, workers):
    first = await imported(client)
    again = await imported(client, gzip.compress(CANDLES.encode()), name="other.csv.gz")
    assert (first["already_stored"], again["already_stored"]) == (False, True)
    assert again["id"] == first["id"]
    listed = (await client.get("/api/v1/datasets/?symbol=NEW-USD")).data
    assert [item["id"] for item in listed["items"]] == [first["id"]]


async def test_a_recording_of_a_book_is_imported_described_and_deleted(client, workers, settings):
    dataset = await imported(client, gzip.compress(record(60).text().encode()), name="stream.gz")
    assert (dataset["kind"], dataset["interval"], dataset["rows"]) == ("depth", None, 81)
    assert (dataset["price_decimals"], dataset["volume_decimals"]) == (2, 3)
    listed = (await client.get("/api/v1/datasets/?kind=depth")).data
    assert [item["id"] for item in listed["items"]] == [dataset["id"]]
    quality = (await client.get(f"/api/v1/datasets/{dataset['id']}/quality/")).data
    assert (quality["gaps"]["count"], quality["file_format"]) == (0, "raw Binance stream, gzip")
    assert (await client.delete(f"/api/v1/datasets/{dataset['id']}/")).status == 204
    assert not list(settings.STATE_DIR.rglob("*.parquet"))


async def test_a_recording_without_a_book_is_refused_with_the_way_out(client, workers, settings):
    text = "\n".join(line for line in record(20).lines if "lastUpdateId" not in line)
    answer = await upload(client, text, symbol="NEW-USD")
    assert (answer.status, answer.data["status"]) == (202, "failed")
    assert "put the snapshot into the same file" in answer.data["error"]["message"]
    assert left(settings) == []


async def test_a_deleted_data_set_is_gone(client, workers, settings):
    dataset = await imported(client)
    assert (await client.delete(f"/api/v1/datasets/{dataset['id']}/")).status == 204
    assert (await client.get(f"/api/v1/datasets/{dataset['id']}/")).status == 404
    assert not list(settings.STATE_DIR.rglob("*.parquet"))


async def test_candles_of_an_imported_symbol_are_served(client, workers):
    await imported(client, symbol="CHART-USD")
    page = (await client.get("/api/v1/markets/CHART-USD/candles/?interval=5m")).data
    assert [candle["volume"] for candle in page["items"]] == ["50.625", "50.625"]
    assert page["source"] == "dataset"


async def test_a_hostile_file_name_is_shown_and_nothing_else(client, workers, settings, tmp_path):
    dataset = await imported(client, name="../../../../x.csv")
    assert dataset["file_name"] == "x.csv"
    written = {path.parent for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {settings.STATE_DIR / "datasets"}


async def test_what_only_the_whole_file_shows_fails_the_job_with_its_reasons(client, workers, settings):
    rows = "".join(f"{START_S + 60 * minute},2,1,4,3,10\n" for minute in range(1_000_000))
    answer = await upload(
        client, gzip.compress(("time,open,high,low,close,volume\n" + rows).encode(), 1), symbol="NEW-USD"
    )
    assert answer.status == 202
    assert answer.data["status"] == "failed"
    assert answer.data["error"]["code"] == "TOO_MANY_BAD_ROWS"
    assert answer.data["error"]["details"]["file"] == ["1,000,000 rows: high is below low"]
    assert left(settings) == []
    assert not list(settings.STATE_DIR.rglob("*.parquet"))


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (CANDLES.encode("utf-16"), "UNREADABLE_FILE", "UTF-16"),
        ("Währung;".encode("latin-1") + CANDLES.encode(), "UNREADABLE_FILE", "not UTF-8"),
        (b"a,b,c\n1,2,3\n", "UNKNOWN_LAYOUT", "Send a column map"),
        (gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), "UNREADABLE_FILE", "compressed twice"),
    ],
)
async def test_what_the_head_of_the_file_shows_is_refused_at_once(client, settings, content, code, says):
    answer = await upload(client, content, symbol="NEW-USD")
    assert (answer.status, answer.code) == (422, code)
    assert says in answer.json()["message"]
    assert answer.details["file"]
    assert left(settings) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"symbol": "btc-usdt"}, "symbol"),
        ({"symbol": "X'; DROP TABLE markets_datasetrow;--"}, "symbol"),
        ({"symbol": "NEW-USD", "interval": "7m"}, "interval"),
        ({"symbol": "NEW-USD", "kind": "bars"}, "kind"),
        ({"symbol": "NEW-USD", "columns": "{"}, "columns"),
        ({"symbol": "NEW-USD", "columns": '{"time": "no such column"}'}, "columns"),
        ({"symbol": "NEW-USD", "surprise": "1"}, "surprise"),
        ({}, "symbol"),
    ],
)
async def test_a_wrong_field_is_named(client, settings, fields, field):
    answer = await upload(client, CANDLES, **fields)
    assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    assert list(answer.details) == [field]
    assert left(settings) == []


async def test_a_form_without_a_file_or_with_an_empty_one_names_it(client):
    for content in (None, b""):
        answer = await upload(client, content, symbol="NEW-USD")
        assert answer.status == 400
        assert list(answer.details) == ["file"]


async def test_an_upload_that_no_job_can_take_is_not_kept(client, settings):
    answer = await upload(client, CANDLES, symbol="NEW-USD")
    assert answer.status == 503
    assert left(settings) == []


async def test_an_upload_over_the_limit_is_too_large(client, settings, tune):
    tune("requests.upload_bytes", 10_000)
    answer = await upload(client, b"x" * 20_000, symbol="NEW-USD")
    assert (answer.status, answer.code) == (413, "BODY_TOO_LARGE")
    assert left(settings) == []


async def test_json_is_no_upload(client):
    answer = await client.post("/api/v1/datasets/", json={"symbol": "NEW-USD"})
    assert (answer.status, answer.code) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_preview_shows_rows_and_the_proposed_columns(client, settings):
    text = "A vendor\n" + CANDLES
    answer = await upload(client, text, path="/api/v1/datasets/preview/", name="ABCUSD.csv")
    shown = answer.data
    assert (answer.status, shown["kind"], shown["header_line"], shown["symbol"]) == (200, "candles", 2, "ABC-USD")
    assert shown["columns"]["close"] == "close"
    assert shown["rows"][0] == [str(START_S), "2.5", "4", "1", "3", "10.125"]
    assert shown["problem"] is None
    assert left(settings) == []


async def test_a_preview_shows_also_what_nobody_recognises(client):
    text = "when;erster;hoch\n1;2;3\n"
    shown = (await upload(client, text, path="/api/v1/datasets/preview/")).data
    assert shown["kind"] is None
    assert "Send a column map" in shown["problem"]
    assert shown["rows"] == [["when", "erster", "hoch"], ["1", "2", "3"]]


async def test_a_preview_reads_tables_and_column_maps_in_a_worker(client, workers):
    buffer = io.BytesIO()
    pl.DataFrame({"a": [START_S], "b": [1.5], "c": [2.0]}).write_parquet(buffer)
    columns = json.dumps({"time": "a", "price": "b", "quantity": "c"})
    path = "/api/v1/datasets/preview/"
    unknown = (await upload(client, buffer.getvalue(), path=path)).data
    told = (await upload(client, buffer.getvalue(), path=path, columns=columns)).data
    assert (unknown["kind"], told["kind"]) == (None, "trades")
    assert told["rows"] == [[str(START_S), "1.5", "2.0"]]


async def test_a_preview_refuses_a_damaged_table(client, workers, settings):
    answer = await upload(client, b"PAR1 and nothing", path="/api/v1/datasets/preview/")
    assert (answer.status, answer.code) == (422, "UNREADABLE_FILE")
    assert left(settings) == []


async def test_a_preview_names_a_wrong_column_map_of_a_table(client, workers):
    buffer = io.BytesIO()
    pl.DataFrame({"a": [START_S]}).write_parquet(buffer)
    answer = await upload(client, buffer.getvalue(), path="/api/v1/datasets/preview/", columns='{"time": "x"}')
    assert (answer.status, list(answer.details)) == (400, ["columns"])


async def test_a_damaged_table_fails_the_import_with_its_reason(client, workers, settings):
    answer = await upload(client, b"PAR1 and nothing", symbol="NEW-USD")
    assert (answer.data["status"], answer.data["error"]["code"]) == ("failed", "UNREADABLE_FILE")
    assert left(settings) == []


@pytest.mark.parametrize("dataset_id", ["no-such-id", "1 OR 1=1", "..%2F..%2Fetc%2Fpasswd", "x" * 300])
async def test_an_id_there_cannot_be_is_not_found(client, dataset_id):
    for path in (f"/api/v1/datasets/{dataset_id}/", f"/api/v1/datasets/{dataset_id}/quality/"):
        answer = await client.get(path)
        assert (answer.status, answer.code) == (404, "NOT_FOUND")


@pytest.mark.parametrize("query", ["limit=0", "limit=1000000000", "cursor=nonsense", "kind=x", "surprise=1"])
async def test_a_wrong_query_is_refused(client, query):
    answer = await client.get(f"/api/v1/datasets/?{query}")
    assert answer.status == 400


# Several symbols, findings and repairs ---------------------------------------------------------------------------------

PANEL = "date,open,high,low,close,volume,tic\n" + "".join(
    f"2019-01-{day:02},{price},{price + 1},{price - 1},{price},5,{ticker}\n"
    for day in range(2, 12)
    for ticker, price in (("AAA", 100), ("BBB", 50))
)


async def test_a_file_of_several_symbols_is_one_job_with_a_data_set_of_each(client, workers, settings):
    answer = await upload(client, PANEL, quote="EUR")
    assert answer.data["status"] == "succeeded", answer.data
    result = answer.data["result"]
    assert [(one["symbol"], one["rows"]) for one in result["datasets"]] == [("AAA-EUR", 10), ("BBB-EUR", 10)]
    assert (result["refused"], result["refused_count"]) == ([], 0)
    for one in result["datasets"]:
        assert (await client.get(f"/api/v1/datasets/{one['id']}/")).data["symbol"] == one["symbol"]
    assert left(settings) == []


async def test_an_archive_is_one_job_that_says_what_it_refused(client, workers, settings):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("BTC_USD.csv", CANDLES)
        archive.writestr("notes.txt", "nothing\n")
    result = (await upload(client, buffer.getvalue(), name="all.zip")).data["result"]
    assert [one["symbol"] for one in result["datasets"]] == ["BTC-USD"]
    assert [(one["name"], one["code"]) for one in result["refused"]] == [("notes.txt", "UNKNOWN_LAYOUT")]
    assert left(settings) == []


async def test_the_quality_report_has_findings_a_verdict_and_a_proposal(client, workers):
    text = "".join(line for number, line in enumerate(CANDLES.splitlines(keepends=True)) if number not in (4, 5, 8))
    dataset = await imported(client, text)
    quality = (await client.get(f"/api/v1/datasets/{dataset['id']}/quality/")).data
    (gaps,) = [one for one in quality["findings"] if one["kind"] == "gaps"]
    assert (gaps["severity"], gaps["count"], gaps["choice"]) == ("warning", 2, "gaps")
    assert gaps["examples"][0]["time"] == "2019-01-01T00:02:00.000Z"
    assert (quality["verdict"], quality["proposal"]["gaps"], quality["repair"]) == ("usable", "fill", None)
    assert quality["bar_time"]["value"] == "open"


async def repaired(client, dataset, **choices):
    answer = await client.post(f"/api/v1/datasets/{dataset['id']}/repair/?wait=20", json=choices)
    assert (answer.status, answer.data["status"]) == (202, "succeeded"), answer.data
    return answer.data["result"]


async def test_a_repair_is_planned_then_accepted_and_the_original_stays(client, workers, settings):
    text = "".join(line for number, line in enumerate(CANDLES.splitlines(keepends=True)) if number != 4)
    dataset = await imported(client, text)
    plan = await repaired(client, dataset, dry_run=True, gaps="fill")
    assert (plan["dry_run"], plan["rows_before"], plan["rows_after"]) == (True, 9, 10)
    assert [(step["kind"], step["rows"]) for step in plan["steps"]] == [("gaps", 1)]
    assert len((await client.get("/api/v1/datasets/")).data["items"]) == 1
    done = await repaired(client, dataset, gaps="fill")
    assert (done["rows"], done["parent"], done["content_hash"]) == (10, dataset["id"], plan["content_hash"])
    shown = (await client.get(f"/api/v1/datasets/{done['id']}/")).data
    assert shown["parent"] == dataset["id"]
    quality = (await client.get(f"/api/v1/datasets/{done['id']}/quality/")).data
    assert quality["repair"]["parent_hash"] == dataset["content_hash"]
    assert (quality["repair"]["plan"]["gaps"], quality["gaps"]["count"]) == ("fill", 0)
    assert (await client.get(f"/api/v1/datasets/{dataset['id']}/")).data["rows"] == 9
    assert left(settings) == []


async def test_a_repair_that_changes_nothing_is_the_data_set_that_is_there(client, workers):
    dataset = await imported(client)
    same = await repaired(client, dataset)
    assert (same["id"], same["already_stored"]) == (dataset["id"], True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"gaps": "invent"}, "gaps"),
        ({"time_zone": "Nowhere/City"}, "time_zone"),
        ({"surprise": 1}, "surprise"),
        ({"dry_run": "yes"}, "dry_run"),
    ],
)
async def test_a_plan_that_is_none_names_its_field(client, workers, body, field):
    dataset = await imported(client)
    answer = await client.post(f"/api/v1/datasets/{dataset['id']}/repair/", json=body)
    assert (answer.status, list(answer.details)) == (400, [field])


async def test_a_repair_of_nothing_is_not_found(client):
    answer = await client.post("/api/v1/datasets/nothing/repair/", json={})
    assert (answer.status, answer.code) == (404, "NOT_FOUND")


async def test_an_address_in_the_form_is_refused(client, settings):
    answer = await upload(client, CANDLES, symbol="http://169.254.169.254/")
    assert (answer.status, answer.code, list(answer.details)) == (422, "ADDRESS_REFUSED", ["symbol"])
    assert left(settings) == []


async def test_quotes_are_charted_by_the_middle_of_their_minutes(client, workers):
    text = "time,bid,ask\n" + "".join(f"{START_S + 20 * n},{100 + n},{101 + n}\n" for n in range(6))
    dataset = await imported(client, text, symbol="QUO-USD")
    assert (dataset["kind"], dataset["rows"]) == ("quotes", 6)
    page = (await client.get(f"/api/v1/markets/QUO-USD/candles/?interval=1m&dataset={dataset['id']}")).data
    assert [candle["open"] for candle in page["items"]] == ["100.5", "103.5"]
