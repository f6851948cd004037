"""Spans for OpenTelemetry: the request by its own ASGI instrumentation, and inside it what `kit.spans` names.

Loaded only when OTEL_EXPORTER_OTLP_ENDPOINT is set. A span's trace id is the request's own trace id, so that a log line, a
journal entry and a span are found by the same value: UUIDs and the ids of a W3C `traceparent` are 128 bits; of any other
`x-trace-id` it is a hash, and the span has the id itself as the attribute `sandbar.trace_id`.

A collector that is slow or away holds nobody up: spans wait in a bounded queue for a thread of their own, what does not fit
is dropped, and the stop of the server waits for it no longer than a moment.
"""

import asyncio
import contextlib
import hashlib
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from gateway.requests import Receive
from gateway.visit import Scope, Visit
from kit.clock import SYSTEM_CLOCK, Clock
from kit.spans import record_spans
from kit.trace import current_trace_id, set_trace_id, trace_number
from operations import lifecycle

EXPORT_TIMEOUT_S: Final = 5.0
"""One attempt to hand a batch over, with its repetitions."""
STOP_TIMEOUT_S: Final = 2.0
"""How long the stop of the server waits for the last spans."""
QUEUE_SPANS: Final = 8_192
BATCH_SPANS: Final = 512
SEND_INTERVAL_MS: Final = 1_000
SAME_LINE_PAUSE_S: Final = 60.0
SERVICE: Final = "sandbar"

AsgiApp = Callable[[Scope, Receive, Callable[[Any], Awaitable[None]]], Awaitable[None]]


class TraceIdGenerator(IdGenerator):
    """Gives a trace the id of the request that it is about; spans get random ones."""

    def __init__(self) -> None:
        self._random = RandomIdGenerator()

    def generate_trace_id(self) -> int:
        """The 128 bits of the current trace id."""
        trace_id = current_trace_id()
        if not trace_id:
            return self._random.generate_trace_id()
        return trace_number(trace_id) or int.from_bytes(hashlib.blake2b(trace_id.encode(), digest_size=16).digest())

    def generate_span_id(self) -> int:
        """Any 64 bits."""
        return self._random.generate_span_id()


class TracedHandler:
    """An ASGI application for HTTP whose requests are spans; the scope holds their Visit."""

    def __init__(self, app: AsgiApp, provider: TracerProvider) -> None:
        self._app = app
        self._provider = provider
        self._instrumented = OpenTelemetryMiddleware(
            self._answer,
            default_span_details=_span_details,
            tracer_provider=provider,
            meter_provider=NoOpMeterProvider(),
            exclude_spans=["receive", "send"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Callable[[Any], Awaitable[None]]) -> None:
        """Answer one request within its span."""
        set_trace_id(scope["visit"].trace_id)
        await self._instrumented(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Callable[[Any], Awaitable[None]]) -> None:
        visit: Visit = scope["visit"]
        span = trace.get_current_span()
        visit.headers = [header for header in visit.headers if header[0] != b"traceparent"]
        visit.headers.append((b"traceparent", _traceparent_of(span).encode()))

        async def send_named(message: Any) -> None:
            # By now the route is known; with the last message the span ends.
            if message["type"] == "http.response.start" and visit.route:
                span.update_name(f"{scope['method']} {visit.route}")
                span.set_attribute("http.route", visit.route)
            await send(message)

        await self._app(scope, receive, send_named)

    async def stop(self) -> None:
        """Send the last spans, if that takes only a moment; otherwise their thread is left to end with the process."""
        record_spans(None)
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()

        def shut_down() -> None:
            self._provider.shutdown()
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waited
                loop.call_soon_threadsafe(ended.set)

        threading.Thread(target=shut_down, name="last-spans", daemon=True).start()
        try:
            async with asyncio.timeout(STOP_TIMEOUT_S):
                await ended.wait()
        except TimeoutError:
            logging.getLogger(__name__).warning("The last spans could not be sent within %g s.", STOP_TIMEOUT_S)


class NowAndThen:
    """A filter that lets one line a minute through for each message: a collector that is away says so at every batch."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._next_s: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write this line."""
        now_s = self._clock.monotonic_s()
        is_due = now_s >= self._next_s.get(str(record.msg), 0.0)
        if is_due:
            self._next_s[str(record.msg)] = now_s + SAME_LINE_PAUSE_S
        return is_due


def traced(app: AsgiApp, endpoint: str) -> AsgiApp:
    """The application with a span for each request, sent to the collector at `endpoint`."""
    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=EXPORT_TIMEOUT_S)
    resource = Resource({SERVICE_NAME: SERVICE}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource, id_generator=TraceIdGenerator(), shutdown_on_exit=False)
    provider.add_span_processor(
        BatchSpanProcessor(
            exporter,
            max_queue_size=QUEUE_SPANS,
            schedule_delay_millis=SEND_INTERVAL_MS,
            max_export_batch_size=BATCH_SPANS,
        )
    )
    logging.getLogger(OTLPSpanExporter.__module__).addFilter(NowAndThen())
    record_spans(_starter(provider))
    handler = TracedHandler(app, provider)
    lifecycle.on_stop(handler.stop, "spans", order=-100)
    return handler


def _starter(provider: TracerProvider) -> Callable[[str], contextlib.AbstractContextManager[Any]]:
    tracer = provider.get_tracer(SERVICE)
    return tracer.start_as_current_span


def _span_details(scope: Scope) -> tuple[str, dict[str, Any]]:
    """The span's first name, without the path, which has ids in it; and our own trace id."""
    visit: Visit = scope["visit"]
    return scope["method"], {"sandbar.trace_id": visit.trace_id, "sandbar.caller": visit.caller.actor}


def _traceparent_of(span: trace.Span) -> str:
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier, trace.set_span_in_context(span))
    return carrier.get("traceparent", "")
