"""What a run kept of its plan: its flow and its shadow prices on the problem made from its record, nothing solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from optimizer.flow.plan import PathFlows
from optimizer.runs.contents import RecordError
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from optimizer.flow.problem import Problem
    from optimizer.runs.contents import Flow

PARTS: Final = ("price", "money", "time", "carbon", "penalty")

BUILT_OTHERWISE: Final = Text(
    en="This version of the program builds the problem of the run otherwise: it has no {what} {name}, which the run "
    "used. Plan the scenario again.",
    vi="Phiên bản chương trình này dựng bài toán của lần chạy khác đi: không có {what} {name} mà lần chạy đã dùng. "
    "Hãy lập lại phương án của kịch bản.",
)
DEMAND: Final = Text(en="demand", vi="nhu cầu")
LINK: Final = Text(en="link", vi="tuyến")
CAPACITY: Final = Text(en="capacity", vi="năng lực")


@dataclass(frozen=True, slots=True, eq=False)
class KeptPlan(PathFlows):
    """Paths and shadow prices of a plan that was recorded.

    Parameters
    ----------
    path_demand, path_link_start, path_links, path_t_per_day
        As in ``Plan``.
    shadow_price, shadow_money, shadow_time, shadow_carbon, shadow_penalty, shadow_from, shadow_to
        As in ``Plan``; NaN where the run did not keep them, 0 where it kept that the capacity does not bind.
    """

    path_demand: NDArray[np.int32]
    path_link_start: NDArray[np.int64]
    path_links: NDArray[np.int32]
    path_t_per_day: NDArray[np.float64]
    shadow_price: NDArray[np.float64]
    shadow_money: NDArray[np.float64]
    shadow_time: NDArray[np.float64]
    shadow_carbon: NDArray[np.float64]
    shadow_penalty: NDArray[np.float64]
    shadow_from: NDArray[np.float64]
    shadow_to: NDArray[np.float64]


def kept_plan(problem: Problem, flow: Flow, bottlenecks: Sequence[Mapping[str, Any]] | None) -> KeptPlan:
    """Return what a run kept of its plan, on the problem made from its record.

    Parameters
    ----------
    problem
        The problem.
    flow
        Tonnes on paths, by ids.
    bottlenecks
        The capacities that bind, as ``plan.json`` lists them; None for a run that kept none.

    Raises
    ------
    RecordError
        If the problem lacks a demand, link or capacity that the run used.
    """
    counts = [len(path) for path in flow.link_ids]
    return KeptPlan(
        path_demand=_places(flow.demand_ids, problem.demand_ids, DEMAND),
        path_link_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        path_links=_places([link for path in flow.link_ids for link in path], problem.link_ids, LINK),
        path_t_per_day=np.array(flow.t_per_day, dtype=np.float64),
        **_shadow_prices(problem, bottlenecks),
    )


def _places(wanted: Sequence[str], known: Sequence[str], what: Text) -> NDArray[np.int32]:
    places = {name: place for place, name in enumerate(known)}
    try:
        return np.array([places[name] for name in wanted], dtype=np.int32)
    except KeyError as error:
        raise RecordError(BUILT_OTHERWISE.format(what=what, name=error.args[0])) from error


def _shadow_prices(problem: Problem, bottlenecks: Sequence[Mapping[str, Any]] | None) -> dict[str, NDArray[np.float64]]:
    """Return the arrays of shadow prices; what has no capacity at all is never listed, so nothing is known of it."""
    count = len(problem.capacity_ids)
    known = np.zeros(count) if bottlenecks is not None else np.full(count, np.nan)
    known[problem.capacity_per_day <= 0] = np.nan
    found = {f"shadow_{part}": known.copy() for part in PARTS}
    found |= {f"shadow_{end}": np.full(count, np.nan) for end in ("from", "to")}
    listed = bottlenecks or ()
    places = _places([str(one["capacity_id"]) for one in listed], problem.capacity_ids, CAPACITY)
    for place, one in zip(places, listed, strict=True):
        for name, values in found.items():
            value = one.get(name)
            values[place] = np.nan if value is None else float(value)
    return found
