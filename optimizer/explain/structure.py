"""Demands of a region without any way: the rule that cuts them off, and what to open or permit, proved by planning."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.answers.mode_chains import MOST_LEGS, ChainGraph, best_path_by_chain
from geodata.columns import LINK_KINDS, ROW_TABLES
from geodata.paths import LinkEnds, path_trees
from optimizer.explain.relaxation import Relaxation, least_relaxation
from optimizer.results.legs import leg_kind_of_links
from optimizer.scenarios.scenario import Change
from supplychain.text import Text
from supplychain.vocabulary import FORMS, MODES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from optimizer.case import Case
    from optimizer.flow.plan import Plan
    from optimizer.planner import Planner
    from optimizer.scenarios.scenario import Scenario
    from optimizer.subject import Subject

OPENED_TABLES: Final = {"links": "link_id", "services": "service_id", "terminals": "terminal_id"}
"""Tables whose rows may be opened, and their keys."""

OPEN: Final = "open"
SERVED: Final = 1e-6
PROOF: Final = Text(en="To prove what serves a demand", vi="Để chứng minh điều gì phục vụ được nhu cầu")
HANDLING: Final = 1
"""Place of handling in ``LEG_KINDS``."""

RULES: Final = {
    "mode": Text(en="its modes do not include {mode}", vi="phương thức được phép không gồm {mode}"),
    "form": Text(en="{link} does not take its form", vi="{link} không nhận dạng hàng này"),
    "commodity": Text(en="{link} does not take the commodity", vi="{link} không nhận loại hàng này"),
    "price": Text(en="{link} has no price for its form", vi="{link} không có giá cho dạng hàng này"),
    "vehicle": Text(
        en="no vehicle that may carry it may run on {link} (weight, ban, depth or clearance)",
        vi="không phương tiện nào được chở hàng này mà đi được {link} (tải trọng, giờ cấm, độ sâu hay tĩnh không)",
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A link that a demand may not use, on the way on which it may use most.

    Parameters
    ----------
    link
        Index of the link.
    rule
        Rule that forbids it, as a part of a sentence.
    """

    link: int
    rule: Text


@dataclass(frozen=True, slots=True)
class Opening:
    """One cell of the pack that is to change.

    Parameters
    ----------
    table, row_id, column
        The cell.
    before, after
        Its value as it is and as it is to be.
    """

    table: str
    row_id: str
    column: str
    before: str
    after: str

    def change(self) -> Change:
        """Return the opening as a change of a scenario."""
        return Change(self.table, (self.row_id,), (), ((self.column, self.after),), (), PROOF)


@dataclass(frozen=True, slots=True, eq=False)
class Structural:
    """The fewest rows and modes that give a demand a way, proved by planning with and without each.

    Parameters
    ----------
    demand_id
        The demand.
    openings
        What to open or permit; nothing where nothing in the pack helps.
    left_before_t, left_after_t
        Tonnes a day that stay without any and with all of it.
    left_without_t
        Tonnes that stay when one of them is left out, in their order; alone there is nothing to leave out.
    objective_before, objective_after
        Of the plans, money per day.
    proved
        Whether all serve in full and none can be left out.
    then
        What must change besides, where there is a way but capacities or costs are in it.
    note
        Why nothing was found or proved; None where it was.
    """

    demand_id: str
    openings: tuple[Opening, ...]
    left_before_t: float
    left_after_t: float
    left_without_t: tuple[float, ...]
    objective_before: float
    objective_after: float
    proved: bool
    then: Relaxation | None = None
    note: Text | None = None


NOTHING_HELPS: Final = Text(
    en="Even with every closed, planned and unfinished link, service and terminal of the pack open and every mode "
    "permitted there is no way: a new link, service or handling is needed.",
    vi="Kể cả khi mở mọi tuyến, dịch vụ, bến đang đóng, quy hoạch hay đang xây trong gói dữ liệu và cho phép mọi "
    "phương thức vẫn không có đường đi: cần tuyến, dịch vụ hoặc điểm xếp dỡ mới.",
)
NOT_PROVED: Final = Text(
    en="With all of it some tonnes still stay, or one of them is not needed.",
    vi="Có đủ các thay đổi mà vẫn còn hàng ở lại, hoặc có thay đổi không cần thiết.",
)


