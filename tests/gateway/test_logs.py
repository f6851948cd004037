"""The log: JSON lines with the trace id in a file of the day, and nothing that a full queue or a bad value can break."""

import json
import logging
from datetime import UTC, datetime

import pytest

from gateway import logs
from gateway.log_service import log_state
from gateway.logs import FILES_KEPT, QUEUE_LIMIT, JsonLinesHandler, LogWriter
from kit.caller import NOBODY, Caller, set_caller
from kit.logs import get_logger
from kit.trace import set_trace_id


@pytest.fixture
def writer(tmp_path):
    made = LogWriter(tmp_path)
    yield made
    made.close()


@pytest.fixture
def logger(writer):
    """A logger of the test's own, so that nothing else writes into its file."""
    made = logging.Logger("test.logs", logging.DEBUG)
    made.addHandler(JsonLinesHandler(writer))
    return made


def lines_of(writer, tmp_path):
    writer.flush()
    file = tmp_path / f"gateway.log.{datetime.now(UTC):%Y-%m-%d}"
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_line_says_when_what_who_and_for_which_request(writer, logger, tmp_path):
    set_trace_id("trace-7")
    logger.info("%s orders of %s", 3, "BTC-USDT", extra={"fields": {"account": "default"}})
    set_trace_id("")
    (line,) = lines_of(writer, tmp_path)
    assert line["time"].endswith("Z")
    assert {name: line[name] for name in ("level", "logger", "message", "trace_id", "account")} == {
        "level": "INFO",
        "logger": "test.logs",
        "message": "3 orders of BTC-USDT",
        "trace_id": "trace-7",
        "account": "default",
    }


def test_a_line_names_who_asked(writer, logger, tmp_path):
    set_caller(Caller("key", "k-1", "127.0.0.1"))
    logger.info("done")
    set_caller(NOBODY)
    logger.info("alone")
    assert [line["caller"] for line in lines_of(writer, tmp_path)] == ["key:k-1@127.0.0.1", ""]


def test_structlogs_fields_look_like_those_of_the_standard_loggers(writer, tmp_path):
    standard = logging.getLogger("test.structlog")
    standard.addHandler(JsonLinesHandler(writer))
    standard.setLevel(logging.INFO)
    get_logger("test.structlog").info("Filled.", fills=2)
    standard.info("Filled.", extra={"fields": {"fills": 2}})
    standard.handlers.clear()
    first, second = lines_of(writer, tmp_path)
    assert first["fills"] == 2
    assert {**first, "time": ""} == {**second, "time": ""}


def test_no_secret_is_written(writer, logger, tmp_path):
    try:
        raise ValueError("with Bearer the-token-1")
    except ValueError:
        logger.exception(
            "redis://:the-password@host said Authorization: Bearer the-token-2",
            extra={"fields": {"password": "the-password", "headers": [{"Authorization": "the-token-3"}], "n": 1}},
        )
    (line,) = lines_of(writer, tmp_path)
    assert "the-" not in json.dumps(line)
    assert line["n"] == 1


def test_a_field_cannot_pose_as_what_every_line_has(writer, logger, tmp_path):
    logger.info("true", extra={"fields": {"message": "false", "level": "NONE", "trace_id": "of-the-job"}})
    (line,) = lines_of(writer, tmp_path)
    assert (line["message"], line["level"], line["message_"], line["trace_id"]) == (
        "true",
        "INFO",
        "false",
        "of-the-job",
    )


def test_fields_that_json_cannot_say_are_still_readable(writer, logger, tmp_path):
    logger.info("odd", extra={"fields": {"half": "\ud800", "set": {1}, "path": tmp_path}})
    (line,) = lines_of(writer, tmp_path)
    assert "ud800" in line["half"]
    assert str(tmp_path) in line["path"]


def test_an_exception_is_part_of_its_line(writer, logger, tmp_path):
    try:
        raise ValueError("of this kind")
    except ValueError:
        logger.exception("It failed.")
    (line,) = lines_of(writer, tmp_path)
    assert "ValueError: of this kind" in line["exception"]


@pytest.mark.parametrize("message", ["half \ud800", "line\nbreak", 'quote "', "NUL \x00"])
def test_any_text_is_one_line(writer, logger, tmp_path, message):
    logger.info("%s", message)
    assert len(lines_of(writer, tmp_path)) == 1


def test_a_message_whose_arguments_do_not_fit_is_still_logged(writer, logger, tmp_path):
    logger.info("%d orders", "three")
    (line,) = lines_of(writer, tmp_path)
    assert "three" in line["message"]


def test_a_huge_message_is_cut(writer, logger, tmp_path):
    logger.info("x" * 1_000_000)
    (line,) = lines_of(writer, tmp_path)
    assert len(line["message"]) == logs.LINE_LIMIT


def test_when_the_queue_is_full_the_newest_are_dropped_and_counted(writer, tmp_path):
    writer._lines.extend([b"{}"] * QUEUE_LIMIT)
    for _ in range(7):
        writer.write(b"{}")
    lines = lines_of(writer, tmp_path)
    assert len(lines) == QUEUE_LIMIT + 1
    assert lines[-1]["message"].startswith("7 log lines were dropped")


def test_old_files_go(writer, tmp_path):
    for day in range(1, 29):
        for month in ("01", "02"):
            (tmp_path / f"gateway.log.2020-{month}-{day:02d}").write_text("{}\n")
    writer.write(b"{}")
    writer.flush()
    assert len(list(tmp_path.glob("gateway.log.*"))) == FILES_KEPT


def test_a_folder_that_is_gone_stops_nobody(tmp_path, capsys):
    writer = LogWriter(tmp_path / "gone")
    writer.write(b"{}")
    writer.flush()
    writer.close()
    assert "cannot be written" in capsys.readouterr().err


def test_the_log_is_a_part_that_says_when_it_cannot_be_written(tmp_path, monkeypatch, capsys):
    writer = LogWriter(tmp_path / "later")
    monkeypatch.setattr("gateway.log_service.writer_in_use", lambda: writer)
    writer._lines.append(b"{}")
    assert (log_state().state, log_state().load) == ("running", 1 / QUEUE_LIMIT)
    writer.flush()
    assert log_state().state == "degraded"
    assert "No such file" in log_state().last_error
    (tmp_path / "later").mkdir()
    writer._lines.append(b"{}")
    writer.flush()
    assert log_state().state == "running"
    assert log_state().latency_ms > 0
    writer.close()
    assert "cannot be written" in capsys.readouterr().err


async def test_each_request_has_one_line(client, settings):
    await client.get("/api/v1/whoami/?secret=1", headers={"X-Trace-Id": "one-line"})
    writer = logs.writer_in_use()
    writer.flush()
    text = "".join(file.read_text() for file in settings.LOG_DIR.glob("gateway.log.*"))
    (line,) = [json.loads(line) for line in text.splitlines() if "one-line" in line]
    assert (line["method"], line["path"], line["status"], line["client"]) == (
        "GET",
        "/api/v1/whoami/",
        200,
        client.address,
    )
    assert "secret" not in json.dumps(line)


async def test_requests_are_counted_by_route_method_and_status(client, counts):
    from operations.metrics import exposition

    await client.delete("/api/v1/echo/some-id/")
    await client.get("/nope/some-id")
    text = exposition().decode()
    assert 'sandbar_requests_total{method="DELETE",route="/api/v1/echo/{id}",status="204"}' in text
    assert 'route="unmatched",status="404"' in text
    assert "some-id" not in text
