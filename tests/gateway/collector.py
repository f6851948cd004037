"""A collector of spans for tests: a real HTTP server that decodes what OTLP exporters post."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

DEADLINE_S = 20.0


class Collector:
    """What has arrived: spans as protobuf messages."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.spans: list[Any] = []
        self.resources: list[dict[str, str]] = []
        self._arrived = threading.Condition()

    def take(self, body: bytes) -> None:
        """Decode one post."""
        request = ExportTraceServiceRequest.FromString(body)
        with self._arrived:
            for group in request.resource_spans:
                self.resources.append({each.key: each.value.string_value for each in group.resource.attributes})
                for scope in group.scope_spans:
                    self.spans.extend(scope.spans)
            self._arrived.notify_all()

    def spans_of(self, trace_id: str) -> dict[str, Any]:
        """The spans of a trace by name."""
        return {span.name: span for span in self.spans if span.trace_id.hex() == trace_id.replace("-", "")}

    def wait_for(self, trace_id: str, count: int) -> dict[str, Any]:
        """The same, once there are so many."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.spans_of(trace_id)) >= count, DEADLINE_S), self.spans
        return self.spans_of(trace_id)


@contextmanager
def running_collector() -> Iterator[Collector]:
    """A collector on a free port of this machine."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            collector.take(self.rfile.read(int(self.headers["Content-Length"])))
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    collector = Collector(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield collector
    server.shutdown()
    server.server_close()
    thread.join()


def attributes_of(span: Any) -> dict[str, Any]:
    """A span's attributes as plain values."""
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}
