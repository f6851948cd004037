"""Files that are too large, bombs, broken rows, wrong encodings and hostile names: refused, and nothing left behind."""

import gzip
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.faults.attacker import API, JSON, Answer, Attacker
from tests.server import POLL_INTERVAL_S, run_server

MIB = 1024 * 1024
BOUNDARY = "frontier"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
HEADER = b"time,open,high,low,close,volume\n"
START_S = 1_546_300_800
GROWTH_LIMIT_BYTES = 64 * MIB
"""Far below what the bombs hold; a server that takes bodies whole, as Daphne does, needs a few times the largest."""


def rows(count: int, row: str = "2.5,4,1,3,10") -> bytes:
    return "".join(f"{START_S + 60 * number},{row}\n" for number in range(count)).encode()


def form(content: bytes, name: str, **fields: str) -> bytes:
    """A multipart body with the file as part `file`."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n'
    texts = "".join(head % (key, "") + f"{value}\r\n" for key, value in fields.items())
    return (texts + head % ("file", f'; filename="{name}"')).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def upload(attacker: Attacker, content: bytes, name: str = "prices.csv", **fields: str) -> Answer:
    body = form(content, name, **({"symbol": "FUZZ-USD"} | fields))
    return attacker.ask("POST", f"{API}/datasets/?wait=25", body, FORM)


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def files_of(attacker: Attacker) -> set[Path]:
    """Every file under the server's folder but those that belong to its databases and logs."""
    state = attacker.server.state_dir
    return {
        path
        for path in attacker.server.folder.rglob("*")
        if path.is_file() and path.parent not in (state, attacker.server.log_dir, attacker.server.folder)
    }


@pytest.fixture(scope="module")
def warm(attacker: Attacker) -> None:
    """A good upload loads what uploads need, in the gateway and in its worker."""
    assert upload(attacker, HEADER + rows(5)).data["status"] == "succeeded"


@pytest.fixture
def nothing_is_kept(attacker: Attacker, warm: None, unchanged: None) -> Iterator[None]:
    """No data set, no file, and the memory that there was."""
    outside = attacker.server.folder.parent
    before = files_of(attacker), set(outside.iterdir()), set(attacker.server.folder.iterdir())
    memory = psutil.Process(attacker.server.pid).memory_info().rss
    yield
    wait_until_files_are(attacker, before[0])
    assert (set(outside.iterdir()), set(attacker.server.folder.iterdir())) == before[1:]
    assert psutil.Process(attacker.server.pid).memory_info().rss - memory < GROWTH_LIMIT_BYTES


def stored(attacker: Attacker) -> set[Path]:
    """The files of the data sets."""
    return {path for path in (attacker.server.state_dir / "datasets").iterdir() if path.is_file()}


def wait_until_files_are(attacker: Attacker, expected: set[Path]) -> None:
    """An upload's own file goes right after the answer."""
    deadline_s = time.monotonic() + 10
    while (found := files_of(attacker)) != expected:
        assert time.monotonic() < deadline_s, found ^ expected
        time.sleep(POLL_INTERVAL_S)


AT_ONCE: dict[str, tuple[bytes, str]] = {
    "UTF-16": ((HEADER + rows(10)).decode().encode("utf-16"), "UNREADABLE_FILE"),
    "UTF-16 without a mark": ((HEADER + rows(10)).decode().encode("utf-16-le"), "UNREADABLE_FILE"),
    "Latin-1": ("Währung;".encode("latin-1") + HEADER + rows(10), "UNREADABLE_FILE"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(1_000), "UNREADABLE_FILE"),
    "gzip in gzip": (gzip.compress(gzip.compress(HEADER + rows(10))), "UNREADABLE_FILE"),
    "a gzip that is cut short": (gzip.compress(HEADER + rows(10))[:-30], "UNREADABLE_FILE"),
    "a zip that leads out": (zipped({"a.csv": HEADER + rows(10), "../../x.csv": HEADER}), "UNREADABLE_FILE"),
    "a zip of one that leads out": (zipped({"../../x.csv": HEADER + rows(10)}), "UNREADABLE_FILE"),
    "a zip in a zip": (zipped({"a.csv": HEADER + rows(10), "b.zip": zipped({"x.csv": HEADER})}), "UNREADABLE_FILE"),
    "too many members": (zipped({f"{number}.csv": HEADER for number in range(2_001)}), "UNREADABLE_FILE"),
    "a spreadsheet": (zipped({"[Content_Types].xml": b"x", "xl/workbook.xml": b"y"}), "UNREADABLE_FILE"),
    "unknown columns": (b"when;what;why\n1;2;3\n", "UNKNOWN_LAYOUT"),
    "one endless line": (b"1," * 5 * MIB, "UNKNOWN_LAYOUT"),
    "no rows": (HEADER, "UNREADABLE_FILE"),
}


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize(("content", "code"), AT_ONCE.values(), ids=AT_ONCE)
def test_what_is_no_price_file_is_refused_at_once(attacker: Attacker, content: bytes, code: str) -> None:
    answer = upload(attacker, content)
    assert (answer.status, answer.code) == (422, code), answer.body
    assert answer.details["file"]


