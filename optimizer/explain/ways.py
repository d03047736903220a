"""Ways of a tonne: legs with money by part, time and CO2e, and what the full capacities on them cost besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.explain.words import word_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from optimizer.subject import Subject

MERGED: Final = ("link", "connector", "back")
"""Kinds of links that run on in one leg while the mode stays."""


@dataclass(frozen=True, slots=True, eq=False)
class Charge:
    """What a tonne on a way owes to one capacity at its shadow price.

    Parameters
    ----------
    capacity
        Index of the capacity.
    units_per_t
        Units of it that a tonne takes; below 0 where it gives.
    cost_per_t
        Units times shadow price, money per tonne.
    """

    capacity: int
    units_per_t: float
    cost_per_t: float


@dataclass(frozen=True, slots=True, eq=False)
class Amounts:
    """What a tonne costs and causes on a way or a leg.

    Parameters
    ----------
    money_parts
        Money per tonne by part.
    money, time_cost, carbon_cost
        Money per tonne; the parts of the plain cost.
    hours, length_km, emissions_kg
        Of one tonne, waiting included; kg CO2e well to wheel.
    further
        Further amounts the subject knows, such as ``ttw_kg_co2e``, per tonne.
    """

    money_parts: Mapping[str, float]
    money: float
    time_cost: float
    carbon_cost: float
    hours: float
    length_km: float
    emissions_kg: float
    further: Mapping[str, float]

    @property
    def cost_per_t(self) -> float:
        """Plain generalised cost: money, value of time and carbon, money per tonne."""
        return self.money + self.time_cost + self.carbon_cost

    def less(self, other: Amounts) -> Amounts:
        """Return these amounts less others, part by part."""
        return Amounts(
            {name: part - other.money_parts[name] for name, part in self.money_parts.items()},
            self.money - other.money,
            self.time_cost - other.time_cost,
            self.carbon_cost - other.carbon_cost,
            self.hours - other.hours,
            self.length_km - other.length_km,
            self.emissions_kg - other.emissions_kg,
            {name: part - other.further[name] for name, part in self.further.items()},
        )


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """A stretch of a way by one mode, one service, or one handling.

    Parameters
    ----------
    kind
        Kind of its links; ``link`` for haulage.
    letter
        Its mode, place in ``subject.letters``; -1 for handling, joining and choosing.
    from_node, to_node
        Node indices of its ends.
    links
        Its links in travel order.
    amounts
        What a tonne costs and causes on it.
    """

    kind: str
    letter: int
    from_node: int
    to_node: int
    links: tuple[int, ...]
    amounts: Amounts


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A path of one demand.

    Parameters
    ----------
    demand
        Index of the demand.
    links
        Its links in travel order.
    word
        Its mode chain, places in ``subject.letters``.
    t_per_day
        Tonnes the plan sends this way; 0 for an alternative.
    legs
        Its legs.
    amounts
        What a tonne costs and causes on the whole way; the sum of the legs.
    charges
        What a tonne owes to capacities with a shadow price, the dearest first.
    """

    demand: int
    links: tuple[int, ...]
    word: tuple[int, ...]
    t_per_day: float
    legs: tuple[Leg, ...]
    amounts: Amounts
    charges: tuple[Charge, ...]

    @property
    def cost_per_t(self) -> float:
        """Plain cost, money per tonne."""
        return self.amounts.cost_per_t

    @property
    def price_per_t(self) -> float:
        """Cost at shadow prices: the plain cost and what the full capacities on the way are worth, per tonne."""
        return self.amounts.cost_per_t + sum(charge.cost_per_t for charge in self.charges)


def routes(subject: Subject, demand: int) -> tuple[Way, ...]:
    """Return the ways the plan sends a demand, the largest first."""
    plan = subject.plan
    paths = np.flatnonzero(plan.path_demand == demand)
    paths = paths[np.argsort(-plan.path_t_per_day[paths], kind="stable")]
    return tuple(way(subject, demand, plan.links_of_path(int(one)), float(plan.path_t_per_day[one])) for one in paths)


def way(subject: Subject, demand: int, links: NDArray[np.integer], t_per_day: float = 0.0) -> Way:
    """Return a path of a demand with its legs, amounts and charges.

    Parameters
    ----------
    subject
        The planned problem.
    demand
        Index of the demand.
    links
        Links in travel order.
    t_per_day
        Tonnes sent this way.
    """
    path = np.asarray(links, dtype=np.int64)
    k = int(subject.problem.demand_class[demand])
    return Way(
        demand=demand,
        links=tuple(path.tolist()),
        word=word_of(subject, path),
        t_per_day=t_per_day,
        legs=tuple(_leg(subject, k, some) for some in _split(subject, path)),
        amounts=_amounts(subject, k, path),
        charges=_charges(subject, k, path),
    )


def _split(subject: Subject, path: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the legs' links: haulage runs on while the mode stays, all else is a leg for each link."""
    if not path.size:
        return []
    runs_on = np.isin(subject.link_kind[path], MERGED)
    letter = subject.letter[path]
    same = runs_on[1:] & runs_on[:-1] & (letter[1:] == letter[:-1])
    return np.split(path, np.flatnonzero(~same) + 1)


def _leg(subject: Subject, k: int, links: NDArray[np.int64]) -> Leg:
    kind = str(subject.link_kind[links[0]])
    return Leg(
        kind="link" if kind in MERGED else kind,
        letter=int(subject.letter[links[0]]),
        from_node=int(subject.problem.link_from[links[0]]),
        to_node=int(subject.problem.link_to[links[-1]]),
        links=tuple(links.tolist()),
        amounts=_amounts(subject, k, links),
    )


def _amounts(subject: Subject, k: int, links: NDArray[np.int64]) -> Amounts:
    problem = subject.problem
    emissions = float(problem.emissions_kg_per_t[k, links].sum())
    return Amounts(
        money_parts={name: float(part[k, links].sum()) for name, part in subject.money_parts.items()},
        money=float(problem.money_per_t[k, links].sum()),
        time_cost=float(problem.time_cost_per_t[k, links].sum()),
        carbon_cost=problem.carbon_price_per_kg * emissions,
        hours=float(subject.hours[k, links].sum()),
        length_km=float(subject.length_km[links].sum()),
        emissions_kg=emissions,
        further={name: float(part[k, links].sum()) for name, part in subject.amounts_per_t.items()},
    )


def _charges(subject: Subject, k: int, links: NDArray[np.int64]) -> tuple[Charge, ...]:
    problem, price = subject.problem, subject.plan.shadow_price
    passes = np.asarray(problem.capacity_members[:, links].sum(axis=1)).ravel()
    units = passes * problem.use_per_t[k]
    found = [
        Charge(int(one), float(units[one]), float(units[one] * price[one]))
        for one in np.flatnonzero((units != 0) & (price > 0))
    ]
    return tuple(sorted(found, key=lambda charge: -charge.cost_per_t))
