"""How far a vehicle comes from a position on a link, or from how far it reaches one: values on every directed link.

A sweep runs over the directed links (arcs) of a routing graph, so turn restrictions, runs that are for destinations
only and no U-turns hold exactly. The label of an arc is the value at which it is **entered** (sweeps from a position)
or what remains once it is **left** (sweeps to a position), so that any point of a link, also of the link started on,
has its exact value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Flags, Floats, Indices
from geodata.routing.graph import RoutingGraph
from geodata.routing.sweep import Digraph, Places, Sweeps, sweep


class Position(Protocol):
    """A point on the network: a link, how far along its line, and how far the place is from it."""

    @property
    def link(self) -> int:
        """Index of the link."""

    @property
    def fraction(self) -> float:
        """Share of the link's length from its first node, 0 to 1."""

    @property
    def distance_m(self) -> float:
        """Geodesic distance between the place and the point, metres."""


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """Arcs next to a position: entered first after it, or left last before it.

    Parameters
    ----------
    arc
        int32[S]; each once.
    offset
        Value at which each is entered, or what remains once it is left, float64[S].
    turn
        Turn between the arc of the position and each, int64[S].
    from_arc
        Arc of the position, int32[S].
    """

    arc: Indices
    offset: Floats
    turn: NDArray[np.int64]
    from_arc: Indices


@dataclass(frozen=True, eq=False)
class ReachGraph:
    """A routing graph with its weights for one objective, ready for sweeps both ways.

    Parameters
    ----------
    graph
        The routing graph.
    objective
        time, distance, cost or co2e.
    """

    graph: RoutingGraph
    objective: str = "time"

    @cached_property
    def weight(self) -> Floats:
        """What a whole pass of each arc adds, float64[A]."""
        return self.graph.weight(self.objective)

    @cached_property
    def turn_weight(self) -> Floats:
        """What each turn adds, float64[T]."""
        return self.graph.turn_weight(self.objective)

    @cached_property
    def onward(self) -> Digraph:
        """The digraph whose labels are values at which arcs are entered."""
        graph = self.graph
        return Digraph(graph.follow_start, graph.follow_arc, self.weight[graph.follow_from] + self.turn_weight)

    @cached_property
    def back(self) -> tuple[Digraph, Indices]:
        """The digraph whose labels are what remains once arcs are left, and the turn each of its edges stands for."""
        graph = self.graph
        weight = self.weight[graph.follow_arc] + self.turn_weight
        return Digraph.of_links(graph.follow_arc, graph.follow_from, weight, len(graph))

    @cached_property
    def key_weight(self) -> Floats:
        """What a whole pass of each directed link (2 × link, plus 1 against its line) adds; inf where none runs."""
        found = np.full(2 * self.graph.link_count, np.inf)
        found[self.graph.arc_key] = self.weight
        return found

    def usable_links(self) -> Flags:
        """Return which links a route may start on, in either direction, bool[L]."""
        found: Flags = np.asarray((self.graph.start_arc >= 0).reshape(-1, 2).any(axis=1))
        return found

    def own_arcs(self, position: Position, *, to: bool = False) -> list[tuple[int, float]]:
        """Return the arcs a route may start with at a position (or end with), and the share of each behind it."""
        found = []
        for against in (0, 1):
            key = 2 * position.link + against
            behind = 1.0 - position.fraction if against else position.fraction
            arcs = self.graph.end_arcs(key).tolist() if to else [int(self.graph.start_arc[key])]
            found += [(arc, behind) for arc in arcs if arc >= 0]
        return found

    def seeds(self, position: Position, *, to: bool = False) -> Seeds:
        """Return the arcs next to a position, each by its best way."""
        graph = self.graph
        rows: list[tuple[float, int, int, int]] = []
        for arc, behind in self.own_arcs(position, to=to):
            if to:
                back, turn_of = self.back
                edges = np.arange(back.start[arc], back.start[arc + 1])
                rows += [
                    (
                        self.turn_weight[turn_of[edge]] + behind * self.weight[arc],
                        int(back.head[edge]),
                        turn_of[edge],
                        arc,
                    )
                    for edge in edges.tolist()
                ]
            else:
                rest = (1.0 - behind) * self.weight[arc]
                turns = range(int(graph.follow_start[arc]), int(graph.follow_start[arc + 1]))
                rows += [(rest + self.turn_weight[turn], int(graph.follow_arc[turn]), turn, arc) for turn in turns]
        best: dict[int, tuple[float, int, int, int]] = {}
        for row in sorted(rows):
            best.setdefault(row[1], row)
        kept = list(best.values())
        return Seeds(
            np.array([row[1] for row in kept], dtype=np.int32),
            np.array([row[0] for row in kept], dtype=np.float64),
            np.array([row[2] for row in kept], dtype=np.int64),
            np.array([row[3] for row in kept], dtype=np.int32),
        )

    def reach(self, position: Position, *, to: bool = False, limit: float = np.inf) -> Reach:
        """Return the values of all directed links from a position, or to it.

        Parameters
        ----------
        position
            Where to start, or to end.
        to
            True for what remains to the position.
        limit
            What lies further is left out.
        """
        seeds = self.seeds(position, to=to)
        digraph = self.back[0] if to else self.onward
        kept = seeds.offset <= limit
        places = Places(np.array([0, int(kept.sum())]), seeds.arc[kept], seeds.offset[kept])
        return Reach(self, position, to, seeds, sweep(digraph, places, limit=limit))


