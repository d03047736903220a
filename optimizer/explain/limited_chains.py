"""The best way of one chain of modes within limits of time and length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.explain.changes import alone
from optimizer.flow.problem import LIMIT_SLACK
from optimizer.flow.solve import solve
from optimizer.subject import NO_LETTER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.subject import Subject

OUTSIDE: Final = -2
"""Letter of links that belong to no layer."""


def keeps_limits(subject: Subject, demand: int, links: NDArray[np.int64]) -> bool:
    """Return whether a way keeps the limits of time and length of a demand."""
    problem, k = subject.problem, subject.problem.demand_class[demand]
    hours, km = problem.time_h[k, links].sum(), problem.length_km[links].sum()
    return bool(
        hours <= problem.max_time_h[demand] * (1.0 + LIMIT_SLACK)
        and km <= problem.max_length_km[demand] * (1.0 + LIMIT_SLACK)
    )


def best_within_limits(
    subject: Subject, demand: int, word: tuple[int, ...], weight: NDArray[np.float64], usable: NDArray[np.bool_]
) -> NDArray[np.int64] | None:
    """Return the links of the least-weight way that spells a word within the limits of a demand; None for none.

    The way is searched in copies of the network, one for each letter begun: a copy holds the links of its last letter
    and those without a letter, and is entered by a link of that letter.

    Parameters
    ----------
    subject
        The planned problem.
    demand
        Index of the demand.
    word
        The chain of modes, places in ``subject.letters``.
    weight
        What is minimised, at least 0, float64[L].
    usable
        Links that may be used, bool[L].
    """
    problem, nodes = subject.problem, len(subject.problem.node_ids)
    letter = np.where(usable, subject.letter, OUTSIDE)
    links, tails, heads = [], [], []
    for layer in range(len(word) + 1):
        inside = letter == NO_LETTER
        if layer:
            inside = inside | (letter == word[layer - 1])
            entering = np.flatnonzero(letter == word[layer - 1])
            links.append(entering)
            tails.append(problem.link_from[entering] + (layer - 1) * nodes)
            heads.append(problem.link_to[entering] + layer * nodes)
        some = np.flatnonzero(inside)
        links.append(some)
        tails.append(problem.link_from[some] + layer * nodes)
        heads.append(problem.link_to[some] + layer * nodes)
    link = np.concatenate(links)
    k = int(problem.demand_class[demand])
    flat = weight[link][None, :]
    layered = alone(
        problem,
        demand,
        node_ids=tuple(str(one) for one in range(nodes * (len(word) + 1))),
        link_ids=tuple(str(one) for one in range(link.size)),
        link_from=np.concatenate(tails),
        link_to=np.concatenate(heads),
        allowed=np.ones((1, link.size), dtype=np.bool_),
        money_per_t=flat,
        time_cost_per_t=np.zeros_like(flat),
        emissions_kg_per_t=np.zeros_like(flat),
        time_h=problem.time_h[k, link][None, :],
        length_km=problem.length_km[link],
        minimum_lot_t=np.zeros(link.size),
        demand_origin=problem.demand_origin[[demand]],
        demand_destination=problem.demand_destination[[demand]] + len(word) * nodes,
        demand_t_per_day=np.ones(1),
        penalty_per_t=np.array([2.0 * float(flat.sum()) + 1.0]),
    )
    plan = solve(layered)
    return link[plan.links_of_path(0)] if plan.path_demand.size else None
