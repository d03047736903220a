"""From what was read to an infrastructure: meanings, links, nodes, conditions, turns, places."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.columns import NO_CODE
from geodata.infrastructure.build import make_links, make_nodes
from geodata.infrastructure.columns import NODE_FEATURES, ROAD_KINDS
from geodata.infrastructure.infrastructure import Infrastructure, InfrastructureLinks, InfrastructureNodes
from geodata.network import Geometries
from geodata.osm.candidates import find_candidates
from geodata.osm.gates import gate_effect
from geodata.osm.meaning import WayMeaning
from geodata.osm.nodes import NodeMeaning, read_node
from geodata.osm.options import OsmOptions
from geodata.osm.raw import RawNode, RawOsm
from geodata.osm.remarks import NoteBook, remark
from geodata.osm.roads import MODE_CODES
from geodata.osm.rows import ScheduleBook, as_objects, ferry_speeds, link_ids, meaning_columns, meaning_conditions
from geodata.osm.splitting import Losses, Places, Points, Split, clean_points, is_among, line_offsets, split
from geodata.osm.turns import TurnReader, via_nodes

Read = Callable[[Mapping[str, str]], WayMeaning]


@dataclass(frozen=True, slots=True, eq=False)
class _Marks:
    """Nodes with tags that mean something, by id."""

    meanings: Mapping[int, NodeMeaning]
    nodes: Mapping[int, RawNode]


def build_infrastructure(
    raw: RawOsm, read: Read, options: OsmOptions, book: NoteBook, check_stop: Callable[[], None]
) -> tuple[Infrastructure, dict[str, int]]:
    """Return the infrastructure of what was read, unmerged, and counts.

    Notes go into the book; ``check_stop`` is called between the steps and raises to end the work.
    """
    meanings = [read(dict(tags)) for tags in raw.combinations]
    marks = _read_nodes(raw)
    relations = [one for one in raw.relations if one.tags["type"].split(":")[0] == "restriction"]
    points, run, losses = clean_points(_points(raw, meanings), len(raw.ways), options)
    splitting = [node_id for node_id, meaning in marks.meanings.items() if meaning.splits]
    cut = np.concatenate([np.array(splitting, dtype=np.int64), via_nodes(relations)])
    check_stop()
    found = split(points, run, cut)
    check_stop()
    _note_ways(raw, meanings, losses, book)
    nodes, node_ids, place = _nodes(found, losses, marks, raw, book)
    check_stop()
    links = _links(raw, meanings, found, place)
    check_stop()
    nodes, links = _apply_gates(nodes, links, node_ids, marks, book)
    schedules = ScheduleBook()
    way = found.points.way[found.first]
    conditions = meaning_conditions(meanings, raw.ways.combination[way], schedules)
    places = {member.member_id: _NOWHERE for one in relations for member in one.members if member.kind == "n"}
    for node_id in [one for one in places if _holds(node_ids, one)]:
        position = int(np.searchsorted(node_ids, node_id))
        places[node_id] = (float(nodes.lon[position]), float(nodes.lat[position]))
    ends = (found.points.node[found.first], found.points.node[found.last])
    reader = TurnReader(relations, raw.ways.way_id[way], ends, links.oneway, links.mode == MODE_CODES["road"])
    turns = reader.read(book, schedules, places)
    offsets, order = line_offsets(found)
    check_stop()
    candidates, outlines = find_candidates(raw, options, book)
    infrastructure = Infrastructure(
        nodes=nodes,
        links=links,
        lines=Geometries(offsets, np.column_stack([found.points.lon[order], found.points.lat[order]])),
        conditions=conditions,
        schedules=schedules.schedules(),
        turns=turns,
        candidates=candidates,
        outlines=outlines,
        sources=raw.sources,
    )
    ferries = [dict(tags).get("route") == "ferry" for tags in raw.combinations]
    counts = {
        "ways": len(raw.ways),
        "ways_skipped": sum(one.count for one in raw.skipped.values()),
        "ferry_ways": int(np.array([*ferries, False])[raw.ways.combination].sum())
        + sum(one.count for place, one in raw.skipped.items() if ferries[place]),
        "turn_restriction_relations": len(relations),
        "turn_restrictions": len(turns),
        "vertices": len(found.nodes),
        "split_links": len(links),
        "conditions": len(conditions),
        "candidates": len(candidates),
    }
    return infrastructure, counts


_NOWHERE = (math.nan, math.nan)


def _points(raw: RawOsm, meanings: Sequence[WayMeaning]) -> Points:
    """Return the points of ways that are links, ways against traffic turned round."""
    ways = raw.ways
    modes = np.array([MODE_CODES.get(meaning.mode, NO_CODE) for meaning in meanings] or [NO_CODE], dtype=np.int8)
    flips = np.array([meaning.flip for meaning in meanings] or [False])
    counts = np.diff(ways.offsets)
    way_mode = modes[ways.combination] if len(ways) else np.empty(0, dtype=np.int8)
    way = np.repeat(np.arange(len(ways)), counts)
    position = np.arange(len(way))
    if len(ways) and flips[ways.combination].any():
        turned = flips[ways.combination][way]
        mirrored = ways.offsets[:-1][way] + ways.offsets[1:][way] - 1 - position
        position = np.where(turned, mirrored, position)
    kept = way_mode[way] >= 0
    way, position = way[kept], position[kept]
    return Points(way, way_mode[way], ways.node[position], ways.lon[position], ways.lat[position])


def _read_nodes(raw: RawOsm) -> _Marks:
    meanings: dict[int, NodeMeaning] = {}
    by_tags: dict[frozenset[tuple[str, str]], NodeMeaning | None] = {}
    for node in raw.nodes:
        key = frozenset(node.tags.items())
        if key not in by_tags:
            by_tags[key] = read_node(node.tags)
        meaning = by_tags[key]
        if meaning is not None:
            meanings[node.node_id] = meaning
    return _Marks(meanings, {node.node_id: node for node in raw.nodes})


def _note_ways(raw: RawOsm, meanings: Sequence[WayMeaning], losses: Losses, book: NoteBook) -> None:
    """Enter what is to be said of ways: by their tags, then by what happened to their points."""
    _note_tags(raw, meanings, book)
    ways = raw.ways
    is_link = np.array([bool(meaning.mode) for meaning in meanings] or [False])
    short = losses.short & (is_link[ways.combination] if len(ways) else losses.short)
    outside = losses.outside > 0
    for kind, lost in (("missing_nodes", losses.missing), ("out_of_range", losses.impossible)):
        for way in np.flatnonzero(lost).tolist():
            book.add(remark(kind, count=int(lost[way])), f"way {ways.way_id[way]}", _first_place(raw, way))
    for kind, which in (
        ("outside_area", outside & ~short),
        ("repeated_node", losses.repeated > 0),
        ("too_short", short & ~outside),
    ):
        positions = np.flatnonzero(which)
        if positions.size:
            way = int(positions[0])
            book.add(remark(kind), f"way {ways.way_id[way]}", _first_place(raw, way), len(positions))


def _note_tags(raw: RawOsm, meanings: Sequence[WayMeaning], book: NoteBook) -> None:
    ways = raw.ways
    for one in raw.duplicates:
        book.add(remark("duplicate_id"), one)
    if raw.read_twice:
        book.add(remark("unsorted_file"), raw.sources[0].name)
    for combination, some in raw.skipped.items():
        for said in meanings[combination].remarks:
            book.add(said, f"way {some.way_id}", (some.lon, some.lat), some.count)
    used, first, counts = np.unique(ways.combination, return_index=True, return_counts=True)
    for combination, way, count in zip(used.tolist(), first.tolist(), counts.tolist(), strict=True):
        for said in meanings[combination].remarks:
            book.add(said, f"way {ways.way_id[way]}", _first_place(raw, way), count)


def _first_place(raw: RawOsm, way: int) -> tuple[float, float]:
    span = slice(raw.ways.offsets[way], raw.ways.offsets[way + 1])
    usable = np.flatnonzero(np.isfinite(raw.ways.lon[span]))
    if not usable.size:
        return _NOWHERE
    point = int(raw.ways.offsets[way] + usable[0])
    return float(raw.ways.lon[point]), float(raw.ways.lat[point])


def _nodes(
    found: Split, losses: Losses, marks: _Marks, raw: RawOsm, book: NoteBook
) -> tuple[InfrastructureNodes, Places, tuple[NDArray[np.int32], NDArray[np.int32]]]:
    """Return the nodes, their ids as numbers, and the index of each link's first and last."""
    ends = np.concatenate([found.first, found.last])
    ids, first, place = np.unique(found.points.node[ends], return_index=True, return_inverse=True)
    at = ends[first]
    count = len(ids)
    feature = np.full(count, NO_CODE, dtype=np.int8)
    feature[is_among(ids, losses.edge)] = NODE_FEATURES.index("extract_edge")
    closed = np.zeros(count, dtype=np.uint8)
    limits = {name: np.full(count, np.nan) for name in ("max_height_m", "max_weight_t", "max_width_m")}
    lone: list[int] = []
    for node_id, meaning in marks.meanings.items():
        if not _holds(ids, node_id):
            lone.append(node_id)
            continue
        position = int(np.searchsorted(ids, node_id))
        if meaning.feature >= 0:
            feature[position] = meaning.feature
        closed[position] = meaning.closed
        for name, values in limits.items():
            values[position] = getattr(meaning, name)
        node = marks.nodes[node_id]
        for said in meaning.remarks:
            book.add(said, f"node {node_id}", (node.lon, node.lat))
    _note_lone(found, marks, lone, book)
    source = raw.ways.source[found.points.way[at]] if count else NO_CODE
    nodes = make_nodes(
        node_id=as_objects([f"n{node_id}" for node_id in ids.tolist()]),
        lon=found.points.lon[at],
        lat=found.points.lat[at],
        feature=feature,
        closed=closed,
        source=source,
        **limits,
    )
    half = len(found.first)
    return nodes, ids, (place[:half].astype(np.int32), place[half:].astype(np.int32))