@dataclass(frozen=True, eq=False)
class Reach:
    """What one sweep found.

    Parameters
    ----------
    of
        The graph and the objective.
    position
        Where it starts, or ends where ``to``.
    to
        Whether values are what remains to the position.
    seeds
        Arcs next to the position.
    sweeps
        Labels of all arcs.
    """

    of: ReachGraph
    position: Position
    to: bool
    seeds: Seeds
    sweeps: Sweeps

    @property
    def label(self) -> Floats:
        """Value at which each arc is entered, or what remains once it is left, float64[A]; inf where none."""
        labels: Floats = self.sweeps.distance[0]
        return labels

    @cached_property
    def near(self) -> Floats:
        """The label of each directed link, float64[2 L]: the least of its arcs that a route may end (start) with."""
        graph = self.of.graph
        found = np.full(2 * graph.link_count, np.inf)
        if self.to:
            known = graph.start_arc >= 0
            found[known] = self.label[graph.start_arc[known]]
        else:
            np.minimum.at(found, graph.arc_key, self.label)
        return found

    def value_at(self, link: Indices | NDArray[np.int64], fraction: Floats) -> Floats:
        """Return the value at points of links, float64; inf where none is reached.

        Parameters
        ----------
        link
            Links, integers[P].
        fraction
            Share of each from its first node, float64[P].
        """
        best: Floats = np.full(len(link), np.inf)
        for against in (0, 1):
            key = 2 * link.astype(np.int64) + against
            weight = self.of.key_weight[key]
            share = 1.0 - fraction if bool(against) != self.to else fraction
            passed = np.where(share > 0, share * np.where(np.isfinite(weight), weight, 0.0), 0.0)
            best = np.minimum(best, np.where(np.isfinite(weight), self.near[key] + passed, np.inf))
        for low, high, own_weight, at in self.direct():
            inside = (link == self.position.link) & (fraction >= low) & (fraction <= high)
            best = np.where(inside, np.minimum(best, np.abs(fraction - at) * own_weight), best)
        return best

    def direct(self) -> list[tuple[float, float, float, float]]:
        """Return the parts of the position's own link reached without leaving it: from, to, weight, the position."""
        at = self.position.fraction
        found = []
        for against in (0, 1):
            key = 2 * self.position.link + against
            if self.of.graph.start_arc[key] < 0:
                continue
            low, high = (at, 1.0) if bool(against) == self.to else (0.0, at)
            found.append((low, high, float(self.of.key_weight[key]), at))
        return found


def sums_along(reach: Reach, passed: Floats, turned: Floats) -> Floats:
    """Return the sum of another value along the least path to each arc's entry (or from its end), float64[A].

    The part of the position's own link, every turn and every arc in between count; inf where no path leads.

    Parameters
    ----------
    reach
        The sweep.
    passed
        What a whole pass of each arc adds, float64[A].
    turned
        What each turn adds, float64[T].
    """
    graph = reach.of.graph
    if reach.to:
        turn_of = reach.of.back[1]
        value = passed[graph.follow_arc[turn_of]] + turned[turn_of]
    else:
        value = passed[graph.follow_from] + turned
    base = np.zeros(len(graph))
    seeds = reach.seeds
    shares = {
        arc: behind if reach.to else 1.0 - behind for arc, behind in reach.of.own_arcs(reach.position, to=reach.to)
    }
    own = np.array([shares[arc] * passed[arc] for arc in seeds.from_arc.tolist()])
    base[seeds.arc] = own + turned[seeds.turn]
    return reach.sweeps.along(0, value, base)


def best_end(reach: Reach, position: Position) -> tuple[float, int, float]:
    """Return the least value at a position, its last (or first) arc and the share of it that is driven.

    Returns
    -------
    tuple
        Value (inf where it is not reached), arc, and share of the arc; the arc is -1 where the position lies on the
        link of the sweep's own position and is reached without leaving it, when the share is of that link.
    """
    best = (np.inf, -1, 0.0)
    for arc, behind in reach.of.own_arcs(position, to=not reach.to):
        share = 1.0 - behind if reach.to else behind
        label = float(reach.label[arc])
        if np.isfinite(label) and label + share * reach.of.weight[arc] < best[0]:
            best = (label + share * float(reach.of.weight[arc]), arc, share)
    if position.link == reach.position.link:
        for low, high, weight, at in reach.direct():
            gap = abs(position.fraction - at)
            if low <= position.fraction <= high and gap * weight <= best[0]:
                best = (gap * weight, -1, gap)
    return best
