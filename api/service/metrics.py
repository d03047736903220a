"""What Prometheus is told: requests by route and answer, how long they took, how many are under way, and the jobs.

With several web processes the figures lie in files of a folder they share (``PROMETHEUS_MULTIPROC_DIR``, set by
``hinterland serve`` before this module is imported), and any of the processes tells the sums.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Engine, Table, func, select

from api.jobs.tables import JOBS, WORKERS

FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
MEDIA_TYPE: Final = CONTENT_TYPE_LATEST
BOUNDS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

REGISTRY: Final = CollectorRegistry()
REQUESTS: Final = Counter("hinterland_requests", "Requests answered", ("method", "route", "status"), registry=REGISTRY)
SECONDS: Final = Histogram(
    "hinterland_request_seconds",
    "Seconds from the head of a request to the end of its answer",
    ("method", "route"),
    buckets=BOUNDS_S,
    registry=REGISTRY,
)
UNDER_WAY: Final = Gauge(
    "hinterland_requests_under_way", "Requests being answered", multiprocess_mode="livesum", registry=REGISTRY
)
FAULTS: Final = Counter("hinterland_faults", "Faults of the program itself", registry=REGISTRY)


class _Tables(Collector):
    """Counts rows of the tables of jobs and workers by state, when it is asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield jobs and workers by state."""
        for name, told, table in (
            ("hinterland_jobs", "Jobs by state", JOBS),
            ("hinterland_workers", "Workers by state", WORKERS),
        ):
            family = GaugeMetricFamily(name, told, labels=("state",))
            for state, count in _by_state(self._engine, table).items():
                family.add_metric((state,), count)
            yield family


def _by_state(engine: Engine, table: Table) -> dict[str, int]:
    query = select(table.c.state, func.count()).group_by(table.c.state)
    with engine.connect() as connection:
        return {str(state): int(count) for state, count in connection.execute(query)}


def metrics_text(engine: Engine) -> bytes:
    """Return the figures of all web processes and of the tables, in the text form of Prometheus."""
    requests = REGISTRY
    if FOLDER_VARIABLE in os.environ:
        requests = CollectorRegistry()
        MultiProcessCollector(requests)  # type: ignore[no-untyped-call] # the library leaves it untyped
    tables = CollectorRegistry()
    tables.register(_Tables(engine))
    return generate_latest(requests) + generate_latest(tables)
