"""The same planned problem with the rows of all its tables in another order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.flow.plan import Plan
from optimizer.flow.problem import Problem
from optimizer.subject import Subject, Words

Order = np.ndarray[Any, np.dtype[np.int64]]


def shuffled(subject: Subject, seed: int) -> Subject:
    """Return the subject with nodes, links, classes, capacities, demands and paths in an order of chance."""
    random = np.random.default_rng(seed)
    problem, plan = subject.problem, subject.plan
    nodes, links = random.permutation(len(problem.node_ids)), random.permutation(len(problem.link_ids))
    classes, capacities = random.permutation(len(problem.class_ids)), random.permutation(len(problem.capacity_ids))
    demands, paths = random.permutation(len(problem.demand_ids)), random.permutation(plan.path_demand.size)
    grid = np.ix_(classes, links)
    return replace(
        subject,
        problem=_problem(problem, nodes, links, classes, capacities, demands),
        plan=_plan(plan, links, capacities, demands, paths),
        nodes=_words(subject.nodes, nodes),
        links=_words(subject.links, links),
        capacities=_words(subject.capacities, capacities),
        letter=subject.letter[links],
        link_kind=subject.link_kind[links],
        length_km=subject.length_km[links],
        hours=subject.hours[grid],
        money_parts={name: part[grid] for name, part in subject.money_parts.items()},
        demands=subject.demands.iloc[demands].reset_index(drop=True),
        capacity_kind=subject.capacity_kind[capacities],
        segment=None if subject.segment is None else subject.segment[links],
        amounts_per_t={name: part[grid] for name, part in subject.amounts_per_t.items()},
    )


def _words(words: Words, order: Order) -> Words:
    return Words(words.table[order], words.row_id[order], words.name_vi[order], words.name_en[order])


def _places(order: Order) -> Order:
    """Return the new place of each old one."""
    places = np.empty_like(order)
    places[order] = np.arange(order.size)
    return places


def _ids(ids: tuple[str, ...], order: Order) -> tuple[str, ...]:
    return tuple(ids[place] for place in order)


def _problem(  # one order for each kind of row
    problem: Problem, nodes: Order, links: Order, classes: Order, capacities: Order, demands: Order
) -> Problem:
    at, grid = _places(nodes), np.ix_(classes, links)
    by_link: dict[str, Any] = {"link_from": at[problem.link_from[links]], "link_to": at[problem.link_to[links]]}
    by_link |= {name: getattr(problem, name)[links] for name in ("minimum_lot_t", "length_km")}
    by_both = ("allowed", "money_per_t", "time_cost_per_t", "emissions_kg_per_t", "time_h")
    by_capacity = ("capacity_per_day", "background_per_day", "floor_share")
    by_demand = ("demand_t_per_day", "penalty_per_t", "max_time_h", "max_length_km", "optional")
    return replace(
        problem,
        node_ids=_ids(problem.node_ids, nodes),
        link_ids=_ids(problem.link_ids, links),
        class_ids=_ids(problem.class_ids, classes),
        capacity_ids=_ids(problem.capacity_ids, capacities),
        capacity_unit=_ids(problem.capacity_unit, capacities),
        demand_ids=_ids(problem.demand_ids, demands),
        capacity_members=problem.capacity_members[capacities][:, links],
        use_per_t=problem.use_per_t[np.ix_(classes, capacities)],
        demand_origin=at[problem.demand_origin[demands]].astype(np.int32),
        demand_destination=at[problem.demand_destination[demands]].astype(np.int32),
        demand_class=_places(classes)[problem.demand_class[demands]].astype(np.int32),
        **by_link,
        **{name: getattr(problem, name)[grid] for name in by_both},
        **{name: getattr(problem, name)[capacities] for name in by_capacity},
        **{name: getattr(problem, name)[demands] for name in by_demand},
    )


def _plan(plan: Plan, links: Order, capacities: Order, demands: Order, paths: Order) -> Plan:
    place = _places(links)
    pieces = [place[plan.links_of_path(path)] for path in paths]
    lengths = [piece.size for piece in pieces]
    by_capacity = [name for name in Plan.__slots__ if name.startswith("shadow_")]
    by_demand = ("unserved_t_per_day", "least_cost_per_t", "demand_dual")
    return replace(
        plan,
        path_demand=_places(demands)[plan.path_demand[paths]].astype(np.int32),
        path_link_start=np.cumsum([0, *lengths]),
        path_links=np.concatenate([*pieces, np.zeros(0)]).astype(np.int32),
        path_t_per_day=plan.path_t_per_day[paths],
        **{name: getattr(plan, name)[capacities] for name in by_capacity},
        **{name: getattr(plan, name)[demands] for name in by_demand},
    )
