"""A flow problem put together piece by piece, for problems worked by hand and for generated ones.

``Sketch`` holds named links, capacities and demands; nodes are what links and demands name. The functions below it
write each question of the planner (sets of places, periods, plants, fleets, empties) as links, capacities and demands,
in the plainest way that is right, so that tests have a second reading of what the program builds from its folders.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from optimizer.flow.plan import Plan
from optimizer.flow.problem import Problem

Amount = float | Mapping[str, float]
"""One number for all classes, or a number by class; 0 for a class that is not named."""


@dataclass(frozen=True)
class LinkPart:
    """A link; ``classes`` are those that may use it, None for all."""

    tail: str
    head: str
    money: Amount = 0.0
    time_cost: Amount = 0.0
    emissions: Amount = 0.0
    classes: tuple[str, ...] | None = None
    hours: Amount = 0.0
    km: float = 0.0
    lot: float = 0.0


@dataclass(frozen=True)
class CapacityPart:
    """A capacity; ``counts`` says how often one pass of a link counts, below 0 where the link gives."""

    per_day: float
    counts: Mapping[str, float]
    unit: str = "t"
    use: Amount = 1.0
    background: float = 0.0
    floor: float = 0.0


@dataclass(frozen=True)
class DemandPart:
    """A demand of some tonnes of a class."""

    origin: str
    destination: str
    tonnes: float
    penalty: float = 1000.0
    goods: str = "goods"
    max_hours: float = np.inf
    max_km: float = np.inf
    optional: bool = False


@dataclass
class Sketch:
    """A flow problem in the making."""

    classes: tuple[str, ...] = ("goods",)
    carbon_price: float = 0.0
    links: dict[str, LinkPart] = field(default_factory=dict)
    capacities: dict[str, CapacityPart] = field(default_factory=dict)
    demands: dict[str, DemandPart] = field(default_factory=dict)

    def link(self, name: str, tail: str, head: str, money: Amount = 0.0, **more: object) -> str:
        """Add a link and return its name."""
        self.links[name] = LinkPart(tail, head, money, **more)  # type: ignore[arg-type]
        return name

    def capacity(self, name: str, per_day: float, counts: Mapping[str, float] | Iterable[str], **more: object) -> str:
        """Add a capacity over links that count once each, or as said, and return its name."""
        counts = dict(counts) if isinstance(counts, Mapping) else dict.fromkeys(counts, 1.0)
        self.capacities[name] = CapacityPart(per_day, counts, **more)  # type: ignore[arg-type]
        return name

    def demand(self, name: str, origin: str, destination: str, tonnes: float, **more: object) -> str:
        """Add a demand and return its name."""
        self.demands[name] = DemandPart(origin, destination, tonnes, **more)  # type: ignore[arg-type]
        return name

    def counts(self, capacity: str, link: str, count: float) -> None:
        """Let a link count against a capacity that is there."""
        part = self.capacities[capacity]
        self.capacities[capacity] = replace(part, counts={**part.counts, link: count})

    def build(self) -> Problem:
        """Return the problem."""
        links, capacities, demands = self.links.values(), self.capacities.values(), self.demands.values()
        ends = [(one.tail, one.head) for one in links] + [(one.origin, one.destination) for one in demands]
        nodes = {name: index for index, name in enumerate(dict.fromkeys(itertools.chain(*ends)))}
        column = {name: index for index, name in enumerate(self.links)}
        members = np.zeros((len(capacities), len(links)))
        for row, capacity in enumerate(capacities):
            for link, count in capacity.counts.items():
                members[row, column[link]] += count
        return Problem(
            node_ids=tuple(nodes),
            link_ids=tuple(self.links),
            link_from=np.array([nodes[one.tail] for one in links], dtype=np.int32),
            link_to=np.array([nodes[one.head] for one in links], dtype=np.int32),
            class_ids=self.classes,
            allowed=np.array([[one.classes is None or k in one.classes for one in links] for k in self.classes]),
            money_per_t=self._by_class([one.money for one in links]),
            time_cost_per_t=self._by_class([one.time_cost for one in links]),
            emissions_kg_per_t=self._by_class([one.emissions for one in links]),
            carbon_price_per_kg=self.carbon_price,
            capacity_ids=tuple(self.capacities),
            capacity_per_day=np.array([one.per_day for one in capacities]),
            capacity_unit=tuple(one.unit for one in capacities),
            capacity_members=sparse.csr_array(members),
            use_per_t=self._by_class([one.use for one in capacities]),
            demand_ids=tuple(self.demands),
            demand_origin=np.array([nodes[one.origin] for one in demands], dtype=np.int32),
            demand_destination=np.array([nodes[one.destination] for one in demands], dtype=np.int32),
            demand_class=np.array([self.classes.index(one.goods) for one in demands], dtype=np.int32),
            demand_t_per_day=np.array([one.tonnes for one in demands]),
            penalty_per_t=np.array([one.penalty for one in demands]),
            background_per_day=np.array([one.background for one in capacities]),
            floor_share=np.array([one.floor for one in capacities]),
            minimum_lot_t=np.array([one.lot for one in links]),
            time_h=self._by_class([one.hours for one in links]),
            length_km=np.array([one.km for one in links]),
            max_time_h=np.array([one.max_hours for one in demands]),
            max_length_km=np.array([one.max_km for one in demands]),
            optional=np.array([one.optional for one in demands], dtype=np.bool_),
        )

    def _by_class(self, amounts: list[Amount]) -> np.ndarray:
        """Return the amounts as float64[classes, amounts]."""
        return np.array(
            [[one.get(k, 0.0) if isinstance(one, Mapping) else one for one in amounts] for k in self.classes]
        )


def start_anywhere(sketch: Sketch, name: str, origins: Iterable[str]) -> None:
    """Let a demand start at any of several nodes."""
    for origin in origins:
        sketch.link(f"{name} from {origin}", f"{name} origins", origin)
    sketch.demands[name] = replace(sketch.demands[name], origin=f"{name} origins")


def end_anywhere(sketch: Sketch, name: str, destinations: Iterable[str]) -> None:
    """Let a demand end at any of several nodes."""
    for destination in destinations:
        sketch.link(f"{name} to {destination}", destination, f"{name} destinations")
    sketch.demands[name] = replace(sketch.demands[name], destination=f"{name} destinations")


def add_fleet(sketch: Sketch, name: str, vehicle_hours: float, links: Iterable[str], vehicles_per_t: Amount) -> None:
    """Let links be served by a fleet: a pass takes the hours of the link of each vehicle that carries the tonne."""
    hours = {link: sketch.links[link].hours for link in links}
    counts = {link: each for link, each in hours.items() if isinstance(each, float)}
    sketch.capacity(name, vehicle_hours, counts, unit="vehicle_h", use=vehicles_per_t)


@dataclass(frozen=True)
class Plant:
    """A plant: tonnes of each class per tonne of activity it takes in and puts out."""

    node: str
    takes: Mapping[str, float]
    gives: Mapping[str, float]
    most: float
    least: float = 0.0
    shortfall_penalty: float = 0.0
    money: float = 0.0


def add_plant(sketch: Sketch, name: str, plant: Plant) -> None:
    """Add a plant: inputs end at "NAME in CLASS", outputs start at "NAME out CLASS".

    What arrives fills the stock "NAME stock CLASS"; activity takes from stocks of inputs and fills those of outputs.
    """
    activity = sketch.link(f"{name} activity", f"{name} idle", f"{name} done", plant.money)
    for k, tonnes in plant.takes.items():
        arrival = sketch.link(f"{name} takes {k}", plant.node, f"{name} in {k}", classes=(k,))
        sketch.capacity(f"{name} stock {k}", 0.0, {activity: tonnes, arrival: -1.0})
    for k, tonnes in plant.gives.items():
        departure = sketch.link(f"{name} gives {k}", f"{name} out {k}", plant.node, classes=(k,))
        sketch.capacity(f"{name} stock {k}", 0.0, {activity: -tonnes, departure: 1.0})
    ends = (f"{name} idle", f"{name} done")
    goods = sketch.classes[0]
    sketch.demand(f"{name} may run", *ends, plant.most - plant.least, penalty=0.0, goods=goods, optional=True)
    if plant.least:
        sketch.demand(f"{name} must run", *ends, plant.least, penalty=plant.shortfall_penalty, goods=goods)


def add_supply(sketch: Sketch, name: str, origin: str, destination: str, tonnes: float, goods: str) -> None:
    """Offer raw material that may but need not move."""
    sketch.demand(name, origin, destination, tonnes, penalty=0.0, goods=goods, optional=True)


def return_empties(sketch: Sketch, name: str, empties: str, tonnes_per_t: float, depots: Iterable[str]) -> None:
    """Let a demand arrive only as far as its empties can leave for one of the depots."""
    laden = sketch.demands[name]
    arrival = sketch.link(f"{name} arrives", laden.destination, f"{name} arrived", classes=(laden.goods,))
    sketch.demands[name] = replace(laden, destination=f"{name} arrived")
    leaving = sketch.link(f"{name} empties leave", f"{name} empties", laden.destination, classes=(empties,))
    sketch.capacity(f"{name} empties left", 0.0, {arrival: tonnes_per_t, leaving: -1.0})
    back = f"{name} empties back"
    most = laden.tonnes * tonnes_per_t
    sketch.demand(back, f"{name} empties", "", most, penalty=0.0, goods=empties, optional=True)
    end_anywhere(sketch, back, depots)


def repeat_over_periods(
    sketch: Sketch,
    periods: Iterable[str],
    *,
    closed: Iterable[str] = (),
    leaves: Mapping[str, Iterable[str]] | None = None,
    arrives: Mapping[str, Iterable[str]] | None = None,
) -> Sketch:
    """Return the sketch with every node, link and capacity once per period, as "NAME@PERIOD".

    No class may use the links in ``closed`` ("LINK@PERIOD"). Demands leave and arrive in any period, or in those given
    by demand, and in the same one unless ``add_storage`` joins them.
    """
    periods, closed = tuple(periods), set(closed)
    new = Sketch(sketch.classes, sketch.carbon_price)
    for at in periods:
        for name, link in sketch.links.items():
            classes = () if f"{name}@{at}" in closed else link.classes
            tail, head = f"{link.tail}@{at}", f"{link.head}@{at}"
            new.links[f"{name}@{at}"] = replace(link, tail=tail, head=head, classes=classes)
        for name, capacity in sketch.capacities.items():
            counts = {f"{link}@{at}": count for link, count in capacity.counts.items()}
            new.capacities[f"{name}@{at}"] = replace(capacity, counts=counts)
    for name, demand in sketch.demands.items():
        new.demands[name] = demand
        start_anywhere(new, name, [f"{demand.origin}@{at}" for at in (leaves or {}).get(name, periods)])
        end_anywhere(new, name, [f"{demand.destination}@{at}" for at in (arrives or {}).get(name, periods)])
    return new


def add_storage(sketch: Sketch, node: str, periods: Iterable[str], money: float = 0.0, most: float = np.inf) -> None:
    """Let goods wait at a node from each period to the next, for money per tonne, up to so many tonnes at a time."""
    for before, after in itertools.pairwise(periods):
        link = sketch.link(f"{node} waits@{after}", f"{node}@{before}", f"{node}@{after}", money)
        if most < np.inf:
            sketch.capacity(f"{node} store@{after}", most, [link])


def plan_of(
    problem: Problem, flows: Mapping[tuple[str, ...], float], *, money: float | None = None, stays: float | None = None
) -> Plan:
    """Return a plan of stated flows, tonnes by (demand, link, link, ...), with honest costs and no bound.

    ``money`` is what it says the flows cost, ``stays`` the tonnes it says every demand leaves, when not the truth.
    """
    demand = np.array([problem.demand_ids.index(path[0]) for path in flows], dtype=np.int32)
    links = [np.array([problem.link_ids.index(link) for link in path[1:]], dtype=np.int32) for path in flows]
    tonnes = np.array(list(flows.values()), dtype=np.float64)
    passes = np.zeros(problem.allowed.shape)
    for one, path, amount in zip(demand, links, tonnes, strict=True):
        np.add.at(passes[problem.demand_class[one]], path, amount)
    served = np.bincount(demand, weights=tonnes, minlength=len(problem.demand_ids))
    unserved = np.maximum(problem.demand_t_per_day - served, 0.0) if stays is None else np.full(served.size, stays)
    emissions = float((passes * problem.emissions_kg_per_t).sum())
    parts = [
        float((passes * problem.money_per_t).sum()) if money is None else money,
        float((passes * problem.time_cost_per_t).sum()),
        problem.carbon_price_per_kg * emissions,
        float((problem.penalty_per_t * unserved).sum()),
    ]
    nothing = np.zeros(len(problem.capacity_ids))
    return Plan(
        status="feasible",
        reason="round_limit",
        objective=sum(parts),
        bound=0.0,
        gap=float(sum(parts) > 0),
        gap_tolerance=1e-9,
        money=parts[0],
        time_cost=parts[1],
        carbon_cost=parts[2],
        penalty_cost=parts[3],
        emissions_kg_per_day=emissions,
        path_demand=demand,
        path_link_start=np.cumsum([0, *(path.size for path in links)]),
        path_links=np.concatenate([*links, np.zeros(0, dtype=np.int32)]),
        path_t_per_day=tonnes,
        unserved_t_per_day=unserved,
        least_cost_per_t=np.zeros(served.size),
        shadow_price=nothing,
        shadow_money=nothing,
        shadow_time=nothing,
        shadow_carbon=nothing,
        shadow_penalty=nothing,
        shadow_from=problem.residual_per_day(),
        shadow_to=problem.residual_per_day(),
        demand_dual=np.zeros(served.size),
        rounds=0,
        columns=0,
        seed=0,
        versions=(),
    )
