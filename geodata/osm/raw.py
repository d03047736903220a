"""What is read from OpenStreetMap files, before any of it is understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Floats, Ids
from geodata.infrastructure.infrastructure import Source

Ids64 = NDArray[np.int64]
Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class RawWays:
    """Ways and the points they run through.

    Parameters
    ----------
    way_id, version
        int64[W].
    combination
        int32[W]; index into the combinations of tags.
    name, ref
        Name and short number of each; empty where it has none.
    offsets
        int64[W + 1]; way w runs through the points ``offsets[w]:offsets[w + 1]``.
    node
        int64[P]; node id of each point.
    lon, lat
        float64[P]; WGS 84 degrees; NaN where the file does not hold the node, ±inf where its place is impossible.
    source
        int16[W]; index of the file.
    """

    way_id: Ids64
    version: Ids64
    combination: NDArray[np.int32]
    name: Ids
    ref: Ids
    offsets: Ids64
    node: Ids64
    lon: Floats
    lat: Floats
    source: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.way_id)


@dataclass(frozen=True, slots=True)
class RawNode:
    """A node with tags of interest."""

    node_id: int
    version: int
    lon: float
    lat: float
    tags: Mapping[str, str]
    source: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a relation: ``n``, ``w`` or ``r``, its id and role."""

    kind: str
    member_id: int
    role: str


@dataclass(frozen=True, slots=True)
class RawRelation:
    """A relation with tags of interest."""

    relation_id: int
    version: int
    tags: Mapping[str, str]
    members: tuple[Member, ...]
    source: int = 0


@dataclass(frozen=True, slots=True)
class Skipped:
    """Ways of one combination of tags that were not read further: how many, and the first of them."""

    count: int
    way_id: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, eq=False)
class MemberWay:
    """A way that only relations name: int64[n] node ids, float64[n, 2] longitude and latitude, tags."""

    node: Ids64
    points: Floats
    tags: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class RawOsm:
    """Everything of interest in one or several files.

    Parameters
    ----------
    ways, nodes, relations
        What was read.
    combinations
        Distinct sets of tags of ways.
    skipped
        Ways left out by their tags, by index of combination.
    members
        Ways that only relations name, by id.
    sources
        The files.
    duplicates
        Objects that stood twice in one file, such as ``way 12``.
    read_twice
        Whether nodes followed ways in a file.
    """

    ways: RawWays
    nodes: tuple[RawNode, ...]
    relations: tuple[RawRelation, ...]
    combinations: tuple[Tags, ...]
    skipped: Mapping[int, Skipped]
    members: Mapping[int, MemberWay]
    sources: tuple[Source, ...]
    duplicates: tuple[str, ...] = ()
    read_twice: bool = False


def take_ways(ways: RawWays, which: NDArray[np.int64]) -> RawWays:
    """Return some of the ways, in the order of ``which``."""
    counts = np.diff(ways.offsets)[which]
    offsets = np.concatenate([[0], np.cumsum(counts)])
    points = np.repeat(ways.offsets[:-1][which] - offsets[:-1], counts) + np.arange(offsets[-1])
    return RawWays(
        way_id=ways.way_id[which],
        version=ways.version[which],
        combination=ways.combination[which],
        name=ways.name[which],
        ref=ways.ref[which],
        offsets=offsets,
        node=ways.node[points],
        lon=ways.lon[points],
        lat=ways.lat[points],
        source=ways.source[which],
    )


def newest_ways(ways: RawWays, rank: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Return the positions of the newest version of each way by rising id; of equal versions the last.

    Parameters
    ----------
    ways
        Ways of which there may be several versions.
    rank
        int64; place of each file from the oldest to the newest; None: there is one file.
    """
    of_file = np.zeros(len(ways), dtype=np.int64) if rank is None else rank[ways.source]
    order = np.lexsort((of_file, ways.version, ways.way_id))
    last = np.ones(len(order), dtype=np.bool_)
    last[:-1] = ways.way_id[order][1:] != ways.way_id[order][:-1]
    return order[last]
