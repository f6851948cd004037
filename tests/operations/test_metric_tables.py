"""Tables of plain numbers say in text what Prometheus' own parser and client say."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from operations import metrics
from operations.metrics import Readings
from operations.tables import CounterTable, HistogramTable
from tests.asgi_client import AsgiClient

PAGE = Path(__file__).resolve().parents[2] / "docs" / "observability.md"


def parsed(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def text_of(table: CounterTable | HistogramTable | Readings) -> str:
    return "\n".join(table.lines()) + "\n"


@given(st.lists(st.tuples(st.sampled_from(["buy", 'qu"ote', "back\\slash", "new\nline"]), st.floats(0, 100))))
def test_tables_say_what_prometheus_client_would(observations: list[tuple[str, float]]) -> None:
    registry = CollectorRegistry()
    counter = Counter("c", "Counts.", ["side"], registry=registry)
    histogram = Histogram("h", "Times.", ["side"], buckets=(0.5, 1, 10), registry=registry)
    our_counter, our_histogram = (
        CounterTable("c", "Counts.", ("side",)),
        HistogramTable("h", "Times.", ("side",), (0.5, 1, 10)),
    )
    for side, amount in observations:
        counter.labels(side).inc()
        histogram.labels(side).observe(amount)
        our_counter.add((side,))
        our_histogram.observe((side,), amount)
    assert parsed(text_of(our_counter) + text_of(our_histogram)) == parsed(generate_latest(registry).decode())


def test_more_label_sets_than_allowed_share_a_row() -> None:
    counter, histogram = CounterTable("c", "", ("id",), max_rows=3), HistogramTable("h", "", ("id",), (1,), max_rows=3)
    for number in range(100):
        counter.add((str(number),))
        histogram.observe((str(number),), 0.5)
    assert counter.value("other") == 97
    assert histogram.rows[("other",)].count == 97
    assert len(histogram.rows) == 4


def test_a_wrong_number_of_labels_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="has the labels"):
        CounterTable("c", "", ("side", "type")).add(("buy",))


def test_a_reading_that_fails_is_left_out_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    readings = Readings()
    readings.add("fine", "Well.", lambda: 3)
    readings.add("broken", "Not well.", lambda: 1 / 0)
    readings.add_labelled("both_total", "With labels.", ("kind",), lambda: [(("a",), 1), (("b",), 2)], kind="counter")
    for _ in range(2):
        assert parsed(text_of(readings)) == {
            ("fine", ()): 3, ("both_total", (("kind", "a"),)): 1, ("both_total", (("kind", "b"),)): 2,
        }  # fmt: skip
    assert [record.getMessage() for record in caplog.records] == ["The metric broken cannot be read."]


def test_a_counter_is_called_total() -> None:
    with pytest.raises(AssertionError, match="ends in _total"):
        Readings().add("updates", "", lambda: 1, kind="counter")


async def test_a_scrape_is_sound_and_complete(client: AsgiClient) -> None:
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(answer.body.decode())}
    for name in ("process_resident_memory_bytes", "process_open_fds", "python_gc_collections", "sandbar_requests"):
        assert families[name].samples or families[name].documentation, name
    assert {family.type for name, family in families.items() if name.startswith("sandbar")} <= {
        "counter", "gauge", "histogram",
    }  # fmt: skip


def test_names_follow_the_conventions_and_the_page_explains_each() -> None:
    families = list(text_string_to_metric_families(metrics.exposition().decode()))
    ours = {
        f"{each.name}_total" if each.type == "counter" else each.name for each in families if "sandbar" in each.name
    }
    assert len(ours) > 40
    assert not [name for name in ours if name.endswith(("_ms", "_ns", "_minutes"))]
    page = PAGE.read_text()
    assert sorted(name for name in ours if f"`{name}`" not in page) == []
