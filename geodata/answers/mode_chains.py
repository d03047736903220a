"""The best path of every chain of modes, searched exactly on the product of a network and the words of its modes.

A path spells a word: the modes of the links it moves on, neighbours of one mode once (``road>inland_waterway>sea``);
handling between modes adds no letter. For each word the best path is found by Dijkstra's algorithm on one layer of the
product: the layer of a word holds the links of its last mode and all handling, and is entered from the layer of the
word without its last letter by a link of that mode. Layers are searched depth first, and only words that can still be
completed within the most legs allowed are entered at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, dijkstra

from geodata.columns import Codes, Flags, Floats, Indices
from geodata.paths import NO_LINK, LinkEnds

NO_LETTER: Final = -1
MOST_LEGS: Final = 4

Word = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ChainPath:
    """The best path among those that use the same modes in the same order.

    Parameters
    ----------
    word
        Its letters, such as places in ``MODES``.
    impedance
        What the search minimised, summed.
    links
        Its links in the order of travel, int32.
    """

    word: Word
    impedance: float
    links: Indices


@dataclass(frozen=True, slots=True, eq=False)
class ChainGraph:
    """A network as the search by mode chains sees it.

    Parameters
    ----------
    ends
        The ends of the links.
    letter
        Mode a link moves by, int8[L]; -1 for handling, which adds nothing to the word.
    impedance
        What a path minimises, float64[L], at least 0.
    allowed
        Which links may be used, bool[L].
    """

    ends: LinkEnds
    letter: Codes
    impedance: Floats
    allowed: Flags

    def __post_init__(self) -> None:
        wrong = np.flatnonzero(self.allowed & ~(self.impedance >= 0))
        if wrong.size:
            name = self.ends.link_ids[wrong[0]]
            msg = f"Impedance of link {name!r} must be at least 0, got {self.impedance[wrong[0]]}."
            raise ValueError(msg)


@dataclass(slots=True)
class _Layer:
    """What a finished search of one word knows: distances, and the link by which each node was reached."""

    word: Word
    distance: Floats
    last_link: Indices
    entered_by: Indices
    before: _Layer | None


@dataclass(slots=True)
class _Search:
    """One search: graphs by letter, and from where the targets can be reached in some more legs."""

    graph: ChainGraph
    letters: tuple[int, ...]
    targets: NDArray[np.int64]
    most_legs: int
    _rows: dict[int, _Rows] = field(default_factory=dict)
    _entries: dict[int, NDArray[np.int64]] = field(default_factory=dict)
    _completable: dict[tuple[int, int], Flags] = field(default_factory=dict)

    def __post_init__(self) -> None:
        usable = self.graph.allowed & np.isfinite(self.graph.impedance)
        for letter in (NO_LETTER, *self.letters):
            inside = usable & ((self.graph.letter == letter) | (self.graph.letter == NO_LETTER))
            self._rows[letter] = _compressed(self.graph, np.flatnonzero(inside))
        for letter in self.letters:
            self._entries[letter] = np.flatnonzero(usable & (self.graph.letter == letter))

    def paths(self, layer: _Layer) -> Iterator[ChainPath]:
        """Yield the best path of the layer's word and of every longer word, shorter words first in each branch."""
        if layer.word and (found := self._path(layer)) is not None:
            yield found
        left = self.most_legs - len(layer.word)
        for letter in self.letters if left else ():
            if layer.word and layer.word[-1] == letter:
                continue
            entered = self._enter(layer, letter, left - 1)
            if entered is not None:
                yield from self.paths(entered)

    def start(self, origins: dict[int, float]) -> _Layer:
        """Return the layer of the empty word: where handling alone leads from the origins."""
        seeds = np.array(sorted(origins), dtype=np.int64)
        values = np.array([origins[int(node)] for node in seeds])
        nobody = np.full(self.graph.ends.node_count, NO_LINK, dtype=np.int32)
        return self._swept((), seeds, values, nobody, None)

    def _enter(self, layer: _Layer, letter: int, left: int) -> _Layer | None:
        links = self._entries[letter]
        ends = self.graph.ends
        to_nodes = ends.to_index[links]
        values = layer.distance[ends.from_index[links]] + self.graph.impedance[links]
        keep = np.isfinite(values) & self._can_complete(letter, left)[to_nodes]
        if not keep.any():
            return None
        links, to_nodes, values = links[keep], to_nodes[keep], values[keep]
        order = np.lexsort((links, values, to_nodes))
        links, to_nodes, values = links[order], to_nodes[order], values[order]
        first = np.append([True], to_nodes[1:] != to_nodes[:-1])
        entered_by = np.full(ends.node_count, NO_LINK, dtype=np.int32)
        entered_by[to_nodes[first]] = links[first]
        return self._swept((*layer.word, letter), to_nodes[first].astype(np.int64), values[first], entered_by, layer)

    def _swept(
        self, word: Word, seeds: NDArray[np.int64], values: Floats, entered_by: Indices, before: _Layer | None
    ) -> _Layer:
        """Run Dijkstra's algorithm from a node added before the seeds, whose links carry their values."""
        count = self.graph.ends.node_count
        rows = self._rows[word[-1] if word else NO_LETTER]
        offsets = np.append(rows.offsets, rows.offsets[-1] + len(seeds))
        matrix = csr_array(
            (np.concatenate([rows.weight, values]), np.concatenate([rows.far, seeds]), offsets),
            shape=(count + 1, count + 1),
        )
        distance, near = dijkstra(matrix, indices=count, return_predecessors=True)
        last_link = np.full(count, NO_LINK, dtype=np.int32)
        node = np.flatnonzero((near[:count] >= 0) & (near[:count] != count))
        wanted = near[node].astype(np.int64) * count + node
        last_link[node] = rows.link[np.searchsorted(rows.keys, wanted)]
        return _Layer(word, distance[:count], last_link, entered_by, before)

    def _path(self, layer: _Layer) -> ChainPath | None:
        distances = layer.distance[self.targets]
        best = int(np.argmin(distances))
        if not np.isfinite(distances[best]):
            return None
        links: list[int] = []
        node, at = int(self.targets[best]), layer
        while True:
            link = int(at.last_link[node])
            if link == NO_LINK:
                if at.before is None:
                    break
                link, at = int(at.entered_by[node]), at.before
            links.append(link)
            node = int(self.graph.ends.from_index[link])
        return ChainPath(layer.word, float(distances[best]), np.array(links[::-1], dtype=np.int32))

    def _can_complete(self, letter: int, left: int) -> Flags:
        """Return from which nodes a target is reached in the layer of a letter with at most some more legs."""
        if (letter, left) in self._completable:
            return self._completable[letter, left]
        ends = self.graph.ends
        goal = np.zeros(ends.node_count, dtype=np.bool_)
        goal[self.targets] = True
        for other in self.letters if left else ():
            if other != letter:
                links = self._entries[other]
                goal[ends.from_index[links[self._can_complete(other, left - 1)[ends.to_index[links]]]]] = True
        reached = self._rows[letter].backward_from(goal)
        self._completable[letter, left] = reached
        return reached


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Links of one layer in compressed rows, the least of parallel ones only; ``keys`` are near × N + far."""

    offsets: NDArray[np.int64]
    far: NDArray[np.int64]
    weight: Floats
    link: NDArray[np.int64]
    keys: NDArray[np.int64]

    def backward_from(self, goal: Flags) -> Flags:
        """Return from which nodes a goal is reached."""
        count = len(goal)
        goals = np.flatnonzero(goal)
        near = np.repeat(np.arange(count), np.diff(self.offsets))
        rows, columns = np.concatenate([self.far, np.full(len(goals), count)]), np.concatenate([near, goals])
        matrix = csr_array((np.ones(len(rows)), (rows, columns)), shape=(count + 1, count + 1))
        found = breadth_first_order(matrix, count, return_predecessors=False)
        reached = np.zeros(count + 1, dtype=np.bool_)
        reached[found] = True
        return reached[:count]


def _compressed(graph: ChainGraph, links: NDArray[np.int64]) -> _Rows:
    count = graph.ends.node_count
    keys = graph.ends.from_index[links].astype(np.int64) * count + graph.ends.to_index[links]
    weight = graph.impedance[links]
    order = np.lexsort((links, weight, keys))
    keys, links, weight = keys[order], links[order], weight[order]
    first = np.ones(len(keys), dtype=np.bool_)
    first[1:] = keys[1:] != keys[:-1]
    keys, links, weight = keys[first], links[first], weight[first]
    offsets = np.searchsorted(keys, np.arange(count + 1, dtype=np.int64) * count)
    return _Rows(offsets, keys % max(count, 1), weight, links, keys)


def best_path_by_chain(
    graph: ChainGraph, origins: dict[int, float], targets: Sequence[int], most_legs: int = MOST_LEGS
) -> tuple[ChainPath, ...]:
    """Return the best path of every feasible chain of modes, cheapest first.

    Parameters
    ----------
    graph
        The network, its modes and what is minimised.
    origins
        Node indices a path may start at, and what each costs to begin with.
    targets
        Node indices a path may end at.
    most_legs
        Most letters of a word, at least 1.

    Returns
    -------
    tuple
        One path a word, by rising impedance, then by word. Within its word each is a least-impedance path; a path that
        needs no move at all is none. Words whose every completion is longer than ``most_legs`` are absent.

    Raises
    ------
    ValueError
        If ``most_legs`` is below 1.
    """
    if most_legs < 1:
        msg = f"most_legs must be at least 1, got {most_legs}."
        raise ValueError(msg)
    letters = tuple(int(letter) for letter in np.unique(graph.letter) if letter != NO_LETTER)
    if not origins or not len(targets):
        return ()
    search = _Search(graph, letters, np.array(sorted(set(targets)), dtype=np.int64), most_legs)
    found = search.paths(search.start(origins))
    return tuple(sorted(found, key=lambda path: (path.impedance, len(path.word), path.word)))
