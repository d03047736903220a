"""Pages of a layer of a million features, first, last and in a box, beside OFFSET paging and FlatGeobuf by GDAL."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow as pa
import pyogrio
import shapely
from sqlalchemy import Connection, Engine, text

from api.database import migrate
from benchmarks.case import Case, details_table
from benchmarks.features_data import EAST, NORTH, SOUTH, WEST, fill
from benchmarks.features_served import served
from benchmarks.measure import Measurement, measure
from benchmarks.network_grid import build_grid
from benchmarks.service_processes import database_server
from geodata.features.filters import parse_filter
from geodata.features.network_held import Stored, open_layer
from geodata.features.source import ALL, Key, Origin, Source, Wanted
from geodata.features.stored import open_stored
from geodata.features.table import Box
from supplychain.database import is_sqlite, make_engine
from supplychain.registry.visibility import Viewer
from supplychain.text import Text

NAME = "features_paging"
FEATURES = 1_000_000
PAGE = 1000
TIMES = 40
MOST_LAST = 1.3
MOST_PAGE_MS = 60.0
MOST_BOX_MS = 20.0
BOXED = 1500
"""Features in a box, about."""
SEED = 11
WORLD = Box(-180.0, -90.0, 180.0, 90.0)
ORIGIN = Origin(Text(en="made up", vi="tự đặt"), "", "")
TARGET = (
    f"last page of 1,000 within {MOST_LAST} of the first, p50 of both at most {MOST_PAGE_MS:.0f} ms of CPU, of a page "
    f"in a box at most {MOST_BOX_MS:.0f} ms, the same features as the peer"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What pages of a layer held and took.

    Parameters
    ----------
    first_ms, last_ms, box_ms
        Median CPU milliseconds, those of the database server among them.
    wall_ms
        Median milliseconds of a page in a box by the clock.
    first, last, boxes
        Ids of the pages.
    filter_ms, filters
        The same of pages of a filter in CQL2 that asks for the same boxes; 0 and none of peers.
    """

    first_ms: float
    last_ms: float
    box_ms: float
    wall_ms: float
    first: tuple[str, ...]
    last: tuple[str, ...]
    boxes: tuple[frozenset[str], ...]
    filter_ms: float = 0.0
    filters: tuple[frozenset[str], ...] = ()


def illustrate(cases: Sequence[Case], _folder: Path) -> list[str]:
    """Return the figures beside CPU seconds."""
    names = (
        "first_ms",
        "last_ms",
        "box_ms",
        "filter_ms",
        "box_wall_ms",
        "peer_first_ms",
        "peer_last_ms",
        "peer_box_ms",
        "count_ms",
    )
    return details_table(cases, (*names, "served_first_ms", "served_box_ms", "served_box_wall_ms"))


def run() -> Iterator[Case]:
    """Yield every case of this benchmark."""
    yield from compare(FEATURES)


def compare(features: int) -> Iterator[Case]:
    """Yield the cases for so many features."""
    with tempfile.TemporaryDirectory(prefix="hinterland-paging-") as name:
        folder = Path(name)
        url = str(folder / "made_up.gpkg")
        yield _also_served(stored_case("facilities, embedded", url, features), url, features, folder)
        with database_server(folder) as server:
            case = stored_case("facilities, PostGIS", server.url, features)
            yield _also_served(case, server.url, features, folder)
        yield network_case(folder, features)


def boxes(west: float, south: float, east: float, north: float, share: float) -> list[Box]:
    """Return boxes inside a box, each with a share of its area; the same every time."""
    random = np.random.default_rng(SEED)
    wide, high = (east - west) * share**0.5, (north - south) * share**0.5
    corners = random.uniform((west, south), (east - wide, north - high), (TIMES, 2)).tolist()
    return [Box(lon, lat, lon + wide, lat + high) for lon, lat in corners]


def _also_served(case: Case, url: str, features: int, folder: Path) -> Case:
    """Return the case with what the same pages cost the service, which the targets do not speak of."""
    over_http = served(url, folder, PAGE, boxes(WEST, SOUTH, EAST, NORTH, BOXED / features))
    figures = {f"served_{name}": round(value, 2) for name, value in asdict(over_http).items()}
    return replace(case, details={**case.details, **figures})


def stored_case(case: str, url: str, features: int) -> Case:
    """Return the case of so many facilities, written to a new database."""
    engine = make_engine(url)
    migrate(engine)
    fill(engine, features)
    engine.dispose()
    ours = measure(make_engine, _ask_stored, (url,))
    peer = measure(make_engine, _ask_by_offset, (url,))
    return _case(case, ours, peer, "OFFSET paging in SQL, as pygeoapi and tipg do")


