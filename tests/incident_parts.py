"""A few links in a database, and incidents on them, for tests of incidents, closures and webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from registry_parts import emptied
from shapely import LineString, Point
from sqlalchemy import Engine, delete, insert
from tiny_pack import R1, R2, R3

from api.incidents.tables import INCIDENT_HISTORY, INCIDENTS
from api.webhooks.tables import WEBHOOK_DELIVERIES, WEBHOOK_EVENTS, WEBHOOKS
from geodata.models import Link, Node
from supplychain.database import for_writing, make_engine
from supplychain.models.base import METADATA

STARTS = "2026-03-01T00:00:00+07:00"
ENDS = "2026-03-31"
NODES = {"r1": R1, "r2": R2, "r3": R3, "s1": (106.70005, 11.05), "s2": (106.71, 11.05)}
LINKS = {
    "road_1": ("r1", "r2", "road", 5000.0),
    "road_2": ("r2", "r3", "road", None),
    "rail_1": ("r1", "r2", "rail", 800.0),
    "beside": ("s1", "s2", "road", None),
}
"""Links of the tiny pack: the first runs straight south along 106.70°, ``beside`` begins 5.5 m east of its head."""


def at(day: int, hour: int = 0, month: int = 3) -> datetime:
    """Return a moment of 2026, UTC."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def with_links(engine: Engine) -> Engine:
    """Enter the links."""
    made = {"source": "own_estimate", "confidence": "estimate"}
    source = {"source_id": "own_estimate", "title": "Estimate", "kind": "own_estimate", "reference": "none"}
    nodes = [
        {"node_id": name, "mode": "road", "geometry": Point(place), "position_accuracy_m": 0.0, **made}
        for name, place in NODES.items()
    ]
    links = [
        {
            "link_id": name,
            "road": name.upper(),
            "mode": mode,
            "from_node_id": start,
            "to_node_id": end,
            "link_class": "rail_main" if mode == "rail" else "trunk",
            "oneway": False,
            "geometry": LineString([NODES[start], NODES[end]]),
            "length_m": 1000.0,
            "speed_kmh": 40.0,
            "capacity_per_day": capacity,
            "capacity_unit": None if capacity is None else "pcu",
            "background_per_day": None if capacity is None else 0.6 * capacity,
            "status": "open",
            **made,
        }
        for name, (start, end, mode, capacity) in LINKS.items()
    ]
    with for_writing(engine).begin() as connection:
        connection.execute(insert(METADATA.tables["sources"]), [source])
        connection.execute(insert(METADATA.tables[Node.__tablename__]), nodes)
        connection.execute(insert(METADATA.tables[Link.__tablename__]), links)
    return engine


def form(**values: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a form
    """Return a form of an incident that can be confirmed: half of road_1 in March."""
    said = {"title": "Sửa cầu", "cause": "works", "starts_at": STARTS, "ends_at": ENDS, "share": 0.5}
    return {**said, "link_ids": ["road_1"], **values}


@contextmanager
def module_engine(request: pytest.FixtureRequest, template: Path, folders: pytest.TempPathFactory) -> Iterator[Engine]:
    """Give a database to all tests of a file: the one that the parameter of a fixture names."""
    if request.param == "postgis":
        with emptied(request.getfixturevalue("postgis_engine")) as engine:
            yield engine
        return
    engine = make_engine(str(copy(template, folders.mktemp("shared") / "hinterland.gpkg")))
    yield engine
    engine.dispose()


def clear(engine: Engine) -> None:
    """Take away the incidents and webhooks of a test, so that the next finds none."""
    with for_writing(engine).begin() as connection:
        for table in (INCIDENT_HISTORY, INCIDENTS, WEBHOOK_DELIVERIES, WEBHOOK_EVENTS, WEBHOOKS):
            connection.execute(delete(table))