def failed(answer: Answer) -> dict[str, Any]:
    """The error of the job that an upload became."""
    assert answer.status == 202
    assert answer.data["status"] == "failed", answer.data
    error: dict[str, Any] = answer.data["error"]
    return error


IN_THE_JOB: dict[str, tuple[Callable[[], bytes], str]] = {
    "a million broken rows": (
        lambda: gzip.compress(HEADER + rows(1_000_000, "2,1,4,3,10"), 1),
        "TOO_MANY_BAD_ROWS",
    ),
    "a gzip bomb": (lambda: gzip.compress(HEADER + bytes(200 * MIB)), "UNREADABLE_FILE"),
    "a zip bomb": (lambda: zipped({"x.csv": HEADER + b"0,0,0,0,0,0\n" * 15_000_000}), "UNREADABLE_FILE"),
    "a zip bomb of many": (
        lambda: zipped({f"{name}.csv": HEADER + b"0,0,0,0,0,0\n" * 6_000_000 for name in ("AAA", "BBB", "CCC")}),
        "UNREADABLE_FILE",
    ),
    "a symbol for a zip of many": (lambda: zipped({"a.csv": b"x", "b.csv": b"y"}), "VALIDATION_FAILED"),
    "a damaged Parquet file": (lambda: b"PAR1" + b"\x00" * 1_000 + b"PAR1", "UNREADABLE_FILE"),
    "a damaged Feather file": (lambda: b"ARROW1\x00\x00" + b"\x07" * 1_000 + b"ARROW1", "UNREADABLE_FILE"),
}


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize(("make_content", "code"), IN_THE_JOB.values(), ids=IN_THE_JOB)
def test_what_only_the_whole_file_shows_is_refused_all_the_same(
    attacker: Attacker, make_content: Callable[[], bytes], code: str
) -> None:
    answer = upload(attacker, make_content())
    refusal = answer.code if answer.status == 422 else failed(answer)["code"]
    assert refusal == code, answer.body


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        f"--{BOUNDARY}--\r\n".encode(),
        form(b"", "empty.csv"),
        form(HEADER, "x.csv", surprise="1"),
        form(HEADER, "x.csv", symbol="'; DROP TABLE markets_datasetrow; --"),
        form(HEADER + rows(5), "x.csv")[:-20].replace(b"\r\n\r\n", b"\r\n", 1),
        form(HEADER + rows(5), "x" * 10_000 + ".csv"),
        b"".join(form(b"x", f"{number}.csv")[: -len(BOUNDARY) - 6] for number in range(50)),
        form(HEADER, "x.csv", **{f"field{number}": "1" for number in range(5_000)}),
    ],
    ids=["nothing", "no form", "no part", "an empty file", "an unknown field", "SQL", "no head", "a long name", "many files",
         "many fields"],
)  # fmt: skip
def test_a_form_that_is_none_is_refused(attacker: Attacker, body: bytes) -> None:
    answer = attacker.ask("POST", f"{API}/datasets/", body, FORM)
    assert (answer.status, answer.code) in ((400, "VALIDATION_FAILED"), (413, "BODY_TOO_LARGE")), answer.body


