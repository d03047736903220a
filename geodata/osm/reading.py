"""Reading OpenStreetMap files with pyosmium: ways with their points, nodes and relations of interest."""

from __future__ import annotations

import hashlib
import math
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium

from geodata.infrastructure.infrastructure import Source
from geodata.osm.blobs import BlobError, cut_pieces
from geodata.osm.errors import OsmStoppedError, cut_short, damaged, history, no_osm, unreadable
from geodata.osm.keys import NODE_AMENITIES, NODE_HIGHWAYS, NODE_KEYS, WAY_KEYS, is_read
from geodata.osm.places import place_kind
from geodata.osm.raw import (
    Member,
    MemberWay,
    RawNode,
    RawOsm,
    RawRelation,
    RawWays,
    Skipped,
    Tags,
    newest_ways,
    take_ways,
)

Wanted = Callable[[Mapping[str, str]], bool]
Stop = Callable[[], bool]

OTHER_FORMATS: Final = (".osm", ".xml", ".osm.gz", ".osm.bz2", ".opl", ".o5m")
LICENCE: Final = "ODbL-1.0"
ATTRIBUTION: Final = "© OpenStreetMap contributors"
RELATION_TYPES: Final = ("restriction", "route", "multipolygon")

_ASIDE, _TAG, _NAME, _REF, _LOCAL_NAME = range(5)
_OBJECTS_BETWEEN_CHECKS: Final = 500


class _KeyUse(dict[str, int]):
    """What a way's key is read for, found out once a key."""

    def __missing__(self, key: str) -> int:
        use = {"name": _NAME, "ref": _REF, "name:vi": _LOCAL_NAME}.get(key, _TAG if is_read(key) else _ASIDE)
        self[key] = use
        return use