def cuts(subject: Subject, case: Case, demand: int) -> tuple[Cut, ...]:
    """Return the links a demand may not use, with the rule, on the way on which it must break the fewest.

    Parameters
    ----------
    subject, case
        The planned region.
    demand
        Index of a demand without a way.
    """
    problem, k = subject.problem, int(subject.problem.demand_class[demand])
    ends = LinkEnds(problem.link_ids, problem.link_from, problem.link_to, len(problem.node_ids))
    forbidden = ~problem.allowed[k]
    km = subject.length_km / (1.0 + float(subject.length_km.sum()))
    everything = np.ones(len(problem.link_ids), dtype=np.bool_)
    trees = path_trees(ends, forbidden + km, [int(problem.demand_origin[demand])], everything)
    destination = int(problem.demand_destination[demand])
    if not np.isfinite(trees.impedance[0, destination]):
        return ()
    route = trees.path(0, destination)
    return tuple(Cut(int(link), _rule(case, k, int(link), subject)) for link in route if forbidden[link])


def _rule(case: Case, k: int, link: int, subject: Subject) -> Text:
    """Return the first rule by which a class may not use a link."""
    links, item = case.network.links, case.demand.classes[k]
    name = Text(en=str(subject.links.name_en[link]), vi=str(subject.links.name_vi[link]))
    for mode in (MODES[links.from_mode[link]], MODES[links.mode[link]]):
        if mode not in item.modes:
            return RULES["mode"].format(mode=subject.names.get(mode, Text(mode, mode)))
    commodity_set = int(links.commodity_set[link])
    if not int(links.forms[link]) & (1 << FORMS.index(item.form)):
        rule = "form"
    elif commodity_set >= 0 and item.commodity_id not in case.network.commodity_sets[commodity_set]:
        rule = "commodity"
    else:
        price = links.price_per_t[link] if item.form == "bulk" else links.price_per_teu[link]
        moves = LINK_KINDS[links.kind[link]] in ("link", "connector")
        rule = "vehicle" if moves or not np.isnan(price) or links.carrier_account[link] else "price"
    return RULES[rule].format(link=name)


def least_opening(planner: Planner, case: Case, plan: Plan, demand: int) -> Structural:
    """Return the fewest rows to open and modes to permit with which a demand without a way is served.

    All closed, planned and unfinished rows are opened and all modes permitted at once; of the best way of every chain
    of modes there, the one that uses the fewest of these is taken, of those the cheapest. That it serves, and that none
    of it can be left out, is then proved by planning.

    Parameters
    ----------
    planner
        Plans the region on the network of the case.
    case, plan
        The two belong together.
    demand
        Index of a demand without a way.
    """
    wanted = _wanted(planner, case, demand)
    demand_id = case.problem.demand_ids[demand]
    before = float(plan.unserved_t_per_day[demand])
    if not wanted:
        return Structural(
            demand_id, (), before, before, (), plan.objective, plan.objective, proved=False, note=NOTHING_HELPS
        )
    with_all = planner.solve(planner.build(_opened(case.scenario, wanted)))
    place = with_all.case.problem.demand_ids.index(demand_id)
    after = float(with_all.plan.unserved_t_per_day[place])
    without = []
    for one in wanted if len(wanted) > 1 else ():
        some = planner.solve(planner.build(_opened(case.scenario, [other for other in wanted if other is not one])))
        without.append(float(some.plan.unserved_t_per_day[some.case.problem.demand_ids.index(demand_id)]))
    enough = SERVED * before
    then = None
    if after > enough:
        then = least_relaxation(with_all.case.problem, with_all.plan, place)
    serves = after <= enough or (then is not None and then.proved)
    proved = serves and all(left > enough for left in without)
    return Structural(
        demand_id=demand_id,
        openings=tuple(wanted),
        left_before_t=before,
        left_after_t=after,
        left_without_t=tuple(without),
        objective_before=plan.objective,
        objective_after=with_all.plan.objective,
        proved=proved,
        then=then,
        note=None if proved else NOT_PROVED,
    )


