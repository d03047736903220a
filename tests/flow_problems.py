"""Flow problems for the tests: one worked by hand, generated ones with every awkward feature, and Canad files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
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


@st.composite
def flow_problems(draw: st.DrawFn) -> Problem:
    """Generate small problems: parallel links, loops, zero costs, closed capacities, duplicates, no path, any scale."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    nodes, links, classes = (draw(st.integers(*ends)) for ends in ((1, 8), (0, 24), (1, 3)))
    capacities, demands = draw(st.integers(0, 7)), draw(st.integers(0, 14))
    whole = draw(st.booleans())
    cost_scale, mass_scale = (draw(st.sampled_from([1e-6, 1.0, 1.0, 1e6])) for _ in range(2))

    def amounts(shape: int | tuple[int, int], top: int = 10) -> np.ndarray:
        values = random.integers(0, top, shape) if whole else top * random.random(shape)
        return np.where(random.random(shape) < 0.15, 0.0, values)

    members = (random.random((capacities, links)) < 0.3) * random.integers(1, 3, (capacities, links))
    return Problem(
        node_ids=tuple(f"node_{index}" for index in range(nodes)),
        link_ids=tuple(f"link_{index}" for index in range(links)),
        link_from=random.integers(0, nodes, links, dtype=np.int32),
        link_to=random.integers(0, nodes, links, dtype=np.int32),
        class_ids=tuple(f"class_{index}" for index in range(classes)),
        allowed=random.random((classes, links)) < 0.8,
        money_per_t=cost_scale * amounts((classes, links)),
        time_cost_per_t=cost_scale * amounts((classes, links)),
        emissions_kg_per_t=cost_scale * amounts((classes, links)),
        carbon_price_per_kg=float(random.integers(0, 3)),
        capacity_ids=tuple(f"capacity_{index}" for index in range(capacities)),
        capacity_per_day=mass_scale * amounts(capacities),
        capacity_unit=("t",) * capacities,
        capacity_members=sparse.csr_array(members.astype(float)),
        use_per_t=amounts((classes, capacities), top=4),
        demand_ids=tuple(f"demand_{index}" for index in range(demands)),
        demand_origin=random.integers(0, nodes, demands, dtype=np.int32),
        demand_destination=random.integers(0, nodes, demands, dtype=np.int32),
        demand_class=random.integers(0, classes, demands, dtype=np.int32),
        demand_t_per_day=mass_scale * amounts(demands),
        penalty_per_t=cost_scale * amounts(demands, top=60),
    )


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