class OsmReader:
    """Reads one file, piece by piece.

    Parameters
    ----------
    path
        The file.
    wanted
        Whether ways with some tags are read.
    stop
        Asked several times a second whether to stop; None: never.
    progress
        Told the share of the file that is read, 0 to 1; None: nobody.
    """

    def __init__(
        self,
        path: Path,
        wanted: Wanted,
        stop: Stop | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        self.path = path
        self.wanted = wanted
        self.stop = stop
        self.progress = progress
        self.nodes: dict[int, RawNode] = {}
        self.relations: dict[int, RawRelation] = {}
        self.duplicates: list[str] = []
        self._combinations: dict[Tags, int] = {}
        self._is_wanted: list[bool] = []
        self._skipped: dict[int, Skipped] = {}
        self._use = _KeyUse()
        self._locations = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
        self._locations.ignore_errors()
        self._line = osmium.geom.WKBFactory()
        self._clear_ways()

    def _clear_ways(self) -> None:
        self._way_id, self._version, self._combination = array("q"), array("q"), array("i")
        self._points, self._node = array("i"), array("q")
        self._names: list[str] = []
        self._refs: list[str] = []
        self._hex: list[str] = []
        self._coordinates: list[np.ndarray[Any, np.dtype[np.float64]]] = []
        self._spans: list[tuple[int, int]] = []
        self._missing = 0

    def read(self) -> RawOsm:
        """Return what the file holds.

        Raises
        ------
        OsmFileError
            If it is missing, not OpenStreetMap data, a history, cut short or damaged.
        OsmStoppedError
            If ``stop`` said so.
        """
        data = self._bytes()
        source = self._source(data)
        self._take(data, osmium.osm.ALL)
        missing = self._missing
        if missing and not self._is_sorted(data):
            # The nodes may follow the ways: by now the places of all of them are known.
            self._clear_ways()
            self._skipped.clear()
            self._take(data, osmium.osm.WAY)
        members = self._read_members(data)
        ways = self._ways()
        return RawOsm(
            ways=ways,
            nodes=tuple(self.nodes.values()),
            relations=tuple(self.relations.values()),
            combinations=tuple(self._combinations),
            skipped=self._skipped,
            members=members,
            sources=(source,),
            duplicates=tuple(self.duplicates),
            read_twice=self._missing < missing,
        )

    def _bytes(self) -> memoryview | None:
        """Return the bytes of a PBF file; None for the other formats, which pyosmium reads by path."""
        name = self.path.name.lower()
        try:
            if any(name.endswith(suffix) for suffix in OTHER_FORMATS):
                with self.path.open("rb") as file:
                    empty = not file.read(1)
                if empty:
                    raise no_osm(self.path)
                return None
            data = self.path.read_bytes()
        except OSError as error:
            raise unreadable(self.path, error) from error
        if not data:
            raise no_osm(self.path)
        return memoryview(data)

    def _source(self, data: memoryview | None) -> Source:
        try:
            header = next(self._files(data))[0]
            with osmium.io.Reader(header, osmium.osm.NOTHING) as reader:
                described = reader.header()
        except (RuntimeError, ValueError) as error:
            raise damaged(self.path, error) from error
        if described.has_multiple_object_versions:
            raise history(self.path)
        self._sorting = described.get("sorting", "")
        digest = hashlib.sha256(self.path.read_bytes() if data is None else data).hexdigest()
        date = described.get("osmosis_replication_timestamp", described.get("timestamp", ""))[:10]
        return Source(self.path.name, LICENCE, ATTRIBUTION, date, digest)

    def _is_sorted(self, data: memoryview | None) -> bool:
        return data is not None and self._sorting == "Type_then_ID"

    def _files(self, data: memoryview | None) -> Iterator[tuple[Any, float]]:
        """Yield what pyosmium can open, and the share of the file read after it."""
        if data is None:
            yield osmium.io.File(str(self.path)), 1.0
            return
        try:
            for piece, end in cut_pieces(data):
                yield osmium.io.FileBuffer(piece, "pbf"), end / len(data)
        except BlobError as error:
            raise (cut_short(self.path, error.position) if error.cut_short else no_osm(self.path)) from error

    def _take(self, data: memoryview | None, entities: Any) -> None:  # noqa: ANN401 - pyosmium ships no types
        keys = osmium.filter.KeyFilter(*WAY_KEYS, *NODE_KEYS, "type")
        for file, share in self._files(data):
            self._check_stop()
            before = len(self._way_id)
            try:
                processor = osmium.FileProcessor(file, entities).with_filter(self._locations).with_filter(keys)
                self._take_objects(processor)
            except (RuntimeError, ValueError) as error:
                raise damaged(self.path, error) from error
            self._flush(before)
            if self.progress is not None:
                self.progress(share)

    def _take_objects(self, objects: Iterable[Any]) -> None:
        for count, one in enumerate(objects):
            if count % _OBJECTS_BETWEEN_CHECKS == 0:
                self._check_stop()
            if one.is_way():
                self._take_way(one)
            elif one.is_node():
                self._take_node(one)
            elif one.is_relation():
                self._take_relation(one)

    def _check_stop(self) -> None:
        if self.stop is not None and self.stop():
            raise OsmStoppedError

    def _take_way(self, way: Any) -> None:  # noqa: ANN401
        tags = []
        name = local_name = ref = ""
        use = self._use
        for tag in way.tags:
            key, value = tag
            how = use[key]
            if how == _TAG:
                tags.append(tag)
            elif how == _NAME:
                name = value
            elif how == _REF:
                ref = value
            elif how == _LOCAL_NAME:
                local_name = value
        told = tuple(tags)
        combination = self._combinations.get(told)
        if combination is None:
            combination = self._combinations[told] = len(self._combinations)
            self._is_wanted.append(self.wanted(dict(told)))
        if not self._is_wanted[combination]:
            self._skip(combination, way)
            return
        nodes = [node.ref for node in way.nodes]
        self._way_id.append(way.id)
        self._version.append(way.version)
        self._combination.append(combination)
        self._points.append(len(nodes))
        self._node.extend(nodes)
        self._names.append(name or local_name)
        self._refs.append(ref)
        self._hex.append(self._coordinates_of(way, len(nodes)))

    def _coordinates_of(self, way: Any, count: int) -> str:  # noqa: ANN401
        """Return the coordinates of a way's points as hexadecimal doubles."""
        if count > 1:
            try:
                line: str = self._line.create_linestring(way, osmium.geom.use_nodes.ALL)
                return line[18:]
            except (osmium.InvalidLocationError, RuntimeError):
                pass
        return self._points_one_by_one(way).tobytes().hex()

    def _points_one_by_one(self, way: Any) -> array[float]:  # noqa: ANN401
        found = array("d")
        for node in way.nodes:
            place = node.location
            if place.valid():
                found.extend((place.lon_without_check(), place.lat_without_check()))
            elif place.x == _UNDEFINED:
                self._missing += 1
                found.extend((math.nan, math.nan))
            else:
                found.extend((math.inf, math.inf))
        return found

    def _skip(self, combination: int, way: Any) -> None:  # noqa: ANN401
        first = self._skipped.get(combination)
        if first is None:
            place = next((node.location for node in way.nodes if node.location.valid()), None)
            at = (place.lon, place.lat) if place is not None else (math.nan, math.nan)
            self._skipped[combination] = Skipped(1, way.id, *at)
        else:
            self._skipped[combination] = Skipped(first.count + 1, first.way_id, first.lon, first.lat)

    def _take_node(self, node: Any) -> None:  # noqa: ANN401
        tags = {tag[0]: tag[1] for tag in node.tags}
        if not _is_of_interest(tags) or not node.location.valid():
            return
        found = RawNode(node.id, node.version, node.location.lon, node.location.lat, tags)
        before = self.nodes.get(node.id)
        if before is not None:
            self.duplicates.append(f"node {node.id}")
        if before is None or before.version <= found.version:
            self.nodes[node.id] = found

    def _take_relation(self, relation: Any) -> None:  # noqa: ANN401
        tags = {tag[0]: tag[1] for tag in relation.tags}
        if tags.get("type", "").split(":")[0] not in RELATION_TYPES:
            return
        members = tuple(Member(one.type, one.ref, one.role) for one in relation.members)
        found = RawRelation(relation.id, relation.version, tags, members)
        before = self.relations.get(relation.id)
        if before is not None:
            self.duplicates.append(f"relation {relation.id}")
        if before is None or before.version <= found.version:
            self.relations[relation.id] = found

    def _flush(self, before: int) -> None:
        read = self._way_id[before:]
        self._spans.append((read[0], read[-1]) if read else (0, 0))
        if self._hex:
            self._coordinates.append(np.frombuffer(bytes.fromhex("".join(self._hex)), dtype=np.float64).reshape(-1, 2))
            self._hex = []

    def _read_members(self, data: memoryview | None) -> dict[int, MemberWay]:
        """Return the points of ways that relations of ferries and places name and that were not read as ways."""
        known = set(self._way_id)
        needed = {
            member.member_id
            for relation in self.relations.values()
            if needs_members(relation.tags)
            for member in relation.members
            if member.kind == "w" and member.member_id not in known
        }
        found: dict[int, MemberWay] = {}
        if not needed:
            return found
        only = osmium.filter.IdFilter(needed)
        for place, (file, _) in enumerate(self._files(data)):
            self._check_stop()
            if not self._may_hold(place, needed):
                continue
            try:
                processor = osmium.FileProcessor(file, osmium.osm.WAY).with_filter(self._locations).with_filter(only)
                ways: Iterable[Any] = processor
                for way in ways:
                    nodes = np.array([node.ref for node in way.nodes], dtype=np.int64)
                    points = np.array(self._points_one_by_one(way)).reshape(-1, 2)
                    found[way.id] = MemberWay(nodes, points, {tag[0]: tag[1] for tag in way.tags if is_read(tag[0])})
            except (RuntimeError, ValueError) as error:
                raise damaged(self.path, error) from error
        return found

    def _may_hold(self, piece: int, needed: set[int]) -> bool:
        """Return whether a piece may hold one of some ways; ids rise through a sorted file."""
        if self._sorting != "Type_then_ID":
            return True
        low = max((last for _, last in self._spans[:piece]), default=0)
        high = min((first for first, _ in self._spans[piece + 1 :] if first), default=math.inf)
        return any(low < one < high for one in needed)

    def _ways(self) -> RawWays:
        points = np.concatenate(self._coordinates) if self._coordinates else np.empty((0, 2))
        ways = RawWays(
            way_id=np.array(self._way_id, dtype=np.int64),
            version=np.array(self._version, dtype=np.int64),
            combination=np.array(self._combination, dtype=np.int32),
            name=np.array(self._names, dtype=np.object_),
            ref=np.array(self._refs, dtype=np.object_),
            offsets=np.concatenate([[0], np.cumsum(np.array(self._points, dtype=np.int64))]),
            node=np.array(self._node, dtype=np.int64),
            lon=points[:, 0],
            lat=points[:, 1],
            source=np.zeros(len(self._way_id), dtype=np.int16),
        )
        kept = newest_ways(ways)
        if len(kept) == len(ways):
            return ways
        twice = np.unique(np.delete(ways.way_id, kept))
        self.duplicates.extend(f"way {way_id}" for way_id in twice.tolist())
        return take_ways(ways, np.sort(kept))


_UNDEFINED: Final = 2_147_483_647
_OWN_KEYS: Final = frozenset(key for key in NODE_KEYS if key not in ("highway", "amenity"))


def _is_of_interest(tags: Mapping[str, str]) -> bool:
    """Return whether a node is; most of those with ``highway`` or ``amenity`` alone are not."""
    if not _OWN_KEYS.isdisjoint(tags):
        return True
    return tags.get("highway") in NODE_HIGHWAYS or tags.get("amenity") in NODE_AMENITIES


def needs_members(tags: Mapping[str, str]) -> bool:
    """Return whether a relation's member ways are read even without tags of their own."""
    if tags.get("type") == "route":
        return tags.get("route") == "ferry"
    return tags.get("type") == "multipolygon" and bool(place_kind(tags, tags.get("name", "")))
