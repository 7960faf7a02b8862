"""Counts and times for Prometheus. No names are in them: neither students' nor challenges'."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from grader.dashboard.ingest.intake import Intake

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Of one application."""

    def __init__(self, intake: Intake) -> None:
        self.registry = CollectorRegistry()
        self._taken = Counter(
            "grader_reports", "Reports of challenges that were taken.", ("provenance", "status"), registry=self.registry
        )
        self._refused = Counter(
            "grader_requests_refused", "Requests to the API that were refused.", ("status",), registry=self.registry
        )
        self.seconds = Histogram(
            "grader_request_seconds", "From a request's head to its answer's head.", ("method", "route", "status"),
            buckets=SECONDS, registry=self.registry,
        )  # fmt: skip
        self.registry.register(_Queues(intake))

    def taken(self, provenance: str, status: str) -> None:
        self._taken.labels(provenance, status).inc()

    def refused(self, status: int) -> None:
        self._refused.labels(str(status)).inc()

    def timed(self, method: str, route: str, status: int, seconds: float) -> None:
        self.seconds.labels(method, route, str(status)).observe(seconds)

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _Queues(Collector):
    """What waits, asked for when somebody looks."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def describe(self) -> list[Any]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        waiting = GaugeMetricFamily("grader_requests_waiting", "Requests that wait for the database.")
        waiting.add_metric([], self._intake.depth)
        yield waiting
        regrading = GaugeMetricFamily("grader_regrade_queue", "Submissions to be graded here.", labels=("state",))
        for state, count in self._intake.queue_counts().items():
            regrading.add_metric([state], count)
        yield regrading


class Timing:
    """ASGI middleware: how long each route takes, by its template. A stream has answered when it begins."""

    def __init__(self, app: Any, seconds: Callable[[str, str, int, float], None]) -> None:
        self.app, self._seconds = app, seconds

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()

        async def timed(message: Any) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "")
                method = scope["method"] if scope["method"] in METHODS else "other"
                self._seconds(method, route, message["status"], time.perf_counter() - began)
            await send(message)

        await self.app(scope, receive, timed)


METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
