"""What tests of the OGC API are made of: two layers by hand, served on a free port of this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
import pyarrow as pa
import shapely
from service_parts import OPERATOR, FixedCallers, application, listening, make_service, somebody

from api.access.caller import ANONYMOUS
from api.gis.collections import Asking, Collection, Instance, Parameter
from geodata.features.held import HeldSource
from geodata.features.source import Origin
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, FieldKind, Shapes
from supplychain.database import make_engine
from supplychain.text import Text

ROOT: Final = "/api/v1/ogc"
LINKS: Final = f"{ROOT}/collections/network_links"
ITEMS: Final = f"{LINKS}/items"
COUNT: Final = 250
WEST: Final = 106.5
SOUTH: Final = 10.9
STEP: Final = 0.001

KINDS: Final[dict[str, FieldKind]] = {
    "name": "text",
    "mode": "text",
    "lanes": "integer",
    "length_m": "number",
    "oneway": "boolean",
    "built": "date",
    "seen": "datetime",
}
FIELDS: Final = tuple(Field(name, kind, Text(en=f"{name} (en)", vi=f"{name} (vi)")) for name, kind in KINDS.items())
ORIGIN: Final = Origin(Text(en="made by hand", vi="tự đặt"), "ODbL-1.0", "© OpenStreetMap contributors", "2026-01-02")
MODES: Final = ("road", "rail", "inland_waterway")


def row_of(number: int) -> dict[str, Any]:
    """Return the properties of a link; every tenth has no name, every seventh no number of lanes."""
    return {
        "name": None if number % 10 == 9 else f"Đường số {number}",
        "mode": MODES[number % 3],
        "lanes": None if number % 7 == 6 else number % 5,
        "length_m": 100.5 + number,
        "oneway": number % 2 == 0,
        "built": date(2000 + number % 25, 1, 31),
        "seen": datetime(2026, 1, 1 + number % 28, 8, 30, tzinfo=UTC),
    }


def line_of(number: int) -> shapely.LineString | None:
    """Return where a link lies: one step east of the one before; the last one lies nowhere."""
    west = WEST + STEP * number
    return None if number == COUNT - 1 else shapely.LineString([(west, SOUTH), (west + STEP / 2, SOUTH + STEP)])


def links() -> FeatureTable:
    """Return links ``l000`` to ``l249``."""
    rows = [row_of(number) for number in range(COUNT)]
    columns = {name: pa.array([row[name] for row in rows], ARROW_TYPES[kind]) for name, kind in KINDS.items()}
    lines = np.array([line_of(number) for number in range(COUNT)], dtype=object)
    ids = pa.array([f"l{number:03}" for number in range(COUNT)])
    return FeatureTable(FIELDS, ids, pa.table(columns), Shapes.of(lines, "LineString"))


def parks() -> FeatureTable:
    """Return one park, whose name is code of a page where it is not escaped."""
    name = Field("name", "text", Text(en="Name", vi="Tên"))
    columns = pa.table({"name": ["<script>alert(1)</script>"]})
    place = Shapes.of(np.array([shapely.Point(106.7, 11.0)], dtype=object), "Point")
    return FeatureTable((name,), pa.array(["park/1 é"]), columns, place)


class World:
    """Layers of tests; their version is one that a test may change."""

    def __init__(self) -> None:
        self.version = "1"
        self.links = links()
        self.parks = parks()

    @property
    def collections(self) -> dict[str, Collection]:
        """The catalogue: links by mode, parks, and plans that only some may see."""
        mode = Parameter("mode", Text(en="Mode", vi="Phương thức"), "rail")
        title, meaning = Text(en="Links", vi="Đoạn tuyến"), Text(en="A stretch of road", vi="Một đoạn đường")

        def instances(_asking: Asking) -> list[Instance]:
            return [Instance(("rail",), Text(en="rail", vi="đường sắt"))]

        found = (
            Collection(
                "network_links", title, meaning, "LineString", "networks:read", "network_links", self.open_links,
                (mode,), instances,
            ),
            Collection("parks", title, meaning, "Point", "networks:read", "parks", self.open_parks),
            Collection("plan_flows", title, meaning, "LineString", "plans:read", "plan_flows", self.open_links),
        )  # fmt: skip
        return {one.name: one for one in found}

    def open_links(self, _asking: Asking, given: Mapping[str, str]) -> HeldSource:
        """Return the links, of one mode where it is named."""
        table = self.links
        if "mode" in given:
            rows = [row for row, mode in enumerate(table.columns["mode"].to_pylist()) if mode == given["mode"]]
            table = table.take(np.array(rows, dtype=np.int64))
        return HeldSource(table, self.version, ORIGIN)

    def open_parks(self, _asking: Asking, _given: Mapping[str, str]) -> HeldSource:
        """Return the parks."""
        return HeldSource(self.parks, self.version, ORIGIN)


@contextmanager
def served(template: Path, world: World, folder: Path) -> Iterator[str]:
    """Serve layers over a copy of an embedded database; gives the address of the service."""
    engine = make_engine(str(shutil.copy(template, folder / "hinterland.gpkg")))
    callers = {"anonymous": ANONYMOUS, "steward": somebody("steward")}
    app = application(make_service(engine), FixedCallers(OPERATOR, callers))
    app.state.collections = world.collections
    app.state.cache_folder = folder
    with listening(app) as address:
        yield address
    engine.dispose()


def all_pages(one: httpx.Client, address: str) -> list[dict[str, Any]]:
    """Return the features of an address and of every page after it."""
    found: list[dict[str, Any]] = []
    following: str | None = address
    while following is not None:
        answer = one.get(following)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["features"]
        following = link_of(page, "next")
    return found


def link_of(document: Mapping[str, Any], rel: str) -> str | None:
    """Return where the first link of a relation leads; None where there is none."""
    return next((str(one["href"]) for one in document["links"] if one["rel"] == rel), None)
