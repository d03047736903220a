"""Generated flow problems: a road grid with arterials, a rail overlay, parks, ports and scarce capacities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from optimizer.flow.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ROAD, ARTERIAL, RAIL, TRANSSHIPMENT = range(4)
MONEY_PER_T_KM = (1_800.0, 1_300.0, 550.0)
SPEED_KMH = (30.0, 55.0, 35.0)
KG_PER_T_KM = (0.11, 0.08, 0.025)
CARBON_PRICE_PER_KG = 500.0
TRANSSHIPMENT_MONEY_PER_T, TRANSSHIPMENT_H, TRANSSHIPMENT_KG_PER_T = 22_000.0, 3.0, 0.8
PENALTY_FACTOR = 4.0


@dataclass(frozen=True, slots=True)
class _Commodity:
    """A class of goods: value of time, cost and emissions against a container's, and where it may not go."""

    class_id: str
    value_of_time_per_t_h: float
    load_factor: float
    rail: bool = True
    north_south_arterials: bool = True


COMMODITIES = (
    _Commodity("container", 9_000.0, 1.0),
    _Commodity("reefer", 25_000.0, 1.25, rail=False),
    _Commodity("bulk", 1_500.0, 0.8),
    _Commodity("express", 60_000.0, 1.6, rail=False),
    _Commodity("dangerous", 5_000.0, 1.1, north_south_arterials=False),
)
"""A grid carries the first so many of these."""


