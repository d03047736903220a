"""Reading a piece of a file as text: pyosmium writes what passes its filters as OPL, which is taken apart in bulk.

Asking pyosmium for every tag and every node of a way costs a call each; writing them as text and splitting that costs
less: an extract of Ho Chi Minh City is read in 0.6 to 0.8 CPU s instead of 1.0 to 1.1. pyosmium's writer takes the
name of a file, so each piece passes through one, written over for the next, in the system's folder for temporary
files. Whatever the writer refuses (places out of range, text that is not UTF-8, a disk that is full), and pieces of
more than 4 MB unpacked, are left to ``objects``: this is the quick way, not the only one.

OPL is described in https://osmcode.org/opl-file-format/: a line an object, a letter a field, ``%hex%`` for characters
that mean something else.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import osmium

from geodata.osm.collecting import LOCAL_NAME, NAME, REF, TAG, Collector, WayRows, node_matters, use_of
from geodata.osm.keys import NODE_AMENITIES, NODE_HIGHWAYS, NODE_KEYS
from geodata.osm.objects import DAMAGE, Apply
from geodata.osm.raw import Member, RawNode, RawRelation

FORMAT: Final = "opl,locations_on_ways=true,add_metadata=version"
BUFFER_BYTES: Final = 128 * 1024 * 1024
"""More than a piece can fill: the writer then writes only when it is closed, where its errors can be caught."""

_MISSING: Final = 1e9
_TO_SPACES: Final = bytes.maketrans(b"xy,", b"   ")
_EXACT_INTEGERS: Final = 2**53


class _Characters(dict[str, str]):
    def __missing__(self, number: str) -> str:
        self[number] = chr(int(number, 16))
        return self[number]


_CHARACTERS: Final = _Characters()


_MAY_MATTER: Final = re.compile(
    "|".join(
        (
            *(f"[T,]{key}=" for key in NODE_KEYS if key not in ("highway", "amenity")),
            *(f"[T,]highway={value}" for value in sorted(NODE_HIGHWAYS)),
            *(f"[T,]amenity={value}" for value in sorted(NODE_AMENITIES)),
        )
    )
)
"""What a node's line holds where its tags matter."""


class NotAsTextError(Exception):
    """The piece cannot be read this way."""


class _KeyUse(dict[str, int]):
    def __missing__(self, key: str) -> int:
        self[key] = use_of(_decoded(key))
        return self[key]


