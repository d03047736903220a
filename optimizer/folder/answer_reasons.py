"""Why demands of a folder stay unserved: a reason for each, and the full capacities in its way by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from optimizer.explain.blockages import find_blockages, unserved_demands
from optimizer.explain.sentences import NOT_TRACED, REASONS, amount
from supplychain.text import LANGUAGES, Text

if TYPE_CHECKING:
    from optimizer.explain.blockages import Blockage
    from optimizer.flow.plan import Plan
    from optimizer.folder.case import FolderCase

CAPACITY_NAMES: Final = {
    "link": Text(en="link {id}", vi="tuyến {id}"),
    "capacity": Text(en="{id}", vi="{id}"),
    "storage": Text(en="storage {id}", vi="kho {id}"),
    "plant_in": Text(en="input {id}", vi="nguyên liệu {id}"),
    "plant_out": Text(en="output {id}", vi="sản phẩm {id}"),
    "empties": Text(en="way back for empties {id} from {node}", vi="đường về cho vỏ rỗng {id} từ {node}"),
}


def unserved_table(case: FolderCase, plan: Plan) -> pd.DataFrame:
    """Return one row for every row of demands.csv that is not carried in full, the largest first.

    Columns
    -------
    demand_id, class_id, mass_t, unserved_t
        What stays.
    reason
        ``no_path``, ``over_time_limit``, ``over_length_limit``, ``over_both_limits``, ``below_lot``,
        ``costs_more_than_penalty``, ``capacity_full`` or ``plan_not_optimal``.
    reason_en, reason_vi
        The reason as a sentence.
    blocking
        Full capacities on its best way, ``;`` between them.
    least_cost_per_t, penalty_per_t
        Cost of its cheapest way with nothing full (empty where there is none) and its penalty, money per tonne.
    """
    problem = case.problem
    mass, left = problem.demand_t_per_day, plan.unserved_t_per_day
    short = unserved_demands(problem, plan)
    short = short[case.demands.is_kind("demand")[short]]
    found = find_blockages(problem, plan, short)
    blockages = [found[demand] for demand in short.tolist()]
    sentences = _Sentences(case, plan)
    texts = [sentences.of(demand, one) for demand, one in zip(short.tolist(), blockages, strict=True)]
    least = plan.least_cost_per_t[short]
    return pd.DataFrame(
        {
            "demand_id": case.subject_names(case.demands.at(short)),
            "class_id": np.array(problem.class_ids, dtype=object)[problem.demand_class[short]],
            "mass_t": mass[short],
            "unserved_t": left[short],
            "reason": pd.Series([one.code for one in blockages], dtype="str"),
            **{f"reason_{name}": pd.Series([text.of(name) for text in texts], dtype="str") for name in LANGUAGES},
            "blocking": pd.Series([sentences.names(one).en for one in blockages], dtype="str"),
            "least_cost_per_t": np.where(np.isinf(least), np.nan, least),
            "penalty_per_t": problem.penalty_per_t[short],
        }
    )


class _Sentences:
    """Writes reasons in the names of the folder."""

    def __init__(self, case: FolderCase, plan: Plan) -> None:
        self.case, self.plan = case, plan

    def of(self, demand: int, blockage: Blockage) -> Text:
        """Return why a demand stays."""
        problem, names = self.case.problem, self.names(blockage)
        listed = names if names.en else NOT_TRACED
        return REASONS[blockage.code].format(
            goods=problem.class_ids[problem.demand_class[demand]],
            measure=amount(blockage.measure),
            max_time_h=amount(float(problem.max_time_h[demand])),
            max_length_km=amount(float(problem.max_length_km[demand])),
            mass=amount(float(problem.demand_t_per_day[demand])),
            cost=amount(float(self.plan.least_cost_per_t[demand])),
            penalty=amount(float(problem.penalty_per_t[demand])),
            currency=self.case.tables.settings.currency,
            capacities=listed,
        )

    def names(self, blockage: Blockage) -> Text:
        """Return the full capacities by name, ``;`` between them."""
        case = self.case
        meaning = case.capacities.at(np.array(blockage.capacities, dtype=np.int64))
        periods = np.array(case.period_ids, dtype=object)[meaning.period]
        texts = [
            CAPACITY_NAMES[kind].format(id=name, node=node)
            for kind, name, node in zip(
                meaning.kind_names(),
                case.subject_names(meaning),
                case.text("nodes", "node_id", meaning.node),
                strict=True,
            )
        ]
        if len(case.period_ids) > 1:
            texts = [Text(f"{one.en} ({when})", f"{one.vi} ({when})") for one, when in zip(texts, periods, strict=True)]
        return Text(en="; ".join(one.en for one in texts), vi="; ".join(one.vi for one in texts))
