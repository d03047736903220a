"""Turn restrictions by way, exactly: copies of directed links remember which restricted sequence is being driven.

The copies are the states of the string automaton of A. V. Aho and M. J. Corasick (doi:10.1145/360825.360855) over the
sequences of links: a copy stands for "on this link, having driven the longest beginning of some sequence".
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Flags, Indices
from geodata.infrastructure.columns import TURN_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.routing.follow import Arcs, Layers, turn_keys

ALWAYS = -1
NO_PAIR = -1

Sequence = tuple[int, ...]
Row = list[tuple[int, int, list[int]]]


@dataclass(slots=True)
class _Patterns:
    """Restricted sequences of link keys: forbidden ones, and beginnings that demand an end, by schedule."""

    no: dict[Sequence, list[int]] = field(default_factory=dict)
    only: dict[Sequence, dict[int, set[int]]] = field(default_factory=dict)
    beginnings: set[Sequence] = field(default_factory=set)

    def settle(self, driven: Sequence) -> Sequence:
        """Return the longest end of what was driven that begins a restricted sequence, or the last link alone."""
        while len(driven) > 1 and driven not in self.beginnings:
            driven = driven[1:]
        return driven

    def hours_closed(self, driven: Sequence) -> list[int]:
        """Return the schedules in which the last step of what was driven is forbidden; empty where it never is."""
        found: list[int] = []
        for place in range(len(driven) - 1):
            found.extend(self.no.get(driven[place:], ()))
            for schedule, ends in self.only.get(driven[place:-1], {}).items():
                if driven[-1] not in ends:
                    found.append(schedule)
        return found


def _patterns(infrastructure: Infrastructure, arcs: Arcs, long: NDArray[np.int64], always: Flags) -> _Patterns:
    turns, keys = infrastructure.turns, turn_keys(infrastructure)
    patterns = _Patterns()
    for turn in long.tolist():
        sequence = tuple(keys[turns.offsets[turn] : turns.offsets[turn + 1]].tolist())
        if any(arcs.of_key[key] < 0 for key in sequence[:-1]):
            continue
        schedule = ALWAYS if always[turns.schedule[turn]] else int(turns.schedule[turn])
        if turns.kind[turn] == TURN_KINDS.index("no"):
            patterns.no.setdefault(sequence, []).append(schedule)
        else:
            patterns.only.setdefault(sequence[:-1], {}).setdefault(schedule, set()).add(sequence[-1])
        patterns.beginnings.update(sequence[:length] for length in range(2, len(sequence)))
    return patterns


class _Product:
    """Vertices and followers of the graph in which restricted sequences are remembered."""

    def __init__(self, arcs: Arcs, layers: Layers, patterns: _Patterns) -> None:
        self.arcs, self.layers, self.patterns = arcs, layers, patterns
        self.count = len(layers.arc)
        self.start = np.searchsorted(layers.first, np.arange(self.count + 1))
        self.key_of = arcs.key[layers.arc]
        self.copies: dict[tuple[int, Sequence], int] = {}
        self.copy_of: list[int] = []
        self.rows: dict[int, Row] = {}
        self.waiting: deque[tuple[int, int, Sequence]] = deque()

    def run(self) -> None:
        firsts = np.array(sorted({beginning[0] for beginning in self.patterns.beginnings}), dtype=np.int64)
        for vertex in np.flatnonzero(np.isin(self.key_of, firsts)).tolist():
            self.waiting.append((vertex, vertex, (int(self.key_of[vertex]),)))
        while self.waiting:
            vertex, base, driven = self.waiting.popleft()
            self.rows[vertex] = self._row(base, driven)

    def _row(self, base: int, driven: Sequence) -> Row:
        row: Row = []
        for place in range(int(self.start[base]), int(self.start[base + 1])):
            second = int(self.layers.second[place])
            longer = (*driven, int(self.key_of[second]))
            closed = self.patterns.hours_closed(longer)
            if ALWAYS not in closed:
                row.append((self._target(second, self.patterns.settle(longer)), int(self.layers.pair[place]), closed))
        return row or self._back(base)

    def _target(self, vertex: int, driven: Sequence) -> int:
        if len(driven) == 1:
            return vertex
        if (vertex, driven) not in self.copies:
            self.copies[vertex, driven] = self.count + len(self.copy_of)
            self.copy_of.append(vertex)
            self.waiting.append((self.copies[vertex, driven], vertex, driven))
        return self.copies[vertex, driven]

    def _back(self, base: int) -> Row:
        """Return the U-turn that is allowed where a restriction leaves nothing else."""
        back = int(self.arcs.of_key[self.key_of[base] ^ 1])
        if back < 0:
            return []
        if base >= len(self.arcs.key):  # the copy of the run to the end
            copies = np.flatnonzero(self.layers.arc[len(self.arcs.key) :] == back)
            back = len(self.arcs.key) + int(copies[0])
        return [(back, NO_PAIR, [])]


def remember_ways(
    infrastructure: Infrastructure, arcs: Arcs, layers: Layers, long: NDArray[np.int64], always: Flags
) -> tuple[Layers, dict[tuple[int, int], list[int]]]:
    """Return the vertices with copies for turn restrictions by way, and the schedules pairs of vertices are closed in.

    Parameters
    ----------
    infrastructure, arcs, layers
        The turns, the directed links, and the vertices so far.
    long
        Turn restrictions by way, int64[M].
    always
        Which schedules count as always, bool[S + 1].
    """
    patterns = _patterns(infrastructure, arcs, long, always)
    if not patterns.beginnings:
        return layers, {}
    product = _Product(arcs, layers, patterns)
    product.run()
    changed = np.zeros(product.count + len(product.copy_of), dtype=np.bool_)
    changed[list(product.rows)] = True
    kept = ~changed[layers.first]
    rows = [(vertex, *entry) for vertex, row in product.rows.items() for entry in row]
    first = np.concatenate([layers.first[kept], _indices([row[0] for row in rows])])
    second = np.concatenate([layers.second[kept], _indices([row[1] for row in rows])])
    pair = np.concatenate([layers.pair[kept], np.array([row[2] for row in rows], dtype=np.int64)])
    order = np.lexsort((second, first))
    arc = np.concatenate([layers.arc, layers.arc[_indices(product.copy_of)]])
    closed = {(row[0], row[1]): row[3] for row in rows if row[3]}
    return Layers(arc, first[order], second[order], pair[order]), closed


def _indices(values: list[int]) -> Indices:
    return np.array(values, dtype=np.int32)
