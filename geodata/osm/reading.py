"""Reading OpenStreetMap files with pyosmium: ways with their points, nodes and relations of interest."""

from __future__ import annotations

import hashlib
import math
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium

from geodata.infrastructure.infrastructure import Source
from geodata.osm.blobs import BlobError, Content, Piece, cut_pieces
from geodata.osm.collecting import Collector, Wanted
from geodata.osm.errors import OsmStoppedError, blob_trouble, damaged, history, no_osm, unreadable
from geodata.osm.keys import NODE_KEYS, WAY_KEYS, is_read
from geodata.osm.objects import DAMAGE, ObjectReader, points_one_by_one
from geodata.osm.places import place_kind
from geodata.osm.raw import MemberWay, RawOsm
from geodata.osm.text import NotAsTextError, TextReader

Stop = Callable[[], bool]

OTHER_FORMATS: Final = (".osm", ".xml", ".osm.gz", ".osm.bz2", ".opl", ".o5m")
LICENCE: Final = "ODbL-1.0"
ATTRIBUTION: Final = "© OpenStreetMap contributors"
MOST_TEXT_BYTES: Final = 4 * 1024 * 1024
"""Larger pieces are read object by object: sixteen times this fits the buffer of ``text``."""


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
    as_text
        Whether pieces are read the quick way where it takes them.
    """

    def __init__(
        self,
        path: Path,
        wanted: Wanted,
        stop: Stop | None = None,
        progress: Callable[[float], None] | None = None,
        *,
        as_text: bool = True,
    ) -> None:
        self.path = path
        self.stop = stop
        self.progress = progress
        self.as_text = as_text
        self._collector = Collector(wanted)
        self._objects = ObjectReader(self._collector, self._check_stop)
        self._locations = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
        self._locations.ignore_errors()
        self._filters = [self._locations, *_key_filters()]
        self._file = osmium.io.File(str(path))
        self._spans: list[tuple[int, int]] = []
        self._sorting = ""

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
        found = self._collector
        self._take(data, osmium.osm.ALL)
        missing = found.missing
        if missing and not self._is_sorted(data):
            # The nodes may follow the ways: by now the places of all of them are known.
            found.clear_ways()
            self._take(data, osmium.osm.WAY)
        members = self._read_members(data)
        ways = found.ways()
        return RawOsm(
            ways=ways,
            nodes=tuple(found.nodes.values()),
            relations=tuple(found.relations.values()),
            combinations=tuple(found.combinations),
            skipped=found.skipped,
            members=members,
            sources=(source,),
            duplicates=tuple(found.duplicates),
            read_twice=found.missing < missing,
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
        piece = next(self._pieces(data))
        try:
            file = self._file if piece is None else osmium.io.FileBuffer(piece.header, "pbf")
            with osmium.io.Reader(file, osmium.osm.NOTHING) as reader:
                described = reader.header()
        except DAMAGE as error:
            raise damaged(self.path, error) from error
        if described.has_multiple_object_versions:
            raise history(self.path)
        self._sorting = described.get("sorting", "")
        digest = hashlib.sha256(self.path.read_bytes() if data is None else data).hexdigest()
        date = described.get("osmosis_replication_timestamp", described.get("timestamp", ""))[:10]
        return Source(self.path.name, LICENCE, ATTRIBUTION, date, digest)

    def _is_sorted(self, data: memoryview | None) -> bool:
        return data is not None and self._sorting == "Type_then_ID"

    def _pieces(self, data: memoryview | None) -> Iterator[Piece | None]:
        """Yield the pieces of a PBF file; None once for a file of another format, read whole."""
        if data is None:
            yield None
            return
        try:
            yield from cut_pieces(data)
        except BlobError as error:
            raise blob_trouble(self.path, error.position, error.reason) from error

    def _unpacked(self, piece: Piece | None) -> Content:
        """Return the content of a piece for pyosmium; none for a file that is read by its path."""
        try:
            return piece.unpacked() if piece else Content(b"", plain=False)
        except BlobError as error:
            raise blob_trouble(self.path, error.position, error.reason) from error

    def _take(self, data: memoryview | None, entities: Any) -> None:  # noqa: ANN401 - pyosmium ships no types
        self._spans = []
        with _scratch() as folder:
            text = TextReader(self._collector, folder) if self.as_text and folder else None
            for piece in self._pieces(data):
                self._check_stop()
                before = len(self._collector.way_id)
                self._take_piece(text, self._unpacked(piece), entities)
                read = self._collector.way_id[before:]
                self._spans.append((read[0], read[-1]) if read else (0, 0))
                if self.progress is not None:
                    self.progress(piece.end / len(data) if piece and data else 1.0)

    def _take_piece(self, text: TextReader | None, content: Content, entities: Any) -> None:  # noqa: ANN401
        def apply(handler: Any) -> None:  # noqa: ANN401
            self._apply(content.data, entities, (*self._filters, handler))

        if text is not None and content.plain and len(content.data) <= MOST_TEXT_BYTES:
            try:
                text.read(apply)
            except NotAsTextError:
                pass
            else:
                return
        try:
            self._objects.read(apply)
        except DAMAGE as error:
            raise damaged(self.path, error) from error

    def _apply(self, content: bytes, entities: Any, handlers: tuple[Any, ...]) -> None:  # noqa: ANN401
        """Pass the objects of a piece, or of a file read whole, through filters to a handler.

        Not by ``FileProcessor``: pyosmium 4.3 ends the process where a file turns out damaged before any object has
        passed the filters of one.
        """
        file = osmium.io.FileBuffer(content, "pbf") if content else self._file
        with osmium.io.Reader(file, entities) as reader:
            osmium.apply(reader, *handlers)

    def _check_stop(self) -> None:
        if self.stop is not None and self.stop():
            raise OsmStoppedError

    def _read_members(self, data: memoryview | None) -> dict[int, MemberWay]:
        """Return the points of ways that relations of ferries and places name and that were not read as ways."""
        known = set(self._collector.way_id)
        needed = {
            member.member_id
            for relation in self._collector.relations.values()
            if needs_members(relation.tags)
            for member in relation.members
            if member.kind == "w" and member.member_id not in known
        }
        found: dict[int, MemberWay] = {}
        if not needed:
            return found
        only = osmium.filter.IdFilter(needed)
        for place, piece in enumerate(self._pieces(data)):
            self._check_stop()
            if not self._may_hold(place, needed):
                continue
            content = self._unpacked(piece)
            try:
                self._apply(content.data, osmium.osm.WAY, (self._locations, only, _MemberReader(found)))
            except DAMAGE as error:
                raise damaged(self.path, error) from error
        return found

    def _may_hold(self, piece: int, needed: set[int]) -> bool:
        """Return whether a piece may hold one of some ways; ids rise through a sorted file."""
        if self._sorting != "Type_then_ID":
            return True
        low = max((last for _, last in self._spans[:piece]), default=0)
        high = min((first for first, _ in self._spans[piece + 1 :] if first), default=math.inf)
        return any(low < one < high for one in needed)


class _MemberReader:
    """Takes ways with their points, whatever their tags."""

    def __init__(self, found: dict[int, MemberWay]) -> None:
        self.found = found

    def way(self, way: Any) -> None:  # noqa: ANN401
        """Take a way."""
        nodes = np.array([node.ref for node in way.nodes], dtype=np.int64)
        points = np.array(points_one_by_one(way)).reshape(-1, 2)
        self.found[way.id] = MemberWay(nodes, points, {tag[0]: tag[1] for tag in way.tags if is_read(tag[0])})


@contextmanager
def _scratch() -> Iterator[Path | None]:
    """Yield a folder for passing files; None where the system gives none."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="hinterland-", ignore_cleanup_errors=True)
    except OSError:
        yield None
        return
    with folder as name:
        yield Path(name)


def _key_filters() -> list[Any]:
    """Return filters that let pass what may be of interest: nodes by their keys, ways by theirs, typed relations."""
    filters = []
    for keys, kind in ((NODE_KEYS, osmium.osm.NODE), (WAY_KEYS, osmium.osm.WAY), (("type",), osmium.osm.RELATION)):
        only = osmium.filter.KeyFilter(*keys)
        only.enable_for(kind)
        filters.append(only)
    return filters


def needs_members(tags: Mapping[str, str]) -> bool:
    """Return whether a relation's member ways are read even without tags of their own."""
    if tags.get("type") == "route":
        return tags.get("route") == "ferry"
    return tags.get("type") == "multipolygon" and bool(place_kind(tags, tags.get("name", "")))
