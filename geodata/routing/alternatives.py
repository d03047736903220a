"""Routes that really differ: via plateaus, where the ways from the origin and to the destination agree.

A route over a plateau is locally optimal: each part of it no longer than the plateau is a least path (I. Abraham,
D. Delling, A. Goldberg, R. Werneck, Alternative Routes in Road Networks, doi:10.1145/2444016.2444019, from the choice
routing of Cambridge Vehicle Information Technology).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Flags, Floats, Indices
from geodata.routing.ends import one_place
from geodata.routing.graph import RoutingGraph
from geodata.routing.sweep import Digraph, sweep


@dataclass(frozen=True, slots=True)
class AlternativeOptions:
    """What makes a route an alternative.

    Parameters
    ----------
    stretch
        Greatest cost as a multiple of the best route's.
    sharing
        Greatest share of its cost on links of any one route before it.
    local
        Least cost of its plateau as a share of the best route's cost: each part that long is a least path.
    tried
        Most plateaus looked at, the most promising first.
    """

    stretch: float = 1.4
    sharing: float = 0.7
    local: float = 0.1
    tried: int = 1000

    def __post_init__(self) -> None:
        if not self.stretch >= 1.0 or not 0.0 <= self.sharing <= 1.0 or not 0.0 <= self.local <= 1.0 or self.tried < 0:
            msg = (
                "stretch must be at least 1, sharing and local 0 to 1, tried at least 0, got "
                f"{self.stretch}, {self.sharing}, {self.local} and {self.tried}."
            )
            raise ValueError(msg)


class Weighed(NamedTuple):
    """A graph with what arcs and turns add, and where routes begin and end.

    Parameters
    ----------
    graph
        The graph.
    weight, turn
        float64[A], float64[T].
    seeds, goals
        First arcs with the cost of their rest, last arcs with less the cost of what lies behind the end.
    """

    graph: RoutingGraph
    weight: Floats
    turn: Floats
    seeds: tuple[Indices, Floats]
    goals: tuple[Indices, Floats]


class _Trees(NamedTuple):
    """Least costs from the origin to the head of each arc and on to the destination; arcs before and after."""

    here: Floats
    rest: Floats
    before: Indices
    after: Indices


def alternative_paths(
    problem: Weighed, best: Indices, count: int, options: AlternativeOptions
) -> list[tuple[float, Indices]]:
    """Return the best path and others that differ from it and from one another, costs rising: at most ``count``.

    Parameters
    ----------
    problem
        What to search.
    best
        Arcs of the best path.
    count
        Most paths, the best included.
    options
        What makes a path an alternative.
    """
    shares = _shares(problem, best)
    least = float(problem.weight[best] @ shares) + _turns(problem, best)
    trees = _grow(problem, options.stretch * least)
    total = trees.here + trees.rest
    first, plateau = _plateaus(trees, total <= options.stretch * least)
    promising = first[np.lexsort((first, total[first] - plateau[first]))]
    promising = promising[plateau[promising] >= options.local * least][: options.tried]
    found = [(least, best)]
    for via in promising.tolist():
        if len(found) >= count:
            break
        path = _path(trees, via)
        if _loopless(problem.graph, path) and _differs(problem, path, [other for _, other in found], options.sharing):
            found.append((float(total[via]), path))
    return sorted(found, key=lambda entry: entry[0])


def _grow(problem: Weighed, limit: float) -> _Trees:
    graph, (arcs, offset) = problem.graph, problem.goals
    onward = Digraph(graph.follow_start, graph.follow_arc, problem.turn + problem.weight[graph.follow_arc])
    ahead = sweep(onward, one_place(*problem.seeds), limit=limit)
    # Sweeps set out from offsets of at least 0; those of goals are below by what lies behind the end.
    shift = -float(offset.min(initial=0.0))
    back = sweep(onward.turned()[0], one_place(arcs, offset + shift), limit=limit + shift)
    return _Trees(ahead.distance[0], back.distance[0] - shift, ahead.before(0), back.before(0))


def _plateaus(trees: _Trees, useful: Flags) -> tuple[NDArray[np.int64], Floats]:
    """Return the first arc of each plateau, and the cost of the plateau each arc is the first of, float64[A]."""
    arcs = np.arange(len(useful))
    after = np.where(useful, trees.after, -1)
    agrees = useful & (after >= 0)
    agrees[agrees] = trees.before[after[agrees]] == arcs[agrees]
    agrees[agrees] = useful[after[agrees]]
    last = np.where(agrees, after, arcs)
    while True:
        further = last[last]
        if np.array_equal(further, last):
            break
        last = further
    inner = np.zeros(len(useful), dtype=np.bool_)
    inner[after[agrees]] = True
    length = np.where(useful, trees.here[last] - np.where(useful, trees.here, 0.0), 0.0)
    return np.flatnonzero(useful & ~inner & agrees), length


def _path(trees: _Trees, via: int) -> Indices:
    arcs = [via]
    while (arc := int(trees.before[arcs[-1]])) >= 0:
        arcs.append(arc)
    arcs.reverse()
    while (arc := int(trees.after[arcs[-1]])) >= 0:
        arcs.append(arc)
    return np.array(arcs, dtype=np.int32)


def _loopless(graph: RoutingGraph, path: Indices) -> bool:
    """Return whether no node is passed twice and no link driven twice."""
    nodes, links = graph.arc_head[path[:-1]], graph.arc_link[path]
    return len(np.unique(nodes)) == len(nodes) and len(np.unique(links)) == len(links)


def _differs(problem: Weighed, path: Indices, others: list[Indices], sharing: float) -> bool:
    """Return whether a path has a link of its own beside each of some others, and shares little enough of its cost."""
    costs = problem.weight[path] * _shares(problem, path)
    links = problem.graph.arc_link
    for other in others:
        shared = np.isin(links[path], links[other])
        if shared.all() or costs[shared].sum() > sharing * costs.sum():
            return False
    return True


def _shares(problem: Weighed, path: Indices) -> Floats:
    """Return the share of each arc of a path that is driven, read from the costs of its ends."""
    shares = np.ones(len(path))
    weight = problem.weight[path]
    rest = dict(zip(problem.seeds[0].tolist(), problem.seeds[1].tolist(), strict=True)).get(int(path[0]), weight[0])
    behind = dict(zip(problem.goals[0].tolist(), problem.goals[1].tolist(), strict=True)).get(int(path[-1]), 0.0)
    shares[0] -= 1.0 - rest / weight[0] if weight[0] > 0.0 else 0.0
    shares[-1] += behind / weight[-1] if weight[-1] > 0.0 else 0.0
    return shares


def _turns(problem: Weighed, path: Indices) -> float:
    if len(path) < 2 or not problem.turn.any():  # noqa: PLR2004 - a turn joins two arcs
        return 0.0
    return float(problem.turn[problem.graph.follow_places(path)].sum())