@dataclass(frozen=True, slots=True)
class GridSize:
    """What is generated.

    Parameters
    ----------
    links
        Directed links wanted; the grid comes within a few percent of it.
    capacities
        Capacitated links: half the transshipments of the rail overlay at most, the rest the busiest road links.
    parks, ports
        Origins and destinations; every park sends every class to every port.
    tightness
        Capacity as a share of the load that would use the link if nothing were short.
    classes
        How many of ``COMMODITIES`` are carried.
    """

    links: int
    capacities: int = 100
    parks: int = 100
    ports: int = 8
    tightness: float = 0.6
    classes: int = 3

    def __post_init__(self) -> None:
        if self.links < 60:
            msg = f"links must be at least 60, got {self.links}."
            raise ValueError(msg)
        if min(self.capacities, self.parks, self.ports) < 1 or not self.tightness > 0:
            msg = f"capacities, parks and ports must be at least 1 and tightness above 0, got {self}."
            raise ValueError(msg)
        if not 1 <= self.classes <= len(COMMODITIES):
            msg = f"classes must be at least 1 and at most {len(COMMODITIES)}, got {self.classes}."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class _Links:
    """Directed links as columns: ends, kind and length in km."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    kind: NDArray[np.int64]
    length_km: NDArray[np.float64]

    def part(self, chosen: NDArray[np.int64]) -> _Links:
        """Return the chosen links."""
        return _Links(self.tail[chosen], self.head[chosen], self.kind[chosen], self.length_km[chosen])


def build_road_grid(size: GridSize, seed: int = 0) -> Problem:
    """Return a flow problem on a road grid; the same size and seed give the same problem."""
    random = np.random.default_rng(seed)
    side = min(range(4, 2000), key=lambda side: abs(_link_count(side) - size.links))
    links, nodes = _build_links(side, random)
    commodities = COMMODITIES[: size.classes]
    money, time_cost, emissions = _costs(links, commodities)
    allowed = _allowed(links, commodities, side)
    edge = np.arange(side) * side + side - 1
    ports = edge[np.linspace(0, side - 1, size.ports).round().astype(int)]
    inland = np.setdiff1d(np.arange(side * side), edge)
    parks = random.choice(inland, size.parks, replace=size.parks > inland.size)
    demand = np.stack(np.meshgrid(parks, ports, np.arange(size.classes), indexing="ij"), axis=-1).reshape(-1, 3)
    mass = random.lognormal(3.0, 0.8, len(demand))
    least, load = np.zeros(mass.size), np.zeros(links.tail.size)
    for k in range(size.classes):
        usable = np.flatnonzero(allowed[k])
        cost = money[k, usable] + time_cost[k, usable] + CARBON_PRICE_PER_KG * emissions[k, usable]
        chosen = np.flatnonzero(demand[:, 2] == k)
        least[chosen], load[usable] = _load(links.part(usable), nodes, cost, demand[chosen], mass[chosen], load[usable])
    members = _choose_capacities(links, load, size.capacities)
    return Problem(
        node_ids=tuple(f"node_{index}" for index in range(nodes)),
        link_ids=tuple(f"link_{index}" for index in range(links.tail.size)),
        link_from=links.tail.astype(np.int32),
        link_to=links.head.astype(np.int32),
        class_ids=tuple(one.class_id for one in commodities),
        allowed=allowed,
        money_per_t=money,
        time_cost_per_t=time_cost,
        emissions_kg_per_t=emissions,
        carbon_price_per_kg=CARBON_PRICE_PER_KG,
        capacity_ids=tuple(f"capacity_{index}" for index in members),
        capacity_per_day=size.tightness * np.maximum(load[members], 0.02 * mass.sum() / size.ports),
        capacity_unit=("t",) * members.size,
        capacity_members=sparse.csr_array(
            (np.ones(members.size), (np.arange(members.size), members)), shape=(members.size, links.tail.size)
        ),
        use_per_t=np.ones((size.classes, members.size)),
        demand_ids=tuple(f"demand_{index}" for index in range(len(demand))),
        demand_origin=demand[:, 0].astype(np.int32),
        demand_destination=demand[:, 1].astype(np.int32),
        demand_class=demand[:, 2].astype(np.int32),
        demand_t_per_day=mass,
        penalty_per_t=PENALTY_FACTOR * (least + np.median(least)),
    )


def terminal_capacities(problem: Problem) -> NDArray[np.int64]:
    """Return which capacities of a generated problem are on transshipments, whose cost does not depend on length."""
    link = problem.capacity_members.indices
    return np.flatnonzero(problem.money_per_t[0, link] == COMMODITIES[0].load_factor * TRANSSHIPMENT_MONEY_PER_T)


def _build_links(side: int, random: np.random.Generator) -> tuple[_Links, int]:
    """Return grid roads both ways, a rail line grid over them and transshipments, and the number of nodes."""
    node = np.arange(side * side).reshape(side, side)
    parts = []
    spacing = 1.0 + 0.3 * random.random((2, side, side))
    for axis, (first, second) in enumerate(((node[:, :-1], node[:, 1:]), (node[:-1], node[1:]))):
        along = np.arange(side)[:, None] if axis == 0 else np.arange(side)[None, :]
        kind = np.broadcast_to(np.where(along % 8 == 4, ARTERIAL, ROAD), first.shape)
        parts.append((first, second, kind, spacing[axis][: first.shape[0], : first.shape[1]]))
    stations = np.linspace(1, side - 2, _stations(side)).round().astype(int)
    station_node = node[np.ix_(stations, stations)]
    rail_node = side * side + np.arange(station_node.size).reshape(station_node.shape)
    step = side / len(stations)
    for first, second in ((rail_node[:, :-1], rail_node[:, 1:]), (rail_node[:-1], rail_node[1:])):
        parts.append((first, second, np.full(first.shape, RAIL), np.full(first.shape, 1.1 * step)))
    parts.append((station_node, rail_node, np.full(rail_node.shape, TRANSSHIPMENT), np.zeros(rail_node.shape)))
    tail, head, kind, length = (np.concatenate([np.ravel(part[column]) for part in parts]) for column in range(4))
    both = _Links(
        np.concatenate([tail, head]),
        np.concatenate([head, tail]),
        np.concatenate([kind, kind]),
        np.concatenate([length, length]),
    )
    return both, side * side + rail_node.size


def _stations(side: int) -> int:
    """Return how many stations stand in a row of the rail overlay."""
    return max(2, min(6, side // 4))


def _link_count(side: int) -> int:
    """Return the directed links of a grid: roads, rail lines and transshipments, both ways."""
    stations = _stations(side)
    return 2 * (2 * side * (side - 1) + 2 * stations * (stations - 1) + stations * stations)


def _costs(
    links: _Links, commodities: Sequence[_Commodity]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return money, value of time and emissions per tonne of each class on each link."""
    running = np.minimum(links.kind, RAIL)
    moved = links.kind != TRANSSHIPMENT
    money = np.where(moved, np.array(MONEY_PER_T_KM)[running] * links.length_km, TRANSSHIPMENT_MONEY_PER_T)
    hours = np.where(moved, links.length_km / np.array(SPEED_KMH)[running], TRANSSHIPMENT_H)
    emissions = np.where(moved, np.array(KG_PER_T_KM)[running] * links.length_km, TRANSSHIPMENT_KG_PER_T)
    load_factor = np.array([one.load_factor for one in commodities])[:, None]
    value_of_time = [one.value_of_time_per_t_h for one in commodities]
    return load_factor * money, np.outer(value_of_time, hours), load_factor * emissions