def _ask_stored(engine: Engine) -> tuple[Asked, float]:
    source = open_stored(engine, "facilities", Viewer.everything())
    before = time.process_time()
    count = source.count() or 0
    count_ms = (time.process_time() - before) * 1000.0
    last = (f"site_{count - PAGE - 1:07}",)
    share = BOXED / count
    return _ask(_database(engine), source, last, boxes(WEST, SOUTH, EAST, NORTH, share)), count_ms


def _database(engine: Engine) -> Callable[[], float]:
    """Return what tells the CPU seconds of this process and of the server's side of its one connection."""
    if is_sqlite(engine):
        return time.process_time
    with engine.connect() as connection:
        backend = psutil.Process(int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one()))

    def used() -> float:
        there = backend.cpu_times()
        return time.process_time() + there.user + there.system

    return used


def _ask(used: Callable[[], float], source: Source, last: Key, asked: Sequence[Box]) -> Asked:
    """Ask for pages of a source again and again."""

    def ids(wanted: Wanted, after: Key | None) -> tuple[str, ...]:
        return tuple(source.read(wanted, after, PAGE).table.ids.to_pylist())

    first = _times(used, [lambda: ids(ALL, None)] * TIMES)
    ends = _times(used, [lambda: ids(ALL, last)] * TIMES)
    held = _times(used, [lambda box=box: ids(Wanted(box), None) for box in asked])  # type: ignore[misc] # a default binds
    filters = [parse_filter(f"S_INTERSECTS(geometry, BBOX{tuple(box)!r})", "cql2-text", source.fields) for box in asked]
    met = _times(used, [lambda one=one: ids(Wanted(filter=one), None) for one in filters])  # type: ignore[misc]
    sets = tuple(frozenset(one) for one in met.answers)
    return replace(_asked(first, ends, held), filter_ms=met.cpu_ms, filters=sets)


@dataclass(frozen=True, slots=True)
class _Times:
    """Answers, and CPU and clock milliseconds of the median one."""

    answers: list[tuple[str, ...]]
    cpu_ms: float
    wall_ms: float


def _times(used: Callable[[], float], asks: Sequence[Callable[[], tuple[str, ...]]]) -> _Times:
    """Return what was answered; CPU of a server is told in hundredths of a second, so its mean is taken."""
    asks[0]()
    own, clock, answers = [], [], []
    before = used()
    for ask in asks:
        mine, now = time.process_time(), time.perf_counter()
        answers.append(ask())
        own.append(time.process_time() - mine)
        clock.append(time.perf_counter() - now)
    elsewhere = max(used() - before - sum(own), 0.0) / len(asks) if used is not time.process_time else 0.0
    return _Times(answers, (float(np.median(own)) + elsewhere) * 1000.0, float(np.median(clock)) * 1000.0)


def _asked(first: _Times, last: _Times, held: _Times) -> Asked:
    sets = tuple(frozenset(one) for one in held.answers)
    return Asked(first.cpu_ms, last.cpu_ms, held.cpu_ms, held.wall_ms, first.answers[0], last.answers[0], sets)


def _ask_by_offset(engine: Engine) -> tuple[Asked, float]:
    used = _database(engine)
    with engine.connect() as connection:
        before = time.process_time()
        count = int(connection.execute(text("SELECT count(*) FROM facilities")).scalar_one())
        count_ms = (time.process_time() - before) * 1000.0
        asked = boxes(WEST, SOUTH, EAST, NORTH, BOXED / count)
        page = f"SELECT * FROM facilities ORDER BY facility_id LIMIT {PAGE} OFFSET "  # noqa: S608 - our numbers
        first = _times(used, [lambda: _rows(connection, f"{page}0")] * TIMES)
        last = _times(used, [lambda: _rows(connection, f"{page}{count - PAGE}")] * 5)
        held = _times(used, [lambda box=box: _rows(connection, _boxed(connection), box) for box in asked])  # type: ignore[misc]
        return _asked(first, last, held), count_ms


def _boxed(connection: Connection) -> str:
    if is_sqlite(connection):
        near = (
            "fid IN (SELECT id FROM rtree_facilities_geometry"
            " WHERE minx <= :east AND maxx >= :west AND miny <= :north AND maxy >= :south)"
            " AND ST_MinX(geometry) BETWEEN :west AND :east AND ST_MinY(geometry) BETWEEN :south AND :north"
        )
    else:
        near = "ST_Intersects(geometry, ST_MakeEnvelope(:west, :south, :east, :north, 4326))"
    return f"SELECT * FROM facilities WHERE {near} ORDER BY facility_id LIMIT {PAGE}"  # noqa: S608 - our names