def _opened(scenario: Scenario, openings: Iterable[Opening]) -> Scenario:
    return replace(scenario, changes=(*scenario.changes, *(one.change() for one in openings)))


def _wanted(planner: Planner, case: Case, demand: int) -> list[Opening]:
    """Return the openings on the way that needs the fewest of them; none where even all of them give no way."""
    item = case.demand.classes[case.demand.class_index[demand]]
    shut = {
        (table, str(row)): str(status)
        for table, key in OPENED_TABLES.items()
        for row, status in case.pack.table(table)[[key, "status"]].itertuples(index=False)
        if status != OPEN
    }
    everything = [Opening(table, row, "status", status, OPEN) for (table, row), status in shut.items()]
    modes = Opening("commodities", item.commodity_id, "modes", _modes(item.modes), ";".join(MODES))
    wide = planner.build(_opened(case.scenario, [*everything, modes]))
    ways = []
    for chain in _ways(wide, set(shut), case.problem.demand_ids[demand], item.modes):
        rows, new_modes, cost = chain
        ways.append((len(rows) + len(new_modes), cost, rows, new_modes))
    if not ways:
        return []
    penalty = float(case.problem.penalty_per_t[demand])
    _, _, rows, new_modes = min(ways, key=lambda one: (one[1] >= penalty, one[0], one[1], sorted(one[2])))
    found = [Opening(table, row, "status", shut[table, row], OPEN) for table, row in sorted(rows)]
    if new_modes:
        both = _modes(frozenset(item.modes | new_modes))
        found.append(Opening("commodities", item.commodity_id, "modes", _modes(item.modes), both))
    return found


def _modes(modes: frozenset[str]) -> str:
    return ";".join(mode for mode in MODES if mode in modes)


def _ways(
    wide: Case, shut: set[tuple[str, str]], demand_id: str, permitted: frozenset[str]
) -> list[tuple[set[tuple[str, str]], frozenset[str], float]]:
    """Return rows opened, modes newly permitted and cost of the best way of each chain of modes in the wide case."""
    problem, links, nodes = wide.problem, wide.network.links, wide.network.nodes
    d = problem.demand_ids.index(demand_id)
    k = int(problem.demand_class[d])
    table_of = np.array([*ROW_TABLES, ""], dtype=object)[links.row_table]
    terminal_of = np.array([row if ("terminals", row) in shut else "" for row in nodes.subject_id], dtype=object)
    is_shut = np.fromiter(
        ((table, row) in shut for table, row in zip(table_of, links.row_id, strict=True)), np.bool_, len(links)
    )
    at_shut = (terminal_of[links.from_index] != "") | (terminal_of[links.to_index] != "")
    new_mode = np.array([mode not in permitted for mode in MODES])
    cost = problem.cost_per_t()[k]
    step = 1.0 + float(cost[problem.allowed[k]].sum())
    weight = cost + step * (is_shut | at_shut | new_mode[links.mode] | new_mode[links.from_mode])
    letter = np.where(leg_kind_of_links(wide) == HANDLING, -1, links.mode).astype(np.int8)
    graph = ChainGraph(LinkEnds.of_network(wide.network), letter, weight, problem.allowed[k])
    found = []
    origin, destination = int(problem.demand_origin[d]), int(problem.demand_destination[d])
    for path in best_path_by_chain(graph, {origin: 0.0}, [destination], MOST_LEGS):
        way: NDArray[np.int64] = path.links.astype(np.int64)
        rows = {(str(table_of[one]), str(links.row_id[one])) for one in way if is_shut[one]}
        touched = np.concatenate([links.from_index[way], links.to_index[way]])
        rows |= {("terminals", str(row)) for row in terminal_of[touched] if row}
        used = {MODES[mode] for mode in (*links.mode[way], *links.from_mode[way])}
        found.append((rows, frozenset(used - permitted), float(cost[way].sum())))
    return found