@pytest.mark.parametrize(
    "name", ["../../x.csv", "..\\..\\x.csv", "/etc/cron.d/x.csv", "x.csv\x00.exe", "COM1.csv", ".csv", "%2e%2e%2fx.csv"]
)
def test_a_hostile_name_names_nothing(attacker: Attacker, name: str) -> None:
    outside = set(attacker.server.folder.parent.iterdir())
    answer = upload(attacker, HEADER + rows(10 + len(name)), name)
    if answer.status == 202:
        assert answer.data["status"] == "succeeded", answer.data
        assert "/" not in answer.data["result"]["file_name"] and "\\" not in answer.data["result"]["file_name"]
    else:
        assert (answer.status, answer.code) == (400, "VALIDATION_FAILED")
    wait_until_files_are(attacker, stored(attacker))
    assert set(attacker.server.folder.parent.iterdir()) == outside
    assert not Path("/etc/cron.d/x.csv").exists()


ADDRESSES = [
    "http://169.254.169.254/",
    "file:///etc/passwd",
    "https://example.com/x.csv",
    "ftp://127.0.0.1/x",
    "//host/x",
]


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("field", ["file", "symbol", "columns", "quote", "url"])
def test_an_address_in_an_import_is_refused_and_nobody_is_asked(attacker: Attacker, field: str, address: str) -> None:
    whole = form(HEADER + rows(10), "x.csv", **({field: address} if field != "file" else {}))
    if field == "file":
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"\r\n\r\n{address}\r\n--{BOUNDARY}--\r\n'
        whole = part.encode()
    answer = attacker.ask("POST", f"{API}/datasets/?wait=25", whole, FORM)
    assert (answer.status, answer.code) == (422, "ADDRESS_REFUSED"), answer.body
    assert field in answer.details


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_file_that_only_holds_an_address_is_no_price_file(attacker: Attacker, address: str) -> None:
    answer = upload(attacker, address.encode())
    assert (answer.status, answer.code) == (422, "UNKNOWN_LAYOUT")


def test_a_cell_of_ten_megabytes_is_one_bad_row(attacker: Attacker) -> None:
    content = HEADER + rows(30) + b"1546400000," + b"9" * 10 * MIB + b",4,1,3,10\n"
    answer = upload(attacker, content)
    assert answer.data["status"] == "succeeded", answer.data
    quality = attacker.get(f"datasets/{answer.data['result']['id']}/quality/").data
    assert (quality["rows"], quality["bad_rows"]) == (30, 1)
    assert quality["bad_row_examples"][0]["line"] == 32


@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
def test_an_upload_over_the_limit_is_refused_and_not_kept(tmp_path: Path, kind: str) -> None:
    with run_server(tmp_path, {"GATEWAY_SERVER": kind, "RATE_LIMIT_RPS": "0"}) as server:
        attacker = Attacker(server)
        limit = json.dumps({"value": 4 * MIB, "reason": "Nobody sends two gibibytes in a test."}).encode()
        assert attacker.ask("PUT", f"{API}/config/requests.upload_bytes/", limit, JSON).status == 200
        small = upload(attacker, HEADER + rows(100_000)[: 3 * MIB])
        assert small.data["status"] == "succeeded"
        before = stored(attacker)
        body = form(HEADER + b"x" * 6 * MIB, "large.csv")
        declared = attacker.ask("POST", f"{API}/datasets/", body, FORM)
        assert (declared.status, declared.code, declared.details) == (413, "BODY_TOO_LARGE", {"limit_bytes": 4 * MIB})
        head = attacker.head("POST", "datasets/", f"Content-Type: {FORM['Content-Type']}", "Transfer-Encoding: chunked")
        chunks = b"".join(b"10000\r\n" + body[at : at + 65_536] + b"\r\n" for at in range(0, 5 * MIB, 65_536))
        counted = attacker.send(head + chunks + b"0\r\n\r\n")
        assert counted is not None
        assert (counted.status, counted.code) == (413, "BODY_TOO_LARGE")
        wait_until_files_are(attacker, before)
        assert attacker.preview().status in (200, 404, 422)