def _rows(connection: Connection, query: str, box: Box | None = None) -> tuple[str, ...]:
    rows = connection.execute(text(query), {} if box is None else box._asdict()).mappings().all()
    return tuple(str(row["facility_id"]) for row in rows)


def network_case(folder: Path, links: int) -> Case:
    """Return the case of so many links of a network, kept in a folder."""
    path = folder / "links.fgb"
    ours = measure(_make_network, _ask_network, (folder, links, path))
    peer = measure(str, _ask_flatgeobuf, (str(path),))
    return _case("network_links, from its file", ours, peer, "FlatGeobuf by GDAL through pyogrio")


def _make_network(folder: Path, links: int, path: Path) -> Source:
    """Return the layer of a made-up network, opened from its file; the peer's file is written too."""
    made = Stored("a" * 64, ORIGIN, lambda: build_grid(links), folder)
    open_layer(made, "links")
    source = open_layer(made, "links")
    table = source.table
    shapes = pa.array(shapely.to_wkb(table.shapes.to_shapely()), pa.binary())
    written = table.columns.append_column("geometry", shapes)
    pyogrio.write_arrow(
        written, path, driver="FlatGeobuf", geometry_name="geometry", geometry_type="LineString", crs="EPSG:4326"
    )
    source.read(Wanted(boxes(*(source.bounds() or WORLD), share=1e-4)[0]), None, 1)
    return source


def _ask_network(source: Source) -> tuple[Asked, float]:
    before = time.process_time()
    count = source.count() or 0
    count_ms = (time.process_time() - before) * 1000.0
    asked = boxes(*(source.bounds() or WORLD), share=BOXED / count)
    return _ask(time.process_time, source, (count - PAGE - 1,), asked), count_ms


def _ask_flatgeobuf(path: str) -> tuple[Asked, float]:
    before = time.process_time()
    about = pyogrio.read_info(path, force_total_bounds=True)
    count_ms = (time.process_time() - before) * 1000.0
    asked = boxes(*Box(*about["total_bounds"]), share=BOXED / about["features"])

    def ids(**which: Any) -> tuple[str, ...]:  # noqa: ANN401 - which features
        return tuple(pyogrio.read_arrow(path, **which)[1]["link_id"].to_pylist())

    first = _times(time.process_time, [lambda: ids(max_features=PAGE)] * TIMES)
    last = _times(time.process_time, [lambda: ids(skip_features=about["features"] - PAGE)] * 5)
    held = _times(time.process_time, [lambda box=box: ids(bbox=tuple(box)) for box in asked])  # type: ignore[misc]
    return _asked(first, last, held), count_ms


def _case(case: str, ours: Measurement, peer: Measurement, name: str) -> Case:
    """Return a case; pages in boxes hold at most 1,000, so of more the peer's must hold ours."""
    mine, mine_count_ms = ours.answer
    other, _ = peer.answer
    is_same = all(
        a == b if len(b) <= PAGE else a <= b and len(a) == PAGE for a, b in zip(mine.boxes, other.boxes, strict=True)
    )
    if not case.startswith("network"):  # FlatGeobuf keeps an order of its own
        is_same = is_same and mine.first == other.first and mine.last == other.last
    is_same = is_same and mine.filters == mine.boxes
    is_same = is_same and len(mine.first) == len(mine.last) == PAGE == len(other.last)
    met = mine.last_ms <= MOST_LAST * mine.first_ms and max(mine.first_ms, mine.last_ms) <= MOST_PAGE_MS
    shown = {
        "first_ms": mine.first_ms,
        "last_ms": mine.last_ms,
        "box_ms": mine.box_ms,
        "filter_ms": mine.filter_ms,
        "box_wall_ms": mine.wall_ms,
        "peer_first_ms": other.first_ms,
        "peer_last_ms": other.last_ms,
        "peer_box_ms": other.box_ms,
        "count_ms": mine_count_ms,
    }
    return Case(
        benchmark=NAME,
        case=case,
        ours_cpu_s=mine.last_ms / 1000.0,
        ours_peak_mb=ours.peak_mb,
        peer=name,
        peer_cpu_s=other.last_ms / 1000.0,
        relative_difference=0.0 if is_same else 1.0,
        target=TARGET,
        meets_target=is_same and met and mine.box_ms <= MOST_BOX_MS,
        details={**{key: round(value, 2) for key, value in shown.items()}, "cores": os.cpu_count() or 1},
    )