def _note_lone(found: Split, marks: _Marks, lone: list[int], book: NoteBook) -> None:
    """Say which signals and crossings stand between junctions, where there is no node to hold them."""
    inner = [node_id for node_id in lone if marks.meanings[node_id].feature >= 0 and _holds(found.nodes, node_id)]
    for node_id in inner:
        node = marks.nodes[node_id]
        feature = NODE_FEATURES[marks.meanings[node_id].feature]
        book.add(remark("lone_feature", tag=feature), f"node {node_id}", (node.lon, node.lat))


def _links(
    raw: RawOsm, meanings: Sequence[WayMeaning], found: Split, place: tuple[NDArray[np.int32], NDArray[np.int32]]
) -> InfrastructureLinks:
    ways = raw.ways
    way = found.points.way[found.first]
    combination = ways.combination[way]
    columns = meaning_columns(meanings, combination)
    columns["observed_kmh"] = ferry_speeds(meanings, combination, way, found.length_m)
    row_ids = as_objects([str(way_id) for way_id in ways.way_id.tolist()])
    return make_links(
        link_id=link_ids(ways.way_id[way], found.points.node[found.first], found.points.node[found.last]),
        from_index=place[0],
        to_index=place[1],
        name=ways.name[way],
        ref=ways.ref[way],
        length_m=found.length_m,
        row_id=row_ids[way],
        source=ways.source[way],
        **columns,
    )


