"""Compare plans: each of them with the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from optimizer.compare import tables
from optimizer.compare.comparable import check_comparable, notes_on
from optimizer.compare.comparison import Comparison, Difference
from optimizer.compare.effects import effects_by, effects_of_demands
from optimizer.compare.flows import Flows, flows_of
from optimizer.compare.sides import DIFFERENCE
from optimizer.compare.totals import difference_of_totals, totals_of, totals_side_by_side
from optimizer.compare.words import explain
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.subject import Subject

POINT: Final = 0.01
"""A percentage point, the least change of a gateway group's share that counts as a move."""


def compare_subjects(subjects: Sequence[Subject]) -> Comparison:
    """Return how plans differ from the first of them.

    A comparison of a plan with itself is empty, however its rows stand; A with B is B with A with its sign turned.

    Parameters
    ----------
    subjects
        Two or more plans of one network, the base first.

    Raises
    ------
    NotComparableError
        When there are fewer than two, or their networks, currencies, price years or periods differ.
    """
    check_comparable(subjects)
    titles = unique_titles(subjects)
    flows = [flows_of(subject) for subject in subjects]
    totals = [totals_of(one) for one in flows]
    currency = subjects[0].currency
    differences = [
        _difference((flows[0], one), (totals[0], known), (titles[0], title))
        for one, known, title in zip(flows[1:], totals[1:], titles[1:], strict=True)
    ]
    return Comparison(
        titles=titles,
        currency=currency,
        price_year=next((one.price_year for one in subjects if one.price_year is not None), None),
        period=subjects[0].period,
        totals=totals_side_by_side(dict(zip(titles, totals, strict=True)), currency),
        differences=tuple(differences),
        names={word: name for subject in subjects for word, name in subject.names.items()},
    )


def unique_titles(subjects: Sequence[Subject]) -> tuple[str, ...]:
    """Return the titles of plans, with a number behind one that stands before."""
    found: list[str] = []
    for subject in subjects:
        number, title = 1, subject.title
        while title in found:
            number += 1
            title = f"{subject.title} ({number})"
        found.append(title)
    return tuple(found)


def _difference(
    flows: tuple[Flows, Flows], totals: tuple[dict[str, float], dict[str, float]], titles: tuple[str, str]
) -> Difference:
    base, other = flows
    effects = effects_of_demands(base, other)
    found = {
        "totals": difference_of_totals(*totals, base.subject.currency),
        "modes": tables.modes(base, other),
        "chains": tables.chains(base, other),
        "gateways": tables.gateways(base, other),
        "gateway_groups": tables.gateway_groups(base, other),
        "places": effects_by(base, other, "place_id", effects),
        "commodities": effects_by(base, other, "commodity_id", effects),
        "markets": effects_by(base, other, "market_id", effects),
        "links": tables.links(base, other),
        "capacities": tables.capacities(base.subject, other.subject),
        "unserved": tables.demands(base, other, ("unserved_t_per_day", "penalty_cost_per_day")),
        "demands": tables.demands(base, other, ("demand_t_per_day", "demand_teu_per_day"), wanted_only=True),
    }
    differs = any(len(table) for table in found.values())
    found["held"] = tables.held(base.subject, other.subject) if differs else tables.held(base.subject, base.subject)[:0]
    return Difference(
        base_title=titles[0],
        other_title=titles[1],
        base_name=base.subject.name or Text(en=titles[0], vi=titles[0]),
        other_name=other.subject.name or Text(en=titles[1], vi=titles[1]),
        moved=bool((found["gateway_groups"][f"{DIFFERENCE}share_teu"].abs() >= POINT).any()),
        notes=notes_on(base.subject, other.subject) if differs else (),
        explanation=explain(found, totals, tables.opened(base, other), base.subject.currency, base.subject.period),
        **found,
    )
