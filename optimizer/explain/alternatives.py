"""The other ways a demand could go, by chain of modes: what each costs more than the plan's own, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from geodata.answers.mode_chains import MOST_LEGS, ChainGraph, best_path_by_chain
from geodata.paths import LinkEnds
from optimizer.explain.limited_chains import best_within_limits, keeps_limits
from optimizer.explain.ways import Way, routes, way

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.explain.ways import Amounts
    from optimizer.subject import Subject

SAME: Final = 1e-7
"""Share of a cost within which two costs are one."""

Why = Literal["dearer", "full", "as_good", "too_dear"]
"""``dearer``: it costs more. ``full``: it costs less, but full capacities on it are worth more to others. ``as_good``:
it costs the same. ``too_dear``: it costs more than leaving the freight."""


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """A way the plan does not take.

    Parameters
    ----------
    way
        The way.
    more
        What a tonne costs and causes more than on the plan's own largest route; None where the plan carries nothing.
    more_charged_per_t
        What it owes more to full capacities at their shadow prices, money per tonne.
    more_per_t
        What it costs more at shadow prices than the last tonne of the demand does, money per tonne.
    why
        Why the plan does not take it.
    """

    way: Way
    more: Amounts | None
    more_charged_per_t: float
    more_per_t: float
    why: Why


def alternatives(subject: Subject, demand: int, own: tuple[Way, ...] | None = None) -> tuple[Alternative, ...]:
    """Return the best other way of every chain of modes, the least price first.

    For each chain the best way at shadow prices is told and, where it is another and costs less without them, the
    cheapest: that is the way the plan would take if what is full on it were larger. Limits of time and length and
    least lots hold.

    Parameters
    ----------
    subject
        The planned problem.
    demand
        Index of the demand.
    own
        The plan's own routes of it, if they are at hand.
    """
    own = routes(subject, demand) if own is None else own
    taken = {one.links for one in own}
    most_legs = max(MOST_LEGS, *(len(one.word) for one in own)) if own else MOST_LEGS
    graph = _Graph(subject, demand)
    found: dict[tuple[int, ...], Way] = {}
    at_prices = graph.best(graph.price, most_legs)
    plain = graph.best(graph.cost, most_legs) if graph.is_charged else at_prices
    for word, links in at_prices.items():
        best = way(subject, demand, links)
        found[best.links] = best
        cheapest = way(subject, demand, plain[word])
        if cheapest.cost_per_t < best.cost_per_t * (1.0 - SAME):
            found[cheapest.links] = cheapest
    last = float(subject.plan.demand_dual[demand])
    if not subject.problem.demand_t_per_day[demand] and found:  # nothing is wanted: its first tonne is meant
        last = min(last, *(one.price_per_t for one in found.values()), np.inf)
    others = [_judged(subject, one, own, last) for links, one in found.items() if links not in taken and links]
    return tuple(sorted(others, key=lambda one: (one.way.price_per_t, one.way.word, one.way.links)))


def _judged(subject: Subject, one: Way, own: tuple[Way, ...], dual: float) -> Alternative:
    penalty = float(subject.problem.penalty_per_t[one.demand])
    charged = one.price_per_t - one.cost_per_t
    reference = own[0] if own else None
    at_least = reference.cost_per_t if reference is not None else penalty
    more_per_t = one.price_per_t - dual
    noise = SAME * max(abs(one.price_per_t), abs(dual))
    why: Why
    if reference is None and one.cost_per_t >= penalty * (1.0 - SAME):
        why = "too_dear"
    elif more_per_t <= noise and one.cost_per_t >= at_least - noise:
        why = "as_good"
    else:
        why = "full" if one.cost_per_t < at_least - noise else "dearer"
    return Alternative(
        way=one,
        more=None if reference is None else one.amounts.less(reference.amounts),
        more_charged_per_t=charged if reference is None else charged - (reference.price_per_t - reference.cost_per_t),
        more_per_t=more_per_t,
        why=why,
    )


class _Graph:
    """The network as one demand sees it: what it may use, plain costs and costs at shadow prices."""

    def __init__(self, subject: Subject, demand: int) -> None:
        problem = subject.problem
        self.subject, self.d, self.k = subject, demand, int(problem.demand_class[demand])
        self.origin, self.target = int(problem.demand_origin[demand]), int(problem.demand_destination[demand])
        self.ends = LinkEnds(problem.link_ids, problem.link_from, problem.link_to, len(problem.node_ids))
        owed = problem.capacity_members.T @ (problem.use_per_t[self.k] * subject.plan.shadow_price)
        self.cost = (
            problem.money_per_t[self.k]
            + problem.time_cost_per_t[self.k]
            + problem.carbon_price_per_kg * problem.emissions_kg_per_t[self.k]
        )
        self.price = self.cost + owed
        self.is_charged = bool(owed.any())
        self.usable = problem.allowed[self.k] & (problem.minimum_lot_t <= problem.demand_t_per_day[demand])

    def best(self, weight: NDArray[np.float64], most_legs: int) -> dict[tuple[int, ...], NDArray[np.int64]]:
        """Return the links of the best way of every chain of modes within the limits of the demand."""
        weight = self._lifted(weight)
        usable = self.usable & (weight >= 0)
        graph = ChainGraph(self.ends, self.subject.letter, np.where(usable, weight, 0.0), usable)
        found = {}
        for path in best_path_by_chain(graph, {self.origin: 0.0}, [self.target], most_legs):
            links: NDArray[np.int64] | None = path.links.astype(np.int64)
            if links is not None and not keeps_limits(self.subject, self.d, links):
                links = best_within_limits(self.subject, self.d, path.word, graph.impedance, usable)
            if links is not None:
                found[path.word] = links
        return found

    def _lifted(self, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return weights in which what gives to a capacity at either end of the way costs nothing less than nothing.

        Every way leaves the origin once and enters the destination once, so a constant on those links changes no
        order. Links that give elsewhere lie on no way of this demand.
        """
        if not (weight < 0).any():
            return weight
        weight = weight.copy()
        for at in (self.subject.problem.link_from == self.origin, self.subject.problem.link_to == self.target):
            weight[at] -= min(float(weight[at].min(initial=0.0)), 0.0)
        return weight
