"""Ends of edited links brought back to nodes."""

from __future__ import annotations

import dataclasses
from typing import Final

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geodata.columns import Floats
from geodata.gis.ends import Places, space_m
from geodata.gis.read import ReadTable
from geodata.gis.remarks import Remarks
from supplychain.text import Text

AT_NODE_M: Final = 0.1
"""An end nearer to a node than this lies at it, metres."""

MOVED_TO: Final = Text(
    en="Ends of links were attached to the node they now lie at: rows {rows}.",
    vi="Đầu mút đoạn tuyến được gắn vào nút tại vị trí mới: các dòng {rows}.",
)
NEW_NODES: Final = Text(
    en="Ends of links that lie at no node got a new one: rows {rows}.",
    vi="Đầu mút không nằm tại nút nào được lập nút mới: các dòng {rows}.",
)
BROUGHT_BACK: Final = Text(
    en="Nodes that were deleted but are still the end of a link were made again: rows of links {rows}.",
    vi="Nút đã xóa nhưng vẫn là đầu mút đoạn tuyến được lập lại: các dòng đoạn tuyến {rows}.",
)
NODE_MOVED: Final = Text(
    en="Nodes were moved without their links: ends of these links now lie away from their node: rows {rows}.",
    vi="Nút bị dời mà không dời đoạn tuyến: đầu mút các đoạn này không còn nằm tại nút: các dòng {rows}.",
)


class _Nodes:
    """Nodes by id and by place; new ones are added."""

    def __init__(self, table: ReadTable) -> None:
        self.ids: list[str] = table.texts("node_id").tolist()
        self.places: list[tuple[float, float]] = [tuple(p) for p in shapely.get_coordinates(table.shapes).tolist()]
        self.by_id = {node_id: place for place, node_id in enumerate(self.ids)}
        self._tree = cKDTree(_space(np.array(self.places).reshape(-1, 2))) if self.places else None
        self._made: dict[tuple[float, float], int] = {}

    def is_made_at(self, node: int, place: tuple[float, float]) -> bool:
        """Return whether a node is one that was made at a place."""
        return self._made.get(_key(place)) == node

    def at(self, points: Floats) -> Places:
        """Return the node each point lies at, -1 where there is none; of those that were there before."""
        if self._tree is None:
            return np.full(len(points), -1, dtype=np.int64)
        distance, found = self._tree.query(_space(points), distance_upper_bound=AT_NODE_M)
        return np.where(np.isfinite(distance), found, -1).astype(np.int64)

    def make(self, place: tuple[float, float], node_id: str = "") -> int:
        """Return a new node at a place; the same for ends at the same place (to 0.1 m)."""
        key = _key(place)
        if key in self._made:
            return self._made[key]
        name, count = node_id or f"p{place[0]:.7f},{place[1]:.7f}", 2
        while name in self.by_id:
            name, count = f"{name}#{count}", count + 1
        node = len(self.ids)
        self.ids.append(name)
        self.places.append(place)
        self.by_id[name] = self._made[key] = node
        return node


def _key(place: tuple[float, float]) -> tuple[float, float]:
    return round(place[0], 6), round(place[1], 6)


def _space(points: Floats) -> Floats:
    return space_m(points, np.zeros(len(points), dtype=np.int64))


def attach_ends(nodes: ReadTable, links: ReadTable, remarks: Remarks) -> tuple[ReadTable, ReadTable]:
    """Return nodes and links whose ends agree: each link names the nodes its line starts and ends at.

    An end at the node it names stays. Else it goes to the node it lies at; a node that was moved away from all the
    links that name it keeps them; otherwise the end gets a new node (under the name it had where that was deleted).
    """
    known = _Nodes(nodes)
    drawn = np.flatnonzero(~shapely.is_missing(links.shapes))
    names = {name: links.texts(name) for name in ("from_node_id", "to_node_id")}
    ends = {
        "from_node_id": shapely.get_coordinates(shapely.get_point(links.shapes[drawn], 0)),
        "to_node_id": shapely.get_coordinates(shapely.get_point(links.shapes[drawn], -1)),
    }
    told: dict[str, list[int]] = {"moved": [], "new": [], "back": [], "node": []}
    met = _met_nodes(known, names, ends, drawn)
    for name, points in ends.items():
        lies_at = known.at(points)
        named = [known.by_id.get(text, -1) for text in names[name][drawn]]
        at_named = _is_near(known, named, points)
        for place in np.flatnonzero(~at_named):
            row, at = int(drawn[place]), int(lies_at[place])
            node, what = _choose(known, str(names[name][row]), at, tuple(points[place].tolist()), met)
            names[name][row] = known.ids[node]
            told[what].append(int(links.rows[row]))
    for kind, text in (("moved", MOVED_TO), ("new", NEW_NODES), ("back", BROUGHT_BACK), ("node", NODE_MOVED)):
        remarks.add_rows(f"ends_{kind}", text, sorted(set(told[kind])), loss=kind == "node")
    return _grown(nodes, known), links.with_cells(**names)


def _is_near(known: _Nodes, named: list[int], points: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    there = np.array([node >= 0 for node in named], dtype=np.bool_)
    places = np.array([known.places[node] if node >= 0 else (0.0, 0.0) for node in named]).reshape(-1, 2)
    away = np.linalg.norm(_space(places) - _space(points), axis=1)
    near: np.ndarray[tuple[int], np.dtype[np.bool_]] = there & (away <= AT_NODE_M)
    return near


def _met_nodes(
    known: _Nodes,
    names: dict[str, np.ndarray[tuple[int], np.dtype[np.object_]]],
    ends: dict[str, Floats],
    drawn: Places,
) -> set[int]:
    """Return the nodes at which at least one link that names them still ends."""
    met: set[int] = set()
    for name, points in ends.items():
        named = [known.by_id.get(text, -1) for text in names[name][drawn]]
        near = _is_near(known, named, points)
        met.update(node for node, is_near in zip(named, near, strict=True) if is_near)
    return met


def _choose(known: _Nodes, name: str, at: int, place: tuple[float, ...], met: set[int]) -> tuple[int, str]:
    """Return the node of an end that is not at the node it names, and what was done."""
    if at >= 0:
        return at, "moved"
    point = (place[0], place[1])
    if not name:
        return known.make(point), "new"
    if name not in known.by_id:
        return known.make(point, name), "back"
    node = known.by_id[name]
    if known.is_made_at(node, point):
        return node, "back"
    if node not in met:
        return node, "node"
    return known.make(point), "new"


def _grown(nodes: ReadTable, known: _Nodes) -> ReadTable:
    """Return the node table with the new nodes below."""
    made = len(known.ids) - len(nodes)
    if not made:
        return nodes
    cells = {name: _longer(values, made) for name, values in nodes.cells.items()}
    cells["node_id"] = np.array(known.ids, dtype=np.object_)
    new = shapely.points(np.array(known.places[len(nodes) :]))
    last = int(nodes.rows.max()) if len(nodes) else 0
    return dataclasses.replace(
        nodes,
        cells=cells,
        shapes=np.concatenate([nodes.shapes, new]),
        rows=np.concatenate([nodes.rows, last + 1 + np.arange(made)]),
        broken=np.concatenate([nodes.broken, np.zeros(made, dtype=np.bool_)]),
    )


def _longer(
    values: np.ndarray[tuple[int], np.dtype[np.object_]], count: int
) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.concatenate([values.astype(np.object_), np.full(count, None, dtype=np.object_)])
