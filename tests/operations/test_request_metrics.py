"""The table of requests behind /metrics."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from operations.metrics import MAX_LABEL_SETS, RequestTable


def samples(table: RequestTable, name: str) -> dict[tuple[str, ...], float]:
    """Values of one sample name, by its label values in order of label name; read as Prometheus would."""
    return {
        tuple(value for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families("\n".join(table.lines()) + "\n")
        for sample in family.samples
        if sample.name == name
    }


def test_requests_are_counted_by_method_route_and_status() -> None:
    table = RequestTable()
    for status in (201, 201, 422):
        table.observe("api/v1/orders/", "POST", status, 0.001)
    assert samples(table, "sandbar_requests_total") == {
        ("POST", "api/v1/orders/", "201"): 2,
        ("POST", "api/v1/orders/", "422"): 1,
    }


def test_a_latency_counts_in_every_bucket_from_its_own_up() -> None:
    table = RequestTable()
    for seconds in (0.0005, 0.0006, 0.3, 60.0):
        table.observe("r", "GET", 200, seconds)
    buckets = {key[2 - 1 - 1]: value for key, value in samples(table, "sandbar_request_seconds_bucket").items()}
    assert [buckets[bound] for bound in ("0.0005", "0.001", "0.25", "0.5", "30.0", "+Inf")] == [1, 2, 2, 3, 3, 4]
    assert samples(table, "sandbar_request_seconds_count") == {("GET", "r", "200"): 4}
    assert samples(table, "sandbar_request_seconds_sum") == {("GET", "r", "200"): pytest.approx(60.3011)}


def test_invented_methods_and_too_many_routes_share_a_label() -> None:
    table = RequestTable()
    for number in range(1_000):
        table.observe("r", f"M{number}", 405, 0.001)
        table.observe(f"route-{number}", "GET", 200, 0.001)
    counted = samples(table, "sandbar_requests_total")
    assert counted[("OTHER", "r", "405")] == 1_000
    assert len(counted) <= MAX_LABEL_SETS + 2
    assert sum(counted.values()) == 2_000
