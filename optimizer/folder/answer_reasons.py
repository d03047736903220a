"""Why demands of a folder stay unserved: a reason for each, and the full capacities in its way by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd

from geodata.paths import LinkEnds, PathTrees, path_trees
from supplychain.text import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.flow.plan import Plan
    from optimizer.flow.problem import Problem
    from optimizer.folder.case import FolderCase

    Indices = NDArray[np.int64]

Code = Literal[
    "no_path",
    "over_time_limit",
    "over_length_limit",
    "over_both_limits",
    "below_lot",
    "costs_more_than_penalty",
    "capacity_full",
    "plan_not_optimal",
]

SMALLEST_SHARE: Final = 1e-7
"""Share of a demand below which unserved tonnes are rounding of the solver."""

EQUAL_COST: Final = 1e-9
"""Relative difference within which a cost counts as equal to the penalty."""

ROUNDING: Final = 1e-9
"""Share by which a limit of time or length may be exceeded by rounding."""

FULL: Final = 1e-7
"""Share of what goes through a capacity that may be left when it counts as full."""

LARGEST_SEARCH: Final = 4_000_000
"""Distances held at once: starts x nodes."""

MOST_SEARCHED: Final = 60_000_000
"""Starts x nodes that are searched to name reasons; the demands with most tonnes go first."""

SENTENCES: Final[dict[Code, Text]] = {
    "no_path": Text(
        en="No chain of links open to {class_id} leads from its origins to its destinations.",
        vi="Không có chuỗi tuyến nào mở cho {class_id} nối nơi đi với nơi đến.",
    ),
    "over_time_limit": Text(
        en="Its quickest way takes {hours} h; {max_time_h} h are allowed.",
        vi="Đường nhanh nhất mất {hours} giờ; giới hạn là {max_time_h} giờ.",
    ),
    "over_length_limit": Text(
        en="Its shortest way is {km} km; {max_length_km} km are allowed.",
        vi="Đường ngắn nhất dài {km} km; giới hạn là {max_length_km} km.",
    ),
    "over_both_limits": Text(
        en="No way keeps both within {max_time_h} h and {max_length_km} km.",
        vi="Không có đường nào vừa trong {max_time_h} giờ vừa trong {max_length_km} km.",
    ),
    "below_lot": Text(
        en="All its ways cross links that take only larger lots than its {mass} t.",
        vi="Mọi đường đi đều qua tuyến chỉ nhận lô lớn hơn {mass} tấn của nhu cầu này.",
    ),
    "costs_more_than_penalty": Text(
        en="With nothing full it still costs {cost} {currency} a tonne; the penalty is {penalty}.",
        vi="Kể cả khi không nơi nào đầy, chi phí vẫn là {cost} {currency} mỗi tấn; mức phạt là {penalty}.",
    ),
    "capacity_full": Text(
        en="Nothing is left on its best way of: {capacities}.",
        vi="Trên đường tốt nhất đã hết: {capacities}.",
    ),
    "plan_not_optimal": Text(
        en="The plan ended before its optimum was proven.",
        vi="Phương án dừng trước khi chứng minh được tối ưu.",
    ),
}
NOT_TRACED: Final = Text(en="not traced, too many demands", vi="không truy tìm vì quá nhiều nhu cầu")
CAPACITY_NAMES: Final = {
    "link": Text(en="link {id}", vi="tuyến {id}"),
    "capacity": Text(en="{id}", vi="{id}"),
    "storage": Text(en="storage {id}", vi="kho {id}"),
    "plant_in": Text(en="input {id}", vi="nguyên liệu {id}"),
    "plant_out": Text(en="output {id}", vi="sản phẩm {id}"),
    "empties": Text(en="way back for empties {id} from {node}", vi="đường về cho vỏ rỗng {id} từ {node}"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Blockage:
    """Why one demand stays.

    Parameters
    ----------
    code
        Kind of reason.
    capacities
        Full capacities on its best way.
    measure
        The hours or km the sentence tells; NaN for none.
    """

    code: Code
    capacities: tuple[int, ...] = ()
    measure: float = np.nan


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
    short = np.flatnonzero(case.demands.is_kind("demand") & (left > SMALLEST_SHARE * mass))
    short = short[np.argsort(-left[short], kind="stable")]
    found = _Reasons(problem, plan).of(short)
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


class _Reasons:
    """Finds reasons; what needs a search is searched for the demands named first, within ``MOST_SEARCHED``."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.ends = LinkEnds(problem.link_ids, problem.link_from, problem.link_to, len(problem.node_ids))
        self.found: dict[int, Blockage] = {}

    def of(self, short: Indices) -> dict[int, Blockage]:
        """Return the reason of each demand."""
        problem, plan = self.problem, self.plan
        if plan.status == "stopped" and not plan.rounds:
            return dict.fromkeys(short.tolist(), Blockage("plan_not_optimal"))
        least, penalty = plan.least_cost_per_t[short], problem.penalty_per_t[short]
        dear = np.isfinite(least) & (least >= penalty * (1.0 - EQUAL_COST))
        self.found |= dict.fromkeys(short[dear].tolist(), Blockage("costs_more_than_penalty"))
        self._explain_unreachable(short[np.isinf(least)])
        self._explain_full(short[np.isfinite(least) & ~dear])
        return self.found

    def _explain_unreachable(self, demands: Indices) -> None:
        """Say of demands without a way which limit or lot stands in the way, or that nothing leads there."""
        problem = self.problem
        self.found |= dict.fromkeys(demands.tolist(), Blockage("no_path"))
        lot = problem.demand_t_per_day[demands] < problem.minimum_lot_t.max(initial=0.0)
        for k, mine, usable in self._alike(demands[lot | self._has_limits(demands)]):
            hours = self._distances(mine, problem.time_h[k], usable)
            km = self._distances(mine, problem.length_km, usable)
            for demand, time_h, length_km in zip(mine.tolist(), hours, km, strict=True):
                self._judge(demand, float(time_h), float(length_km))
            cut = mine[np.isinf(hours)]
            with_lots = self._distances(cut, problem.length_km, problem.allowed[k])
            self.found |= dict.fromkeys(cut[np.isfinite(with_lots)].tolist(), Blockage("below_lot"))

    def _judge(self, demand: int, hours: float, km: float) -> None:
        """Say which limit a demand breaks, if links lead there at all."""
        if np.isinf(hours):
            return
        if hours > self.problem.max_time_h[demand] * (1 + ROUNDING):
            self.found[demand] = Blockage("over_time_limit", (), hours)
        elif km > self.problem.max_length_km[demand] * (1 + ROUNDING):
            self.found[demand] = Blockage("over_length_limit", (), km)
        else:
            self.found[demand] = Blockage("over_both_limits")

    def _explain_full(self, demands: Indices) -> None:
        """Name the full capacities on the way that needs fewest of them enlarged and costs less than the penalty."""
        problem = self.problem
        nothing = np.zeros(0, dtype=np.int64)
        self.found |= dict.fromkeys(demands.tolist(), Blockage(self._code_of(nothing)))
        full = self._full_capacities()
        members = problem.capacity_members.maximum(0)
        cost = problem.cost_per_t()
        for k, mine, usable in self._alike(demands):
            takes = full & (problem.use_per_t[k] > 0)
            full_passes = np.asarray(takes.astype(np.float64) @ members)
            # A way within the penalty weighs less than the next whole number of full capacities.
            fewest = full_passes + cost[k] / (10.0 * float(problem.penalty_per_t[mine].max()))
            for weight in (fewest, problem.time_h[k], problem.length_km):
                left = np.array([one for one in mine.tolist() if not self.found[one].capacities], dtype=np.int64)
                for trees, demand, row in self._trees(left, weight, usable):
                    route = trees.path(row, int(problem.demand_destination[demand]))
                    if self._is_within_limits(demand, route):
                        passes = np.asarray(members[:, route].sum(axis=1)).ravel() * problem.use_per_t[k]
                        which = np.flatnonzero(full & (passes > 0))
                        self.found[demand] = Blockage(self._code_of(which), tuple(which.tolist()))
                if not self._has_limits(left).any():
                    break

    def _code_of(self, full: Indices) -> Code:
        """Return why a demand stays whose best way crosses these full capacities."""
        return "capacity_full" if full.size or self.plan.status == "optimal" else "plan_not_optimal"

    def _has_limits(self, demands: Indices) -> NDArray[np.bool_]:
        return np.isfinite(self.problem.max_time_h[demands]) | np.isfinite(self.problem.max_length_km[demands])

    def _is_within_limits(self, demand: int, route: NDArray[np.integer[Any]]) -> bool:
        """Return whether a way keeps the limits of a demand."""
        problem, k = self.problem, self.problem.demand_class[demand]
        hours, km = problem.time_h[k, route].sum(), problem.length_km[route].sum()
        return bool(
            hours <= problem.max_time_h[demand] * (1 + ROUNDING)
            and km <= problem.max_length_km[demand] * (1 + ROUNDING)
        )

    def _full_capacities(self) -> NDArray[np.bool_]:
        """Return of which capacities nothing is left, bool[R]."""
        problem = self.problem
        flow = self.plan.flow_by_class(problem)
        taken = ((flow @ problem.capacity_members.maximum(0).T) * problem.use_per_t).sum(axis=0)
        used = self.plan.capacity_used(problem)
        residual = problem.residual_per_day()
        return np.asarray(residual - used <= FULL * np.maximum(residual, taken))

    def _alike(self, demands: Indices) -> Iterator[tuple[int, Indices, NDArray[np.bool_]]]:
        """Yield class, demands and usable links of demands alike in class and lots, as far as there is time."""
        problem = self.problem
        starts = max(1, MOST_SEARCHED // max(1, len(problem.node_ids)))
        origin = problem.demand_origin[demands]
        _, first = np.unique(origin, return_index=True)
        demands = demands[np.isin(origin, origin[np.sort(first)[:starts]])]
        lots = np.unique(np.append(problem.minimum_lot_t, 0.0))
        tier = np.searchsorted(lots, problem.demand_t_per_day[demands], side="right")
        k = problem.demand_class[demands]
        for one, largest in np.unique(np.stack([k, tier]), axis=1).T.tolist():
            usable = problem.allowed[one] & (problem.minimum_lot_t <= lots[largest - 1])
            yield one, demands[(k == one) & (tier == largest)], usable

    def _chunks(
        self, demands: Indices, weight: NDArray[np.float64], usable: NDArray[np.bool_]
    ) -> Iterator[tuple[PathTrees, Indices, Indices]]:
        """Yield least-weight trees with the positions of the demands they serve and their rows of the tree."""
        origin = self.problem.demand_origin[demands]
        origins = np.unique(origin)
        at_once = max(1, LARGEST_SEARCH // max(1, len(self.problem.node_ids)))
        for first in range(0, origins.size, at_once):
            some = origins[first : first + at_once]
            mine = np.flatnonzero(np.isin(origin, some))
            yield path_trees(self.ends, weight, some, usable), mine, np.searchsorted(some, origin[mine])

    def _trees(
        self, demands: Indices, weight: NDArray[np.float64], usable: NDArray[np.bool_]
    ) -> Iterator[tuple[PathTrees, int, int]]:
        """Yield, for each demand with a way, the trees, the demand and its row."""
        for trees, mine, rows in self._chunks(demands, weight, usable):
            for demand, row in zip(demands[mine].tolist(), rows.tolist(), strict=True):
                if np.isfinite(trees.impedance[row, self.problem.demand_destination[demand]]):
                    yield trees, demand, row

    def _distances(
        self, demands: Indices, weight: NDArray[np.float64], usable: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Return the least weight of a way of each demand, inf for none."""
        least = np.full(demands.size, np.inf)
        for trees, mine, rows in self._chunks(demands, weight, usable):
            least[mine] = trees.impedance[rows, self.problem.demand_destination[demands[mine]]]
        return least


class _Sentences:
    """Writes reasons in the names of the folder."""

    def __init__(self, case: FolderCase, plan: Plan) -> None:
        self.case, self.plan = case, plan

    def of(self, demand: int, blockage: Blockage) -> Text:
        """Return why a demand stays."""
        problem, names = self.case.problem, self.names(blockage)
        sentence = SENTENCES[blockage.code]
        values = {
            "class_id": problem.class_ids[problem.demand_class[demand]],
            "hours": f"{blockage.measure:.4g}",
            "km": f"{blockage.measure:.4g}",
            "max_time_h": f"{problem.max_time_h[demand]:.4g}",
            "max_length_km": f"{problem.max_length_km[demand]:.4g}",
            "mass": f"{problem.demand_t_per_day[demand]:.4g}",
            "cost": f"{self.plan.least_cost_per_t[demand]:.6g}",
            "penalty": f"{problem.penalty_per_t[demand]:.6g}",
            "currency": self.case.tables.settings.currency,
        }
        return Text(
            en=sentence.en.format(capacities=names.en or NOT_TRACED.en, **values),
            vi=sentence.vi.format(capacities=names.vi or NOT_TRACED.vi, **values),
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