def _apply_gates(
    nodes: InfrastructureNodes, links: InfrastructureLinks, ids: Places, marks: _Marks, book: NoteBook
) -> tuple[InfrastructureNodes, InfrastructureLinks]:
    """Return nodes and links after gates that need permission."""
    by_permission = np.zeros(len(ids), dtype=np.uint8)
    for node_id, meaning in marks.meanings.items():
        if meaning.by_permission and _holds(ids, node_id):
            by_permission[np.searchsorted(ids, node_id)] = meaning.by_permission
    if not by_permission.any():
        return nodes, links
    roads = (links.mode == MODE_CODES["road"]) & ((links.access_forward | links.access_backward) & ROAD_KINDS > 0)
    effect = gate_effect(links.from_index, links.to_index, links.length_m, roads, by_permission)
    for position in np.flatnonzero(by_permission).tolist():
        kind = "private_gate_through" if effect.closed[position] else "private_gate"
        node = marks.nodes[int(ids[position])]
        tag = ", ".join(f"{key}={value}" for key, value in node.tags.items() if key != "name")
        book.add(remark(kind, tag=tag), f"node {ids[position]}", (node.lon, node.lat))
    node_columns = nodes.to_columns(words=False) | {"closed": nodes.closed | effect.closed}
    link_columns = links.to_columns(words=False) | {
        "destination_only": links.destination_only
        | (effect.destination_only & (links.access_forward | links.access_backward))
    }
    return InfrastructureNodes(**node_columns), InfrastructureLinks(**link_columns)


def _holds(ids: Places, node_id: int) -> bool:
    position = int(np.searchsorted(ids, node_id))
    return position < len(ids) and int(ids[position]) == node_id
