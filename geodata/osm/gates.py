"""Gates that only who has business behind them may pass: what lies behind serves places on it only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.columns import Flags, Floats, Indices

Masks = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class GateEffect:
    """What gates change.

    Parameters
    ----------
    destination_only
        uint8[L]; kinds to add to the links' column.
    closed
        uint8[N]; kinds to add to the nodes' column.
    """

    destination_only: Masks
    closed: Masks


def gate_effect(
    from_index: Indices, to_index: Indices, length_m: Floats, is_road: Flags, by_permission: Masks
) -> GateEffect:
    """Return what gates with permission do to roads.

    Without these gates the roads fall into parts. At each gate the part with most road is the public side; every other
    part that meets there lies behind it, and its links may be used only to reach a place on them. A gate with one part
    all round is closed: nobody needs to pass it, both its sides are reached another way.

    Parameters
    ----------
    from_index, to_index, length_m, is_road
        Links.
    by_permission
        uint8[N]; kinds that pass a node only with business behind it.
    """
    closed = np.zeros(len(by_permission), dtype=np.uint8)
    only = np.zeros(len(from_index), dtype=np.uint8)
    roads = np.flatnonzero(is_road)
    ends = np.concatenate([from_index[roads], to_index[roads]]).astype(np.int64)
    at_gate = by_permission[ends] > 0
    if not at_gate.any():
        return GateEffect(only, closed)
    gate = ends[at_gate]
    # Every link end at a gate becomes a vertex of its own, so that the gate joins nothing.
    ends[at_gate] = len(by_permission) + np.arange(len(gate))
    size = len(by_permission) + len(gate)
    half = len(roads)
    joined = coo_array((np.ones(half, dtype=np.int8), (ends[:half], ends[half:])), shape=(size, size))
    _, part = connected_components(joined, directed=False)
    link_part = part[ends[:half]]
    road_m = np.bincount(link_part, weights=length_m[roads], minlength=part.max() + 1)
    parts_at = part[ends[at_gate]]
    largest = np.full(len(by_permission), -1, dtype=np.int64)
    order = np.lexsort((-parts_at, road_m[parts_at]))
    largest[gate[order]] = parts_at[order]
    behind = np.zeros(len(road_m), dtype=np.uint8)
    hidden = parts_at != largest[gate]
    np.bitwise_or.at(behind, parts_at[hidden], by_permission[gate[hidden]])
    only[roads] = behind[link_part]
    through = np.ones(len(by_permission), dtype=np.bool_)
    through[gate[hidden]] = False
    inner = gate[through[gate]]
    closed[inner] = by_permission[inner]
    return GateEffect(only, closed)
