"""The peers of the benchmark of tiles: PostGIS with ST_AsMVT, and the library mapbox-vector-tile."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import mapbox_vector_tile
import numpy as np
import psutil
import psycopg
import shapely

from benchmarks.tiles_data import GRID, NAMES, TILES, asked_tiles, open_network
from geodata.features.index_source import IndexedSource
from geodata.features.source import Wanted
from geodata.tiles.encode import EXTENT, MARGIN
from geodata.tiles.grid import METRES_ROUND, Tile

POSTGIS: Final = os.environ.get(
    "HINTERLAND_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:55432/hinterland_test"
)
REPEATS: Final = {14: 20, 12: 5, 10: 1, 8: 1}
"""How often PostGIS makes each tile: the system counts its CPU time in hundredths of a second."""
LIBRARY_TILES: Final = {14: 20, 12: 3}
"""Tiles that the library makes; the lower zooms would take it minutes a tile."""
_QUERY: Final = """
WITH wanted AS (
  SELECT ST_AsMVTGeom(geometry, ST_TileEnvelope(%(zoom)s, %(column)s, %(row)s), 4096, 128, true) AS geometry,
         id, mode, link_class, ref, name
  FROM links
  WHERE geometry && ST_TileEnvelope(%(zoom)s, %(column)s, %(row)s, margin => 128.0 / 4096)
    AND (%(classes)s::text[] IS NULL OR link_class = ANY(%(classes)s))
)
SELECT ST_AsMVT(wanted, 'network_links', 4096, 'geometry') FROM wanted WHERE geometry IS NOT NULL
"""


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """What a side made of the tiles of one zoom.

    Parameters
    ----------
    cpu_s
        CPU seconds of each tile.
    tiles
        The tiles.
    """

    cpu_s: list[float]
    tiles: dict[Tile, bytes]


def prepare_postgis(links: int, classes: dict[int, list[str] | None]) -> dict[str, Any]:
    """Write the network to PostGIS in the coordinates of web maps, indexed, and return what asks it."""
    source, schema = open_network(links), f"tiles_benchmark_{os.getpid()}"
    connection = psycopg.connect(POSTGIS.replace("+psycopg", ""), autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        cursor.execute(f"CREATE SCHEMA {schema}")
        cursor.execute(f"SET search_path TO {schema}, public")
        cursor.execute(
            "CREATE UNLOGGED TABLE links "
            "(id text, mode text, link_class text, ref text, name text, geometry geometry(LineString, 3857))"
        )
        with cursor.copy("COPY links FROM STDIN") as copy:
            for row in _rows(source):
                copy.write_row(row)
        cursor.execute("CREATE INDEX ON links USING gist (geometry)")
        cursor.execute("ANALYZE links")
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    tiles = {zoom: asked_tiles(source, zoom) for zoom in TILES}
    return {"connection": connection, "schema": schema, "classes": classes, "tiles": tiles}


def _rows(source: IndexedSource) -> Iterator[tuple[Any, ...]]:
    for table in source.portions(at_once=50_000):
        places = (GRID.forward(table.shapes.coordinates) - 0.5) * (METRES_ROUND, -METRES_ROUND)
        lines = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, places, table.shapes.offsets)
        shapes = shapely.to_wkb(shapely.set_srid(lines, 3857), hex=True, include_srid=True).tolist()
        columns = [table.columns[name].to_pylist() for name in NAMES]
        yield from zip(table.ids.to_pylist(), *columns, shapes, strict=True)


def make_postgis(given: dict[str, Any]) -> dict[int, Answered]:
    """Return the tiles as PostGIS makes them, the seconds of its process and of this one together."""
    connection: psycopg.Connection[Any] = given["connection"]
    server = psutil.Process(connection.info.backend_pid)
    found = {}
    for zoom, tiles in given["tiles"].items():
        cpu_s, made = [], {}
        for tile in tiles:
            asked = {"zoom": zoom, "row": tile.row, "column": tile.column, "classes": given["classes"][zoom]}
            before = _cpu_s(server)
            for _ in range(REPEATS[zoom]):
                row = connection.execute(_QUERY, asked, prepare=True).fetchone()
            cpu_s.append((_cpu_s(server) - before) / REPEATS[zoom])
            made[tile] = bytes(row[0]) if row else b""
        found[zoom] = Answered(cpu_s, made)
    connection.execute(f"DROP SCHEMA {given['schema']} CASCADE")
    connection.close()
    return found


def _cpu_s(server: psutil.Process) -> float:
    times = server.cpu_times()
    return float(times.user + times.system) + time.process_time()


def make_library(source: IndexedSource) -> dict[int, Answered]:
    """Return the tiles as mapbox-vector-tile makes them of the same features, reading them included."""
    found = {}
    for zoom, most in LIBRARY_TILES.items():
        cpu_s, made = [], {}
        for tile in asked_tiles(source, zoom)[:most]:
            before = time.process_time()
            made[tile] = _library_tile(source, tile)
            cpu_s.append(time.process_time() - before)
        found[zoom] = Answered(cpu_s, made)
    return found


def _library_tile(source: IndexedSource, tile: Tile) -> bytes:
    table = source.read(Wanted(GRID.box(tile, MARGIN / EXTENT)), None, 10_000_000).table
    places = GRID.forward(table.shapes.coordinates) * (EXTENT * 2.0**tile.zoom)
    places -= (tile.column * EXTENT, tile.row * EXTENT)
    lines = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, places, table.shapes.offsets)
    clipped = shapely.clip_by_rect(lines, -MARGIN, -MARGIN, EXTENT + MARGIN, EXTENT + MARGIN)
    properties = _dictionaries(table.ids.to_pylist(), [table.columns[name].to_pylist() for name in NAMES])
    features = [
        {"geometry": shape, "properties": told}
        for shape, told in zip(clipped, properties, strict=True)
        if not shape.is_empty
    ]
    layer = {"name": "network_links", "features": features}
    options = {"y_coord_down": True, "extents": EXTENT}
    return bytes(mapbox_vector_tile.encode([layer], default_options=options))


def _dictionaries(ids: Sequence[str], columns: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    rows = zip(*columns, strict=True)
    return [
        {"id": one, **{name: value for name, value in zip(NAMES, row, strict=True) if value is not None}}
        for one, row in zip(ids, rows, strict=True)
    ]


def median_ms(seconds: Sequence[float]) -> float:
    """Return the median in milliseconds."""
    return float(np.median(seconds)) * 1e3
