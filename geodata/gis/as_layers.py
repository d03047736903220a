"""An infrastructure as tables of GIS layers: words for codes, texts for hours, one row a thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import NO_CODE, Column, Floats, Ids
from geodata.gis.cells import mask_texts, to_cells
from geodata.gis.hours import format_hours, intervals_of
from geodata.gis.layouts import (
    CANDIDATE_CELLS,
    CANDIDATES,
    CONDITION_CELLS,
    CONDITIONS,
    DRAWN_LENGTH,
    LINK_CELLS,
    LINKS,
    NODE_CELLS,
    NODES,
    OUTLINES,
    SCHEDULES,
    SOURCES,
    TURNS,
)
from geodata.infrastructure.columns import TURN_KINDS, VEHICLE_KINDS
from geodata.infrastructure.infrastructure import Infrastructure, Source
from geodata.network import Geometries
from geodata.topology.measure import lengths_m

Move = Callable[[Floats], Floats]
Shapes = NDArray[np.object_]

RING_POINTS: Final = 4
"""Fewest points of a polygon's ring."""


@dataclass(frozen=True, slots=True)
class LayerTable:
    """One layer ready to be written.

    Parameters
    ----------
    cells
        Column name to values, in the order they are written.
    nulls
        Column name to which of its cells are null.
    shapes
        Geometries, None where a row has none; None for a table without geometry.
    """

    cells: Mapping[str, NDArray[Any]]
    nulls: Mapping[str, NDArray[np.bool_]]
    shapes: Shapes | None


class _Rows:
    """Collects the columns of one layer."""

    def __init__(self) -> None:
        self.cells: dict[str, NDArray[Any]] = {}
        self.nulls: dict[str, NDArray[np.bool_]] = {}

    def add(self, name: str, cells: NDArray[Any], nulls: NDArray[np.bool_] | None = None) -> None:
        self.cells[name] = cells
        self.nulls[name] = np.zeros(len(cells), dtype=np.bool_) if nulls is None else nulls

    def add_text(self, name: str, texts: Ids) -> None:
        self.add(name, texts, texts == "")

    def add_all(self, table: Any, columns: tuple[Column, ...]) -> None:  # noqa: ANN401 - any table of columns
        for column in columns:
            self.add(column.name, *to_cells(getattr(table, column.name), column))

    def table(self, shapes: Shapes | None) -> LayerTable:
        return LayerTable(self.cells, self.nulls, shapes)


def layer_tables(infrastructure: Infrastructure, move: Move) -> dict[str, LayerTable]:
    """Return the layers of an infrastructure by name.

    Parameters
    ----------
    infrastructure
        What to write.
    move
        Longitude and latitude to the coordinates wanted, float64[n, 2] both.

    Raises
    ------
    ValueError
        If a line has a single point: no GIS format holds it.
    """
    lines = _line_shapes(infrastructure, move)
    hours = [format_hours(intervals_of(infrastructure.schedules, row)) for row in range(len(infrastructure.schedules))]
    keys = np.array([*source_keys(infrastructure.sources), ""], dtype=np.object_)
    texts = np.array([*hours, ""], dtype=np.object_)
    return {
        NODES: _nodes(infrastructure, move, keys),
        LINKS: _links(infrastructure, lines, keys),
        CONDITIONS: _conditions(infrastructure, lines, texts),
        TURNS: _turns(infrastructure, move, texts),
        CANDIDATES: _candidates(infrastructure, move, keys),
        OUTLINES: _outlines(infrastructure.outlines, move),
        SCHEDULES: _schedules(infrastructure, hours),
        SOURCES: _sources(infrastructure.sources),
    }


def source_keys(sources: Sequence[Source]) -> list[str]:
    """Return a name for each source that no other has: its own, numbered where it stands twice or is empty."""
    keys: list[str] = []
    for source in sources:
        key, number = source.name, 1
        while not key.strip() or key in keys:
            number += 1
            key = f"{source.name} ({number})".strip()
        keys.append(key)
    return keys


def escape(link_id: str) -> str:
    """Return an id that can stand in a list with ``;`` between."""
    return link_id.replace("%", "%25").replace(";", "%3B")


def unescape(text: str) -> str:
    """Return the id that ``escape`` was given."""
    return text.replace("%3B", ";").replace("%25", "%")


def _line_shapes(infrastructure: Infrastructure, move: Move) -> Shapes:
    lines = infrastructure.lines
    counts = np.diff(lines.offsets)
    if (counts == 1).any():
        msg = f"The line of link {infrastructure.links.link_id[counts == 1][0]!r} must have two points or more, got 1."
        raise ValueError(msg)
    shapes: Shapes = np.full(len(lines), None, dtype=np.object_)
    drawn = np.flatnonzero(counts)
    owner = np.repeat(np.arange(len(drawn)), counts[drawn])
    shapes[drawn] = shapely.linestrings(move(lines.coordinates), indices=owner)
    return shapes


def _points(lon: Floats, lat: Floats, move: Move) -> Shapes:
    shapes: Shapes = np.full(len(lon), None, dtype=np.object_)
    there = np.flatnonzero(~(np.isnan(lon) | np.isnan(lat)))
    shapes[there] = shapely.points(move(np.column_stack((lon[there], lat[there]))))
    return shapes


