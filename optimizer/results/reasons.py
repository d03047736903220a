"""Why freight is not carried: a reason for every unserved tonne, and the change that would carry it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from optimizer.explain.blockages import find_blockages, unserved_demands
from optimizer.explain.sentences import Sentences
from optimizer.explain.words import ends_of
from optimizer.results.itineraries import SUBJECT_COLUMNS, demand_columns
from optimizer.results.subject import subject_of_case
from supplychain.text import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optimizer.case import Case
    from optimizer.flow.plan import Plan


def unserved(case: Case, plan: Plan) -> pd.DataFrame:
    """Return one row per demand that is not carried in full, the largest first.

    Columns
    -------
    demand_id, direction, commodity_id, form, place_id, market_id, origin_id, destination_id
        What stays.
    demand_t_per_day, unserved_t_per_day, unserved_teu_per_day
        How much.
    reason
        A ``Code`` of ``optimizer.explain.blockages``.
    reason_en, reason_vi, relaxation_en, relaxation_vi
        The reason, and what would carry it as far as that can be told without solving again, as sentences;
        ``optimizer.explain.relaxation`` finds and proves the least change.
    least_cost_per_t, penalty_per_t
        Cost of its cheapest route with nothing congested and the penalty, pack money per tonne.
    blocking_capacity_ids
        Full capacities on its best route, ``;`` between them.
    """
    demand, problem = demand_columns(case), case.problem
    rows = unserved_demands(problem, plan)
    table = demand.iloc[rows][list(SUBJECT_COLUMNS)].reset_index(drop=True)
    left = plan.unserved_t_per_day[rows]
    table["demand_t_per_day"] = problem.demand_t_per_day[rows]
    table["unserved_t_per_day"] = left
    table["unserved_teu_per_day"] = left * demand["teu_per_t"].to_numpy()[rows]
    reasons, relaxations = [], []
    found = {}
    if rows.size:
        subject = subject_of_case(case, plan)
        found = find_blockages(problem, plan, rows, ends_of(subject))
        sentences = Sentences(subject)
        reasons = [sentences.reason(row, found[row]) for row in rows.tolist()]
        relaxations = [sentences.hint(row, found[row]) for row in rows.tolist()]
    table["reason"] = _words(found[row].code for row in rows.tolist())
    for language in LANGUAGES:
        table[f"reason_{language}"] = _words(text.of(language) for text in reasons)
        table[f"relaxation_{language}"] = _words(text.of(language) for text in relaxations)
    table["least_cost_per_t"] = plan.least_cost_per_t[rows]
    table["penalty_per_t"] = problem.penalty_per_t[rows]
    ids = problem.capacity_ids
    table["blocking_capacity_ids"] = _words(
        ";".join(ids[one] for one in found[row].capacities) for row in rows.tolist()
    )
    return table


def _words(values: Iterable[str]) -> pd.Series:
    return pd.Series(list(values), dtype="str")
