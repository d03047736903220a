"""Several files become one, and the ways of ferry relations ferries."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geodata.osm.keys import OTHER_VEHICLES
from geodata.osm.raw import RawNode, RawOsm, RawRelation, RawWays, Skipped, Tags, newest_ways, take_ways
from geodata.osm.remarks import NoteBook, remark
from geodata.osm.roads import MOTOR_KEYS
from geodata.osm.rows import as_objects


def combine(files: Sequence[RawOsm], book: NoteBook) -> RawOsm:
    """Return what several files hold together.

    An object in several files is taken once, in its newest version (of equal versions the one with fewest missing
    nodes, then the one of the newest file). A node that a file lacks is placed as another file places it; one that
    files place differently as the newest does. The newest is the one with the latest date, among equals the last named.
    """
    if len(files) == 1:
        return files[0]
    rank = _file_ranks(files)
    combinations: dict[Tags, int] = {}
    parts = []
    skipped: dict[int, Skipped] = {}
    for place, file in enumerate(files):
        here = [combinations.setdefault(tags, len(combinations)) for tags in file.combinations]
        renumbered = np.array(here, dtype=np.int32)[file.ways.combination]
        source = np.full(len(file.ways), place, dtype=np.int16)
        parts.append(dataclasses.replace(file.ways, combination=renumbered, source=source))
        for combination, some in file.skipped.items():
            before = skipped.get(here[combination])
            skipped[here[combination]] = dataclasses.replace(some, count=max(some.count, before.count if before else 0))
    ways = _place_alike(_joined(parts), rank, book)
    ways = take_ways(ways, _newest(ways, rank, book))
    return RawOsm(
        ways=ways,
        nodes=_newest_nodes(files, rank, book),
        relations=_newest_relations(files, rank, book),
        combinations=tuple(combinations),
        skipped=skipped,
        members={way_id: way for place in np.argsort(rank) for way_id, way in files[place].members.items()},
        sources=tuple(file.sources[0] for file in files),
        duplicates=tuple(one for file in files for one in file.duplicates),
        read_twice=any(file.read_twice for file in files),
    )


def add_ferry_relations(raw: RawOsm) -> RawOsm:
    """Return the raw data with the member ways of ferry relations as ferries.

    A way without tags of its own bears those of its relation; a ferry that does not say what it carries takes that from
    its relation.
    """
    relations = [one for one in raw.relations if one.tags.get("type") == "route" and one.tags.get("route") == "ferry"]
    if not relations:
        return raw
    combinations = {tags: place for place, tags in enumerate(raw.combinations)}
    combination = raw.ways.combination.copy()
    known = {int(way_id): place for place, way_id in enumerate(raw.ways.way_id)}
    added: dict[int, tuple[RawRelation, int]] = {}
    for relation in relations:
        theirs = {key: value for key, value in relation.tags.items() if key not in ("type", "name", "ref")}
        for member in relation.members:
            if member.kind != "w" or _is_shore(member.role):
                continue
            if member.member_id in known:
                place = known[member.member_id]
                own = dict(raw.combinations[combination[place]])
                if own.get("route") == "ferry" and not any(key in own for key in MOTOR_KEYS):
                    tags = tuple({**theirs, **own}.items())
                    combination[place] = combinations.setdefault(tags, len(combinations))
            elif member.member_id in raw.members and member.member_id not in added:
                tags = tuple({**theirs, **raw.members[member.member_id].tags, "route": "ferry"}.items())
                added[member.member_id] = relation, combinations.setdefault(tags, len(combinations))
    ways = dataclasses.replace(raw.ways, combination=combination)
    return dataclasses.replace(
        raw, ways=_joined([ways, _member_ways(raw, added)]) if added else ways, combinations=tuple(combinations)
    )


def _is_shore(role: str) -> bool:
    return role in ("platform", "stop", "terminal", "access") or role in OTHER_VEHICLES


def _member_ways(raw: RawOsm, added: dict[int, tuple[RawRelation, int]]) -> RawWays:
    members = [raw.members[way_id] for way_id in added]
    points = np.concatenate([member.points for member in members])
    relations = [relation for relation, _ in added.values()]
    return RawWays(
        way_id=np.array(list(added), dtype=np.int64),
        version=np.array([relation.version for relation in relations], dtype=np.int64),
        combination=np.array([place for _, place in added.values()], dtype=np.int32),
        name=as_objects([relation.tags.get("name", "") for relation in relations]),
        ref=as_objects([relation.tags.get("ref", "") for relation in relations]),
        offsets=np.concatenate([[0], np.cumsum([len(member.node) for member in members])]),
        node=np.concatenate([member.node for member in members]),
        lon=points[:, 0],
        lat=points[:, 1],
        source=np.array([relation.source for relation in relations], dtype=np.int16),
    )


def _file_ranks(files: Sequence[RawOsm]) -> NDArray[np.int64]:
    """Return the place of each file from the oldest to the newest."""
    order = sorted(range(len(files)), key=lambda place: (files[place].sources[0].date, place))
    ranks = np.empty(len(files), dtype=np.int64)
    ranks[order] = np.arange(len(files))
    return ranks


def _joined(parts: Sequence[RawWays]) -> RawWays:
    points = np.cumsum([0, *(part.offsets[-1] for part in parts)])
    offsets = [part.offsets[:-1] + start for part, start in zip(parts, points[:-1], strict=True)]
    names = ("way_id", "version", "combination", "name", "ref", "node", "lon", "lat", "source")
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return RawWays(offsets=np.concatenate([*offsets, points[-1:]]), **columns)


def _place_alike(ways: RawWays, rank: NDArray[np.int64], book: NoteBook) -> RawWays:
    """Return the ways with every node at one place: that of the newest file that holds it."""
    per_point = np.repeat(rank[ways.source], np.diff(ways.offsets))
    order = np.lexsort((per_point, np.isfinite(ways.lon), ways.node))
    nodes, place = np.unique(ways.node, return_inverse=True)
    last = np.searchsorted(ways.node[order], nodes, side="right") - 1
    best = order[last]
    lon, lat = ways.lon[best][place], ways.lat[best][place]
    moved = np.isfinite(ways.lon) & ((ways.lon != lon) | (ways.lat != lat))
    for point in np.flatnonzero(moved)[np.unique(ways.node[moved], return_index=True)[1]]:
        book.add(remark("moved_node"), f"node {ways.node[point]}", (lon[point], lat[point]))
    return dataclasses.replace(ways, lon=lon, lat=lat)


def _newest(ways: RawWays, rank: NDArray[np.int64], book: NoteBook) -> NDArray[np.int64]:
    """Return the positions of the ways to keep, and note those of which there are several versions."""
    kept = newest_ways(ways, rank)
    version = ways.version[kept][np.searchsorted(ways.way_id[kept], ways.way_id)]
    for way_id in np.unique(ways.way_id[ways.version != version]).tolist():
        book.add(remark("differing_versions"), f"way {way_id}")
    return kept


def _newest_nodes(files: Sequence[RawOsm], rank: NDArray[np.int64], book: NoteBook) -> tuple[RawNode, ...]:
    found: dict[int, RawNode] = {}
    for place in np.argsort(rank).tolist():
        for node in files[place].nodes:
            before = found.get(node.node_id)
            if before is not None and before.version != node.version:
                book.add(remark("differing_versions"), f"node {node.node_id}", (node.lon, node.lat))
            if before is None or before.version <= node.version:
                found[node.node_id] = dataclasses.replace(node, source=place)
    return tuple(found.values())


def _newest_relations(files: Sequence[RawOsm], rank: NDArray[np.int64], book: NoteBook) -> tuple[RawRelation, ...]:
    found: dict[int, RawRelation] = {}
    for place in np.argsort(rank).tolist():
        for relation in files[place].relations:
            before = found.get(relation.relation_id)
            if before is not None and before.version != relation.version:
                book.add(remark("differing_versions"), f"relation {relation.relation_id}")
            if before is None or before.version <= relation.version:
                found[relation.relation_id] = dataclasses.replace(relation, source=place)
    return tuple(found.values())