def _nodes(infrastructure: Infrastructure, move: Move, keys: Ids) -> LayerTable:
    nodes, rows = infrastructure.nodes, _Rows()
    rows.add_all(nodes, NODE_CELLS)
    rows.add_text("source", keys[nodes.source])
    return rows.table(_points(nodes.lon, nodes.lat, move))


def _links(infrastructure: Infrastructure, lines: Shapes, keys: Ids) -> LayerTable:
    links, rows = infrastructure.links, _Rows()
    rows.add("link_id", links.link_id, links.link_id == "")
    rows.add_text("from_node_id", infrastructure.nodes.node_id[links.from_index])
    rows.add_text("to_node_id", infrastructure.nodes.node_id[links.to_index])
    rows.add_all(links, LINK_CELLS[1:])
    rows.add_text("source", keys[links.source])
    rows.add(DRAWN_LENGTH, lengths_m(infrastructure.lines))
    return rows.table(lines)


def _conditions(infrastructure: Infrastructure, lines: Shapes, hours: Ids) -> LayerTable:
    conditions, rows = infrastructure.conditions, _Rows()
    rows.add_text("link_id", infrastructure.links.link_id[conditions.link_index])
    rows.add_all(conditions, CONDITION_CELLS)
    _add_hours(rows, conditions.schedule, hours)
    return rows.table(lines[conditions.link_index])


def _add_hours(rows: _Rows, schedule: NDArray[np.int32], hours: Ids) -> None:
    rows.add_text("hours", hours[schedule])
    rows.add("schedule", schedule, schedule == NO_CODE)


def _turns(infrastructure: Infrastructure, move: Move, hours: Ids) -> LayerTable:
    turns, rows = infrastructure.turns, _Rows()
    rows.add_text("turn_id", turns.turn_id)
    rows.add("kind", np.array(TURN_KINDS, dtype=np.object_)[turns.kind])
    rows.add_text("kinds", mask_texts(turns.kinds, VEHICLE_KINDS))
    _add_hours(rows, turns.schedule, hours)
    link_ids = infrastructure.links.link_id
    steps = [
        escape(link_ids[link]) + (">" if along else "<")
        for link, along in zip(turns.links.tolist(), turns.along.tolist(), strict=True)
    ]
    spans = list(zip(turns.offsets[:-1].tolist(), turns.offsets[1:].tolist(), strict=True))
    rows.add("links", np.array([";".join(steps[start:end]) for start, end in spans], dtype=np.object_))
    shapes: Shapes = np.full(len(turns), None, dtype=np.object_)
    for turn, (start, end) in enumerate(spans):
        parts = [
            infrastructure.link_points(int(turns.links[step]), backward=not turns.along[step])
            for step in range(start, end)
        ]
        points = np.concatenate(parts)
        if len(points):
            shapes[turn] = shapely.linestrings(move(points))
    return rows.table(shapes)


def _candidates(infrastructure: Infrastructure, move: Move, keys: Ids) -> LayerTable:
    candidates, rows = infrastructure.candidates, _Rows()
    rows.add_all(candidates, CANDIDATE_CELLS)
    rows.add("outline", candidates.outline, candidates.outline == NO_CODE)
    rows.add_text("source", keys[candidates.source])
    return rows.table(_points(candidates.lon, candidates.lat, move))


def _outlines(outlines: Geometries, move: Move) -> LayerTable:
    """Return rings as polygons: one that is open or too short is closed, and ``ring_points`` tells what it had."""
    rows = _Rows()
    rows.add("outline", np.arange(len(outlines), dtype=np.int32))
    rows.add("ring_points", np.diff(outlines.offsets).astype(np.int32))
    shapes: Shapes = np.full(len(outlines), None, dtype=np.object_)
    for outline in range(len(outlines)):
        ring = outlines.points(outline)
        if not len(ring):
            continue
        missing = max(RING_POINTS - len(ring), int((ring[0] != ring[-1]).any()))
        shapes[outline] = shapely.polygons(move(np.concatenate([ring, np.repeat(ring[:1], missing, axis=0)])))
    return rows.table(shapes)


def _schedules(infrastructure: Infrastructure, hours: list[str]) -> LayerTable:
    schedules, rows = infrastructure.schedules, _Rows()
    rows.add("schedule", np.arange(len(schedules), dtype=np.int32))
    rows.add_text("text", schedules.text)
    rows.add("hours", np.array(hours, dtype=np.object_))
    spans = [";".join(f"{a}-{b}" for a, b in intervals_of(schedules, row)) for row in range(len(schedules))]
    rows.add_text("minutes", np.array(spans, dtype=np.object_))
    return rows.table(None)


def _sources(sources: Sequence[Source]) -> LayerTable:
    rows = _Rows()
    rows.add("source", np.array(source_keys(sources), dtype=np.object_))
    for name in ("name", "licence", "attribution", "date", "sha256"):
        rows.add_text(name, np.array([getattr(source, name) for source in sources], dtype=np.object_))
    return rows.table(None)