class TextReader:
    """Reads the objects that pyosmium passes into a collector, by way of a text file.

    Parameters
    ----------
    collector
        Takes what is read.
    folder
        Where the text file is written.
    """

    def __init__(self, collector: Collector, folder: Path) -> None:
        self.collector = collector
        self.path = folder / "piece.opl"
        self._use = _KeyUse()
        self._combinations: dict[tuple[str, ...], int] = {}
        self._told: dict[str, tuple[int, str, str]] = {}

    def read(self, apply: Apply) -> None:
        """Read the objects of a piece of a file; ways must bear the locations of their nodes.

        Raises
        ------
        NotAsTextError
            If they cannot be written as text; nothing was collected.
        """
        lines = self._as_text(apply).split("\n")
        try:
            ways, points = self._ways(lines)
            node, coordinates = _points(points)
            nodes = [_node(line.split(" ")) for line in lines if line[:1] == "n" and _MAY_MATTER.search(line)]
            relations = [_relation(line.split(" ")) for line in lines if line[:1] == "r"]
        except (ValueError, IndexError, OverflowError) as error:
            raise NotAsTextError from error
        if len(node) != sum(ways.points):
            raise NotAsTextError
        self.collector.add_ways(ways)
        self.collector.add_points(node, coordinates)
        for one in nodes:
            if one is not None:
                self.collector.add_node(one)
        for relation in relations:
            self.collector.add_relation(relation)

    def _ways(self, lines: list[str]) -> tuple[WayRows, list[str]]:
        """Return the ways among the lines, and the lists of points of those that have any."""
        told = self._told
        is_wanted = self.collector.is_wanted
        ways = WayRows()
        points: list[str] = []
        for line in lines:
            if line[:1] != "w":
                continue
            way, version, _, tags, nodes = line.split(" ")
            known = told.get(tags) or self._read_tags(tags)
            combination = known[0]
            if not is_wanted[combination]:
                ways.skipped.append((combination, int(way[1:]), *_first_place(nodes)))
                continue
            ways.way_id.append(int(way[1:]))
            ways.version.append(int(version[1:]))
            ways.combination.append(combination)
            ways.name.append(known[1])
            ways.ref.append(known[2])
            if len(nodes) > 1:
                ways.points.append(nodes.count(",") + 1)
                points.append(nodes[1:])
            else:
                ways.points.append(0)
        return ways, points

    def _as_text(self, apply: Apply) -> str:
        try:
            file = osmium.io.File(str(self.path), FORMAT)
            writer = osmium.SimpleWriter(file, bufsz=BUFFER_BYTES, overwrite=True)
            try:
                apply(SimpleNamespace(node=writer.add, way=writer.add, relation=writer.add))
            finally:
                # Left open, it would write when it is forgotten, and end the process where that fails.
                writer.close()
            return self.path.read_text(encoding="utf-8")
        except (*DAMAGE, OSError) as error:
            raise NotAsTextError from error

    def _read_tags(self, text: str) -> tuple[int, str, str]:
        """Return the combination of a way's tags, and its name and number."""
        tags = []
        name = local_name = ref = ""
        for tag in text[1:].split(","):
            key, _, value = tag.partition("=")
            how = self._use[key]
            if how == TAG:
                tags.append(tag)
            elif how == NAME:
                name = value
            elif how == REF:
                ref = value
            elif how == LOCAL_NAME:
                local_name = value
        told = tuple(tags)
        combination = self._combinations.get(told)
        if combination is None:
            pairs = tuple((_decoded(key), _decoded(value)) for key, _, value in (tag.partition("=") for tag in told))
            combination = self._combinations[told] = self.collector.combination(pairs)
        found = self._told[text] = (combination, _decoded(name or local_name), _decoded(ref))
        return found


def _node(fields: list[str]) -> RawNode | None:
    """Return a node of interest, None where it is of none."""
    node, version, _, text, lon, lat = fields
    tags = _all_tags(text)
    if not node_matters(tags) or len(lon) == 1:
        return None
    return RawNode(int(node[1:]), int(version[1:]), float(lon[1:]), float(lat[1:]), tags)


def _relation(fields: list[str]) -> RawRelation:
    relation, version, _, text, listed = fields
    members = []
    for one in listed[1:].split(",") if len(listed) > 1 else ():
        subject, _, role = one.partition("@")
        members.append(Member(subject[0], int(subject[1:]), _decoded(role)))
    return RawRelation(int(relation[1:]), int(version[1:]), _all_tags(text), tuple(members))


def _points(lists: list[str]) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.float64]]]:
    """Return ids and places of lists such as ``n1x106.7y10.8,n2xy``; NaN where a node is missing."""
    text = ",".join(lists)
    if "xy" in text:
        text = text.replace("xy", f"x{_MISSING}y{_MISSING}")
    numbers = np.fromstring(text.encode().translate(_TO_SPACES, b"n").decode(), dtype=np.float64, sep=" ")
    if len(numbers) % 3 or (len(numbers) and np.abs(numbers).max() >= _EXACT_INTEGERS):
        raise NotAsTextError
    rows = numbers.reshape(-1, 3)
    coordinates = np.where(rows[:, 1:] == _MISSING, np.nan, rows[:, 1:])
    return rows[:, 0].astype(np.int64), coordinates


def _first_place(nodes: str) -> tuple[float, float]:
    found = re.search("x([0-9.-]+)y([0-9.-]+)", nodes)
    return (float(found[1]), float(found[2])) if found else (math.nan, math.nan)


def _all_tags(text: str) -> dict[str, str]:
    pairs = (tag.partition("=") for tag in text[1:].split(",")) if len(text) > 1 else ()
    return {_decoded(key): _decoded(value) for key, _, value in pairs}


def _decoded(text: str) -> str:
    if "%" not in text:
        return text
    parts = text.split("%")
    parts[1::2] = [_CHARACTERS[part] for part in parts[1::2]]
    return "".join(parts)
