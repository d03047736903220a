"""Case: a scenario worked out on a pack, up to the frozen flow problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from geodata.assembly.network import build_network
from geodata.columns import CAPACITY_UNITS
from geodata.impedance.impedance import Impedance, build_impedance
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.network import Network
from optimizer.flow.options import Progress, SolveOptions
from optimizer.flow.plan import Plan, StartPaths
from optimizer.flow.problem import Problem
from optimizer.flow.solve import solve
from optimizer.scenarios.changes import apply_changes
from optimizer.scenarios.on_network import refuse_lost_links
from optimizer.scenarios.scenario import Scenario
from supplychain.assumptions import apply_assumptions
from supplychain.demand import Demand, build_demand
from supplychain.demand.changes import DemandChange
from supplychain.pack import Pack
from supplychain.prices import PriceBasis

KG_PER_T: Final = 1000.0
NOTHING: Final[Any] = None
"""What a problem takes for an array left out."""

NetworkMaker = Callable[[Pack, Infrastructure | None], Network]
"""Makes the network of a changed pack, as ``build_network`` does; one that keeps what it made is quicker."""

DemandMaker = Callable[[Pack, Sequence[DemandChange]], Demand]
"""Makes the demand of a changed pack, as ``build_demand`` does."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Everything a plan of one scenario is made from.

    Parameters
    ----------
    scenario
        The scenario.
    pack
        Tables with the scenario's changes and the assumptions applied.
    demand
        Freight per working day.
    network
        What is open, as nodes, links and capacities.
    impedance
        Money, time and CO2e of a tonne of each class on each link.
    problem
        The flow problem; its links, nodes and capacities stand in the order of the network, its demands and
        classes in the order of the demand.
    carbon_price_per_kg
        Price of CO2e in pack money per kg.
    infrastructure
        Roads, railways and waterways the network was made from; None where those of the pack were taken.
    """

    scenario: Scenario
    pack: Pack
    demand: Demand
    network: Network
    impedance: Impedance
    problem: Problem
    carbon_price_per_kg: float
    infrastructure: Infrastructure | None = None


def build_case(
    pack: Pack,
    scenario: Scenario,
    infrastructure: Infrastructure | None = None,
    *,
    make_network: NetworkMaker = build_network,
    make_demand: DemandMaker = build_demand,
) -> Case:
    """Return the case of a scenario: changes, then assumptions, then demand, network, impedance and problem.

    Parameters
    ----------
    pack
        The region as loaded.
    scenario
        What changes.
    infrastructure
        A detailed network joined with the pack's corridors, to plan on in place of these alone.
    make_network, make_demand
        Make the network and the demand.

    Raises
    ------
    FindingsError
        When the scenario does not fit the pack or adds links that a detailed network lacks, or the changed pack makes
        no network or demand.
    """
    if infrastructure is not None:
        refuse_lost_links(scenario, infrastructure)
    changed = apply_assumptions(apply_changes(pack, scenario))
    demand = make_demand(changed, scenario.demand_changes)
    network = make_network(changed, infrastructure)
    impedance = build_impedance(changed, network, demand.classes, level=scenario.tariff_level)
    price = scenario.carbon_price
    basis = PriceBasis.from_pack(changed)
    per_kg = basis.to_pack_money(price.value, price.currency, price.price_year) / KG_PER_T if price.value else 0.0
    problem = build_problem(demand, network, impedance, per_kg)
    return Case(scenario, changed, demand, network, impedance, problem, per_kg, infrastructure)


def build_problem(demand: Demand, network: Network, impedance: Impedance, carbon_price_per_kg: float) -> Problem:
    """Return the flow problem of a demand on a network.

    Parameters
    ----------
    carbon_price_per_kg
        Pack money per kg CO2e.
    """
    links, capacities = network.links, network.capacities
    value_of_time = np.array([one.value_of_time_vnd_per_t_h for one in demand.classes])
    hours = impedance.moving_time_h + impedance.waiting_time_h
    penalty = np.array([one.unmet_penalty_vnd_per_t for one in demand.classes])
    most_h = np.array([one.max_time_h for one in demand.classes])
    most_km = np.array([one.max_distance_km for one in demand.classes])
    in_time, in_reach = np.isinf(most_h).all(), np.isinf(most_km).all()
    return Problem(
        node_ids=tuple(network.nodes.node_id),
        link_ids=tuple(links.link_id),
        link_from=links.from_index,
        link_to=links.to_index,
        class_ids=tuple(one.class_id for one in demand.classes),
        allowed=impedance.allowed,
        money_per_t=impedance.price,
        time_cost_per_t=hours * value_of_time[:, None],
        emissions_kg_per_t=impedance.ttw_kg + impedance.wtt_kg,
        carbon_price_per_kg=carbon_price_per_kg,
        capacity_ids=tuple(capacities.capacity_id),
        capacity_per_day=capacities.capacity_per_day,
        capacity_unit=tuple(CAPACITY_UNITS[unit] for unit in capacities.unit),
        capacity_members=capacities.to_matrix(len(links)),
        use_per_t=impedance.use_per_t,
        demand_ids=tuple(demand.demand_id),
        demand_origin=_node_indices(network, demand.origin_id, arrival=False),
        demand_destination=_node_indices(network, demand.destination_id, arrival=True),
        demand_class=demand.class_index,
        demand_t_per_day=demand.mass_t_per_day,
        penalty_per_t=penalty[demand.class_index],
        background_per_day=capacities.background_per_day,
        floor_share=capacities.floor_share,
        # Hours, kilometres and their limits are left out where no commodity has one: searching is quicker without.
        time_h=NOTHING if in_time else hours,
        max_time_h=NOTHING if in_time else most_h[demand.class_index],
        length_km=NOTHING if in_reach else links.length_m / 1000.0,
        max_length_km=NOTHING if in_reach else most_km[demand.class_index],
    )


def _node_indices(network: Network, subjects: np.ndarray, *, arrival: bool) -> np.ndarray:
    """Return the node freight leaves each subject from, or arrives at."""
    find = network.destination_index if arrival else network.origin_index
    unique, inverse = np.unique(subjects.astype(str), return_inverse=True)
    return np.array([find(subject) for subject in unique], dtype=np.int32)[inverse]


def solve_case(
    case: Case,
    options: SolveOptions | None = None,
    *,
    start_paths: StartPaths | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Plan:
    """Return the plan of a case.

    Parameters
    ----------
    case
        The case.
    options
        Settings of the solver.
    start_paths
        Paths of a related plan to start from (``StartPaths.from_plan``).
    progress, stop
        As in ``optimizer.flow.solve.solve``.
    """
    return solve(case.problem, options, start_paths=start_paths, progress=progress, stop=stop)