def _allowed(links: _Links, commodities: Sequence[_Commodity], side: int) -> NDArray[np.bool_]:
    """Return whether each class may use each link."""
    allowed = np.ones((len(commodities), links.tail.size), dtype=bool)
    north_south = (links.kind == ARTERIAL) & (np.abs(links.tail - links.head) == side)
    for index, one in enumerate(commodities):
        allowed[index, links.kind >= RAIL] = one.rail
        allowed[index, north_south] = one.north_south_arterials
    return allowed


def _load(
    links: _Links,
    nodes: int,
    cost: NDArray[np.float64],
    demand: NDArray[np.int64],
    mass: NDArray[np.float64],
    load: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least cost of each demand of one class, and the link load with it in tonnes when nothing is short."""
    least, load = np.zeros(mass.size), load.copy()
    backwards = sparse.csr_array((cost, (links.head, links.tail)), shape=(nodes, nodes))
    link_of = sparse.csr_array((np.arange(cost.size), (links.tail, links.head)), shape=(nodes, nodes))
    for port in np.unique(demand[:, 1]):
        distance, towards = csgraph.dijkstra(backwards, indices=port, return_predecessors=True)
        chosen = np.flatnonzero(demand[:, 1] == port)
        origin = demand[chosen, 0]
        least[chosen] = distance[origin]
        node, through = _tree_load(distance, towards, port, origin, mass[chosen])
        load[link_of[node, towards[node]]] += through
    return least, load


def _tree_load(
    distance: NDArray[np.float64],
    towards: NDArray[np.int32],
    port: int,
    origin: NDArray[np.int64],
    mass: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the nodes of a tree that tonnes leave on their way to the port, and the tonnes that leave each."""
    steps = np.full(distance.size, -1, dtype=np.int32)
    steps[port] = 0
    walks = [np.unique(origin)]
    while walks[-1].size:
        after = np.unique(towards[walks[-1]])
        walks.append(after[after != port])
    for nodes in reversed(walks):
        steps[nodes] = steps[towards[nodes]] + 1
    node = np.flatnonzero(steps > 0)
    node = node[np.lexsort((-distance[node], -steps[node]))]
    through = np.zeros(distance.size)
    np.add.at(through, origin, mass)
    # Nodes with the most steps to go hand their tonnes on first; the order among them fixes the rounding of sums.
    for group in np.split(node, np.flatnonzero(np.diff(steps[node])) + 1):
        np.add.at(through, towards[group], through[group])
    return node, through[node]


def _choose_capacities(links: _Links, load: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return the links that get a capacity: the busiest transshipments and the busiest roads."""
    transshipments = np.flatnonzero(links.kind == TRANSSHIPMENT)
    transshipments = transshipments[np.argsort(-load[transshipments], kind="stable")][: count // 2]
    others = np.flatnonzero(links.kind != TRANSSHIPMENT)
    others = others[np.argsort(-load[others], kind="stable")][: count - transshipments.size]
    return np.sort(np.concatenate([transshipments, others]))
