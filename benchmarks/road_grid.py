"""Generated flow problems: a road grid with arterials, a rail overlay, parks, ports and scarce capacities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from optimizer.flow.problem import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROAD, ARTERIAL, RAIL, TRANSSHIPMENT = range(4)
MONEY_PER_T_KM = (1_800.0, 1_300.0, 550.0)
SPEED_KMH = (30.0, 55.0, 35.0)
KG_PER_T_KM = (0.11, 0.08, 0.025)
VALUE_OF_TIME_PER_T_H = (9_000.0, 25_000.0, 1_500.0)
RAIL_ALLOWED = (True, False, True)
CARBON_PRICE_PER_KG = 500.0
TRANSSHIPMENT_MONEY_PER_T, TRANSSHIPMENT_H, TRANSSHIPMENT_KG_PER_T = 22_000.0, 3.0, 0.8
PENALTY_FACTOR = 4.0


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
    """

    links: int
    capacities: int = 100
    parks: int = 100
    ports: int = 8
    tightness: float = 0.6

    def __post_init__(self) -> None:
        if self.links < 60:
            msg = f"links must be at least 60, got {self.links}."
            raise ValueError(msg)
        if min(self.capacities, self.parks, self.ports) < 1 or not self.tightness > 0:
            msg = f"capacities, parks and ports must be at least 1 and tightness above 0, got {self}."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class _Links:
    """Directed links as columns: ends, kind and length in km."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    kind: NDArray[np.int64]
    length_km: NDArray[np.float64]


def build_road_grid(size: GridSize, seed: int = 0) -> Problem:
    """Return a flow problem on a road grid; the same size and seed give the same problem."""
    random = np.random.default_rng(seed)
    side = min(range(4, 2000), key=lambda side: abs(_link_count(side) - size.links))
    links, nodes = _build_links(side, random)
    money, time_cost, emissions = _costs(links)
    allowed = np.ones(money.shape, dtype=bool)
    for index, rail in enumerate(RAIL_ALLOWED):
        allowed[index, links.kind >= RAIL] = rail
    edge = np.arange(side) * side + side - 1
    ports = edge[np.linspace(0, side - 1, size.ports).round().astype(int)]
    inland = np.setdiff1d(np.arange(side * side), edge)
    parks = random.choice(inland, size.parks, replace=size.parks > inland.size)
    classes = len(RAIL_ALLOWED)
    demand = np.array([(park, port, k) for park in parks for port in ports for k in range(classes)])
    mass = random.lognormal(3.0, 0.8, len(demand))
    cost = money + time_cost + CARBON_PRICE_PER_KG * emissions
    least, load = _load(links, nodes, np.where(allowed, cost, np.inf), demand, mass)
    members = _choose_capacities(links, load, size.capacities)
    return Problem(
        node_ids=tuple(f"node_{index}" for index in range(nodes)),
        link_ids=tuple(f"link_{index}" for index in range(links.tail.size)),
        link_from=links.tail.astype(np.int32),
        link_to=links.head.astype(np.int32),
        class_ids=("container", "reefer", "bulk"),
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
        use_per_t=np.ones((classes, members.size)),
        demand_ids=tuple(f"demand_{index}" for index in range(len(demand))),
        demand_origin=demand[:, 0].astype(np.int32),
        demand_destination=demand[:, 1].astype(np.int32),
        demand_class=demand[:, 2].astype(np.int32),
        demand_t_per_day=mass,
        penalty_per_t=PENALTY_FACTOR * (least + np.median(least)),
    )


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


def _costs(links: _Links) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return money, value of time and emissions per tonne of each class on each link."""
    running = np.minimum(links.kind, RAIL)
    moved = links.kind != TRANSSHIPMENT
    money = np.where(moved, np.array(MONEY_PER_T_KM)[running] * links.length_km, TRANSSHIPMENT_MONEY_PER_T)
    hours = np.where(moved, links.length_km / np.array(SPEED_KMH)[running], TRANSSHIPMENT_H)
    emissions = np.where(moved, np.array(KG_PER_T_KM)[running] * links.length_km, TRANSSHIPMENT_KG_PER_T)
    load_factor = np.array([1.0, 1.25, 0.8])[:, None]
    return load_factor * money, np.outer(VALUE_OF_TIME_PER_T_H, hours), load_factor * emissions


def _load(
    links: _Links,
    nodes: int,
    cost: NDArray[np.float64],
    demand: NDArray[np.int64],
    mass: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least cost of each demand and the link load in tonnes when nothing is short."""
    least, load = np.zeros(mass.size), np.zeros(links.tail.size)
    link_of = {ends: link for link, ends in enumerate(zip(links.tail, links.head, strict=True))}
    for k, class_cost in enumerate(cost):
        usable = np.flatnonzero(np.isfinite(class_cost))
        reverse = sparse.csr_array((class_cost[usable], (links.head[usable], links.tail[usable])), shape=(nodes, nodes))
        for port in np.unique(demand[:, 1]):
            distance, towards = csgraph.dijkstra(reverse, indices=port, return_predecessors=True)
            through = np.zeros(nodes)
            chosen = np.flatnonzero((demand[:, 2] == k) & (demand[:, 1] == port))
            least[chosen] = distance[demand[chosen, 0]]
            np.add.at(through, demand[chosen, 0], mass[chosen])
            for node in np.argsort(-distance):
                if through[node] > 0 and node != port:
                    load[link_of[node, towards[node]]] += through[node]
                    through[towards[node]] += through[node]
    return least, load


def _choose_capacities(links: _Links, load: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return the links that get a capacity: the busiest transshipments and the busiest roads."""
    transshipments = np.flatnonzero(links.kind == TRANSSHIPMENT)
    transshipments = transshipments[np.argsort(-load[transshipments], kind="stable")][: count // 2]
    others = np.flatnonzero(links.kind != TRANSSHIPMENT)
    others = others[np.argsort(-load[others], kind="stable")][: count - transshipments.size]
    return np.sort(np.concatenate([transshipments, others]))
