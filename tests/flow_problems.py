"""Flow problems for the tests: one worked by hand, generated ones with every feature, and Canad files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from flow_parts import (
    Plant,
    Sketch,
    add_plant,
    add_storage,
    add_supply,
    end_anywhere,
    repeat_over_periods,
    return_empties,
    start_anywhere,
)
from hypothesis import strategies as st
from scipy import sparse

from optimizer.flow.problem import Problem


def build_two_route_problem(**changes: object) -> Problem:
    """Return 10 t/day from a to b: by rail at 2 VND/t for 6 t/day at most, or by road at 5 VND/t.

    Rail costs 1 money + 0.5 time + 0.5 kg at 1 VND/kg; road 3 money + 1 time + 1 kg; unserved 20 VND/t.
    """
    fields: dict[str, object] = {
        "node_ids": ("a", "b"),
        "link_ids": ("rail", "road"),
        "link_from": [0, 0],
        "link_to": [1, 1],
        "class_ids": ("goods",),
        "allowed": [[True, True]],
        "money_per_t": [[1.0, 3.0]],
        "time_cost_per_t": [[0.5, 1.0]],
        "emissions_kg_per_t": [[0.5, 1.0]],
        "carbon_price_per_kg": 1.0,
        "capacity_ids": ("train",),
        "capacity_per_day": [6.0],
        "capacity_unit": ("t",),
        "capacity_members": sparse.csr_array([[1.0, 0.0]]),
        "use_per_t": [[1.0]],
        "demand_ids": ("a_to_b",),
        "demand_origin": [0],
        "demand_destination": [1],
        "demand_class": [0],
        "demand_t_per_day": [10.0],
        "penalty_per_t": [20.0],
    }
    return Problem(**{**fields, **changes})  # type: ignore[arg-type]


class Draws:
    """Random numbers of one generated problem: whole or not, some nothing, at scales of money and mass of their own."""

    def __init__(self, seed: int, *, whole: bool, cost_scale: float, mass_scale: float) -> None:
        self.random = np.random.default_rng(seed)
        self._whole, self._cost_scale, self._mass_scale = whole, cost_scale, mass_scale

    def amount(self, top: int = 10) -> float:
        """Return a number from 0 to ``top``, nothing in one of seven."""
        if self.random.random() < 0.15:
            return 0.0
        return float(self.random.integers(0, top) if self._whole else top * self.random.random())

    def cost(self, top: int = 10) -> float:
        """Return an amount of money."""
        return self._cost_scale * self.amount(top)

    def tonnes(self, top: int = 10) -> float:
        """Return an amount of mass."""
        return self._mass_scale * self.amount(top)

    def some(self, of: Iterable[str], most: int = 3) -> list[str]:
        """Return one or more of some names, or none if there are none."""
        names = list(of)
        count = min(len(names), int(self.random.integers(1, most + 1)))
        return [str(name) for name in self.random.choice(names, count, replace=False)] if names else []

    def chance(self, of: Iterable[str], probability: float) -> list[str]:
        """Return each of some names with a probability."""
        return [name for name in of if self.random.random() < probability]


def _random_sketch(draws: Draws, counts: Sequence[int]) -> Sketch:
    """Return so many nodes, links, classes, capacities and demands, joined at random."""
    nodes, links, classes, capacities, demands = counts
    random = draws.random
    names = [f"node_{index}" for index in range(nodes)]
    sketch = Sketch(tuple(f"class_{index}" for index in range(classes)), carbon_price=float(random.integers(0, 3)))
    for index in range(links):
        cost, time_cost, emissions = ({k: draws.cost() for k in sketch.classes} for _ in range(3))
        some = tuple(draws.chance(sketch.classes, 0.8))
        ends = (random.choice(names), random.choice(names))
        sketch.link(f"link_{index}", *ends, cost, time_cost=time_cost, emissions=emissions, classes=some)
    for index in range(capacities):
        members = {link: float(random.integers(1, 3)) for link in draws.chance(sketch.links, 0.3)}
        sketch.capacity(f"capacity_{index}", draws.tonnes(), members, use={k: draws.amount(4) for k in sketch.classes})
    for index in range(demands):
        ends, goods = (random.choice(names), random.choice(names)), str(random.choice(sketch.classes))
        sketch.demand(f"demand_{index}", *ends, draws.tonnes(), penalty=draws.cost(60), goods=goods)
    return sketch


def _use_by_others(sketch: Sketch, draws: Draws) -> Sketch:
    for name, part in sketch.capacities.items():
        background, floor = 1.2 * part.per_day * draws.random.random(), float(draws.random.choice([0.0, 0.25, 1.0]))
        sketch.capacities[name] = replace(part, background=background, floor=floor)
    return sketch


def _lots(sketch: Sketch, draws: Draws) -> Sketch:
    for name in draws.chance(sketch.links, 0.4):
        sketch.links[name] = replace(sketch.links[name], lot=draws.tonnes())
    return sketch


def _limits(sketch: Sketch, draws: Draws) -> Sketch:
    """Limit a few demands, in whole hours and km as the edge linear program needs them."""
    for name, part in sketch.links.items():
        by_class = {k: float(draws.random.integers(0, 4)) for k in sketch.classes}
        sketch.links[name] = replace(part, hours=by_class, km=float(draws.random.integers(0, 4)))
    for name in draws.some(sketch.demands):
        hours, km = (float(draws.random.integers(0, 7)) if draws.random.random() < 0.7 else np.inf for _ in range(2))
        sketch.demands[name] = replace(sketch.demands[name], max_hours=hours, max_km=km)
    return sketch


def _fleet(sketch: Sketch, draws: Draws) -> Sketch:
    hours = {name: 0.5 * draws.amount() for name in draws.some(sketch.links, most=8)}
    use = {k: 0.1 * draws.amount() for k in sketch.classes}
    sketch.capacity("fleet", draws.tonnes(), hours, unit="vehicle_h", use=use)
    return sketch


def _periods(sketch: Sketch, draws: Draws) -> Sketch:
    periods = ("day", "night")
    closed = [f"{link}@{draws.random.choice(periods)}" for link in draws.chance(sketch.links, 0.2)]
    leaves, arrives = ({name: draws.some(periods, most=2) for name in sketch.demands} for _ in range(2))
    places = draws.some(dict.fromkeys(part.tail for part in sketch.links.values()))
    sketch = repeat_over_periods(sketch, periods, closed=closed, leaves=leaves, arrives=arrives)
    for node in places:
        add_storage(sketch, node, periods, draws.cost(), draws.tonnes())
    return sketch


def _nodes(sketch: Sketch) -> list[str]:
    """Return the nodes of links that anything may start from and end at, those that stand for no demand or plant."""
    ends = dict.fromkeys(end for part in sketch.links.values() for end in (part.tail, part.head))
    return [end for end in ends if end.startswith("node_")]


def _sets_of_places(sketch: Sketch, draws: Draws) -> Sketch:
    nodes = _nodes(sketch)
    for name in draws.some(sketch.demands, most=2):
        start_anywhere(sketch, name, draws.some(nodes))
    for name in draws.some(sketch.demands, most=2):
        end_anywhere(sketch, name, draws.some(nodes))
    return sketch


def _plants(sketch: Sketch, draws: Draws) -> Sketch:
    """Add two plants, the second fed by the first and by a supply of its own."""
    nodes, classes = _nodes(sketch), sketch.classes
    if not nodes:
        return sketch
    between = str(draws.random.choice(classes))
    for name, takes, gives in (("mill", draws.some(classes), [between]), ("works", [between], draws.some(classes))):
        least = draws.tonnes(3) if draws.random.random() < 0.5 else 0.0
        plant = Plant(
            node=str(draws.random.choice(nodes)),
            takes={k: 0.5 + draws.amount(2) for k in takes},
            gives={k: 0.5 + draws.amount(2) for k in gives},
            most=least + draws.tonnes(),
            least=least,
            shortfall_penalty=draws.cost(60),
            money=draws.cost(),
        )
        add_plant(sketch, name, plant)
        for k in takes:
            add_supply(sketch, f"{name} supply {k}", draws.some(nodes, 1)[0], f"{name} in {k}", draws.tonnes(20), k)
        for k in gives:
            ends = (f"{name} out {k}", draws.some(nodes, 1)[0])
            sketch.demand(f"{name} product {k}", *ends, draws.tonnes(), penalty=draws.cost(100), goods=k)
    add_supply(sketch, "mill to works", f"mill out {between}", f"works in {between}", draws.tonnes(20), between)
    return sketch


def _empties(sketch: Sketch, draws: Draws) -> Sketch:
    nodes = _nodes(sketch)
    for name in draws.some((name for name in sketch.demands if name.startswith("demand_")), most=2):
        empties = str(draws.random.choice(sketch.classes))
        return_empties(sketch, name, empties, 0.1 + 0.1 * draws.amount(), draws.some(nodes) or ["depot"])
    return sketch


FEATURES = {
    "background": _use_by_others,
    "lots": _lots,
    "limits": _limits,
    "fleet": _fleet,
    "periods": _periods,
    "sets of places": _sets_of_places,
    "plants": _plants,
    "empties": _empties,
}
"""What a generated problem may have, in the order in which it is put on."""


@st.composite
def flow_problems(draw: st.DrawFn, features: Collection[str] = tuple(FEATURES)) -> Problem:
    """Generate small problems: parallel links, loops, zero costs, closed capacities, no path, any scale and feature."""
    counts = tuple(draw(st.integers(*ends)) for ends in ((1, 8), (0, 24), (1, 3), (0, 7), (0, 14)))
    cost_scale, mass_scale = (draw(st.sampled_from([1e-6, 1.0, 1.0, 1e6])) for _ in range(2))
    seed, whole = draw(st.integers(0, 2**32 - 1)), draw(st.booleans())
    draws = Draws(seed, whole=whole, cost_scale=cost_scale, mass_scale=mass_scale)
    sketch = _random_sketch(draws, counts)
    chosen = draw(st.sets(st.sampled_from(sorted(features)))) if features else set()
    for name, add in FEATURES.items():
        if name in chosen:
            sketch = add(sketch, draws)
    return sketch.build()


def read_canad_without_fixed_charge(path: Path) -> Problem:
    """Return a Canad .dow network design instance as a pure flow problem: its fixed charges are left out.

    After the sizes come arcs (from, to, cost, capacity, fixed charge, two unused) and demands (origin, destination,
    tonnes). Unmet demand costs more than any path can.
    """
    rows = [[float(word) for word in line.split()] for line in path.read_text().splitlines()[1:] if line.strip()]
    nodes, links, demands = (int(value) for value in rows[0])
    arcs, wanted = np.array(rows[1 : 1 + links]), np.array(rows[1 + links : 1 + links + demands])
    return Problem(
        node_ids=tuple(f"node_{index}" for index in range(1, nodes + 1)),
        link_ids=tuple(f"link_{index}" for index in range(links)),
        link_from=arcs[:, 0].astype(np.int32) - 1,
        link_to=arcs[:, 1].astype(np.int32) - 1,
        class_ids=("goods",),
        allowed=np.ones((1, links), dtype=bool),
        money_per_t=arcs[None, :, 2],
        time_cost_per_t=np.zeros((1, links)),
        emissions_kg_per_t=np.zeros((1, links)),
        carbon_price_per_kg=0.0,
        capacity_ids=tuple(f"capacity_{index}" for index in range(links)),
        capacity_per_day=arcs[:, 3],
        capacity_unit=("t",) * links,
        capacity_members=sparse.eye_array(links, format="csr"),
        use_per_t=np.ones((1, links)),
        demand_ids=tuple(f"demand_{index}" for index in range(demands)),
        demand_origin=wanted[:, 0].astype(np.int32) - 1,
        demand_destination=wanted[:, 1].astype(np.int32) - 1,
        demand_class=np.zeros(demands, dtype=np.int32),
        demand_t_per_day=wanted[:, 2],
        penalty_per_t=np.full(demands, 10.0 * arcs[:, 2].sum()),
    )
